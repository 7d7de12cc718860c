#!/usr/bin/env bats
# explain: the words behind a prediction, as lines, as JSON and on a terminal; words over many texts.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    SEQNET_MODEL=$(text_model)
    export SEQNET_MODEL
}

explain() { "$SEQNET" explain -q "$@"; }

# A model of any number of labels, made once per file.
label_model() {
    local file=$BATS_FILE_TMPDIR/labels
    if [ ! -f "$file.safetensors" ]; then
        rows 200 | awk -F '\t' '{ print "{\"label\":[\"" $1 "\"" (NR % 4 ? "" : ",\"fourth; \\u4e2d\"") "],\"text\":\"" $2 (NR % 4 ? "" : " fourth") "\"}" }' >"$file.jsonl"
        "$SEQNET" train "$file.jsonl" --multi-label --epochs 6 -q -o "$file.safetensors"
    fi
    echo "$file.safetensors"
}

@test "a word is a line: its columns, in order, and a header" {
    explain 'The lovely film was dull!' >lines
    [ "$(head -1 lines)" == $'line\tlabel\tcontribution\tprobability\tstate\tword' ]
    [ "$(cut -f 6 lines | paste -sd ' ')" == "word the lovely film was dull !" ]
    tail -n +2 lines | grep -vE $'^1\t(neg|pos)\t[+-][0-9]+\\.[0-9]{4}\t[01]\\.[0-9]{6}\t(known|unknown)\t[^\t]+$' && return 1
    grep -P '\tunknown\t!$' lines
    [ "$(explain --no-running lovely | tail -1 | cut -f 4)" == "" ]
}

@test "label and probability are those of predict; contributions sum to the score" {
    rows 20 3 | cut -f 2 >texts
    "$SEQNET" predict -q --json -i texts | jq -c '[.label,.probability]' >predicted
    explain --json -i texts >explained
    jq -c '[.label,.probability]' explained | cmp - predicted
    jq -e '([.words[].contribution] | add) + .baseline + .gap - .score | fabs < 1e-4' explained | grep -c true | grep -qx 20
    jq -e '.gap | fabs < 1e-4' explained >/dev/null
    jq -e '.words[-1].running - .probability | fabs < 1e-5' explained | grep -c true | grep -qx 20
    [ "$(jq -c .line explained | paste -sd ' ')" == "$(seq 20 | paste -sd ' ')" ]
    for j in 2 3; do explain -j $j --json -i texts | cmp - explained; done
}

@test "what speaks for a label has a plus, what speaks against it a minus" {
    explain 'lovely film but awful' --label pos >lines
    awk -F '\t' '$6 == "lovely" && $3 > 0.2 { n++ } $6 == "awful" && $3 < -0.2 { n++ } END { exit n != 2 }' lines
    explain 'lovely film but awful' --label neg >other
    paste lines other | tail -n +2 | awk -F '\t' '$3 + $9 > 0.001 || $3 + $9 < -0.001 { exit 1 }'
    expect_error 2 "--label poss: the model has no such label; did you mean 'pos'" explain --label poss x
    expect_error 2 "--label zzzzzz: the model has no such label; 'seqnet info' lists its 2 labels" explain --label zzzzzz x
}

@test "spans are bytes of the text, whatever its characters" {
    text=$'\xc3\x89t\xc3\xa9 \xe4\xb8\xad\xe6\x96\x87<br>LOVELY \xf0\x9f\x98\x80 end'
    explain --json -- "$text" | jq -r '.words[] | "\(.start) \(.end) \(.text)"' >spans
    [ "$(cut -d ' ' -f 3 spans | paste -sd ' ')" == $'\xc3\xa9t\xc3\xa9 \xe4\xb8\xad \xe6\x96\x87 lovely \xf0\x9f\x98\x80 end' ]
    printf %s "$text" >bytes
    while read -r start end word; do
        [ "$(tail -c +$((start + 1)) bytes | head -c $((end - start)) | tr 'A-Z' 'a-z' | sed 's/\xc3\x89/\xc3\xa9/')" == "$word" ]
    done <spans
}

@test "arguments, lines, CSV and JSON Lines give the same" {
    rows 6 2 >rows
    cut -f 2 rows >texts
    to_csv <rows >rows.csv
    to_jsonl <rows >rows.jsonl
    explain <texts >expected
    explain - <texts | cmp - expected
    explain -i texts | cmp - expected
    mapfile -t texts <texts
    explain "${texts[@]}" | cmp - expected
    explain -i rows.jsonl | cmp - expected
    explain -i rows.csv | cut -f 2- | cmp - <(cut -f 2- expected)
    [ "$(explain -i texts rows.jsonl | wc -l)" -eq $((2 * $(wc -l <expected) - 1)) ]
    [ "$(explain </dev/null | wc -l)" -eq 0 ]
}

@test "the strongest words only, those for the label first" {
    explain --top 1 'the lovely film was dull and awful' --label neg >lines
    [ "$(wc -l <lines)" -eq 3 ]
    [ "$(tail -1 lines | cut -f 6)" == lovely ]
    [ "$(explain --json --top 2 'the lovely film was dull and awful' | jq '.words | length')" -le 4 ]
    expect_error 2 "--top 0: " explain --top 0 x
}

@test "texts of any kind: empty, controls, invalid bytes, NULs, very many words" {
    [ "$(explain '' | wc -l)" -eq 1 ]
    explain --json '' | jq -e '.words == [] and .score == .baseline and .gap == 0'
    printf 'a\0b lovely\n\xff\xfe \x1b[31mlovely\x07\n\n' >bad
    explain <bad >lines
    explain --color always <bad >shown
    grep -aq $'\x07' lines shown && return 1
    grep -aq $'\x1b\[31m' shown && return 1
    explain --json <bad | jq -e .label | wc -l | grep -qx 3
    yes 'the lovely film' | head -33334 | tr '\n' ' ' >long
    [ "$(explain -i long | wc -l)" -eq 100003 ]
    explain --json -i long | jq -e '(.words | length) == 100002 and (.gap | fabs) < 0.01'
}

@test "a model of any number of labels: each label that is predicted, else the likeliest" {
    model=$(label_model)
    explain -m "$model" --json 'a lovely film, fourth' >out
    [ "$(jq -rs 'map(.label) | join("|")' out)" == "$("$SEQNET" predict -q --json -m "$model" 'a lovely film, fourth' | jq -r '.labels | sort | join("|")')" ]
    [ "$(explain -m "$model" --json 'zz' | wc -l)" -ge 1 ]
    [ "$(explain -m "$model" --json --label neg 'a lovely film, fourth' | jq -r .label)" == neg ]
    explain -m "$model" --json "$BATS_FILE_TMPDIR/labels.jsonl" --label $'fourth; \u4e2d' |
        jq -e '.words[0].text == "fourth" and .predicted > 40'
}

@test "words over data: files, folders, any form, labelled or not, any number of threads" {
    rows 60 4 >rows
    cut -f 2 rows >lines.txt
    to_csv <rows >rows.csv
    to_fasttext <rows >rows.ft
    make_folder folder
    explain rows.csv -j 1 >expected
    [ "$(head -1 expected)" == $'label\tsum\ttexts\tmean\tword' ]
    explain rows.csv -j 3 | cmp - expected
    explain rows.ft | cmp - expected
    explain lines.txt | cmp - expected
    explain folder | cut -f 5 | sort | cmp - <(cut -f 5 expected | sort)
    explain rows.csv --label pos --top 3 >pos
    tail -n +2 pos | grep -vE $'^pos\t\\+[0-9.]+\t[0-9]+\t\\+[0-9.]+\t(wonderful|brilliant|moving|superb|lovely|charming|great)$' && return 1
    explain rows.csv --json --label pos --top 3 | jq -c '[.words[].text]' |
        cmp - <(tail -n +2 pos | cut -f 5 | jq -Rsc 'split("\n")[:-1]')
    tail -n +2 expected | awk -F '\t' '$2 / $3 - $4 > 0.001 || $4 - $2 / $3 > 0.001 { exit 1 }'
}

@test "data of many texts: some of them, drawn at random, and a note" {
    rows 300 4 | to_csv >rows.csv
    "$SEQNET" explain rows.csv --limit 40 --json 2>notes | jq -e '.texts == 40' >/dev/null
    grep -qx '40 of 300 texts, drawn at random; --limit 0 takes all' notes
    explain rows.csv --limit 40 --json | jq -s -e 'map(.predicted) | add == 40 and min > 5'
    explain rows.csv --limit 0 --json | jq -e '.texts == 300' >/dev/null
    expect_error 3 "no-such.csv|nothing" "$SEQNET" explain -q -i no-such.csv
    expect_error 2 "--limit is for DATA" explain --limit 3 lovely
    expect_error 2 "--no-running is for texts" explain --no-running rows.csv
    "$SEQNET" explain rows.csv lovely 2>&1 >/dev/null | grep -qF "'rows.csv' is taken for a text; --input explains what is in a file"
    "$SEQNET" explain no-such.csv 2>&1 >/dev/null | grep -qF "'no-such.csv' is taken for a text; there is no such file"
    mkdir empty
    expect_error 3 "empty" explain empty
}

@test "on a terminal: marked words, strongest words with signs, wrapped between words" {
    needs_terminal
    text='The lovely, charming film was not dull and its story had a moving plot with actors of that kind'
    export TERM=xterm LANG=C.UTF-8
    script -qec "stty cols 40; $SEQNET explain -q '$text'" /dev/null </dev/null | tr -d '\r' >shown
    grep -qF $'\033[38;5;16;48;5;' shown
    sed 's/\x1b\[[0-9;]*m//g' shown >plain
    sed -n '3,5p' plain | paste -sd ' ' | grep -qF 'The lovely, charming film was not dull'
    [ "$(wc -L <plain)" -le 40 ]
    grep -qE '^for pos: .*(lovely|charming|moving) \+[0-9]' plain
    grep -qE '^against pos: .*dull -[0-9]' plain
    grep -qE '^shades: ' plain
    grep -qE '^word by word: .* [01]\.[0-9]{4}$' plain
    NO_COLOR=1 script -qec "$SEQNET explain -q '$text'" /dev/null </dev/null | tr -d '\r' >plain
    grep -q $'\033' plain && return 1
    grep -qE 'lovely\[\+[0-9.]+\]' plain
    grep -qE 'dull\[-[0-9.]+\]' plain
}

@test "a model of ids needs a word index" {
    numpy "
x = np.empty(40, dtype=object)
for i in range(40): x[i] = [1, 4 + i % 2, 6, 7]
np.savez('words.npz', x_train=x, y_train=np.arange(40) % 2, x_test=x, y_test=np.arange(40) % 2)"
    "$SEQNET" train words.npz --epochs 1 --units 3 -q -o ids.safetensors
    expect_error 4 "ids.safetensors: the model was trained without a word index, so it cannot read text; pass --word-index" \
        explain -m ids.safetensors lovely
    echo '{"lovely": 1, "awful": 2}' >index.json
    expect_error 3 "words.npz: its rows are ids" explain -m ids.safetensors --word-index index.json words.npz
    [ "$(explain -m ids.safetensors --word-index index.json 'lovely zz' | tail -n +2 | cut -f 5 | paste -sd ' ')" == "known unknown" ]
}

@test "an output appears whole, and replaces explanations only" {
    explain -o out 'a lovely film'
    explain 'a lovely film' | cmp - out
    explain --json -o out 'a lovely film'
    explain -o out 'a lovely film'
    rows 20 | to_csv >rows.csv
    explain -o out rows.csv
    explain -o out 'a lovely film'
    echo mine >mine
    expect_error 6 "mine: does not hold explanations, so it is not replaced" explain -o mine x
    [ "$(cat mine)" == mine ]
    explain -f -o mine x
    expect_error 6 "" "$SEQNET" explain -q -o no/such/folder x
    [ "$(yes lovely | head -2000 | explain | head -2 | wc -l)" -eq 2 ]
    if [ -e /dev/full ]; then
        status=0
        explain lovely >/dev/full 2>err || status=$?
        [ "$status" -eq 6 ]
    fi
}
