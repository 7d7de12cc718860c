#!/usr/bin/env bats
# What train tells of itself: the last object of --json, the recipe, baselines, and lines that fit a
# terminal.
load helpers

setup() {
    setup_workdir
}

# train_json ARGUMENTS...: trains with --json, keeps what was printed in "out" and "err", and the last
# object in "last". Its exit code is train's.
train_json() {
    local status=0
    "$SEQNET" train "$@" --json -o m.st >out 2>err || status=$?
    tail -1 out >last
    return $status
}

# many_labels N: rows of N labels with blanks in their names.
many_labels() {
    echo label,text
    for i in $(seq "$1"); do
        for k in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "label $i,word$i other$k"; done
    done
}

# Fails if a line is wider than COLUMNS, and shows it.
fits() {
    awk -v columns="$1" 'length($0) > columns { print length($0) ": " $0; bad = 1 } END { exit bad }'
}

# ---- The last object ----

@test "train --json ends with an object of the whole training" {
    train_json builtin:demo:2000 --epochs 2
    [ "$(wc -l <out)" -eq 3 ]
    kept=$(jq .kept_epoch last)
    jq -e ".done and .stopped == \"finished\" and .epochs == 2 and .recipe and .saved and
        .file == \"m.st\" and .replaced == false and .refit == false and .seconds > 0
        and .validation_rows == 320 and .majority.share >= 0.5 and .baseline.accuracy > 0.5
        and .fingerprint == \"$("$SEQNET" info m.st --json | jq -r .fingerprint)\"" last
    for key in acc loss val_acc val_loss; do
        [ "$(sed -n "${kept}p" out | jq .$key)" = "$(jq .$key last)" ]
    done
    train_json builtin:demo:2000 --epochs 2
    jq -e .replaced last
}

@test "the record has the same facts, and info tells them" {
    rows 400 | to_csv >rows.csv
    train_json rows.csv --preset lstm --epochs 2 --test-split 0.2 --min-accuracy 0.01
    "$SEQNET" info m.st --json | jq -c .training.outcome >recorded
    for key in recipe stopped kept_epoch epochs acc loss val_acc val_loss validation_rows majority baseline gates; do
        [ "$(jq -c ".$key" recorded)" = "$(jq -c ".$key" last)" ]
    done
    [ "$("$SEQNET" info m.st --json | jq -c .training.test)" = "$(jq -c .test last)" ]
    jq -e '.refit == {epochs: 2, rows: 320} and .test.n == 80' last
    "$SEQNET" info m.st >info
    grep -qx "recipe: $(jq -r .recipe last)" info
    grep -qx "kept epoch: $(jq .kept_epoch last) of 2" info
    grep -qx -- '--min-accuracy: passed' info
    grep -q '^baseline: n-grams alone [01]\.' info
    grep -q "^baseline: always '" info
    grep -q '^test: accuracy ' info
    grep -q '^trained again on all 320 rows for 2 epochs$' info
}

@test "a model that does not pass is told" {
    train_json builtin:demo:1000 --epochs 1 --min-accuracy 0.001
    status=0
    train_json builtin:demo:1000 --epochs 1 --min-accuracy 1 --if-better || status=$?
    [ "$status" -eq 1 ]
    jq -e '.done and .saved == false and .file == null and .beside == "m.st.rejected"
        and .gates.part == "test" and .gates.min_accuracy.least == 1
        and .gates.min_accuracy.passed == false and .gates.if_better.passed == false
        and .gates.if_better.older.accuracy == .gates.if_better.new.accuracy' last
    "$SEQNET" info m.st.rejected | grep -qx -- '--if-better: not passed'
}

@test "an interrupted training says so" {
    "$SEQNET" train builtin:demo:4000 --epochs 10000 --json -o m.st >out 2>err &
    pid=$!
    for _ in $(seq 200); do grep -q 'Epoch 2' err && break; sleep 0.05; done
    kill -INT $pid
    status=0; wait $pid || status=$?
    [ "$status" -eq 130 ]
    tail -1 out | jq -e '.done and .stopped == "interrupted" and .saved and .epochs >= 1'
    "$SEQNET" info m.st --json | jq -e '.training.outcome.stopped == "interrupted"'
}

@test "a training that diverges says so" {
    status=0
    train_json builtin:demo:500 --lr 1e38 || status=$?
    [ "$status" -eq 5 ]
    jq -e '.done and .stopped == "diverged" and .saved == false and .file == null
        and .fingerprint == null and .acc == null' last
}

@test "time that is over is told" {
    status=0
    train_json builtin:demo:1000 --epochs 100000 --time-limit 0.05 || status=$?
    [ "$status" -eq 0 ]
    jq -e '.stopped == "out of time" and .saved' last
}

@test "any number of labels a row: micro F1, and no majority" {
    for i in $(seq 60); do
        printf '%s\n' '{"label":["x","y"],"text":"ab cd"}' '{"label":["y"],"text":"cd ef"}' '{"label":[],"text":"gh"}'
    done >rows.jsonl
    train_json rows.jsonl --multi-label --preset lstm --epochs 2 --no-refit --test-split 0.2
    jq -e '.majority == null and .baseline.micro_f1 > 0.9 and .test.micro_f1 >= 0 and .val_f1 >= 0
        and (has("val_acc") | not)' last
    "$SEQNET" info m.st | grep -q '^validation: micro F1 '
}

# ---- Recipe and baselines ----

@test "the recipe is told once" {
    rows 100 | to_csv >rows.csv
    "$SEQNET" train rows.csv --preset lstm --epochs 3 2>err
    [ "$(grep -c '^recipe: ' err)" -eq 1 ]
    grep -qx 'recipe: 3 epochs, batch 16, rmsprop, lr 0.003, word dropout 0.5, dropout 0.3, ema 0.998, patience 10, then again on all rows' err
    "$SEQNET" train rows.csv --preset fast 2>err
    grep -qx 'recipe: n-grams alone, then again on all rows' err
    "$SEQNET" train rows.csv --preset fast -q 2>err
    [ ! -s err ]
}

@test "a baseline stands beside networks, and changes no model" {
    rows 400 | to_csv >rows.csv
    one=$(fingerprint rows.csv --preset lstm)
    grep -qE '^baseline: words and pairs of words alone reach accuracy 1\.0000 on the [0-9]+ validation rows' fingerprint.log
    grep -qE '^no better than words and pairs of words alone, which reach 1\.0000 on the validation rows' fingerprint.log ||
        grep -q 'val_acc: 1.0000' fingerprint.log
    two=$(fingerprint rows.csv --preset lstm --no-baseline)
    if grep -q baseline fingerprint.log; then return 1; fi
    [ "$one" = "$two" ]
    train_json rows.csv --preset lstm --no-baseline --epochs 1
    jq -e 'has("baseline") | not' last
    one=$(fingerprint builtin:demo:1000)
    [ "$one" = "$(fingerprint builtin:demo:1000 --no-baseline)" ]
}

@test "a model with n-grams has them as its baseline" {
    rows 200 | to_csv >rows.csv
    train_json rows.csv --epochs 2 --ngrams both
    if grep -q '^baseline' err; then return 1; fi
    jq -e '.baseline.of == "the model'\''s n-grams" and .baseline.accuracy == .parts.ngrams.val_acc' last
    train_json rows.csv --preset fast
    jq -e 'has("baseline") | not' last
}

@test "without validation rows there is no baseline" {
    rows 100 | to_csv >rows.csv
    train_json rows.csv --preset lstm --validation-split 0 --epochs 1
    if grep -q '^baseline' err; then return 1; fi
    jq -e '(has("baseline") | not) and (has("majority") | not) and .validation_rows == 0 and .val_acc == null' last
}

# ---- Lists of labels ----

@test "long lists of labels are cut" {
    many_labels 13 >rows.csv
    "$SEQNET" load rows.csv -q >out
    grep -qF 'label 6 12, ... (10 of 13 shown); out' out
    "$SEQNET" load rows.csv -v 2>err >out
    grep -qF 'label 9 12; out' out
    "$SEQNET" check rows.csv >out
    grep -qF ', ... (10 of 13 shown)' out
    "$SEQNET" train rows.csv --preset fast -q -o m.st
    "$SEQNET" info m.st >out
    grep -qxF 'labels: label 1, label 10, label 11, label 12, label 13, label 2, label 3, label 4, label 5, label 6, ... (10 of 13 shown)' out
    "$SEQNET" info m.st -v 2>err >out
    if grep -F 'shown' out; then return 1; fi
    [ "$("$SEQNET" info m.st --json | jq '.labels | length')" -eq 13 ]
    many_labels 12 >rows.csv
    "$SEQNET" load rows.csv -q >out
    if grep -F 'shown' out; then return 1; fi
}

# ---- Terminals ----

@test "many quick epochs are one line of a terminal, and two lines each elsewhere" {
    needs_terminal
    export TERM=xterm LC_ALL=C.UTF-8
    train="\"\$SEQNET\" train builtin:demo:1000 --epochs 12"
    on_terminal 100 "$train" >drawn
    grep -qE '^Epoch 12/12  acc 0\.[0-9]{4}  loss 0\.[0-9]{4}  val_acc 0\.[0-9]{4}[* ]  val_loss 0\.[0-9]{4}  best [0-9]+  ETA 0s' drawn
    grep -qE '^12 epochs in [0-9.]+s - best [0-9]+ - acc: ' drawn
    if grep -E '^Epoch [0-9]+/12$' drawn; then return 1; fi
    for plain in "$train -v" "TERM=dumb $train" "$train 2>err; cat err" "${train/12/2}"; do
        on_terminal 100 "$plain" >drawn
        grep -qE '^Epoch 2/(2|12)$' drawn
        if grep -E '12 epochs in' drawn; then return 1; fi
    done
    on_terminal 100 "$train -q" >drawn
    [ -z "$(cat drawn)" ]
}

@test "the second training says which epoch it is in" {
    needs_terminal
    export TERM=xterm LC_ALL=C.UTF-8
    rows 400 | to_csv >rows.csv
    on_terminal 100 "\"\$SEQNET\" train rows.csv --preset lstm --epochs 6 --no-baseline" >drawn
    grep -qE '^Epoch 6/6  acc [01]\.[0-9]{4}  loss 0\.[0-9]{4}  ETA 0s$' drawn
    [ "$(grep -cE '^6 epochs in ' drawn)" -eq 2 ]
}

@test "nothing is wider than a narrow terminal" {
    needs_terminal
    export TERM=xterm LC_ALL=C NO_COLOR=1
    many_labels 13 >rows.csv
    for columns in 40 60 80; do
        on_terminal $columns "\"\$SEQNET\" train builtin:demo:500 --epochs 2 -o m.st; \"\$SEQNET\" info m.st" >drawn
        grep -q '^Model: ' drawn
        fits $columns <drawn
        on_terminal $columns "\"\$SEQNET\" train rows.csv --epochs 5 -o n.st; \"\$SEQNET\" info n.st" >drawn
        fits $columns <drawn
        on_terminal $columns "\"\$SEQNET\" check rows.csv; \"\$SEQNET\" load rows.csv" >drawn
        grep -q '10 of 13' drawn
        fits $columns <drawn
    done
}

@test "notes are whole lines in a pipe" {
    rows 100 | to_csv >rows.csv
    "$SEQNET" train rows.csv --epochs 2 2>err
    grep -qE '^recipe: n-grams and a network, .*, then again on all rows$' err
}
