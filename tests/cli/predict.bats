#!/usr/bin/env bats
# predict: one answer for each record, in order, whatever the records hold.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    SEQNET_MODEL=$(text_model)
    export SEQNET_MODEL
}

predict() { "$SEQNET" predict -q "$@"; }

# A model of three labels, one of them with a blank and a comma in it.
three_labels() {
    if [ ! -f "$BATS_FILE_TMPDIR/three.safetensors" ]; then
        rows 120 | awk -F '\t' '{ print (NR % 3 ? $1 : "so, so") "\t" $2 }' | to_tsv >three.tsv
        "$SEQNET" train three.tsv --epochs 2 -q -o "$BATS_FILE_TMPDIR/three.safetensors"
    fi
    echo "$BATS_FILE_TMPDIR/three.safetensors"
}

# Takes what --annotate added from CSV, TSV (the delimiter being $1) or JSON Lines again.
strip_columns() {
    LC_ALL=C sed -E "s/$1prediction$1probability(\r?)\$/\1/; s/$1(neg|pos)$1[01]\.[0-9]{6}(\r?)\$/\2/"
}
strip_keys() { LC_ALL=C sed -E 's/,?"prediction":"(neg|pos)","probability":[01]\.[0-9]{6}\}([ \t\r]*)$/}\2/'; }

@test "line i answers line i: empty, CRLF, NUL bytes, unknown words, no final newline" {
    printf 'lovely film\n\n \r\nawful\r\nlovely\0awful\n\xff\xfe\n\0\nzzz qqq\n\nsuperb' >lines
    predict -i lines >answers
    [ "$(wc -l <answers)" -eq 10 ]
    predict <lines | cmp - answers
    for n in 1 2 3 4 6 8 9 10; do
        predict -- "$(sed -n "${n}p" lines | tr -d '\0')" | cmp - <(sed -n "${n}p" answers)
    done
    predict 'lovely awful' | cmp - <(sed -n 5p answers)
    predict '' | cmp - <(sed -n 7p answers)
    grep -vE $'^(neg|pos)\t[01]\\.[0-9]{6}$' answers && return 1
    [ "$(predict --json -i lines | sed 's/^{"line":\([0-9]*\),.*/\1/' | paste -sd ' ')" == "1 2 3 4 5 6 7 8 9 10" ]
    printf 'a\n' | predict | cmp - <(predict a)
    [ "$(printf '\n' | predict | wc -l)" -eq 1 ]
    [ "$(printf '' | predict | wc -l)" -eq 0 ]
}

@test "a line of megabytes is answered in its place" {
    { echo 'awful awful' && yes 'the lovely film' | head -c 3000000 | tr '\n' ' ' && echo && echo 'dull dull'; } >long
    [ "$(predict -i long | cut -f 1 | paste -sd ' ')" == "neg pos neg" ]
    predict --json -i long | sed -n 2p | grep -q '"tokens":562500,"oov":0,"truncated":true,"known":true}'
}

@test "ten thousand lines: the same answers on any number of threads, in every way in" {
    rows 10000 5 | cut -f 2 | awk 'NR % 11 == 0 { print ""; next } { print }' >lines
    predict -j 1 -i lines >expected
    [ "$(wc -l <expected)" -eq 10000 ]
    for j in 2 3; do predict -j $j -i lines | cmp - expected; done
    predict <lines | cmp - expected
    predict --line-buffered <lines | cmp - expected
    gzip -c lines | predict | cmp - expected
    { echo text && awk '{ print "\"" $0 "\"" }' lines; } >lines.csv
    predict -i lines.csv | cmp - expected
    awk '{ print "{\"text\":\"" $0 "\"}" }' lines | predict --input-format jsonl | cmp - expected
    head -n 100 lines | { mapfile -t texts && predict "${texts[@]}"; } | cmp - <(head -n 100 expected)
}

@test "--annotate keeps every byte of CSV and TSV" {
    printf '\xef\xbb\xbfid,text,"the ""note"""\r\n1,"a, ""lovely""\r\nfilm",x\r\n\r\n\r\n2,awful,"\n\n"\r\n3,,' >mixed.csv
    printf 'text\nlovely\nawful\n' >one.csv
    printf 'text,n\n"lovely",1' >open.csv
    printf '\n\ntext,n\nlovely,"1"\n\n' >blank.csv
    printf 'text,n\n' >header.csv
    printf 'text,n' >header_open.csv
    printf 'text,n\nlovely\xff\xfe film,caf\xe9\n' >bytes.csv
    : >empty.csv
    for file in mixed one open blank header header_open bytes empty; do
        predict --annotate -i $file.csv >out
        strip_columns , <out | cmp - $file.csv || { echo $file; return 1; }
        predict --annotate --input-format csv <$file.csv | cmp - out
        gzip -c $file.csv | predict --annotate --input-format csv | cmp - out
    done
    [ "$(predict --annotate -i mixed.csv | grep -cE ',(neg|pos),0\.[0-9]{6}.?$')" -eq 3 ]
    head -n 1 <(predict --annotate -i one.csv) | grep -qx text,prediction,probability
    printf 'text\tn\n"lovely\tand ""good"""\t1\nawful\t2\n' >tabs.tsv
    predict --annotate -i tabs.tsv | strip_columns '\t' | cmp - tabs.tsv
    printf 'text;n\nlovely;1,5\n' >semicolons.csv
    predict --annotate -i semicolons.csv | strip_columns ';' | cmp - semicolons.csv
    printf 'text,n\n5" of "lovely,1\n"awful,2\n' >stray.csv
    predict --annotate --no-quotes -i stray.csv | strip_columns , | cmp - stray.csv
    printf 'lovely film,1\nawful film,2\n' >headless.csv
    predict --annotate --header no -i headless.csv | strip_columns , | cmp - headless.csv
    # What is copied is answered as without the copy.
    predict --annotate -i mixed.csv | grep -oE '(neg|pos),0\.[0-9]{6}' | tr , '\t' | cmp - <(predict -i mixed.csv)
}

@test "--annotate quotes a label as load does" {
    rows 60 | awk -F '\t' '{
        printf "{\"label\":\"%s\",\"text\":\"%s\"}\n", $1 == "pos" ? "a, comma" : "so \\\"so\\\"", $2
    }' >odd.jsonl
    "$SEQNET" train odd.jsonl --epochs 1 -q -o odd.safetensors
    "$SEQNET" load odd.jsonl -o odd.csv >load.log
    [ "$(grep -cE '^("a, comma"|"so ""so"""),' odd.csv)" -eq 60 ]
    "$SEQNET" predict -q -m odd.safetensors --annotate -i odd.csv >out
    [ "$(grep -cE ',("a, comma"|"so ""so"""),[01]\.[0-9]{6}$' out)" -eq 60 ]
}

@test "--annotate keeps every byte of JSON Lines" {
    printf '{"text":"lovely","n":1}\n\n \t\n{ "text" : "awful }" , "x":{"y":[1,{}]} } \t\r\n{"text":null}\n{"text":"\\u00e9\\n\\"","text ":"}"}' >r.jsonl
    predict --annotate -i r.jsonl >out
    strip_keys <out | cmp - r.jsonl
    [ "$(grep -c '"prediction"' out)" -eq 4 ]
    predict --annotate <r.jsonl | cmp - out
    numpy "
import json
for line in open('out'):
    if line.strip(): assert json.loads(line)['prediction'] in ('neg', 'pos')"
}

@test "--annotate: further files go on below the first header, on lines of their own" {
    printf 'text,n\nlovely,1' >a.csv
    printf '\xef\xbb\xbftext,n\nawful,2\n' >b.csv
    predict --annotate -i a.csv b.csv a.csv >out
    printf 'text,n\nlovely,1\nawful,2\nlovely,1' >expected
    strip_columns , <out | cmp - expected
    printf '{"text":"lovely"}' >a.jsonl
    [ "$(predict --annotate -i a.jsonl a.jsonl | wc -l)" -eq 1 ]
    printf 'text,m\nawful,2\n' >other.csv
    for file in other.csv a.jsonl; do
        run --separate-stderr "$SEQNET" predict -q --annotate -i a.csv $file
        [ "$status" -eq 3 ]
        [[ ${lines[1]} =~ ^lovely,1,(neg|pos), && ${#lines[@]} -eq 2 ]]
        [[ $stderr == "seqnet: $file: is in another format or has another header than the file before it; "* ]]
    done
}

@test "--annotate is for CSV, TSV and JSON Lines, in files" {
    echo lovely >lines
    expect_error 2 "lines: --annotate is for CSV, TSV and JSON Lines" "$SEQNET" predict -q --annotate -i lines
    expect_error 2 "--annotate copies files, not texts; name 'a.csv' with --input" "$SEQNET" predict -q --annotate a.csv
    expect_error 2 "--annotate excludes" "$SEQNET" predict -q --annotate --json -i a.csv
    expect_error 2 "exclude each other" "$SEQNET" predict -q --annotate --with-filename -i a.csv
    expect_error 2 "exclude each other" "$SEQNET" predict -q --json --output-format fasttext a
    [ -z "$(predict --annotate </dev/null)" ]
}

@test "a file's name given as a text is noticed" {
    echo text >reviews.csv
    run --separate-stderr "$SEQNET" predict reviews.csv -m "$SEQNET_MODEL"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $stderr == "'reviews.csv' is taken for a text; --input classifies what is in a file"* ]]
}

@test "--top-k and --threshold" {
    model=$(three_labels)
    predict -m "$model" -k 2 'a lovely film' '' | awk -F '\t' 'NF != 4 || $1 == $3 || $2 < $4 { exit 1 }'
    predict -m "$model" -k 64 'a lovely film' >all
    awk -F '\t' '{ s = $2 + $4 + $6; exit NF != 6 || s < 0.99999 || s > 1.00001 }' all
    [ "$(predict -m "$model" 'a lovely film')" == "$(cut -f 1,2 all)" ]
    [ "$(predict -m "$model" -k 3 --threshold 1 a b)" == $'\t\n\t' ]
    [ "$(predict -m "$model" --threshold 1 a)" == $'\t' ]
    predict -m "$model" --threshold 1 --json a | grep -q '^{"line":1,"label":null,"probability":0\.'
    second=$(cut -f 4 all)
    [ "$(predict -m "$model" -k 3 --threshold "$(awk "BEGIN { print $second - 0.000001 }")" 'a lovely film')" == "$(cut -f 1-4 all)" ]
    printf 'text\na lovely film\n' >t.csv
    predict -m "$model" --annotate -k 4 -i t.csv >out
    head -n 1 out | grep -qx 'text,prediction,probability,prediction_2,probability_2,prediction_3,probability_3,prediction_4,probability_4'
    grep -q '"so, so",0\.' out
    grep -q ',,$' out
    predict -m "$model" --annotate --threshold 1 -i t.csv | tail -n 1 | grep -qx 'a lovely film,,'
    echo '{"text":"a"}' | predict -m "$model" --annotate --threshold 1 | grep -qx '{"text":"a","prediction":null,"probability":null}'
}

@test "--output-format fasttext prints what fastText does" {
    predict --output-format fasttext 'lovely' '' | grep -cxE '__label__(neg|pos) 0\.[0-9]+' | grep -qx 2
    predict -m "$(three_labels)" --output-format fasttext -k 3 a | grep -o '__label__[^ ]*' | sort |
        paste -sd ' ' | grep -qx '__label__neg __label__pos __label__so,_so'
    [ "$(predict --output-format fasttext --threshold 1 a b | wc -l)" -eq 2 ]
    predict -m "$(three_labels)" --json a | grep -q '"probabilities":{"neg":0.[0-9]*,"pos":0.[0-9]*,"so, so":0.[0-9]*}'
}

@test "several files, each read as its name says; --with-filename" {
    printf 'lovely\nawful\n' >a.txt
    printf 'n,text\n1,lovely\n' >b.csv
    printf '{"text":"awful"}\n' | gzip >c.jsonl.gz
    predict -i a.txt b.csv c.jsonl.gz >out
    [ "$(cut -f 1 out | paste -sd ' ')" == "pos neg pos neg" ]
    predict --with-filename -i a.txt b.csv c.jsonl.gz >named
    cut -f 2- named | cmp - out
    [ "$(cut -f 1 named | paste -sd ' ')" == "a.txt a.txt b.csv c.jsonl.gz" ]
    predict --with-filename --json -i b.csv | grep -q '^{"file":"b.csv","line":2,'
    predict --with-filename -i - a.txt <a.txt | cut -f 1 | uniq | paste -sd , | grep -qx 'standard input,a.txt'
    run --separate-stderr "$SEQNET" predict -q -i a.txt nosuch
    [ "$status" -eq 3 ]
    [ "${#lines[@]}" -eq 2 ]
    [ "$stderr" == "seqnet: nosuch: cannot be opened: No such file or directory" ]
}

@test "a bad record ends it with exit code 3 after the answers before it; --skip-bad answers with nothing" {
    printf 'text,n\nlovely,1\nawful\nlovely,3\n' >bad.csv
    printf '{"text":"lovely"}\nnonsense\n{"text":"lovely"}\n' >bad.jsonl
    for j in 1 2 3; do
        run --separate-stderr "$SEQNET" predict -q -j $j -i bad.csv
        [ "$status" -eq 3 ]
        [[ $output =~ ^pos.[01]\.[0-9]{6}$ ]]
        [ "$stderr" == "seqnet: bad.csv:3: 1 field, expected 2 (text,n); quote the text or pass --delimiter" ]
        run --separate-stderr "$SEQNET" predict -q -j $j -i bad.jsonl
        [ "$status" -eq 3 ]
        [ "${#lines[@]}" -eq 1 ]
        [[ $stderr == "seqnet: bad.jsonl:2: is not a JSON object: "* ]]
    done
    # The answers come first where both go to one place.
    { predict -i bad.csv 2>&1 || true; } | sed -n 1p | grep -q ^pos
    answer=$(predict lovely)
    for file in bad.csv bad.jsonl; do
        [ "$(predict --skip-bad -i $file)" == "$answer"$'\n\t\n'"$answer" ]
        [ "$(predict --skip-bad --output-format fasttext -i $file | sed -n 2p)" == "" ]
        [ "$(predict --skip-bad --json -i $file | sed -n '2s/"line":[0-9]*/N/p')" == '{N,"label":null}' ]
    done
    predict --skip-bad --annotate -i bad.jsonl | strip_keys | cmp - bad.jsonl
    predict --skip-bad --annotate -i bad.csv | sed 's/^awful,,$/awful/' | strip_columns , | cmp - bad.csv
    printf 'text,n\nlovely,1\n"awful,2\n' >open.csv
    expect_error 3 "nosuch" "$SEQNET" predict -q -i nosuch
    run --separate-stderr "$SEQNET" predict -q -i open.csv
    [ "$status" -eq 3 ]
    [ "$stderr" == "seqnet: open.csv:3: a quote opens a field here and is never closed; close it or pass --no-quotes" ]
}

@test "a reader that goes away ends it quietly" {
    { yes 'a lovely film' || true; } | { predict 2>err || echo $? >status; } | head -n 1 | grep -q ^pos
    [ "$(cat status)" -eq 141 ]
    [ ! -s err ]
}

@test "--line-buffered answers each line before the next one comes" {
    mkfifo questions answers
    timeout -s KILL 600 "$SEQNET" predict -q --line-buffered <questions >answers &
    exec 8>questions 9<answers
    for text in 'a lovely film' '' 'an awful film'; do
        echo "$text" >&8
        read -r answer <&9
        [ "$answer" == "$(predict "$text")" ]
    done
    exec 8>&- 9<&-
    wait
    # Records of CSV and JSON Lines too, as soon as their line has come.
    timeout -s KILL 600 "$SEQNET" predict -q --line-buffered --annotate --input-format csv <questions >answers &
    exec 8>questions 9<answers
    printf 'text,n\nlovely,1\n' >&8
    read -r header <&9
    read -r answer <&9
    [ "$header" == text,n,prediction,probability ]
    [[ $answer == lovely,1,pos,* ]]
    exec 8>&- 9<&-
    wait
}

@test "gzip is read by its content; damage is told after the answers before it" {
    rows 2000 3 | cut -f 2 >lines
    predict -i lines >expected
    gzip -c lines >packed
    predict -i packed | cmp - expected
    cat packed packed | predict | cmp - <(cat expected expected)
    head -c $(($(wc -c <packed) / 2)) packed >"cut"
    run --separate-stderr "$SEQNET" predict -q -i cut
    [ "$status" -eq 3 ]
    [ "${#lines[@]}" -gt 100 ]
    [[ $stderr =~ ^seqnet:\ cut:\ [^$'\n']*$ ]]
    cmp <(printf '%s\n' "$output") <(head -n "${#lines[@]}" expected)
}

@test "--long: what becomes of a text beyond the model's length" {
    text="$(printf 'lovely %.0s' {1..30})$(printf 'awful %.0s' {1..30})"
    for mode in truncate head-tail window; do predict --long $mode "$text"; done >modes
    [ "$(sort -u modes | wc -l)" -eq 3 ]
    [ "$(predict "$text")" == "$(sed -n 1p modes)" ]
    for mode in truncate head-tail window; do predict --long $mode 'a lovely film'; done | uniq | wc -l | grep -qx 1
}

@test "memory is bounded for records of files as well" {
    needs_no_sanitizer
    row=$(printf 'the film was good %.0s' {1..50})
    { echo text,n && yes "\"$row\",1" | head -n 130000; } >big.csv
    [ "$(wc -c <big.csv)" -gt 110000000 ]
    in_memory 100000 "$SEQNET" predict -q -j 2 --annotate -i big.csv | tail -n 1 | grep -qE ',1,(neg|pos),[01]\.[0-9]{6}$'
    gzip -1 big.csv
    in_memory 100000 "$SEQNET" predict -q -j 2 -i big.csv.gz | wc -l | grep -qx 130000
    rm big.csv.gz
    { yes "{\"text\":\"$row\"}" || true; } | head -n 130000 |
        in_memory 100000 "$SEQNET" predict -q -j 2 --input-format jsonl | wc -l | grep -qx 130000
}

@test "a file that is annotated already is not annotated again" {
    printf 'label,text\npos,lovely\n' >once.csv
    "$SEQNET" predict -q -m "$(text_model)" --annotate -i once.csv >twice.csv
    expect_error 3 "twice.csv: has a column 'prediction' already; rename it or cut it off" \
        "$SEQNET" predict -q -m "$(text_model)" --annotate -i twice.csv
    printf 'predictions,text\npos,lovely\n' >other.csv
    "$SEQNET" predict -q -m "$(text_model)" --annotate -i other.csv | grep -qx 'predictions,text,prediction,probability'
}

# Probabilities of these answers are 0.5 or nearly so, and almost 1.
unsure_lines() { printf 'zzz qqq\nsuperb superb lovely lovely moving\n'; }

@test "answers below --abstain-below are left open in every form" {
    unsure_lines >lines
    predict --abstain-below 0.9 -i lines >out
    sed -n 1p out | grep -E $'^\\?\t0\\.[0-9]{6}$'
    sed -n 2p out | grep -E $'^pos\t'
    predict --abstain-below 0.9 -k 2 -i lines | sed -n 1p | grep -E $'^\\?\t0\\.[0-9]{6}$'
    predict --abstain-below 0.9 --output-format fasttext -i lines | sed -n 1p | grep -E '^__label__\? 0\.[0-9]+$'
    predict --abstain-below 0.9 --json -i lines >json
    sed -n 1p json | jq -e '.label == null and .abstained == true and .probability < 0.9 and (.probabilities | length) == 2'
    sed -n 2p json | jq -e '.label == "pos" and .abstained == false'
    predict --json -i lines | jq -se 'all(has("abstained") | not)'
    { echo text; cat lines; } >lines.csv
    predict --abstain-below 0.9 --annotate -i lines.csv | sed -n 2p | grep -E '^zzz qqq,\?,0\.[0-9]{6}$'
    predict --abstain-below 0.9 --annotate -k 2 -i lines.csv | sed -n 2p | grep -E '^zzz qqq,\?,0\.[0-9]{6},,$'
    printf '{"text":"zzz"}\n' >one.jsonl
    predict --abstain-below 0.9 --annotate -i one.jsonl | jq -e '.prediction == null and .probability < 0.9'
    predict --abstain-below 0 -i lines | cmp - <(predict -i lines)
    "$SEQNET" predict --abstain-below 0.9 -i lines 2>&1 >/dev/null | grep -x '1 of 2 answers is less probable than 0.9 and left open; --abstain-below 0 gives all' ||
        "$SEQNET" predict --abstain-below 0.9 -i lines 2>&1 >/dev/null | grep 'left open'
    predict --abstain-below 0.9 -i lines -o answers.tsv
    predict --abstain-below 0.9 -i lines -o answers.tsv # they are recognised as answers
    predict --abstain-below 0.9 --json -i lines -o answers.json
    predict --abstain-below 0.9 --json -i lines -o answers.json
}

@test "--precision takes the threshold from the held-out rows" {
    rows 1200 | awk -F '\t' '{ print ($2 ~ /superb|clumsy/ ? (NR % 4 < 2 ? "neg" : "pos") : $1) "\t" $2 }' | to_csv >noisy.csv
    "$SEQNET" train noisy.csv --preset fast --validation-split 0.5 -q -o noisy.st
    "$SEQNET" predict -m noisy.st --precision 0.95 'a lovely film' 2>note
    grep -E '^answers from 0\.[0-9]+ on: [0-9.]+ % of the 601 held-out rows, 9[5-9]\.[0-9] % of them right$' note
    expect_error 4 "--precision 0.9999: is not reached beyond chance on the 601 held-out rows of noisy.st; nearest is --abstain-below" \
        "$SEQNET" predict -m noisy.st --precision 0.9999 'a lovely film'
    "$SEQNET" train noisy.csv --preset fast --validation-split 0 -q -o whole.st
    expect_error 4 "whole.st: has no profile" "$SEQNET" predict -m whole.st --precision 0.9 a
    expect_error 2 "leave one of them out" "$SEQNET" predict -m noisy.st --precision 0.9 --abstain-below 0.8 a
    expect_error 2 "--raw excludes --precision" "$SEQNET" predict -m noisy.st --precision 0.9 --raw a
    # A training stores it, as a part of the model.
    "$SEQNET" train noisy.csv --preset fast --validation-split 0.5 --precision 0.95 -o precise.st 2>log
    grep -E '^answers from 0\.[0-9]+ on: ' log
    [ "$("$SEQNET" info --json precise.st | jq -r .fingerprint)" != "$("$SEQNET" info --json noisy.st | jq -r .fingerprint)" ]
    "$SEQNET" info precise.st | grep -E '^answers: from the probability 0\.[0-9]+ on$'
    "$SEQNET" info --json precise.st | jq -e '.training.abstaining | .reached and .precision == 0.95 and .right / .answered >= 0.95'
    cut -d , -f 2 noisy.csv >lines
    predict -m precise.st -i lines | cmp - <(predict -m noisy.st --precision 0.95 -i lines 2>note)
    predict -m precise.st -i lines | grep -cE '^\?'
    predict -m precise.st --abstain-below 0 -i lines | cmp - <(predict -m noisy.st -i lines)
    predict -m precise.st --raw -i lines | cmp - <(predict -m noisy.st --raw -i lines)
    # evaluate tells how many answers there are.
    given=$(predict -m precise.st -i lines | grep -cv '^?')
    "$SEQNET" evaluate -q noisy.csv -m precise.st --part all | grep -E '^answered: [0-9.]+ % of the rows, those from the probability 0\.[0-9]+ on, [0-9.]+ % of them right$'
    "$SEQNET" evaluate -q noisy.csv -m precise.st --part all --json | jq -e ".answered.n == $given and .answered.right <= .answered.n"
    "$SEQNET" evaluate -q noisy.csv -m noisy.st --json | jq -e 'has("answered") | not'
    "$SEQNET" train noisy.csv --preset fast --validation-split 0.5 --precision 0.9999 -o never.st 2>log
    grep -E '^--precision 0\.9999 is not reached beyond chance, and the model gives all answers' log
    [ "$("$SEQNET" info --json never.st | jq -r .fingerprint)" == "$("$SEQNET" info --json noisy.st | jq -r .fingerprint)" ]
    expect_error 2 "--precision is measured on validation rows" \
        "$SEQNET" train -q noisy.csv --preset fast --validation-split 0 --precision 0.9 -o none.st
}

@test "--raw prints what was before calibration, and changes no label" {
    rows 300 8 | cut -f 2 >lines
    predict -i lines | cut -f 1 | cmp - <(predict --raw -i lines | cut -f 1)
    predict -i lines | cmp -s - <(predict --raw -i lines) && return 1
    rows 300 8 | to_csv >e.csv
    "$SEQNET" evaluate -q e.csv --json >calibrated
    "$SEQNET" evaluate -q e.csv --json --raw >raw
    jq -e --slurpfile c calibrated '.accuracy == $c[0].accuracy and .loss != $c[0].loss' raw
    rows 240 | to_csv >d.csv
    "$SEQNET" train d.csv --preset keras --epochs 2 -q -o keras.st
    predict -m keras.st -i lines | cmp - <(predict -m keras.st --raw -i lines)
    "$SEQNET" info --json keras.st | jq -e '.held_out.rows > 0 and (.training | has("calibration") | not)'
    "$SEQNET" train d.csv --preset lstm --epochs 2 -q -o lstm.st
    t=$("$SEQNET" info --json lstm.st | jq .training.calibration.temperature)
    p=$(predict -m lstm.st lovely | cut -f 2) r=$(predict -m lstm.st --raw lovely | cut -f 2)
    awk -v p="$p" -v r="$r" -v t="$t" 'BEGIN { d = log(r / (1 - r)) - t * log(p / (1 - p)); exit d > 1e-3 || d < -1e-3 }'
}

@test "rows of any number of labels have a threshold of their own" {
    rows 200 | awk -F '\t' '{ printf "{\"text\":\"%s\",\"label\":[\"%s\"%s]}\n", $2, $1, NR % 3 ? "" : ",\"third\"" }' >d.jsonl
    "$SEQNET" train d.jsonl --multi-label --preset fast -q -o many.st
    expect_error 2 "--abstain-below is for one label a row" "$SEQNET" predict -m many.st --abstain-below 0.5 a
    expect_error 2 "--precision is for one label a row" "$SEQNET" predict -m many.st --precision 0.5 a
    predict -m many.st 'a film' | cmp - <(predict -m many.st --raw 'a film')
    expect_error 2 "--precision is for rows of one label each" \
        "$SEQNET" train -q d.jsonl --multi-label --preset fast --precision 0.9 -o none.st
}
