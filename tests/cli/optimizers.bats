#!/usr/bin/env bats
# The optimisers and what is asked of their steps: options, defaults, the record, equal fingerprints.

bats_require_minimum_version 1.5.0
load helpers
setup() { setup_workdir; }

# options_of TRAIN-ARGUMENTS...: trains for an epoch and prints what the record tells of the optimiser.
options_of() {
    "$SEQNET" train builtin:demo:300 --epochs 1 "$@" -q -o o.safetensors
    "$SEQNET" info --json o.safetensors |
        jq -c '.training.options | del(.preset, .batch_size, .epochs, .validation_split, .monitor)'
}

@test "each optimiser has the defaults that Keras gives it, and what is typed counts" {
    [ "$(options_of)" = '{"optimizer":"rmsprop","lr":0.001}' ]
    [ "$(options_of --optimizer adam)" = '{"optimizer":"adam","lr":0.001}' ]
    [ "$(options_of --optimizer adamw)" = '{"optimizer":"adamw","lr":0.001,"weight_decay":0.004}' ]
    [ "$(options_of --optimizer adamw --weight-decay 0.1 --lr 0.5)" = '{"optimizer":"adamw","lr":0.5,"weight_decay":0.1}' ]
    [ "$(options_of --optimizer sgd)" = '{"optimizer":"sgd","lr":0.01}' ]
    [ "$(options_of --lr 0.25 --optimizer sgd --momentum 0.5 --nesterov)" = '{"optimizer":"sgd","lr":0.25,"momentum":0.5,"nesterov":true}' ]
}

@test "info tells what was asked of the steps, and nothing where nothing was" {
    [ "$(options_of --schedule cosine --warmup 1 --clip-norm 1 --l2 0.001)" = '{"optimizer":"rmsprop","lr":0.001,"schedule":"cosine","warmup":1,"clip_norm":1,"l2":0.001}' ]
    "$SEQNET" info o.safetensors | grep -qx 'optimizer: rmsprop, lr 0.001, schedule cosine, warmup 1, clip_norm 1, l2 0.001'
    options_of --optimizer sgd --momentum 0.9 --nesterov
    "$SEQNET" info o.safetensors | grep -qx 'optimizer: sgd, lr 0.01, momentum 0.9, nesterov'
    options_of
    if "$SEQNET" info o.safetensors | grep '^optimizer'; then return 1; fi
}

@test "an option of another optimiser is refused in one line that says what to do" {
    expect_error 2 "momentum belongs to SGD; choose --optimizer sgd, or leave --momentum out" \
        "$SEQNET" train builtin:demo:300 --momentum 0.9
    expect_error 2 "weight decay belongs to AdamW; choose --optimizer adamw, or leave --weight-decay out" \
        "$SEQNET" train builtin:demo:300 --optimizer adam --weight-decay 0.1
    expect_error 2 "choose --optimizer sgd and --momentum, or leave --nesterov out" \
        "$SEQNET" train builtin:demo:300 --optimizer sgd --nesterov
    [ ! -e seqnet.safetensors ]
}

@test "numbers out of range are refused" {
    expect_error 2 "--momentum 1: expected a number from 0 to" "$SEQNET" train x --momentum 1
    expect_error 2 "--weight-decay 2: expected a number from 0 to 1" "$SEQNET" train x --weight-decay 2
    expect_error 2 "--clip-norm -1: " "$SEQNET" train x --clip-norm -1
    expect_error 2 "--l2 nan: " "$SEQNET" train x --l2 nan
    expect_error 2 "--schedule step: expected one of constant, linear, cosine" "$SEQNET" train x --schedule step
    expect_error 2 "a warm-up is a whole number of steps, or below 1 a share of all; choose another --warmup" \
        "$SEQNET" train builtin:demo:300 --warmup 2.5
    run "$SEQNET" train builtin:demo:300 --epochs 3 --warmup 6
    [ "$status" -eq 2 ]
    [ "${lines[-1]}" = "seqnet: a warm-up of 6 steps leaves none of the training's 6; choose a smaller --warmup" ]
}

@test "threads do not change the fingerprint of any optimiser" {
    for optimizer in "rmsprop" "adam" "lazy-adam" "adamw" "sgd" "sgd --momentum 0.9 --nesterov"; do
        for threads in 1 2 3; do
            # shellcheck disable=SC2086
            fingerprint builtin:demo:400 --optimizer $optimizer --clip-norm 0.05 --l2 0.001 --schedule linear \
                --warmup 0.2 -j $threads
        done | sort -u >prints
        [ "$(wc -l <prints)" -eq 1 ]
    done
}

@test "SGD with momentum and AdamW learn" {
    "$SEQNET" train builtin:demo --epochs 5 --optimizer adamw --lr 0.003 --schedule cosine --warmup 0.1 -q -o a.safetensors
    "$SEQNET" evaluate builtin:demo -m a.safetensors --min-accuracy 0.9
    "$SEQNET" train builtin:demo --epochs 8 --optimizer sgd --lr 1 --momentum 0.9 --nesterov --clip-norm 1 \
        --schedule linear -q -o s.safetensors
    "$SEQNET" evaluate builtin:demo -m s.safetensors --min-accuracy 0.9
}
