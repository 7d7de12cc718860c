#!/bin/sh
# Installs into a folder, moves that, and builds the guide's program against it: with the guide's two
# lines for the compiler, and with its CMakeLists.txt for the shared and the static library. All four
# print the same label, use the library that they should, and the same matrix products as the installed
# program.
#
#   install.sh BUILD_FOLDER PAGE CMAKE C_COMPILER READELF
#
# C_COMPILER is a path. CFLAGS are those that the library was built with.
set -eu
build=$1 page=$2 cmake=$3 compiler=$4 readelf=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "install: $1"
    exit 1
}

# block LANGUAGE: the page's blocks in this language.
block() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$page" | sed '/^```/d'; }

# The one of its C programs that uses the library.
program() {
    awk '/^```c$/ { text = ""; inside = 1; next }
        /^```$/ && inside { inside = 0; if (text ~ /seqnet\/seqnet.h/) printf "%s", text }
        inside { text = text $0 "\n" }' "$page"
}

# check NAME needs|does-without: runs ./NAME/review and ./NAME/blas.
check() {
    "$readelf" -d "$1/review" | grep -q 'NEEDED.*libseqnet\.so\.0' && found=needs || found=does-without
    [ "$found" = "$2" ] || fail "$1 $found the shared library"
    (cd "$1" && ./review >label && ./blas >blas.txt) || fail "$1 fails: $(cat "$1/label")"
    grep -qxE 'negative|positive' "$1/label" || fail "$1 prints $(cat "$1/label")"
    cmp "$1/label" shared/label || fail "$1 prints another label"
    cmp "$1/blas.txt" blas.txt || fail "$1 has other matrix products"
    echo "$1: $(cat "$1/label"), $(cat "$1/blas.txt")"
}

# build_with_cmake NAME TARGET
build_with_cmake() {
    mkdir "$1"
    block cmake | sed "s/seqnet::seqnet/$2/" >lists
    { cat lists && sed -n -e 's/review/blas/g' -e '/^add_exec/p' -e '/^target_link/p' lists; } \
        >"$1/CMakeLists.txt"
    cp review.c blas.c "$1"
    "$cmake" -S "$1" -B "$1" -DCMAKE_C_COMPILER="$compiler" -DCMAKE_PREFIX_PATH="$work/moved" >/dev/null
    # and not a seqnet that this machine has installed
    grep -q "^seqnet_DIR:PATH=$work/moved/" "$1/CMakeCache.txt"
    "$cmake" --build "$1" >/dev/null
}

"$cmake" --install "$build" --prefix "$work/installed" >install.log
mv installed moved
library=$(dirname "$(find "$work/moved" -name libseqnet.a)")
export PKG_CONFIG_PATH="$library/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}"
moved/bin/seqnet --version | sed -n 's/^matrix products: \([^,]*\),.*/\1/p' >blas.txt
mkdir bin shared static
printf '#!/bin/sh\nexec "%s" %s -std=c11 -Wall -Wextra -Wpedantic -Werror "$@"\n' \
    "$compiler" "${CFLAGS:-}" >bin/cc
chmod +x bin/cc

program >review.c
cat >blas.c <<'END'
#include <seqnet/seqnet.h>
#include <stdio.h>

int main(void)
{
    return puts(seqnet_blas_name()) < 0;
}
END
block sh | grep '^cc review\.c' >lines
[ "$(wc -l <lines)" -eq 2 ] || fail "the page has not two lines for the compiler"
for program in review blas; do
    sed -e "s/review/$program/g" -e "1s|\$| -Wl,-rpath,$library \&\& mv $program shared|" \
        -e "2s|\$| \&\& mv $program static|" lines >"$program.sh"
    PATH=$work/bin:$PATH sh -e "$program.sh"
done
build_with_cmake cmake seqnet::seqnet
build_with_cmake cmake-static seqnet::static

check shared needs
check static does-without
check cmake needs
check cmake-static does-without
