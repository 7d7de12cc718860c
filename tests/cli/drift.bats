#!/usr/bin/env bats
# drift: are new texts like those that a model was validated with?

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    SEQNET_MODEL=$(drift_model)
    export SEQNET_MODEL
}

# A model that has 240 held-out rows, made once for this file.
drift_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/drift.safetensors" ]; then
        rows 1200 | to_csv >"$BATS_FILE_TMPDIR/drift.csv"
        "$SEQNET" train "$BATS_FILE_TMPDIR/drift.csv" --preset fast --validation-split 0.2 -q \
            -o "$BATS_FILE_TMPDIR/drift.safetensors"
    fi
    echo "$BATS_FILE_TMPDIR/drift.safetensors"
}

drift() { "$SEQNET" drift -q "$@"; }

@test "texts of the same kind have not drifted, with labels or without" {
    rows 400 77 | to_csv >same.csv
    drift same.csv >found
    grep -x 'no drift: nothing has changed beyond chance' found
    head -n 1 found | grep -x '400 new rows against 240 held-out rows'
    rows 400 77 | cut -f 2 >same.txt
    drift same.txt | cmp - found
    drift <same.txt | cmp - found
    drift - <same.txt | cmp - found
    head -n 150 same.txt >a.txt
    tail -n +151 same.txt | gzip -c >b.txt.gz
    drift a.txt b.txt.gz | cmp - found
    for j in 1 2 3; do drift -j $j same.txt | cmp - found; done
}

@test "other words, lengths and labels are found and end with exit code 1" {
    rows 400 77 | awk -F '\t' '{ print $1 "\t" "zzz yyy " $2 " xxx" }' | to_csv >other.csv
    run -1 drift other.csv
    [[ "${lines[-1]}" =~ ^"drift: "("unknown words"|"words a text")" most, PSI "[0-9.]+", above 0" ]]
    rows 800 77 | grep '^neg' | to_csv >negative.csv
    run -1 drift negative.csv
    grep -E '^labels .* great change$' <<<"$output"
    grep -E '^  neg: [45][0-9]\.[0-9] % -> [19][0-9]' <<<"$output"
    run -0 drift --max 50 negative.csv
    [[ "${lines[-1]}" =~ ^"slight drift: " ]]
}

@test "one line of JSON for scripts" {
    rows 800 77 | grep '^neg' | to_csv >negative.csv
    drift --json negative.csv >line && return 1
    [ "$(wc -l <line)" -eq 1 ]
    jq -e '.n == 400 and .held_out_n == 240 and .drifted and .changed and .max > 0' line
    jq -e '.features | keys == ["confidence", "labels", "unknown_words", "words"]' line
    jq -e '.psi == ([.features[] | select(.changed) | .psi] | max)' line
    jq -e '.features[.worst].psi == .psi and .features.labels.p_value < 0.0001' line
    jq -e '.labels.neg.new + .labels.pos.new == 400' line
    rows 400 77 | to_csv >same.csv
    drift --json same.csv | jq -e '.drifted == false and .changed == false'
}

@test "few rows: only what can be told" {
    echo 'a lovely film' | "$SEQNET" drift >out 2>err
    grep -q '^1 row is few' err
    grep -x 'too few rows to tell of drift' out
    expect_error 3 "no row could be read" drift /dev/null
    expect_error 3 "no row could be read" drift --input-format csv <(echo text,label)
}

@test "records that cannot be read stop, or are left out" {
    { rows 100 5 | to_jsonl; echo '{'; } >bad.jsonl
    expect_error 3 "bad.jsonl:101: " drift bad.jsonl
    drift --skip-bad bad.jsonl | head -n 1 | grep -x '100 new rows against 240 held-out rows'
    expect_error 3 "missing.csv: " drift missing.csv
}

@test "a model without a profile is refused" {
    rows 80 | to_csv >d.csv
    "$SEQNET" train d.csv --preset fast --validation-split 0 -q -o whole.st
    expect_error 4 "whole.st: the model has no profile" drift -m whole.st d.csv
}

@test "rows of ids, and rows of any number of labels" {
    "$SEQNET" train builtin:demo:600 --epochs 1 -q -o ids.st
    "$SEQNET" pad builtin:demo:600 --part test --head 0 -q -o /dev/null 2>/dev/null || true
    for i in $(seq 60); do echo "1 $((i % 20 + 4)) 5 6 7 8"; done | drift -m ids.st --ids >out || true
    grep -q '^60 new rows against ' out
    rows 200 | awk -F '\t' '{ printf "{\"text\":\"%s\",\"label\":[\"%s\"%s]}\n", $2, $1, NR % 3 ? "" : ",\"third\"" }' >d.jsonl
    "$SEQNET" train d.jsonl --multi-label --preset fast -q -o many.st
    drift -m many.st d.jsonl >out || true
    grep -q '^words a text' out
    run ! grep '^labels' out # another model was validated than the one that was trained again
    "$SEQNET" train d.jsonl --multi-label --preset fast --no-refit -q -o first.st
    drift -m first.st d.jsonl >out || true
    grep -q '^labels' out
}

# many_labels ROWS SEED: rows of 120 labels, each with the same chance.
many_labels() {
    awk -v rows="$1" -v seed="$2" 'BEGIN { srand(seed); print "label,text"
        for (i = 0; i < rows; i++) { l = int(rand() * 120); print "l" l ",film w" l " of " int(rand() * 9) } }'
}

@test "many labels with few rows each have not drifted by chance" {
    many_labels 1800 1 >m.csv
    "$SEQNET" train m.csv --preset fast --no-refit --validation-split 0.3 -q -o m.st
    for seed in 2 3 4; do
        many_labels 300 $seed >n.csv
        drift -m m.st --json n.csv >out || true
        jq -e '.features.labels | .changed == false and .psi < 0.1' out
    done
}

@test "info tells of the held-out rows" {
    "$SEQNET" info | grep -E '^held-out rows: 240, mean confidence [01]\.[0-9]+, [0-9.]+ words a row$'
    "$SEQNET" info --json | jq -e '.held_out.rows == 240 and (.held_out.predicted | add) == 240'
    "$SEQNET" info --json | jq -e '.training.calibration | .temperature > 0 and .ece_after >= 0 and .loss_after <= .loss_before + 1e-6'
    rows 80 | to_csv >d.csv
    "$SEQNET" train d.csv --preset fast --validation-split 0 -q -o whole.st
    "$SEQNET" info --json whole.st | jq -e 'has("held_out") | not'
}

@test "the model in the box has a profile" {
    "$SEQNET" info --json builtin:reviews | jq -e '.held_out.rows == 2500'
    rows 50 | cut -f 2 | drift -m builtin:reviews | head -n 1 | grep -x '50 new rows against 2,500 held-out rows'
}

@test "check tells words that are unknown beyond the usual, and labels together" {
    rows 60 9 | awk -F '\t' '{ print $1 ",zz" NR " " $2 }' | { echo label,text; cat; } | sed 's/ the / yy xx /' >strange.csv
    "$SEQNET" check strange.csv 2>/dev/null -m "$SEQNET_MODEL" |
        grep -E '^problem: train: [0-9.]+ % of the words are unknown to the model, of its held-out rows 0.0 %$'
    { rows 60 9 | to_csv; echo odd,a film; echo odd,a plot; echo 'strange,an actor'; } >odd.csv
    run -1 "$SEQNET" check -q odd.csv -m "$SEQNET_MODEL"
    grep -x "problem: 3 rows are of 2 labels that the model does not know: 'odd', 'strange'" <<<"$output"
    run -0 "$SEQNET" check -q <(rows 8 9 | to_csv) -m "$SEQNET_MODEL"
}
