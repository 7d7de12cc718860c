#!/usr/bin/env bats
# Trainings that begin with the weights of a model: --init.

bats_require_minimum_version 1.5.0
load helpers
setup() {
    setup_workdir
    rows 240 | to_csv >r.csv
}

# A network alone, made once per file of tests.
network() {
    if [ ! -f "$BATS_FILE_TMPDIR/network.safetensors" ]; then
        rows 240 | to_csv >"$BATS_FILE_TMPDIR/n.csv"
        "$SEQNET" train "$BATS_FILE_TMPDIR/n.csv" --preset lstm --units 8 --embedding-dim 6 --epochs 6 --seed 3 -q \
            -o "$BATS_FILE_TMPDIR/network.safetensors"
    fi
    cp "$BATS_FILE_TMPDIR/network.safetensors" base.safetensors
}

print_of() { sed -n 's/^fingerprint //p' "$1"; }

# A rate so low that the weights stay as they are.
STILL="--preset lstm --lr 1e-30 --epochs 1 --no-refit --word-dropout 0 --ema 0 --seed 3"

@test "the weights, words and layers are the model's: a training that stands still gives its answers" {
    network
    "$SEQNET" train r.csv --init base.safetensors $STILL -o m.safetensors 2>log
    grep -q "^begins with the weights of base.safetensors: .* words and 0 new ones, 2 of 2 labels" log
    "$SEQNET" info m.safetensors | grep -q "embedding .*6)"
    cut -d, -f2 r.csv | tail -n +2 >texts
    "$SEQNET" predict -m base.safetensors -i texts >expected
    "$SEQNET" predict -m m.safetensors -i texts >got
    cut -f1 expected >labels
    cut -f1 got | diff labels -
    "$SEQNET" info m.safetensors --json | grep -q "\"initial\":\"$("$SEQNET" info base.safetensors | sed -n 's/^fingerprint:* *//p')\""
}

@test "new words and new labels get rows of their own, and the old ones stay" {
    network
    { rows 240 | to_csv && rows 120 5 | sed 's/^neg/odd/; s/plot/zzyzx/' | grep ^odd | tr '\t' ,; } >more.csv
    "$SEQNET" train more.csv --init base.safetensors $STILL -o m.safetensors 2>log
    grep -qE "words and 1 new ones?, 2 of 3 labels" log
    [ "$("$SEQNET" predict -m m.safetensors "a wonderful plot" | cut -f1)" != "" ]
    "$SEQNET" tokens -m m.safetensors zzyzx >tokens
    ! grep -q '?' tokens || false
    "$SEQNET" train more.csv --init base.safetensors --epochs 3 -o one.safetensors 2>one
    "$SEQNET" train more.csv --init base.safetensors --epochs 3 -j 1 -o two.safetensors 2>two
    [ "$(print_of one)" = "$(print_of two)" ]
}

@test "columns are read as the model remembers them" {
    rows 240 | awk -F'\t' 'BEGIN { print "id;body;mark" } { print NR ";" $2 ";" $1 }' >odd.csv
    "$SEQNET" train odd.csv --text-column body --label-column mark --preset lstm --epochs 1 -q -o base.safetensors
    "$SEQNET" train odd.csv --init base.safetensors --epochs 1 -o m.safetensors 2>log
    grep -q "text: body, label: mark" log
}

@test "what contradicts the model is refused by name" {
    network
    for option in "--units 3" "--cell gru" "--padding post" "--dropout 0.1" "--embedding-dim 8"; do
        run "$SEQNET" train r.csv --init base.safetensors $option -o m.safetensors
        [ "$status" -eq 2 ]
        [[ "$output" == *"${option% *} describes what --init takes from base.safetensors (Embedding, LSTM, "* ]]
    done
    expect_error 2 "leave --vectors or --init out" "$SEQNET" train r.csv --init base.safetensors --vectors auto
    expect_error 2 "leave --vocabulary, --word-index and --text-rule out" \
        "$SEQNET" train r.csv --init base.safetensors --text-rule keras
    expect_error 2 "n-grams are always fitted anew; leave --init out" \
        "$SEQNET" train r.csv --init base.safetensors --ngrams only
    expect_error 6 "base.safetensors: is an input of this run" \
        "$SEQNET" train r.csv --init base.safetensors -o base.safetensors
    expect_error 4 "none: cannot be opened" "$SEQNET" train r.csv --init none
    "$SEQNET" train r.csv --preset fast -q -o fast.safetensors
    expect_error 2 "has n-grams alone, and no network" "$SEQNET" train r.csv --init fast.safetensors
}

@test "beside n-grams, with folds, and from a checkpoint" {
    network
    "$SEQNET" train r.csv --init base.safetensors --ngrams both --seed 4 -o whole.safetensors 2>whole
    grep -q "N-grams of 1" whole
    "$SEQNET" train r.csv --init base.safetensors --ngrams both --seed 4 -o m.safetensors --checkpoint c \
        --time-limit 0.002 2>log || true
    if [ -e c ]; then
        "$SEQNET" train --resume c 2>again
        [ "$(print_of again)" = "$(print_of whole)" ]
    fi
    "$SEQNET" train r.csv --init base.safetensors --folds 2 --epochs 1 -o f.safetensors 2>folds
    grep -q "2 folds: accuracy" folds
}

@test "ids: the same ones, and more of them" {
    numpy "
ids = np.random.RandomState(1).randint(4, 40, size=(80, 12)).astype(np.int32)
y = np.arange(80) % 2
np.savez('a.npz', x_train=ids, y_train=y, x_test=ids[:10], y_test=y[:10])
np.savez('b.npz', x_train=ids + 8, y_train=y, x_test=ids[:10], y_test=y[:10])"
    "$SEQNET" train a.npz --epochs 2 --num-words 50 -q -o a.safetensors
    "$SEQNET" train b.npz --init a.safetensors --epochs 2 --num-words 60 -o b.safetensors 2>log
    "$SEQNET" info b.safetensors | grep -q embedding
    run "$SEQNET" train a.npz --init b.safetensors --epochs 1 --num-words 50 -o c.safetensors
    [ "$status" -eq 2 ]
    [[ "$output" == *"choose --num-words 60"* ]]
    network
    run "$SEQNET" train a.npz --init base.safetensors -o d.safetensors
    [ "$status" -eq 3 ]
    [[ "$output" == *"its ids stand for other words than those of the model that --init names"* ]]
}
