#!/bin/sh
# Tests the class for Node.js, or says why it does not and exits with 77.
#
#     SEQNET=build/seqnet run_node.sh
set -eu
folder=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/support/node.sh
. "$folder/../support/node.sh"

# shellcheck disable=SC2119 # it needs no package
need_node
exec node --test "$folder/seqnet.test.mjs"
