#!/usr/bin/env bats
# tune: the search, what it prints and writes, and how it ends.

bats_require_minimum_version 1.5.0
load helpers
setup() {
    setup_workdir
    rows 120 | to_csv >r.csv
}

# tune ARGUMENTS...: a search that takes little time.
tune() {
    "$SEQNET" tune --epochs 1 --folds 2 "$@"
}

# The table of the file "out" without the seconds.
figures() {
    awk '/^ *[0-9]+ / { $5 = "" } { print }' "${1:-out}"
}

@test "a search ends with the command line of its best trial, which runs" {
    tune r.csv --trials 3 >out 2>err
    [ "$(wc -l <out)" -eq 5 ]
    [ "$(sed -n 1p out)" = "trial  folds  accuracy    loss  seconds  settings" ]
    sed -n 2p out | grep -qE '^    1      2  [ 01.0-9]+  the default recipe$'
    sed -n 3p out | grep -qE '^    2 .* --preset fast'
    [[ $(tail -1 out) == "seqnet train --no-config r.csv --epochs 1"* ]]
    grep -qE '^best of 3 trials: trial [123], accuracy [01]\.[0-9]{4}, loss ' err
    grep -qF "wrote best-settings.sh; 'sh best-settings.sh -o MODEL' trains" err
    [ "$(sed -n 3p best-settings.sh)" = "$(tail -1 out) \"\$@\"" ]
    put_on_path
    sh best-settings.sh -q -o best.safetensors
    "$SEQNET" info -m best.safetensors --json | jq -e '.fingerprint'
}

@test "equal searches try the same, whatever the threads" {
    tune r.csv --trials 6 --seed 3 -q -j 1 >one
    tune r.csv --trials 6 --seed 3 -q -j 2 >two
    tune r.csv --trials 6 --seed 3 -q -j 2 >again
    [ "$(figures one)" = "$(figures two)" ]
    [ "$(figures two)" = "$(figures again)" ]
    tune r.csv --trials 6 --seed 4 -q >other
    [ "$(figures one)" != "$(figures other)" ]
    tune r.csv --trials 4 --seed 3 -q >fewer
    [ "$(figures fewer | head -5)" = "$(figures one | head -5)" ]
}

@test "a trial's figures are those of train --folds with its command line" {
    tune r.csv --trials 2 --preset fast --json -q >lines
    sed -n 2p lines | jq -r .command | sed 's/^seqnet//' >command
    # shellcheck disable=SC2046
    "$SEQNET" $(cat command) --folds 2 --json -q -o m.safetensors >folds
    mean=$(jq -s '[.[] | select(.fold) | .loss] | add / 2' folds)
    jq -se --argjson mean "$mean" '.[1] | .state == "measured" and (.loss - $mean | fabs) < 1e-9' lines
}

@test "--json prints an object for each trial and one of the best" {
    tune r.csv --trials 3 --json -q >lines
    jq -se 'length == 4 and ([.[:3][].trial] == [1, 2, 3]) and .[0].settings == {}
        and .[1].settings.preset == "fast" and ([.[:3][] | .state] | all(. == "measured" or . == "dropped"))
        and (.[3] | .done and (.interrupted | not) and .trials == 3)
        and .[3].command == .[.[3].best - 1].command
        and .[3].accuracy == ([.[:3][] | select(.state == "measured").accuracy] | max)' lines
    tune r.csv --trials 3 --monitor val_loss --json -f -q >lines
    jq -se '.[3].loss == ([.[:3][] | select(.state == "measured").loss] | min)' lines
}

@test "what was typed is in every trial and in the command, in quotes where a shell needs them" {
    rows 120 | sed 's/\t/\t it'"'"'s /' | { echo 'the label,text' && tr '\t' ','; } >'my rows.csv'
    tune 'my rows.csv' --label-column 'the label' --text-column text --class-weight 'neg=2' \
        --preset fast --trials 2 -q >out
    [[ $(tail -1 out) == "seqnet train --no-config 'my rows.csv' "*" --label-column 'the label'"*" --preset fast --epochs 1 --class-weight neg=2"* ]]
    ! sed 1,2d out | head -1 | grep -q -- --preset
    put_on_path
    sh best-settings.sh -q -o best.safetensors
    tune 'my rows.csv' --label-column 'the label' --preset lstm --maxlen 7 --lr 0.01 --trials 4 --json -q >lines
    jq -se 'all(.[:4][].settings; has("lr") or has("maxlen") or has("ngram-cost") | not)' lines
}

@test "the script trains what was measured, whatever the configuration is" {
    mkdir -p "$HOME/.config/seqnet"
    printf '[tune]\n--maxlen 9\n' >"$HOME/.config/seqnet/config"
    tune r.csv --preset lstm --trials 1 -q >out
    [[ $(tail -1 out) == "seqnet train --no-config r.csv "*"--maxlen 9"* ]]
    printf '[train]\n--units 5 --seed 9\n' >"$HOME/.config/seqnet/config"
    put_on_path
    sh best-settings.sh -v -o best.safetensors 2>notes
    ! grep '^options from' notes || false
    ! grep '(LSTM) .* 5)' notes || false
}

@test "generated corpora and archives are measured on their validation rows, with several seeds" {
    tune builtin:demo:200 --trials 3 --json -q >lines
    jq -se 'length == 4 and .[0].folds == 2 and all(.[:3][].settings; has("preset") or has("ngram-cost") | not)' lines
    "$SEQNET" pad r.csv -q -o padded.npz
    run --separate-stderr -0 tune padded.npz --trials 2
    [[ ${lines[-1]} == "seqnet train --no-config padded.npz --epochs 1"* ]]
}

@test "rows with several labels are measured by micro F1" {
    rows 120 | awk '{ sub(/\t/, " ", $0); print "__label__any __label__" $0 }' >r.ft
    tune r.ft --multi-label --preset fast --trials 2 >out
    head -1 out | grep -q '^trial  folds  micro F1 '
    tune r.ft --multi-label --preset fast --trials 1 --json -f -q | head -1 | jq -e .micro_f1
}

@test "Ctrl-C keeps the best so far" {
    "$SEQNET" tune r.csv --epochs 1 --folds 2 --trials 100000 >out 2>err &
    pid=$!
    for _ in $(seq 400); do [ "$(wc -l <out)" -ge 4 ] && break; sleep 0.05; done
    kill -INT $pid
    status=0
    wait $pid || status=$?
    [ "$status" -eq 130 ]
    grep -qE '^interrupted in trial [0-9]+$' err
    grep -q '^best of ' err
    [[ $(tail -1 out) == "seqnet train --no-config r.csv --epochs 1"* ]]
    grep -qF "$(tail -1 out)" best-settings.sh
}

@test "Ctrl-C in the first trial writes nothing" {
    rows 4000 | to_csv >large.csv
    "$SEQNET" tune large.csv --preset lstm --epochs 100000 2>err >out &
    pid=$!
    for _ in $(seq 100); do grep -q '^vocabulary' err && break; sleep 0.05; done
    sleep 0.5
    kill -INT $pid
    status=0
    wait $pid || status=$?
    [ "$status" -eq 130 ]
    grep -qE '^(interrupted in trial 1|seqnet: interrupted before the training began); nothing is saved$' err
    [ ! -s out ]
    [ ! -e best-settings.sh ]
}

@test "--minutes ends the search in time, but not the first trial" {
    tune r.csv --minutes 0.0001 >out
    [ "$(wc -l <out)" -eq 3 ]
    tune r.csv --minutes 0.02 -f >out
    [ "$(wc -l <out)" -ge 3 ]
}

@test "a trial that diverges is lost, and the search goes on" {
    expect_diverged() {
        local status=0
        tune r.csv --preset lstm --lr 1e38 --trials 2 -f >out 2>err || status=$?
        [ "$status" -eq 5 ]
        grep -cE '^ +[12]      0         -       -  .*\(diverged\)$' out | grep -qx 2
        grep -q '^seqnet: r.csv: no trial came to an end with a finite loss; lower' err
    }
    expect_diverged
    tune r.csv --lr 1e38 --trials 2 >out
    grep -q '(diverged)' out
    [[ $(tail -1 out) == *" --preset fast"* ]]
}

@test "only settings of tune are replaced" {
    tune r.csv --preset fast --trials 1 -q >out
    run --separate-stderr -0 tune r.csv --preset fast --trials 1
    [[ $stderr == *"wrote best-settings.sh, replacing older settings; "* ]]
    echo precious >best-settings.sh
    expect_error 6 "best-settings.sh: does not hold settings of tune, so it is not replaced" \
        tune r.csv --preset fast --trials 1
    expect_error 6 "r.csv: is an input of this run" tune r.csv -o r.csv -f --trials 1
    grep -qx precious best-settings.sh
    tune r.csv --preset fast --trials 1 -q -f >out
}

@test "data and options that tune cannot use" {
    expect_error 2 "tune needs an argument" "$SEQNET" tune
    expect_error 3 "no.csv" tune no.csv
    expect_error 2 "trials" tune r.csv --trials 0
    expect_error 2 "folds" tune r.csv --folds 1
    head -3 r.csv >few.csv
    expect_error 3 "few.csv: has 2 rows, too few to hold some out from training; tune needs at least 12" \
        tune few.csv -q
    head -13 r.csv >few.csv
    expect_error 2 "13 folds of 12 training rows would be empty in part; choose fewer --folds" \
        "$SEQNET" tune few.csv -q --folds 13
    rows 40 >rows
    make_folder texts/train
    make_folder texts/test
    expect_error 2 "texts: has a test part, which tune leaves alone; name its training part" \
        tune texts -q
    tune texts/train --preset fast --trials 1 -q >out
    expect_error 6 "cannot be written" bash -c "'$SEQNET' tune r.csv -q --preset fast --trials 1 >/dev/full"
}
