#!/usr/bin/env bats
# Labelled texts in every form that load, check, train and evaluate read.

bats_require_minimum_version 1.5.0
load helpers

# The same 120 rows in every form; sorted by label, as the files of a folder are.
setup() {
    setup_workdir
    rows 120 | sort -s -k 1,1 >rows
    to_csv <rows >r.csv
    to_tsv <rows >r.tsv
    to_jsonl <rows >r.jsonl
    to_fasttext <rows >r.ft
}

@test "the same rows give the same model in every form" {
    expected=$(fingerprint r.csv)
    [[ $expected =~ ^[0-9a-f]{32}$ ]]
    make_folder plain
    mkdir split
    cp -r plain split/train
    gzip -k r.csv r.jsonl r.ft
    cp r.csv.gz without_ending
    cp r.ft other_ending.txt
    tr , ';' <r.csv >semicolons.csv
    sed 's/$/\r/' r.csv >crlf.csv
    { printf '\xef\xbb\xbf' && cat r.csv; } >mark.csv
    tail -n +2 r.csv >headless.csv
    sed 's/,\(.*\)/,"\1"/' r.csv >quoted.csv
    awk 'NR % 7 == 0 { print "" } { print }' r.jsonl >blanks.jsonl
    for form in r.tsv r.jsonl r.ft plain split r.csv.gz r.jsonl.gz r.ft.gz without_ending \
        other_ending.txt semicolons.csv crlf.csv mark.csv headless.csv quoted.csv blanks.jsonl; do
        [ "$(fingerprint $form)" == "$expected" ] || { echo "$form"; return 1; }
    done
    for form in r.csv r.tsv r.jsonl r.ft r.csv.gz r.ft.gz; do
        [ "$(fingerprint - <$form)" == "$expected" ] || { echo "$form"; return 1; }
    done
    [ "$(fingerprint <(cat r.jsonl))" == "$expected" ]
    [ "$(fingerprint --train r.csv)" == "$expected" ]
}

@test "equal runs are equal, whatever the threads; another seed makes another model" {
    one=$(fingerprint r.csv -j 1)
    [ "$(fingerprint r.csv -j 1)" == "$one" ]
    [ "$(fingerprint r.csv -j 2)" == "$one" ]
    [ "$(fingerprint r.csv -j 3)" == "$one" ]
    [ "$(fingerprint r.csv --seed 2)" != "$one" ]
}

@test "load says the same of every form" {
    make_folder folder
    "$SEQNET" load r.csv >expected
    grep -qx '120 train sequences' expected
    grep -q '^train: lengths 10 to 10, mean 10.00, median 10; neg 60, pos 60; out of vocabulary 0.00 %$' expected
    for form in r.tsv r.jsonl r.ft folder; do
        "$SEQNET" load $form | cmp - expected
    done
    "$SEQNET" load - <r.ft | cmp - expected
    gzip -c r.tsv | "$SEQNET" load - | cmp - expected
}

@test "load -o writes every form so that it reads back the same" {
    expected=$(fingerprint r.csv)
    for name in x.csv x.tsv x.jsonl x.ft x.csv.gz x.tsv.gz x.jsonl.gz x.ft.gz folder/; do
        "$SEQNET" load r.jsonl -q -o $name >/dev/null
        [ "$(fingerprint ${name%/})" == "$expected" ] || { echo "$name"; return 1; }
    done
    cmp x.csv r.csv
    cmp x.ft r.ft
    zcat x.jsonl.gz | cmp - x.jsonl
    expect_error 2 "x.foo: its ending tells no format" "$SEQNET" load r.csv -q -o x.foo
    expect_error 3 "r.csv: its test part has no rows" "$SEQNET" load r.csv -q --part test -o t.csv
    [ ! -e t.csv ]
}

@test "quotes, line ends and control characters survive a conversion" {
    printf '{"label":"a b","text":"say \\"no\\", twice\\nand\\r\\nagain\\ttab \\u00e9 \\ud83d\\ude00"}\n' >odd.jsonl
    printf '{"label":"=c,\\"","text":" spaces "}\n' >>odd.jsonl
    for name in odd.csv odd.tsv odd.jsonl.gz; do
        "$SEQNET" load odd.jsonl -q -o $name >/dev/null
        "$SEQNET" load $name -q -f -o back.jsonl >/dev/null
        "$SEQNET" load odd.jsonl -q -f -o expected.jsonl >/dev/null
        cmp back.jsonl expected.jsonl
    done
    [ "$(wc -l <expected.jsonl)" -eq 2 ]
    grep -q 'twice\\nand\\r\\nagain\\ttab é 😀"}$' expected.jsonl
}

@test "load -o .npz makes padded ids that load, train and evaluate read" {
    "$SEQNET" load r.csv -q -o ids.npz >/dev/null
    run "$SEQNET" load ids.npz
    [[ ${lines[0]} == "120 train sequences" && ${lines[1]} == "0 test sequences" ]]
    "$SEQNET" load r.csv --test-split 0.25 -q -o both.npz >/dev/null
    "$SEQNET" train both.npz --epochs 1 --validation-split 0 -q -o ids.safetensors
    "$SEQNET" evaluate both.npz -m ids.safetensors | grep -qx 'both.npz, test part: 30 rows'
}

@test "evaluate measures the same in every form" {
    model=$(text_model)
    make_folder folder
    measure() { "$SEQNET" evaluate "$1" -m "$model" --json | sed 's/"data":"[^"]*"/"data":""/'; }
    measure r.csv >expected
    grep -q '"n":120,.*"part":"all","labels":\["neg","pos"\]' expected
    gzip -k r.jsonl
    for form in r.tsv r.jsonl r.ft folder r.jsonl.gz; do
        measure $form | cmp - expected
    done
    measure - <r.tsv | cmp - expected
    gzip -c r.ft | measure - | cmp - expected
    measure <(cat r.csv) | cmp - expected
}

@test "labels are sorted as numbers, then as names" {
    labels() { "$SEQNET" info --json "$1" | sed 's/.*"labels":\(\[[^]]*\]\).*/\1/'; }
    awk -F '\t' 'BEGIN { split("10 9 2 good", l, " ") } { print l[NR % 4 + 1] "," $2 }' rows >four.csv
    "$SEQNET" train four.csv --epochs 1 -q -o m.safetensors
    [ "$(labels m.safetensors)" == '["2","9","10","good"]' ]
    "$SEQNET" predict -q -m m.safetensors "a lovely film" -k 4 | awk -F '\t' 'NF != 8 { exit 1 }
        { for (i = 4; i <= 8; i += 2) if ($i > $(i - 2)) exit 1
          exit $2 + $4 + $6 + $8 < 0.99999 || $2 + $4 + $6 + $8 > 1.00001 }'
    awk -F '\t' '{ print "{\"text\":\"" $2 "\",\"label\":" (NR % 2 ? "true" : "false") "}" }' rows >bool.jsonl
    "$SEQNET" train bool.jsonl --epochs 1 -q -o m.safetensors
    [ "$(labels m.safetensors)" == '["false","true"]' ]
    awk -F '\t' '{ print "{\"text\":\"" $2 "\",\"label\":" (NR % 2 ? "1.0" : "[0]") "}" }' rows >numbers.jsonl
    "$SEQNET" train numbers.jsonl --epochs 1 -q -o m.safetensors
    [ "$(labels m.safetensors)" == '["0","1.0"]' ]
    awk -F '\t' '{ print (NR % 2 ? "très bien" : "не очень") "\t" $2 }' rows | to_tsv >words.tsv
    "$SEQNET" train words.tsv --epochs 1 -q -o m.safetensors
    [ "$(labels m.safetensors)" == '["très bien","не очень"]' ]
}

@test "--map merges, renames and drops labels" {
    awk -F '\t' '{ print NR % 5 + 1 "," $2 }' rows | { echo stars,text && cat; } >stars.csv
    run --separate-stderr "$SEQNET" load stars.csv --map '1,2=negative;4,5=positive;*='
    [[ $output == *"negative 48, positive 48;"* ]]
    [[ $stderr == *"dropped 24 rows whose labels --map drops"* ]]
    run --separate-stderr "$SEQNET" load stars.csv --map '1,2=negative;4,5=positive'
    [[ $output == *"3 24, negative 48, positive 48;"* ]]
    for map in '3=;1=low;*=*' '3=;1=low'; do
        run --separate-stderr "$SEQNET" load stars.csv --map "$map"
        [[ $output == *"2 24, 4 24, 5 24, low 24;"* ]]
    done
    run --separate-stderr "$SEQNET" load stars.csv --map '1=low;*=other'
    [[ $output == *"low 24, other 96;"* ]]
    expect_error 2 "the label map's rule 'pos' has no '='" "$SEQNET" load -q r.csv --map pos
    expect_error 2 "names 'pos' twice" "$SEQNET" load -q r.csv --map 'pos=a;pos=b'
    expect_error 2 "the label map is empty" "$SEQNET" load -q r.csv --map ''
    expect_error 3 "no rows left: --map drops all 120" "$SEQNET" load -q r.csv --map 'x=y;*='
    # What a model calls otherwise is renamed for it.
    sed 's/^pos/P/; s/^neg/N/' r.csv >short.csv
    expect_error 3 "short.csv:2: the label 'N' is none of the model's .neg, pos.; rename it with --map 'N=NAME', or drop its rows with 'N='" \
        "$SEQNET" evaluate -q short.csv -m "$(text_model)"
    expect_error 3 "the label 'negative' is none of the model's .neg, pos." \
        "$SEQNET" evaluate -q builtin:demo:100 -m "$(text_model)"
    "$SEQNET" evaluate short.csv -m "$(text_model)" --map 'P=pos;N=neg' | sed 1d >mapped
    "$SEQNET" evaluate r.csv -m "$(text_model)" | sed 1d | cmp - mapped
}

@test "columns and keys are named or numbered" {
    expected=$(fingerprint r.csv)
    awk -F '\t' '{ print NR "," $2 "," $1 ",1" }' rows | { echo id,words,mood,weight && cat; } >wide.csv
    expect_error 3 "which column is the text\? wide.csv has 4 columns \(id, words, mood, weight\); pass --text-column" \
        "$SEQNET" train -q wide.csv
    [ "$(fingerprint wide.csv --text-column words --label-column mood)" == "$expected" ]
    [ "$(fingerprint wide.csv --header yes --text-column 2 --label-column 3)" == "$expected" ]
    tail -n +2 wide.csv >headless.csv
    [ "$(fingerprint headless.csv --header no --text-column 2 --label-column 3)" == "$expected" ]
    expect_error 3 "has no column 'nosuch'; it has 4 columns \(id, words, mood, weight\)" \
        "$SEQNET" train -q wide.csv --text-column nosuch --label-column mood
    expect_error 2 "must be different fields" "$SEQNET" train -q r.csv --text-column text --label-column text
    tr , '|' <r.csv >bars
    [ "$(fingerprint bars --delimiter '|')" == "$expected" ]
    [ "$(fingerprint r.tsv --input-format csv --delimiter tab)" == "$expected" ]
    expect_error 2 "delimiter ';;': expected one character" "$SEQNET" train -q r.csv --delimiter ';;'
    sed 's/"text":\(.*\)}/"data":{"body":{"words":\1}}}/; s/"label"/"l.x"/' r.jsonl >deep.jsonl
    [ "$(fingerprint deep.jsonl --text-key data.body.words --label-key l.x)" == "$expected" ]
    expect_error 3 "deep.jsonl:1: has no key 'data.nosuch'" \
        "$SEQNET" train -q deep.jsonl --text-key data.nosuch --label-key l.x
    sed 's/__label__/#/' r.ft >hashes.txt
    [ "$(fingerprint hashes.txt --label-prefix '#')" == "$expected" ]
    sed '5s/\t/\t"/' r.tsv >open.tsv
    expect_error 3 "open.tsv:5: a quote opens a field here and is never closed; close it or pass --no-quotes" \
        "$SEQNET" train -q open.tsv
    "$SEQNET" load open.tsv --no-quotes | grep -qx '120 train sequences'
}

@test "parts: files of their own, or a share of the rows with each label alike" {
    rows 40 7 | to_csv >other.csv
    run --separate-stderr "$SEQNET" train r.csv --test other.csv --val other.csv --epochs 1 -o m.safetensors
    [ "$status" -eq 0 ]
    [[ $stderr == *"120 samples, validate on 40 samples"* && $stderr =~ test:\ accuracy\ [01]\.[0-9]{4},\ loss\ [0-9.]+\ on\ 40\ rows ]]
    run --separate-stderr "$SEQNET" train r.csv --test-split 0.25 --validation-split 0.2 --epochs 1 -o m.safetensors
    [[ $stderr == *"Train on 72 samples, validate on 18 samples"* && $stderr == *" on 30 rows"* ]]
    run --separate-stderr "$SEQNET" train r.csv --validation-split 0 --epochs 1 -o m.safetensors
    [[ $stderr == *"Train on 120 samples, validate on 0 samples"* && $stderr == *"kept epoch 1, the last one"* ]]
    run --separate-stderr "$SEQNET" load r.csv --test-split 0.25 --validation-split 0.1
    [[ $output == *"neg 40, pos 40;"*"neg 15, pos 15;"*"neg 5, pos 5;"* ]] || { echo "$output"; false; }
    "$SEQNET" load r.csv --test-split 0.25 --split-seed 1 >one
    "$SEQNET" load r.csv --test-split 0.25 --split-seed 1 | cmp - one
    run ! cmp -s one <("$SEQNET" load r.csv --test-split 0.25 --split-seed 2)
    expect_error 2 "has a test part already" "$SEQNET" train -q r.csv --test other.csv --test-split 0.1
    expect_error 3 "the validation part has no rows" "$SEQNET" train -q r.csv --validation-split 0.001
    expect_error 3 "nosuch.csv: cannot be opened" "$SEQNET" train -q r.csv --val nosuch.csv
    for part in test val; do
        expect_error 2 "standard input is named for two parts" "$SEQNET" train -q - --$part - <r.csv
    done
    "$SEQNET" load r.csv --test - <other.csv | grep -qx '40 test sequences'
}

@test "a folder brings its parts along" {
    make_folder data/train
    cp -r data/train data/test
    mkdir data/train/unsup
    echo unlabelled >data/train/unsup/1.txt
    touch data/train/urls_pos.txt data/train/pos/.hidden
    run "$SEQNET" load data
    [[ ${lines[0]} == "120 train sequences" && ${lines[1]} == "120 test sequences" ]]
    "$SEQNET" evaluate data -m "$(text_model)" | grep -qx 'data, test part: 120 rows'
    mkdir empty
    expect_error 3 "empty: is a folder without texts; expected LABEL/NAME.txt" "$SEQNET" load empty
}

@test "--folds measures on every fold, the same each time, and saves a model of all rows" {
    run --separate-stderr "$SEQNET" train r.csv --folds 3 --epochs 1 -o folds.safetensors --json
    [ "$status" -eq 0 ]
    [[ ${lines[0]} =~ ^\{\"fold\":1,\"folds\":3,\"accuracy\":[01]\.?[0-9]*,\"loss\":[0-9.]+,\"n\":40\}$ ]]
    [[ $stderr == *"fold 3/3: accuracy "*" on 40 rows"*"3 folds: accuracy "*", standard deviation "* ]]
    first=$output
    run --separate-stderr "$SEQNET" train r.csv --folds 3 --epochs 1 -o folds.safetensors --json
    [ "${output%\{\"epoch*}" == "${first%\{\"epoch*}" ]
    "$SEQNET" train r.csv --epochs 1 -q -o whole.safetensors
    [ "$("$SEQNET" info folds.safetensors | grep ^fingerprint)" == "$("$SEQNET" info whole.safetensors | grep ^fingerprint)" ]
    expect_error 2 "--folds is for them" "$SEQNET" train -q builtin:demo:100 --folds 3
    expect_error 2 "folds make a test part of their own" "$SEQNET" train -q r.csv --folds 3 --test r.csv
}

@test "--weight-column: weights of 1 change nothing, others do, bad ones are refused" {
    weigh() { awk -F '\t' -v w="$1" '{ print $1 "," $2 "," (NR % 3 ? 1 : w) }' rows | { echo label,text,w && cat; }; }
    for w in 1 5 nan -1 inf x ''; do weigh "$w" >w"$w".csv; done
    expected=$(fingerprint r.csv)
    [ "$(fingerprint w1.csv)" == "$expected" ]
    [ "$(fingerprint w1.csv --weight-column w)" == "$expected" ]
    [ "$(fingerprint w5.csv --weight-column w)" != "$expected" ]
    for w in nan -1 inf x ''; do
        expect_error 3 "w$w.csv:4: the weight '$w' is not a number of at least 0" \
            "$SEQNET" train -q w"$w".csv --weight-column w
    done
    sed '1!s/,[^,]*$/,0/' w1.csv >zero.csv
    expect_error 3 "zero.csv: all [0-9]+ training rows have the weight 0" "$SEQNET" train -q zero.csv --weight-column w
    expect_error 3 "has no column 'nosuch'" "$SEQNET" train -q r.csv --weight-column nosuch
}

@test "--vectors starts from known words, gzipped or not" {
    cat >v.vec <<'END'
3 32
END
    for word in film lovely awful; do
        awk -v w=$word 'BEGIN { printf "%s", w; for (i = 0; i < 32; i++) printf " %.2f", i / 100; print "" }'
    done >>v.vec
    expected=$(fingerprint r.csv --embedding-dim 32)
    with=$(fingerprint r.csv --embedding-dim 32 --vectors v.vec)
    [ "$with" != "$expected" ]
    grep -q '^vectors: v.vec has 3 of the 26 words, [0-9.]* % of the training tokens$' fingerprint.log
    gzip -k v.vec
    [ "$(fingerprint r.csv --embedding-dim 32 --vectors v.vec.gz)" == "$with" ]
    tail -n +2 v.vec >headless.vec
    [ "$(fingerprint r.csv --embedding-dim 32 --vectors headless.vec)" == "$with" ]
    sed 's/0.31/nan/' v.vec >nan.vec
    expect_error 3 "nan.vec:2: " "$SEQNET" train -q r.csv --vectors nan.vec
    expect_error 3 "r.csv:1: is no word followed by numbers" "$SEQNET" train -q r.csv --vectors r.csv
    expect_error 3 "nosuch: cannot be opened" "$SEQNET" train -q r.csv --vectors nosuch
}

@test "--vectors auto counts vectors on the training rows" {
    expected=$(fingerprint r.csv --embedding-dim 16)
    with=$(fingerprint r.csv --embedding-dim 16 --vectors auto -j 1)
    [ "$with" != "$expected" ]
    grep -q '^vectors: counted for 26 words, 100.0 % of the training tokens$' fingerprint.log
    [ "$(fingerprint r.csv --embedding-dim 16 --vectors auto -j 3)" == "$with" ]
    "$SEQNET" train -q r.csv --vectors auto --epochs 1 -f -o m.safetensors
    "$SEQNET" info --json m.safetensors | grep -q '"vectors": *"auto"'
    expect_error 2 "counted word vectors have at most 1024 numbers" \
        "$SEQNET" train -q r.csv --vectors auto --embedding-dim 1025
    expect_error 3 "./auto: cannot be opened" "$SEQNET" train -q r.csv --vectors ./auto
}

@test "check finds what would spoil a training, and is content with what would not" {
    rows 30 7 | to_csv >other.csv
    run --separate-stderr "$SEQNET" check r.csv --test other.csv
    [ "$status" -eq 0 ]
    [[ $output == *"nothing needs attention"* ]]
    {
        cat r.csv
        tail -n 1 r.csv
        sed -n '2s/neg/pos/p' r.csv
        echo bad
        echo rare,a word
    } >spoilt.csv
    sed -n 1,3p r.csv >leak.csv
    run --separate-stderr "$SEQNET" check spoilt.csv --test leak.csv
    [ "$status" -eq 1 ]
    [[ $output == *"problem: spoilt.csv:124: 1 field, expected 2"* ]]
    [[ $output == *"problem: 1 label has fewer than 10 training rows: 'rare' (1);"* ]]
    [[ $output == *"problem: 2 rows are in two parts, so that a test is no test: leak.csv:2 = spoilt.csv:2"* ]]
    [[ $output == *"problem: 1 row repeats the words of another with a different label: spoilt.csv:123 = line 2"* ]]
    run --separate-stderr "$SEQNET" check spoilt.csv --test leak.csv --json
    [ "$status" -eq 1 ]
    [[ $output =~ ^\{\"data\":\"spoilt.csv\",.*\"bad_records\":1,\"problems\":\[\" ]]
    for form in r.tsv r.jsonl r.ft; do "$SEQNET" check $form >/dev/null; done
    gzip -c r.csv | "$SEQNET" check - | grep -q '^train: 120 rows$'
    run --separate-stderr "$SEQNET" check <(echo text,label && yes 'same,a' | head -n 30)
    [ "$status" -eq 1 ]
    [[ $output == *"problem: there is one label only"* ]]
}

@test "--skip-bad does not hide that an input ends too early" {
    model=$(text_model)
    gzip -c r.csv | head -c -20 >cut.csv.gz
    { cat r.csv && printf 'pos,"never closed\nneg,dull\n'; } >open.csv
    for bad in cut.csv.gz open.csv; do
        expect_error 3 "$bad" "$SEQNET" load $bad --skip-bad
        expect_error 3 "$bad" "$SEQNET" train $bad --skip-bad -q -o m.safetensors
        expect_error 3 "$bad" "$SEQNET" evaluate --model "$model" $bad --skip-bad
        expect_error 3 "$bad" "$SEQNET" check $bad
        run -3 --separate-stderr "$SEQNET" predict --model "$model" --skip-bad --text-column text --input $bad
        [[ $stderr == *"$bad"* ]]
    done
}

@test "an .npz keeps labels and has no validation part" {
    to_csv <<<"$(awk -F '\t' '{ print (NR % 3 ? $1 : "so so") "\t" $2 }' rows)" >three.csv
    "$SEQNET" load three.csv -o three.npz
    run -0 --separate-stderr "$SEQNET" load three.npz
    [[ $output == *"neg 40, pos 40, so so 40"* ]]
    "$SEQNET" train three.npz --epochs 2 -q -o three.safetensors
    "$SEQNET" evaluate --model three.safetensors three.npz --part train | grep 'so so'
    python3 -c 'import numpy' 2>/dev/null && [ "$(python3 -c 'import numpy
print(*numpy.load("three.npz")["labels"], sep=",")')" == "neg,pos,so so" ]
    expect_error 2 "a train and a test part only" "$SEQNET" load -q three.csv --val three.csv -o v.npz
    expect_error 2 "leave --part out" "$SEQNET" load -q three.csv --part train -o v.npz
    [ ! -e v.npz ]
}

@test "paths and a command line that are no UTF-8 leave a model that is" {
    name=$(printf 'caf\xe9.csv')
    sed "s/^neg/nég/" r.csv >"$name"
    "$SEQNET" train "$name" --epochs 1 -q -o m.safetensors
    python3 -c 'import json, struct
data = open("m.safetensors", "rb").read()
header = json.loads(data[8:8 + struct.unpack("<Q", data[:8])[0]].decode("utf-8"))
assert "n\u00e9g" in json.loads(header["__metadata__"]["labels"])
assert json.loads(header["__metadata__"]["training"])["data"] == "caf\ufffd.csv"'
    "$SEQNET" evaluate --model m.safetensors "$name" --part train
}

@test "an option that would do nothing is refused" {
    mkdir -p tree/a tree/b
    echo one >tree/a/1.txt
    echo two >tree/b/1.txt
    "$SEQNET" pad builtin:demo:200 --maxlen 8 -o ids.npz >/dev/null
    for option in "--text-column x" "--label-column x" "--weight-column x" "--input-format csv" "--delimiter ;" \
        --no-quotes "--header yes"; do
        for data in builtin:demo:200 ids.npz; do
            # shellcheck disable=SC2086
            expect_error 2 "$data: says itself which rows .*is for files of texts" "$SEQNET" train -q $data $option
        done
        # shellcheck disable=SC2086
        expect_error 2 "tree: is a folder, .*is for files of records" "$SEQNET" train -q tree $option
    done
    for option in "--text-rule keras" --no-digits --cjk-pairs "--min-count 2" "--vocabulary x"; do
        # shellcheck disable=SC2086
        expect_error 2 "ids.npz: holds ids; .* is for texts" "$SEQNET" train -q ids.npz $option
    done
    expect_error 2 "not from both" "$SEQNET" train -q r.csv --vocabulary x --word-index y
}

@test "tokens: scripts, comments, escapes and typography of web pages and word processors" {
    "$SEQNET" train r.csv --epochs 1 -q -o unicode.safetensors
    text='<script>var x = 1;</script>U.S.A. <!-- a > b -->&amp;quot;&amp;#39; <style>p {}</style>İyi'
    [ "$("$SEQNET" tokens -m unicode.safetensors "$text" | sed -n 's/^tokens *//p' | tr -d '[]')" == "usa \" ' iyi" ]
    { sed -n 1p r.csv && sed "1d; s/\$/ don't great —/" r.csv; } >plain.csv
    "$SEQNET" train plain.csv --text-rule keras --epochs 1 -q -o keras.safetensors
    text='“Great” don’t great—don´t … — zebra’s “zebra”'
    [ "$("$SEQNET" tokens -m keras.safetensors "$text" | sed -n 's/^tokens *//p')" == "great don't great don't — [zebra's] [zebra]" ]
    "$SEQNET" predict -q -m keras.safetensors <<<"It was “great”, don’t" >typographic
    "$SEQNET" predict -q -m keras.safetensors <<<"It was \"great\", don't" >ascii
    cmp typographic ascii
}

@test "few texts have a smaller vocabulary than many, unless the number of words is typed" {
    seq 12001 | awk 'function word(n, s) { s = ""; while (n > 0) { s = s sprintf("%c", 97 + n % 26); n = int(n / 26) } return s }
        { print (NR % 2 ? "a" : "b") "\tx" word(NR) " y" word(NR) }' >many.tsv
    head -n 12000 many.tsv >few.tsv
    load() { "$SEQNET" load "$@" --validation-split 0 2>/dev/null | sed -n 's/^ids: 0 to \([0-9]*\);.*/\1/p'; }
    [ "$(load few.tsv)" = 13999 ]
    [ "$(load many.tsv)" = 24005 ]
    [ "$(load few.tsv --num-words 20000)" = 19999 ]
    [ "$(load few.tsv --num-words 0)" = 24003 ]
    head -n 1 many.tsv | cut -f 2 >more.txt
    "$SEQNET" train few.tsv --unlabeled more.txt --validation-split 0 --preset lstm --epochs 1 --units 1 --embedding-dim 1 -o m.safetensors -q
    [ "$("$SEQNET" info --json m.safetensors | jq .config.encoding.num_words)" = 24004 ]
}
