#!/usr/bin/env bash
# quickstart.sh - from a fresh clone to a trained model: installs what is missing, builds seqnet,
# puts it on the PATH, finds or downloads the IMDB reviews, trains, evaluates and predicts.
#
# The model is written to the current folder. What seqnet prints as a result goes to standard
# output, everything else to standard error.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$root/scripts/common.sh"

readonly KERAS_FOLDER=${HOME:?is not set}/.keras/datasets

usage() {
    cat <<'END'
Usage: quickstart.sh [IMDB_NPZ_OR_FOLDER]

Installs the packages seqnet needs (Debian; as root or with sudo), builds it, installs it to
/usr/local (as root) or ~/.local, then trains Keras's IMDB example, evaluates it and classifies a
few sentences. Running it again is safe.

imdb.npz and imdb_word_index.json are taken from the argument, $SEQNET_DATA, the current folder or
~/.keras/datasets, else downloaded to the latter; without a network the built-in demo data serves.

The model is ./seqnet.safetensors; if that exists, ./seqnet-quickstart.safetensors is written
instead (and replaced by later runs).

Exit status: 0 done, 1 a step failed, 2 wrong usage; else that of the command that failed.
END
}

# Sets npz if the argument names the data; else leaves it empty.
parse_arguments() {
    npz=
    case ${1:-} in
        -h | --help)
            usage
            exit 0
            ;;
        -*) fail 2 "unknown option $1; see --help" ;;
    esac
    (($# <= 1)) || fail 2 'one argument at most; see --help'
    (($# == 1)) || return 0
    npz=$1
    if [[ -d $npz ]]; then
        npz=${npz%/}/imdb.npz
    fi
    [[ -f $npz ]] || fail 2 "there is no file $npz"
}

install_seqnet() {
    local prefix=/usr/local
    if ((EUID != 0)); then
        prefix=$HOME/.local
    fi
    run cmake --install "$root/build" --prefix "$prefix" >&2
    [[ -x $prefix/bin/seqnet ]] || fail 1 "$prefix/bin/seqnet was not installed"
    put_on_path "$prefix/bin"
}

put_on_path() {
    if [[ :$PATH: != *:$1:* ]]; then
        say "$1 is not on your PATH; add it with:  export PATH=\"$1:\$PATH\""
    elif [[ $(command -v seqnet) != "$1/seqnet" ]]; then
        say "another seqnet comes first on your PATH: $(command -v seqnet)"
    fi
    export PATH="$1:$PATH"
}

# find_file NAME FOLDER...: prints the first FOLDER/NAME that exists; skips an empty FOLDER.
find_file() {
    local name=$1 folder
    shift
    for folder; do
        if [[ -n $folder && -f $folder/$name ]]; then
            printf '%s\n' "$folder/$name"
            return
        fi
    done
    return 1
}

# Sets npz and index; npz is empty when there are no reviews to be had, index when there is none.
find_data() {
    if [[ -z $npz ]]; then
        npz=$(find_file imdb.npz "${SEQNET_DATA:-}" . "$KERAS_FOLDER") || fetch_npz
    fi
    index=
    if [[ -n $npz ]]; then
        index=$(find_index) || fetch_index
    fi
}

find_index() {
    find_file imdb_word_index.json "$(dirname "$npz")" "${SEQNET_DATA:-}" . "$KERAS_FOLDER"
}

fetch_npz() {
    run "$root/scripts/fetch-imdb.sh" "$KERAS_FOLDER" || true
    if ! npz=$(find_file imdb.npz "$KERAS_FOLDER"); then
        say 'The IMDB reviews could not be downloaded (is there a network?).'
        say 'Going on with builtin:demo, a small generated data set.'
    fi
}

fetch_index() {
    if run "$root/scripts/fetch-imdb.sh" --index-only "$KERAS_FOLDER"; then
        index=$KERAS_FOLDER/imdb_word_index.json
    else
        say 'imdb_word_index.json could not be downloaded (is there a network?).'
        say 'Going on without it: the model cannot classify text until "predict" is given the file.'
    fi
}

# Sets model, its option for train (output) and for the other commands (with_model).
choose_model() {
    model=seqnet.safetensors
    output=()
    with_model=()
    [[ -w . ]] || fail 1 "cannot write the model to the current folder, $PWD"
    if [[ -e $model ]]; then
        model=seqnet-quickstart.safetensors
        output=(-o "$model")
        with_model=(-m "$model")
        say "./seqnet.safetensors exists and is left alone; the model will be ./$model"
    elif [[ -n ${SEQNET_MODEL:-} ]]; then
        with_model=(-m "$model")
    fi
}

use_imdb() {
    data=$npz
    recipe=(--preset keras)
    if [[ -n $index && $(dirname "$index") != "$(dirname "$npz")" ]]; then
        recipe+=(--word-index "$index")
    fi
    sentences=('A wonderful film with brilliant acting, I loved every minute of it'
        'Boring and predictable, the worst movie I have seen in years and a waste of time'
        'The story is simple but it is beautifully told and one of the best of the year')
    say 'Training on the IMDB reviews takes about 20 seconds.'
}

use_demo() {
    data=builtin:demo
    recipe=()
    sentences=('The cast was brilliant, but the film was horrible.'
        'The cast was horrible, but the film was brilliant.')
}

# Whether the model will know words, not only their numbers.
knows_words() { [[ $data == builtin:demo || -n $index ]]; }

train_and_try() {
    run seqnet train "$data" "${recipe[@]}" "${output[@]}"
    run seqnet evaluate "$data" "${with_model[@]}"
    if knows_words; then
        run seqnet predict "${with_model[@]}" "${sentences[@]}"
    fi
}

# suggest PURPOSE COMMAND: a line of the closing list.
suggest() { printf '  %-28s  %s\n' "$1" "$2" >&2; }

show_next_steps() {
    local source named
    source=$(quoted "$data")
    named=${with_model[*]:+ ${with_model[*]}}
    printf '\nThe model is ./%s. What to try next:\n\n' "$model" >&2
    suggest 'metrics for a script' "seqnet evaluate $source --json$named"
    if knows_words; then
        suggest 'one line in, one line out' "echo 'What a film!' | seqnet predict$named"
        suggest 'which words decide' "seqnet explain$named 'Not bad at all.'"
    fi
    suggest 'a page to show' "seqnet report $source$named -o report.html"
    suggest 'what the model file holds' "seqnet info$named"
    suggest 'a look at the data' "seqnet load $source --head 3"
    suggest 'padded arrays for NumPy' "seqnet pad $source --maxlen 500 -o padded.npz"
    suggest 'every option of training' 'seqnet help train'
}

main() {
    parse_arguments "$@"
    choose_model
    install_packages build
    build "$root" build -DCMAKE_BUILD_TYPE=Release -DSEQNET_TESTS=OFF
    install_seqnet
    find_data
    if [[ -n $npz ]]; then
        use_imdb
    else
        use_demo
    fi
    train_and_try
    show_next_steps
}

main "$@"
