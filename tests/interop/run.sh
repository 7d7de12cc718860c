#!/bin/sh
# Lets readers of other projects read what seqnet writes, or says why it does not and exits with 77.
#
#     SEQNET=build/seqnet run.sh
#
# scripts/test.sh installs what they need: node, and @huggingface/hub by npm ci.
set -eu
folder=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "skipped: $1"
    exit 77
}

command -v node >/dev/null || skip "no node"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || skip "node is older than 18"
[ -d "$folder/node_modules/@huggingface/hub" ] || skip "no node_modules; run npm ci in tests/interop"
"${PYTHON3:-python3}" -c 'import numpy' 2>/dev/null || skip "no NumPy"
exec node --test "$folder"
