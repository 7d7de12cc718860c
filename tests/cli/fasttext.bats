#!/usr/bin/env bats
# Models of fastText: import, what they answer, word vectors from them, and files that are damaged. The models in
# tests/data/fasttext are fastText's, and so are the answers beside them; where there is a fasttext program, it is
# asked about larger ones.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    DATA=$BATS_TEST_DIRNAME/../data/fasttext
}

import_model() { "$SEQNET" import -q "$DATA/$1.bin" -o "$1.safetensors"; }

# differences LEFT RIGHT TOLERANCE: compares lines of "LABEL PROBABILITY ...", as fastText prints them.
differences() {
    paste -d ' ' "$1" "$2" | awk -v tolerance="$3" '{
        half = NF / 2
        for (i = 1; i <= half; i += 2) {
            difference = $(i + 1) - 0.00001 - $(i + 1 + half)
            if ($i != $(i + half) || difference > tolerance || -difference > tolerance) { print; bad = 1 }
        }
    } END { exit bad }'
}

@test "an imported model prints what fastText prints" {
    for name in plain ngrams; do
        import_model "$name"
        "$SEQNET" predict -q -m "$name.safetensors" --output-format fasttext -k -1 -i "$DATA/texts.txt" >answers
        [ "$(wc -l <answers)" -eq 10 ]
        differences "$DATA/$name.expected" answers 0.000006
    done
    import_model ova
    "$SEQNET" predict -q -m ova.safetensors --output-format fasttext -k 1 --threshold 0 -i "$DATA/texts.txt" >answers
    cut -d ' ' -f 1,2 "$DATA/ova.expected" >expected
    differences expected answers 0.008
}

@test "what is imported is told, and the model is a model like others" {
    run "$SEQNET" import "$DATA/ngrams.bin" -o m.safetensors
    [ "$status" -eq 0 ]
    [[ "$output" == *"imported 3 layers"* ]]
    run "$SEQNET" import "$DATA/ova.bin" -o ova.safetensors
    [[ "$output" == *"a text any number of labels"* ]]
    [ "$("$SEQNET" info --json m.safetensors | jq -r .training.imported.loss)" == softmax ]
    [ "$("$SEQNET" info --json ova.safetensors | jq -r .training.imported.loss)" == ova ]
    "$SEQNET" tokens -m m.safetensors "film xy" | grep -q '\[xy\] <x <xy <xy> xy xy> y> </s> film xy film xy xy$'
    printf '__label__good great fun\n__label__bad dull\n' >rows.ft
    [ "$("$SEQNET" evaluate -q -m m.safetensors --json rows.ft | jq .n)" -eq 2 ]
    "$SEQNET" explain -q -m m.safetensors "great fun" | grep -q $'great$'
}

@test "what cannot be taken is named, with what to do" {
    expect_error 4 "-loss hs.*--vectors" "$SEQNET" import -q "$DATA/hs.bin" -o x.safetensors
    expect_error 4 "skipgram. and no classifier.*--vectors" "$SEQNET" import -q "$DATA/skipgram.bin" -o x.safetensors
    expect_error 2 "leave --maxlen out" "$SEQNET" import -q "$DATA/plain.bin" --maxlen 9 -o x.safetensors
    expect_error 2 "leave --labels out" "$SEQNET" import -q "$DATA/plain.bin" --labels a,b -o x.safetensors
    [ ! -e x.safetensors ]
}

@test "a C file of one is refused by name" {
    import_model ngrams
    expect_error 2 "a C file cannot read texts as fastText does; pass --output-format onnx" \
        "$SEQNET" export -m ngrams.safetensors -o ngrams.c
    [ ! -e ngrams.c ]
}

@test "vectors of words and sentences are fastText's" {
    agree() {
        paste -d ' ' "$1" "$2" | awk '{
            half = int(NF / 2)
            for (i = 1; i <= half; i++) {
                difference = $i - $(i + half)
                if (difference > 0.0001 || -difference > 0.0001) { print; bad = 1 }
            }
        } END { exit bad }'
    }
    import_model ngrams
    "$SEQNET" vectors -q -m ngrams.safetensors --text -i "$DATA/texts.txt" >sentences
    sed 's/ $//' "$DATA/ngrams.sentences" >expected
    agree expected sentences
    cut -d ' ' -f 1 "$DATA/ngrams.words" | "$SEQNET" vectors -q -m ngrams.safetensors --vector | cut -d ' ' -f 2- >words
    sed 's/^[^ ]* //; s/ $//' "$DATA/ngrams.words" >expected
    agree expected words
}

@test "word vectors of .bin files start a training, those of n-grams too" {
    rows 120 | to_csv >rows.csv
    run "$SEQNET" train rows.csv --preset lstm --units 4 --epochs 1 --no-refit --vectors "$DATA/skipgram.bin" -o m.safetensors
    [ "$status" -eq 0 ]
    [[ "$output" == *"skipgram.bin has 2"[0-9]" of the 2"[0-9]" words, 100.0 %"* ]]
    run "$SEQNET" train rows.csv --preset lstm --units 4 --epochs 1 --no-refit --vectors "$DATA/hs.bin" -o m.safetensors -f
    [[ "$output" == *"hs.bin has "[0-9]* ]]
    expect_error 2 "vectors of 4 numbers, the embedding is of 7; pass --embedding-dim 4" \
        "$SEQNET" train rows.csv -q --preset lstm --embedding-dim 7 --vectors "$DATA/plain.bin" -o x.safetensors
    head -c 1500 "$DATA/plain.bin" >cut.bin
    expect_error 3 "cut.bin: is a fastText model that is cut short" \
        "$SEQNET" train rows.csv -q --preset lstm --vectors cut.bin -o x.safetensors
}

@test "files that are cut or damaged give one line and exit 4, or a model" {
    needs_no_sanitizer
    size=$(stat -c %s "$DATA/ngrams.bin")
    for part in $(seq 1 49); do
        head -c $((size * part / 50)) "$DATA/ngrams.bin" >cut.bin
        expect_error 4 "cut.bin: is a " in_memory 1000000 "$SEQNET" import -q cut.bin -o x.safetensors
    done
    [ ! -e x.safetensors ]
    python3 - "$DATA/ngrams.bin" <<'PYTHON'
import random, sys
whole = open(sys.argv[1], "rb").read()
draw = random.Random(4)
for i in range(60):
    damaged = bytearray(whole)
    damaged[draw.randrange(len(damaged))] ^= 1 << draw.randrange(8)
    open(f"damaged{i}.bin", "wb").write(damaged)
PYTHON
    for file in damaged*.bin; do
        status=0
        in_memory 1000000 "$SEQNET" import -q "$file" -o y.safetensors -f 2>err || status=$?
        [ "$status" -eq 0 ] || { [ "$status" -eq 4 ] && [ "$(wc -l <err)" -eq 1 ]; }
    done
}

@test "fastText itself says the same of larger models" {
    command -v fasttext >/dev/null || skip "no fasttext program"
    rows 600 7 | to_fasttext | sed 's/film/film\xc3\xa9/; s/awful/aw\xff ful/' >train.ft
    rows 400 8 | cut -f 2 | sed 's/$/ unheard/' >texts
    train() { fasttext supervised -input train.ft -output "$@" -thread 1 -epoch 4 >/dev/null 2>&1; }
    train a -wordNgrams 3 -bucket 5000 -dim 8
    train b -minn 1 -maxn 5 -bucket 5000 -dim 8
    train c -dim 8 -label __lab
    for name in a b c; do
        "$SEQNET" import -q "$name.bin" -o "$name.safetensors"
        fasttext predict-prob "$name.bin" texts -1 >expected
        "$SEQNET" predict -q -m "$name.safetensors" --output-format fasttext -k -1 -i texts >answers
        [ "$name" != c ] || sed -i 's/__label____label__/__label__/g' answers
        differences expected answers 0.000006
    done
    seq 300 | sed 's/.*/__label__a x&/' >many.ft
    seq 300 | sed 's/.*/__label__b y&/' >>many.ft
    fasttext supervised -input many.ft -output many -dim 4 -epoch 1 >/dev/null 2>&1
    fasttext quantize -input many.ft -output many >/dev/null 2>&1
    expect_error 4 "many.ftz: is a quantised fastText model" "$SEQNET" import -q many.ftz -o x.safetensors
}
