# The model in the box: who gets it, what it says about itself, and that it is the one of its script.
bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
}

@test "predict takes the model in the box where there is no other, and says so once" {
    run --separate-stderr "$SEQNET" predict "a wonderful film" "two hours of boredom"
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == positive* && ${lines[1]} == negative* ]]
    [[ $stderr == "model: builtin:reviews, the one in the box, for English reviews; "* ]]
    run --separate-stderr bash -c "yes 'dull and boring' | head -n 1000 | '$SEQNET' predict -q | sort -u | wc -l"
    [ "$output" -eq 1 ]
    [ -z "$stderr" ]
    run --separate-stderr "$SEQNET" tokens "a wonderful film"
    [ "$status" -eq 0 ]
    [[ $stderr == "model: builtin:reviews"* ]]
}

@test "a model of the user's own comes first; -m builtin:reviews names the one in the box" {
    cp "$(demo_model)" seqnet.safetensors
    run --separate-stderr "$SEQNET" predict film
    [[ $stderr == "model: seqnet.safetensors" ]]
    run --separate-stderr "$SEQNET" predict -m builtin:reviews "a wonderful film"
    [[ $output == positive* && -z $stderr ]]
    run --separate-stderr env SEQNET_MODEL=builtin:reviews "$SEQNET" predict "a wonderful film"
    [[ $output == positive* && $stderr == "model: builtin:reviews (from SEQNET_MODEL)" ]]
    expect_error 4 "no model: .*builtin:reviews is in the box" env -C / "$SEQNET" evaluate builtin:demo:100
    expect_error 4 "builtin:revews: no such built-in model; there is builtin:reviews" "$SEQNET" predict -m builtin:revews x
    expect_error 2 "builtin:dem0: no such built-in corpus; there are builtin:demo and " "$SEQNET" load builtin:dem0
}

@test "info shows its card; it is at most 1.5 MB" {
    run --separate-stderr "$SEQNET" info builtin:reviews
    [ "$status" -eq 0 ]
    for title in about "trained on" "not for" leaks test calibration; do
        [[ $output == *"
$title: "* ]]
    done
    size=$(wc -c < "$BATS_TEST_DIRNAME/../../src/model/builtin.safetensors")
    [ "$size" -le 1500000 ]
    stored=$("$SEQNET" info --json "$BATS_TEST_DIRNAME/../../src/model/builtin.safetensors" | jq -r .fingerprint)
    [ "$("$SEQNET" info --json builtin:reviews | jq -r .fingerprint)" = "$stored" ]
}

@test "train --card: an object is kept and shown; anything else is refused before the training" {
    echo '{"about":"a test","rows":3}' > card.json
    run "$SEQNET" train builtin:demo:200 --epochs 1 --card card.json -q -o m
    [ "$status" -eq 0 ]
    run --separate-stderr "$SEQNET" info m
    [[ $output == *"
about: a test
rows: 3
"* ]]
    echo '[1]' > list.json
    expect_error 3 "list.json: is no JSON object" "$SEQNET" train builtin:demo:200 --card list.json
    expect_error 3 "nosuch.json: " "$SEQNET" train builtin:demo:200 --card nosuch.json
}
