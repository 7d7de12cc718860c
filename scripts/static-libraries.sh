#!/usr/bin/env bash
# static-libraries.sh - libzip and cJSON as static libraries, which Debian has no packages of, from Debian's
# sources, for `cmake --preset static`, which calls this when it does not find them.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$root/scripts/common.sh"

usage() {
    cat <<'END'
Usage: static-libraries.sh FOLDER

Fetches the sources of libzip and cJSON by apt-get, from where this system has its packages from,
and installs both in FOLDER as static libraries; libzip without encryption and with deflate alone.

Exit status: 0 done, 1 a step failed, 2 wrong usage.
END
}

# Sets apt: apt-get with lists and a cache of its own, of sources, which needs no root.
use_sources() {
    mkdir -p "$work/parts" "$work/lists/partial" "$work/cache/archives/partial"
    cat /etc/apt/sources.list.d/{debian,ubuntu}.sources 2>/dev/null |
        sed -E 's/^Types:.*/Types: deb-src/' >"$work/parts/all.sources" || true
    if [[ -f /etc/apt/sources.list ]]; then
        sed -nE 's/^deb /deb-src /p' /etc/apt/sources.list >"$work/parts/all.list"
    fi
    apt=(apt-get -q -o "Dir::Etc::SourceList=$work/none" -o "Dir::Etc::SourceParts=$work/parts"
        -o "Dir::State::Lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User=root)
}

fetch() {
    cd "$work"
    "${apt[@]}" update
    "${apt[@]}" source --download-only libzip cjson
    for package in libzip cjson; do
        mkdir "$work/$package"
        tar -C "$work/$package" --strip-components=1 -xf "$work/$package"_*.orig.tar.[gx]z
    done
    # Debian's corrections, which are patches in the usual form.
    for package in libzip cjson; do
        mkdir "$work/$package-debian"
        tar -C "$work/$package-debian" -xf "$work/$package"_*.debian.tar.[gx]z
        while read -r patch; do
            patch -d "$work/$package" -p1 <"$work/$package-debian/debian/patches/$patch"
        done < <(grep -vE '^(#|$)' "$work/$package-debian/debian/patches/series" 2>/dev/null)
    done
}

build_libzip() {
    cmake -S "$work/libzip" -B "$work/build-libzip" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
        -DCMAKE_INSTALL_PREFIX="$folder" -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_POLICY_VERSION_MINIMUM=3.5 \
        -DENABLE_{BZIP2,LZMA,ZSTD,OPENSSL,GNUTLS,MBEDTLS,COMMONCRYPTO}=OFF \
        -DBUILD_{TOOLS,REGRESS,EXAMPLES,DOC}=OFF "${options[@]}"
    cmake --build "$work/build-libzip" --target install
}

build_cjson() {
    cmake -S "$work/cjson" -B "$work/build-cjson" -DCMAKE_BUILD_TYPE=Release -DBUILD_SHARED_LIBS=OFF \
        -DCMAKE_INSTALL_PREFIX="$folder" -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_POLICY_VERSION_MINIMUM=3.5 \
        -DENABLE_CJSON_TEST=OFF -DENABLE_CJSON_UTILS=OFF "${options[@]}"
    cmake --build "$work/build-cjson" --target install
}

main() {
    case ${1:-} in
        -h | --help)
            usage
            exit 0
            ;;
    esac
    (($# == 1)) || fail 2 'FOLDER is missing; see --help'
    mkdir -p "$1"
    folder=$(cd "$1" && pwd)
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # The same bytes wherever this is built.
    options=("-DCMAKE_C_FLAGS=-ffile-prefix-map=$work=.")
    use_sources
    fetch
    build_libzip
    build_cjson
}

main "$@"
