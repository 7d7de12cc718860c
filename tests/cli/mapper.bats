#!/usr/bin/env bats
# seqnet predict as a streaming mapper (Hadoop streaming, Spark's pipe, GNU parallel): what such a caller
# relies on.

load helpers

setup() {
    setup_workdir
    model=$(text_model)
    rows 500 | cut -f 2 >lines.txt
}

@test "one line in, one line out, in order, without a header, whatever the cut" {
    "$SEQNET" predict -q -m "$model" <lines.txt >whole.txt
    [ "$(wc -l <whole.txt)" -eq 500 ]
    grep -qvP '^(neg|pos)\t0\.\d{6}$|^(neg|pos)\t1\.000000$' whole.txt && return 1
    split -l 37 lines.txt part.
    for part in part.*; do "$SEQNET" predict -q -m "$model" <"$part"; done >parts.txt
    cmp whole.txt parts.txt
}

@test "empty lines, blanks, controls and bytes that are no text keep their place" {
    printf 'a wonderful film\n\n   \n\t\r\n\377\376\nlast, without a line end' >odd.txt
    "$SEQNET" predict -q -m "$model" <odd.txt >out 2>err
    [ "$(wc -l <out)" -eq 6 ]
    [ ! -s err ]
}

@test "no input is no output and no failure" {
    run "$SEQNET" predict -q -m "$model" </dev/null
    [ "$status" -eq 0 ]
    [ "$output" = "" ]
}

@test "with -q nothing goes to standard error, which such callers keep or take for trouble" {
    "$SEQNET" predict -q -m "$model" <lines.txt 2>err >/dev/null
    [ ! -s err ]
}

@test "answers come while the input is still open" {
    mkfifo in
    "$SEQNET" predict -q --line-buffered -m "$model" <in >out &
    exec 8>in
    echo "a wonderful film" >&8
    until [ -s out ]; do sleep 0.05; done
    [ "$(wc -l <out)" -eq 1 ]
    exec 8>&-
    wait $!
}

@test "a failure has an exit code and one line: a task is tried again or the job ends" {
    expect_error 4 'nothing.st' sh -c "'$SEQNET' predict -q -m nothing.st <lines.txt"
    "$SEQNET" predict -q -m "$model" <lines.txt | head -n 1 >first
    [ -s first ]
}

@test "a key goes along with --annotate: TSV in, TSV out" {
    awk '{ print "key" NR "\t" $0 }' lines.txt >keyed.tsv
    "$SEQNET" predict -q -m "$model" --annotate --input-format tsv --header no --text-column 2 \
        --input - <keyed.tsv >out
    "$SEQNET" predict -q -m "$model" <lines.txt >answers
    paste keyed.tsv answers | cmp - out
}
