#!/usr/bin/env bats
# evaluate and compare: what they find out beside the counts, the files that they write, and the
# conditions that scripts put on them.

bats_require_minimum_version 1.5.0

setup_file() { load helpers; }
setup() {
    load helpers
    cd "$BATS_TEST_TMPDIR"
}

# held: labelled rows with an id and a date, some of them with the wrong label.
held() {
    rows 120 | awk -F '\t' 'BEGIN { print "id,date,label,text" }
        { l = NR % 7 ? $1 : $1 == "pos" ? "neg" : "pos"
          printf "%d,2024-%02d-%02d,%s,\"%s, \"\"really\"\"\"\n", NR, NR % 3 + 1, NR % 28 + 1, l, $2 }'
}

@test "the interval, the areas and the averages stand in text and JSON" {
    held >h.csv
    "$SEQNET" evaluate -q h.csv -m "$(text_model)" -k 1 >out
    for name in "95 % interval" majority loss "macro f1" "weighted f1" "roc auc" "pr auc" "brier score" \
        "calibration error" P@1; do
        grep -q "^$name: " out
    done
    grep -qE '^macro average +[01]\.[0-9]{4}  [01]\.[0-9]{4}  [01]\.[0-9]{4} +120$' out
    "$SEQNET" evaluate -q h.csv -m "$(text_model)" -k 2 --json >json
    jq -e '.accuracy_interval.low < .accuracy and .accuracy < .accuracy_interval.high and .r_at_2 == 1' json
    jq -e '.per_label.pos.roc_auc == .roc_auc and .per_label.pos.pr_auc == .pr_auc' json
    jq -e '([.calibration[].n] | add) == 120 and (.calibration | length) == 15' json
    # What the bins say is the error.
    jq -e '([.calibration[] | select(.n > 0) | .n * (.confidence - .accuracy | fabs)] | add / 120) as $e
           | ($e - .ece | fabs) < 1e-12' json
}

@test "mistakes are listed with their places, the surest first" {
    held >h.csv
    model=$(text_model)
    "$SEQNET" evaluate -q h.csv -m "$model" --errors=5 >out
    "$SEQNET" evaluate -q h.csv -m "$model" --errors=5 --json >json
    jq -e '[.errors[].probability] | length == 5 and . == (sort | reverse)' json
    jq -e 'all(.errors[]; (.place | test("^h.csv:[0-9]+$")) and .label != .predicted)' json
    # Line by line they are what the text shows, and what predict says of the line.
    jq -r '.errors[] | "\(.place): \(.label) -> \(.predicted)"' json >listed
    grep -E '^h\.csv:' out | sed 's/ [0-9.]*$//' | cmp - listed
    line=$(jq -r '.errors[0].place | sub(".*:"; "")' json)
    "$SEQNET" predict -q -m "$model" --annotate -i h.csv | sed -n "${line}p" | grep -F "$(jq -r '.errors[0].predicted' json)"
    [ "$("$SEQNET" evaluate -q h.csv -m "$model" --errors | grep -c '^h.csv:')" -eq 10 ]
}

@test "files of mistakes and of predictions keep all columns" {
    held >h.csv
    model=$(text_model)
    "$SEQNET" evaluate h.csv -m "$model" --errors-to wrong.csv --predictions all.jsonl --json >json 2>err
    head -1 wrong.csv | grep -qx 'id,date,label,text,prediction,probability'
    [ "$(sed 1d wrong.csv | wc -l)" -eq "$(jq '.n * (1 - .accuracy) | round' json)" ]
    grep -q 'wrote wrong.csv: [0-9]* rows' err
    jq -es 'length == 120 and all(.[]; has("id") and has("date") and (.probability | type == "number"))' all.jsonl
    # Predictions are those of predict, row by row.
    "$SEQNET" predict -q -m "$model" --annotate -i h.csv --input-format csv | sed 1d | awk -F , '{ print $(NF - 1) }' >predicted
    jq -r .prediction all.jsonl | cmp - predicted
    # An older file of answers is replaced, data is not.
    "$SEQNET" evaluate -q h.csv -m "$model" --errors-to wrong.csv >out
    cp h.csv other.csv
    expect_error 6 "other.csv" "$SEQNET" evaluate -q h.csv -m "$model" --errors-to other.csv
    expect_error 6 "h.csv: is an input" "$SEQNET" evaluate -q h.csv -m "$model" --errors-to h.csv -f
    expect_error 2 "one file; name two" "$SEQNET" evaluate -q h.csv -m "$model" --errors-to a.csv --predictions ./a.csv
    expect_error 2 "a.txt: .*; choose .csv" "$SEQNET" evaluate -q h.csv -m "$model" --errors-to a.txt
    sed '1s/date/prediction/' h.csv >taken.csv
    expect_error 3 "has a column 'prediction' already" "$SEQNET" evaluate -q taken.csv -m "$model" --errors-to a.csv
    [ ! -e a.csv ]
}

@test "rows without columns are written with their source and line" {
    rows 60 | awk -F '\t' '{ print "__label__" ($1 == "pos" ? "neg" : "pos"), $2 }' >h.ft
    "$SEQNET" evaluate -q h.ft -m "$(text_model)" --errors-to wrong.csv >out
    head -1 wrong.csv | grep -qx 'label,text,source,line,prediction,probability'
    sed -n 2p wrong.csv | grep -E ',h\.ft,[0-9]+,(pos|neg),0\.[0-9]{6}$'
}

@test "slices: by length, by unknown words, by a column, dates by month" {
    held >h.csv
    model=$(text_model)
    "$SEQNET" evaluate -q h.csv -m "$model" --by date >out
    [ "$(grep -oE '^2024-0[0-9]' out | paste -sd ' ')" = "2024-01 2024-02 2024-03" ]
    grep -qE '^(up to 10|11 to 25) words  ' out
    "$SEQNET" evaluate -q h.csv -m "$model" --by date --json >json
    jq -e '[.slices.date[].n] | add == 120' json
    jq -e '[.slices.length[].n] | add == 120' json
    jq -e '(([.slices.unknown[] | .n * .accuracy] | add) / 120 - .accuracy | fabs) < 1e-12' json
    expect_error 3 "no column 'month' beside text and label; choose id, date" "$SEQNET" evaluate -q h.csv -m "$model" --by month
    expect_error 3 "no column beside text and label" "$SEQNET" evaluate -q builtin:demo:100 -m "$(demo_model)" --by month
}

@test "gates: exit 1 with a line for each condition that is missed" {
    held >h.csv
    model=$(text_model)
    run --separate-stderr -1 "$SEQNET" evaluate h.csv -m "$model" --min-accuracy 1 --min-macro-f1 1 --min-recall neg=1 --min-recall pos=1
    [ "$(grep -c 'is below' <<<"$stderr")" -eq 4 ]
    "$SEQNET" evaluate -q h.csv -m "$model" --min-recall neg=0.1 >out
    "$SEQNET" evaluate -q h.csv -m "$model" --json >now.json
    "$SEQNET" evaluate -q h.csv -m "$model" --not-below now.json >out
    jq '.accuracy = 1 | .accuracy_interval.low = 0.99' now.json >then.json
    run --separate-stderr -1 "$SEQNET" evaluate h.csv -m "$model" --not-below then.json
    grep -qE 'accuracy 0\.[0-9]{4} is below that of then.json, 1.0000, and below its interval' <<<"$stderr"
    expect_error 2 "no such label" "$SEQNET" evaluate -q h.csv -m "$model" --min-recall nix=0.5
    expect_error 2 "did you mean 'pos'" "$SEQNET" evaluate -q h.csv -m "$model" --min-recall poss=0.5
    expect_error 2 "expected LABEL=X" "$SEQNET" evaluate -q h.csv -m "$model" --min-recall pos
    expect_error 3 "h.csv: is no result" "$SEQNET" evaluate -q h.csv -m "$model" --not-below h.csv
    expect_error 3 "nix.json: cannot be read" "$SEQNET" evaluate -q h.csv -m "$model" --not-below nix.json
}

@test "a threshold moves the answers of two labels" {
    held >h.csv
    model=$(text_model)
    low=$("$SEQNET" evaluate -q h.csv -m "$model" --threshold 0.01 --json | jq .per_label.pos.recall)
    high=$("$SEQNET" evaluate -q h.csv -m "$model" --threshold 0.99 --json | jq .per_label.pos.recall)
    [ "$(echo "$low > $high" | bc)" -eq 1 ] || awk -v l="$low" -v h="$high" 'BEGIN { exit !(l > h) }'
}

@test "rows of ids are shown as words" {
    "$SEQNET" evaluate -q builtin:demo:2000 -m "$(demo_model)" --errors=1 --json | jq -e '.errors == [] or (.errors[0].text | length > 5)'
    rows 200 | to_csv >r.csv
    "$SEQNET" load r.csv -q --test-split 0.5 -o ids.npz --maxlen 20 2>/dev/null || "$SEQNET" load r.csv -q --test-split 0.5 -o ids.npz
    "$SEQNET" train ids.npz --epochs 1 -q -o ids.st
    "$SEQNET" evaluate -q ids.npz -m ids.st --predictions all.csv >out
    [ "$(sed 1d all.csv | wc -l)" -eq 100 ]
}

# ---- compare ----

@test "compare: a model with itself is no different, and a better one is better" {
    rows 600 | to_csv >r.csv
    "$SEQNET" train r.csv --preset lstm --epochs 6 --no-refit -q -o good.st
    "$SEQNET" train r.csv --preset lstm --epochs 1 --lr 1e-9 --no-refit -q -o bad.st
    held >h.csv
    "$SEQNET" compare good.st good.st h.csv -q >out
    tail -1 out | grep -qx 'good.st is no different: +0.00 points, 95 % interval +0.00 to +0.00'
    "$SEQNET" compare bad.st good.st h.csv -q >out
    tail -1 out | grep -qE '^good.st is better: \+[0-9.]+ points, 95 % interval \+[0-9.]+ to \+[0-9.]+$'
    "$SEQNET" compare bad.st good.st h.csv -q --json >json
    jq -e '.models[1].difference | .verdict == "better" and .p_value < 0.001 and .interval.low > 0' json
    # The figures are those of evaluate.
    "$SEQNET" evaluate h.csv -q -m good.st --json >e.json
    [ "$(jq .models[1].accuracy json)" = "$(jq .accuracy e.json)" ]
    "$SEQNET" compare bad.st good.st h.csv -q --require better >out
    run -1 "$SEQNET" compare good.st bad.st h.csv -q --require not-worse
    run -1 "$SEQNET" compare good.st good.st h.csv -q --require better
    "$SEQNET" compare good.st good.st h.csv -q --require not-worse >out
}

@test "compare: a table of more models, and the rows for which they differ" {
    rows 600 | to_csv >r.csv
    for seed in 1 2; do "$SEQNET" train r.csv --preset lstm --epochs 1 --no-refit -q --seed $seed -o s$seed.st; done
    held >h.csv
    "$SEQNET" compare s1.st s2.st "$(text_model)" h.csv -q --errors-to differ.csv >out
    [ "$(grep -cE '^[123]  ' out)" -eq 3 ]
    [ "$(grep -c "McNemar's exact test" out)" -eq 2 ]
    head -1 differ.csv | grep -qx 'id,date,label,text,prediction_1,probability_1,prediction_2,probability_2,prediction_3,probability_3'
    awk -F , 'NR > 1 && $(NF - 5) == $(NF - 3) && $(NF - 3) == $(NF - 1)' differ.csv | { run ! grep .; }
}

@test "compare: hostile lines are refused in one line" {
    held >h.csv
    model=$(text_model)
    expect_error 2 "compare needs more arguments" "$SEQNET" compare "$model" h.csv
    expect_error 4 "nix.st" "$SEQNET" compare "$model" nix.st h.csv
    expect_error 3 "nix.csv" "$SEQNET" compare "$model" "$model" nix.csv
    expect_error 3 "its test part has no rows" "$SEQNET" compare -q "$model" "$model" h.csv --part test
    sed 's/,pos,/,other,/' h.csv >o.csv
    expect_error 3 "o.csv:[0-9]*: the label 'other' is none of the model's" "$SEQNET" compare -q "$model" "$model" o.csv
}

@test "compare: rows that a model was trained with are told" {
    rows 300 | to_csv >r.csv
    "$SEQNET" train r.csv --test-split 0.2 --epochs 1 -q -o a.st
    "$SEQNET" train r.csv --test-split 0.2 --epochs 2 -q -o same.st
    "$SEQNET" train r.csv --test-split 0.3 --epochs 1 -q -o other.st
    "$SEQNET" compare a.st same.st r.csv >out 2>err
    head -1 out | grep -qx 'r.csv, test part: 60 rows'
    run ! grep flatter err
    "$SEQNET" compare a.st other.st r.csv >out 2>err
    grep -x 'other.st was trained with some of these rows: the figures flatter it' err
}
