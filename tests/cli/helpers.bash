# Shared by the command-line tests. $SEQNET is the program (set by ctest).

setup_workdir() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    unset SEQNET_MODEL SEQNET_DATA
    export HOME="$BATS_TEST_TMPDIR/home" # no word index of the person who runs the tests
    mkdir -p "$HOME"
}

# A small trained model, made once per file of tests.
demo_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/demo.safetensors" ]; then
        "$SEQNET" train builtin:demo:2000 --epochs 2 -q -o "$BATS_FILE_TMPDIR/demo.safetensors"
    fi
    echo "$BATS_FILE_TMPDIR/demo.safetensors"
}

# expect_error CODE PATTERN COMMAND...: the command fails with CODE, prints nothing on standard output
# and one line on standard error that starts with the program and matches the pattern.
expect_error() {
    local code=$1 pattern=$2 status=0
    shift 2
    "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
    if [ "$status" -ne "$code" ] || [ -s "$BATS_TEST_TMPDIR/out" ] ||
        [ "$(wc -l <"$BATS_TEST_TMPDIR/err")" -ne 1 ] ||
        ! grep -qE "^seqnet: .*$pattern" "$BATS_TEST_TMPDIR/err"; then
        echo "exit $status, expected $code and /$pattern/; stderr:"
        cat "$BATS_TEST_TMPDIR/err"
        return 1
    fi
}

# in_memory KILOBYTES COMMAND...: the command with so much address space.
in_memory() {
    (
        ulimit -v "$1"
        shift
        exec "$@"
    )
}

# Skips the test where the program was built with sanitizers, which need terabytes of address space.
needs_no_sanitizer() {
    in_memory 60000 "$SEQNET" help >/dev/null 2>&1 || skip "sanitizers need more memory"
}

# numpy SCRIPT: runs Python with NumPy as np; skips the test without it.
numpy() {
    local python=
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -c 'import numpy' 2>/dev/null; then python=$candidate; break; fi
    done
    [ -n "$python" ] || skip "no Python with NumPy"
    "$python" -c "import numpy as np, io, zipfile
$1"
}
