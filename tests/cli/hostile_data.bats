#!/usr/bin/env bats
# Data that is broken, odd or too large: one line on standard error that says what is wrong and where.

bats_require_minimum_version 1.5.0
load helpers

setup() { setup_workdir; }

@test "json lines are strict, and bad lines can be skipped" {
    printf '{"text":"a","label":1}\n{"text":"b","label":01}\n{"text":"c","label":2}\n' >d.jsonl
    expect_error 3 "d.jsonl:2: is not a JSON object: byte 21 begins a number as JSON does not" \
        "$SEQNET" load d.jsonl
    "$SEQNET" load --skip-bad d.jsonl | grep "^2 train sequences"
}

@test "a lack of memory is not told as bad JSON, nor skipped" {
    needs_no_sanitizer
    awk 'BEGIN { printf "{\"text\":\"x\",\"label\":\"a\",\"v\":[";
        for (i = 0; i < 900000; i++) printf "0,"; print "0]}" }' >big.jsonl
    expect_error 3 "big.jsonl:1: does not fit into the memory \(out of memory for .*; split it" \
        in_memory 60000 "$SEQNET" load --skip-bad big.jsonl
}

@test "what UTF-8 cannot hold is counted in JSON" {
    printf '{"text":"a\\ud800","label":1}\n{"text":"b\\u0000c","label":2}\n' >d.jsonl
    "$SEQNET" load d.jsonl 2>err >/dev/null
    grep "^d.jsonl:1: 2 characters are such as no text can hold" err
}

@test "a word index too large for the memory is not told as bad JSON" {
    needs_no_sanitizer
    rows 8 | to_csv >d.csv
    awk 'BEGIN { printf "{\"a\":1"; for (i = 2; i < 700000; i++) printf ",\"w%d\":%d", i, i;
        print "}" }' >w.json
    expect_error 3 "w.json: does not fit into the memory \(out of memory for .*; name a smaller" \
        in_memory 70000 "$SEQNET" load --word-index w.json d.csv
}

@test "annotate refuses columns that it adds, quoted or not" {
    model=$(text_model)
    local already="already; rename it or cut it off"
    printf '"prediction",text\nx,lovely\n' >q.csv
    expect_error 3 "q.csv: has a column 'prediction' $already" \
        "$SEQNET" predict -q -m "$model" --annotate -i q.csv
    printf 'text\tprobability\nlovely\tx\n' >p.tsv
    expect_error 3 "p.tsv: has a column 'probability' $already" \
        "$SEQNET" predict -q -m "$model" --annotate -i p.tsv
    printf 'text,probability_2\nlovely,x\n' >k.csv
    expect_error 3 "k.csv: has a column 'probability_2' $already" \
        "$SEQNET" predict -q -m "$model" --annotate --top-k 2 -i k.csv
    "$SEQNET" predict -q -m "$model" --annotate -i k.csv | grep "^text,probability_2,prediction,probability$"
    printf '"text,prediction",x\nlovely,y\n' >one.csv # no such column
    "$SEQNET" predict -q -m "$model" --annotate --text-column 1 -i one.csv | grep '^lovely,y,pos'
    "$SEQNET" predict -q -m "$model" -i q.csv | grep "^pos"
}

@test "annotate refuses keys that it adds, in each record" {
    model=$(text_model)
    printf '{"text":"lovely"}\n{"text":"dull","in":{"prediction":1}}\n{"text":"b","prediction":1}\n' >d.jsonl
    run --separate-stderr "$SEQNET" predict -q -m "$model" --annotate -i d.jsonl
    [ "$status" -eq 3 ]
    [ "${#lines[@]}" -eq 2 ]
    [ "$stderr" = "seqnet: d.jsonl:3: has a key 'prediction' already; rename it or cut it off" ]
    "$SEQNET" predict -q -m "$model" -i d.jsonl | wc -l | grep -qx 3
}

@test "predict counts what was read as U+FFFD" {
    printf '{"text":"lovely \\ud83d"}\n{"text":"dull \\u0000\\udc00"}\n' >d.jsonl
    "$SEQNET" predict -m "$(text_model)" -i d.jsonl 2>err | wc -l | grep -qx 2
    grep "^d.jsonl:1: 3 characters are such as no text can hold" err
    printf '{"text":"lovely"}\n' >d.jsonl
    "$SEQNET" predict -m "$(text_model)" -i d.jsonl 2>err
    run ! grep U+FFFD err
}

@test "a blank line of a one-column file has an answer" {
    model=$(text_model)
    for ends in '\n' '\r\n'; do
        printf "text${ends}lovely${ends}${ends}dull${ends}" >one.csv
        for quotes in "" --no-quotes; do
            "$SEQNET" predict -q -m "$model" $quotes -i one.csv | wc -l | grep -qx 3
            "$SEQNET" predict -q -m "$model" $quotes --annotate -i one.csv >out
            [ "$(cut -d , -f 1,2 out | tr -d '\r' | sed 's/neg\|pos/L/' | tr '\n' ' ')" = \
                "text,prediction lovely,L ,L dull,L " ]
        done
        printf "text,n${ends}lovely,1${ends}${ends}dull,2${ends}" >two.csv
        "$SEQNET" predict -q -m "$model" -i two.csv | wc -l | grep -qx 2
    done
}

# A little archive of word ranks, made of texts.
archive() {
    rows 40 | to_csv >words.csv
    "$SEQNET" load words.csv --test-split 0.3 --num-words 0 --head 0 -q -o "$1"
}

@test "check reads an archive from a pipe, by all of its words" {
    archive d.npz
    cat d.npz | "$SEQNET" check --json - >piped || [ $? -eq 1 ]
    "$SEQNET" check --json d.npz >named || [ $? -eq 1 ]
    [ "$(sed 's/"data":"[^"]*"//' piped)" = "$(sed 's/"data":"[^"]*"//' named)" ]
}

@test "check keeps the default number of words for texts" {
    awk 'BEGIN { print "label,text"; for (i = 0; i < 12001; i++)
        print i % 2 "," "a" i " b" i " c" i " d" i }' >many.csv
    "$SEQNET" check --json many.csv >found || [ $? -eq 1 ]
    grep '"vocabulary":30000' found
    head -n 12001 many.csv >fewer.csv
    "$SEQNET" check --json fewer.csv >found || [ $? -eq 1 ]
    grep '"vocabulary":14000' found
}

@test "endings are the same in capitals" {
    rows 40 | to_csv >d.csv
    "$SEQNET" load d.csv -q --head 0 -o out.CSV.GZ
    gzip -dc <out.CSV.GZ | cmp - d.csv
    "$SEQNET" load d.csv -q --head 0 -o out.csv.GZ
    cmp out.CSV.GZ out.csv.GZ
    "$SEQNET" load d.csv -q --head 0 -o OUT.NPZ
    "$SEQNET" load OUT.NPZ | grep "^40 train sequences"
    cp d.csv NO.NPZ
    expect_error 3 "NO.NPZ: is not a zip archive" "$SEQNET" load NO.NPZ
    "$SEQNET" load out.CSV.GZ | grep "^40 train sequences"
}

@test "words without an id of their own are an error before training" {
    rows 40 | to_csv >d.csv
    expect_error 3 "d.csv: ids up to 3 leave no word with an id of its own; choose a larger --num-words" \
        "$SEQNET" train -q d.csv --num-words 4 --epochs 1 -o m.safetensors
    [ ! -e m.safetensors ]
    "$SEQNET" train -q d.csv --num-words 5 --epochs 1 -o m.safetensors
}

@test "standard input is named so, whatever is wrong with it" {
    model=$(text_model)
    expect_error 3 "standard input: all 2 training rows have the label" \
        "$SEQNET" train -q - -o m.safetensors <<<$'label,text\na,b\na,c'
    expect_error 3 "standard input: has no rows" "$SEQNET" load - <<<$'label,text'
    expect_error 3 "standard input: is empty" "$SEQNET" load - </dev/null
    expect_error 3 "standard input:2: the label 'a' is none of the model's" \
        "$SEQNET" evaluate -q -m "$model" - <<<$'label,text\na,b\na,c'
    archive d.npz
    expect_error 3 "standard input: is damaged" "$SEQNET" load - < <(head -c 400 d.npz)
    expect_error 3 "standard input: no word of the training rows" \
        "$SEQNET" train -q - -o m.safetensors --validation-split 0 --min-count 9 <<<$'label,text\na,b\nc,d'
}

@test "a word index of other data is left out, unless it is named" {
    awk 'BEGIN { for (i = 1; i < 40; i++) printf "%s\"w%d\":%d", (i > 1 ? "," : "{"), i, i; print "}" }' \
        >imdb_word_index.json
    archive d.npz
    run --separate-stderr "$SEQNET" load d.npz
    [[ $output == *"vocabulary: 39 words in imdb_word_index.json"* && -z $stderr ]]
    awk 'BEGIN { print "label,text"; for (i = 0; i < 400; i++) { printf "%d,", i % 2
        for (k = 0; k < 10; k++) printf " w%d", (i * 10 + k) % 1000; print "" } }' >words.csv
    "$SEQNET" load words.csv --num-words 0 --head 0 -q -f -o d.npz
    run --separate-stderr "$SEQNET" load d.npz --num-words 0
    [ "$status" -eq 0 ]
    [[ $output == *"vocabulary: none (the word index is left out)"* ]]
    [ "$stderr" = "imdb_word_index.json is left out: its 20 most frequent words are 2.0 % of the data's; name it with --word-index to use it all the same" ]
    run --separate-stderr "$SEQNET" load --word-index imdb_word_index.json d.npz --num-words 0
    [[ $output == *"vocabulary: 39 words in imdb_word_index.json"* && -z $stderr ]]
    run --separate-stderr "$SEQNET" load d.npz --skip-top 1 --num-words 0
    [[ $output == *"vocabulary: 39 words"* && -z $stderr ]]
    cp "$BATS_TEST_DIRNAME/../data/ragged_protocol4.npz" ranks.npz
    echo '{"the":1}' >imdb_word_index.json
    run --separate-stderr "$SEQNET" load ranks.npz
    [[ $stderr == "imdb_word_index.json is left out: its words end at id 4, the data's at "*"; name it with"* ]]
}

@test "a pipe in a folder of texts is not waited for" {
    mkdir -p in/a in/b
    echo one >in/a/1.txt
    echo two >in/b/1.txt
    mkfifo in/a/x.txt
    timeout 10 "$SEQNET" load in | grep "^2 train sequences"
}

@test "a folder of many texts is written at once, and whole or not at all" {
    timeout 5 "$SEQNET" load builtin:demo:1000 -q --head 0 -o many/
    [ "$(find many -name '*.txt' | wc -l)" -eq 1000 ]
    [ "$(ls)" = "many" ] || [ "$(ls)" = $'home\nmany' ]
    long=$(printf 'x%.0s' {1..2000})
    printf '{"text":"a","label":"a"}\n{"text":"b","label":"%s"}\n' "$long" >d.jsonl
    expect_error 6 "xxx.*: cannot be (made|written): File name too long" "$SEQNET" load -q --head 0 d.jsonl -o fresh/
    [ ! -e fresh ]
    [ -z "$(find . -name '*.tmp')" ]
    expect_error 6 "many/: cannot be made: File exists; name a folder that is not there yet" \
        "$SEQNET" load -q --head 0 builtin:demo:100 -o many/
}

@test "labels that fastText's format would merge are refused, changed ones are told" {
    printf '{"text":"one","label":"a b"}\n{"text":"two","label":"a_b"}\n{"text":"three","label":"c"}\n' >d.jsonl
    for out in out.ft out.ft.gz; do
        expect_error 3 "the labels 'a b' and 'a_b' are the same in fastText's format.*; rename one with --map" \
            "$SEQNET" load -q --head 0 d.jsonl -o "$out"
        [ ! -e "$out" ]
    done
    grep -v a_b d.jsonl >e.jsonl
    "$SEQNET" load --head 0 e.jsonl -o e.ft 2>err
    grep "^labels with blanks are written with _: 'a b' as 'a_b'$" err
    grep "^__label__a_b one$" e.ft
    "$SEQNET" load --head 0 e.jsonl -o e.csv 2>err
    run ! grep "labels with blanks" err
}

@test "what does not fit into the memory is told in a line that names the file" {
    needs_no_sanitizer
    local fits="does not fit into the memory \(out of memory for .*\); "
    rows 20000 >some.tsv
    { echo label,text; for i in {1..60}; do tr '\t' ',' <some.tsv; done; } >many.csv
    expect_error 3 "many.csv: $fits.*use fewer rows, or a machine with more memory" \
        in_memory 80000 "$SEQNET" load many.csv
    for i in {1..60}; do sed 's/\(.*\)\t\(.*\)/{"label":"\1","text":"\2"}/' some.tsv; done >many.jsonl
    expect_error 3 "standard input: $fits.*use fewer rows" \
        in_memory 80000 "$SEQNET" load --input-format jsonl - <many.jsonl
    { printf 'label,text\na,"'; head -c 50000000 /dev/zero | tr '\0' x; printf '"\n'; } >long.csv
    expect_error 3 "long.csv:[12]: $fits.*split it" in_memory 80000 "$SEQNET" load long.csv
    rm many.csv many.jsonl long.csv some.tsv
}

@test "an archive that inflates beyond the memory is told so" {
    needs_no_sanitizer
    numpy "np.savez_compressed('bomb.npz', x_train=np.zeros((20000, 500), 'i1'), y_train=np.zeros(20000, 'i1'),
        x_test=np.zeros((2, 500), 'i1'), y_test=np.zeros(2, 'i1'))"
    expect_error 3 "bomb.npz: does not fit into the memory \(out of memory for .*use fewer rows, or a machine" \
        in_memory 70000 "$SEQNET" load bomb.npz
}

@test "annotate refuses a second file of another kind, with --skip-bad too" {
    model=$(text_model)
    rows 4 | to_csv >a.csv
    { echo "id,text,label"; rows 3 | awk -F '\t' '{ print NR "," $2 "," $1 }'; } >b.csv
    for skip in "" --skip-bad; do
        status=0
        # shellcheck disable=SC2086
        "$SEQNET" predict -q -m "$model" --annotate $skip --input a.csv b.csv >out 2>err || status=$?
        [ "$status" -eq 3 ]
        grep -q "^seqnet: b.csv: is in another format or has another header" err
        [ "$(wc -l <out)" -eq 5 ]
        run ! grep -q '^,' out
    done
    { head -1 a.csv; echo 'pos'; echo 'neg,dull'; } >c.csv # of a bad record the answer is empty
    "$SEQNET" predict -q -m "$model" --annotate --skip-bad --input c.csv >out
    [ "$(sed -n 2p out)" = "pos,," ]
}

@test "a model that is cut off or overwritten while it is in use goes on to serve" {
    cp "$(text_model)" m.safetensors
    mkfifo in
    "$SEQNET" predict --line-buffered -q -m m.safetensors <in >out 2>err &
    pid=$!
    exec 7>in
    echo "a wonderful film" >&7
    for _ in $(seq 100); do [ -s out ] && break; sleep 0.02; done
    : >m.safetensors
    echo "a wonderful film" >&7
    exec 7>&-
    wait $pid
    [ "$(sort -u out | wc -l)" -eq 1 ]
    [ "$(wc -l <out)" -eq 2 ]
}

@test "data that is cut off while it is read is told" {
    rows 40000 | to_csv >large.csv
    for _ in 1 2 3; do
        cp large.csv cut.csv
        "$SEQNET" load cut.csv --head 0 -q >out 2>err &
        pid=$!
        sleep 0.01
        : >cut.csv
        status=0
        wait $pid || status=$?
        [ "$status" -eq 0 ] || [ "$status" -eq 3 ] # it was quicker, or it tells
    done
}

@test "a score does not depend on its neighbours where pads are not masked either" {
    cat >flat.json <<'END'
[{"class_name": "Embedding", "config": {"output_dim": 32}},
 {"class_name": "LSTM", "config": {"units": 32, "return_sequences": true}}, {"class_name": "Flatten"}]
END
    "$SEQNET" train builtin:demo:400 --layer-file flat.json --epochs 1 -q -o plain.safetensors
    "$SEQNET" predict -v -m plain.safetensors a 2>&1 >/dev/null | grep -q "engine: ragged.*on padded rows: flatten;"
    rows 37 5 | cut -f 2 >lines
    for core in Haswell Prescott ""; do
        OPENBLAS_CORETYPE=$core "$SEQNET" predict -q -m plain.safetensors --json <lines | jq -c .probabilities >together
        while IFS= read -r line; do
            OPENBLAS_CORETYPE=$core "$SEQNET" predict -q -m plain.safetensors --json "$line" | jq -c .probabilities
        done <lines | cmp - together
    done
}

@test "fastText's form of answers never gives two labels one name" {
    { echo label,text; rows 40 | sed 's/^pos/so so/; s/^neg/so_so/' | tr '\t' ,; } >blanks.csv
    "$SEQNET" train blanks.csv --epochs 1 -q -o blanks.safetensors
    expect_error 2 "'so so' and 'so_so' are the same in fastText's form" \
        "$SEQNET" predict -q -m blanks.safetensors --output-format fasttext "fine"
    "$SEQNET" predict -q -m blanks.safetensors "fine" | grep -qE "^so[ _]so"
}
