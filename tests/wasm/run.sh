#!/bin/sh
# Runs the tests of scripts/wasm.sh, or says why it does not and exits with 77.
#
#     SEQNET=build/seqnet run.sh
#
# They need Debian's emscripten and nodejs; those of pages Chromium, too, and playwright-core in
# tests/browser. scripts/test.sh does not install emscripten, which is large.
set -eu
folder=$(cd "$(dirname "$0")/../browser" && pwd)
# shellcheck source=tests/support/node.sh
. "$folder/../support/node.sh"

command -v cc >/dev/null || skip "no cc"
command -v emcc >/dev/null || skip "no emcc (apt-get install emscripten)"
need_node playwright-core
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
[ -n "$CHROMIUM" ] || skip "no chromium"
export CHROMIUM
exec node --test "$folder/../wasm"
