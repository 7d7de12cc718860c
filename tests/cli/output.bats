#!/usr/bin/env bats
# What is printed, whatever was read: JSON that is whole and UTF-8, text that commands no terminal and
# forges no line, tables that align, sentences that agree with their numbers.

load helpers

setup() {
    setup_workdir
}

# hostile_model: a model whose labels hold ESC, a tab, U+202E and U+0085, made once per file of tests.
hostile_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/hostile.safetensors" ]; then
        hostile_rows >"$BATS_FILE_TMPDIR/hostile.csv"
        "$SEQNET" train "$BATS_FILE_TMPDIR/hostile.csv" --epochs 2 -q -o "$BATS_FILE_TMPDIR/hostile.safetensors"
    fi
    echo "$BATS_FILE_TMPDIR/hostile.safetensors"
}

hostile_rows() {
    rows 60 | to_csv | sed $'s/^neg,/n\033[31m\xe2\x80\xaeeg,/; s/^pos,/"p o\ts\xc2\x85x",/'
}

readonly NEGATIVE='n\x1b[31m\u202eeg' POSITIVE='p o\ts\u0085x'

# is_utf8 FILE
is_utf8() {
    iconv -f UTF-8 -t UTF-8 "$1" >/dev/null
}

# commands_nothing FILE: it holds printable ASCII, tabs between fields and line ends only.
commands_nothing() {
    if LC_ALL=C grep -n $'[^\t -~]' "$1"; then return 1; fi
}

# ---- JSON ----

@test "predict --json is UTF-8 whatever the file is called" {
    model=$(text_model)
    printf 'a lovely film\n' >$'caf\xe9.txt'
    "$SEQNET" predict -q -m "$model" --json --with-filename -i $'caf\xe9.txt' >out
    is_utf8 out
    grep -q '^{"file":"caf�.txt","line":1,"label":' out
}

@test "tokens --json is UTF-8 whatever the text is" {
    model=$(demo_model)
    printf 'film \xe9\xff\n' | "$SEQNET" tokens -q -m "$model" --json >out
    is_utf8 out
    grep -q '"tokens":\["film","��"\]' out
    "$SEQNET" tokens -q -m "$model" --json $'film \xc3' >out
    is_utf8 out
}

@test "evaluate, info and check --json are UTF-8 whatever the file is called" {
    cp "$(text_model)" $'mod\xe8le'
    rows 40 | to_csv >$'donn\xe9es.csv'
    "$SEQNET" evaluate -q $'donn\xe9es.csv' -m $'mod\xe8le' --json >evaluated
    "$SEQNET" info $'mod\xe8le' --json >described
    "$SEQNET" check $'donn\xe9es.csv' --json >checked || [ $? -eq 1 ]
    for file in evaluated described checked; do is_utf8 $file; done
    grep -q '"data":"donn�es.csv"' evaluated
    grep -q '"file":"mod�le"' described
    grep -q '"data":"donn�es.csv"' checked
}

@test "JSON has the labels as they are, escaped" {
    model=$(hostile_model)
    echo "a lovely film" | "$SEQNET" predict -q -m "$model" --json >out
    grep -qF '"n\u001b[31m'$'\xe2\x80\xae''eg":' out
    grep -qF '"p o\ts\u0085x":' out
}

# ---- Text that others wrote ----

@test "what a model holds commands no terminal: info" {
    cp "$(hostile_model)" $'m\033[2J'
    "$SEQNET" info $'m\033[2J' >out
    commands_nothing out
    grep -qxF 'file: m\x1b[2J' out
    grep -qxF "labels: $NEGATIVE, $POSITIVE" out
}

@test "no line of info can be forged" {
    "$SEQNET" train builtin:demo:100 --epochs 1 -q -o $'m\nfingerprint: 00000000000000000000000000000000'
    mv m* model
    "$SEQNET" info model >out
    [ "$(grep -c '^fingerprint: ' out)" -eq 1 ]
    grep -qF -- "-o 'm\\nfingerprint: 00000000000000000000000000000000'" out
    cp model $'x\nfingerprint: 1'
    "$SEQNET" info $'x\nfingerprint: 1' >out
    [ "$(grep -c '^fingerprint: ' out)" -eq 1 ]
}

@test "labels and words of data command no terminal: load, check" {
    rows 60 | sed $'s/the /\xc2\x9b31m\033[31m /' | to_csv | sed $'s/^neg,/n\033[31meg,/' >$'r\033.csv'
    "$SEQNET" load -q $'r\033.csv' --head 60 >out
    commands_nothing out
    grep -qF 'n\x1b[31meg' out
    "$SEQNET" check $'r\033.csv' >out || [ $? -eq 1 ]
    commands_nothing out
    grep -qF 'labels: n\x1b[31meg 30 (50.0 %)' out
}

@test "labels command no terminal: evaluate" {
    model=$(hostile_model)
    hostile_rows >$'r\033.csv'
    "$SEQNET" evaluate -q $'r\033.csv' -m "$model" >out
    commands_nothing out
    head -1 out | grep -qxF 'r\x1b.csv, all parts: 60 rows'
    [ "$(grep -cF "$NEGATIVE" out)" -eq 4 ]
}

@test "texts and tokens command no terminal" {
    model=$(demo_model)
    printf 'film \033[31mred\xff \xe2\x80\xa8x\n' | "$SEQNET" tokens -q -m "$model" >out
    commands_nothing out
    [ "$(wc -l <out)" -eq 4 ]
    grep -qxF 'text    film \x1b[31mred\xff \u2028x' out
}

@test "one line per record, whatever labels and files are called" {
    model=$(hostile_model)
    name=$'two\nlines\t\xe9\033'
    rows 6 | cut -f 2 >"$name"
    "$SEQNET" predict -q -m "$model" --with-filename -i "$name" >out
    commands_nothing out
    [ "$(wc -l <out)" -eq 6 ]
    awk -F '\t' 'NF != 3 || $1 != "two\\nlines\\t\\xe9\\x1b"' out | { if grep .; then return 1; fi; }
    cut -f 2 out | sort -u | grep -qxF -e "$NEGATIVE" -e "$POSITIVE"
}

@test "fastText's output has one word per label, without controls" {
    model=$(hostile_model)
    rows 6 | cut -f 2 | "$SEQNET" predict -q -m "$model" --output-format fasttext --top-k 2 >out
    commands_nothing out
    [ "$(wc -l <out)" -eq 6 ]
    grep -qF '__label__p_o_s\u0085x ' out
    grep -qF '__label__n\x1b[31m\u202eeg ' out
}

@test "errors spell out what a terminal would obey" {
    expect_error 3 'a\\nb\\t\\r\\x1b\\x7f\\u009b\\u2028\\u2029\\u202a\\u2066\\u2069\\xff�: ' "$SEQNET" load \
        $'a\nb\t\r\033\177\xc2\x9b\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x81\xa6\xe2\x81\xa9\xff\xef\xbf\xbd'
}

@test "other characters are printed as they are" {
    rows 12 | to_csv | sed 's/^neg,/schlecht – плохо 👎,/' >r.csv
    "$SEQNET" check r.csv >out || [ $? -eq 1 ]
    grep -qF 'labels: pos 6 (50.0 %), schlecht – плохо 👎 6 (50.0 %)' out
}

# ---- Tables and sentences ----

@test "tables align by what a terminal shows" {
    rows 60 | to_csv | sed 's/^neg,/отрицательный,/; s/^pos,/中文评价,/' >r.csv
    "$SEQNET" train r.csv --epochs 4 -q -o m
    "$SEQNET" evaluate -q r.csv -m m >out
    grep -A 2 '^true' out >matrix
    [ "$(sed -n 1p matrix)" = "true           отрицательный       中文评价" ]
    sed -n 2p matrix | grep -qE '^отрицательный {7,}[0-9]+ {7,}[0-9]+$'
    sed -n 3p matrix | grep -qE '^中文评价 {5} {7,}[0-9]+ {7,}[0-9]+$'
    grep -qE '^отрицательный        [01]\.[0-9]{4}  ' out
    grep -qE '^中文评价             [01]\.[0-9]{4}  ' out
}

@test "what is spelt out takes the cells that it fills" {
    model=$(hostile_model)
    hostile_rows >r.csv
    "$SEQNET" evaluate -q r.csv -m "$model" >out
    grep -A 2 '^true' out >matrix
    [ "$(sed -n 1p matrix)" = "true               $NEGATIVE      $POSITIVE" ]
    [ "$(awk '{ print length }' matrix | sort -u | wc -l)" -eq 1 ]
}

@test "check agrees with numbers of one" {
    { rows 150 && printf 'pos\t...\nneg\tsame words\npos\tsame words\nneg\ttwice\n'; } |
        to_csv | sed '5s/film/\xff/' >r.csv
    printf 'label,text\nneg,twice\n' >t.csv
    "$SEQNET" check r.csv --test t.csv >out || [ $? -eq 1 ]
    grep -q '^test: 1 row$' out
    grep -q ': 1 row is in two parts, so that' out
    grep -q ': 1 row repeats the words of another with a different label' out
    grep -q ': 1 row repeats an earlier one of their part' out
    grep -q '^problem: r.csv:5: 1 byte sequence is not UTF-8, here first, and read as U+FFFD; name the encoding with --encoding' out
    "$SEQNET" check r.csv --text-rule keras >out || [ $? -eq 1 ]
    grep -q ': train: 1 row has no words' out
}

@test "check agrees with one row of several labels and one that is dropped" {
    { rows 60 | to_fasttext && echo '__label__odd a film' && echo '__label__neg __label__pos a plot'; } >r.ft
    "$SEQNET" check r.ft --map 'odd=' >out || [ $? -eq 1 ]
    grep -qx 'note: 1 row has several labels, of which the first counts' out
    grep -qx 'note: 1 row is dropped by --map' out
}

@test "load and evaluate agree with numbers of one" {
    rows 60 | to_csv | sed '5s/film/\xff/; 6s/film/\xfe/' >r.csv
    printf 'label,text\nneg,dull \xff\n' >t.csv
    "$SEQNET" load r.csv --test t.csv --head 0 >out 2>err
    grep -qx '60 train sequences' out
    grep -qx '1 test sequence' out
    "$SEQNET" evaluate t.csv -m "$(text_model)" >out 2>err
    head -1 out | grep -qx 't.csv, all parts: 1 row'
    grep -q '^t.csv:2: 1 byte sequence is not UTF-8, here first, and read as U+FFFD' err
    "$SEQNET" evaluate r.csv -m "$(text_model)" 2>&1 >/dev/null | grep -qE '^r.csv:[0-9]+: [2-9] byte sequences are not UTF-8'
}

# ---- Many labels ----

# labelled N: a model of N labels and the rows it was trained on, made once per file of tests.
labelled() {
    if [ ! -f "$BATS_FILE_TMPDIR/$1.safetensors" ]; then
        awk -v n="$1" 'BEGIN { print "label,text"; for (i = 0; i < 12 * n; i++) print "l" i % n ",word" i % n " film" }' \
            >"$BATS_FILE_TMPDIR/$1.csv"
        "$SEQNET" train "$BATS_FILE_TMPDIR/$1.csv" --preset lstm --epochs 1 --units 4 --embedding-dim 4 --no-refit -q \
            -o "$BATS_FILE_TMPDIR/$1.safetensors"
    fi
    cp "$BATS_FILE_TMPDIR/$1".* .
}

@test "the matrix of many labels is printed when it is asked for" {
    labelled 65
    "$SEQNET" evaluate -q 65.csv -m 65.safetensors --matrix >out
    [ "$(awk 'NF == 66' out | wc -l)" -eq 66 ]
    [ "$(grep -cE '^l[0-9]+ +[01]\.[0-9]{4} ' out)" -eq 65 ]
    run ! grep -qE 'confused|worst' out
}

@test "of many labels the largest confusions and the worst labels are named, within 80 columns" {
    labelled 65
    "$SEQNET" evaluate -q 65.csv -m 65.safetensors >out
    [ "$(grep -cE '^  l[0-9]+ -> l[0-9]+, [0-9]+ of 12$' out)" -eq 10 ]
    sed -n 's/^  l.*, \([0-9]*\) of 12$/\1/p' out | sort -c -rn
    grep -A 10 '^worst labels' out | sed 1d | awk '{ print $4 }' | sort -c -g
    grep -qx '10 of 65 labels shown; --matrix or --json shows all' out
    run ! grep -q predicted out
    [ "$(awk '{ if (length > most) most = length } END { print most }' out)" -le 80 ]
}

@test "of many labels the matrix and all confusions are in the JSON" {
    labelled 65
    "$SEQNET" evaluate -q 65.csv -m 65.safetensors --json >out
    # With the right ones they are all rows.
    python3 -c '
import json
e = json.load(open("out"))
assert e["n"] == 65 * 12 and len(e["per_label"]) == 65
wrong = sum(cell["n"] for cell in e["confused"])
assert wrong == round(e["n"] * (1 - e["accuracy"])), (wrong, e["accuracy"])
assert all(cell["label"] != cell["predicted"] and cell["n"] > 0 for cell in e["confused"])
matrix = e["confusion"]
assert sum(map(sum, matrix)) == e["n"] and sum(matrix[i][i] for i in range(65)) == e["n"] - wrong'
}

@test "figures of many labels are the ones of predictions" {
    labelled 65
    "$SEQNET" evaluate -q 65.csv -m 65.safetensors --json >out
    cut -d , -f 2 65.csv | sed 1d | "$SEQNET" predict -q -m 65.safetensors | cut -f 1 >predicted
    python3 -c '
import json
e = json.load(open("out"))
true = [line.split(",")[0] for line in open("65.csv")][1:]
predicted = open("predicted").read().split()
f1s = {label: figures["f1"] for label, figures in e["per_label"].items()}
for label, f1 in f1s.items():
    right = sum(t == p == label for t, p in zip(true, predicted))
    both = true.count(label) + predicted.count(label)
    assert abs(f1 - 2 * right / both) < 1e-12, label
assert abs(e["macro_f1"] - sum(f1s.values()) / len(f1s)) < 1e-12'
}

# ---- The training record ----

@test "info tells that the model was trained again" {
    rows 100 | to_csv >r.csv
    "$SEQNET" train r.csv --epochs 3 --refit -q -o m
    "$SEQNET" info m >out
    [ "$(grep -cE '^  epoch .*  best$' out)" -eq 1 ]
    if grep -q '  kept$' out; then return 1; fi
    rows=$(($(sed -n 's/^training rows: //p' out) + $(sed -n 's/^validation rows: //p' out)))
    tail -1 out | grep -qxE "trained again on all $rows rows for [0-9]+ epochs?"
    "$SEQNET" info m --json | grep -qE "\"refit\":true,\"refit_rows\":$rows,\"refit_epochs\":[0-9]+,"
}

@test "info marks the epoch that was kept, where there was no other training" {
    rows 100 | to_csv >r.csv
    "$SEQNET" train r.csv --epochs 3 --no-refit --monitor val_loss -q -o m
    "$SEQNET" info m >out
    [ "$(grep -cE '^  epoch .*  kept$' out)" -eq 1 ]
    if grep -q -e '  best$' -e '^trained again' out; then return 1; fi
    "$SEQNET" info m --json >out
    grep -q '"refit":false' out
    grep -q '"monitor":"val_loss"' out
}

# ---- These tests ----

@test "a test that needs a terminal is skipped where there is none" {
    mkdir bin
    printf '#!/bin/sh\nexit 1\n' >bin/script
    chmod +x bin/script
    skipped=$(skip() { echo "skipped: $1"; }; PATH=$PWD/bin:$PATH needs_terminal)
    [ "$skipped" = "skipped: no pseudo-terminal can be had" ]
}
