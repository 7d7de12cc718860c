#!/usr/bin/env bash
# reproducible-build.sh - builds seqnet and its packages twice, in folders of different names, with other
# settings and at other times, and compares program, libraries, modules, packages and tarball byte by byte.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$root/scripts/common.sh"

usage() {
    cat <<'END'
Usage: reproducible-build.sh [PRESET]

Builds the preset (package; or static, whose program alone is compared) twice in temporary folders,
and prints one line per file that both have: equal, or DIFFERENT. SOURCE_DATE_EPOCH is that of the
environment, or the time of the last change in git.

Exit status: 0 all files are equal, 1 some are not, or building failed, 2 wrong usage.
END
}

# copy NAME: the sources, with modification times of this moment.
copy() {
    mkdir -p "$1"
    tar -C "$root" --exclude=./build* --exclude=.git --exclude=node_modules -c . | tar -C "$1" -xm
}

# pack_in FOLDER NAME=VALUE...: packages of what is built there, for the preset that has them.
pack_in() {
    local build=$1
    shift
    if [[ $preset == package ]]; then
        umask 022 # cpack writes the mode of its own temporary files into .debs
        cd "$build" && env "$@" cpack
    fi
}

# build_in FOLDER NAME=VALUE...: a build of the sources there.
build_in() {
    local source=$1
    shift
    copy "$source"
    (
        # What stands before || goes on after a failure, set -e or not.
        umask "$mask" &&
            cd "$source" &&
            env "$@" cmake --preset "$preset" -DSEQNET_TESTS=OFF &&
            env "$@" cmake --build --preset "$preset" --parallel "$(cores)" &&
            pack_in "build-$preset" "$@"
    ) >"$work/log" 2>&1 || {
        tail "$work/log" >&2
        fail 1 "the build in $source fails"
    }
}

compare() {
    local file other compared=0 different=0
    while read -r file; do
        compared=$((compared + 1))
        other=$work/other/a-longer-name/build-$preset/$file
        if cmp -s "$work/one/build-$preset/$file" "$other"; then
            printf 'equal      %s  %s\n' "$(sha256sum <"$other" | cut -c 1-16)" "$file"
        else
            printf 'DIFFERENT  %s\n' "$file"
            different=1
        fi
    done < <(cd "$work/one/build-$preset" && find . -maxdepth 2 -type f \
        \( -name seqnet -o -name 'libseqnet.*' -o -name 'seqnet-*.so' -o -name '*.deb' -o -name '*.tar.gz' \) \
        -printf '%P\n' | sort)
    ((compared > 0)) || fail 1 "the build of $preset has no file to compare"
    return "$different"
}

main() {
    case ${1:-} in
        -h | --help)
            usage
            exit 0
            ;;
    esac
    (($# <= 1)) || fail 2 'one argument at most; see --help'
    preset=${1:-package}
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}
    mask=022
    build_in "$work/one" TZ=UTC LC_ALL=C
    mask=027
    build_in "$work/other/a-longer-name" TZ=Asia/Kolkata LC_ALL=C.UTF-8
    compare
}

main "$@"
