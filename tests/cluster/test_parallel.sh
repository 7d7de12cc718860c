#!/bin/sh
# GNU parallel over ssh: files, and blocks of lines from a pipe, classified on two machines.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
. "$here/namespaces.sh"
need parallel parallel
trap 'namespaces_down; rm -rf "$work"' EXIT
namespaces_up
export HOME="$work" # parallel keeps notes there

reviews 400 >reviews.csv
"$SEQNET" train reviews.csv --epochs 2 -q -o one.st
for i in 1 2 3 4; do reviews $((i * 50)) >part$i.csv; done
"$SEQNET" predict -q -m one.st --input part1.csv part2.csv part3.csv part4.csv >one.txt
on a parallel --will-cite -k -j 2 --ssh "ssh -F $work/ssh_config" --sshlogin :,seqnet-b \
    "$SEQNET" predict -q -m "$work/one.st" --input ::: "$work"/part?.csv >many.txt
same "files are classified in order" "$(cksum <one.txt)" "$(cksum <many.txt)"

cut -d , -f 2 reviews.csv >lines.txt
"$SEQNET" predict -q -m one.st <lines.txt >one.txt
on a parallel --will-cite -k --pipe --block 2k -j 2 --ssh "ssh -F $work/ssh_config" \
    --sshlogin :,seqnet-b "$SEQNET" predict -q -m "$work/one.st" <lines.txt >many.txt
same "so are blocks of lines" "$(cksum <one.txt)" "$(cksum <many.txt)"

code=0
on a parallel --will-cite -k --halt now,fail=1 --ssh "ssh -F $work/ssh_config" --sshlogin seqnet-b \
    "$SEQNET" predict -q -m "$work/one.st" --input ::: "$work/missing.csv" 2>missing.log || code=$?
same "a failure has its exit code and one line" "3 1" "$code $(grep -c '^seqnet: ' missing.log)"
