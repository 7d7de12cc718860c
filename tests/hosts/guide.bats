#!/usr/bin/env bats
# The guide's programs in Python and for Node.js print the program's answers. Its pipes are run by
# tests/cli/readme.bats, its statements of SQL by sqlite.bats.

load ../cli/helpers
load helpers
setup() {
    setup_workdir
    put_on_path
    cat >reviews.ft <<'END'
__label__positive The cast was brilliant.
__label__negative The plot was dull.
__label__positive The film was brilliant.
__label__negative Line one was dull.
END
    seqnet train reviews.ft --validation-split 0 -q -o reviews.safetensors
    printf 'The cast was brilliant.\nThe plot was dull.\n' >texts
}

@test "the program in Python" {
    command -v python3 >/dev/null || skip "no python3"
    python3 -c 'import ctypes; ctypes.CDLL("'"$SEQNET_LIBRARY"'")' || skip "Python cannot load a library that is sanitized"
    block python >program.py
    cp "$BATS_TEST_DIRNAME/seqnet.py" .
    python3 program.py | sed 's/ \(True\|False\)$//; s/ /\t/' >printed
    seqnet predict -m reviews.safetensors <texts | diff - printed
}

@test "the program for Node.js" {
    command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || skip "no Node.js 18"
    block js >program.mjs
    cp "$BATS_TEST_DIRNAME/seqnet.mjs" .
    node program.mjs >printed
    [ "$(cut -d ' ' -f 1 printed | xargs)" = "positive negative negative" ]
    [ "$(sed -n '1s/.* //p' printed | xargs printf %.6f)" = "$(seqnet predict -m reviews.safetensors <texts | sed -n '1s/.*\t//p')" ]
}
