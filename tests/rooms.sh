#!/bin/sh
# The rooms of src/: with the include folders that the build gives a room, every header of the rooms that
# it may use can be found and no header of any other; no source reaches around them with a relative path;
# each folder of library sources is a room; every library source includes banned.h last.
#
#   rooms.sh PROJECT_FOLDER ROOMS_FILE C_COMPILER
#
# ROOMS_FILE is written by CMake: one line per room, "room: the rooms that it may include".
set -eu
project=$1
rooms=$2
compiler=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "rooms: $1"
    failures=$((failures + 1))
}

# probe ROOM SEES: prints each header that a file of ROOM wrongly finds or misses.
probe() {
    flags=
    for seen in $2; do
        flags="$flags -I$project/src/$seen"
    done
    while IFS=: read -r other _; do
        case " $2 " in *" $other "*) sign='!' wrong=cannot ;; *) sign='' wrong=can ;; esac
        for header in "$project/src/$other"/*.h; do
            name=${header##*/}
            printf '#if %s__has_include("%s")\nwrong: %s %s include %s\n#endif\n' \
                "$sign" "$name" "$1" "$wrong" "$other/$name"
        done
    done <"$rooms" >"$work/probe.c"
    # shellcheck disable=SC2086
    "$compiler" -E -P $flags "$work/probe.c" >"$work/found"
    grep '^wrong: ' "$work/found" || true
}

while IFS=: read -r room sees; do
    found=$(probe "$room" "$sees")
    [ -z "$found" ] || fail "$found"
    for source in "$project/src/$room"/*.c; do
        if [ "$(grep '^#include' "$source" | tail -1)" != '#include "banned.h"' ]; then
            fail "$source does not include banned.h last"
        fi
    done
done <"$rooms"

for folder in "$project"/src/*/; do
    name=$(basename "$folder")
    [ "$name" = cli ] || [ "$name" = console ] || grep -q "^$name:" "$rooms" || fail "src/$name is no room"
done
if grep -rnE '#include "\.\./' "$project/src" "$project/include"; then
    fail "an include goes through .."
fi
if grep -nE '\b(strcpy|strcat|strncpy|strtok|sprintf|vsprintf|gets|atoi|atol|atof|rand|srand|alloca)\(' \
    "$project"/src/cli/*.c "$project"/src/console/*.c; then
    fail "the command line calls a banned function"
fi
[ "$failures" -eq 0 ] && echo "rooms: in order"
[ "$failures" -eq 0 ]
