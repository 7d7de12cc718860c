#!/bin/sh
# The rooms of src/: with the include folders that the build gives a room, every header of the rooms that
# it may use can be found and no header of any other; no source reaches around them with a relative path;
# each folder is a room; no modules (X.c with X.h) of a room include each other in a circle; every library
# source includes banned.h last; a room has at most 30 files, a file at most 600 lines.
#
#   rooms.sh PROJECT_FOLDER ROOMS_FILE PROGRAM_ROOMS_FILE C_COMPILER
#
# The files are written by CMake: one line per room of the library and of the program, "room: the rooms
# that it may include", those that others include first.
set -eu
project=$1
rooms=$2
program_rooms=$3
compiler=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0

fail() {
    echo "rooms: $1"
    failures=$((failures + 1))
}

# probe ROOM SEES: prints each header that a file of ROOM wrongly finds or misses. The headers of the
# system are out of sight: one of them is named as one of ours, memory.h.
probe() {
    flags=
    for seen in $2; do
        flags="$flags -I$project/src/$seen"
    done
    cat "$rooms" "$program_rooms" | while IFS=: read -r other _; do
        case " $2 " in *" $other "*) sign='!' wrong=cannot ;; *) sign='' wrong=can ;; esac
        for header in "$project/src/$other"/*.h; do
            name=${header##*/}
            printf '#if %s__has_include("%s")\nwrong: %s %s include %s\n#endif\n' \
                "$sign" "$name" "$1" "$wrong" "$other/$name"
        done
    done >"$work/probe.c"
    # shellcheck disable=SC2086
    "$compiler" -E -P -nostdinc $flags "$work/probe.c" >"$work/found"
    grep '^wrong: ' "$work/found" || true
}

# check_includes ROOMS_FILE: a room sees itself and rooms above it, and what it sees is what it finds.
check_includes() {
    above=
    while IFS=: read -r room sees; do
        above="$above $room"
        for seen in $sees; do
            case " $above " in
            *" $seen "*) ;;
            *) fail "$room may include $seen, which is below it" ;;
            esac
        done
        found=$(probe "$room" "$sees")
        [ -z "$found" ] || fail "$found"
    done <"$1"
}

check_includes "$rooms"
check_includes "$program_rooms"
while IFS=: read -r room _; do
    for source in "$project/src/$room"/*.c; do
        if [ "$(grep '^#include' "$source" | tail -1)" != '#include "banned.h"' ]; then
            fail "$source does not include banned.h last"
        fi
    done
done <"$rooms"

# includes FOLDER: an edge for each include of a module of the folder by another one, and each module.
includes() {
    for file in "$1"*.[ch]; do
        module=$(basename "${file%.[ch]}")
        echo "$module $module"
        sed -n 's/^#include "\([a-z0-9_]*\)\.h".*/\1/p' "$file" | while read -r other; do
            if [ "$other" != "$module" ] && [ -e "$1$other.h" ]; then echo "$module $other"; fi
        done
    done
}

for folder in "$project"/src/*/; do
    name=$(basename "$folder")
    [ "$name" != guide ] || continue # pages for users
    grep -q "^$name:" "$rooms" "$program_rooms" || fail "src/$name is no room"
    includes "$folder" | tsort >/dev/null 2>"$work/circle" || fail "src/$name: $(cat "$work/circle")"
    [ "$(find "$folder" -type f | wc -l)" -le 30 ] || fail "src/$name has more than 30 files"
done
find "$project/src" "$project/include" -name '*.[ch]' -exec wc -l {} + | awk '$1 > 600 && $2 != "total" {
    print "rooms: " $2 " has " $1 " lines"; many = 1 } END { exit many }' || failures=$((failures + 1))
if grep -rnE '#include "\.\./' "$project/src" "$project/include"; then
    fail "an include goes through .."
fi
if grep -nE '\b(strcpy|strcat|strncpy|strtok|sprintf|vsprintf|gets|atoi|atol|atof|rand|srand|alloca)\(' \
    "$project"/src/cli/*.c "$project"/src/training/*.c "$project"/src/tuning/*.c \
    "$project"/src/running/*.c "$project"/src/console/*.c "$project"/src/arguments/*.c \
    "$project"/src/completion/*.c "$project"/src/manual/*.c "$project"/src/tables/*.c; then
    fail "the program calls a banned function"
fi
[ "$failures" -eq 0 ] && echo "rooms: in order"
[ "$failures" -eq 0 ]
