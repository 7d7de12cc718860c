#!/bin/sh
# The shared library exports the functions and data that the public headers declare, and nothing else.
# Names that begin with an underscore are the compiler's.
#
#   exports.sh LIBRARY INCLUDE_FOLDER C_COMPILER NM
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Without comments, a function is a name before "(", data a name before "[" behind "extern". Types are
# not exported.
"$3" -E -P -I "$2" "$2/seqnet/seqnet.h" >"$work/source"
sed -n -e '/^typedef/d' -e 's/.*\bextern .*\(seqnet_[a-z0-9_]*\)\[.*/\1/p' \
    -e 's/^[^()]*\(seqnet_[a-z0-9_]*\)(.*/\1/p' "$work/source" | sort -u >"$work/declared"
"$4" -D --defined-only "$1" | awk '$NF !~ /^_/ { print $NF }' | sort -u >"$work/exported"

[ "$(wc -l <"$work/declared")" -gt 50 ] || { echo "declarations are not found" && exit 1; }
if ! diff "$work/declared" "$work/exported" >"$work/differences"; then
    sed -n -e 's/^< /declared, but not exported: /p' -e 's/^> /exported, but not declared: /p' \
        "$work/differences"
    exit 1
fi
echo "exports: $(wc -l <"$work/exported") names, all of them declared"
