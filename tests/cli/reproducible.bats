#!/usr/bin/env bats
# --reproducible: the same bits for every instruction set, BLAS and number of threads here, and those
# that other machines gave; what models and their records say about it.

bats_require_minimum_version 1.5.0
load helpers
setup() { setup_workdir; }

# of TRAIN-ARGUMENTS...: the fingerprint of a reproducible training of one epoch.
of() {
    "$SEQNET" train "$@" --epochs 1 --reproducible -q -f -o r.safetensors 2>of.log ||
        { cat of.log >&2; return 1; }
    "$SEQNET" info --json r.safetensors | jq -r .fingerprint
}

# everywhere TRAIN-ARGUMENTS...: a training gives one fingerprint on all that this machine can be.
everywhere() {
    local first other
    first=$(SEQNET_ISA=baseline of "$@" -j 1)
    [ ${#first} -eq 32 ]
    for isa in avx2 avx512; do # where the processor has none, others take their place
        other=$(SEQNET_ISA=$isa of "$@" -j 2)
        [ "$first" = "$other" ] || { echo "$isa: $*"; return 1; }
    done
    other=$(OPENBLAS_CORETYPE=Prescott of "$@" -j 3)
    [ "$first" = "$other" ] || { echo "3 threads: $*"; return 1; }
}

@test "every cell, layer and pooling gives one fingerprint" {
    for cell in lstm gru rnn lstm-carry; do
        everywhere builtin:demo:120 --cell $cell --units 20
    done
    everywhere builtin:demo:120 --cell conv1d --filters 20 --kernel-size 3,5
    everywhere builtin:demo:120 --cell gru --reset-before --recurrent-dropout 0.2
    everywhere builtin:demo:120 --layers 2 --bidirectional --pooling mean --dropout 0.3
    everywhere builtin:demo:120 --mask-zero --pooling max-mean --word-dropout 0.2 --spatial-dropout 0.2
    everywhere builtin:demo:120 --padding post --dense 24,7 --dense-activation tanh
    everywhere builtin:demo:120 --activation relu --recurrent-activation hard_sigmoid
}

@test "layers that only a file names give one fingerprint" {
    cat >layers.json <<'END'
{"layers":[
 {"class_name":"Embedding","config":{"output_dim":12}},
 {"class_name":"Conv1D","config":{"filters":9,"kernel_size":3,"activation":"sigmoid"}},
 {"class_name":"Flatten","config":{}},
 {"class_name":"Dense","config":{"units":10,"activation":"relu"}},
 {"class_name":"Dense","config":{"units":1,"activation":"sigmoid"}}]}
END
    everywhere builtin:demo:120 --layer-file layers.json --maxlen 20
}

@test "every optimiser and what its steps may have gives one fingerprint" {
    for optimizer in rmsprop adam lazy-adam adamw sgd "sgd --momentum 0.9 --nesterov"; do
        # shellcheck disable=SC2086
        everywhere builtin:demo:200 --optimizer $optimizer --batch-size 16 --clip-norm 0.5 --l2 0.001 \
            --schedule cosine --warmup 0.2 --ema 0.9
    done
}

@test "texts give one fingerprint: n-grams, counted vectors, rows without labels" {
    rows 150 | to_csv >texts.csv
    rows 60 2 | cut -f 2 >unlabeled.txt
    everywhere texts.csv
    everywhere texts.csv --ngrams both --unlabeled unlabeled.txt
    everywhere texts.csv --preset lstm --vectors auto --embedding-dim 16
    everywhere texts.csv --preset accurate --ngrams both
    everywhere texts.csv --preset fast --precision 0.7
    rows 150 | awk -F '\t' 'NR % 4 == 0 { $1 = $1 ";long" } { print $1 "," $2 }' | sed '1i label,text' >several.csv
    everywhere several.csv --multi-label
    everywhere several.csv --multi-label --preset lstm
}

@test "fingerprints and probabilities are those of every machine" {
    # one thread: arm64.sh runs this, and not every qemu-user can start a second one
    [ "$(of builtin:demo:120 -j 1)" = 7cd63c028a6ba590a962c11f52b22145 ]
    [ "$("$SEQNET" predict -q -m r.safetensors "the film was wonderful")" = "negative	0.504705" ]
    [ "$(of builtin:demo:120 --cell gru --optimizer adam --schedule cosine --ema 0.9 -j 1)" = 0ab625ae76526a22f16420e5a3bbad3c ]
    rows 100 | to_csv >texts.csv
    [ "$(of texts.csv --ngrams both --vectors auto -j 1)" = ecc7a443267142a99be73916c254ff99 ]
    [ "$("$SEQNET" predict -q -m r.safetensors "a story with awful actors")" = "neg	0.882175" ]
}

@test "scores do not depend on the instruction set either" {
    of builtin:demo:300 --bidirectional --pooling max-mean
    rows 40 | cut -f 2 >texts.txt
    SEQNET_ISA=baseline "$SEQNET" predict -q -m r.safetensors -j 1 <texts.txt >baseline.txt
    "$SEQNET" predict -q -m r.safetensors <texts.txt >best.txt
    cmp baseline.txt best.txt
    [ "$(wc -l <best.txt)" -eq 40 ]
}

@test "the model says that it is one; others stay as they are" {
    reproducible=$(of builtin:demo:120)
    run --separate-stderr "$SEQNET" info r.safetensors
    [[ $output == *"
reproducible: "* ]]
    [ "$("$SEQNET" info --json r.safetensors | jq -c '[.config.reproducible, .training.options.reproducible,
        (.training.unicode | type), .training.blas]')" = '[true,true,"string",null]' ]
    "$SEQNET" train builtin:demo:120 --epochs 1 -q -o usual.safetensors
    [ "$("$SEQNET" info --json usual.safetensors | jq -c '[.config.reproducible, (.training.blas | type)]')" = \
        '[null,"string"]' ]
    if "$SEQNET" info usual.safetensors | grep -i reproducible; then return 1; fi
    [ "$("$SEQNET" info --json usual.safetensors | jq -r .fingerprint)" != "$reproducible" ]
}

@test "a damaged configuration is refused" {
    of builtin:demo:120
    sed 's/\\"reproducible\\":true/\\"reproducible\\":1234/' r.safetensors >bad.safetensors
    expect_error 4 "'reproducible' is not true or false" "$SEQNET" info bad.safetensors
}

@test "the model in the box is one, with the fingerprint that the guide names" {
    "$SEQNET" info --json builtin:reviews >info.json || skip "built without the model in the box"
    [ "$(jq .config.reproducible info.json)" = true ]
    grep -q "$(jq -r .fingerprint info.json)" "$BATS_TEST_DIRNAME/../../src/guide/model-file.md"
}
