#!/usr/bin/env bats
# Models as files for other programs: names, formats, what is replaced, what is refused. What the files
# compute is tested in unit/onnx and interop.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
}

teardown() {
    cd /
    if mountpoint -q "$BATS_TEST_TMPDIR/disk"; then umount "$BATS_TEST_TMPDIR/disk"; fi
}

# A network over texts, made once per file of tests.
network_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/network.safetensors" ]; then
        "$SEQNET" train builtin:demo:400 --preset lstm --units 4 --epochs 1 -q -o "$BATS_FILE_TMPDIR/network.safetensors"
    fi
    echo "$BATS_FILE_TMPDIR/network.safetensors"
}

# Skips where this build has no ONNX.
need_onnx() {
    run "$SEQNET" export -m "$(network_model)" -q -o probe.onnx
    if [[ $output == *protobuf-c* ]]; then skip "protobuf-c"; fi
    [ "$status" -eq 0 ]
}

@test "the ending names the format, or --output-format does" {
    need_onnx
    model=$(network_model)
    run --separate-stderr "$SEQNET" export -m "$model" -o a.ONNX
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    # shellcheck disable=SC2154
    [[ $stderr =~ ^wrote\ a.ONNX:\ [0-9,]+\ bytes\;\ 24\ sample\ texts\ agree\ with\ seqnet\ within\ [0-9.]+e-[01][0-9]$ ]]
    "$SEQNET" export -m "$model" -q --output-format onnx -o b
    "$SEQNET" export -m "$model" -q --output-format onnx
    "$SEQNET" export -m "$model" -q --output-format onnx -o - >c
    cmp a.ONNX probe.onnx
    cmp b probe.onnx
    cmp seqnet.onnx probe.onnx
    cmp c probe.onnx
}

@test "without a format, or with one that contradicts itself, the command line is wrong" {
    model=$(network_model)
    for words in "" "-o a" "-o -" "-o a.txt"; do
        # shellcheck disable=SC2086
        run "$SEQNET" export -m "$model" $words
        [ "$status" -eq 2 ]
        [[ $output == *"--output-format onnx, keras, h5, npz, c or vec"* ]]
    done
    run "$SEQNET" export -m "$model" -o a.onnx --quantize int8
    [ "$status" -eq 2 ]
    [ ! -e a.onnx ]
}

@test "a file is replaced with --force only, and the model never" {
    need_onnx
    model=$(network_model)
    echo mine >a.onnx
    run "$SEQNET" export -m "$model" -o a.onnx
    [ "$status" -eq 6 ]
    [[ $output == "seqnet: a.onnx: is there already"* ]]
    [ "$(cat a.onnx)" = mine ]
    run "$SEQNET" export -m "$model" -o a.onnx --force
    [ "$status" -eq 0 ]
    [[ $output == *"replacing an older file"* ]]
    cmp a.onnx probe.onnx
    cp "$model" m.onnx
    ln -s m.onnx link.onnx
    for path in m.onnx link.onnx; do
        run "$SEQNET" export -m m.onnx -o "$path" --force
        [ "$status" -eq 6 ]
        cmp m.onnx "$model"
    done
    run bash -c '"$0" export -m m.onnx --output-format onnx -o - >>m.onnx' "$SEQNET"
    [ "$status" -eq 6 ]
    cmp m.onnx "$model"
}

@test "what cannot be written is told, and leaves nothing" {
    need_onnx
    model=$(network_model)
    run "$SEQNET" export -m "$model" -o missing/a.onnx
    [ "$status" -eq 6 ]
    run "$SEQNET" export -m "$model" -o .
    [ "$status" -eq 2 ] || [ "$status" -eq 6 ]
    (ulimit -f 8 && run "$SEQNET" export -m "$model" -o big.onnx && [ "$status" -eq 6 ])
    [ ! -e big.onnx ]
    if [ -w /dev/full ]; then
        run --separate-stderr bash -c '"$1" export -m "$2" --output-format onnx -o - >/dev/full' - "$SEQNET" "$model"
        [ "$status" -eq 6 ]
        [[ $stderr != *agree* ]]
    fi
    if [ "$(id -u)" -eq 0 ] && mkdir disk && mount -t tmpfs -o size=16k tmpfs disk 2>/dev/null; then
        run "$SEQNET" export -m "$model" -o disk/a.onnx
        [ "$status" -eq 6 ]
        [[ $output == *"free some space"* ]]
        [ -z "$(ls -A disk)" ]
    fi
}

@test "a model that reads n-grams is refused by ONNX, with a remedy" {
    need_onnx
    run "$SEQNET" export -m "$(text_model)" -o a.onnx
    [ "$status" -eq 2 ]
    [[ $output == *"n-gram part"*"--ngrams off"* ]]
    [ ! -e a.onnx ]
}

@test "metadata has words, labels and rule" {
    need_onnx
    grep -aq fingerprint probe.onnx
    grep -aqF "$("$SEQNET" info "$(network_model)" --json | jq -r .fingerprint)" probe.onnx
    grep -aqF '["negative","positive"]' probe.onnx
    grep -aq text_rule probe.onnx
    grep -aqx wonderful probe.onnx
}

@test "a model of ids is compared on rows" {
    need_onnx
    "$SEQNET" pad builtin:recall:6:200 --maxlen 8 -q -o ids.npz
    "$SEQNET" train ids.npz --units 3 --epochs 1 -q -o ids.safetensors
    run "$SEQNET" export -m ids.safetensors -o ids.onnx
    [ "$status" -eq 0 ]
    [[ $output == *"sample rows agree"* ]]
}
