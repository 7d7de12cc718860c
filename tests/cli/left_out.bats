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
    [ "$stderr" == "text: text, label: label" ]
    expected=$output
    run --separate-stderr -0 "$SEQNET" load r.csv --head 0 --vocabulary counted
    [ "$output" == "$expected" ]
    [[ "$stderr" == *"counted: the counts behind the words are left out (3 of 3 lines)" ]]
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
    expect_error 3 "the labels 'a b' and 'a_b' are the same in fastText's format" "$SEQNET" load -q d.csv -o m.ft
    [ ! -e m.ft ]
}

@test "a label has the name of a folder, whatever aclImdb has there" {
    printf 'label,text\nREADME,one\nx.feat,two\nSubject: re,three\n' >d.csv
    "$SEQNET" load d.csv -q -o folder/ >/dev/null
    run --separate-stderr -0 "$SEQNET" load folder --head 0
    [ -z "$stderr" ]
    [[ $output == *"README 1, Subject: re 1, x.feat 1"* ]]
}

# convert INPUT OUTPUT [OPTIONS]: shows what load -o makes of a file, and what it says.
convert() {
    "$SEQNET" load "$1" --head 0 -f -o "$2" "${@:3}" 2>said >/dev/null && cat "$2"
}

@test "load -o keeps the other columns, the names and their order" {
    printf 'id,review,sentiment,date\n007,"good, film",pos,2024-01-02\n8,bad,neg,\n' >d.csv
    convert d.csv o.csv | cmp - d.csv
    [ "$(convert d.csv o.tsv)" == "$(printf 'id\treview\tsentiment\tdate\n007\tgood, film\tpos\t2024-01-02\n8\tbad\tneg\t')" ]
    [ "$(convert d.csv o.jsonl)" == '{"id":"007","review":"good, film","sentiment":"pos","date":"2024-01-02"}
{"id":"8","review":"bad","sentiment":"neg","date":""}' ]
    [ "$(convert d.csv o.csv --map 'pos=1;neg=0' | tail -1)" == "8,bad,0," ]
    { printf '\xef\xbb\xbf\n' && cat d.csv; } >mark.csv
    convert mark.csv o.csv | cmp - d.csv
    sed 1d d.csv >headless.csv
    [ "$(convert headless.csv o.csv --text-column 2 --label-column 3 | head -2)" == 'column1,text,label,column4
007,"good, film",pos,2024-01-02' ]
    printf 'a,a,text,label,a_2\n1,2,x,l,3\n' >twice.csv
    [ "$(convert twice.csv o.csv)" == 'a,a_2,text,label,a_2_2
1,2,x,l,3' ]
}

@test "load -o keeps the values of JSON as they are" {
    cat >d.jsonl <<'END'

{"id": 12345678901234567890, "text": "x \"}", "meta": {"a": [1, {"b": "]},\\"}], "c" : null} , "stars":5, "n":1.50}
{"stars":1,"text":"y","tag":"\u00e9\"t","ok":true}
END
    [ "$(convert d.jsonl o.jsonl)" == '{"id":12345678901234567890,"text":"x \"}","meta":{"a": [1, {"b": "]},\\"}], "c" : null},"stars":"5","n":1.50}
{"text":"y","stars":"1","tag":"\u00e9\"t","ok":true}' ]
    [ "$(convert d.jsonl o.csv)" == 'id,text,meta,stars,n,tag,ok
12345678901234567890,"x ""}","{""a"": [1, {""b"": ""]},\\""}], ""c"" : null}",5,1.50,,
,y,,1,,"é""t",true' ]
    printf '{"d":{"t":"x","k":1},"y":"a"}\n' >nested.jsonl
    [ "$(convert nested.jsonl o.jsonl --text-column d.t)" == '{"d":{"t":"x","k":1},"y":"a","d.t":"x"}' ]
}

@test "columns stay with their rows in parts, splits and files of other columns" {
    { echo id,label,text && awk '{ print NR "," $1 ",row" NR " " $3 }' rows; } >d.csv
    convert d.csv train.csv --test-split 0.25 --part train >/dev/null
    convert d.csv test.csv --test-split 0.25 --part test >/dev/null
    for part in train test; do
        awk -F, 'NR > 1 && $3 !~ "^row" $1 " " { exit 1 }' $part.csv
    done
    { echo id,label,text && sed 1d train.csv && sed 1d test.csv; } | sort | cmp - <(sort d.csv)
    printf 'label,date,content\npos,today,"x"\n' >other.csv
    convert d.csv o.csv --test other.csv >/dev/null
    [ "$(head -1 o.csv)" == id,label,text,date ]
    [ "$(tail -1 o.csv)" == ,pos,x,today ]
    mkdir -p texts/pos
    echo film >texts/pos/1.txt
    convert d.csv o.csv --test texts >/dev/null
    [ "$(tail -2 o.csv | head -1)" == ',pos,"film' ]
    to_fasttext <rows >r.ft
    [ "$(convert r.ft o.csv | head -1)" == label,text ]
}

@test "forms without columns tell which ones they leave out" {
    printf 'id,text,label,date\n1,x film,a,b\n2,y film,b,c\n' >d.csv
    convert d.csv o.ft >/dev/null
    grep -Fx "o.ft: fastText's form has no place for the columns id, date: left out" said
    convert d.csv o.npz >/dev/null
    grep -Fx "o.npz: an .npz has no place for the columns id, date: left out" said
    "$SEQNET" load d.csv --head 0 -o folder/ 2>said
    grep -Fx "folder/: a folder has no place for the columns id, date: left out" said
    convert r.csv o.ft >/dev/null
    ! grep place said
}

@test "--encoding is for word lists and vectors, too, unless they are UTF-8" {
    { echo label,text; for i in 1 2 3 4 5 6; do printf 'a,film gut\nb,schön film\n'; done; } >utf8.csv
    iconv -f UTF-8 -t LATIN1 utf8.csv >latin1.csv
    printf 'film 0.1 0.2\ngut 0.3 0.1\nschön 0.5 0.5\n' >utf8.vec
    iconv -f UTF-8 -t LATIN1 utf8.vec >latin1.vec
    cut -d ' ' -f 1 latin1.vec >latin1.txt
    for vec in utf8.vec latin1.vec; do
        "$SEQNET" train latin1.csv --encoding LATIN1 --vectors $vec --epochs 1 -f -o m.safetensors 2>err
        grep -x "vectors: $vec has 3 of the 3 words, 100.0 % of the training tokens" err
        run ! grep "not UTF-8" err
    done
    "$SEQNET" train utf8.csv --vectors latin1.vec --epochs 1 -f -o m.safetensors 2>err
    grep -x "vectors: 1 word of latin1.vec is not UTF-8, the first in line 3; pass --encoding, such as WINDOWS-1252" err
    "$SEQNET" load latin1.csv --encoding LATIN1 --vocabulary latin1.txt 2>err | grep "out of vocabulary 0.00 %"
    run ! grep "no text has" err
    "$SEQNET" load utf8.csv --vocabulary latin1.txt 2>err >out
    grep "latin1.txt:3: no text has the word 'sch.*n', which is not UTF-8 (pass --encoding, such as WINDOWS-1252)" err
    : >none.txt
    expect_error 3 "none.txt: holds no words; expected one on each line" "$SEQNET" load utf8.csv --vocabulary none.txt
}
