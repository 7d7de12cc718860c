#!/usr/bin/env bats
# What scripts rely on: streams, exit codes, one line per record, JSON keys, suggestions.

bats_require_minimum_version 1.5.0
load helpers
setup() { setup_workdir; }

@test "no command prints the usage on standard error, exit 2" {
    run --separate-stderr "$SEQNET"
    [ "$status" -eq 2 ]
    [ -z "$output" ]
    [[ $stderr == *"usage: seqnet <command>"* ]]
}

@test "help and version go to standard output, exit 0" {
    for arguments in help --help -h --version "help train" "train --help" "predict -h" "load --help" \
        "pad --help" "evaluate --help" "report --help" "info --help"; do
        # shellcheck disable=SC2086
        run --separate-stderr "$SEQNET" $arguments
        [ "$status" -eq 0 ]
        [ -n "$output" ]
        [ -z "$stderr" ]
    done
}

@test "version names BLAS, instruction set and threads" {
    run "$SEQNET" --version
    [[ ${lines[0]} =~ ^seqnet\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
    [[ $output == *"matrix products: "* && $output == *"instruction set: "* ]]
    [[ $output == *"threads: "* ]]
}

@test "help shows the live defaults" {
    run "$SEQNET" train --help
    [[ $output == *"--checkpoint-every X"*"(default: 10)"* ]]
    [[ $output == *"--preset auto|keras"*"(default: auto)"* ]]
}

@test "mistyped commands and options get a suggestion" {
    expect_error 2 "unknown command 'trian'; did you mean 'train'" "$SEQNET" trian
    expect_error 2 "unknown option '--epocs'; did you mean '--epochs'" "$SEQNET" train x --epocs 3
    expect_error 2 "unknown option '--epoch'; did you mean '--epochs'" "$SEQNET" train x --epoch=3
    expect_error 2 "unknown option '-z'" "$SEQNET" train x -z
    expect_error 2 "unknown option '--xyzzy'; see" "$SEQNET" predict --xyzzy
}

@test "values out of range name the option, the value and the range" {
    expect_error 2 "--epochs 0: expected a whole number from 1 to 100000" "$SEQNET" train x --epochs 0
    expect_error 2 "--epochs 1.5: " "$SEQNET" train x --epochs 1.5
    expect_error 2 "--epochs 99999999999999999999: " "$SEQNET" train x --epochs 99999999999999999999
    expect_error 2 "--lr 0: " "$SEQNET" train x --lr 0
    expect_error 2 "--lr nan: " "$SEQNET" train x --lr nan
    expect_error 2 "--lr -1: " "$SEQNET" train x --lr -1
    expect_error 2 "--validation-split 1: " "$SEQNET" train x --validation-split 1
    expect_error 2 "--padding middle: expected one of pre, post" "$SEQNET" train x --padding middle
    expect_error 2 "--maxlen 0: " "$SEQNET" pad x --maxlen 0
    expect_error 2 "--threads 1025: expected a whole number from 0 to 1024" "$SEQNET" train x -j 1025
    expect_error 2 "--epochs: needs a value" "$SEQNET" train x --epochs
    expect_error 2 "--json=1: takes no value" "$SEQNET" train x --json=1
    expect_error 2 "num_words" "$SEQNET" load builtin:demo:100 --num-words 2
}

@test "missing and surplus arguments" {
    expect_error 2 "train needs an argument" "$SEQNET" train
    expect_error 2 "unexpected argument 'b'" "$SEQNET" load a b
    # With --input arguments are further files.
    expect_error 3 "nosuch: cannot be opened" "$SEQNET" predict -m "$(demo_model)" --input nosuch text
    : >empty
    expect_error 3 "text: cannot be opened" "$SEQNET" predict -q -m "$(demo_model)" text --input empty
}

@test "-- ends the options" {
    run --separate-stderr "$SEQNET" predict -m "$(demo_model)" -- --not-an-option
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 1 ]
}

@test "train: standard output is empty, standard error tells the epochs, the file, the fingerprint" {
    run --separate-stderr "$SEQNET" train builtin:demo:500 --epochs 2 -o m.safetensors
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    [[ $stderr == *"Total params: "*"Epoch 1/2"*"Epoch 2/2"* ]]
    [[ $stderr =~ 3/3\ -\ .*\ -\ acc:\ [01]\.[0-9]{4}\ -\ loss:\ [0-9.]+\ -\ val_acc:\ [0-9.]+\ -\ val_loss ]]
    [[ $stderr =~ kept\ epoch\ [12]:\ val_acc ]]
    [[ $stderr == *"saved m.safetensors"* ]]
    [[ $stderr =~ fingerprint\ [0-9a-f]{32} ]]
    [[ $stderr != *$'\r'* && $stderr != *$'\033'* ]] # no bar, no color where there is no terminal
}

@test "train says when it replaces a file, and writes seqnet.safetensors by default" {
    "$SEQNET" train builtin:demo:500 --epochs 1 -q
    [ -f seqnet.safetensors ]
    run --separate-stderr "$SEQNET" train builtin:demo:500 --epochs 1
    [[ $stderr == *"replacing an older file"* ]]
    run ! compgen -G "*.tmp" # no temporary files
}

@test "train -q says nothing" {
    run --separate-stderr "$SEQNET" train builtin:demo:500 --epochs 1 -q
    [ "$status" -eq 0 ]
    [ -z "$output$stderr" ]
}

@test "train --json prints one object per epoch on standard output" {
    run --separate-stderr "$SEQNET" train builtin:demo:500 --epochs 3 --json -q
    [ "${#lines[@]}" -eq 4 ]
    jq -e '.done and .kept_epoch >= 1 and .val_acc and .saved and (.fingerprint | length == 32)' <<<"${lines[3]}"
    unset 'lines[3]'
    output=$(printf '%s\n' "${lines[@]}")
    numpy "
import json
for i, line in enumerate(open(0)):
    o = json.loads(line)
    assert list(o) == ['epoch', 'acc', 'loss', 'val_acc', 'val_loss', 'seconds'], o
    assert o['epoch'] == i + 1" <<<"$output"
}

@test "same seed, same fingerprint; other seed, another; threads do not matter" {
    fingerprint() { "$SEQNET" train builtin:demo:500 --epochs 2 "$@" 2>&1 | grep fingerprint; }
    first=$(fingerprint --seed 5)
    [ "$first" = "$(fingerprint --seed 5)" ]
    [ "$first" = "$(fingerprint --seed 5 -j 1)" ]
    [ "$first" = "$(fingerprint --seed 5 -j 3)" ]
    [ "$first" = "$(fingerprint --seed 5 --preset keras)" ]
    [ "$first" != "$(fingerprint --seed 6)" ]
}

@test "Ctrl-C finishes the batch, saves and exits 130" {
    "$SEQNET" train builtin:demo:4000 --epochs 10000 -o m.safetensors 2>log &
    pid=$!
    for _ in $(seq 100); do grep -q 'Epoch 2' log && break; sleep 0.1; done
    kill -INT $pid
    status=0; wait $pid || status=$?
    [ "$status" -eq 130 ]
    grep -q 'interrupted after' log
    grep -q 'saved m.safetensors' log
    "$SEQNET" info m.safetensors | grep -q 'training: interrupted'
}

@test "SIGTERM does the same" {
    "$SEQNET" train builtin:demo:4000 --epochs 10000 -o m.safetensors 2>log &
    pid=$!
    for _ in $(seq 100); do grep -q 'Epoch 1' log && break; sleep 0.1; done
    kill -TERM $pid
    status=0; wait $pid || status=$?
    [ "$status" -eq 130 ]
    "$SEQNET" info m.safetensors >/dev/null
}

@test "a loss that is no number exits 5 and leaves an older model alone" {
    "$SEQNET" train builtin:demo:500 --epochs 1 -q
    before=$(cksum seqnet.safetensors)
    run --separate-stderr "$SEQNET" train builtin:demo:500 --lr 1e38
    [ "$status" -eq 5 ]
    [[ $stderr == *"NaN or infinite"*"--lr"* ]]
    [ "$before" = "$(cksum seqnet.safetensors)" ]
}

@test "predict: exactly one line per line, empty ones included" {
    model=$(demo_model)
    run --separate-stderr bash -c "printf 'great film\n\nterrible film' | '$SEQNET' predict -m '$model'"
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 3 ]
    for line in "${lines[@]}"; do
        [[ $line =~ ^(negative|positive)$'\t'[01]\.[0-9]{6}$ ]]
    done
    [ "$(printf '' | "$SEQNET" predict -m "$model" | wc -l)" -eq 0 ]
    [ "$(printf '\n' | "$SEQNET" predict -m "$model" | wc -l)" -eq 1 ]
    [ "$(printf 'a\r\nb\r\n\r\n' | "$SEQNET" predict -m "$model" | wc -l)" -eq 3 ]
    [ "$(printf 'a\0b\n\xff\xfe\n' | "$SEQNET" predict -m "$model" | wc -l)" -eq 2 ]
    [ "$(yes 'a fine film' | head -1001 | "$SEQNET" predict -m "$model" | sort -u | wc -l)" -eq 1 ]
    [ "$(head -c 3000000 /dev/zero | tr '\0' 'x' | "$SEQNET" predict -m "$model" | wc -l)" -eq 1 ]
}

@test "predict: a carriage return before the newline does not change the answer" {
    model=$(demo_model)
    printf 'the film was good\nthe film was bad\n' | "$SEQNET" predict -m "$model" >unix
    printf 'the film was good\r\nthe film was bad\r\n' | "$SEQNET" predict -m "$model" >dos
    cmp unix dos
}

@test "predict: arguments, --input and standard input agree" {
    model=$(demo_model)
    printf 'the film was good\nnot good\n' >texts
    "$SEQNET" predict -m "$model" 'the film was good' 'not good' >arguments
    "$SEQNET" predict -m "$model" --input texts >file
    "$SEQNET" predict -m "$model" <texts >standard
    "$SEQNET" predict -m "$model" - <texts >dash
    cmp arguments file && cmp arguments standard && cmp arguments dash
}

@test "predict --json: keys in order" {
    run --separate-stderr bash -c "printf 'the film was zyxwv\n\n' | '$SEQNET' predict --json -m '$(demo_model)'"
    [ "${#lines[@]}" -eq 2 ]
    [[ ${lines[0]} =~ ^\{\"line\":1,\"label\":\"(negative|positive)\",\"probability\":0\.[0-9]{6},\"probabilities\":\{\"negative\":0\.[0-9]{6},\"positive\":0\.[0-9]{6}\},\"tokens\":4,\"oov\":1,\"truncated\":false,\"known\":true\}$ ]]
    [[ ${lines[1]} == '{"line":2,'*'"tokens":0,"oov":0,"truncated":false,"known":false}' ]]
}

@test "predict --line-buffered answers before the input ends" {
    model=$(demo_model)
    mkfifo in out
    "$SEQNET" predict --line-buffered -q -m "$model" <in >out &
    pid=$!
    exec 7>in 8<out
    echo 'the film was good' >&7
    read -r -t 10 answer <&8
    [[ $answer == *$'\t'* ]]
    echo 'not good' >&7
    read -r -t 10 answer <&8
    exec 7>&- 8<&-
    wait "$pid"
}

@test "predict: a closed pipe ends it quietly" {
    yes 'the film was good' | head -100000 >many
    "$SEQNET" predict -q -m "$(demo_model)" -i many 2>err | head -1 >first
    [ ! -s err ]
    [ -s first ]
}

@test "predict --ids takes ids and names what is no id" {
    model=$(demo_model)
    [ "$(printf '1 4 5\n1,4\t5\n' | "$SEQNET" predict --ids -m "$model" | sort -u | wc -l)" -eq 1 ]
    run --separate-stderr bash -c "printf '1 4\n1 x\n' | '$SEQNET' predict --ids -q -m '$model'"
    [ "$status" -eq 3 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $stderr == "seqnet: standard input:2: 'x' is not an id"* ]]
    run --separate-stderr bash -c "printf '1 4\\0junk 5\\n' | '$SEQNET' predict --ids -q -m '$model'"
    [ "$status" -eq 3 ]
    [[ $stderr == *"standard input:1: '4' goes on after a NUL byte"* ]]
    run --separate-stderr "$SEQNET" predict --ids -q -m "$model" '1 99999'
    [ "$status" -eq 3 ]
    [[ $stderr == *"id 99999 is outside"* ]]
}

@test "the model is named with -m, by SEQNET_MODEL, or is ./seqnet.safetensors" {
    model=$(demo_model)
    expect_error 4 "no model: .*seqnet train imdb.npz" "$SEQNET" evaluate builtin:demo:100
    expect_error 4 "nosuch: cannot be opened" "$SEQNET" predict -m nosuch hello
    expect_error 4 "nosuch: cannot be opened" env SEQNET_MODEL=nosuch "$SEQNET" predict hello
    run --separate-stderr env SEQNET_MODEL="$model" "$SEQNET" predict film
    [[ $stderr == "model: $model (from SEQNET_MODEL)" ]]
    cp "$model" seqnet.safetensors
    run --separate-stderr "$SEQNET" predict film
    [[ $stderr == "model: seqnet.safetensors" ]]
    run --separate-stderr "$SEQNET" predict -m "$model" film
    [ -z "$stderr" ]
}

@test "evaluate prints accuracy, loss and the confusion matrix" {
    run --separate-stderr "$SEQNET" evaluate builtin:demo:2000 -m "$(demo_model)"
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "builtin:demo:2000, test part: 400 rows" ]]
    [[ ${lines[1]} =~ ^accuracy:\ 0\.[0-9]{4}$ ]]
    [[ $output == *$'\nloss: 0.'* && $output == *$'\n95 % interval: 0.'* ]]
    [[ $output == *negative*positive* ]]
}

@test "evaluate --json: accuracy, loss and n at the top; --limit, --part, --min-accuracy" {
    model=$(demo_model)
    run --separate-stderr "$SEQNET" evaluate builtin:demo:2000 -m "$model" --json
    [[ $output =~ ^\{\"accuracy\":[0-9.]+,\"loss\":[0-9.]+,\"n\":400, ]]
    run --separate-stderr "$SEQNET" evaluate builtin:demo:2000 -m "$model" --json --limit 7
    [[ $output == *'"n":7,'* ]]
    run --separate-stderr "$SEQNET" evaluate builtin:demo:2000 -m "$model" --json --part all
    [[ $output == *'"n":2000,'* ]]
    run --separate-stderr "$SEQNET" evaluate builtin:demo:2000 -m "$model" --min-accuracy 1
    [ "$status" -eq 1 ]
    "$SEQNET" evaluate builtin:demo:2000 -m "$model" --min-accuracy 0.1 >/dev/null
}

@test "info shows the summary and the record; --json has fingerprint, config and training" {
    model=$(demo_model)
    run --separate-stderr "$SEQNET" info "$model"
    [[ $output == *"lstm (LSTM)"*"Total params: "*"fingerprint: "*"data: builtin:demo:2000"*"epoch  1"* ]]
    "$SEQNET" info --json "$model" >info.json
    numpy "
import json
o = json.load(open('info.json'))
assert len(o['fingerprint']) == 32
assert o['config']['layers'][1] == {'type': 'lstm', 'units': 32, 'return_sequences': False}
assert o['training']['seed'] == 1 and len(o['training']['history']) == 2
assert 'train builtin:demo:2000' in o['training']['command']"
}

@test "the model file is plain safetensors" {
    model=$(demo_model)
    numpy "
import json, struct
b = open('$model', 'rb').read()
n = struct.unpack('<Q', b[:8])[0]
h = json.loads(b[8:8 + n])
assert (8 + n) % 64 == 0
assert all(isinstance(v, str) for v in h.pop('__metadata__').values())
end = 0
for name, t in sorted(h.items(), key=lambda e: e[1]['data_offsets']):
    assert t['data_offsets'][0] == end, name
    end = t['data_offsets'][1]
    size = {'F32': 4, 'U8': 1}[t['dtype']] * int(np.prod(t['shape']))
    assert t['data_offsets'][1] - t['data_offsets'][0] == size
assert 8 + n + end == len(b)
w = h['lstm.recurrent_kernel']
assert w['shape'] == [32, 128]"
}

@test "pad prints the shapes and writes what NumPy reads" {
    run --separate-stderr "$SEQNET" pad builtin:demo:100 --maxlen 12 -o p.npz
    [[ ${lines[0]} == "input_train shape: (80, 12)" && ${lines[1]} == "input_test shape: (20, 12)" ]]
    "$SEQNET" pad builtin:demo:100 --maxlen 12 --padding post --truncating post -o q.npz -q
    "$SEQNET" load builtin:demo:100 --head 80 >rows
    numpy "
pre, post = np.load('p.npz'), np.load('q.npz')
assert all(a[k].dtype == np.int32 for a in (pre, post) for k in a)
rows = [[int(i) for i in l.split('ids:')[1].split()] for l in open('rows') if ' ids:' in l]
assert len(rows) == 80
for r, a, b in zip(rows, pre['x_train'], post['x_train']):
    assert (a == ([0] * 12 + r)[-12:]).all() and (b == (r + [0] * 12)[:12]).all()
assert set(pre['y_train']) == {0, 1}"
}

@test "a padded file trains to the same weights as what it was made from" {
    "$SEQNET" pad builtin:demo:400 --maxlen 20 -o p.npz >/dev/null
    "$SEQNET" load builtin:demo:400 | grep -o 'ids: 0 to [0-9]*' >ids
    count=$(($(grep -o '[0-9]*$' ids) + 1))
    train() { "$SEQNET" train "$@" --preset keras --epochs 1 --maxlen 20 2>&1 | grep -o 'val_loss: .*'; }
    [ "$(train builtin:demo:400)" = "$(train p.npz --num-words "$count")" ]
}

@test "numbers do not depend on the locale" {
    model=$(demo_model)
    "$SEQNET" predict -m "$model" good >plain
    LC_ALL=de_DE.UTF-8 "$SEQNET" predict -m "$model" good >german
    cmp plain german
}

@test "no library is looked for in the current folder" {
    command -v readelf >/dev/null || skip "no readelf"
    readelf -d "$SEQNET" >dynamic
    grep -q NEEDED dynamic
    sed -nE 's/.*(RPATH|RUNPATH).*\[(.*)\]/\2/p' dynamic >path
    # Each element is absolute.
    if grep -vE '^/[^:]*(:/[^:]*)*$' path; then return 1; fi
}

# A name that the system's loader finds before the real library.
fake_openblas() {
    "$SEQNET" --version | grep -q OpenBLAS || skip "built without OpenBLAS"
    mkdir fake
    "$@" fake/libopenblas.so.0
}

@test "OpenBLAS is loaded for training only" {
    model=$(demo_model)
    fake_openblas touch
    LD_DEBUG=files "$SEQNET" train builtin:demo:100 --epochs 1 -o trained 2>files >out
    grep -q libopenblas files || skip "the loader does not say what it loads"
    LD_DEBUG=files "$SEQNET" predict -m "$model" good >out 2>files
    [ -s out ]
    grep -q libcjson files
    if grep libopenblas files; then return 1; fi
}

@test "without a usable OpenBLAS plain C does its work and training says so" {
    for kind in "touch" "cp $(ldd "$SEQNET" | sed -nE 's/.*libcjson.* => ([^ ]+) .*/\1/p')"; do
        rm -rf fake
        fake_openblas $kind
        LD_LIBRARY_PATH=$PWD/fake "$SEQNET" train builtin:demo:200 --epochs 1 -o "plain" 2>notes
        grep -E "^matrix products run in plain C, .*: .*libopenblas.so.0: .*; install OpenBLAS" notes
        [ "$(grep -c libopenblas notes)" -eq 1 ]
        "$SEQNET" train builtin:demo:200 --epochs 1 -o fast 2>notes
        if grep libopenblas notes; then return 1; fi
        "$SEQNET" evaluate builtin:demo:200 -m plain >a
        "$SEQNET" evaluate builtin:demo:200 -m fast >b
        cmp a b
    done
    LD_LIBRARY_PATH=$PWD/fake "$SEQNET" bench --runs 1 --json train >out 2>notes
    grep -q '"blas":"plain C"' out
    grep -q "install OpenBLAS" notes
    LD_LIBRARY_PATH=$PWD/fake "$SEQNET" --version | grep -x "matrix products: plain C, OpenBLAS cannot be loaded"
}
