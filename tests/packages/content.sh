#!/usr/bin/env bash
# content.sh - what cpack packs: which files are in each package, what the packages need, lintian's errors,
# and the tree of the tarball, which works in the folder that it was moved to. Exit code 77, skipped, without
# dpkg-dev or file.
#
#   content.sh BUILD_FOLDER CPACK
set -euo pipefail
build=$1 cpack=$2
for tool in dpkg-deb dpkg-shlibdeps file; do
    command -v "$tool" >/dev/null || { echo "skipped: $tool is missing" && exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset SEQNET_MODEL

fail() {
    echo "content: $*"
    exit 1
}

"$cpack" --config "$build/CPackConfig.cmake" -G 'DEB;TGZ' -B "$work" -D CPACK_CMAKE_GENERATOR=Ninja >cpack.log 2>&1 || fail "$(tail -n 20 cpack.log)"

# has PACKAGE PATTERN...: files of the package, as patterns of find.
has() {
    local package=$1 pattern
    shift
    dpkg-deb -x "$package"_*.deb "$package"
    for pattern; do
        [ -n "$(find "$package/usr" -path "$package/usr/$pattern")" ] || fail "$package has no $pattern"
    done
    for pattern in copyright changelog.Debian.gz; do
        [ -s "$package/usr/share/doc/$package/$pattern" ] || fail "$package has no $pattern"
    done
    [ -z "$(find "$package" -perm /022 ! -type l)" ] || fail "$package has files that others may write"
    [ -z "$(dpkg-deb --ctrl-tarfile "$package"_*.deb | tar -t | grep conffiles)" ] || fail "$package has conffiles"
}

# needs PACKAGE FIELD PATTERN
needs() {
    dpkg-deb -f "$1"_*.deb "$2" >field
    grep -qE "$3" field || fail "$1: $2: $(cat field), and not $3"
}

library=$(basename libseqnet[0-9]*_*.deb | sed 's/_.*//')
has seqnet bin/seqnet
has "$library" 'lib*/libseqnet.so.*'
has libseqnet-dev include/seqnet/seqnet.h 'lib*/libseqnet.a' 'lib*/libseqnet.so' 'lib*/pkgconfig/seqnet.pc' \
    'lib*/cmake/seqnet/seqnet-config.cmake'
needs seqnet Depends 'libc6 .*libcjson1'
needs seqnet Depends 'libzip[0-9]'
needs libseqnet-dev Depends "$library \(= "
[ -z "$(find seqnet -name '*.so*' -o -name '*.h')" ] || fail 'seqnet has files of the library'
if [ -e "$build/seqnet-hdf5.so" ]; then
    has seqnet-hdf5 'lib*/seqnet/seqnet-hdf5.so'
    needs seqnet-hdf5 Depends 'libhdf5'
    needs seqnet Recommends 'seqnet-hdf5'
fi
dpkg-deb --ctrl-tarfile "$library"_*.deb | tar -xO ./triggers | grep -qx 'activate-noawait ldconfig'
dpkg-deb --ctrl-tarfile "$library"_*.deb | tar -xO ./shlibs | grep -q '^libseqnet '
if command -v lintian >/dev/null; then
    lintian --fail-on error ./*.deb >lintian || fail "$(cat lintian)"
fi

mkdir unpacked
tar -C unpacked -xf seqnet-*.tar.gz
mkdir 'another place'
mv unpacked/* 'another place/seqnet'
moved="$work/another place/seqnet"
"$moved/bin/seqnet" predict 'a wonderful film' >label 2>/dev/null
grep -q positive label || fail "the moved program says $(cat label)"
if [ -e "$build/seqnet-hdf5.so" ]; then
    "$moved/bin/seqnet" train builtin:demo:200 --preset lstm --epochs 1 -q -o model.safetensors
    "$moved/bin/seqnet" export -q -m model.safetensors -o model.keras || fail 'the moved module is not found'
fi
if command -v pkg-config >/dev/null; then
    pc=$(dirname "$(find "$moved" -name seqnet.pc)")
    flags=$(PKG_CONFIG_PATH=$pc pkg-config --cflags-only-I seqnet)
    grep -q 'another.* place/seqnet/' <<<"$flags" || fail "the moved seqnet.pc says $flags"
fi
echo "content: $(ls ./*.deb ./*.tar.gz | wc -l) packages"
