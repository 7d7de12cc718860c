#!/bin/sh
# Runs files that seqnet writes in other programs, or says why it does not and exits with 77.
#
#     SEQNET=build/seqnet WRITE_MODELS=build/tests/write_models run.sh
#
# scripts/test.sh installs what they need: node, and ONNX Runtime by npm ci.
set -eu
folder=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "skipped: $1"
    exit 77
}

command -v node >/dev/null || skip "no node"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || skip "node is older than 18"
[ -d "$folder/node_modules/onnxruntime-node" ] || skip "no node_modules; run npm ci in tests/interop"
FOLDER=$(mktemp -d)
export FOLDER
trap 'rm -rf "$FOLDER"' EXIT
"$WRITE_MODELS" "$FOLDER"
node --test "$folder"
