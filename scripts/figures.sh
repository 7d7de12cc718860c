#!/usr/bin/env bash
# figures.sh - makes the guide's figures, scripts/figures/*.svg, with seqnet: trains the tutorial's
# models on imdb.npz, and two on the recall task, and draws their curves.
#
#     figures.sh imdb.npz [MODELS]
#
# The program is $SEQNET, else build/seqnet, else the one on the path. The models go to the folder
# MODELS, and one that is there already is not trained again; without it they go to a temporary
# folder. THREADS limits the threads (all usable cores); the models do not depend on it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/common.sh
source "$here/common.sh"

(($# == 1 || $# == 2)) || fail 2 'give imdb.npz, and perhaps a folder for the models'
data=$1
[[ -r $data ]] || fail 3 "$data: cannot be read; scripts/fetch-imdb.sh gets it"
program=$(find_program)
figures=$here/figures
if (($# == 2)); then
    models=$2
    mkdir -p "$models"
else
    models=$(mktemp -d)
    trap 'rm -rf "$models"' EXIT
fi

# model NAME DATA OPTION...: trains MODELS/NAME.safetensors.
model() {
    local file=$models/$1.safetensors
    shift
    [[ -f $file ]] || run "$program" train "$@" --seed 1 --threads "${THREADS:-$(cores)}" -q -o "$file"
}

# figure NAME TITLE MODEL,... NAMES OPTION...: draws figures/NAME.svg of models.
figure() {
    local name=$1 title=$2 model files=()
    for model in ${3//,/ }; do
        files+=("$models/$model.safetensors")
    done
    run "$program" history "${files[@]}" --names "$4" --title "$title" "${@:5}" -q -o "$figures/$name.svg"
}

for cell in rnn lstm gru conv1d; do
    model "imdb-$cell" "$data" --preset keras --cell "$cell" --epochs 10
done
figure imdb 'IMDB reviews' imdb-rnn,imdb-lstm,imdb-gru,imdb-conv1d SimpleRNN,LSTM,GRU,Conv1D \
    --metric val_acc

# Without validation rows the last epoch is kept: of a model at chance the best one is no better.
recall=builtin:recall:200
for cell in rnn lstm; do
    model "recall-$cell" "$recall" --cell "$cell" --optimizer adam --lr 3e-3 --epochs 10 \
        --validation-split 0
done
figure recall 'One word to remember over up to 200 others' recall-rnn,recall-lstm SimpleRNN,LSTM \
    --metric acc
figure gradients 'How far back the gradient reaches' recall-rnn,recall-lstm SimpleRNN,LSTM \
    --gradients "$recall"
