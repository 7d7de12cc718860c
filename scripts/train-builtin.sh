#!/bin/sh
# Trains the model in the box again, from the raw reviews, and compares its fingerprint with that of
# src/model/builtin.safetensors.
#
#   scripts/train-builtin.sh ACLIMDB [OUT] [SEQNET]
#
# ACLIMDB is the folder of the Large Movie Review Dataset, or its archive aclImdb_v1.tar.gz. OUT is where
# the model goes (default: src/model/builtin.safetensors, which the next build links). SEQNET is the
# program (default: build/seqnet). The training is a reproducible one: every machine gives the same
# fingerprint. scripts/verify-builtin.sh only compares.
set -eu
project=$(cd "$(dirname "$0")/.." && pwd)
data=${1:?usage: scripts/train-builtin.sh ACLIMDB [OUT] [SEQNET]}
stored=$project/src/model/builtin.safetensors
out=$(realpath -m "${2:-$stored}")
seqnet=$(realpath "${3:-$project/build/seqnet}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -d "$data" ]; then
    ln -s "$(realpath "$data")" "$work/aclImdb"
else
    echo "unpacking $data"
    tar -xzf "$data" -C "$work"
fi
fingerprint() {
    [ ! -e "$1" ] || "$seqnet" info --json "$1" | sed 's/.*"fingerprint":"\([0-9a-f]*\)".*/\1/'
}
before=$(fingerprint "$stored")
cp "$project/scripts/builtin/card.json" "$work"
cd "$work" # so that the training record names no folder of this machine
"$seqnet" train aclImdb --map 'neg=negative;pos=positive' --preset fast --num-words 10000 --ngram-limit 150000 --seed 1 --reproducible \
    --card card.json -o builtin.safetensors
after=$(fingerprint builtin.safetensors)
cp builtin.safetensors "$out"
if [ -z "$before" ]; then
    echo "fingerprint $after"
elif [ "$before" = "$after" ]; then
    echo "fingerprint $after, as that of the model in the box"
else
    echo "fingerprint $after; that of the model in the box was $before" >&2
    exit 1
fi
