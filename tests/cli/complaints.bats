#!/usr/bin/env bats
# What users of text classifiers complain about most: each is settled here, and stays so.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    rows 120 >rows
    to_csv <rows >r.csv
    to_fasttext <rows >r.ft
}

@test "a wrong format does not pass as a training on no labels" {
    cut -f 2 rows >plain.txt
    expect_error 3 "plain.txt: is not in a format with labels .*--input-format" "$SEQNET" train -q plain.txt
    expect_error 3 "plain.txt:1: no label; expected __label__NAME text" "$SEQNET" train -q plain.txt --input-format fasttext
    sed 's/__label__/label_/' r.ft >prefix.ft
    expect_error 3 "prefix.ft:1: no label; expected __label__NAME text" "$SEQNET" train -q prefix.ft
    sed '7s/__label__[a-z]*//' r.ft >one.ft
    expect_error 3 "one.ft:7: no label" "$SEQNET" train -q one.ft
    expect_error 3 "which column is the label\? r.ft has 1 column" "$SEQNET" train -q r.ft --input-format csv
    expect_error 3 "r.csv:1: is not a JSON object" "$SEQNET" train -q r.csv --input-format jsonl
    sed 's/$/,/' r.csv | sed '9s/,$//' >ragged.csv
    expect_error 3 "ragged.csv:9: 2 fields, expected 3" "$SEQNET" train -q ragged.csv
    sed '9s/^[a-z]*,/,/' r.csv >empty.csv
    expect_error 3 "empty.csv:9: has no label; give it one or leave it out" "$SEQNET" train -q empty.csv
    head -c 2000 "$SEQNET" >program.csv
    expect_error 3 "program.csv: is a program; name a file of texts" "$SEQNET" train -q program.csv
    { echo '[' && to_jsonl <rows && echo ']'; } >array.json
    expect_error 3 "array.json: begins with a JSON array, .*jq -c" "$SEQNET" train -q array.json
    sed 's/^pos/neg/' r.csv >one.csv
    expect_error 3 "one.csv: all [0-9]* training rows have the label 'neg'" "$SEQNET" train -q one.csv
    expect_error 3 "r.csv: has 120 different labels in [0-9]* training rows; name the field" \
        "$SEQNET" train -q r.csv --label-column text --text-column label
    expect_error 3 "r.csv: no word of the training rows is left for the vocabulary; .*--min-count" \
        "$SEQNET" train -q r.csv --min-count 1000
    sed 's/,.*/,/; 1s/$/text/' r.csv >wordless.csv
    expect_error 3 "wordless.csv: no word of the training rows is left" "$SEQNET" train -q wordless.csv
    "$SEQNET" load wordless.csv | grep -q '; vocabulary: 0 words$'
    : >no_words
    expect_error 3 "no_words: " "$SEQNET" train -q r.csv --vocabulary no_words
    [ ! -e seqnet.safetensors ]
}

@test "answers match lines, empty ones and those of unknown words included" {
    printf 'lovely\n\nqqq zzz\n\n\n' >lines
    for format in text json fasttext; do
        [ "$("$SEQNET" predict -q -m "$(text_model)" --output-format $format -i lines | wc -l)" -eq 5 ]
    done
    [ "$("$SEQNET" predict -q -m "$(text_model)" -i lines | paste lines - | wc -l)" -eq 5 ]
}

@test "results are equal from run to run and on any number of threads" {
    first=$(fingerprint r.csv -j 1)
    for j in 1 2 4; do [ "$(fingerprint r.csv -j $j)" == "$first" ]; done
    cp fingerprint.safetensors first.safetensors
    fingerprint r.csv -j 2 >/dev/null
    "$SEQNET" evaluate r.csv -m first.safetensors -j 1 >measured
    "$SEQNET" evaluate r.csv -m fingerprint.safetensors -j 3 | cmp - measured
}

@test "there is a validation, and its best epoch is kept" {
    run --separate-stderr "$SEQNET" train r.csv --epochs 3 -o m.safetensors
    [[ $stderr == *"validate on 24 samples"*"val_acc: "*"val_loss: "*"best epoch "*": val_acc "* ]]
}

@test "the confusion matrix and the figures of each label are printed" {
    # A file whose truth is known: the model's own answers, every tenth one turned over.
    cut -f 2 rows >lines
    "$SEQNET" predict -q -m "$(text_model)" -i lines | cut -f 1 |
        awk 'NR % 10 == 0 { print $1 == "pos" ? "neg" : "pos"; next } { print }' | paste - lines | to_csv >truth.csv
    run --separate-stderr "$SEQNET" evaluate truth.csv -m "$(text_model)"
    [ "${lines[1]}" == "accuracy: 0.9000" ]
    [[ $output =~ predicted$'\n'true\ +neg\ +pos$'\n'neg\ +[0-9]+\ +[0-9]+$'\n'pos\ +[0-9]+\ +[0-9]+ ]]
    [[ $output =~ precision\ +recall\ +f1\ +rows$'\n'neg\ +[01]\.[0-9]{4} ]]
    "$SEQNET" evaluate truth.csv -m "$(text_model)" --json | grep -qE '"confusion":\[\[[0-9]+,[0-9]+\],\[[0-9]+,[0-9]+\]\]'
    run --separate-stderr "$SEQNET" evaluate truth.csv -m "$(text_model)" --min-accuracy 0.95
    [ "$status" -eq 1 ]
}

@test "a bad weight or a missing file is one clear line and no crash" {
    awk -F '\t' '{ print $1 "," $2 "," (NR == 5 ? "nan" : 1) }' rows | { echo label,text,w && cat; } >nan.csv
    expect_error 3 "nan.csv:6: the weight 'nan' is not a number of at least 0" "$SEQNET" train -q nan.csv --weight-column w
    awk -F '\t' '{ print "{\"label\":\"" $1 "\",\"text\":\"" $2 "\",\"w\":" (NR == 5 ? "null" : 1) "}" }' rows >null.jsonl
    expect_error 3 "null.jsonl:5: the weight 'null' is not a number of at least 0" "$SEQNET" train -q null.jsonl --weight-column w
    for command in train load check "evaluate -m $(text_model)" "predict -m $(text_model) -i" \
        "train r.csv --val" "train r.csv --test" "train r.csv --vectors" "train r.csv --vocabulary"; do
        # shellcheck disable=SC2086
        expect_error 3 "nosuch: cannot be opened: No such file" "$SEQNET" $command nosuch -q
    done
    expect_error 4 "nosuch: cannot be opened: No such file" "$SEQNET" predict -m nosuch hello
    expect_error 6 "nosuch/m: cannot be written" "$SEQNET" train -q r.csv -o nosuch/m
    for weights in foo foo=2 pos=nan pos=-1 pos=inf pos=2,neg= '' pos=0,neg=0; do
        expect_error 2 "class weights?" "$SEQNET" train -q r.csv --class-weight "$weights"
    done
}

@test "composed and decomposed characters are the same word, upper case is lower case" {
    awk -F '\t' '{ print $1 "," $2 (NR % 2 ? " caf\303\251" : "") }' rows | { echo label,text && cat; } >nfc.csv
    sed $'s/\xc3\xa9/e\xcc\x81/' nfc.csv >nfd.csv
    run ! cmp -s nfc.csv nfd.csv
    [ "$(fingerprint nfc.csv)" == "$(fingerprint nfd.csv)" ]
    "$SEQNET" predict -q -m fingerprint.safetensors --json $'a caf\xc3\xa9' | grep '"oov":0' >composed
    "$SEQNET" predict -q -m fingerprint.safetensors --json $'a cafe\xcc\x81' | cmp - composed
    "$SEQNET" predict -q -m fingerprint.safetensors --json $'A CAF\xc3\x89' | cmp - composed
}

@test "a rare label counts with --class-weight" {
    rows 300 9 | awk -F '\t' '$1 == "neg" || NR % 24 == 0' | to_csv >rare.csv
    plain=$(fingerprint rare.csv)
    cp fingerprint.safetensors plain.safetensors
    balanced=$(fingerprint rare.csv --class-weight balanced)
    [ "$plain" != "$balanced" ]
    [ "$(fingerprint rare.csv --class-weight pos=1,neg=1)" == "$plain" ]
    fingerprint rare.csv --class-weight balanced >/dev/null
    rare() { "$SEQNET" predict -m "$1" -q 'a lovely film' --json | sed 's/.*"pos":\([0-9.]*\).*/\1/'; }
    awk "BEGIN { exit !($(rare fingerprint.safetensors) > $(rare plain.safetensors)) }"
    run -0 "$SEQNET" check rare.csv
    [[ $output == *"note: labels are out of balance: 12 to 150 training rows; consider --class-weight balanced"* ]]
}

@test "a label may be any text, and comes back as it was" {
    awk -F '\t' '{ print "\"" ($1 == "pos" ? "good, very \"\"good\"\"" : "__label__x\ty") "\"," $2 }' rows | { echo label,text && cat; } >odd.csv
    "$SEQNET" train odd.csv --epochs 2 -q -o m.safetensors
    "$SEQNET" predict -q -m m.safetensors -k 2 lovely | grep -q $'good, very "good"\t0'
    "$SEQNET" predict -q -m m.safetensors -k 2 lovely | grep -qF '__label__x\ty'
    "$SEQNET" evaluate odd.csv -m m.safetensors --json | grep -qF '"labels":["__label__x\ty","good, very \"good\""]'
    [ "$("$SEQNET" predict -q -m m.safetensors -k 2 lovely | awk -F '\t' '{ print NF }')" -eq 4 ]
}

@test "a weight in a model that is no number is refused" {
    model=$(text_model)
    start=$(($(od -An -t u8 -N 8 "$model") + 8))
    cp "$model" nan.safetensors
    printf '\377\377\377\377' | dd of=nan.safetensors bs=1 seek=$(($(wc -c <"$model") - 4)) conv=notrunc 2>dd.log
    [ "$start" -lt "$(wc -c <"$model")" ]
    run --separate-stderr "$SEQNET" predict -m nan.safetensors lovely
    [ "$status" -eq 4 ] || { echo "$status $output $stderr"; false; }
}
