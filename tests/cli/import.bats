#!/usr/bin/env bats
# seqnet import: options, notes, refusals, and what the model does afterwards. That logits are right
# is in tests/keras_import and tests/golden/test_keras_zoo.c.

bats_require_minimum_version 1.5.0
load helpers

# Embedding(7, 4), Dropout, LSTM(3), Dense(1): arrays in the order of get_weights(), and in HDF5.
WEIGHTS="$BATS_TEST_DIRNAME/../data/keras/weights.npz"
HDF5="$BATS_TEST_DIRNAME/../data/keras/keras2.h5"

setup() {
    setup_workdir
    cp "$WEIGHTS" model.npz
    layers >layers.json
    printf '{"good": 1, "bad": 2, "film": 3}' >words.json
}

# layers [KEYS OF THE LSTM]: the list of layers, as Keras 3 names them.
layers() {
    cat <<END
[{"class_name": "Embedding", "config": {"name": "embedding", "input_dim": 7, "output_dim": 4}},
 {"class_name": "Dropout", "config": {"name": "dropout", "rate": 0.5}},
 {"class_name": "LSTM", "config": {"name": "lstm", "units": 3${1:+, $1}}},
 {"class_name": "Dense", "config": {"name": "dense", "units": 1, "activation": "sigmoid"}}]
END
}

import() { "$SEQNET" import model.npz --layer-file layers.json -o m.st "$@"; }

@test "what a file does not say is assumed and noted, and what the model is given" {
    import 2>notes
    grep -q '^no tokenizer is known: the ids are taken for those of Keras.s IMDB data; --tokenizer' notes
    grep -q '^no imdb_word_index.json is found: .*; --word-index' notes
    grep -q '^the file names no length of its rows: 500 ids are taken; --maxlen' notes
    grep -q '^where rows are padded and cut is not in the file: in front, .*; --padding post' notes
    grep -q '^Total params: ' notes
    grep -q '^imported 4 layers, [0-9]* parameters, 2 labels: m.st$' notes
    grep -q '^the model has no words; predict takes texts with --word-index .* ids with --ids$' notes
    run -0 "$SEQNET" predict -m m.st --ids <<<'1 4 5'
    [[ "$output" =~ ^(negative|positive)$'\t'0\. ]]
    import -q -f 2>quiet
    [ ! -s quiet ]
}

@test "sides that an author's dictionary names count, unless an option names others" {
    printf '{"word_index": {"good": 1, "bad": 2}, "padding": "pre", "truncating": "pre"}' >own.json
    import --tokenizer own.json 2>notes
    grep -qx 'rows are padded in front, as own.json says' notes
    grep -qx 'rows are cut in front, as own.json says' notes
    ! grep -q 'not in the file' notes || false
    "$SEQNET" info --json m.st | grep -q '"padding": *"pre"'
    import -f --tokenizer own.json --padding post 2>notes
    ! grep -q 'rows are padded' notes || false
    "$SEQNET" info --json m.st | grep -q '"padding": *"post"'
}

@test "Keras's index of the IMDB data is no tokenizer: the ids of its words are 3 higher" {
    python3 - <<'END'
import json
words = {f"w{i}": i for i in range(1, 88585)}
words.pop("w1"), words.pop("w7")
json.dump({**words, "the": 1, "br": 7}, open("index.json", "w"))
END
    cp index.json word_index.json
    for options in "--tokenizer index.json" ""; do # the second time it is found beside the model
        import -f $options 2>notes
        grep -q "index.json: is Keras's word index of the IMDB data: .* 3 higher" notes
        run -0 "$SEQNET" tokens -m m.st "w2 the w9"
        [[ "$output" =~ ids[[:space:]]+1\ 5\ 4\ 2 ]]
    done
}

@test "a tokenizer, labels, lengths and sides are options" {
    import --tokenizer words.json --labels ham,spam --maxlen 6 --padding pre --truncating post 2>notes
    ! grep -qE 'IMDB|not in the file|names no length|have no names' notes || false
    "$SEQNET" info --json m.st >info.json
    python3 - <<'END'
import json
info = json.load(open("info.json"))
assert info["labels"] == ["ham", "spam"], info["labels"]
config = info["config"]
assert (config["maxlen"], config["padding"], config["truncating"]) == (6, "pre", "post"), config
assert info["vocabulary"] == 3
imported = info["training"]["imported"]
assert imported["file"] == "model.npz" and imported["tokenizer"] == "words.json", imported
assert len(imported["file_hash"]) == 32
END
    run -0 "$SEQNET" predict -m m.st "a good film"
    [[ "$output" =~ ^(ham|spam)$'\t'0\. ]]
    run -0 "$SEQNET" tokens -m m.st "a good film"
    [[ "$output" =~ good ]]
    "$SEQNET" explain -m m.st "a good film" >/dev/null
    printf 'text,label\na good film,ham\nbad,spam\n' >rows.csv
    "$SEQNET" evaluate -m m.st rows.csv --json --part all | grep -q '"n":2'
    "$SEQNET" info m.st | grep -q '^imported from: model.npz$'
}

@test "what lies beside the model by its name is used and named" {
    mkdir beside
    cp model.npz layers.json beside
    cp words.json beside/tokenizer.json
    printf 'no\nyes\n' >beside/labels.txt
    : >beside/word_index.json
    "$SEQNET" import beside/model.npz --layer-file beside/layers.json -o m.st 2>notes
    grep -q '^the tokenizer beside the model is used: beside/tokenizer.json (.*; --tokenizer' notes
    grep -q '^the labels are named by beside/labels.txt; --labels' notes
    grep -q '^where rows are padded and cut is not in the file: at the end, .*; --padding pre' notes
    run -0 "$SEQNET" predict -m m.st "good"
    [[ "$output" =~ ^(yes|no)$'\t' ]]
    rm beside/tokenizer.json # the empty file is a note
    printf 'one\n' >beside/labels.txt
    "$SEQNET" import beside/model.npz --layer-file beside/layers.json -f -o m.st 2>notes
    grep -q '^beside/word_index.json: .*; it is left out$' notes
    ! grep -q 'labels.txt' notes || false
    run -4 "$SEQNET" import beside/model.npz --layer-file beside/layers.json \
        --tokenizer beside/word_index.json -f -o m.st
    [[ "$output" =~ ^seqnet:\ beside/word_index.json: ]]
}

@test "at a terminal the next command is named" {
    needs_terminal
    mkdir beside
    cp model.npz layers.json beside
    cp words.json beside/tokenizer.json
    script -qec "'$SEQNET' import beside/model.npz --layer-file beside/layers.json -o 'my m.st'" \
        /dev/null </dev/null | tr -d '\r' >shown
    grep -qx "next: seqnet predict -m 'my m.st' \"some text\"" shown
}

@test "num_words keeps the first rows of the embedding" {
    import --num-words 5 -q
    "$SEQNET" info --json m.st | grep -q '"num_words":5'
    run -2 import --num-words 8 -f
    [[ "$output" =~ 'the embedding has 7 rows; choose a smaller --num-words than 8' ]]
}

@test "an import of a word index of Keras's knows its words" {
    printf '{"the": 1, "film": 2, "good": 3}' >index.json
    import --word-index index.json -q
    run -0 "$SEQNET" tokens -m m.st "the good film"
    [[ "$output" =~ film ]]
    run -2 import --word-index index.json --tokenizer words.json -f
    [[ "$output" =~ 'leave --tokenizer or --word-index out' ]]
}

@test "HDF5 needs a configuration too, whatever form it has" {
    "$SEQNET" import "$HDF5" --config layers.json -o h.st 2>notes || {
        grep -q 'built without' notes && skip "built without libhdf5"
        false
    }
    import -q
    echo '{"class_name": "Sequential", "keras_version": "3.5.0", "config": {"name": "s", "layers": ' \
        "$(layers)" '}}' >model.json
    "$SEQNET" import "$HDF5" --config model.json -q -f -o h2.st
    [ "$("$SEQNET" info h.st | grep ^fingerprint)" = "$("$SEQNET" info h2.st | grep ^fingerprint)" ]
    run -4 "$SEQNET" import "$HDF5" -o none.st
    [ "${#lines[@]}" -eq 1 ]
    [ ! -e none.st ]
}

@test "what cannot be represented is named by layer, option and value, and nothing is written" {
    refused() { # LSTM's keys, sentence
        layers "$1" >layers.json
        run -4 import
        [ "${#lines[@]}" -eq 1 ] || { echo "$output" && return 1; }
        [[ "$output" == "seqnet: layers.json: layer 'lstm' (LSTM): $2"* ]] || { echo "$output" && return 1; }
        [ ! -e m.st ]
    }
    refused '"activation": "mish"' "activation 'mish' is not supported"
    refused '"go_backwards": true, "return_sequences": true' \
        'go_backwards true with return_sequences is not supported'
    refused '"time_major": true' 'time_major true is not supported'
    refused '"sparkle": 0.5' 'sparkle 0.5 is not supported'
    layers | sed 's/"LSTM"/"Attention"/' >layers.json
    run -4 import
    [[ "$output" == *"layer 'lstm' (Attention): this class of layers is not supported" ]]
    layers | sed 's/"units": 1,/"units": 2,/' >layers.json
    run -4 import
    [[ "$output" == "seqnet: model.npz: layer 'dense' (Dense): its kernel is 3 x 1 in the file, not 3 x 2" ]]
    [ ! -e m.st ]
}

@test "a file of another kind, and options that do not fit, are named" {
    rows 4 >rows.tsv
    run -4 "$SEQNET" import rows.tsv -o m.st
    [ "${#lines[@]}" -eq 1 ]
    run -4 "$SEQNET" import missing.h5 -o m.st
    [[ "$output" =~ missing.h5 ]]
    run -2 "$SEQNET" import model.npz
    [[ "$output" =~ 'import needs a FILE to write: -o FILE' ]]
    run -2 import --config layers.json
    [[ "$output" =~ 'leave --config or --layer-file out' ]]
    run -2 import --labels a,b,c
    [[ "$output" =~ 'a,b,c: names 3 labels; the model has 2, which --labels must name' ]]
    run -2 import --labels a,a
    [[ "$output" =~ 'names a label twice' ]]
    run -4 "$SEQNET" import model.npz -o m.st
    [[ "$output" =~ 'give its layers with --config' ]]
    echo '[{' >layers.json
    run -4 import
    [[ "$output" =~ 'layers.json: its configuration: ' ]]
    [ ! -e m.st ]
}

@test "an output of another kind is replaced with --force only, an older model without" {
    echo precious >m.st
    run -6 import
    [ "$(cat m.st)" = precious ]
    import -q -f
    import 2>notes
    grep -q 'replacing an older model' notes
    run -6 "$SEQNET" import model.npz --layer-file layers.json -f -o layers.json
    [ -s layers.json ]
}
