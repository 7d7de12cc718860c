# What may be done after a success: told at a terminal, and it works as it is told.

load helpers

setup() {
    needs_terminal
    setup_workdir
    unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
    put_on_path
    rows 60 | to_csv >"my rows.csv"
}

# told COMMAND...: runs it on a terminal and prints the command lines that it tells, each in a line.
told() {
    script -qec "stty cols 200; $(printf '%q ' "$@")" /dev/null </dev/null | tr -d '\r' >shown
    sed -n 's/^next: //p; s/^  or: //p' shown
}

# expect_told LINE COMMAND...: that is the first line which the command tells, and all of them work.
expect_told() {
    local expected=$1
    shift
    told "$@" >lines
    [ "$(head -1 lines)" = "$expected" ] || { cat shown; return 1; }
    while read -r line; do sh -c "$line" </dev/null >out 2>&1 || { cat out; return 1; }; done <lines
}

@test "the next step works when it is typed" {
    expect_told "seqnet train 'my rows.csv' --text-column text" \
        seqnet check 'my rows.csv' --text-column text
    expect_told "seqnet train ./-x.jsonl" seqnet load 'my rows.csv' -o -x.jsonl
    expect_told "seqnet train rows.prepared" seqnet prepare 'my rows.csv' -o rows.prepared
    expect_told "sh 'best of.sh'" \
        seqnet tune 'my rows.csv' --preset fast --trials 1 --epochs 1 -o 'best of.sh'
    expect_told "seqnet predict -m 'it'\\''s.st' \"some text\"" \
        seqnet train 'my rows.csv' --preset fast --test-split 0.2 -o "it's.st"
    [ "$(tail -1 lines)" = "seqnet evaluate 'my rows.csv' -m 'it'\\''s.st'" ]
    told seqnet evaluate 'my rows.csv' -m "it's.st" >lines # all answers are right
    [ ! -s lines ]
    sed '2,$s/^pos,/x,/; s/^neg,/pos,/; s/^x,/neg,/' 'my rows.csv' >'wrong rows.csv'
    expect_told "seqnet evaluate --errors 'wrong rows.csv' -m 'it'\\''s.st'" \
        seqnet evaluate 'wrong rows.csv' -m "it's.st"
}

@test "a model is not measured on the rows that it was trained on" {
    told seqnet train 'my rows.csv' --preset fast -o m.st >lines
    [ "$(cat lines)" = 'seqnet predict -m m.st "some text"' ]
    rows 20 | to_csv >test.csv
    told seqnet train 'my rows.csv' --test test.csv --preset fast -o m.st >lines
    [ "$(tail -1 lines)" = "seqnet evaluate test.csv -m m.st" ]
}

@test "a C file becomes a program" {
    command -v cc >/dev/null || skip "no C compiler"
    seqnet train 'my rows.csv' --preset fast -q
    expect_told "cc -O3 -DSEQNET_MAIN -x c 'my model.c' -o 'my model' -lm" seqnet export -o 'my model.c'
    echo "a lovely film" | ./my\ model | grep -q pos
}

@test "nobody is told with --quiet, or where one of the streams is no terminal" {
    [ -z "$(told seqnet check 'my rows.csv' --quiet)" ]
    seqnet check 'my rows.csv' >out 2>&1
    ! grep next: out || false
    script -qec "seqnet check 'my rows.csv' >out" /dev/null </dev/null >shown
    ! grep next: out shown || false
    script -qec "seqnet check 'my rows.csv' 2>out" /dev/null </dev/null >shown
    ! grep next: out shown || false
    [ -z "$(told seqnet evaluate 'my rows.csv' --json)" ]
}
