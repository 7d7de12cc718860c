#!/usr/bin/env bash
# static.sh - the static program on a machine that has nothing: in a folder that holds no other file, as the
# root of its file system, without an environment. One line per check. Exit code 77, skipped, where chroot
# is not allowed.
#
#   static.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
/usr/sbin/chroot / /bin/true 2>/dev/null || { echo 'skipped: chroot is not allowed' && exit 77; }
mkdir -p "$work/root/tmp"
cp "$program" "$work/root/seqnet"

alone() { env -i /usr/sbin/chroot "$work/root" /seqnet "$@"; }

failed=0
# check TEXT CODE PATTERN ARGUMENT...: the exit code, and a line that matches.
check() {
    local text=$1 code=$2 pattern=$3 status=0
    shift 3
    alone "$@" >"$work/out" 2>&1 </dev/null || status=$?
    if [ "$status" -eq "$code" ] && { [ -z "$pattern" ] || grep -qE "$pattern" "$work/out"; }; then
        echo "ok: $text"
    else
        echo "FAILED: $text: exit code $status; $(cat "$work/out")"
        failed=1
    fi
}

# rows BYTES: texts with a word that ends in these bytes.
rows() {
    echo label,text
    for ((i = 0; i < 60; i++)); do
        printf "pos,a good caf$1 $i\nneg,a bad film $i\n"
    done
}

readelf -l "$program" >"$work/segments"
if grep -q INTERP "$work/segments"; then
    echo 'FAILED: the program names a loader'
    exit 1
fi
rows '\xe9' >"$work/root/latin1.csv"
rows é | iconv -t UTF-16 >"$work/root/utf16.csv"
check 'seqnet --version' 0 'own loops' --version
check 'a prediction' 0 positive predict 'a wonderful film'
check 'a training' 0 '' train builtin:demo -q -o /tmp/demo.st
check 'its model' 0 positive predict -m /tmp/demo.st 'The cast was brilliant.'
check 'a training on Windows-1252' 0 '' train /latin1.csv --encoding WINDOWS-1252 --epochs 1 -q -o /tmp/latin1.st
check 'its characters' 0 café load /latin1.csv --encoding WINDOWS-1252 --head 2
check 'UTF-16 by its mark' 0 café load /utf16.csv --head 2
check 'an encoding that is not inside' 2 "'SHIFT_JIS' is not known; convert" load /latin1.csv --encoding SHIFT_JIS
check 'an archive is written' 0 '' pad builtin:demo:100 -q -o /tmp/padded.npz
check 'an archive is read' 0 '' load /tmp/padded.npz --head 0
check 'export to ONNX' 0 '' export -m /tmp/demo.st -o /tmp/demo.onnx
check 'HDF5 is not inside' 2 'without libhdf5, since it is static' export -m /tmp/demo.st -o /tmp/demo.keras
exit "$failed"
