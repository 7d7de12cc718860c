# common.sh - what quickstart.sh and test.sh share: messages, the Debian packages, the build.
# Sourced, not run. Needs bash 4.4.
# shellcheck shell=bash

# The one list of what seqnet needs. libc6-dev is named because gcc merely recommends it.
readonly BUILD_PACKAGES=(gcc libc6-dev make cmake pkg-config libopenblas-dev libzip-dev libcjson-dev
    libxxhash-dev libutf8proc-dev zlib1g-dev libcsv-dev libhdf5-dev
    libprotobuf-c-dev protobuf-c-compiler libonnx-dev curl ca-certificates)
# SQLite is for its extension, which is tested in its shell; tmux shows what terminals show; shells
# complete command lines, and man, groff and mandoc render and check the manual.
readonly TEST_PACKAGES=(libcmocka-dev bats python3 python3-numpy python3-h5py python3-onnx jq parallel
    tmux dpkg-dev file libsqlite3-dev sqlite3 zsh fish bash-completion man-db groff-base mandoc)

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

fail() {
    local status=$1
    shift
    say "$@"
    exit "$status"
}

# One argument as a person would type it.
quoted() {
    if [[ $1 =~ ^[A-Za-z0-9_./:=@%+,-]+$ ]]; then
        printf '%s' "$1"
    elif [[ $1 != *\'* ]]; then
        printf "'%s'" "$1"
    else
        printf '%q' "$1"
    fi
}

command_line() {
    local line word
    line=$(quoted "$1")
    shift
    for word; do
        line+=" $(quoted "$word")"
    done
    printf '%s' "$line"
}

# Shows a command as "$ command", then runs it.
run() {
    printf '$ %s\n' "$(command_line "$@")" >&2
    "$@"
}

# The program: $SEQNET, else build/seqnet, else the one on the path.
find_program() {
    local built=${SEQNET:-$(dirname "${BASH_SOURCE[0]}")/../build/seqnet}
    if [[ -x $built ]]; then
        realpath "$built"
    else
        command -v seqnet || fail 1 'no seqnet: build it first, or name one with SEQNET=FILE'
    fi
}

# The cores this process may use.
cores() { nproc 2> /dev/null || getconf _NPROCESSORS_ONLN; }

is_installed() {
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null) == installed ]]
}

packages_for() {
    case $1 in
        build) printf '%s\n' "${BUILD_PACKAGES[@]}" ;;
        test) printf '%s\n' "${TEST_PACKAGES[@]}" ;;
    esac
}

# install_packages build|test...: installs those that are missing, or says how to and exits.
install_packages() {
    local purpose package missing=()
    if ! command -v apt-get > /dev/null || ! command -v dpkg-query > /dev/null; then
        explain_needs
        return
    fi
    for purpose; do
        for package in $(packages_for "$purpose"); do
            is_installed "$package" || missing+=("$package")
        done
    done
    if ((${#missing[@]} > 0)); then
        say "missing packages: ${missing[*]}"
        apt_install "${missing[@]}"
    fi
}

explain_needs() {
    say 'this is not a Debian system, so nothing is installed. Needed: a C11 compiler, make,'
    say 'CMake 3.20 or newer, pkg-config, and the development files of OpenBLAS, libzip, cJSON,'
    say 'xxHash, utf8proc, zlib, libcsv and libhdf5; for the export of ONNX protobuf-c, its compiler and'
    say 'the file onnx/onnx.proto; curl for downloads; for the extension of SQLite its headers; for tests'
    say 'cmocka, bats 1.5 or newer, Python 3, NumPy, h5py and onnx for Python, jq, GNU parallel, tmux,'
    say 'sqlite3, zsh, fish, bash-completion, man, groff, mandoc.'
}

apt_install() {
    as_root=()
    if ((EUID != 0)); then
        command -v sudo > /dev/null || fail_without_root "$@"
        as_root=(sudo)
    fi
    # A fresh machine may be holding the lock for its own updates; a stale list may still do.
    apt_get update || say 'the package lists could not be updated; trying with those that are there'
    apt_get install -y --no-install-recommends "$@" || fail_without_root "$@"
}

apt_get() {
    run "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -o DPkg::Lock::Timeout=300 "$@" < /dev/null >&2
}

fail_without_root() {
    say 'the packages were not installed. Install them as root, then run this again:'
    printf '\n    apt-get update && apt-get install -y --no-install-recommends %s\n\n' "$*" >&2
    exit 1
}

# build SOURCE FOLDER CMAKE_OPTION...: configures and builds SOURCE in SOURCE/FOLDER.
build() {
    local source=$1 folder=$1/$2
    shift 2
    run cmake -S "$source" -B "$folder" "$@" >&2
    run cmake --build "$folder" --parallel "$(cores)" >&2
}
