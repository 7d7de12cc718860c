#!/usr/bin/env bats
# Trainings that are ended and go on: --checkpoint, --resume, --time-limit.

bats_require_minimum_version 1.5.0
load helpers
setup() {
    setup_workdir
    rows 240 | to_csv >r.csv
}

# await PATTERN FILE: until a line of the file matches.
await() {
    for _ in $(seq 200); do grep -q "$1" "$2" 2>/dev/null && return; sleep 0.05; done
    cat "$2"
    return 1
}

# The exit code of a job, in `status`.
wait_for() { status=0; wait "$1" || status=$?; }

# A training of one network that takes longer than a test waits, with a checkpoint after each epoch.
SLOW="r.csv --preset lstm --no-refit --patience 0 --epochs 100000 --seed 5"

# begin_slow ARGUMENTS...: starts it, and kills it with $signal behind its second epoch.
begin_slow() {
    "$SEQNET" train $SLOW -o m.safetensors --checkpoint c "$@" 2>log &
    local pid=$!
    await "^Epoch 4/" log
    kill "-${signal:-KILL}" $pid
    wait_for $pid
}

print_of() { sed -n 's/^fingerprint //p' "$1"; }

# goes_on FILE: finishes the training of the checkpoint c a few epochs later than it is, and compares the
# model with that of a training that nobody ended.
goes_on() {
    local done epochs
    done=$("$SEQNET" info c 2>&1 | sed -n 's/.*epoch \([0-9]*\) of.*/\1/p')
    epochs=$((done + 3))
    "$SEQNET" train ${SLOW/100000/$epochs} -j 2 -o whole.safetensors -q
    "$SEQNET" train --resume c --epochs $epochs -j 1 -v 2>again
    grep -q "^goes on from c: .*epoch $done of 100000" again
    [ "$(print_of again)" = "$("$SEQNET" info whole.safetensors | sed -n 's/^fingerprint:* *//p')" ]
    grep -q "^removed the checkpoint c: the training is over" again
    [ "$(echo *)" = "again c.log home log m.safetensors r.csv whole.safetensors" ]
}

@test "a training that was killed goes on to the same model, with other threads and more epochs" {
    touch c.log
    begin_slow --checkpoint-every 0.001
    [ "$status" -eq 137 ]
    [ -s c ]
    [ ! -e m.safetensors ]
    goes_on
    "$SEQNET" info m.safetensors --json | grep -q '"resumed":1'
    "$SEQNET" info m.safetensors --json | grep -q '"command":"seqnet train r.csv --preset lstm'
}

@test "so does one whose time was over, and one that was interrupted" {
    touch c.log
    "$SEQNET" train $SLOW --time-limit 0.01 -o m.safetensors --checkpoint c 2>log
    grep -qE "^out of time after [0-9]+ finished epochs?" log
    grep -q "^checkpoint c; go on with: seqnet train --resume c" log
    goes_on
    signal=TERM begin_slow
    [ "$status" -eq 130 ]
    goes_on
}

@test "a schedule over all epochs refuses another number of them" {
    "$SEQNET" train $SLOW --schedule cosine --time-limit 0.01 -o m.safetensors --checkpoint c -q
    "$SEQNET" train --resume c --epochs 6 2>err || status=$?
    [ "$status" -eq 2 ]
    grep -q "is of a training with --epochs 100000, over which its learning rate is spread, and 6 are asked for" err
}

@test "signals write a checkpoint and say how to go on" {
    for signal in INT TERM HUP; do
        rm -f c m.safetensors*
        begin_slow --checkpoint-every 1000
        [ "$status" -eq 130 ]
        grep -q "^interrupted after" log
        grep -q "^checkpoint c; go on with: seqnet train --resume c" log
        "$SEQNET" info m.safetensors | grep -q "training: interrupted"
    done
}

@test "what was typed for a checkpoint counts; what contradicts it is refused by name" {
    begin_slow
    run "$SEQNET" train --resume c --seed 6
    [ "$status" -eq 2 ]
    [[ "$output" == *"--seed 6: the training that is to go on was begun with --seed 5"* ]]
    run "$SEQNET" train --resume c --lr 0.5
    [ "$status" -eq 2 ]
    [[ "$output" == *"is of a training with --lr "*", and 0.5 is asked for"* ]]
    run "$SEQNET" train --resume c --units 3
    [ "$status" -eq 2 ]
    [[ "$output" == *"is of a training with --units 32, and 3 is asked for"* ]]
    run "$SEQNET" train --resume c --cell gru
    [ "$status" -eq 2 ]
    [[ "$output" == *"another --cell"* ]]
    [ -s c ]
}

@test "names that JSON cannot hold are refused, and others may have any characters" {
    "$SEQNET" train $SLOW --time-limit 0.005 --checkpoint "c d'ä" -o "m \"'ä" -q
    "$SEQNET" train --resume "c d'ä" --time-limit 0.005 -q
    [ -s "m \"'ä" ]
    run "$SEQNET" train r.csv --checkpoint c -o $'m\xff'
    [ "$status" -eq 2 ]
    [[ "$output" == *'is not UTF-8, and a checkpoint'* ]]
}

@test "another instruction set goes on, and is told" {
    begin_slow
    SEQNET_ISA=baseline "$SEQNET" train --resume c --time-limit 0.005 2>log || true
    if "$SEQNET" --version | grep -q AVX; then
        grep -q "^computed with AVX.*: the model is as good, but not the same to the bit" log
    fi
    "$SEQNET" train builtin:demo:200 --epochs 1 --checkpoint d -q -o d.safetensors
    ! "$SEQNET" train --resume c --time-limit 0.005 2>&1 | grep "computed with AVX.*AVX"
}

@test "other data is refused" {
    begin_slow
    rows 240 9 | to_csv >other.csv
    run "$SEQNET" train other.csv --resume c
    [ "$status" -eq 2 ]
    [[ "$output" == *"c: is of a training on other texts"* ]]
    sed '2s/^neg/pos/' r.csv >changed.csv
    run "$SEQNET" train changed.csv --resume c
    [ "$status" -eq 2 ]
    [[ "$output" == *"c: is of a training on other texts"* ]]
    run "$SEQNET" train --resume c --validation-split 0.5
    [ "$status" -eq 2 ]
    cp r.csv moved.csv
    "$SEQNET" train moved.csv --resume c --time-limit 0.0001 -q
}

@test "a checkpoint is not a model, and a model not a checkpoint" {
    begin_slow
    cp "$(text_model)" model
    expect_error 4 "c: is the checkpoint of a training under way \(.*epoch [0-9]+ of 100000.*\), not a model; go on with seqnet train and --resume" \
        "$SEQNET" info c
    expect_error 4 "not a model" "$SEQNET" predict -m c wonderful
    expect_error 4 "model: is a model, not the checkpoint of a training that is under way; begin a training with its weights with --init" \
        "$SEQNET" train r.csv --resume model
    expect_error 4 "r.csv: is not a model file" "$SEQNET" train r.csv --resume r.csv
    expect_error 4 "none: there is no such checkpoint; a training that is over has removed its own" \
        "$SEQNET" train r.csv --resume none
}

@test "the checkpoint of a training is not written over by another one, nor any other file" {
    begin_slow
    expect_error 6 "c: is the checkpoint of a training that has not ended \(seqnet train r.csv .*\); go on with --resume c, or begin anew with --force" \
        "$SEQNET" train r.csv --checkpoint c -o m.safetensors
    echo precious >file
    expect_error 6 "file: is not a checkpoint of a training, so it is not replaced" \
        "$SEQNET" train r.csv --checkpoint file -o m.safetensors
    expect_error 6 "r.csv: is an input of this run" "$SEQNET" train r.csv --checkpoint r.csv
    expect_error 2 "--checkpoint m: another output of this run goes there" \
        "$SEQNET" train r.csv --checkpoint m -o m
    expect_error 2 "--checkpoint m.unfinished: another output" \
        "$SEQNET" train r.csv --checkpoint m.unfinished -o m
    expect_error 6 "create the folder first" "$SEQNET" train r.csv --checkpoint nowhere/c
    expect_error 2 "--checkpoint is for one training, and --folds are several" \
        "$SEQNET" train r.csv --checkpoint d --folds 3
    [ "$(cat file)" = precious ]
}

@test "a loop names the file for both options: it begins, goes on, and begins anew when it was over" {
    loop="r.csv --epochs 3 --seed 5 --checkpoint c --resume c -o m.safetensors"
    "$SEQNET" train $loop --time-limit 0.0001 2>one || true
    grep -q "^c is not there yet: the training begins" one
    "$SEQNET" train $loop 2>two
    grep -q "^goes on from c" two
    [ ! -e c ]
    "$SEQNET" train $loop 2>three
    grep -q "^c is not there yet" three
    [ "$(print_of two)" = "$(print_of three)" ]
}

@test "the history goes on, and JSON lines tell new epochs only" {
    few="r.csv --preset lstm --patience 0 --epochs 60 --refit --seed 5"
    "$SEQNET" train $few --history whole.csv -o whole.safetensors -q
    "$SEQNET" train $few --history h.csv -o m.safetensors --checkpoint c -q &
    pid=$!
    await '^3,' h.csv || true
    kill -KILL $pid
    wait_for $pid
    if [ "$status" -eq 137 ] && [ -e c ]; then # else it was over, and has removed its checkpoint
        echo junk >>h.csv
        "$SEQNET" train --resume c --json --history h.csv --force -q >lines
        [ "$(grep -c '"epoch":1,' lines)" -le 1 ]
    fi
    cut -d, -f1-5,7 whole.csv >expected
    cut -d, -f1-5,7 h.csv >got
    diff expected got
}

@test "hostile checkpoints: cut short, changed, of another version" {
    begin_slow
    size=$(wc -c <c)
    for part in 0 1 7 100 $((size / 2)) $((size - 1)); do
        head -c "$part" c >cut
        run "$SEQNET" train --resume cut -q
        [ "$status" -eq 4 ]
    done
    cp c changed
    printf 'X' | dd of=changed bs=1 seek=$((size - 100)) conv=notrunc status=none
    expect_error 4 "changed: is damaged: its contents do not give its hash; begin anew without --resume" \
        "$SEQNET" train --resume changed
    sed 's/"format_version":"1"/"format_version":"9"/' c >later
    expect_error 4 "later: has checkpoint version 9, this seqnet reads version 1" \
        "$SEQNET" train --resume later
}

@test "--time-limit ends any training with what it has" {
    "$SEQNET" train $SLOW --time-limit 0.02 -o m.safetensors 2>log
    "$SEQNET" info m.safetensors --json | grep -q '"stopped":"out of time"'
    grep -qE "^out of time after [0-9]+ finished epochs?" log
    grep -q "^saved m.safetensors" log
    run "$SEQNET" train r.csv --folds 3 --time-limit 0.00001 -o k.safetensors
    [[ "$output" == *"out of time in fold 1; nothing is saved"* ]]
    [ ! -e k.safetensors ]
}
