#!/usr/bin/env bats
# What is left out of the data, or changed in it, is told: entries of folders, words of lists, vectors,
# and what a form has no place for.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    rows 120 | sort -s -k 1,1 >rows
    to_csv <rows >r.csv
}

make_folder() { # make_folder FOLDER ENDING: a file per row
    local number=1000 label text
    mkdir -p "$1/neg" "$1/pos"
    while IFS=$'\t' read -r label text; do
        echo "$text" >"$1/$label/$number$2"
        number=$((number + 1))
    done <rows
}

@test "folders tell what they leave out, once, in every command that reads them" {
    make_folder data/TRAIN .txt
    make_folder data/Test .TXT
    mkdir data/other
    touch data/TRAIN/neg/notes.md data/TRAIN/pos/README data/TRAIN/urls_pos.txt
    mkfifo data/TRAIN/neg/pipe
    told="data: left out 4 entries: 1 folder that is no split (other), 1 file that is not .txt \
(TRAIN/neg/notes.md), 1 file without an ending (TRAIN/pos/README), 1 entry that is no file \
(TRAIN/neg/pipe)"
    run --separate-stderr -0 "$SEQNET" load data --head 0
    [ "$stderr" == "$told" ]
    [[ $output == "120 train sequences"*"120 test sequences"* ]]
    run --separate-stderr -0 "$SEQNET" train data --epochs 1 -o m.safetensors
    [ "$(grep -cF "$told" <<<"$stderr")" == 1 ]
    run --separate-stderr -0 "$SEQNET" evaluate data -m m.safetensors
    [ "$(grep -cF "$told" <<<"$stderr")" == 1 ]
    run --separate-stderr "$SEQNET" check data
    [ "$(grep -cF "note: $told" <<<"$output")" == 1 ]
}

@test "files without an ending are texts where a label has no others" {
    make_folder news ""
    make_folder plain .txt
    run --separate-stderr -0 "$SEQNET" load news --head 0
    [ -z "$stderr" ]
    [ "$(fingerprint news)" == "$(fingerprint plain)" ]
}

@test "entries of a list of words that no text has are told, and counts are left out" {
    printf '%s\n' film great dull >words
    sed 's/$/ 12/' words >counted
    printf '%s\n' Film GREAT dull >cased
    run --separate-stderr -0 "$SEQNET" load r.csv --head 0 --vocabulary words
    [ -z "$stderr" ]
    expected=$output
    run --separate-stderr -0 "$SEQNET" load r.csv --head 0 --vocabulary counted
    [ "$output" == "$expected" ]
    [ "$stderr" == "counted: the counts behind the words are left out (3 of 3 lines)" ]
    run --separate-stderr -0 "$SEQNET" train r.csv --epochs 1 -o m.safetensors --vocabulary cased
    line=$(grep -n "^cased:1: no text has the word 'Film', since the text rule makes 'film' of it; so it is with 2 of 3 entries$" <<<"$stderr" | cut -d: -f1)
    [ "$line" -lt "$(grep -n '^Epoch' <<<"$stderr" | head -1 | cut -d: -f1)" ]
}

@test "what vectors lack is told before the first epoch" {
    printf '2 4\nbonjour 1 2 3 4\nmonde 1 2 3 4\n' >fr.vec
    printf '9 4\nfilm 1 2 3 4\nfilm 4 3 2 1\ngreat 1 2 3 4\n' >cut.vec
    run --separate-stderr -0 "$SEQNET" train r.csv --epochs 1 -o m.safetensors --vectors fr.vec
    [[ $stderr == *"vectors: none of the 26 words of the training part is in fr.vec; is it of another language?"*"Epoch 1/1"* ]]
    run --separate-stderr -0 "$SEQNET" train r.csv --epochs 1 -f -o m.safetensors --vectors cut.vec
    [[ $stderr == *"vectors: cut.vec has 2 of the 26 words, "*"Epoch 1/1"* ]]
    [[ $stderr == *"vectors: the first line of cut.vec announces 9 vectors, and 3 follow; is the file complete?"*"Epoch 1/1"* ]]
    [[ $stderr == *"vectors: 1 line of cut.vec repeats a word; its first line counts"*"Epoch 1/1"* ]]
    run --separate-stderr -0 "$SEQNET" train r.csv --epochs 1 --folds 2 -f -o m.safetensors --vectors cut.vec
    [ "$(grep -c '^vectors: cut.vec has' <<<"$stderr")" == 1 ]
    [[ $stderr == *"vectors: cut.vec has"*"fold 1/2"* ]]
}

@test "what fastText's form changes is told" {
    printf 'label,text\na b,"one\ntwo __label__x"\nc,"three\n"\n' >d.csv
    run --separate-stderr -0 "$SEQNET" load d.csv --head 0 -o d.ft
    [[ $stderr == *"labels with blanks are written with _: 'a b' as 'a_b'"* ]]
    [[ $stderr == *"line ends became spaces in 1 text"$'\n'* ]]
    [[ $stderr == *"1 word of the texts would be read as labels and lost the first underscore"* ]]
    printf 'label,text\na b,one\na_b,two\n' >d.csv
    expect_error 3 "the labels 'a b' and 'a_b' are the same in fastText's format" "$SEQNET" load d.csv -o m.ft
    [ ! -e m.ft ]
}

@test "a label has the name of a folder, whatever aclImdb has there" {
    printf 'label,text\nREADME,one\nx.feat,two\nSubject: re,three\n' >d.csv
    "$SEQNET" load d.csv -q -o folder/ >/dev/null
    run --separate-stderr -0 "$SEQNET" load folder --head 0
    [ -z "$stderr" ]
    [[ $output == *"README 1, Subject: re 1, x.feat 1"* ]]
}
