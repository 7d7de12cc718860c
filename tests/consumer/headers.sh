#!/bin/sh
# Each public header compiles alone, with warnings as errors. Exit code 77, skipped, without a compiler.
#
#   headers.sh INCLUDE_FOLDER c|c++ COMPILER FLAG
set -eu
if [ "$#" -lt 4 ]; then
    echo "headers: there is no compiler for $2"
    exit 77
fi
for header in "$1"/seqnet/*.h; do
    echo "#include <seqnet/${header##*/}>" |
        "$3" -x "$2" "$4" -Wall -Wextra -Wpedantic -Werror -I "$1" -fsyntax-only -
done
