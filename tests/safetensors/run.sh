#!/bin/sh
# Lets Hugging Face's reader of safetensors read model files, or says why it does not and exits with 77.
#
#     SEQNET=build/seqnet [PYTHON3=python3] run.sh
#
# scripts/test.sh installs what it needs: node, and @huggingface/hub by npm ci.
set -eu
folder=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/support/node.sh
. "$folder/../support/node.sh"

need_node @huggingface/hub
"${PYTHON3:-python3}" -c 'import numpy' 2>/dev/null || skip "no NumPy"
exec node --test "$folder"
