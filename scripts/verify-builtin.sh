#!/bin/sh
# Checks where the model in the box comes from: trains it again from the raw reviews, on whatever machine
# this is, and compares the fingerprints. Exits with 1 where they differ. Changes nothing.
#
#   scripts/verify-builtin.sh ACLIMDB [SEQNET]
#
# ACLIMDB is the folder of the Large Movie Review Dataset, or its archive aclImdb_v1.tar.gz. SEQNET is the
# program (default: build/seqnet).
set -eu
scripts=$(cd "$(dirname "$0")" && pwd)
data=${1:?usage: scripts/verify-builtin.sh ACLIMDB [SEQNET]}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$scripts/train-builtin.sh" "$data" "$work/model.safetensors" "${2:-$scripts/../build/seqnet}"
