#!/usr/bin/env bats
# A good model is not replaced by an accident: interrupts, gates, and the best epoch on disk.

bats_require_minimum_version 1.5.0
load helpers
setup() {
    setup_workdir
    rows 240 | to_csv >r.csv
}

# An older model, m.safetensors, and its checksum in `before`.
older_model() {
    cp "$(text_model)" m.safetensors
    before=$(cksum <m.safetensors)
}

is_unchanged() { [ "$before" = "$(cksum <m.safetensors)" ]; }

# await PATTERN FILE: until a line of the file matches.
await() {
    for _ in $(seq 200); do grep -q "$1" "$2" 2>/dev/null && return; sleep 0.05; done
    cat "$2"
    return 1
}

# The exit code of a job, in `status`.
wait_for() { status=0; wait "$1" || status=$?; }

@test "a signal while the data is read ends it at once; nothing is saved" {
    older_model
    mkfifo pipe
    for signal in INT TERM HUP; do
        "$SEQNET" train pipe --input-format csv -o m.safetensors 2>log &
        pid=$!
        exec 7>pipe
        head -20 r.csv >&7
        sleep 0.2
        kill -$signal $pid
        wait_for $pid
        exec 7>&-
        [ "$status" -eq 130 ]
        grep -q "interrupted before the training began; nothing is saved" log
        is_unchanged
    done
    [ "$(ls | sort | tr '\n' ' ')" = "home log m.safetensors pipe r.csv " ]
}

@test "a first epoch that is interrupted leaves the older model alone" {
    older_model
    for signal in INT TERM HUP; do
        rm -f m.safetensors.interrupted
        "$SEQNET" train builtin:demo:200000 --units 128 --batch-size 16 -o m.safetensors 2>log &
        pid=$!
        await "Epoch 1/" log
        sleep 0.3
        kill -$signal $pid
        wait_for $pid
        [ "$status" -eq 130 ]
        is_unchanged
        grep -q "saved m.safetensors.interrupted" log
        grep -q "m.safetensors stays as it is" log
        "$SEQNET" info m.safetensors.interrupted | grep -q "training: interrupted"
    done
    [ ! -e m.safetensors.unfinished ]
}

@test "SIGHUP is ignored under nohup" {
    nohup "$SEQNET" train builtin:demo:2000 --epochs 30 -o m.safetensors >out 2>&1 &
    pid=$!
    await "Epoch 2/" out
    kill -HUP $pid
    wait_for $pid
    [ "$status" -eq 0 ]
    grep -q "kept epoch" out
}

@test "the best epoch is on disk as it occurs, and outlives kill -9" {
    older_model
    "$SEQNET" train r.csv --epochs 100000 --patience 0 --seed 1 -o m.safetensors 2>log &
    pid=$!
    await "Epoch 3/" log
    kill -KILL $pid
    wait_for $pid
    is_unchanged
    "$SEQNET" info m.safetensors.unfinished | grep -q "training: unfinished"
    run ! compgen -G "*.tmp"

    # The next one says so, and leaves it alone until it has something better.
    kept=$(cksum <m.safetensors.unfinished)
    "$SEQNET" train r.csv --epochs 1 --lr 1e-9 --seed 1 --no-refit -o n.safetensors 2>log
    "$SEQNET" train r.csv --epochs 1 --lr 1e-9 --seed 1 --no-refit -o m.safetensors 2>log
    grep -qE "m.safetensors.unfinished: epoch [0-9]+, val_acc [0-9.]+, .*killed; take it with 'mv m.safetensors.unfinished m.safetensors'" log
    [ "$kept" = "$(cksum <m.safetensors.unfinished)" ]

    # Other data cannot be compared with it, and gets another name.
    rows 240 9 | to_csv >s.csv
    "$SEQNET" train s.csv --epochs 100000 --patience 0 -o m.safetensors 2>log &
    pid=$!
    await "Epoch 3/" log
    [ -e m.safetensors.unfinished.2 ]
    kill -TERM $pid
    wait_for $pid
    [ "$status" -eq 130 ]
    [ ! -e m.safetensors.unfinished.2 ] # it ended in order
    [ "$kept" = "$(cksum <m.safetensors.unfinished)" ]

    mv m.safetensors.unfinished m.safetensors
    "$SEQNET" evaluate r.csv -m m.safetensors >/dev/null
}

@test "a training that ends in order leaves the model and nothing else" {
    "$SEQNET" train r.csv --epochs 3 -q -o m.safetensors
    "$SEQNET" train builtin:demo:500 --epochs 2 -q -o m.safetensors
    [ "$(ls | sort | tr '\n' ' ')" = "home m.safetensors r.csv " ]
}

@test "--min-accuracy: a model below it does not take the place" {
    older_model
    run --separate-stderr "$SEQNET" train r.csv --preset lstm --epochs 1 --lr 1e-9 --min-accuracy 0.99 -o m.safetensors
    [ "$status" -eq 1 ]
    [[ $stderr == *"on the validation rows is below --min-accuracy 0.99"* ]]
    [[ $stderr == *"saved m.safetensors.rejected"* ]]
    is_unchanged
    "$SEQNET" info m.safetensors.rejected >/dev/null
    "$SEQNET" train r.csv --epochs 4 --min-accuracy 0.6 -q -o m.safetensors
    run ! is_unchanged
}

@test "--min-accuracy goes by test rows where there are some" {
    rows 80 7 | sed 's/^pos/x/; s/^neg/pos/; s/^x/neg/' | to_csv >wrong.csv # labels turned round
    run --separate-stderr "$SEQNET" train r.csv --test wrong.csv --epochs 4 --min-accuracy 0.6 -o m.safetensors
    [ "$status" -eq 1 ]
    [[ $stderr == *"on the test rows is below"*"test: accuracy "* ]]
    [ ! -e m.safetensors ]
    run --separate-stderr "$SEQNET" train builtin:demo:500 --epochs 1 --min-accuracy 0.999 -q -o m.safetensors
    [ "$status" -eq 1 ]
    expect_error 2 "has no rows to measure the model on; name some with --test" \
        "$SEQNET" train r.csv --validation-split 0 --epochs 1 --min-accuracy 0.6 -q -o m.safetensors
}

@test "--if-better: only a better model takes the place, on the same rows" {
    rows 80 7 | to_csv >held.csv
    "$SEQNET" train r.csv --test held.csv --if-better --epochs 1 --lr 1e-9 -q -o m.safetensors # the first one
    before=$(cksum <m.safetensors)
    run --separate-stderr "$SEQNET" train r.csv --test held.csv --if-better --epochs 1 --lr 1e-9 -o m.safetensors
    [ "$status" -eq 1 ] # the same one is no better
    [[ $stderr == *"m.safetensors: accuracy "*" on 80 test rows, to be beaten"* ]]
    [[ $stderr == *"is no better than m.safetensors"* ]]
    is_unchanged
    "$SEQNET" train r.csv --test held.csv --if-better --epochs 12 -q -o m.safetensors
    run ! is_unchanged
    # The older one is measured with its own words, whatever those of the new one.
    accuracy=$("$SEQNET" evaluate held.csv -m m.safetensors --json | jq .accuracy)
    run --separate-stderr "$SEQNET" train r.csv --test held.csv --if-better --epochs 1 --lr 1e-9 --num-words 9 -o m.safetensors
    [[ $stderr == *"m.safetensors: accuracy $(printf %.4f "$accuracy"),"* ]]
}

@test "--if-better on validation rows, archives, and what cannot be compared" {
    "$SEQNET" train r.csv --epochs 12 -q -o m.safetensors
    run "$SEQNET" train r.csv --if-better --epochs 1 --lr 1e-9 -q -o m.safetensors
    [ "$status" -eq 1 ]
    "$SEQNET" pad r.csv --test r.csv -q -o p.npz >/dev/null
    "$SEQNET" train p.npz --epochs 1 --lr 1e-9 -q -o n.safetensors
    "$SEQNET" train p.npz --epochs 30 --if-better -q -o n.safetensors
    expect_error 3 "cannot be measured on these rows .*leave --if-better out" \
        "$SEQNET" train builtin:demo:500 --epochs 1 --if-better -q -o m.safetensors
    truncate -s -9 m.safetensors
    expect_error 4 "is damaged" "$SEQNET" train r.csv --epochs 1 --if-better -q -o m.safetensors
}

@test "folds leave the final model what it is without them" {
    rows 5600 | to_csv >many.csv # with a fold set aside, the recipe of fewer rows would be chosen
    fold() { "$SEQNET" train many.csv --epochs 1 --no-refit "$@" -q -o f.safetensors && "$SEQNET" info --json f.safetensors | jq -r '[.fingerprint, .training.options.batch_size] | @text'; }
    [ "$(fold)" = "$(fold --folds 2)" ]
}

# A training that would replace the older model, up to the moment that the file is on a slow disk.
train_until_saving() {
    LD_PRELOAD=$SLOW_SYNC SLOW_SYNC_MARK=$PWD/mark \
        "$SEQNET" train r.csv --epochs 1 --seed 3 -o m.safetensors 2>log &
    pid=$!
    for _ in $(seq 500); do [ -e mark ] && break; sleep 0.02; done
    [ -e mark ]
}

@test "signals wait until a model is saved" {
    [ -n "${SLOW_SYNC:-}" ] || skip "no slow disk with sanitizers"
    older_model
    train_until_saving
    kill -INT $pid
    sleep 0.05
    kill -TERM $pid
    wait_for $pid
    [ "$status" -eq 0 ]
    run ! is_unchanged
    "$SEQNET" info m.safetensors | grep -q "seed: 3"
    [ "$(ls | sort | tr '\n' ' ')" = "home log m.safetensors mark r.csv " ]
}

@test "kill -9 while a model is saved leaves the older one, and the best epoch" {
    [ -n "${SLOW_SYNC:-}" ] || skip "no slow disk with sanitizers"
    older_model
    train_until_saving
    kill -KILL $pid
    wait_for $pid
    is_unchanged
    [ "$(ls | sort | tr '\n' ' ')" = "home log m.safetensors m.safetensors.unfinished mark r.csv " ]
}

@test "an interrupted first epoch never passes a gate" {
    "$SEQNET" train builtin:demo:200000 --units 128 --batch-size 16 --min-accuracy 0.1 -o m.safetensors 2>log &
    pid=$!
    await "Epoch 1/" log
    sleep 0.3
    kill -INT $pid
    wait_for $pid
    [ "$status" -eq 130 ]
    [ ! -e m.safetensors ]
    [ -e m.safetensors.interrupted ]
}

@test "what appears under the name during a training stays" {
    "$SEQNET" train builtin:demo:2000 --epochs 30 -o m.safetensors 2>log &
    pid=$!
    await "Epoch 2/" log
    echo thesis >m.safetensors
    wait_for $pid
    [ "$status" -eq 6 ]
    [ "$(cat m.safetensors)" = thesis ]
    "$SEQNET" info m.safetensors.rejected >/dev/null
}

@test "--if-better does not replace a model that another training has just written" {
    older_model
    rows 80 7 | to_csv >held.csv
    cp m.safetensors other
    "$SEQNET" train r.csv --test held.csv --if-better --epochs 300 --patience 0 --no-refit -o m.safetensors 2>log &
    pid=$!
    await "Epoch 2/" log
    mv other m.safetensors
    kill -INT $pid
    wait_for $pid
    is_unchanged
    grep -q "was written by others meanwhile" log
}

@test "a rejected model does not cost an input or another file either" {
    for name in data.rejected link.rejected; do
        cp r.csv keep.csv
        rm -f link.rejected
        [ $name = data.rejected ] && cp r.csv data.rejected || ln -s keep.csv link.rejected
        expect_error 6 "choose another name" \
            "$SEQNET" train r.csv --test $name --epochs 1 -q --min-accuracy 1 -o ${name%.rejected}
        cmp keep.csv r.csv
    done
    echo precious >other.rejected
    expect_error 6 "other.rejected: is not a model" \
        "$SEQNET" train r.csv --epochs 1 -q --min-accuracy 1 -o other
    [ "$(cat other.rejected)" = precious ]
}

@test "names as long as names can be are replaced, or refused before the training" {
    name=$(printf 'n%.0s' $(seq 251))
    "$SEQNET" train r.csv --epochs 1 -q -o "$name"
    "$SEQNET" train r.csv --epochs 1 -q -o "$name"
    expect_error 6 "File name too long" "$SEQNET" train r.csv --epochs 1 -q -o "n$name$name"
    expect_error 6 "File name too long" "$SEQNET" train r.csv --epochs 1 -q --min-accuracy 0.1 -o "$name"
    expect_error 2 "needs a name" "$SEQNET" train r.csv --epochs 1 -q -o ""
}

@test "a reader of --json that goes does not cost the model" {
    "$SEQNET" train r.csv --epochs 30 --patience 0 --json -q -o m.safetensors 2>err | head -1 >first
    [ -s first ]
    "$SEQNET" info m.safetensors >/dev/null
}
