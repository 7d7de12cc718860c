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
    tail="peak_memory blas blas_choice instruction_set "
    head="what rows tokens num_words batch_size maxlen units threads runs "
    [ "$(keys 1)" = "${head}seconds best_seconds floor_seconds ratio tokens_per_second gflops $tail" ]
    [ "$(keys 2)" = "$(keys 1)" ]
    [ "$(keys 3)" = "${head}microseconds best_microseconds $tail" ]
    [ "$(grep -c '"threads":1,' out)" -eq 3 ]
}

@test "products are measured with either library, without data" {
    "$SEQNET" bench products --units 8 >out
    grep -qE '^step forward +16 x +32 x +8 .* GFLOP/s  own loops .*  plain C ' out
    grep -qE '^recurrent gradient +8 x +32 x +240 .* GFLOP/s +plain C ' out
    tail -1 out | grep -qxF "$("$SEQNET" --version | sed -n 's/^matrix products: //p'); $("$SEQNET" --version | sed -n 's/^instruction set: //p')"
    "$SEQNET" bench products --units 8 --json >json
    [ "$(wc -l <json)" -eq "$(($(wc -l <out) - 1))" ]
    jq -es 'all(.[]; .what == "products" and .blas_gflops > 0 and .plain_gflops > 0 and (.blas_choice | length > 0))' json
    expect_error 2 "did you mean 'products'" "$SEQNET" bench product
}

@test "options are used" {
    "$SEQNET" bench train --data builtin:demo:400 --runs 1 --json --units 20 --maxlen 7 --batch-size 9 |
        grep -qE '"batch_size":9,"maxlen":7,"units":20,'
}

@test "--num-words sets the vocabulary" {
    numpy "
x = np.empty(40, dtype=object)
x[:] = [[(i * k) % 60 for k in range(1, 20)] for i in range(40)]
np.savez('words.npz', x_train=x, y_train=np.arange(40) % 2, x_test=x, y_test=np.arange(40) % 2)"
    "$SEQNET" bench train --data words.npz --num-words 10 --runs 1 --json >few
    "$SEQNET" bench train --data words.npz --num-words 0 --runs 1 --json >all
    grep -q '"num_words":10,' few
    grep -q '"num_words":62,' all
}

@test "latency counts the ids that are run, not those cut off" {
    "$SEQNET" bench latency --data builtin:demo:400 --maxlen 12 --tokens 50 --json | grep -q '"tokens":12,'
    "$SEQNET" bench latency --data builtin:demo:400 --maxlen 12 --tokens 5 --json | grep -q '"tokens":5,'
}

@test "latency is that of one thread" {
    "$SEQNET" bench evaluate latency --data builtin:demo:400 --runs 1 --json -j 2 >out
    [ "$(grep -oE '"threads":[0-9]+' out | tr '\n' ' ')" = '"threads":2 "threads":1 ' ]
}

@test "pads are no tokens, on whichever side rows are padded and cut" {
    numpy "
x = np.zeros((40, 12), np.int32)
x[:, 7:] = 1 + np.arange(40)[:, None] % 9
np.savez('padded.npz', x_train=x, y_train=np.arange(40) % 2, x_test=x, y_test=np.arange(40) % 2)"
    for sides in "pre pre 200" "post pre 200" "pre post 80" "post post 80"; do
        # shellcheck disable=SC2086
        set -- $sides
        "$SEQNET" train padded.npz --epochs 1 --maxlen 9 --padding "$1" --truncating "$2" -q -o m.safetensors
        "$SEQNET" bench evaluate --data padded.npz -m m.safetensors --runs 1 --json | grep "\"tokens\":$3,"
    done
}

@test "training counts the rows that train" {
    # Four fifths of 322, rounded down, as Keras does.
    "$SEQNET" train builtin:demo:402 --epochs 1 -o m.safetensors 2>&1 | grep -q '^Train on 257 '
    "$SEQNET" bench train --data builtin:demo:402 --runs 1 --json | grep -q '"rows":257,'
}

@test "a trained model is measured with its own shape, and does not train" {
    "$SEQNET" train builtin:demo:400 --epochs 1 --units 5 --maxlen 9 -q -o m.safetensors
    "$SEQNET" bench --data builtin:demo:400 -m m.safetensors --runs 1 --json >out
    [ "$(grep -oE '"what":"[a-z]+"' out | tr '\n' ' ')" = '"what":"evaluate" "what":"predict" "what":"latency" ' ]
    [ "$(grep -c '"maxlen":9,"units":5,' out)" -eq 3 ]
    expect_error 2 'train' "$SEQNET" bench train --data builtin:demo:400 -m m.safetensors
    for option in "--units 32" "--maxlen 500" "--batch-size 9" --mask-zero "--word-index words.json" "--num-words 9"; do
        # shellcheck disable=SC2086
        expect_error 2 "${option%% *}" "$SEQNET" bench -m m.safetensors $option
    done
}

@test "predict runs as many tokens as the rows have, with a trained model too" {
    # Nine of ten words do not stand in the word index.
    cat >index.json <<<'{"good": 1}'
    numpy "
x = np.empty(30, dtype=object)
x[:] = [[1 + (i + k) % 10 for k in range(i)] for i in range(30)]
y = np.arange(30) % 2
np.savez('words.npz', x_train=x, y_train=y, x_test=x, y_test=y)"
    "$SEQNET" train words.npz --word-index index.json --epochs 1 --maxlen 20 -q -o m.safetensors
    "$SEQNET" bench evaluate predict --data words.npz -m m.safetensors --runs 1 --json >out
    [ "$(grep -c '"tokens":410,' out)" -eq 2 ]
    "$SEQNET" bench evaluate predict --data words.npz --word-index index.json --maxlen 20 --runs 1 --json >out
    [ "$(grep -c '"tokens":410,' out)" -eq 2 ]
    for padding in pre post; do
        "$SEQNET" pad words.npz --maxlen 30 --padding $padding -f -o padded.npz -q
        "$SEQNET" bench evaluate predict --data padded.npz --word-index index.json --runs 1 --json >out
        [ "$(grep -c '"tokens":465,' out)" -eq 2 ]
    done
}

@test "peak memory is that of the program, not of the one that started it" {
    # Linux keeps the largest resident size of a process over exec.
    numpy "
import json, subprocess
ballast = b'x' * 400_000_000
out = subprocess.run(['$SEQNET', 'bench', 'latency', '--data', 'builtin:demo:400', '--json'],
                     check=True, stdout=subprocess.PIPE).stdout
assert json.loads(out)['peak_memory'] < 300_000_000, out"
}

@test "rows of nothing but padding have no speed" {
    numpy "
x = np.zeros((40, 12), np.int32)
np.savez('empty.npz', x_train=x, y_train=np.arange(40) % 2, x_test=x, y_test=np.arange(40) % 2)"
    for what in train evaluate; do
        expect_error 3 "$what: the rows have no tokens" "$SEQNET" bench $what --data empty.npz --runs 1
    done
    "$SEQNET" bench latency --data empty.npz | grep -E "^latency +1 rows +0 tokens"
}

@test "what cannot be measured is said in one line" {
    expect_error 2 "did you mean 'train'" "$SEQNET" bench trian
    expect_error 3 'nix\.npz' "$SEQNET" bench --data nix.npz
    expect_error 4 'nix\.safetensors' "$SEQNET" bench evaluate -m nix.safetensors
    expect_error 2 'runs' "$SEQNET" bench --runs 0
    expect_error 2 'tokens' "$SEQNET" bench latency --tokens -1
}

@test "--quiet draws no progress, even on a terminal" {
    needs_terminal
    bench="'$SEQNET' bench latency --data builtin:demo:400"
    TERM=xterm script -qec "$bench >/dev/null" drawn </dev/null >/dev/null
    grep -q 0/1 drawn
    TERM=xterm script -qec "$bench -q >/dev/null" quiet </dev/null >/dev/null
    if grep -q 0/1 quiet; then return 1; fi
}

@test "without words, predict is left out unless it was asked for" {
    "$SEQNET" pad builtin:demo:400 -o ids.npz -q
    "$SEQNET" bench --data ids.npz --runs 1 >out 2>err
    [ "$(grep -cE '^(train|evaluate|latency) ' out)" -eq 3 ]
    grep -q '^predict is left out' err
    expect_error 4 'word index' "$SEQNET" bench predict --data ids.npz --runs 1
    "$SEQNET" train ids.npz --epochs 1 -q -o m.safetensors
    "$SEQNET" bench --data ids.npz -m m.safetensors --runs 1 >out 2>err
    [ "$(grep -cE '^(evaluate|latency) ' out)" -eq 2 ]
    grep -qx 'predict is left out: the model has no words' err
    expect_error 4 'the model has no words' "$SEQNET" bench predict --data ids.npz -m m.safetensors
}
