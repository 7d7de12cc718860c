#!/usr/bin/env bats
# What a command does not need is not loaded: start-up is most of the time in which a text is scored.

load helpers

setup() { setup_workdir; }

# loads COMMAND...: the libraries that the command loads, in ./libraries.
loads() {
    LD_DEBUG=files "$SEQNET" "$@" 2>&1 >/dev/null | sed -nE 's/.*file=([^ ]+) .*/\1/p' | sort -u >libraries
    grep -q libcjson libraries || skip "the loader does not say what it loads"
}

# A file that the system's loader finds before the real library.
damaged() {
    mkdir -p damaged
    : >"damaged/$1"
}

@test "libraries of archives and of ONNX are loaded by commands that need them" {
    model=$(demo_model)
    for arguments in "--version" "--help" "info -m $model" "predict -m $model good"; do
        loads $arguments
        if grep -E 'libzip|libcrypto|libprotobuf-c' libraries; then return 1; fi
    done
    loads pad builtin:demo:100 -o padded.npz
    grep -q libzip libraries
}

@test "an archive without libzip is a clear error" {
    "$SEQNET" pad builtin:demo:100 -o padded.npz
    loads load padded.npz
    damaged "$(grep -om1 'libzip.*' libraries)"
    run env LD_LIBRARY_PATH="$PWD/damaged" "$SEQNET" load padded.npz
    [ "$status" -eq 3 ]
    [[ $output == "seqnet: "*"zip archives need libzip: "*"libzip.so"*"; install it" ]]
    run env LD_LIBRARY_PATH="$PWD/damaged" "$SEQNET" pad builtin:demo:100 -o other.npz
    [ "$status" -eq 6 ]
    [ ! -e other.npz ]
}

@test "an ONNX file without protobuf-c is a clear error" {
    "$SEQNET" export --help | grep -qi onnx || skip "built without ONNX"
    model=$(demo_model)
    damaged libprotobuf-c.so.1
    run env LD_LIBRARY_PATH="$PWD/damaged" "$SEQNET" export -m "$model" -o model.onnx
    [ "$status" -eq 2 ]
    [[ $output == "seqnet: "*"ONNX files need protobuf-c: "*"; install it" ]]
    [ ! -e model.onnx ]
}
