#!/bin/sh
# mpirun over two machines that have nothing in common but a network and a file system.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
. "$here/namespaces.sh"
trap 'namespaces_down; rm -rf "$work"' EXIT
namespaces_up

reviews 400 >reviews.csv
"$SEQNET" train reviews.csv --epochs 2 -o one.st 2>one.log
for ranks in 2 3; do
    across $ranks "$SEQNET" train "$work/reviews.csv" --epochs 2 -o "$work/many.st" 2>many.log
    same "$ranks processes on two machines train the model of one" "$(fingerprint one.log)" \
        "$(fingerprint many.log)"
done
across 2 sh -c 'hostname >"$0/host.$OMPI_COMM_WORLD_RANK"' "$work"
same "the second process ran on the other machine" seqnet-b "$(cat host.1)"

for i in 1 2 3 4; do reviews $((i * 50)) >part$i.csv; done
"$SEQNET" predict -q -m one.st --input part1.csv part2.csv part3.csv part4.csv >one.txt
across 2 "$SEQNET" predict -q -m "$work/one.st" --input "$work"/part1.csv "$work"/part2.csv \
    "$work"/part3.csv "$work"/part4.csv >many.txt
same "files are classified on both, in order" "$(cksum <one.txt)" "$(cksum <many.txt)"

# A process on the other machine that dies in the middle of a training.
across 2 sh -c 'echo $$ >"$0/pid.$OMPI_COMM_WORLD_RANK"; exec "$@"' "$work" "$SEQNET" train \
    "$work/reviews.csv" --preset lstm --patience 0 --epochs 100000 -o "$work/gone.st" 2>gone.log &
launcher=$!
until grep -q '^Epoch 3/' gone.log; do sleep 0.1; done
kill -9 "$(cat pid.1)"
code=0
wait $launcher || code=$?
same "a process that dies there ends all" yes "$([ $code -ne 0 ] && echo yes)"
same "with one line" 1 "$(grep -c '^seqnet: ' gone.log)"
