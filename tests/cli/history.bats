#!/usr/bin/env bats
# Learning curves: of stored models with history, of a training under way with train --history; and
# norms of gradients with history --gradients.

bats_require_minimum_version 1.5.0
load helpers
setup() { setup_workdir; }

# well_formed FILE: whether XML is.
well_formed() {
    if command -v xmllint >/dev/null; then
        xmllint --noout "$1"
    else
        python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$1"
    fi
}

# A model without validation rows.
plain_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/plain.safetensors" ]; then
        "$SEQNET" train builtin:demo:500 --epochs 3 --validation-split 0 -q \
            -o "$BATS_FILE_TMPDIR/plain.safetensors"
    fi
    echo "$BATS_FILE_TMPDIR/plain.safetensors"
}

@test "a pipe gets a table with the numbers of the record" {
    cp "$(demo_model)" m.safetensors
    run --separate-stderr "$SEQNET" history m.safetensors
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "${#lines[@]}" -eq 3 ]
    [ "${lines[0]}" = "$(printf 'model\tepoch\tacc\tloss\tval_acc\tval_loss\tseconds\tkept')" ]
    "$SEQNET" info --json m.safetensors >info.json
    numpy "
import json
record = json.load(open('info.json'))['training']
for line, epoch in zip(open(0).read().splitlines()[1:], record['history']):
    fields = line.split('\t')
    assert fields[0] == 'm.safetensors'
    for name, field in zip(['epoch', 'acc', 'loss', 'val_acc', 'val_loss', 'seconds'], fields[1:]):
        assert float(field) == epoch[name], (name, field)
    assert int(fields[7]) == (epoch['epoch'] == record['kept_epoch'])" <<<"$output"
}

@test "without MODEL it is the model that other commands take" {
    expect_error 4 "no model: ./seqnet.safetensors does not exist" "$SEQNET" history
    cp "$(demo_model)" seqnet.safetensors
    run --separate-stderr "$SEQNET" history
    [[ ${lines[1]} == "seqnet.safetensors"$'\t'1* && $stderr == "model: seqnet.safetensors" ]]
    SEQNET_MODEL=$(plain_model) run --separate-stderr "$SEQNET" history
    [[ ${lines[1]} == *"/plain.safetensors"$'\t'1* ]]
    run --separate-stderr "$SEQNET" history -m "$(plain_model)"
    [ "${#lines[@]}" -eq 4 ]
    expect_error 2 "models are named twice" "$SEQNET" history -m seqnet.safetensors seqnet.safetensors
}

@test "csv quotes names, json has null for what a record lacks" {
    cp "$(plain_model)" 'a,"b.safetensors'
    run --separate-stderr "$SEQNET" history --output-format csv 'a,"b.safetensors'
    [[ ${lines[1]} =~ ^\"a,\"\"b\.safetensors\",1,0\.[0-9]+,0\.[0-9]+,,,0\.[0-9]+,0$ ]]
    [[ ${lines[3]} =~ ,1$ ]] # without validation the last epoch is kept
    run --separate-stderr "$SEQNET" history --output-format json 'a,"b.safetensors' "$(demo_model)"
    numpy "
import json
models = json.load(open(0))['models']
assert [list(m) for m in models] == [['model', 'kept_epoch', 'refit_epochs', 'epochs']] * 2
assert models[0]['model'] == 'a,\"b.safetensors' and models[0]['kept_epoch'] == 3
assert [e['val_acc'] for e in models[0]['epochs']] == [None] * 3
assert all(list(e) == ['epoch', 'acc', 'loss', 'val_acc', 'val_loss', 'seconds']
           for m in models for e in m['epochs'])" <<<"$output"
}

@test "text: title, legend and both panels, in 60 columns and without escapes" {
    run --separate-stderr "$SEQNET" history "$(demo_model)" --output-format text --width 60
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = demo ]
    [[ ${lines[1]} =~ ^"a training   b validation   "[^\ ]+" kept epoch: "[12]$ ]]
    [[ $output == *"accuracy by epoch"*"loss (nats) by epoch"* && $output != *$'\033'* ]]
    [ "$(LC_ALL=C.UTF-8 wc -L <<<"$output")" -le 60 ]
    LC_ALL=C run --separate-stderr "$SEQNET" history "$(demo_model)" --output-format text
    run ! grep -q $'[\x80-\xff]' <<<"$output"
}

@test "a terminal gets curves, in color unless NO_COLOR says no" {
    needs_terminal
    model=$(demo_model)
    TERM=xterm script -qec "stty cols 60; '$SEQNET' history '$model'" /dev/null </dev/null >shown
    grep -q 'accuracy by epoch' shown
    grep -q $'\033\\[94m' shown
    [ "$(tr -d '\r' <shown | sed 's/\x1b\[[0-9]*m//g' | LC_ALL=C.UTF-8 wc -L)" -le 60 ]
    TERM=xterm NO_COLOR=1 script -qec "'$SEQNET' history '$model'" /dev/null </dev/null >plain
    run ! grep -q $'\033' plain
    run --separate-stderr "$SEQNET" history "$model" --output-format text --color always
    [[ $output == *$'\033[94m'* ]]
}

@test "several models: one line each, named by files, folders or --names" {
    mkdir x y
    cp "$(demo_model)" x/m.safetensors
    cp "$(plain_model)" y/m.safetensors
    run --separate-stderr "$SEQNET" history x/m.safetensors y/m.safetensors --output-format text
    [[ ${lines[1]} == "a x/m   b y/m (training)   "*" kept epoch" ]]
    run --separate-stderr "$SEQNET" history x/m.safetensors y/m.safetensors --output-format text \
        --names RNN,LSTM --title Cells --metric acc
    [[ ${lines[0]} == Cells && ${lines[1]} == "a RNN   b LSTM   "* ]]
    [[ $output == *"training accuracy by epoch"* && $output != *loss* ]]
    expect_error 2 "--names: 1 name for 2 models" "$SEQNET" history x/m.safetensors y/m.safetensors \
        --names one
    expect_error 4 "y/m.safetensors: its training record has no val_loss" "$SEQNET" history \
        y/m.safetensors --metric val_loss --output-format svg
}

@test "svg is well-formed and self-contained, whatever the names are" {
    hostile=$'<b>&"\'\x01\xff]]>-->.safetensors'
    cp "$(demo_model)" "$hostile"
    "$SEQNET" history "$hostile" "$(plain_model)" -o out.svg -q
    well_formed out.svg
    grep -q 'prefers-color-scheme:dark' out.svg
    grep -qF '&lt;b&gt;&amp;&quot;&#39;\x01\xff]]&gt;--&gt;' out.svg
    run ! grep -qiE '<script|href|url\(|@import|@font-face' out.svg
    "$SEQNET" history "$(demo_model)" --title "$hostile" -o title.svg -q
    well_formed title.svg
}

@test "the ending of -o chooses the format, and only curves are replaced" {
    cp "$(demo_model)" m.safetensors
    for ending in svg csv tsv json; do
        "$SEQNET" history m.safetensors -o "out.$ending" -q
        run --separate-stderr "$SEQNET" history m.safetensors -o "out.$ending"
        [[ $stderr == "wrote out.$ending, replacing older curves" && -z $output ]]
    done
    [[ $(head -c 12 out.json) == '{"models":[{' ]]
    [ "$(wc -l <out.csv)" -eq 3 ]
    cmp out.tsv <("$SEQNET" history m.safetensors)
    cmp out.tsv <("$SEQNET" history m.safetensors -o -)
    expect_error 2 "-o out.png: the name does not say which format" "$SEQNET" history m.safetensors -o out.png
    echo mine >mine.csv
    expect_error 6 "mine.csv: does not hold learning curves" "$SEQNET" history m.safetensors -o mine.csv
    [ "$(cat mine.csv)" = mine ]
    "$SEQNET" history m.safetensors -f -o mine.csv -q
    expect_error 6 "m.safetensors: is an input of this run" "$SEQNET" history m.safetensors -f \
        -o m.safetensors --output-format csv
    expect_error 6 "nosuch" "$SEQNET" history m.safetensors -o nosuch/out.svg
}

@test "models that cannot be read, records without epochs" {
    expect_error 4 "nosuch.safetensors: " "$SEQNET" history nosuch.safetensors
    echo x >x.safetensors
    expect_error 4 "x.safetensors: " "$SEQNET" history "$(demo_model)" x.safetensors
    expect_error 2 "--metric f1: expected one of auto, acc, loss, val_acc, val_loss" \
        "$SEQNET" history --metric f1
    # An interrupt in the first epoch leaves a model without a finished epoch.
    "$SEQNET" train builtin:demo:20000 --epochs 9 --units 256 -o early.safetensors 2>log &
    pid=$!
    for _ in $(seq 100); do grep -q 'Epoch 1' log && break; sleep 0.05; done
    kill -INT $pid
    wait $pid || true
    [ -f early.safetensors ] || cp early.safetensors.interrupted early.safetensors
    expect_error 4 "early.safetensors: no finished epoch in the training record" \
        "$SEQNET" history early.safetensors -q
    run --separate-stderr "$SEQNET" history "$(demo_model)" early.safetensors
    [ "$status" -eq 0 ]
    [[ $stderr == *"early.safetensors: its training record has no finished epoch"* ]]
}

@test "a refit has no curve, and history says so" {
    rows 240 | to_csv >r.csv
    "$SEQNET" train r.csv --epochs 3 --refit -q -o again.safetensors --history again.csv
    run --separate-stderr "$SEQNET" history again.safetensors
    [[ $stderr == *"again.safetensors: trained again on all rows for "* ]]
    curves=$((${#lines[@]} - 1))
    run --separate-stderr "$SEQNET" history again.safetensors --output-format text -q
    [[ ${lines[1]} == *"best epoch: "* && -z $stderr ]]
    [ "$(grep -c ',0$' again.csv)" -eq "$curves" ]
    [ "$(grep -c ',1$' again.csv)" -ge 1 ]
}

@test "a full disk is an error, a closed pipe is none" {
    run --separate-stderr bash -c "'$SEQNET' history '$(demo_model)' >/dev/full"
    [ "$status" -eq 6 ]
    run --separate-stderr bash -c "'$SEQNET' history '$(demo_model)' --output-format svg | head -c 1"
    [ -z "$stderr" ]
}

@test "train --history: the epochs of train --json, as csv" {
    "$SEQNET" train builtin:demo:500 --epochs 3 -q --json --history epochs.csv -o m.safetensors >json
    numpy "
import csv, json
rows = list(csv.DictReader(open('epochs.csv')))
assert list(rows[0]) == ['epoch', 'acc', 'loss', 'val_acc', 'val_loss', 'seconds', 'refit']
for row, line in zip(rows, open('json')):
    for key, number in dict(json.loads(line), refit=0).items():
        assert abs(float(row[key]) - number) < 1e-14 # JSON may lack the last bit
assert len(rows) == 3"
    "$SEQNET" train builtin:demo:500 --epochs 2 -q --validation-split 0 --history epochs.csv -o m.safetensors
    [ "$(wc -l <epochs.csv)" -eq 3 ] # replaced
    [[ $(tail -1 epochs.csv) =~ ^2,0\.[0-9]+,0\.[0-9]+,,,[0-9.]+,0$ ]]
}

@test "train --history: json lines when the name says so, the model as without" {
    "$SEQNET" train builtin:demo:500 --epochs 2 -q --json --history epochs.jsonl -o m.safetensors |
        sed '/"done":true/d; s/}$/,"refit":false}/' >expected
    cmp expected epochs.jsonl
    "$SEQNET" train builtin:demo:500 --epochs 2 -q -o other.safetensors
    [ "$("$SEQNET" info m.safetensors | grep fingerprint)" = "$("$SEQNET" info other.safetensors | grep fingerprint)" ]
}

@test "train --history: each epoch is there when it ends" {
    "$SEQNET" train builtin:demo:4000 --epochs 10000 -q --history epochs.csv -o m.safetensors &
    pid=$!
    for _ in $(seq 200); do grep -q '^2,' epochs.csv 2>/dev/null && break; sleep 0.05; done
    [[ $(head -1 epochs.csv) == epoch,acc,loss,* ]]
    grep -q '^2,' epochs.csv
    kill -0 $pid
    kill -INT $pid
    wait $pid || true
}

@test "train --history: only such files are replaced, and never an input" {
    rows 60 | to_csv >r.csv
    echo mine >mine.csv
    expect_error 6 "mine.csv: does not hold epochs of a training" "$SEQNET" train r.csv --history mine.csv
    expect_error 6 "r.csv: is an input of this run; choose another name with --history" \
        "$SEQNET" train r.csv -f --history r.csv
    ln -s r.csv link.csv
    expect_error 6 "link.csv: is r.csv, or in it, an input" "$SEQNET" train r.csv -f --history link.csv
    expect_error 2 "--history m.safetensors: the model goes there" \
        "$SEQNET" train r.csv -o m.safetensors --history m.safetensors
    expect_error 2 "--history -: what is written needs a name" "$SEQNET" train r.csv --history -
    [ "$(cat mine.csv)" = mine ]
    # Data that cannot be read leave the file alone.
    "$SEQNET" train r.csv --epochs 1 -q --history old.csv
    before=$(cksum <old.csv)
    expect_error 3 "nosuch.csv" "$SEQNET" train nosuch.csv --history old.csv
    [ "$before" = "$(cksum <old.csv)" ]
    # So does a training that cannot begin.
    expect_error 2 "warm-up of 1000000 steps" "$SEQNET" train -q r.csv --history old.csv --warmup 1000000
    echo '[1, 2]' >layers.json
    expect_error 3 "layers.json: layer 1" "$SEQNET" train -q r.csv --history old.csv --layer-file layers.json
    [ "$before" = "$(cksum <old.csv)" ]
    expect_error 6 "sub: is a folder; name a file in it with --history" \
        bash -c 'mkdir sub; exec "$@"' bash "$SEQNET" train r.csv --history sub
}

@test "train --history: the model's own names are refused, however they are written" {
    rows 60 | to_csv >r.csv
    mkdir d
    ln -s d e
    ln -s m.safetensors link.csv
    for name in ./m.safetensors "$PWD/m.safetensors" d/../m.safetensors link.csv; do
        expect_error 2 "--history .*: the model goes there" "$SEQNET" train r.csv -o m.safetensors --history "$name"
    done
    expect_error 2 "the model goes there" "$SEQNET" train r.csv -o d/m --history e/m
    for ending in unfinished unfinished.2 rejected interrupted; do
        expect_error 2 "the model, not let through or not finished, goes there" \
            "$SEQNET" train r.csv -o m.safetensors --history "m.safetensors.$ending"
    done
    "$SEQNET" train builtin:demo:200 --epochs 1 -q -o d/m --history d/m.csv
    [ "$(wc -l <d/m.csv)" -eq 2 ]
}

@test "train --history: other programs' logs are not taken for its own" {
    printf '{"epoch":1,"mine":2}\n' >own.jsonl
    printf 'epoch,acc,loss,val_acc,val_loss,seconds,refit\nimportant other data\n' >own.csv
    printf 'epoch,acc,loss,val_acc,val_loss,seconds,refit,more\n' >more.csv
    for name in own.jsonl own.csv more.csv; do
        expect_error 6 "$name: does not hold epochs of a training" "$SEQNET" train builtin:demo:200 --history $name
    done
    for name in a.jsonl a.csv; do
        for _ in 1 2; do
            "$SEQNET" train builtin:demo:200 --epochs 2 -q --history $name -o m.safetensors
        done
        "$SEQNET" train builtin:demo:200 --epochs 1 -q --validation-split 0 --history $name -o m.safetensors
        "$SEQNET" train builtin:demo:200 --epochs 1 -q --history $name -o m.safetensors
    done
}

@test "tables have the names that --names gives, and no control characters" {
    "$SEQNET" train builtin:demo:200 --epochs 1 -q -o $'a\nb\e[31m.safetensors'
    "$SEQNET" history *.safetensors --names Foo | cut -f 1 | tail -1 | grep -qx Foo
    "$SEQNET" history *.safetensors --names Foo --output-format csv | grep -q '^Foo,1,'
    "$SEQNET" history *.safetensors --names Foo --output-format json | jq -e '.models[0].model == "Foo"'
    "$SEQNET" history -q --gradients builtin:demo:200 *.safetensors --names Foo | tail -1 | grep -q '^Foo	'
    "$SEQNET" history *.safetensors >table
    [ "$(wc -l <table)" -eq 2 ]
    tail -1 table | cut -f 1 | grep -qxF 'a\nb\x1b[31m.safetensors'
}

@test "train --history: a file that cannot be written costs no model, but the exit code" {
    expect_error 6 "/dev/full: cannot be written: No space left on device" "$SEQNET" train \
        builtin:demo:500 -q --history /dev/full -o m.safetensors
    [ ! -e m.safetensors ] # the header tells before the training
    ln -s /dev/full full.jsonl
    expect_error 6 "full.jsonl: cannot be written: No space left on device" "$SEQNET" train \
        builtin:demo:500 --epochs 2 -q --history full.jsonl -o m.safetensors
    "$SEQNET" info m.safetensors
}

# recall_model CELL [OPTION...]: CELL.safetensors, for texts of 20 words, made once per file of tests.
recall_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/recall_$1.safetensors" ]; then
        "$SEQNET" train builtin:recall:20:1000 --cell "$@" --epochs 1 -q -j 1 \
            -o "$BATS_FILE_TMPDIR/recall_$1.safetensors"
    fi
    cp "$BATS_FILE_TMPDIR/recall_$1.safetensors" "$1.safetensors"
}

@test "gradients: a pipe gets a row for each timestep, and a sentence on standard error" {
    recall_model lstm
    recall_model rnn
    run --separate-stderr "$SEQNET" history --gradients builtin:recall:20 lstm.safetensors rnn.safetensors
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 43 ]
    [ "${lines[0]}" = "$(printf 'model\tsteps_before_end\ttimestep\tgradient')" ]
    [[ ${lines[1]} =~ ^lstm.safetensors$'\t'0$'\t'21$'\t'0\.[0-9]+$ ]]
    [[ ${lines[42]} =~ ^rnn.safetensors$'\t'20$'\t'1$'\t'[0-9.e-]+$ ]]
    [ "$(cut -d ' ' -f 1 <<<"$stderr" | paste -sd ' ')" = "lstm.safetensors: rnn.safetensors:" ]
    [[ $stderr =~ "rnn.safetensors: the gradient "(falls to|stays above)" 1/1000 of the last step's" ]]
    # DATA itself is the seed's: the same numbers again, and others for other rows.
    cmp <("$SEQNET" history -q --gradients builtin:recall:20 rnn.safetensors) <(sed -n '1p;/^rnn/p' <<<"$output")
    run ! cmp -s <("$SEQNET" history -q --gradients builtin:recall:20 rnn.safetensors --limit 5) \
        <("$SEQNET" history -q --gradients builtin:recall:20 rnn.safetensors)
}

@test "gradients: json says of which rows they are" {
    recall_model rnn
    "$SEQNET" history -q --gradients builtin:recall:20 -m rnn.safetensors --output-format json >g.json
    "$SEQNET" history -q --gradients builtin:recall:20:100 -m rnn.safetensors --part train \
        --output-format json >t.json
    numpy "
import json
g, t = (json.load(open(f))['models'][0] for f in ('g.json', 't.json'))
assert list(g) == ['model', 'layer', 'data', 'part', 'rows', 'steps_to_thousandth', 'gradients']
assert (g['layer'], g['data'], g['part'], g['rows']) == ('simple_rnn', 'builtin:recall:20', 'test', 128)
assert (t['part'], t['rows'], len(t['gradients'])) == ('train', 80, 21)
small = [k for k, n in enumerate(g['gradients']) if n <= g['gradients'][0] / 1000]
assert g['steps_to_thousandth'] == (small[0] if small else None)"
}

@test "gradients: a chart, and the same in words below it" {
    recall_model lstm
    recall_model rnn
    run --separate-stderr "$SEQNET" history --gradients builtin:recall:20 lstm.safetensors rnn.safetensors \
        --output-format text --names LSTM,SimpleRNN --width 60
    [ "$status" -eq 0 ]
    [ -z "$stderr" ]
    [ "${lines[1]}" = "a LSTM   b SimpleRNN" ]
    [[ $output == *"norm of the gradient by timesteps before the last"* ]]
    [[ ${lines[-2]} == "LSTM: the gradient "* && ${lines[-1]} == "SimpleRNN: the gradient "* ]]
    needs_terminal
    TERM=xterm script -qec "'$SEQNET' history --gradients builtin:recall:20 rnn.safetensors" /dev/null \
        </dev/null >shown
    grep -q 'norm of the gradient' shown
}

@test "gradients: svg is well-formed, and files are replaced as those of curves" {
    recall_model rnn
    for ending in svg csv tsv json; do
        "$SEQNET" history --gradients builtin:recall:20 rnn.safetensors -o "out.$ending" -q
        run --separate-stderr "$SEQNET" history --gradients builtin:recall:20 rnn.safetensors -o "out.$ending"
        [[ $stderr == *"wrote out.$ending, replacing older curves" && -z $output ]]
    done
    well_formed out.svg
    [[ $(head -1 out.csv) == model,steps_before_end,timestep,gradient ]]
    rows 60 | to_csv >r.csv
    expect_error 6 "r.csv: is an input of this run" "$SEQNET" history -q --gradients r.csv "$(text_model)" \
        -f -o r.csv
}

@test "gradients: data in the form of evaluate, read as the model reads it" {
    rows 60 | to_csv | sed 's/^label,text/class,words/' >r.csv
    run --separate-stderr "$SEQNET" history -q --gradients r.csv "$(text_model)" \
        --text-column words --label-column class
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -gt 5 ]
    run --separate-stderr bash -c "'$SEQNET' history --gradients - '$(text_model)' --text-column words \
        --label-column class --input-format csv <r.csv"
    [ "$status" -eq 0 ] && [ "${#lines[@]}" -gt 5 ]
}

@test "gradients: what cannot be shown is one line" {
    recall_model conv1d --layers 1
    recall_model rnn
    expect_error 4 "conv1d.safetensors: the model has no recurrent layer" \
        "$SEQNET" history --gradients builtin:recall:20 -q rnn.safetensors conv1d.safetensors
    expect_error 2 "gradients" "$SEQNET" history rnn.safetensors --gradients
    expect_error 3 "nosuch.csv: " "$SEQNET" history --gradients nosuch.csv rnn.safetensors
    expect_error 3 "builtin:recall:20: has no rows in this part" \
        "$SEQNET" history --gradients builtin:recall:20 rnn.safetensors --part validation
    expect_error 2 "--limit goes with --gradients DATA" "$SEQNET" history rnn.safetensors --limit 5
    expect_error 2 "--label-column goes with" "$SEQNET" history rnn.safetensors --label-column a
    expect_error 2 "--metric is of learning curves" \
        "$SEQNET" history --gradients builtin:recall:20 rnn.safetensors --metric acc
    expect_error 2 "--gradients -: standard input can be read for one model only" \
        "$SEQNET" history --gradients - rnn.safetensors rnn.safetensors
    numpy "
x = np.full((4, 5), 99999, np.int32)
y = np.array([0, 1, 0, 1])
np.savez('ids.npz', x_train=x, y_train=y, x_test=x, y_test=y)"
    expect_error 3 "ids.npz: .*99999" "$SEQNET" history --gradients ids.npz rnn.safetensors
}

@test "history --help shows the formats and examples" {
    run --separate-stderr "$SEQNET" history --help
    [ "$status" -eq 0 ]
    [[ $output == *"--output-format auto|text|tsv|csv|json|svg"*"(default: auto)"* ]]
    [[ $output == *"seqnet history rnn.safetensors lstm.safetensors"* ]]
}
