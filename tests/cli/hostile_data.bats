#!/usr/bin/env bats
# Data that is broken, odd or too large: one line on standard error that says what is wrong and where.

bats_require_minimum_version 1.5.0
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

@test "annotate refuses columns that it adds, quoted or not" {
    model=$(text_model)
    local already="already; rename it or cut it off"
    printf '"prediction",text\nx,lovely\n' >q.csv
    expect_error 3 "q.csv: has a column 'prediction' $already" \
        "$SEQNET" predict -q -m "$model" --annotate -i q.csv
    printf 'text\tprobability\nlovely\tx\n' >p.tsv
    expect_error 3 "p.tsv: has a column 'probability' $already" \
        "$SEQNET" predict -q -m "$model" --annotate -i p.tsv
    printf 'text,probability_2\nlovely,x\n' >k.csv
    expect_error 3 "k.csv: has a column 'probability_2' $already" \
        "$SEQNET" predict -q -m "$model" --annotate --top-k 2 -i k.csv
    "$SEQNET" predict -q -m "$model" --annotate -i k.csv | grep "^text,probability_2,prediction,probability$"
    printf '"text,prediction",x\nlovely,y\n' >one.csv # no such column
    "$SEQNET" predict -q -m "$model" --annotate --text-column 1 -i one.csv | grep '^lovely,y,pos'
    "$SEQNET" predict -q -m "$model" -i q.csv | grep "^pos"
}

@test "annotate refuses keys that it adds, in each record" {
    model=$(text_model)
    printf '{"text":"lovely"}\n{"text":"dull","in":{"prediction":1}}\n{"text":"b","prediction":1}\n' >d.jsonl
    run --separate-stderr "$SEQNET" predict -q -m "$model" --annotate -i d.jsonl
    [ "$status" -eq 3 ]
    [ "${#lines[@]}" -eq 2 ]
    [ "$stderr" = "seqnet: d.jsonl:3: has a key 'prediction' already; rename it or cut it off" ]
    "$SEQNET" predict -q -m "$model" -i d.jsonl | wc -l | grep -qx 3
}

@test "predict counts what was read as U+FFFD" {
    printf '{"text":"lovely \\ud83d"}\n{"text":"dull \\u0000\\udc00"}\n' >d.jsonl
    "$SEQNET" predict -m "$(text_model)" -i d.jsonl 2>err | wc -l | grep -qx 2
    grep "^3 invalid UTF-8 sequences or characters were read as U+FFFD$" err
    printf '{"text":"lovely"}\n' >d.jsonl
    "$SEQNET" predict -m "$(text_model)" -i d.jsonl 2>err
    run ! grep U+FFFD err
}

@test "a blank line of a one-column file has an answer" {
    model=$(text_model)
    for ends in '\n' '\r\n'; do
        printf "text${ends}lovely${ends}${ends}dull${ends}" >one.csv
        for quotes in "" --no-quotes; do
            "$SEQNET" predict -q -m "$model" $quotes -i one.csv | wc -l | grep -qx 3
            "$SEQNET" predict -q -m "$model" $quotes --annotate -i one.csv >out
            [ "$(cut -d , -f 1,2 out | tr -d '\r' | sed 's/neg\|pos/L/' | tr '\n' ' ')" = \
                "text,prediction lovely,L ,L dull,L " ]
        done
        printf "text,n${ends}lovely,1${ends}${ends}dull,2${ends}" >two.csv
        "$SEQNET" predict -q -m "$model" -i two.csv | wc -l | grep -qx 2
    done
}
