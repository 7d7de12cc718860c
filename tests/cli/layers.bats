#!/usr/bin/env bats
# Networks from the command line: options of layers, files of layers, summaries.

bats_require_minimum_version 1.5.0
load helpers

setup() { setup_workdir; }

# The networks that options make, one a line.
networks() {
    cat <<'END'
--cell lstm
--cell gru
--cell gru --reset-before --recurrent-activation hard_sigmoid
--cell gru --recurrent-activation hard_sigmoid_02 --bidirectional
--cell rnn
--cell rnn --activation relu --units 8 --layers 3
--cell lstm-carry
--cell lstm-carry --bidirectional --pooling max
--bidirectional
--bidirectional --units 8,4 --pooling max-mean
--units 16,8 --recurrent-dropout 0.2
--cell conv1d
--cell conv1d --kernel-size 3 --pool-size 2
--cell conv1d --layers 1 --pooling mean --activation tanh
--cell conv1d --filters 16,8,4 --kernel-size 3 --pool-size 2
--cell conv1d --kernel-size 3,4,5
--cell conv1d --kernel-size 2,3 --filters 8 --pooling max-mean --dense 8
--dense 16,8 --dense-activation tanh
--spatial-dropout 0.2 --dropout 0.2 --pooling max
--mask-zero --pooling mean
--cell rnn --mask-zero --bidirectional
END
}

fingerprint_of() { "$SEQNET" info "$1" | sed -n 's/^fingerprint: //p'; }

@test "each network trains, predicts, evaluates and is shown, with any number of threads" {
    while read -r options; do
        echo "$options"
        for threads in 1 3; do
            # shellcheck disable=SC2086
            "$SEQNET" train builtin:demo:200 --epochs 1 -q -f -j "$threads" $options -o "m$threads.st"
        done
        [ "$(fingerprint_of m1.st)" = "$(fingerprint_of m3.st)" ]
        "$SEQNET" predict -m m1.st -- "a wonderful film" | grep -qE '^(negative|positive)	0\.[0-9]{6}$'
        "$SEQNET" evaluate -m m1.st builtin:demo:200 --json >evaluated
        grep -q '"accuracy":' evaluated
        "$SEQNET" info m1.st | grep -q '^Total params: '
    done < <(networks)
}

@test "info --json lists layers that --layer-file takes back" {
    while read -r options; do
        echo "$options"
        # shellcheck disable=SC2086
        "$SEQNET" train builtin:demo:200 --epochs 1 -q -f $options -o m.st
        "$SEQNET" info --json m.st >info.json
        python3 -c 'import json; json.dump(json.load(open("info.json"))["layers"], open("l.json", "w"))'
        "$SEQNET" train builtin:demo:200 --epochs 1 -q -f --layer-file l.json -o again.st
        [ "$(fingerprint_of m.st)" = "$(fingerprint_of again.st)" ]
    done < <(networks)
    "$SEQNET" train builtin:demo:200 --epochs 1 -q -f --layer-file info.json -o again.st
    [ "$(fingerprint_of m.st)" = "$(fingerprint_of again.st)" ]
}

@test "the maximum over a mask has two names: seqnet's leaves masked timesteps out, Keras's does not" {
    "$SEQNET" train builtin:demo:200 --epochs 1 -q --pooling max --mask-zero -o m.st
    "$SEQNET" info --json m.st | jq .layers >layers.json
    grep -q '"MaskedGlobalMaxPooling1D"' layers.json
    "$SEQNET" train builtin:demo:200 --epochs 1 -q --layer-file layers.json -o again.st
    [ "$(fingerprint_of m.st)" = "$(fingerprint_of again.st)" ]
    sed 's/"MaskedGlobalMaxPooling1D"/"GlobalMaxPooling1D"/' layers.json >keras.json
    "$SEQNET" train builtin:demo:200 --epochs 1 -v --layer-file keras.json -o keras.st 2>log
    grep -q '^engine: ragged, masked pads skipped' log
    "$SEQNET" info --json keras.st | jq .layers >again.json
    "$SEQNET" train builtin:demo:200 --epochs 1 -q --layer-file again.json -f -o again.st
    [ "$(fingerprint_of keras.st)" = "$(fingerprint_of again.st)" ]
    [ "$(fingerprint_of keras.st)" != "$(fingerprint_of m.st)" ]
}

@test "a file of layers may be a pipe, and is read once for folds and a refit" {
    "$SEQNET" train builtin:demo:200 --epochs 1 --units 4 -q -o m.st
    rows 60 | to_csv >rows.csv
    "$SEQNET" train rows.csv --epochs 2 --folds 2 -q -o folds.st --layer-file <("$SEQNET" info --json m.st |
        sed 's/"input_dim":[0-9]*,//')
    "$SEQNET" info folds.st | grep -q ' lstm (LSTM) .*(None, 4) '
}

@test "networks come from Keras's own configurations" {
    cat >keras.json <<'END'
{"module": "keras", "class_name": "Sequential", "config": {"name": "sequential", "trainable": true,
 "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}},
 "layers": [
  {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 20],
   "dtype": "float32", "sparse": false, "name": "input_layer"}, "registered_name": null},
  {"module": "keras.layers", "class_name": "Embedding", "config": {"name": "embedding",
   "trainable": true, "output_dim": 8, "embeddings_initializer": {"module": "keras.initializers",
   "class_name": "RandomUniform", "config": {"seed": null, "minval": -0.05, "maxval": 0.05},
   "registered_name": null}, "embeddings_regularizer": null, "activity_regularizer": null,
   "embeddings_constraint": null, "mask_zero": false}, "registered_name": null},
  {"class_name": "Bidirectional", "config": {"name": "both", "merge_mode": "concat",
   "layer": {"class_name": "LSTM", "config": {"units": 4, "return_sequences": true, "dropout": 0.1}}}},
  {"class_name": "GlobalMaxPooling1D", "config": {"data_format": "channels_last", "keepdims": false}},
  {"class_name": "Dense", "config": {"units": 1, "activation": "sigmoid"}}],
 "build_input_shape": [null, 20]}, "keras_version": "3.4.1"}
END
    expect_error 3 'keras.json: layer 3 \(Bidirectional\): dropout 0.1 is not supported; use 0, and a SpatialDropout1D before it' \
        "$SEQNET" train -q builtin:demo:200 --layer-file keras.json
    sed -i 's/, "dropout": 0.1//' keras.json
    "$SEQNET" train builtin:demo:200 --epochs 1 -q --layer-file keras.json -o keras.st
    "$SEQNET" info keras.st >shown
    grep -q ' (None, 20, 8) ' shown
    grep -q ' (None, 20, 8)  *416$' shown # 2 x 4 x 4 x (8 + 4 + 1)
    "$SEQNET" train builtin:demo:200 --epochs 1 -q -f --embedding-dim 8 --units 4 --bidirectional --pooling max \
        --maxlen 20 -o options.st
    [ "$(fingerprint_of keras.st)" = "$(fingerprint_of options.st)" ]
    "$SEQNET" train builtin:demo:200 --epochs 1 -q -f --layer-file keras.json --maxlen 10 -o short.st
    "$SEQNET" info short.st | grep -q ' (None, 10, 8) '
}

@test "the summary of a network that branches says what each layer takes" {
    "$SEQNET" train builtin:demo:200 --epochs 1 -f --cell conv1d --kernel-size 3,4 -o m.st 2>log
    grep -q '^Model: "functional"$' log
    grep -q 'Param #      Connected to$' log
    grep -qE '^ conv1d_1 \(Conv1D\) .* 4,128        embedding$' log
    grep -qE '^ concatenate \(Concatenate\) .* \(None, 64\) .* pooling, pooling_1$' log
    "$SEQNET" info m.st | grep -qE '^ concatenate \(Concatenate\) .* pooling, pooling_1$'
}

@test "options that do not fit together are one line each, before the data is read" {
    refused() { expect_error 2 "$1" "$SEQNET" train none.npz "${@:2}"; }
    refused 'has no filters; pass --cell conv1d, or leave out --filters$' --filters 8
    refused 'has no kernel size; pass --cell conv1d, or leave out --kernel-size$' --kernel-size 8
    refused 'has no pool size; pass --cell conv1d, or leave out --pool-size$' --cell gru --pool-size 8
    refused 'pass --cell gru, or leave out --reset-before$' --reset-before
    refused 'leave out --recurrent-activation$' --cell rnn --recurrent-activation hard_sigmoid
    refused 'more numbers of units than layers; leave out --layers$' --units 4,4 --layers 1
    refused 'pass --dense, or leave out --dense-activation$' --dense-activation tanh
    refused 'pass --pooling max, mean or max-mean$' --cell conv1d --pooling last
    refused 'pass --filters and leave out --units$' --cell conv1d --units 8
    refused 'leave out --bidirectional$' --cell conv1d --bidirectional
    refused 'leave out --mask-zero$' --cell conv1d --mask-zero
    refused 'leave out --recurrent-dropout$' --cell conv1d --recurrent-dropout 0.1
    refused 'leave out --pool-size$' --cell conv1d --kernel-size 3,4 --pool-size 2
    refused 'name one --kernel-size, or leave out --layers$' --cell conv1d --kernel-size 3,4 --layers 2
    refused '--units 3,0: expected a list of whole numbers from 1 to 4096' --units 3,0
    refused '--units 0: expected a whole number from 1 to 4096' --units 0
    refused '--units describes layers, and --layer-file names them: leave one' --layer-file x --units 3
    refused '--cell describes layers, and --layer-file names them: leave one' --cell gru --layer-file x
    expect_error 3 'none.json: cannot be opened' "$SEQNET" train none.npz --layer-file none.json
}

@test "layers that do not follow each other are refused with their place" {
    refused() {
        echo "$2" >l.json
        expect_error 3 "l.json: $1" "$SEQNET" train -q builtin:demo:200 --layer-file l.json -o m.st
        [ ! -e m.st ]
    }
    local embedding='{"class_name": "Embedding", "config": {"output_dim": 4}}'
    local lstm='{"class_name": "LSTM", "config": {"units": 4}}'
    refused "the layer 'lstm_1' takes a sequence" "[$embedding, $lstm, $lstm]"
    refused "a model has one embedding" "[$lstm]"
    refused 'layer 2 \(Conv1D\): strides 2 is not supported; use 1$' \
        "[$embedding, {\"class_name\": \"Conv1D\", \"config\": {\"filters\": 4, \"kernel_size\": 3, \"strides\": 2}}]"
    refused 'layer 1 \(Embedding\): input_dim 7 does not fit the data, which has [0-9]+ ids' \
        '[{"class_name": "Embedding", "config": {"output_dim": 4, "input_dim": 7}}]'
    refused 'layer 2 \(Dense\): as the output it has units 3, and the labels take 1' \
        "[$embedding, {\"class_name\": \"Dense\", \"config\": {\"units\": 3}}]"
    refused 'has no list of layers' '{}'
    refused '' '['
    printf '[\0]' >l.json
    expect_error 3 'l.json: is no JSON' "$SEQNET" train -q builtin:demo:200 --layer-file l.json
    expect_error 2 "spans 7 timesteps, .*; choose a larger --maxlen" \
        "$SEQNET" train -q builtin:demo:200 --cell conv1d --layers 2
}

@test "no hostile file of layers ends the program otherwise than with a sentence" {
    hostile() {
        local status=0
        "$SEQNET" train builtin:demo:200 --epochs 1 --layer-file l.json -q -f -o m.st 2>err || status=$?
        [ "$status" -eq 3 ]
        [ "$(wc -l <err)" -eq 1 ]
    }
    python3 -c 'print("[" * 100000)' >l.json
    hostile
    python3 -c 'print("[" + "{}," * 100000 + "{}]")' >l.json
    hostile
    local layer
    for layer in '{"class_name": "LSTM", "config": {"units": 1e308}}' '{"class_name": []}' '[]' 'null' \
        '{"class_name": "LSTM", "config": {"units": 4, "units": 4}}' '{"class_name": "\u001b[31m"}' \
        '{"class_name": "Concatenate", "inputs": ["e", "e", "e", "e", "e", "e", "e", "e", "e"]}'; do
        echo "[{\"class_name\": \"Embedding\", \"name\": \"e\", \"config\": {\"output_dim\": 4}}, $layer]" >l.json
        hostile
        ! grep -q "$(printf '\033')" err || false
    done
}
