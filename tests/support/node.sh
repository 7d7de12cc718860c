# What tests that run in Node.js need. Sourced by their run.sh, which has set `folder` to its own.
# shellcheck shell=sh disable=SC2154

skip() {
    echo "skipped: $1"
    exit 77
}

# need_node [PACKAGE]: skips unless there is a Node.js, and the package from npm in the folder.
need_node() {
    command -v node >/dev/null || skip "no node"
    [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ] || skip "node is older than 18"
    [ -z "${1:-}" ] || [ -d "$folder/node_modules/$1" ] ||
        skip "no node_modules; run npm ci --ignore-scripts in tests/${folder##*/}"
}
