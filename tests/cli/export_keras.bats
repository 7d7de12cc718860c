#!/usr/bin/env bats
# seqnet export to Keras: .h5, .keras and .npz, and what Keras cannot compute. What Keras makes of the
# files is tested in tests/keras_export.

load helpers

setup() {
    setup_workdir
    "$SEQNET" load builtin:demo:120:1 -q -o rows.csv >/dev/null
}

# trained NAME OPTION...: trains a small model.
trained() {
    local name=$1
    shift
    "$SEQNET" train rows.csv -j 1 -q -o "$name" "$@"
}

needs_hdf5() {
    "$SEQNET" export -m m.safetensors -o probe.h5 -q 2>error || ! grep -q 'built without libhdf5' error ||
        skip "this build has no libhdf5"
}

of_file() {
    "$SEQNET" info --json "$1" | jq -r .fingerprint
}

@test "an export comes back as the same model" {
    trained m.safetensors --ngrams off --epochs 1 --embedding-dim 4 --cell gru --units 3
    needs_hdf5
    for ending in h5 keras npz; do
        "$SEQNET" export -m m.safetensors -o m.$ending 2>error
        grep -q "agree with seqnet within" error
        "$SEQNET" export -m m.safetensors -o again.$ending
        cmp m.$ending again.$ending
        "$SEQNET" import m.$ending -q -o back.$ending.safetensors
        [ "$(of_file back.$ending.safetensors)" = "$(of_file m.safetensors)" ]
        rm again.$ending
    done
}

@test "the format follows from the option too, and an export goes to a pipe" {
    trained m.safetensors --ngrams off --epochs 1 --embedding-dim 4 --cell gru --units 3
    needs_hdf5
    "$SEQNET" export -m m.safetensors --output-format keras -o - >piped
    "$SEQNET" export -m m.safetensors -o m.keras
    cmp piped m.keras
}

@test "a file has words and labels for people" {
    trained m.safetensors --ngrams off --epochs 1 --embedding-dim 4 --cell gru --units 3
    "$SEQNET" export -m m.safetensors -o m.npz
    command -v unzip >/dev/null || skip "no unzip"
    [ "$(unzip -p m.npz labels.txt | paste -sd,)" = negative,positive ]
    unzip -p m.npz word_index.json | jq -e 'type == "object" and length > 10'
    unzip -p m.npz config.json | jq -e '.class_name == "Functional"'
    unzip -p m.npz words.txt | head -n 1 | grep -q .
}

@test "what Keras cannot compute is named" {
    trained ngrams.safetensors --preset fast
    expect_error 2 "the model has n-grams.*--ngrams off" "$SEQNET" export -m ngrams.safetensors -o x.npz
    trained carry.safetensors --ngrams off --epochs 1 --embedding-dim 4 --cell lstm-carry --units 3
    expect_error 2 "layer 'lstm_carry'.*--output-format onnx" "$SEQNET" export -m carry.safetensors -o x.npz
    [ ! -e x.npz ]
}

@test "a file of another kind is named, and nothing is written" {
    printf 'version https://git-lfs.github.com/spec/v1\n' >lfs.h5
    expect_error 4 "lfs.h5: is a Git LFS pointer" "$SEQNET" import lfs.h5 -o x.safetensors
    printf '\211HDF\r\n\032\n\0\0\0' >cut.h5
    expect_error 4 "cut.h5: is .*HDF5" "$SEQNET" import cut.h5 -o x.safetensors
    [ ! -e x.safetensors ]
}
