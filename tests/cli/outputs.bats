#!/usr/bin/env bats
# What a command writes costs nothing that was there: inputs, files of other kinds, older answers.

bats_require_minimum_version 1.5.0
load helpers
setup() {
    setup_workdir
    rows 60 | to_csv >r.csv
}

# stays FILE COMMAND...: the command fails with 6 and one line, and the file is what it was.
stays() {
    local file=$1 before
    before=$(cksum <"$file")
    shift
    expect_error 6 "choose another name" "$@"
    [ "$before" = "$(cksum <"$file")" ]
    run ! compgen -G "*.tmp"
}

@test "train: no input is replaced by the model, by whatever name" {
    rows 60 2 | to_csv >held.csv
    rows 60 | cut -f 2 | tr ' ' '\n' | sort -u >words.txt
    printf 'film 0.1 0.2\nstory 0.3 0.4\n' >film.vec
    ln r.csv hard
    ln -s r.csv soft
    ln -s "$PWD/soft" softer
    mkdir below
    for name in r.csv ./r.csv hard soft softer below/../r.csv; do
        stays r.csv "$SEQNET" train r.csv --epochs 1 -q -o $name
        stays r.csv "$SEQNET" train r.csv --epochs 1 -q -f -o $name # force does not help
    done
    stays held.csv "$SEQNET" train r.csv --epochs 1 -q --test held.csv -o held.csv
    stays held.csv "$SEQNET" train r.csv --epochs 1 -q --val held.csv -f -o held.csv
    stays words.txt "$SEQNET" train r.csv --epochs 1 -q --vocabulary words.txt -f -o words.txt
    stays film.vec "$SEQNET" train r.csv --epochs 1 -q --vectors film.vec -f -o film.vec
    stays r.csv "$SEQNET" train --train r.csv --epochs 1 -q -f -o r.csv
    stays r.csv bash -c "'$SEQNET' train - --input-format csv --epochs 1 -q -f -o r.csv <r.csv"
}

@test "load and pad: no input is replaced, nor any other file without --force" {
    rows 8 3 | to_csv >other.csv
    stays r.csv "$SEQNET" load r.csv -f -o r.csv
    stays other.csv "$SEQNET" load r.csv -o other.csv
    stays other.csv "$SEQNET" pad r.csv -o other.csv
    "$SEQNET" pad r.csv -q -o p.npz >/dev/null
    stays p.npz "$SEQNET" pad p.npz -f -o p.npz
    stays p.npz "$SEQNET" load p.npz -f -o p.npz
    echo '{"film":1}' >index.json
    stays index.json "$SEQNET" load p.npz --word-index index.json -f -o index.json
    "$SEQNET" load r.csv -q -f --head 0 -o other.csv >/dev/null
    [ "$(wc -l <other.csv)" -eq 61 ]
    : >empty.csv # as mktemp makes it
    "$SEQNET" load r.csv -q --head 0 -o empty.csv >/dev/null
    cmp empty.csv other.csv
}

@test "a file in a folder that is read is an input" {
    "$SEQNET" load r.csv -q -o data/ >/dev/null
    victim=$(find data -name '*.txt' | head -1)
    stays "$victim" "$SEQNET" train data --epochs 1 -q -f -o "$victim"
    stays "$victim" "$SEQNET" load data -f -o "$victim"
    for _ in 1 2; do "$SEQNET" train data --epochs 1 -q -o data/model.safetensors; done # others may lie there
    (cd data && "$SEQNET" load . >summary && "$SEQNET" load . >summary && "$SEQNET" load . >notes.txt)
    status=0
    (cd data && "$SEQNET" load . >>"${victim#data/}" 2>../err) || status=$?
    [ "$status" -eq 6 ]
}

@test "a file that is no model is replaced by one with --force only" {
    echo 'shopping list' >notes.txt
    stays notes.txt "$SEQNET" train r.csv --epochs 1 -q -o notes.txt
    printf '\x10\0\0\0\0\0\0\0{"__metadata__":{"format":"pt"}}' >foreign.safetensors
    stays foreign.safetensors "$SEQNET" train r.csv --epochs 1 -q -o foreign.safetensors
    "$SEQNET" train r.csv --epochs 1 -q -f -o notes.txt
    "$SEQNET" info notes.txt >/dev/null
    "$SEQNET" train r.csv --epochs 1 -q -o notes.txt # now it is a model
    truncate -s -100 notes.txt
    "$SEQNET" train r.csv --epochs 1 -q -o notes.txt # a damaged one is one, too
    "$SEQNET" info notes.txt >/dev/null
}

@test "-o - is refused by name where a file is made, and standard output for answers" {
    for command in "train r.csv --epochs 1" "load r.csv" "pad r.csv"; do
        # shellcheck disable=SC2086
        expect_error 2 "-o -: .*name a file" "$SEQNET" $command -q -o -
    done
    [ ! -e ./- ]
    [ "$("$SEQNET" predict -m "$(text_model)" -o - 'a fine film' | wc -l)" -eq 1 ]
}

@test "standard output that is an input is refused" {
    model=$(text_model)
    for command in "predict -q -m $model -i r.csv" "load r.csv" "predict -q -m $model -i /dev/null r.csv" \
        "evaluate -m $model r.csv" "check r.csv"; do
        cp r.csv before.csv
        status=0
        # shellcheck disable=SC2086
        "$SEQNET" $command >>r.csv 2>err || status=$?
        [ "$status" -eq 6 ]
        grep -q "^seqnet: r.csv: is read and is standard output" err
        cmp r.csv before.csv
    done
    status=0
    "$SEQNET" predict -q -m "$model" <r.csv >>r.csv 2>err || status=$?
    [ "$status" -eq 6 ]
    cmp r.csv before.csv
}

@test "an option that names a file is not given twice" {
    expect_error 2 "--input is given twice, as 'a' and as 'b'" "$SEQNET" predict --input a --input b
    expect_error 2 "--test is given twice" "$SEQNET" train r.csv --test a --test b
    "$SEQNET" predict -q -m "$(text_model)" -i r.csv --input r.csv >/dev/null
}

@test "a dangling link is followed: the model is where it points" {
    mkdir there
    ln -s there/real link
    "$SEQNET" train r.csv --epochs 1 -q -o link
    [ -L link ]
    "$SEQNET" info there/real >/dev/null
}

@test "predict -o: all answers or none" {
    model=$(text_model)
    "$SEQNET" predict -q -m "$model" -i r.csv >expected
    "$SEQNET" predict -q -m "$model" -i r.csv -o answers
    cmp answers expected
    printf 'label,text\npos,fine\nbroken\n' >bad.csv
    status=0
    "$SEQNET" predict -q -m "$model" -i bad.csv -o answers 2>err || status=$?
    [ "$status" -eq 3 ]
    cmp answers expected
    status=0
    "$SEQNET" predict -q -m nosuch -i r.csv -o answers 2>err || status=$?
    [ "$status" -eq 4 ]
    cmp answers expected
    expect_error 6 "No space left" "$SEQNET" predict -q -m "$model" -i r.csv -o /dev/full
    expect_error 2 "pipe them through gzip" "$SEQNET" predict -q -m "$model" -i r.csv -o answers.gz
    [ "$(find . -name '*.tmp' | wc -l)" -eq 0 ]
}

@test "predict -o replaces yesterday's answers in each of their forms, but nothing else" {
    model=$(text_model)
    rows 60 | to_jsonl >r.jsonl
    rows 60 | cut -f 2 >lines
    for form in "" --json "--output-format fasttext" "-k 2" "--threshold 0.9999" --with-filename; do
        for _ in 1 2; do
            # shellcheck disable=SC2086
            "$SEQNET" predict -q -m "$model" $form -i lines -o answers
        done
    done
    for file in r.csv r.jsonl; do
        rm answers
        for _ in 1 2; do "$SEQNET" predict -q -m "$model" --annotate -i $file -o answers; done
        for _ in 1 2; do "$SEQNET" predict -q -m "$model" --annotate -k 2 -i $file -o answers; done
    done
    rows 60 4 | to_csv >other.csv
    rows 60 4 | to_fasttext >other.ft
    for victim in other.csv other.ft r.jsonl lines; do
        stays "$victim" "$SEQNET" predict -q -m "$model" -i r.csv -o "$victim"
    done
    stays "$model" "$SEQNET" predict -q -m "$model" -i r.csv -f -o "$model"
    cp "$model" spare
    stays spare "$SEQNET" predict -q -m "$model" -i r.csv -o spare
    "$SEQNET" predict -q -m "$model" -i r.csv -f -o other.csv
    [ "$(wc -l <other.csv)" -eq 60 ]
}

@test "predict -o takes nothing else for answers" {
    model=$(text_model)
    printf '\nPrecious text\n' >victim-blank
    printf '\0\0\0 ftypisom\n' >victim-binary
    printf 'Lecture notes on probability\nmore\n' >victim-prose
    printf 'text,label,purchase_probability\na,b,0.5\n' >victim-column
    printf 'great film,1.000000\npoor film,0.000000\n' >victim-headerless
    printf '__label__neg I give it 0\n__label__pos 9 of 10 becomes 1\n' >victim-fasttext
    printf '{"text":"probability theory is fun","label":"a"}\n' >victim-json
    printf '{"the":1,"probability":2}' >victim-index
    printf '\t\nother\n' >victim-tab
    printf '{"line": 3}\n' >victim-line
    printf 'pos\t0.123456\nneg, of course\n' >victim-half
    head -c 100000 /dev/urandom >victim-random
    cp "$model" victim-model
    for victim in victim-*; do
        stays "$victim" "$SEQNET" predict -q -m "$model" -o "$victim" "a fine film"
    done
}

@test "predict -o replaces its answers where the first one is empty or bad, too" {
    model=$(text_model)
    printf '\xef\xbb\xbf{"text":"fine"}\n{"text":"dull"}\n' >mark.jsonl
    { echo 'not json'; rows 4 | to_jsonl; } >bad.jsonl
    { echo label,text; echo broken; rows 4 | tr '\t' ,; } >bad.csv
    { echo; rows 20 | cut -f 2; } >lines
    again() {
        rm -f answers
        for _ in 1 2; do "$SEQNET" predict -q -m "$model" -o answers "$@"; done
    }
    again --with-filename --output-format fasttext -i lines
    again --with-filename --threshold 0.6 -i lines
    again --threshold 0.6 --output-format fasttext -i lines
    again --with-filename --json --skip-bad -i bad.csv
    again --with-filename --skip-bad -i bad.csv
    again --annotate --skip-bad -i bad.jsonl
    again --annotate -i mark.jsonl
    rows 6 | tr '\t' , >plain.csv
    again --annotate --header no --threshold 0.6 -i plain.csv
    again --annotate --header no -i plain.csv
}

@test "the model that is used without being named is an input, too" {
    cp "$(text_model)" seqnet.safetensors
    cp seqnet.safetensors before
    for command in "predict foo" "tokens foo" info "evaluate r.csv"; do
        status=0
        # shellcheck disable=SC2086
        "$SEQNET" $command >>seqnet.safetensors 2>err || status=$?
        [ "$status" -eq 6 ]
        cmp seqnet.safetensors before
    done
    stays seqnet.safetensors "$SEQNET" predict -q -f -o seqnet.safetensors foo
}

@test "files of a folder that is read are known through links" {
    "$SEQNET" load r.csv -q -o data/ >/dev/null
    mv data/train/neg moved
    ln -s "$PWD/moved" data/train/neg
    victim=$(find moved -name '*.txt' | head -1)
    stays "$victim" "$SEQNET" train data --epochs 1 -q -f -o "$victim"
    ln "$(find data/train/pos -name '*.txt' | head -1)" hard
    stays hard "$SEQNET" train data --epochs 1 -q -f -o hard
}
