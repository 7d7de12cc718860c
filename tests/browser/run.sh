#!/bin/sh
# Runs the tests of pages in Chromium, or says why it does not and exits with 77.
#
#     SEQNET=build/seqnet run.sh
#
# scripts/test.sh installs what they need: Debian's chromium, node, and playwright-core by npm ci.
set -eu
folder=$(cd "$(dirname "$0")" && pwd)

skip() {
    echo "skipped: $1"
    exit 77
}

command -v node >/dev/null || skip "no node"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || skip "node is older than 18"
[ -d "$folder/node_modules/playwright-core" ] || skip "no node_modules; run npm ci in tests/browser"
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
[ -n "$CHROMIUM" ] || skip "no chromium"
export CHROMIUM
exec node --test "$folder"
