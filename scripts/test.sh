#!/usr/bin/env bash
# test.sh - builds seqnet twice and runs its tests: those that need no large data in build-asan
# (address and undefined-behaviour sanitizers), then all of them in build-test (optimised). It stops
# at the first of the two that fails, so that ctest's summary, the last thing printed, always agrees
# with the exit status.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$root/scripts/common.sh"

usage() {
    cat <<'END'
Usage: test.sh [CTEST_OPTION...]

Installs the packages that building and testing need (Debian; as root or with sudo), and for the
tests of pages and of exported files Chromium, Node.js and packages of npm, without which they are
left out; builds in build-asan and build-test, and runs the tests in both. The options go to ctest: test.sh -R npz

Environment:
  SEQNET_DATA    folder with imdb.npz and imdb_word_index.json; unset, its tests are left out
  SEQNET_SHARED  folder with reference results too large for the repository; likewise

Exit status: 0 all tests passed, 1 building failed, 2 wrong usage, 8 tests failed (ctest's own).
END
}

# Says whether VARIABLE is set, and makes its folder absolute: tests run elsewhere.
report_folder() {
    local name=$1 folder=${!1:-}
    if [[ -z $folder ]]; then
        say "$name is not set: the tests that need it are left out"
        return
    fi
    [[ -d $folder ]] || fail 2 "$name is $folder, which is not a folder"
    folder=$(cd "$folder" && pwd)
    export "$name=$folder"
    say "$name is $folder"
}

# Installs what the tests of pages and of exported files need. They are left out, visibly, where that
# fails.
install_optional() {
    local command package
    if command -v apt-get > /dev/null; then
        for command in chromium node npm; do
            package=${command/#node/nodejs}
            command -v "$command" > /dev/null || (apt_install "$package") ||
                say "no $package: the tests that need it are left out"
        done
    fi
    install_npm browser 'the tests of pages'
    install_npm interop 'the tests of exported files'
    install_npm safetensors 'the tests of model files in another reader'
}

# install_npm FOLDER TESTS: the packages of npm that tests/FOLDER has a list of, for TESTS.
install_npm() {
    local folder=$root/tests/$1
    if [[ -d $folder/node_modules ]] || ! command -v npm > /dev/null; then
        return
    fi
    (cd "$folder" && run npm ci --ignore-scripts --no-audit --no-fund < /dev/null >&2) ||
        say "npm ci failed: $2 are left out"
}

# run_tests FOLDER CTEST_OPTION...
run_tests() {
    local folder=$root/$1
    shift
    run ctest --test-dir "$folder" --output-on-failure --parallel "$(cores)" "$@"
}

main() {
    case ${1:-} in
        -h | --help)
            usage
            exit 0
            ;;
    esac
    report_folder SEQNET_DATA
    report_folder SEQNET_SHARED
    install_packages build test
    install_optional
    build "$root" build-asan -DCMAKE_BUILD_TYPE=Debug '-DCMAKE_C_FLAGS_DEBUG=-g -O1' \
        -DSEQNET_WERROR=ON -DSEQNET_SANITIZE=address,undefined
    build "$root" build-test -DCMAKE_BUILD_TYPE=Release -DSEQNET_WERROR=ON
    export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
    run_tests build-asan -LE '^data$' "$@"
    run_tests build-test "$@"
}

main "$@"
