#!/usr/bin/env bats
# Models that read n-grams, with and without a network: presets, options, notes, predictions.

bats_require_minimum_version 1.5.0
load helpers
setup() {
    setup_workdir
    rows 120 | to_csv >r.csv
}

# train ARGUMENTS...: one epoch of a small network; the notes go to the file log.
train() { "$SEQNET" train r.csv --epochs 1 --units 4 -o m.safetensors "$@" 2>log || { cat log; return 1; }; }

# fast ARGUMENTS...: the same without a network.
fast() { "$SEQNET" train r.csv --preset fast -o m.safetensors "$@" 2>log || { cat log; return 1; }; }

# The JSON that info prints of the model.
info() { "$SEQNET" info --json "${1:-m.safetensors}"; }

@test "the preset text has n-grams and an LSTM, and says what each has reached" {
    train --preset text --ngrams both
    grep -q '^N-grams of 1 to 2 words and 1 to 5 characters on 96 samples$' log
    grep -qE '^[0-9,]+ n-grams, cost 0\.3 - [0-9.]+s - val_acc: [01]\.[0-9]{4} - val_loss: [0-9.]+$' log
    grep -qE '^n-grams [01]\.[0-9]{4}, LSTM [01]\.[0-9]{4}, together [01]\.[0-9]{4} on 24 rows$' log
    grep -q '^N-grams again on all 120 samples$' log
    info >info.json
    jq -e '.config.ngrams.words == 2 and .config.ngrams.network_share > 0' info.json
    jq -e '.layers | length > 2' info.json
    jq -e '.training.parts | .ngrams > 100 and .ngram_rows == 120' info.json
    jq -e '.training.parts | .ngram_part.val_loss and .network.val_loss and .together.val_loss' info.json
    "$SEQNET" info m.safetensors | grep -qE \
        '^N-grams: [0-9,]+ of 1 to 2 words and 1 to 5 characters; shares svm [0-9.]+, nb [0-9.]+, network [0-9.]+$'
}

@test "texts have this preset by themselves, generated texts and ids have not" {
    train --preset text
    expected=$(info | jq -r .fingerprint)
    train
    [ "$(info | jq -r .fingerprint)" = "$expected" ]
    "$SEQNET" train builtin:demo:200 --epochs 1 --units 4 -q -o demo.safetensors
    info demo.safetensors | jq -e '.config.ngrams == null'
    "$SEQNET" load r.csv -q -o ids.npz >/dev/null
    "$SEQNET" train ids.npz --epochs 1 --units 4 -q -o ids.safetensors
    info ids.safetensors | jq -e '.config.ngrams == null'
}

@test "a network that adds nothing is left out, unless it is asked for" {
    train --lr 1e-9
    grep -qE '^n-grams [01]\.[0-9]{4}, LSTM [01]\.[0-9]{4}, together [01]\.[0-9]{4} on 24 rows$' log
    grep -q '^the LSTM adds nothing to the n-grams and is left out; --ngrams both keeps it$' log
    info | jq -e '.layers == [] and .training.parts.network_dropped'
    train --lr 1e-9 --ngrams both
    ! grep -q 'is left out' log || false
    info | jq -e '.layers | length > 2'
}

@test "the preset fast has n-grams alone" {
    fast
    ! grep -q Epoch log || false
    ! grep -q LSTM log || false
    info >info.json
    jq -e '.layers == [] and .parameters == 0 and .config.ngrams.network_share == 0' info.json
    "$SEQNET" info m.safetensors | grep -q '^N-grams: '
    ! "$SEQNET" info m.safetensors | grep -q '^Model: ' || false
    "$SEQNET" train r.csv --ngrams only -q -o only.safetensors
    [ "$(info only.safetensors | jq -r .fingerprint)" = "$(jq -r .fingerprint info.json)" ]
    "$SEQNET" predict -q -m m.safetensors "a wonderful film" | grep -q '^pos'
    "$SEQNET" predict -q -m m.safetensors "a boring plot" | grep -q '^neg'
}

@test "the preset lstm and --ngrams off have a network alone" {
    train --preset lstm
    ! grep -qi n-gram log || false
    info >lstm.json
    jq -e '.config.ngrams == null and (.layers | length > 2) and .training.parts == null' lstm.json
    train --preset text --ngrams off
    [ "$(info | jq -r .fingerprint)" = "$(jq -r .fingerprint lstm.json)" ]
    train --preset lstm --ngrams both
    info | jq -e '.config.ngrams.words == 2'
}

@test "options choose the n-grams" {
    fast --word-ngrams 3 --char-ngrams 0
    grep -q '^N-grams of 1 to 3 words on 96 samples$' log
    info | jq -e '.config.ngrams | .words == 3 and .characters == 0'
    fast --ngram-limit 40
    info | jq -e '.training.parts.ngrams == 40'
    "$SEQNET" info m.safetensors | grep -q '^N-grams: 40 of '
    fast
    expected=$(info | jq -r .fingerprint)
    fast --ngram-cost "$(info | jq .training.parts.ngram_cost)"
    [ "$(info | jq -r .fingerprint)" = "$expected" ]
    fast --ngram-cost 7
    [ "$(info | jq -r .fingerprint)" != "$expected" ]
}

@test "options that do not fit are refused" {
    expect_error 2 "--units describes a network, and a model of n-grams alone has none; leave it out, or choose --ngrams both" \
        "$SEQNET" train -q r.csv --preset fast --units 8
    for option in '--cell gru' '--embedding-dim 8' '--dropout 0.1' --bidirectional '--dense 4' \
        '--pooling max' '--layers 2'; do
        expect_error 2 "${option%% *} describes a network" "$SEQNET" train -q r.csv --ngrams only $option
    done
    expect_error 2 "--history lists epochs, and a model of n-grams alone has none" \
        "$SEQNET" train -q r.csv --ngrams only --history epochs.csv
    expect_error 2 "--word-ngrams" "$SEQNET" train -q r.csv --word-ngrams 9
    expect_error 2 "--word-ngrams" "$SEQNET" train -q r.csv --word-ngrams 0
    expect_error 2 "--char-ngrams" "$SEQNET" train -q r.csv --char-ngrams 9
    expect_error 2 "--ngram-limit" "$SEQNET" train -q r.csv --ngram-limit 0
    expect_error 2 "--ngram-cost" "$SEQNET" train -q r.csv --ngram-cost 0
    expect_error 2 "--ngrams" "$SEQNET" train -q r.csv --ngrams some
    echo "1 1" >vectors.txt
    echo "film 1" >>vectors.txt
    expect_error 2 "word vectors are for a network; leave --vectors out, or choose --ngrams both" \
        "$SEQNET" train -q r.csv --ngrams only --vectors vectors.txt
    "$SEQNET" load r.csv -q -o ids.npz >/dev/null
    for ngrams in only both; do
        expect_error 2 "ids.npz: holds ids, and n-grams are of texts; choose --ngrams off" \
            "$SEQNET" train -q ids.npz --ngrams $ngrams
    done
    [ ! -e m.safetensors ]
}

@test "layers from a file are a network" {
    train --preset lstm
    info | jq -c .layers >layers.json
    expect_error 2 "--layer-file describes a network" \
        "$SEQNET" train -q r.csv --ngrams only --layer-file layers.json
    "$SEQNET" train r.csv --epochs 1 --layer-file layers.json --ngrams both -q -o m.safetensors
    info | jq -e '.config.ngrams.words == 2 and (.layers | length > 2)'
}

@test "--json tells of the parts" {
    "$SEQNET" train r.csv --epochs 1 --units 4 --ngrams both --json -q -o m.safetensors >out
    tail -1 out | jq -e '.parts | .ngrams.val_acc <= 1 and .network.val_loss > 0
        and .together.val_loss > 0 and .network_dropped == false'
    tail -1 out | jq -e '.val_loss == .parts.together.val_loss'
    "$SEQNET" train r.csv --preset fast --json -q -o m.safetensors >out
    [ "$(wc -l <out)" -eq 1 ]
    jq -e '.parts | .ngrams.val_acc and .network == null' out
    "$SEQNET" train r.csv --epochs 1 --units 4 --preset lstm --json -q -o m.safetensors >out
    tail -1 out | jq -e '.parts == null'
}

@test "equal trainings give equal models, whatever the threads" {
    for preset in text fast; do
        one=$(fingerprint r.csv --preset $preset -j 1)
        [[ $one =~ ^[0-9a-f]{32}$ ]]
        [ "$(fingerprint r.csv --preset $preset -j 2)" = "$one" ]
        [ "$(fingerprint r.csv --preset $preset -j 2)" = "$one" ]
        [ "$(fingerprint r.csv --preset $preset --seed 2)" != "$one" ]
    done
}

@test "evaluate and predict agree, and so do batches of any size" {
    rows 60 5 | to_csv >other.csv
    for preset in text fast; do
        if [ $preset = fast ]; then fast; else train --ngrams both; fi
        "$SEQNET" evaluate -m m.safetensors other.csv --json >e.json
        "$SEQNET" predict -q -m m.safetensors -i other.csv --annotate >annotated.csv
        "$SEQNET" predict -q -j 1 -m m.safetensors -i other.csv --annotate | cmp - annotated.csv
        right=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; next }
            $column["label"] == $column["prediction"]' annotated.csv | wc -l)
        jq -e --argjson right "$right" '.n == 60 and (.accuracy * 60 - $right | fabs) < 1e-6' e.json
        "$SEQNET" predict -q -m m.safetensors "the film was a wonderful plot" >one
        printf 'the film was a wonderful plot\n' | "$SEQNET" predict -q -m m.safetensors | cmp - one
        { seq 300 && echo "the film was a wonderful plot"; } |
            "$SEQNET" predict -q -m m.safetensors | tail -1 | cmp - one
    done
}

@test "predict answers each line of a pipe when it comes" {
    for preset in text fast; do
        if [ $preset = fast ]; then fast; else train --ngrams both; fi
        mkfifo in out
        "$SEQNET" predict -q --line-buffered -m m.safetensors <in >out &
        pid=$!
        exec 7>in 8<out
        for text in "a wonderful film" "a boring plot" ""; do
            echo "$text" >&7
            read -t 20 -r answer <&8
            [[ $answer == pos* || $answer == neg* ]]
        done
        exec 7>&-
        wait $pid
        exec 8<&-
        rm in out
    done
}

@test "rows of ids are no input for a model with n-grams" {
    fast
    "$SEQNET" load r.csv -q -o ids.npz >/dev/null
    run ! "$SEQNET" evaluate -q -m m.safetensors ids.npz
    run ! "$SEQNET" predict -q -m m.safetensors -i ids.npz
}

@test "--if-better compares models with n-grams" {
    train --preset lstm --lr 1e-9
    before=$(cksum <m.safetensors)
    fast --if-better
    [ "$(cksum <m.safetensors)" != "$before" ]
    before=$(cksum <m.safetensors)
    run "$SEQNET" train r.csv --preset lstm --epochs 1 --units 4 --lr 1e-9 --if-better -o m.safetensors
    [ "$status" -eq 1 ]
    [ "$(cksum <m.safetensors)" = "$before" ]
}

@test "--folds cross-validates models with n-grams" {
    fast --folds 3
    [ "$(grep -cE '^fold [123]/3: accuracy [01]\.[0-9]{4}, loss [0-9.]+ on 40 rows$' log)" -eq 3 ]
    grep -qE '^3 folds: accuracy [01]\.[0-9]{4}, standard deviation [0-9.]+$' log
    train --preset text --folds 2
    grep -qE '^2 folds: accuracy ' log
}

@test "validation rows may be of a file, or none" {
    rows 40 7 | to_csv >other.csv
    train --ngrams both --val other.csv
    grep -qE ', together [01]\.[0-9]{4} on 40 rows$' log
    ! grep -q 'again on all' log || false
    for ngrams in both only; do
        "$SEQNET" train r.csv --epochs 1 --ngrams $ngrams --validation-split 0 -o m.safetensors 2>log
        ! grep -qi together log || false
        grep -q '^N-grams of 1 to 2 words and 1 to 5 characters on 120 samples$' log
        info | jq -e '.config.ngrams.svm_share == 1.2'
    done
}

@test "rows may have any number of labels" {
    sed -n 's/^\(pos\|neg\),\(.*\)/\1,\2/p' r.csv | awk -F, 'BEGIN { print "tags,text" }
        { print $1 (NR % 3 ? "" : ";third") "," $2 (NR % 3 ? "" : " third") }' >l.csv
    for ngrams in both only; do
        "$SEQNET" train l.csv --multi-label --label-column tags --label-separator ';' --epochs 1 \
            --ngrams $ngrams -o m.safetensors 2>log
        grep -qE 'val_f1: [01]\.[0-9]{4}' log
        "$SEQNET" evaluate -m m.safetensors l.csv --json | jq -e '.micro_f1 > 0.8 or .f1 > 0.8 or .micro.f1 > 0.8'
        "$SEQNET" predict -q -m m.safetensors "a wonderful film third" | grep -q third
    done
}

@test "classes and rows count by their weights" {
    fast
    plain=$(info | jq -r .fingerprint)
    fast --class-weight pos=3
    [ "$(info | jq -r .fingerprint)" != "$plain" ]
    fast --class-weight pos=1
    [ "$(info | jq -r .fingerprint)" = "$plain" ]
}

@test "an interrupted training saves a model of both parts" {
    rows 240 | to_csv >more.csv
    "$SEQNET" train more.csv --ngrams both --epochs 100000 --patience 0 -o m.safetensors 2>log &
    pid=$!
    for _ in $(seq 200); do grep -q "^Epoch 2/" log && break; sleep 0.05; done
    kill -INT $pid
    status=0
    wait $pid || status=$?
    [ "$status" -eq 130 ]
    info | jq -e '.config.ngrams.words == 2 and (.layers | length > 2) and .training.stopped == "interrupted"'
    "$SEQNET" predict -q -m m.safetensors "a wonderful film" | grep -q '^pos'
}

@test "the embedding beside n-grams takes 16 bits a number in the file, and that of a network alone 32" {
    train --ngrams both
    head -c 4000 m.safetensors | grep -aq '"embedding[^{]*{[^}]*"BF16"'
    "$SEQNET" predict -m m.safetensors -q --json "a lovely film" >before
    cp m.safetensors copy.safetensors
    train --ngrams both --test r.csv
    cmp <(info | jq .fingerprint) <(info copy.safetensors | jq .fingerprint)
    accuracy=$(sed -n 's/^test: accuracy \([0-9.]*\), .*/\1/p' log)
    "$SEQNET" evaluate r.csv -m m.safetensors 2>&1 | grep -q "$accuracy"
    "$SEQNET" predict -m m.safetensors -q --json "a lovely film" | cmp - before
    train --ngrams off
    ! grep -aq BF16 m.safetensors
}

@test "an embedding whose kind of numbers was changed in the file is refused" {
    train --ngrams both
    LC_ALL=C sed 's/"BF16"/"F32" /' m.safetensors >damaged.safetensors
    expect_error 4 'damaged.safetensors: is damaged' "$SEQNET" predict -m damaged.safetensors x
}
