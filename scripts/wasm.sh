#!/usr/bin/env bash
# wasm.sh - makes a page out of a model: one HTML file that classifies as one types, in the browser
# itself; beside it the same as one .wasm and one .js, for pages of one's own and for Node.js.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$root/scripts/common.sh"
readonly PARTS=$root/scripts/wasm

usage() {
    cat <<'END'
Usage: wasm.sh [-o FOLDER] [--name NAME] [--quantize none|float16|int8] [-f] MODEL

Exports MODEL (a file, or builtin:reviews) as C, compiles it to WebAssembly with emcc, and writes to
FOLDER (default: the current one)

  NAME.html  the page, with the model in it: opens by a double click, needs no server
  NAME.wasm  the model
  NAME.js    what loads it, in a page or in Node.js; it says how

NAME is the model's by default. -f replaces files. Needs the packages emscripten and nodejs (Debian),
and seqnet: $SEQNET, build/seqnet or the one on the PATH.

Exit status: 0 done, 1 a step failed, 2 wrong usage; else that of seqnet.
END
}

# Sets model, folder, name, quantize and force.
parse_arguments() {
    model='' folder=. name='' quantize=none force=
    while (($# > 0)); do
        case $1 in
            -h | --help)
                usage
                exit 0
                ;;
            -f | --force) force=yes ;;
            -o | --output | --name | --quantize)
                (($# > 1)) || fail 2 "$1 needs a value; see --help"
                take_value "$1" "$2"
                shift
                ;;
            -*) fail 2 "unknown option $1; see --help" ;;
            *)
                [[ -z $model ]] || fail 2 'one model at most; see --help'
                model=$1
                ;;
        esac
        shift
    done
    [[ -n $model ]] || fail 2 'which model? see --help'
    [[ -n $name ]] || name=$(name_of "$model")
    [[ $name != *[[:cntrl:]/]* && $name != .* && -n $name ]] || fail 2 "--name '$name' cannot be a file's"
}

take_value() {
    case $1 in
        -o | --output) folder=$2 ;;
        --name) name=$2 ;;
        --quantize) quantize=$2 ;;
    esac
}

# reviews for builtin:reviews and for models/reviews.safetensors
name_of() {
    local name=${1##*/}
    name=${name#builtin:}
    printf '%s' "${name%.safetensors}"
}

check_folder() {
    local ending
    [[ -d $folder && -w $folder ]] || fail 1 "$folder is no folder that can be written to"
    for ending in html wasm js; do
        [[ -n $force || ! -e $folder/$name.$ending ]] ||
            fail 1 "$folder/$name.$ending exists; -f replaces it"
    done
}

# Sets seqnet.
find_tools() {
    command -v emcc > /dev/null || fail 1 'no emcc; apt-get install emscripten'
    command -v node > /dev/null || fail 1 'no node; apt-get install nodejs'
    seqnet=${SEQNET:-$root/build/seqnet}
    [[ -n ${SEQNET:-} || -x $seqnet ]] || seqnet=seqnet
    command -v "$seqnet" > /dev/null || fail 1 'no seqnet; build it, or set SEQNET to the program'
}

# The number behind words of the C file's head.
number_behind() { sed -n "1,/\*\//s/.*$1\([0-9]*\).*/\1/p" "$work/model.c" | head -n 1; }

any_labels() {
    node -p 'Number("multi_label" in JSON.parse(require("fs").readFileSync(0)).config)' < "$work/info.json"
}

# Memory holds the tables, the workspace, the stack, and 1 MB more for code's own data and short texts;
# a longer text lets it grow. The stack lies first, so that none can run over into the tables.
compile() {
    local page=65536 stack memory
    stack=$((($(number_behind 'Stack: about ') * 2 + 64) * 1024))
    memory=$(($(number_behind 'Constants (flash): ') + $(number_behind 'Workspace (RAM): ') + stack))
    memory=$(((memory + memory / 8) / page * page + 16 * page))
    emcc -std=c99 -O3 -msimd128 -DMODEL="\"$work/model.c\"" -DANY_LABELS="$(any_labels)" "$PARTS/classifier.c" \
        --no-entry -sSTANDALONE_WASM -sALLOW_MEMORY_GROWTH=1 -sTOTAL_STACK=$stack -Wl,--stack-first \
        -sINITIAL_MEMORY=$memory -o "$work/model.wasm"
}

make_files() {
    "$seqnet" info --json "$model" > "$work/info.json"
    "$seqnet" export -m "$model" --output-format c --quantize "$quantize" -o "$work/model.c" -q
    grep -q '^int seqnet_predict(' "$work/model.c" ||
        fail 1 "$model is a model of ids: it has no words that a page could be given"
    compile || fail 1 'emcc failed'
    sed "s/NAME/$(sed 's/[&/\]/\\&/g' <<< "$name")/g" "$PARTS/classifier.js" > "$work/model.js"
    node "$PARTS/make_page.mjs" "$name" "$work/model.wasm" < "$work/info.json" > "$work/model.html"
}

main() {
    parse_arguments "$@"
    find_tools
    check_folder
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    make_files
    for ending in wasm js html; do
        mv -f "$work/model.$ending" "$folder/$name.$ending"
        say "wrote $folder/$name.$ending: $(wc -c < "$folder/$name.$ending") bytes"
    done
}

main "$@"
