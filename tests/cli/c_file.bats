#!/usr/bin/env bats
# export --output-format c: a C file that says what predict says; names, labels, lines.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    command -v cc >/dev/null || skip "needs a C compiler"
}

# compile FILE.c [OPTION...]: makes the program ./FILE.
compile() {
    cc -std=c99 -O1 -Wall -Wextra -pedantic -Werror "${@:2}" "$1" -o "${1%.c}"
}

# Lines that are awkward: empty, blank, of other bytes, with a carriage return, without an end.
lines() {
    rows 30 7 | cut -f 2
    printf '\n  \n\xff\xfe the film\r\nIt\xe2\x80\x99s \xf0\x9f\x98\x80 <br/> &amp; LOVELY!!!\nthe last'
}

# same_answers MODEL PROGRAM: the program prints what predict prints, up to the last digit.
same_answers() {
    lines >texts
    "$SEQNET" predict -q -m "$1" <texts >expected
    "./$2" <texts >found
    [ "$(wc -l <found)" -eq "$(wc -l <expected)" ]
    paste expected found | awk -F '\t' '$1 != $3 || ($2 - $4) ^ 2 > 1e-11 { print; exit 1 }'
}

@test "a model of texts: n-grams and a network" {
    rows 200 | tr '\t' '\n' | paste -d, - - | sed '1i label,text' >r.csv
    "$SEQNET" train r.csv --ngrams both --epochs 1 --units 4 -q -j 1 -o both.safetensors
    run --separate-stderr "$SEQNET" export -m both.safetensors -o both.c
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    # shellcheck disable=SC2154
    [[ "$stderr" == *"sample texts agree with seqnet within"* ]]
    [[ "$stderr" == *"bytes of constants and works in"* ]]
    compile both.c -DSEQNET_MAIN
    same_answers both.safetensors both
}

@test "--quantize makes the file smaller; the same model gives the same bytes" {
    local model
    model=$(demo_model)
    for weights in none float16 int8; do
        "$SEQNET" export -q -m "$model" --quantize $weights -o $weights.c
    done
    [ "$(stat -c %s int8.c)" -lt "$(stat -c %s float16.c)" ]
    [ "$(stat -c %s float16.c)" -lt "$(stat -c %s none.c)" ]
    "$SEQNET" export -q -m "$model" --output-format c -o - | cmp - none.c
}

@test "--quantize says where there is nothing to make smaller" {
    "$SEQNET" export -m builtin:reviews -o reviews.c --quantize int8 2>log
    grep -q "^--quantize changes nothing: the model has n-grams alone" log
    "$SEQNET" export -m "$(demo_model)" -o demo.c --quantize int8 2>log
    ! grep -q "changes nothing" log
}

@test "--name begins the names, so that two models are in one program" {
    local model
    model=$(demo_model)
    "$SEQNET" export -q -m "$model" --name first -o first.c
    "$SEQNET" export -q -m "$model" --quantize int8 --name Second_2 -o second.c
    printf '%s\n' '#include <stdio.h>' '#define FIRST_HEADER' '#include "first.c"' '#define SECOND_2_HEADER' \
        '#include "second.c"' 'int main(void) { float p[FIRST_LABELS], q[SECOND_2_LABELS];' \
        'first_predict("good", 4, p); Second_2_predict("good", 4, q);' \
        'printf("%s %d\n", first_labels[1], p[0] + p[1] > 0.99F && q[0] + q[1] > 0.99F); return 0; }' >main.c
    cc -std=c99 -Wall -Wextra -pedantic -Werror main.c first.c second.c -o program
    [ "$(./program)" == "positive 1" ]
    for name in 2nd 'a b' '' 'x;' "$(printf 'n%.0s' {1..60})"; do
        run "$SEQNET" export -m "$model" --name "$name" -o bad.c
        [ "$status" -eq 2 ]
        [[ "$output" == *"--name"* ]]
        [ ! -e bad.c ]
    done
    run "$SEQNET" export -m "$model" --name x -o x.onnx
    [ "$status" -eq 2 ]
}

@test "labels may be anything" {
    local a='"; */ ??/ %s \n' b=$'\\"trigraph??(\t\xe2\x80\x99\xc2\x85\xe2\x80\xae\xe2\x81\xa7\xe2\x81\xaa'
    for _ in 1 2 3 4 5 6; do
        jq -nc --arg a "$a" --arg b "$b" '{label:$a,text:"the good film"},{label:$b,text:"a bad plot"},{label:"int main(void)",text:"so so"}'
    done >labels.jsonl
    "$SEQNET" train labels.jsonl --preset fast --validation-split 0 -q -j 1 -o l.safetensors
    "$SEQNET" export -q -m l.safetensors -o l.c
    compile l.c -DSEQNET_MAIN
    same_answers l.safetensors l
    [[ "$(./l <<<'a bad plot')" == *'\u0085\u202e\u2067'* ]]
}

@test "answers that a model leaves open are a question mark" {
    rows 300 | awk -F '\t' '{ print "{\"label\":\"" (NR % 7 ? $1 : "neg") "\",\"text\":\"" $2 "\"}" }' >r.jsonl
    "$SEQNET" train r.jsonl --preset fast --precision 0.95 -q -j 1 -o open.safetensors
    "$SEQNET" info open.safetensors | grep -q 'answers: from the probability'
    "$SEQNET" export -q -m open.safetensors --name some -o open.c
    compile open.c -DSOME_MAIN
    lines | "$SEQNET" predict -q -m open.safetensors | cut -f 1 >expected
    lines | ./open | cut -f 1 >found
    grep -qx '?' expected
    cmp expected found
    printf '%s\n' '#define SOME_HEADER' '#include "open.c"' \
        'int main(void) { return SOME_ABSTAIN_BELOW > 0.5F ? 0 : 1; }' >header.c
    cc -std=c99 -Wall -Wextra -pedantic -Werror header.c -o header
    ./header
}

@test "a model of any number of labels prints all that reach its threshold" {
    rows 200 | awk -F '\t' '{ print "{\"label\":[\"" $1 "\"" (NR % 3 ? "" : ",\"third\"") "],\"text\":\"" $2 (NR % 3 ? "" : " third") "\"}" }' >m.jsonl
    "$SEQNET" train m.jsonl --multi-label --epochs 4 -q -j 1 -o m.safetensors
    "$SEQNET" export -q -m m.safetensors --name find -o m.c # as a function of the file begins
    compile m.c -DFIND_MAIN
    rows 40 9 | cut -f 2 | sed '0~2s/$/ third/' >texts
    "$SEQNET" predict -q -m m.safetensors <texts | sed 's/\t[0-9.]*//g' >expected
    ./m <texts | sed 's/\t[0-9.]*//g' | cmp - expected
}

@test "a model of ids has predict_ids alone" {
    "$SEQNET" pad builtin:demo:300 --maxlen 12 -q -o ids.npz 2>/dev/null || skip "pad of the demo"
    "$SEQNET" train ids.npz --epochs 1 --units 3 -q -j 1 -o ids.safetensors
    "$SEQNET" export -q -m ids.safetensors -o ids.c
    grep -q 'seqnet_predict_ids(' ids.c
    run ! grep -q 'seqnet_predict(' ids.c
    compile ids.c -DSEQNET_MAIN
    printf '1 5 6 7\n\n4 4 4\n99999999\n' >texts
    ./ids <texts >found
    head -3 texts | "$SEQNET" predict -q --ids -m ids.safetensors >expected
    head -3 found | paste expected - | awk -F '\t' '$1 != $3 || ($2 - $4) ^ 2 > 1e-11 { print; exit 1 }'
    [ "$(tail -1 found)" == "?" ]
    [ "$(printf '1, 5\t6,7 \n' | ./ids)" == "$(head -1 found)" ]
    [ "$(printf '1 5 x\n-1\nword\n1.5\n' | ./ids | uniq -c | tr -d ' ')" == "4?" ]
}

@test "the program of the guide around a C file" {
    "$SEQNET" train -q builtin:demo --epochs 1 -o m.safetensors
    "$SEQNET" export -q -m m.safetensors -o reviews.c
    awk '/^```c$/ { text = ""; inside = 1; next }
        /^```$/ && inside { inside = 0; if (text ~ /SEQNET_HEADER/) printf "%s", text }
        inside { text = text $0 "\n" }' "$BATS_TEST_DIRNAME/../../src/guide/exports.md" >program.c
    cc -std=c99 -Wall -Wextra -pedantic -Werror program.c reviews.c -o program
    ./program >found
    "$SEQNET" predict -q -m m.safetensors "a wonderful film" | awk '{ printf "%s %.2f\n", $1, $2 }' >expected
    cmp found expected
}

@test "probabilities that are not numbers are as predict has them" {
    cat >layers.json <<'END'
[{"class_name": "Embedding", "config": {"name": "embedding", "input_dim": 3, "output_dim": 2}},
 {"class_name": "SimpleRNN", "config": {"name": "rnn", "units": 2, "activation": "relu"}},
 {"class_name": "Dense", "config": {"name": "dense", "units": 1, "activation": "sigmoid"}}]
END
    python3 - <<'END' || skip "needs python3"
import struct, zipfile
weights = [((3, 2), [0, 0, 0, 0, 9, 9]), ((2, 2), [1] * 4), ((2, 2), [9] * 4), ((2,), [0, 0]), ((2, 1), [1, -1]), ((1,), [0])]
with zipfile.ZipFile("w.npz", "w") as archive:
    for i, (shape, numbers) in enumerate(weights):
        head = b"{'descr': '<f4', 'fortran_order': False, 'shape': %s, }" % str(shape).encode()
        head = head.ljust(117) + b"\n"
        archive.writestr(f"arr_{i}.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head
                         + struct.pack(f"<{len(numbers)}f", *numbers))
END
    printf '{"known": 1, "loud": 2}' >words.json
    "$SEQNET" import w.npz --layer-file layers.json --maxlen 60 --padding pre --tokenizer words.json -q -o w.safetensors
    printf 'known\nloud\n%s\n' "$(printf 'loud %.0s' {1..60})" >texts
    "$SEQNET" predict -q -m w.safetensors <texts >expected
    grep -qx "$(printf '\t')" expected
    "$SEQNET" export -q -m w.safetensors -o w.c
    cc -std=c99 -O1 -DSEQNET_MAIN -fsanitize=float-cast-overflow -fno-sanitize-recover=all w.c -o w || skip "needs the sanitizers"
    ./w <texts | cmp - expected
}

@test "words may be long" {
    local long
    long=$(printf 'y%.0s' {1..3000})
    for _ in {1..30}; do
        printf 'pos,%s film\nneg,%sz film\npos,%s film\nneg,short film\n' "$long" "$long" "${long:0:1024}"
    done | sed '1i label,text' >long.csv
    "$SEQNET" train long.csv --text-rule keras --ngrams both --epochs 2 --units 4 --lr 0.02 -q -j 1 -o l.safetensors
    "$SEQNET" export -q -m l.safetensors -o l.c
    compile l.c -DSEQNET_MAIN
    grep -q 'Stack: about 4 kB' l.c
    printf '%s\n' "$long film" "${long}z film" "${long}yy film" "${long:0:1024} film" "${long:0:1023} film" short >texts
    "$SEQNET" predict -q -m l.safetensors <texts >expected
    ./l <texts >found
    paste expected found | awk -F '\t' '$1 != $3 || ($2 - $4) ^ 2 > 1e-11 { print; exit 1 }'
}
