#!/usr/bin/env bats
# builtin:recall, the generated long-range task.

bats_require_minimum_version 1.5.0
load helpers

setup() { setup_workdir; }

@test "recall: all rows have LENGTH words, of which the one after the mark is the label" {
    "$SEQNET" load -q builtin:recall:30:500 --head 0 -o r.csv
    [ "$(wc -l <r.csv)" -eq 501 ]
    tail -n +2 r.csv | tr ',' ' ' | awk '
        { for (i = 2; i < NF && $i != "mark"; i++); if (NF != 31 || $(i + 1) != $1) exit 1 }'
    "$SEQNET" load builtin:recall:30:500 | grep -q '^train: lengths 31 to 31,.*blue 200, red 200'
}

@test "recall: a model takes in every word, however many there are" {
    "$SEQNET" train builtin:recall:600:100 --units 2 --epochs 1 -q -o m.safetensors
    "$SEQNET" info m.safetensors | grep -q '601'
    "$SEQNET" evaluate builtin:recall:600:100 -m m.safetensors | grep -q 'test part: 20 rows'
    "$SEQNET" predict -m m.safetensors 'sun mark red sea' | grep -qE '^(red|blue)'
    "$SEQNET" check builtin:recall:600:100 | grep -q '^nothing needs attention'
    run -1 "$SEQNET" check --maxlen 500 builtin:recall:600:100
}

@test "recall: an LSTM learns short texts in seconds, and another seed draws others" {
    "$SEQNET" train builtin:recall:8:4000 --optimizer adam --lr 1e-2 --epochs 8 --min-accuracy 0.95 \
        -q -o m.safetensors
    "$SEQNET" evaluate builtin:recall:8:4000:2 -m m.safetensors --min-accuracy 0.95 >/dev/null
    [ "$("$SEQNET" load -q builtin:recall:8:100:1 --head 9)" != \
        "$("$SEQNET" load -q builtin:recall:8:100:2 --head 9)" ]
}

@test "recall: a name out of range is refused" {
    expect_error 2 'builtin:recall: LENGTH must be .* from 4 to 100000; write builtin:recall:LENGTH,' \
        "$SEQNET" train -q builtin:recall
    expect_error 2 'recall:3: LENGTH must be' "$SEQNET" load -q builtin:recall:3
    expect_error 2 'recall:20:5: SIZE must be' "$SEQNET" load -q builtin:recall:20:5
    expect_error 2 'folds' "$SEQNET" train -q builtin:recall:20:100 --folds 3
}
