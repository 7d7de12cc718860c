#!/usr/bin/env bats
# Data that is broken, odd or too large: one line on standard error that says what is wrong and where.

load helpers

setup() { setup_workdir; }

@test "json lines are strict, and bad lines can be skipped" {
    printf '{"text":"a","label":1}\n{"text":"b","label":01}\n{"text":"c","label":2}\n' >d.jsonl
    expect_error 3 "d.jsonl:2: is not a JSON object: byte 21 begins a number as JSON does not" \
        "$SEQNET" load d.jsonl
    "$SEQNET" load --skip-bad d.jsonl | grep "^2 train sequences"
}

@test "a lack of memory is not told as bad JSON, nor skipped" {
    needs_no_sanitizer
    awk 'BEGIN { printf "{\"text\":\"x\",\"label\":\"a\",\"v\":[";
        for (i = 0; i < 900000; i++) printf "0,"; print "0]}" }' >big.jsonl
    expect_error 3 "big.jsonl:1: does not fit into the memory \(out of memory for .*; split it" \
        in_memory 60000 "$SEQNET" load --skip-bad big.jsonl
}

@test "what UTF-8 cannot hold is counted in JSON" {
    printf '{"text":"a\\ud800","label":1}\n{"text":"b\\u0000c","label":2}\n' >d.jsonl
    "$SEQNET" load d.jsonl 2>err >/dev/null
    grep "2 invalid UTF-8 sequences .*U+FFFD" err
}

@test "a word index too large for the memory is not told as bad JSON" {
    needs_no_sanitizer
    rows 8 | to_csv >d.csv
    awk 'BEGIN { printf "{\"a\":1"; for (i = 2; i < 700000; i++) printf ",\"w%d\":%d", i, i;
        print "}" }' >w.json
    expect_error 3 "w.json: does not fit into the memory \(out of memory for .*; name a smaller" \
        in_memory 70000 "$SEQNET" load --word-index w.json d.csv
}
