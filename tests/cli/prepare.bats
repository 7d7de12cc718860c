#!/usr/bin/env bats
# Data that is larger than the memory: rows in a file of their own (prepare), and in temporary files.
# A training gives the same model wherever its rows lie.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    mkdir spill
    export TMPDIR="$PWD/spill"
}

teardown() {
    cd /
    if mountpoint -q "$BATS_TEST_TMPDIR/disk"; then umount "$BATS_TEST_TMPDIR/disk"; fi
    if [ -n "${group:-}" ]; then rmdir "$group"; fi
}

# same_model "PREPARE OPTIONS" "TRAIN OPTIONS" DATA: the model of DATA, of its prepared file and of
# DATA in little memory are one.
same_model() {
    local known prepared spilled
    # shellcheck disable=SC2086
    {
        known=$(fingerprint "$3" $1 $2)
        "$SEQNET" prepare "$3" $1 -q -f -o same.rows
        prepared=$(fingerprint same.rows $2)
        spilled=$(fingerprint "$3" $1 $2 --memory 1k)
    }
    if [ -z "$known" ] || [ "$known" != "$prepared" ] || [ "$known" != "$spilled" ]; then
        echo "$3 $1 $2: $known, prepared $prepared, in little memory $spilled"
        return 1
    fi
    [ -z "$(ls -A "$TMPDIR")" ]
}

@test "texts give the same model from a prepared file and from temporary files" {
    rows 240 | to_csv >r.csv
    same_model "" "" r.csv
    same_model "" "--ngrams off" r.csv
    same_model "--min-count 2 --num-words 20 --map pos=good" "--class-weight balanced" r.csv
    same_model "--text-rule keras --min-count 3" "--preset lstm --word-dropout 0.2" r.csv
}

@test "each way of setting rows aside gives the same model" {
    rows 240 | to_csv >r.csv
    rows 40 7 | to_csv >other.csv
    same_model "--validation-split 0.3 --test-split 0.2" "" r.csv
    same_model "--validation-split 0" "--ngrams off" r.csv
    same_model "--val other.csv --test other.csv" "" r.csv
    "$SEQNET" prepare r.csv --seed 5 -q -o r.rows
    [ "$(fingerprint r.csv --seed 5)" = "$(fingerprint r.rows --seed 5)" ]
    "$SEQNET" train r.rows --seed 6 --epochs 1 -o m.safetensors 2>err
    grep -q "those that prepare drew, with another --seed" err
}

@test "weights, several labels and texts without labels give the same model" {
    rows 240 | awk -F'\t' 'BEGIN { print "label,text,w" } { print $1 "," $2 "," 1 + NR % 3 / 2 }' >w.csv
    same_model "--weight-column w --label-column label --text-column text" "" w.csv
    rows 240 | to_csv >r.csv
    rows 90 3 | cut -f 2 >more.txt
    same_model "--unlabeled more.txt" "--ngrams both" r.csv
    same_model "--unlabeled more.txt" "--ngrams off --vectors auto" r.csv
    rows 240 | sed 's/\(.*\)\t\(.*\)/{"label":["\1","any"],"text":"\2"}/; 0~3s/,"any"//' >many.jsonl
    same_model "--multi-label" "" many.jsonl
}

@test "ids and generated texts give the same model" {
    same_model "" "" builtin:demo:300
    "$SEQNET" pad builtin:demo:300 --maxlen 12 -o padded.npz
    same_model "" "" padded.npz
}

@test "a prepared file is data for the other commands" {
    rows 240 | to_csv >r.csv
    "$SEQNET" prepare r.csv --test-split 0.2 -o r.rows 2>err
    grep -q "prepared 154 training, 38 validation and 48 test rows: r.rows" err
    "$SEQNET" train r.rows -q --epochs 2 -o m.safetensors
    "$SEQNET" evaluate r.csv -m m.safetensors >by_data 2>/dev/null
    "$SEQNET" evaluate r.rows -m m.safetensors 2>/dev/null | sed 's/^r.rows/r.csv/' >by_file
    head -n 1 by_data | grep -q "r.csv, test part: 48 rows"
    cmp by_data by_file
    "$SEQNET" load r.rows 2>/dev/null | grep -q "48 test sequences"
    "$SEQNET" check r.rows >/dev/null 2>&1 || [ $? -eq 1 ]
    # A model of other texts reads these with its own words.
    other=$(text_model)
    "$SEQNET" evaluate r.rows -m "$other" --part all 2>/dev/null | sed 's/^r.rows/r.csv/' >by_file
    "$SEQNET" evaluate r.csv -m "$other" --part all 2>/dev/null >by_data
    grep -q "^accuracy" by_file
    [ "$(grep '^accuracy' by_file)" = "$(grep '^accuracy' by_data)" ]
}

@test "a file without texts is for networks alone" {
    rows 240 9 | to_csv >r.csv
    "$SEQNET" prepare r.csv --no-texts -q -o small.rows
    "$SEQNET" prepare r.csv -q -o large.rows
    [ "$(stat -c %s small.rows)" -lt "$(stat -c %s large.rows)" ]
    [ "$(fingerprint r.csv --ngrams off)" = "$(fingerprint small.rows --ngrams off)" ]
    expect_error 3 "small.rows: was prepared without its texts.*with texts, or choose --ngrams off" \
        "$SEQNET" train -q small.rows
    expect_error 3 "small.rows: has no texts, which the words of this model" \
        "$SEQNET" evaluate -q small.rows -m "$(text_model)"
}

@test "what was decided in prepare is not asked for again" {
    rows 240 | to_csv >r.csv
    "$SEQNET" prepare r.csv -q -o r.rows
    expect_error 2 "r.rows: was prepared without --min-count" "$SEQNET" train r.rows --min-count 2 -q
    expect_error 2 "r.rows: was divided into parts" "$SEQNET" train r.rows --test-split 0.1 -q
    expect_error 2 "r.rows: was divided into parts" "$SEQNET" train r.rows --folds 3 -q
}

@test "a prepared file in another place is named, with what to type" {
    rows 240 | to_csv >r.csv
    "$SEQNET" prepare r.csv -q -o r.rows
    expect_error 4 "r.rows: holds rows that seqnet prepare wrote, not a model" "$SEQNET" info r.rows
    expect_error 4 "r.rows: holds rows.*seqnet train" "$SEQNET" predict -q -m r.rows good
    expect_error 3 "standard input: holds rows.*by its path" "$SEQNET" train -q - <r.rows
    expect_error 3 "r.rows: holds rows" "$SEQNET" train -q r.csv --val r.rows
    expect_error 3 "r.rows: holds rows" "$SEQNET" predict -q -m "$(text_model)" -i r.rows
    expect_error 3 "m.safetensors: is a model file" \
        bash -c 'cp "$2" m.safetensors && "$1" train -q m.safetensors' - "$SEQNET" "$(text_model)"
}

@test "a file that is cut short is one line" {
    rows 240 | to_csv >r.csv
    "$SEQNET" prepare r.csv -q -o r.rows
    for size in 100 2000 4000; do
        head -c $size r.rows >cut.rows
        expect_error 3 "cut.rows: is damaged.*prepare it again" "$SEQNET" train -q cut.rows
    done
}

@test "a file that becomes shorter while it is used is one line" {
    needs_no_sanitizer
    rows 60000 | to_csv >r.csv
    "$SEQNET" prepare r.csv -q -o r.rows
    "$SEQNET" train r.rows --ngrams off --no-baseline --epochs 1000 --patience 0 \
        -o m.safetensors 2>err &
    until grep -q "^Epoch\|samples" err; do sleep 0.1; done
    truncate -s 4096 r.rows
    status=0
    wait $! || status=$?
    [ "$status" -eq 3 ]
    grep -q "^seqnet: a file that is mapped became shorter" err
}

@test "prepare needs a file, and takes no input for it" {
    rows 240 | to_csv >r.csv
    expect_error 2 "prepare needs a FILE to write" "$SEQNET" prepare r.csv -q
    expect_error 6 "r.csv: is an input" "$SEQNET" prepare r.csv -q -f -o r.csv
    echo older >r.rows
    expect_error 6 "r.rows" "$SEQNET" prepare r.csv -q -o r.rows
    [ "$(cat r.rows)" = older ]
}

@test "sizes have units" {
    rows 240 | to_csv >r.csv
    for size in 1k 1.5M 2G 1T 5000; do
        "$SEQNET" train r.csv --preset lstm --epochs 1 -q --memory $size -o m.safetensors
    done
    for size in 0 -1 1K 1kB k M1 "" 1.5.1; do
        expect_error 2 "--memory.*expected a number of bytes, like 800M or 1.5G" \
            "$SEQNET" train r.csv --memory "$size"
    done
}

@test "temporary files leave nothing behind, and their place is told" {
    rows 2000 | to_csv >r.csv
    "$SEQNET" train r.csv --preset lstm --epochs 1 -v --memory 10k -o m.safetensors 2>err
    grep -q "MB in temporary files" err
    [ -z "$(ls -A spill)" ]
    expect_error 6 "nowhere: a temporary file of .* cannot be written: No such file or directory" \
        env TMPDIR=nowhere "$SEQNET" train -q r.csv --memory 10k
}

@test "a disk without room for temporary files is one line" {
    rows 20000 | to_csv >r.csv
    mkdir disk
    mount -t tmpfs -o size=1500k tmpfs disk 2>/dev/null || skip "no small file system can be mounted"
    expect_error 6 "disk: a temporary file of .* cannot be written: No space left on device" \
        env TMPDIR="$PWD/disk" "$SEQNET" train -q r.csv --memory 10k
    [ ! -e seqnet.safetensors ]
    expect_error 6 "No space left on device" "$SEQNET" prepare r.csv -q -o disk/r.rows
    [ -z "$(ls -A disk)" ]
}
