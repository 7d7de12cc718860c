#!/usr/bin/env bash
# chroot.sh - the packages on a machine that has nothing: builds them in a fresh chroot of a suite of Debian or
# Ubuntu, runs the unit tests there, and installs them in another one: the manual, completion, a training,
# a prediction, a program that links the library, and removal, after which no file is left. One line per check.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/common.sh
source "$root/scripts/common.sh"

usage() {
    cat <<'END'
Usage: chroot.sh SUITE FOLDER [DEB...]

SUITE is bookworm, trixie, noble or the like. FOLDER keeps the chroots, which are made once and
used again: SUITE-base is the bare system. With DEBs these are installed, and nothing is built.
As root; needs mmdebstrap, which takes packages from the suite's archive (for Ubuntu:
ubuntu-keyring, or the folder of its keys as $KEYRING).

Exit status: 0 all checks passed, 1 one failed, 77 skipped: no root, or no mmdebstrap.
END
}

# check TEXT COMMAND...: one line; the command's output is in the log.
failed=0
check() {
    local text=$1 before=$SECONDS status
    shift
    set +e
    (
        set -e
        "$@"
    ) >>"$log" 2>&1 </dev/null
    status=$?
    set -e
    if ((status == 0)); then
        printf '%s: ok: %s (%d s)\n' "$suite" "$text" "$((SECONDS - before))"
    else
        printf '%s: FAILED: %s; see %s\n' "$suite" "$text" "$log"
        failed=1
    fi
}

# within NAME COMMAND...: runs it in the chroot, with /proc, a network and no settings of this machine.
within() {
    local place=$folder/$suite-$1
    shift
    cp -L /etc/resolv.conf /etc/hosts "$place/etc/"
    # shellcheck disable=SC2016
    unshare --mount sh -c 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && shift && exec "$@"' \
        sh "$place" chroot "$place" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
        DEBIAN_FRONTEND=noninteractive TERM=xterm "$@"
}

# The bare system, then a copy of it for each use.
make_base() {
    local keyring=()
    if [[ -d $folder/$suite-base ]]; then
        return
    fi
    if [[ -n ${KEYRING:-} ]]; then
        keyring=(--keyring="$KEYRING")
    fi
    case $suite in
        noble | jammy) mmdebstrap --variant=minbase --include=apt --components=main,universe "${keyring[@]}" "$suite" \
            "$folder/$suite-base" http://archive.ubuntu.com/ubuntu ;;
        *) mmdebstrap --variant=minbase --include=apt "${keyring[@]}" "$suite" "$folder/$suite-base" ;;
    esac
}

fresh() {
    rm -rf --one-file-system "${folder:?}/$suite-$1"
    cp -a "$folder/$suite-base" "$folder/$suite-$1"
}

copy_source() {
    mkdir -p "$folder/$suite-build/seqnet"
    tar -C "$root" --exclude=./build* --exclude=.git --exclude=node_modules -c . |
        tar -C "$folder/$suite-build/seqnet" -x --no-same-owner
}

install_build_packages() {
    within build apt-get update
    # shellcheck disable=SC2046
    within build apt-get install -y --no-install-recommends $(packages_for build) libcmocka-dev dpkg-dev file
}

build_there() {
    within build sh -c 'cd seqnet && cmake --preset package && nice cmake --build build-package --parallel "$(nproc)"'
}

test_there() {
    within build sh -c 'cd seqnet && ctest --test-dir build-package --no-tests=error -L "^unit$" --output-on-failure'
}

pack_there() {
    within build sh -c 'cd seqnet/build-package && rm -f ./*.deb && cpack -G DEB'
    rm -rf "$folder/$suite-debs"
    mkdir "$folder/$suite-debs"
    cp "$folder/$suite-build/seqnet/build-package/"*.deb "$folder/$suite-debs"
}

# The files of the clean chroot, but for what apt and dpkg note down.
list_files() {
    (cd "$folder/$suite-clean" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./tmp -o -path ./root \
        -o -path ./var/cache -o -path ./var/log -o -path ./var/lib/apt -o -path ./var/lib/dpkg/status-old \) \
        -prune -o -print | sort)
}

prepare_clean() {
    mkdir -p "$folder/$suite-clean/root/debs"
    cp "$@" "$folder/$suite-clean/root/debs"
    # The bare systems leave manuals and documents out.
    rm -f "$folder/$suite-clean/etc/dpkg/dpkg.cfg.d/"*excludes* "$folder/$suite-clean/etc/dpkg/dpkg.cfg.d/docker"*
    within clean apt-get update
    within clean apt-get install -y --no-install-recommends man-db bash-completion gcc libc6-dev
    list_files >"$folder/$suite-before"
}

in_home() { within clean sh -ec "cd /root && $1"; }

purge() {
    within clean sh -c "dpkg-query -W -f '\${Package}\n' '*seqnet*' | xargs apt-get purge -y &&
        apt-get autoremove --purge -y -o APT::AutoRemove::RecommendsImportant=0 -o APT::AutoRemove::SuggestsImportant=0"
}

leaves_nothing() {
    list_files >"$folder/$suite-after"
    diff "$folder/$suite-before" "$folder/$suite-after"
}

check_clean() {
    check 'a fresh system with man, bash-completion and gcc' prepare_clean "$@"
    check 'apt install ./*seqnet*.deb' in_home 'apt-get install -y ./debs/*.deb'
    check 'no configuration files' in_home '! grep -l . /var/lib/dpkg/info/*seqnet*.conffiles'
    check 'seqnet --version finds OpenBLAS' in_home 'seqnet --version | grep OpenBLAS'
    check 'man seqnet' in_home 'man seqnet | grep -i "NAME" && test -z "$(man --warnings seqnet 2>&1 >/dev/null)"'
    check 'completion of commands' in_home "bash -ic '. /usr/share/bash-completion/bash_completion;
        _completion_loader seqnet || _comp_load seqnet; COMP_WORDS=(seqnet tra) COMP_CWORD=1 COMP_LINE=\"seqnet tra\" COMP_POINT=10
        \$(complete -p seqnet | sed \"s/.*-F \\([^ ]*\\).*/\\1/\") seqnet tra seqnet; echo \"\${COMPREPLY[*]}\" | grep train'"
    check 'a training' in_home 'seqnet train builtin:demo -o demo.safetensors'
    check 'a prediction' in_home 'seqnet predict -m demo.safetensors "The cast was brilliant."'
    check 'a prediction with the model in the box' in_home 'seqnet predict "a wonderful film" | grep positive'
    check 'an archive of NumPy (libzip)' in_home 'seqnet pad builtin:demo -o padded.npz && seqnet load padded.npz --head 1'
    check 'export to ONNX (protobuf-c)' in_home 'seqnet export -m demo.safetensors -o demo.onnx'
    check 'export to Keras (libhdf5)' in_home 'seqnet export -m demo.safetensors -o demo.keras'
    check 'a program that links the library' in_home 'printf "#include <seqnet/seqnet.h>\n#include <stdio.h>\nint main(void) { return puts(seqnet_version()) < 0; }\n" > a.c &&
        cc a.c -o a -lseqnet && ./a && cc -static-libgcc a.c -o b -l:libseqnet.a -lcjson -lxxhash -lz -lutf8proc -lcsv -lpthread -lm && ./b'
    check 'purge' purge
    check 'no file is left' leaves_nothing
}

main() {
    case ${1:-} in
        -h | --help)
            usage
            exit 0
            ;;
    esac
    (($# >= 2)) || fail 2 'SUITE and FOLDER are missing; see --help'
    suite=$1
    mkdir -p "$2"
    folder=$(cd "$2" && pwd)
    shift 2
    log=$folder/$suite.checks.log
    : >"$log"
    if ((EUID != 0)) || ! command -v mmdebstrap >/dev/null; then
        say 'skipped: needs root and mmdebstrap'
        exit 77
    fi
    check "the bare system" make_base
    fresh clean
    if (($# == 0)); then
        fresh build
        copy_source
        check 'the packages to build with' install_build_packages
        check 'built from source' build_there
        check 'unit tests' test_there
        check 'packages by cpack' pack_there
        set -- "$folder/$suite-debs"/*.deb
    fi
    check_clean "$@"
    exit "$failed"
}

main "$@"
