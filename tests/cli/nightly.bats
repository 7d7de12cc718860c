#!/usr/bin/env bats
# The nightly job of the cookbook, as it stands there.

load helpers
setup() {
    setup_workdir
    put_on_path
    sed -n '/^# nightly.sh/,/^```/{/^```/d;p}' "$BATS_TEST_DIRNAME/../../src/guide/cookbook.md" >nightly.sh
    [ "$(grep -c seqnet nightly.sh)" -ge 3 ]
    rows 400 | to_csv >reviews.csv
    rows 100 2 | to_csv >reviews_test.csv
    rows 30 3 | cut -f 2 | sed '1i text' >reviews_new.csv
}

@test "the first night: a model, answers, figures" {
    sh nightly.sh
    seqnet info nightly.safetensors >/dev/null
    [ "$(wc -l <answers.csv)" -eq 31 ]
    [ "$(head -1 answers.csv)" = "text,prediction,probability" ]
    grep -q "^accuracy: 0.9\|^accuracy: 1" figures.txt
}

@test "the next night: equal data gives no better model, and new answers" {
    sh nightly.sh
    before=$(cksum <nightly.safetensors)
    rows 40 4 | cut -f 2 | sed '1i text' >reviews_new.csv
    sh nightly.sh
    [ "$before" = "$(cksum <nightly.safetensors)" ]
    [ "$(wc -l <answers.csv)" -eq 41 ]
}

@test "a bad night: broken input stops it with its code, and yesterday's files stay" {
    sh nightly.sh
    before=$(cat nightly.safetensors answers.csv | cksum)
    echo '"never closed' >>reviews.csv
    status=0
    sh nightly.sh 2>err || status=$?
    [ "$status" -eq 3 ]
    [ "$before" = "$(cat nightly.safetensors answers.csv | cksum)" ]
    rows 400 | to_csv >reviews.csv
    echo '"never closed' >>reviews_new.csv
    status=0
    sh nightly.sh 2>err || status=$?
    [ "$status" -eq 3 ]
    [ "$before" = "$(cat nightly.safetensors answers.csv | cksum)" ]
}
