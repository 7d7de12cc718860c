#!/bin/sh
# The rooms of src/: an include of a higher room must not compile with the include folders that the
# build gives a room, no source reaches around them with a relative path, and every library source
# includes banned.h last.
#
#   rooms.sh PROJECT_FOLDER C_COMPILER
set -eu
project=$1
compiler=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "rooms: $1"
    failures=$((failures + 1))
}

# compiles ROOMS HEADER: whether a file that includes HEADER compiles for a room that sees ROOMS.
compiles() {
    flags="-I$project/include"
    for room in $1; do
        flags="$flags -I$project/src/$room"
    done
    printf '#include "%s"\n' "$2" >"$work/probe.c"
    # shellcheck disable=SC2086
    "$compiler" -std=c11 -D_XOPEN_SOURCE=700 $flags -fsyntax-only "$work/probe.c" 2>"$work/log"
}

refuses() {
    if compiles "$1" "$2"; then fail "the rooms '$1' can include $2"; fi
}

accepts() {
    if ! compiles "$1" "$2"; then fail "the rooms '$1' cannot include $2: $(head -1 "$work/log")"; fi
}

accepts "base" file.h
refuses "base" gemm.h
refuses "base" sequences.h
accepts "base math" gemm.h
refuses "base math" layer.h
accepts "base data" sequences.h
refuses "base data" gemm.h
refuses "base data" layer.h
accepts "base math nn" layer.h
refuses "base math nn" sequences.h
refuses "base math nn" engine.h
accepts "base math data nn model" engine.h
refuses "" status.h

if grep -rnE '#include "\.\./' "$project/src" "$project/include"; then
    fail "an include goes through .."
fi
for source in "$project"/src/base/*.c "$project"/src/math/*.c "$project"/src/data/*.c \
    "$project"/src/nn/*.c "$project"/src/model/*.c; do
    if [ "$(grep '^#include' "$source" | tail -1)" != '#include "banned.h"' ]; then
        fail "$source does not include banned.h last"
    fi
done
if grep -nE '\b(strcpy|strcat|strncpy|strtok|sprintf|vsprintf|gets|atoi|atol|atof|rand|srand|alloca)\(' \
    "$project"/src/cli/*.c; then
    fail "the command line calls a banned function"
fi
[ "$failures" -eq 0 ] && echo "rooms: in order"
[ "$failures" -eq 0 ]
