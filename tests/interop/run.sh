#!/bin/sh
# Runs files that seqnet writes in other programs, or says why it does not and exits with 77.
#
#     SEQNET=build/seqnet WRITE_MODELS=build/tests/write_models run.sh
#
# scripts/test.sh installs what they need: node, ONNX Runtime by npm ci, and Debian's python3-onnx, which
# checks the same files where it is.
set -eu
folder=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/support/node.sh
. "$folder/../support/node.sh"

need_node onnxruntime-node
FOLDER=$(mktemp -d)
export FOLDER
trap 'rm -rf "$FOLDER"' EXIT
"$WRITE_MODELS" "$FOLDER"
if /usr/bin/python3 -c 'import onnx' 2>/dev/null; then
    /usr/bin/python3 "$folder/check_onnx.py" "$FOLDER"/*.onnx
else
    echo "no python3-onnx: its checker is left out"
fi
node --test "$folder"
