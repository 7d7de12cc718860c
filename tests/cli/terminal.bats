#!/usr/bin/env bats
# What a terminal shows: lines that fit, columns that align, one line that is drawn over, colors. Elsewhere
# nothing of it: see contract.bats and output.bats.

load helpers

setup() {
    setup_workdir
    needs_terminal
    export TERM=xterm LC_ALL=C.UTF-8
    unset NO_COLOR
}

# wide_rows: CSV with a long header, long labels, and labels in many scripts.
wide_rows() {
    echo 'a_column_that_nobody_needs,the_label_of_a_ticket,the_text_of_a_ticket'
    local label
    for i in $(seq 14); do
        for label in 'Accounts and customer relations, north' 'Cash & ATM' 'приложение' '价格与服务' \
            $'e\u0301te\u0301' 'مرحبا بالعالم' $'👩\u200d👧 family'; do
            echo "$i,\"$label\",word$(printf %s "$label" | cksum | cut -c 1-4) and other words $i"
        done
    done
}

# A model of these labels, made once per file of tests; wide.csv and wide.st are in the current folder.
wide_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/wide.st" ]; then
        wide_rows >"$BATS_FILE_TMPDIR/wide.csv"
        (cd "$BATS_FILE_TMPDIR" && "$SEQNET" train wide.csv --label-column the_label_of_a_ticket \
            --text-column the_text_of_a_ticket --ngrams only -q -o wide.st)
    fi
    cp "$BATS_FILE_TMPDIR"/wide.* .
}

# escapes COMMAND: the colors that a terminal gets from it, one a line.
escapes() {
    script -qec "export SEQNET='$SEQNET'; $1" screen </dev/null >/dev/null || true
    grep -oP '\x1b\[[0-9;]*m' screen | sed 's/\x1b/ESC/' || true
}

# ---- Widths ----

@test "no line is wider than the terminal, whatever labels, files and columns are called" {
    python3 -c '' || skip "no Python"
    wide_model
    cp wide.csv a-file-with-a-rather-long-name-of-its-own.csv
    text='"a word and the rest of a text that is much longer than a line of any terminal that is tried here, and goes on"'
    for columns in 50 60 80 100; do
        while read -r command; do
            on_terminal $columns "\"\$SEQNET\" $command" >drawn || true
            python3 "$BATS_TEST_DIRNAME/wide_lines.py" $columns drawn || { echo "$command"; return 1; }
            [ -s drawn ]
        done <<END
load wide.csv --text-column the_text_of_a_ticket --label-column the_label_of_a_ticket
check a-file-with-a-rather-long-name-of-its-own.csv --text-column the_text_of_a_ticket
info wide.st
evaluate a-file-with-a-rather-long-name-of-its-own.csv -m wide.st --errors
evaluate wide.csv -m wide.st --matrix
compare wide.st wide.st wide.csv
drift -m wide.st wide.csv
tokens -m wide.st $text
explain -m wide.st $text
predict -m wide.st -k -1 $text
predict -m wide.st -k 2 --with-filename -i wide.csv
pad builtin:demo:100 --head 1
bench latency --runs 1 --data builtin:demo:100
train wide.csv --labels-column x
--version
END
    done
}

@test "tables of many labels fit into a narrow terminal" {
    python3 -c '' || skip "no Python"
    for i in $(seq 280); do echo "topic number $((i % 14)),word$((i % 14)) and $i other words"; done |
        sed '1i label,text' >many.csv
    "$SEQNET" train many.csv --ngrams only -q -o m.st
    for columns in 50 60; do
        for command in 'compare m.st m.st many.csv' 'evaluate many.csv -m m.st'; do
            on_terminal $columns "\"\$SEQNET\" $command" >drawn
            grep -q 'labels shown' drawn
            python3 "$BATS_TEST_DIRNAME/wide_lines.py" $columns drawn
        done
    done
}

@test "what may be copied is not broken" {
    on_terminal 60 '"$SEQNET" predict -m "a model with blanks in its name.st" x' >drawn || true
    grep -q "'[^']*$" drawn && { cat drawn; return 1; }
    on_terminal 60 '"$SEQNET" evaluat' >drawn || true
    grep -q "did you mean 'evaluate'?" drawn
}

@test "a command that may be typed next is whole" {
    rows 60 | to_csv >a-file-with-a-rather-long-name.csv
    train='"$SEQNET" train a-file-with-a-rather-long-name.csv --test-split 0.2 --preset fast -o m.st'
    on_terminal 200 "$train" >drawn
    grep -qx 'next: seqnet predict -m m.st "some text"' drawn
    grep -qx '  or: seqnet evaluate a-file-with-a-rather-long-name.csv -m m.st' drawn
    on_terminal 50 "$train" >drawn
    grep -qx '  or: seqnet evaluate \\' drawn
    grep -qx '      a-file-with-a-rather-long-name.csv -m m.st' drawn
}

@test "a terminal without colors and without drawing has a width, too" {
    rows 60 | to_csv >r.csv
    for term in dumb ''; do
        TERM=$term on_terminal 60 '"$SEQNET" train r.csv --label-column nothing' >drawn || true
        [ "$(awk '{ if (length > most) most = length } END { print most }' drawn)" -le 60 ]
        TERM=$term on_terminal 60 '"$SEQNET" train r.csv --preset lstm --epochs 5 --no-baseline -o m' >drawn
        [ "$(grep -cE '^Epoch [1-5]/5 .* val_acc 0\.[0-9]{4}' drawn)" -eq 5 ]
        [ -s screen ]
        if grep -q $'\033' screen; then return 1; fi
    done
}

@test "help that goes through a pager is as narrow as the terminal, and as wide as ever elsewhere" {
    on_terminal 50 '"$SEQNET" train --help | cat' >drawn
    [ "$(awk '{ if (length > most) most = length } END { print most }' drawn)" -le 50 ]
    "$SEQNET" train --help 2>/dev/null >piped
    [ "$(awk '{ if (length > most) most = length } END { print most }' piped)" -gt 60 ]
}

@test "on a terminal answers are aligned, elsewhere a tab stands between" {
    wide_model
    text=$(sed -n 's/^1,"приложение",//p' wide.csv)
    NO_COLOR=1 on_terminal 80 "\"\$SEQNET\" predict -q -m wide.st '$text' '$(sed -n 's/^1,"价格与服务",//p' wide.csv)'" >drawn
    grep -qE '^приложение     0\.[0-9]{6}$' drawn
    grep -qE '^价格与服务     0\.[0-9]{6}$' drawn
    "$SEQNET" predict -q -m wide.st "$text" | grep -qP '^приложение\t0\.[0-9]{6}$'
    TERM=dumb on_terminal 80 "\"\$SEQNET\" predict -q -m wide.st '$text'" | grep -qP '^приложение\t0\.[0-9]{6}$'
}

@test "data that is not divided has no parts on a terminal" {
    wide_model
    tail -n +2 wide.csv | head -50 | sed '1i a,the_label_of_a_ticket,the_text_of_a_ticket' >new.csv
    on_terminal 80 '"$SEQNET" evaluate -q new.csv -m wide.st' >drawn
    grep -qx 'new.csv: 50 rows' drawn
    "$SEQNET" evaluate -q new.csv -m wide.st | grep -qx 'new.csv, all parts: 50 rows'
}

# ---- What is drawn over ----

@test "an epoch has one short line where Keras's does not fit, and a star where it is the best" {
    train='"$SEQNET" train builtin:demo:400 --epochs 2 --no-baseline -o m'
    on_terminal 60 "$train" >drawn
    grep -qE '^Epoch 1/2  [0-9.]+s  acc 0\.[0-9]{4}  val_acc 0\.[0-9]{4}\*$' drawn
    if grep -qE 'ms/step|^Epoch 1/2$' drawn; then return 1; fi
    on_terminal 100 "$train" >drawn
    grep -qx 'Epoch 1/2' drawn
    grep -qE 'ms/step - acc: .* - val_loss: 0\.[0-9]{4} \*$' drawn
    "$SEQNET" train builtin:demo:400 --epochs 2 --no-baseline -o m 2>err
    grep -qE 'ms/step - acc: .* - val_loss: 0\.[0-9]{4}$' err
}

@test "the time that is left ends with the time limit" {
    on_terminal 100 '"$SEQNET" train builtin:demo:200 --epochs 100000 --no-baseline --time-limit 0.05 -o m' >drawn
    grep -qE '^Epoch [0-9]+/100000 .* ETA <[0-3]s$' drawn
    if grep -qE 'ETA <([4-9]|[0-9][0-9]|.*m)' drawn; then return 1; fi
}

@test "folds have a line with the time that all of them take" {
    rows 60 | to_csv >r.csv
    on_terminal 80 '"$SEQNET" train r.csv --preset lstm --folds 2 --epochs 3 -o m' >drawn
    grep -qE '^fold [12]/2, epoch [1-3]/3  acc [01]\.[0-9]{4}  loss [0-9.]+  ETA <[0-9]+s$' drawn
    if grep -q 'all [0-9]*m' drawn; then return 1; fi
}

@test "a result begins its line, whatever was drawn there" {
    rows 60 | to_csv >r.csv
    on_terminal 100 '"$SEQNET" train r.csv --preset lstm --epochs 5 --json -o m' >drawn
    [ "$(grep -c '^{"epoch":' drawn)" -eq 5 ]
    on_terminal 100 '"$SEQNET" bench products --runs 1' >drawn
    [ "$(grep -c '^step forward' drawn)" -ge 1 ]
}

@test "a job in the background draws over nothing" {
    rows 60 | to_csv >r.csv
    on_terminal 80 'set -m; "$SEQNET" train r.csv --preset lstm --epochs 5 --no-baseline -o m & wait' >drawn
    [ "$(grep -cE '^Epoch [1-5]/5 .* val_acc 0\.[0-9]{4}' drawn)" -eq 5 ]
    if grep -qF $'\033[K' screen; then return 1; fi
}

@test "reading a file shows how much is read, how fast, and how long it takes" {
    wide_model
    for _ in $(seq 300); do sed 1d wide.csv; done >many.csv
    NO_COLOR=1 on_terminal 80 '"$SEQNET" predict -m wide.st -i many.csv --header no --text-column 3 >/dev/null' >drawn
    bar='^[0-9.]+/[0-9.]+ MB [━─]{20} [0-9,]+ records/s, ETA [0-9]+s$'
    grep -qE "$bar" drawn
    sed 1q wide.csv | cat - many.csv >whole.csv
    columns='--text-column the_text_of_a_ticket --label-column the_label_of_a_ticket'
    for command in load check 'train --ngrams only --epochs 1 -o m'; do
        NO_COLOR=1 on_terminal 80 "\"\$SEQNET\" $command whole.csv $columns" >drawn || true
        grep -qE "$bar" drawn || { echo "$command"; return 1; }
    done
}

@test "a terminal that is resized keeps no old lines" {
    type tmux >/dev/null 2>&1 || skip "no tmux"
    screen=(tmux -L "seqnet-$BATS_TEST_NUMBER-$$" -f /dev/null)
    "${screen[@]}" new-session -d -x 110 -y 30 \
        "'$SEQNET' train builtin:demo:1000 --preset lstm --epochs 100000 --patience 0 --no-baseline -o m; sleep 60"
    "${screen[@]}" set -g window-size manual
    shown() { "${screen[@]}" capture-pane -p; }
    # Until the line has so many columns at least, or none of more.
    wait_for() { for _ in $(seq 100); do shown | grep -qE "$1" && return; sleep 0.1; done; shown; return 1; }
    wait_for '^Epoch .* best [0-9]+ +ETA'
    for columns in 50 35 90 110; do
        "${screen[@]}" resize-window -x $columns -y 30
        sleep 0.5
        wait_for '^Epoch [0-9]'
        [ "$(shown | grep -c '^Epoch [0-9]')" -eq 1 ] || { shown; "${screen[@]}" kill-server; return 1; }
    done
    "${screen[@]}" kill-server
}

# ---- Colors ----

@test "results are colored on a terminal with restraint: answers, problems, what is right" {
    wide_model
    [ "$(escapes '"$SEQNET" predict -q -m wide.st x' | sort | uniq -c | awk '{ print $1 $2 }' | tr '\n' ' ')" = \
        "1ESC[0m 1ESC[1m " ]
    head -12 wide.csv >few.csv
    escapes '"$SEQNET" check few.csv --label-column the_label_of_a_ticket --text-column the_text_of_a_ticket' |
        sort -u | tr '\n' ' ' | grep -qxF 'ESC[0m ESC[1;31m '
    [ "$(escapes '"$SEQNET" evaluate -q wide.csv -m wide.st --matrix' | grep -cxF 'ESC[1m')" -eq 7 ]
    [ "$(escapes '"$SEQNET" compare -q wide.st wide.st wide.csv' | grep -cxF 'ESC[1m')" -eq 2 ]
}

@test "nothing is colored where that is not wanted" {
    wide_model
    for command in 'predict -q -m wide.st x' 'evaluate -q wide.csv -m wide.st' 'check wide.csv --text-column the_text_of_a_ticket' \
        'compare -q wide.st wide.st wide.csv'; do
        [ -z "$(NO_COLOR=1 escapes "\"\$SEQNET\" $command")" ]
        [ -z "$(TERM=dumb escapes "\"\$SEQNET\" $command")" ]
        [ -z "$(escapes "\"\$SEQNET\" $command --color never")" ]
        [ -z "$(escapes "\"\$SEQNET\" $command 2>&1 | cat")" ]
        # shellcheck disable=SC2086
        "$SEQNET" $command --color always 2>/dev/null | grep -q $'\033\\[1' || [ "${command%% *}" = check ]
    done
    "$SEQNET" predict -q -m wide.st -i wide.csv --color always -o answers
    if grep -q $'\033' answers; then return 1; fi
    "$SEQNET" predict -q -m wide.st x --color always --json >out
    if grep -q $'\033' out; then return 1; fi
}
