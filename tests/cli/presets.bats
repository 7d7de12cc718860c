#!/usr/bin/env bats
# Which defaults DATA gets, what the record says of them, and small archives.

bats_require_minimum_version 1.5.0
load helpers
setup() { setup_workdir; }

# record MODEL FILTER: prints a part of the training record.
record() { "$SEQNET" info --json "$1" | jq -c ".training$2"; }

# archive N [OPTION...]: an archive of ids, d.npz, of N rows.
archive() {
    rows "$1" | to_csv >d.csv
    "$SEQNET" load d.csv -q -f "${@:2}" -o d.npz >/dev/null
}

@test "an archive gets the recipe for ids, texts that for texts, generated corpora the tutorial" {
    archive 120
    "$SEQNET" train d.npz --epochs 1 -q -o m.safetensors
    [ "$(record m.safetensors '.options | [.preset, .optimizer, .schedule, .word_dropout > 0]')" = '["ids","adam","cosine",true]' ]
    [ "$(record m.safetensors .refit)" = true ]
    "$SEQNET" train d.csv --epochs 1 -q -o m.safetensors
    [ "$(record m.safetensors .options.preset)" = '"text"' ]
    "$SEQNET" train builtin:demo:300 --epochs 1 -q -o m.safetensors
    [ "$(record m.safetensors .options.preset)" = '"keras"' ]
}

@test "what is typed counts more than the recipe for ids" {
    archive 120
    "$SEQNET" train d.npz --epochs 2 --no-refit --optimizer sgd --word-dropout 0 -q -o m.safetensors
    [ "$(record m.safetensors '.options | [.preset, .optimizer, .lr, .epochs, .word_dropout]')" = '["ids","sgd",0.01,2,null]' ]
    [ "$(record m.safetensors .refit)" = false ]
    "$SEQNET" train d.npz --preset keras --epochs 1 -q -o m.safetensors
    [ "$(record m.safetensors '.options | del(.validation_split)')" = '{"preset":"keras","optimizer":"rmsprop","lr":0.001,"batch_size":128,"epochs":1,"monitor":"val_acc"}' ]
}

@test "the recipe for ids takes texts, too" {
    rows 120 | to_csv >d.csv
    "$SEQNET" train d.csv --preset ids --epochs 1 -q -o m.safetensors
    [ "$(record m.safetensors .options.preset)" = '"ids"' ]
    "$SEQNET" info --json m.safetensors | jq -e '[.layers[].class_name] == ["InputLayer", "Embedding", "LSTM", "Dense"]'
}

@test "a small archive is learned, and one of a few rows trains" {
    archive 100 --test-split 0.4
    "$SEQNET" train d.npz -q -o m.safetensors
    "$SEQNET" evaluate d.npz -m m.safetensors --min-accuracy 0.9 -q >/dev/null
    archive 10
    "$SEQNET" train d.npz -q -o m.safetensors
    [ "$(record m.safetensors .options.preset)" = '"ids"' ]
}

# Rows of 108 words each.
long_rows() { rows "$1" | awk -F'\t' '{ t = $2; for (i = 0; i < 11; i++) t = t " " $2; print $1 "," t }' | sed '1i label,text'; }

@test "many long texts get convolutions beside n-grams, unless options of an LSTM are typed" {
    long_rows 2000 >long.csv
    "$SEQNET" train long.csv --epochs 1 --filters 4 --embedding-dim 4 --cell conv1d --ngrams both -o m.safetensors 2>log
    grep -q '^n-grams [0-9.]*, Conv1D [0-9.]*, together [0-9.]* on [0-9]* rows$' log
    "$SEQNET" info --json m.safetensors | jq -e '[.layers[] | select(.class_name == "Conv1D")] | length == 3'
    expected=$("$SEQNET" info --json m.safetensors | jq -r .fingerprint)
    "$SEQNET" train long.csv --epochs 1 --filters 4 --embedding-dim 4 --cell conv1d --ngrams both -j 3 -q -o m.safetensors
    [ "$("$SEQNET" info --json m.safetensors | jq -r .fingerprint)" = "$expected" ]
    "$SEQNET" train long.csv --epochs 1 --units 4 --ngrams both -o m.safetensors 2>log
    grep -q '^n-grams [0-9.]*, LSTM [0-9.]*, together' log
    "$SEQNET" train long.csv --epochs 1 --cell gru --units 4 --ngrams both -q -o m.safetensors
    "$SEQNET" info --json m.safetensors | jq -e '[.layers[] | select(.class_name == "GRU")] | length == 1'
    "$SEQNET" train long.csv --preset accurate --epochs 1 --embedding-dim 4 --ngrams both -q -o m.safetensors
    "$SEQNET" info --json m.safetensors | jq -e '.training.options.preset == "accurate"'
    "$SEQNET" predict -q -m m.safetensors "the film was superb" | grep -q '^pos'
}
