#!/usr/bin/env bats
# seqnet bench: what it prints, not how fast it is.

load helpers

setup() {
    setup_workdir
}

@test "without a name it measures four things and says on what" {
    "$SEQNET" bench --data builtin:demo:400 --runs 1 >out 2>err
    [ "$(grep -cE '^(train|evaluate|predict|latency) ' out)" -eq 4 ]
    [ "$(wc -l <out)" -eq 5 ]
    grep -qE '^train .* s  best .* floor .* ratio .* M tokens/s .* GFLOP/s$' out
    tail -1 out | grep -qE '^batch 128, maxlen [0-9]+, 32 units, [0-9]+ threads?, peak memory [0-9]+ MB; .+; .+$'
}

@test "--json prints an object a line, with these keys" {
    "$SEQNET" bench train evaluate latency --data builtin:demo:400 --runs 2 --json -j 1 >out
    [ "$(wc -l <out)" -eq 3 ]
    keys() { sed -n "$1p" out | grep -oE '"[a-z_]+":' | tr -d '":' | tr '\n' ' '; }
    tail="peak_memory blas instruction_set "
    head="what rows tokens batch_size maxlen units threads runs "
    [ "$(keys 1)" = "${head}seconds best_seconds floor_seconds ratio tokens_per_second gflops $tail" ]
    [ "$(keys 2)" = "$(keys 1)" ]
    [ "$(keys 3)" = "${head}microseconds best_microseconds $tail" ]
    [ "$(grep -c '"threads":1,' out)" -eq 3 ]
}

@test "options are used" {
    "$SEQNET" bench train --data builtin:demo:400 --runs 1 --json --units 20 --maxlen 7 --batch-size 9 |
        grep -qE '"batch_size":9,"maxlen":7,"units":20,'
}

@test "latency counts the ids that are run, not those cut off" {
    "$SEQNET" bench latency --data builtin:demo:400 --maxlen 12 --tokens 50 --json | grep -q '"tokens":12,'
    "$SEQNET" bench latency --data builtin:demo:400 --maxlen 12 --tokens 5 --json | grep -q '"tokens":5,'
}

@test "a trained model is measured with its own shape" {
    model=$(demo_model)
    "$SEQNET" bench evaluate predict latency --data builtin:demo:400 -m "$model" --runs 1 --json >out
    [ "$(wc -l <out)" -eq 3 ]
}

@test "what cannot be measured is said in one line" {
    expect_error 2 "did you mean 'train'" "$SEQNET" bench trian
    expect_error 3 'nix\.npz' "$SEQNET" bench --data nix.npz
    expect_error 4 'nix\.safetensors' "$SEQNET" bench evaluate -m nix.safetensors
    expect_error 2 'runs' "$SEQNET" bench --runs 0
    expect_error 2 'tokens' "$SEQNET" bench latency --tokens -1
}

@test "without words, predict is left out unless it was asked for" {
    "$SEQNET" pad builtin:demo:400 -o ids.npz -q
    "$SEQNET" bench --data ids.npz --runs 1 >out 2>err
    [ "$(grep -cE '^(train|evaluate|latency) ' out)" -eq 3 ]
    grep -q '^predict is left out' err
    expect_error 4 'word index' "$SEQNET" bench predict --data ids.npz --runs 1
}
