#!/bin/sh
# Runs the tests of pages in Chromium, or says why it does not and exits with 77.
#
#     SEQNET=build/seqnet run.sh
#
# scripts/test.sh installs what they need: Debian's chromium, node, and playwright-core by npm ci.
set -eu
folder=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/support/node.sh
. "$folder/../support/node.sh"

need_node playwright-core
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
[ -n "$CHROMIUM" ] || skip "no chromium"
export CHROMIUM
exec node --test "$folder"
