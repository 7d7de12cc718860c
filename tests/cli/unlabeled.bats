#!/usr/bin/env bats
# train --unlabeled: the forms of texts without labels, what is made of them, and a limit on time.

bats_require_minimum_version 1.5.0
load helpers
setup() {
    setup_workdir
    rows 120 | to_csv >r.csv
    rows 90 7 | cut -f 2 >more.txt
}

# long ARGUMENTS...: a training that only a limit on time ends.
long() {
    "$SEQNET" train r.csv --ngrams both --epochs 100000 --patience 0 --units 4 -o m.safetensors "$@" 2>log ||
        { cat log; return 1; }
}
# train ARGUMENTS...: two epochs of a small network beside n-grams; the notes go to the file log.
train() {
    "$SEQNET" train r.csv --ngrams both --epochs 2 --units 4 --embedding-dim 4 -o m.safetensors "$@" 2>log ||
        { cat log; return 1; }
}
print_of() { "$SEQNET" info --json m.safetensors | jq -r .fingerprint; }

@test "a second network learns from texts that the model has labelled, and notes say so" {
    train --unlabeled more.txt
    grep -q '^90 sequences without labels$' log
    grep -q '^Train again on 186 samples, 90 of them labelled by the model$' log
    grep -qE '^together [01]\.[0-9]{4}, loss [0-9.]+; without the 90 labelled by the model [01]\.[0-9]{4}, loss [0-9.]+$' log
    "$SEQNET" info --json m.safetensors | jq -e '.training |
        .unlabeled == "more.txt" and .unlabeled_rows == 90 and .parts.self_labelled == 90
        and .parts.taught.val_loss > 0 and .parts.self_trained.val_loss > 0 and .options.vectors == "auto"'
}

@test "info tells of them" {
    train --unlabeled more.txt
    "$SEQNET" info m.safetensors >info
    grep -q '^texts without labels: more.txt$' info
    grep -q '^rows without labels: 90$' info
}

@test "equal texts give an equal model in all forms, and for any number of threads" {
    train --unlabeled more.txt -j 1
    expected=$(print_of)
    train --unlabeled more.txt -j 3
    [ "$(print_of)" = "$expected" ]
    rows 90 7 | to_csv >labelled.csv
    { echo text && cat more.txt; } >more.csv
    rows 90 7 | to_jsonl | jq -c 'del(.label)' >more.jsonl
    rows 90 7 | to_fasttext >labelled.ft
    gzip -k more.txt
    mkdir -p folder/deep && split -l 1 -a 3 -d --additional-suffix=.txt more.txt folder/deep/
    mkdir flat && cp folder/deep/*.txt flat/ && echo x >flat/urls_pos.txt && echo x >flat/.hidden
    for form in labelled.csv more.csv more.jsonl labelled.ft more.txt.gz folder flat; do
        train --unlabeled "$form"
        [ "$(print_of)" = "$expected" ] || { echo "$form"; cat log; return 1; }
    done
    train --unlabeled - <more.txt
    [ "$(print_of)" = "$expected" ]
    train
    [ "$(print_of)" != "$expected" ]
}

@test "a network alone and rows of many labels take word vectors from them" {
    "$SEQNET" train r.csv --preset lstm --epochs 1 --unlabeled more.txt -o m.safetensors 2>log
    grep -q '^vectors: counted for ' log
    ! grep -q 'labelled by the model' log || false
    printf '{"label":["a","b"],"text":"one two three"}\n{"label":["b"],"text":"two four five"}\n' >two.jsonl
    for i in 1 2 3 4 5; do cat two.jsonl; done >many.jsonl
    "$SEQNET" train many.jsonl --multi-label --ngrams both --epochs 1 --unlabeled more.txt -q -o many.safetensors
    "$SEQNET" info --json many.safetensors | jq -e '.training.parts.self_labelled == null'
}

@test "what nothing can be learnt from is refused in one line" {
    expect_error 3 'absent.txt: cannot be opened' "$SEQNET" train r.csv --unlabeled absent.txt
    : >empty.txt
    expect_error 3 'empty.txt: ' "$SEQNET" train r.csv --unlabeled empty.txt
    printf '\n \n' >blank.txt
    expect_error 3 'blank.txt: ' "$SEQNET" train r.csv --unlabeled blank.txt
    mkdir nothing
    expect_error 3 'nothing: is a folder without texts; expected NAME.txt, or FOLDER/NAME.txt' \
        "$SEQNET" train r.csv --unlabeled nothing
    expect_error 3 'picture.txt' sh -c 'printf "\211PNG\r\n\032\n\0\0" >picture.txt
        "$0" train r.csv --unlabeled picture.txt' "$SEQNET"
    expect_error 2 'standard input is named for two parts' "$SEQNET" train - --unlabeled - <r.csv
    expect_error 2 'nothing would learn from texts without labels; leave --unlabeled out' \
        "$SEQNET" train r.csv -q --preset fast --unlabeled more.txt
    expect_error 2 'builtin:demo:200: .*--unlabeled is for files of texts' \
        "$SEQNET" train builtin:demo:200 --unlabeled more.txt
    "$SEQNET" load r.csv -q -o ids.npz >/dev/null
    expect_error 2 'ids.npz: .*--unlabeled is for files of texts' \
        "$SEQNET" train ids.npz --unlabeled more.txt
    mkdir texts && cp more.txt texts/1.txt
    expect_error 6 'texts/1.txt: is texts, or in it, an input of this run' "$SEQNET" train r.csv --unlabeled texts -f -o texts/1.txt
    expect_error 6 'more.txt: is an input' "$SEQNET" train r.csv --unlabeled more.txt -f -o more.txt
    grep -q . more.txt
}

@test "lines of more and fewer kinds: long ones, broken UTF-8, line ends of Windows, one line" {
    { cat more.txt; head -c 200000 /dev/zero | tr '\0' 'a'; echo; printf 'caf\351 was \377\n'; } >odd.txt
    train --unlabeled odd.txt
    grep -q '^92 sequences without labels$' log
    sed 's/$/\r/' more.txt >windows.txt
    train --unlabeled windows.txt
    grep -q '^90 sequences without labels$' log
    printf 'one lovely film' >one.txt
    train --unlabeled one.txt
    grep -q '^1 sequences\? without labels$' log
}

@test "folds train with them, too" {
    train --folds 2 --unlabeled more.txt
    grep -q '^fold 2/2: ' log
}

@test "a limit on time ends the training with the model that there is, and with success" {
    rows 4000 | to_csv >r.csv
    long --time-limit 0.02
    grep -qE '^out of time after [0-9]+ finished epochs?$' log
    [ -s m.safetensors ]
    long --unlabeled more.txt --time-limit 0.02
    grep -q '^out of time after' log
    run -2 "$SEQNET" train r.csv --time-limit -1
    run -2 "$SEQNET" train r.csv --time-limit soon
}
