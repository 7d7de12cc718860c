#!/usr/bin/env bats
# Rows with any number of labels: reading, training, predicting, evaluating.
load helpers

setup() {
    setup_workdir
}

# topics N [SEED]: N lines "LABEL;LABEL<TAB>text" with 0 to 3 of the labels a, b, c, d; each label
# has words of its own.
topics() {
    awk -v n="$1" -v s="${2:-1}" '
        function next_number(below) { s = (s * 16807) % 2147483647; return s % below }
        BEGIN {
            for (i = 0; i < n; i++) {
                labels = text = ""
                for (k = 0; k < 4; k++)
                    if (next_number(5) < 2) {
                        name = substr("abcd", k + 1, 1)
                        labels = labels (labels == "" ? "" : ";") name
                        text = text " " name "word" next_number(3) " " name "word" next_number(3)
                    }
                for (k = 0; k < 6; k++)
                    text = text " noise" next_number(20)
                print labels "\t" substr(text, 2)
            }
        }'
}

as_fasttext() { awk -F '\t' '{ l = $1; gsub(/;/, " __label__", l); print (l == "" ? "" : "__label__" l " ") $2 }'; }
as_csv() { echo tags,text && sed 's/\t/,/'; }
as_jsonl() { awk -F '\t' '{ l = $1; gsub(/;/, "\",\"", l); print "{\"label\":[" (l == "" ? "" : "\"" l "\"") "],\"text\":\"" $2 "\"}" }'; }

topic_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/topics.safetensors" ]; then
        topics 600 | as_csv >"$BATS_FILE_TMPDIR/topics.csv"
        "$SEQNET" train "$BATS_FILE_TMPDIR/topics.csv" --multi-label --label-column tags \
            --label-separator ';' --epochs 20 --word-dropout 0 -q -o "$BATS_FILE_TMPDIR/topics.safetensors"
    fi
    echo "$BATS_FILE_TMPDIR/topics.safetensors"
}

@test "fastText lines, JSON arrays and a column with a separator are the same data" {
    topics 100 >rows.tsv
    as_fasttext <rows.tsv >rows.ft
    as_csv <rows.tsv >rows.csv
    as_jsonl <rows.tsv >rows.jsonl
    "$SEQNET" check rows.ft --multi-label --json | jq -c .train.labels >ft
    "$SEQNET" check rows.csv --multi-label --label-column tags --label-separator ';' --json | jq -c .train.labels >csv
    "$SEQNET" check rows.jsonl --multi-label --json | jq -c .train.labels >jsonl
    cmp ft csv
    cmp ft jsonl
    [ "$(jq .a ft)" -eq "$(grep -c '^[^	]*a[;	]' rows.tsv)" ]
    one=$(fingerprint rows.ft --multi-label)
    two=$(fingerprint rows.jsonl --multi-label)
    [ "$one" = "$two" ]
}

@test "without --multi-label the first label counts and is told" {
    printf '%s\n' '{"label":["x","y"],"text":"a b"}' '{"label":["y"],"text":"c d"}' >two.jsonl
    run "$SEQNET" load two.jsonl
    [ "$status" -eq 0 ]
    [[ "$output" == *"1 row with several labels: the first one counts"* ]]
    [[ "$output" == *"x 1, y 1"* ]]
    printf 'label,text\na; b,one two\nb,three\n' >two.csv
    run "$SEQNET" load two.csv --label-separator ';'
    [[ "$output" == *"1 row with several labels: the first one counts"* ]]
    [[ "$output" == *"a 1, b 1"* ]]
}

@test "pieces are trimmed, empty ones and repeated labels do not count, and rows may have none" {
    printf 'label,text\n a ;; b;a,one two\n,three\nc,four\n' >some.csv
    run "$SEQNET" load some.csv --label-separator ';' --multi-label --head 3
    [ "$status" -eq 0 ]
    [[ "$output" == *"a 1, b 1, c 1"* ]]
    [[ "$output" == *"train[0] a b,"* ]]
    [[ "$output" == *"train[1] no label,"* ]]
    run "$SEQNET" load some.csv --label-separator ';'
    [ "$status" -eq 2 ] || [ "$status" -eq 3 ]
    [[ "$output" == *"some.csv:3: has no label"* ]]
}

@test "--map takes each label, and drops a row whose labels are all dropped" {
    printf '%s\n' '{"label":["x","y"],"text":"a"}' '{"label":["y"],"text":"b"}' '{"label":[],"text":"c"}' >map.jsonl
    run "$SEQNET" load map.jsonl --multi-label --map 'x=z;*=' --head 3
    [ "$status" -eq 0 ]
    [[ "$output" == *"dropped 1 row"* ]]
    [[ "$output" == *"train[0] z,"* ]]
    [[ "$output" == *"train[1] no label,"* ]]
}

@test "load writes all labels, and refuses forms that hold one" {
    printf '%s\n' '{"label":["y","x z"],"text":"a"}' '{"label":[],"text":"b"}' >in.jsonl
    "$SEQNET" load in.jsonl --multi-label -o out.jsonl -q >/dev/null
    [ "$(cat out.jsonl)" = '{"label":["x z","y"],"text":"a"}
{"label":[],"text":"b"}' ]
    "$SEQNET" load in.jsonl --multi-label -o out.ft -q >/dev/null
    [ "$(cat out.ft)" = '__label__x_z __label__y a
b' ]
    for name in out.csv out.npz out/; do
        run "$SEQNET" load in.jsonl --multi-label -o "$name"
        [ "$status" -eq 2 ]
        [[ "$output" == *"leave --multi-label out"* ]]
    done
}

@test "a model learns its labels, and predict prints those that reach the threshold" {
    model=$(topic_model)
    run "$SEQNET" predict -m "$model" -q "aword1 aword2 cword0 cword1 noise3 noise4 noise5"
    [ "$status" -eq 0 ]
    [ "$(cut -f 1,3 <<<"$output" | tr '\t' '\n' | sort | tr '\n' ' ')" = "a c " ]
    [ "$(awk -F '\t' '{ print NF }' <<<"$output")" -eq 4 ]
    run "$SEQNET" predict -m "$model" -q --threshold 1 "aword1 cword0"
    [ "$output" = "	" ]
    run "$SEQNET" predict -m "$model" -q --top-k 3 "aword1 aword2 noise3"
    [ "$(awk -F '\t' '{ print NF, $1 }' <<<"$output")" = "6 a" ]
    "$SEQNET" predict -m "$model" -q --json "aword1 aword2 cword0 cword1 noise3 noise4 noise5" >answer
    [ "$(jq -c '.labels | sort' answer)" = '["a","c"]' ]
    [ "$(jq -c '.labels[0] == .label' answer)" = true ]
    [ "$(jq '.probabilities | length' answer)" -eq 4 ]
    run "$SEQNET" predict -m "$model" -q --output-format fasttext "aword1 aword2 cword0 cword1 noise3 noise4 noise5"
    [ "$(grep -o __label__ <<<"$output" | wc -l)" -eq 2 ]
}

@test "--annotate joins the labels with the separator of the training" {
    model=$(topic_model)
    printf 'text\n"aword1 aword2 cword0 cword1 noise3 noise4 noise5"\nnoise1 noise2 noise3 noise4 noise5\n' >in.csv
    "$SEQNET" predict -m "$model" -q --annotate --input in.csv >out.csv
    [ "$(head -1 out.csv)" = "text,prediction,probability" ]
    [[ "$(sed -n 2p out.csv)" == *,"a;c",0.* ]] || [[ "$(sed -n 2p out.csv)" == *,"c;a",0.* ]]
    [ "$(sed -n 3p out.csv)" = "noise1 noise2 noise3 noise4 noise5,," ]
}

@test "evaluate has the measures of several labels" {
    model=$(topic_model)
    topics 200 77 | as_csv >held.csv
    run "$SEQNET" evaluate held.csv --label-column tags -m "$model" -k 2
    [ "$status" -eq 0 ]
    for word in "micro f1" "macro f1" "subset accuracy" "P@1" "R@1" "P@2" "R@2"; do
        [[ "$output" == *"$word: "* ]]
    done
    [[ "$output" != *predicted* ]]
    "$SEQNET" evaluate held.csv --label-column tags -m "$model" -k 2 --json >json
    [ "$(jq '.micro_f1 > 0.9' json)" = true ]
    [ "$(jq '.n' json)" -eq 200 ]
    [ "$(jq '.labels | join(" ")' json)" = '"a b c d"' ]
    jq -e '.per_label.a | .precision > 0.9 and .roc_auc > 0.9 and .rows > 0' json
    [ "$(jq 'has("p_at_2") and has("r_at_2") and (has("accuracy") | not)' json)" = true ]
    run "$SEQNET" evaluate held.csv --label-column tags -m "$model" --threshold 0.99999 --min-accuracy 1 -q
    [ "$status" -eq 1 ]
    "$SEQNET" evaluate held.csv --label-column tags -m "$model" --errors-to wrong.csv --predictions all.jsonl
    wrong=$(jq '.n * (1 - .subset_accuracy) | round' json)
    [ "$(($(wc -l <wrong.csv) - 1))" -eq "$wrong" ]
    [ "$(wc -l <all.jsonl)" -eq 200 ]
    jq -es 'all(.tags | type == "array") and all(has("prediction") and has("probability"))' all.jsonl
}

@test "the model file tells that it has any number of labels, and its threshold" {
    model=$(topic_model)
    "$SEQNET" info "$model" --json >json
    [ "$(jq .multi_label json)" = true ]
    [ "$(jq '.threshold == .config.multi_label.threshold' json)" = true ]
    [ "$(jq -c '.config.multi_label.separator' json)" = '";"' ]
    [ "$(jq '.training.history[0] | has("val_f1") and (has("val_acc") | not)' json)" = true ]
    [ "$(jq -r '.layers[-1].config.activation' json)" = sigmoid ]
    run "$SEQNET" info "$model"
    [[ "$output" == *"multi-label: any number of labels a row, threshold "* ]]
    "$SEQNET" info "$(demo_model)" --json >json
    [ "$(jq 'has("multi_label") or (.config | has("multi_label"))' json)" = false ]
}

@test "training with a test part, folds, weights and a history" {
    topics 120 | as_fasttext >rows.ft
    run "$SEQNET" train rows.ft --input-format fasttext --multi-label --preset lstm --epochs 2 --test-split 0.2 --history h.csv -o m.safetensors
    [ "$status" -eq 0 ]
    [[ "$output" == *"test: micro F1 "* ]]
    [[ "$output" == *" - f1: 0."*" - val_f1: 0."* ]]
    [ "$(head -1 h.csv)" = "epoch,f1,loss,val_f1,val_loss,seconds,refit" ]
    run "$SEQNET" train rows.ft --input-format fasttext --multi-label --epochs 2 --history h.csv -q -o m.safetensors
    [ "$status" -eq 0 ]
    "$SEQNET" train rows.ft --input-format fasttext --multi-label --epochs 1 --folds 2 --json -q -o m.safetensors >lines
    [ "$(jq -c 'select(.fold) | has("micro_f1")' lines)" = "true
true" ]
    one=$(fingerprint rows.ft --input-format fasttext --multi-label --threads 1)
    [ "$one" = "$(fingerprint rows.ft --input-format fasttext --multi-label --threads 3)" ]
}

@test "what several labels cannot do is refused" {
    topics 60 | as_fasttext >rows.ft
    run "$SEQNET" train builtin:demo --multi-label
    [ "$status" -eq 2 ]
    [[ "$output" == *"--multi-label is for files of texts"* ]]
    run "$SEQNET" train rows.ft --input-format fasttext --multi-label --class-weight balanced
    [ "$status" -eq 2 ]
    run "$SEQNET" train rows.ft --input-format fasttext --multi-label --min-accuracy 0.5
    [ "$status" -eq 2 ]
    run "$SEQNET" load rows.ft --label-separator 'sixteen bytes ..'
    [ "$status" -eq 2 ]
    printf '__label__a one\n__label__a two\n' >same.ft
    run "$SEQNET" train same.ft --multi-label
    [ "$status" -eq 3 ]
    [[ "$output" == *"several labels a row need at least two"* ]]
}

@test "an epoch's F1 is that at the threshold which is kept with it, for rare labels too" {
    awk 'BEGIN {
        for (i = 0; i < 400; i++)
            print (i % 20 == 0 ? "__label__a odd " : i % 20 == 10 ? "__label__b even " : "") "word" i % 7
    }' >rows.ft
    "$SEQNET" train rows.ft --input-format fasttext --multi-label --preset lstm --epochs 3 --no-refit -q -o m.safetensors
    "$SEQNET" info m.safetensors --json >json
    # No label reaches 0.5 in the first epochs.
    [ "$(jq '[.training.history[].val_f1] | min > 0' json)" = true ]
    [ "$(jq '.threshold < 0.5' json)" = true ]
    "$SEQNET" evaluate rows.ft -m m.safetensors --part validation --json >part
    [ "$(jq -s '.[0].micro_f1 as $f | [.[1].training.history[].val_f1] | max - $f | fabs < 1e-9' part json)" = true ]
}
