#!/usr/bin/env bats
# vectors: words near a word, vectors of words and texts, analogies; .vec files and training from them.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    SEQNET_MODEL=$(lstm_model)
    export SEQNET_MODEL
}

# A model with a network, made once per file.
lstm_model() {
    local file=$BATS_FILE_TMPDIR/lstm
    if [ ! -f "$file.safetensors" ]; then
        rows 240 | to_csv >"$file.csv"
        "$SEQNET" train "$file.csv" --preset lstm --units 6 --epochs 8 --no-refit -q -o "$file.safetensors"
    fi
    echo "$file.safetensors"
}

vectors() { "$SEQNET" vectors -q "$@"; }

@test "near words: a line each, the nearest first, of each word as many as asked" {
    vectors boring wonderful >lines
    [ "$(wc -l <lines)" -eq 20 ]
    grep -vqE $'^(boring|wonderful)\t[^\t]+\t-?[01]\\.[0-9]{6}$' lines && return 1
    [ "$(cut -f 1 lines | uniq | paste -sd ' ')" == "boring wonderful" ]
    head -10 lines | cut -f 3 | sort -gr | cmp - <(head -10 lines | cut -f 3)
    head -10 lines | cut -f 2 | grep -qx boring && return 1
    # words that speak for one label lie together
    vectors boring -k 3 | cut -f 2 >near
    [ "$(grep -cxE 'awful|dull|terrible|clumsy|tedious|weak' near)" -eq 3 ]
    vectors -k 1 boring | cmp - <(head -1 lines)
}

@test "words come from standard input too, and from files" {
    printf 'boring\nwonderful\n' >words
    vectors boring wonderful >expected
    vectors <words | cmp - expected
    vectors --input words | cmp - expected
}

@test "a word that the model lacks is named with the one that was meant" {
    expect_error 2 "'borring': the model has no such word; did you mean 'boring'\?" vectors borring
    expect_error 2 "'zzzzzz': the model has no such word; 'seqnet tokens'" vectors zzzzzz
    run --separate-stderr "$SEQNET" vectors -k 1 borring dull
    [ "$status" -eq 2 ]
    [ "$(wc -l <<<"$output")" -eq 1 ]
    run --separate-stderr "$SEQNET" vectors <<<$'borring\ndull'
    [ "$status" -eq 0 ]
    [[ "$stderr" == *"1 word has no line"* ]]
}

@test "a text's vector is a line of numbers, the same whatever stands beside it" {
    rows 70 5 | cut -f 2 >texts
    vectors --text <texts >numbers
    [ "$(wc -l <numbers)" -eq 70 ]
    awk 'NF != 12 { exit 1 }' numbers # maxima and means of 6 units
    [ "$(vectors --text "$(sed -n 3p texts)")" == "$(sed -n 3p numbers)" ]
    vectors --text --json <texts | jq -c '.vector' | tr -d '[]' | tr , ' ' | awk 'NF != 12 { exit 1 }'
    [ "$(vectors --text --json <texts | jq -c .line | paste -sd ' ')" == "$(seq 70 | paste -sd ' ')" ]
    [ "$(printf '\nunknownwordsonly\n' | vectors --text | wc -l)" -eq 2 ]
}

@test "the vector of a word, and JSON" {
    vectors --vector boring dull >lines
    [ "$(cut -d ' ' -f 1 lines | paste -sd ' ')" == "boring dull" ]
    awk 'NF != 33 { exit 1 }' lines
    [ "$(vectors --json boring -k 2 | jq -c '[.word, .known, (.neighbors | length)]')" == '["boring",true,2]' ]
    [ "$(vectors --json <<<zzz | jq -c '[.known, .neighbors]')" == '[false,[]]' ]
    [ "$(vectors --json --vector boring | jq '.vector | length')" -eq 32 ]
}

@test "an analogy leaves its own words out" {
    vectors --analogy boring dull lovely -k 3 >lines
    [ "$(cut -f 1 lines | uniq)" == "boring - dull + lovely" ]
    cut -f 2 lines | grep -qxE 'boring|dull|lovely' && return 1
    expect_error 2 "three words A B C" vectors --analogy a b
    expect_error 2 "did you mean 'boring'" vectors --analogy borring dull lovely
}

@test "options that do not fit together are refused" {
    expect_error 2 "leave --vector, --analogy and -k out" vectors --text -k 3 film
    expect_error 2 "leave one out" vectors --vector -k 3 film
    expect_error 2 "leave 'film' out" vectors --input x film
    expect_error 2 "neighbors 0" vectors -k 0 film
}

@test "a model of n-grams alone says that it has no vectors" {
    "$SEQNET" train "$BATS_FILE_TMPDIR/lstm.csv" --preset fast -q -o fast.safetensors
    expect_error 4 "n-grams alone.*--preset lstm$" vectors -m fast.safetensors film
    expect_error 2 "n-grams alone" "$SEQNET" export -q -m fast.safetensors -o x.vec
    [ ! -e x.vec ]
}

@test "word vectors go out as .vec and come back to the bit" {
    run "$SEQNET" export -o words.vec
    [[ "$output" == *"each vector reads back as it is in the model"* ]]
    words=$(head -1 words.vec | cut -d ' ' -f 1)
    [ "$(head -1 words.vec)" == "$words 32" ]
    [ "$(tail -n +2 words.vec | wc -l)" -eq "$words" ]
    "$SEQNET" export --output-format vec -o - | cmp - words.vec
    run "$SEQNET" train "$BATS_FILE_TMPDIR/lstm.csv" --preset lstm --units 6 --epochs 1 --lr 1e-30 --ema 0 \
        --optimizer sgd --no-refit --vectors words.vec -o again.safetensors
    [[ "$output" == *"words.vec has $words of the $words words"* ]]
    "$SEQNET" export -q -m again.safetensors -o again.vec
    cmp words.vec again.vec
    expect_error 6 "is there already" "$SEQNET" export -q -o words.vec
}
