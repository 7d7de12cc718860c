# Options that are not typed: SEQNET_OPTIONS, files of options, the user's file; what comes from where.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
    config=$HOME/.config/seqnet/config
    mkdir -p "${config%/*}"
}

# The user's file, whose lines are the arguments.
configure() { printf '%s\n' "$@" >"$config"; }

# at_terminal COMMAND...: what the command prints on a terminal, as "shown".
at_terminal() {
    script -qec "$(printf '%q ' "$@")" /dev/null </dev/null | tr -d '\r' | sed 's/\x1b\[[0-9;]*[mKJA]//g' >shown
}

# The command line of a model's record.
recorded() { "$SEQNET" info "$1" --json | sed -n 's/.*"command":"\([^"]*\)".*/\1/p'; }

quick_rows() {
    rows 60 | to_csv >r.csv
    train=("$SEQNET" train r.csv --preset lstm --no-refit --no-baseline --epochs 1)
}

@test "what is typed is stronger than SEQNET_OPTIONS, which is stronger than the user's file" {
    quick_rows
    configure '--units 3' '[train]' '--embedding-dim 5 --seed 9'
    export SEQNET_OPTIONS="--units 4 --layers 2"
    "${train[@]}" --layers 1 -v -o m.st 2>notes
    grep -qx 'options from SEQNET_OPTIONS: --units 4' notes
    grep -qx 'options from ~/.config/seqnet/config: --embedding-dim 5 --seed 9' notes
    grep -q 'embedding (Embedding) .* 5)' notes
    grep -q 'lstm (LSTM) .* 4)' notes
    [ "$(grep -c '(LSTM)' notes)" -eq 1 ]
}

@test "nothing is said of options without --verbose, and nothing is taken with --no-config" {
    quick_rows
    "${train[@]}" --units 3 -o typed.st 2>typed
    configure '[train]' '--units 3'
    "${train[@]}" -o config.st 2>notes
    ! grep options notes
    [ "$(sed -n 's/^fingerprint //p' typed)" = "$(sed -n 's/^fingerprint //p' notes)" ]
    "${train[@]}" --no-config -o none.st 2>none
    ! grep -q 'lstm (LSTM) .* 3)' none
}

@test "a model's record has what was not typed, and does the same again" {
    quick_rows
    configure "--units 3 --map 'pos=pos;neg=neg'"
    echo '--seed 5 # another one' >more
    "${train[@]}" @more -o m.st 2>first
    cp m.st first.st
    local line
    line=$(recorded m.st)
    [ "$line" = "seqnet train --no-config --seed 5 --units 3 --map 'pos=pos;neg=neg' r.csv --preset lstm --no-refit --no-baseline --epochs 1 -o m.st" ]
    configure '--units 99 --dropout 0.5'
    rm more
    put_on_path
    sh -c "$line" 2>second
    [ "$(grep fingerprint first)" = "$(grep fingerprint second)" ]
}

@test "a training that goes on has the options of its beginning, whatever the configuration is now" {
    quick_rows
    train=("$SEQNET" train r.csv --preset lstm --no-refit --no-baseline)
    configure '--units 3 --threads 1'
    "${train[@]}" --epochs 3 -o whole.st 2>whole
    "${train[@]}" --epochs 3 --checkpoint c --time-limit 0.00001 -q -o m.st || true
    [ -f c ]
    configure '--units 7 --lr 0.5 --epochs 9 --threads 2'
    "$SEQNET" train --resume c -v --time-limit 9 2>notes
    grep -q 'options from ~/.config/seqnet/config: --threads 2$' notes
    [ "$(grep fingerprint whole)" = "$(grep fingerprint notes)" ]
    local line
    line=$(recorded m.st)
    [[ $line == "seqnet train --no-config --units 3 --threads 1 r.csv "* ]]
}

@test "a training that goes on and fails names what counts of the configuration now" {
    quick_rows
    "$SEQNET" train r.csv --preset lstm --no-refit --no-baseline --epochs 3 --checkpoint c --time-limit 0.00001 -q -o m.st || true
    [ -f c ]
    configure '--units 7 --lr 0.5 --threads 2'
    rows 61 | to_csv >r.csv
    run "$SEQNET" train --resume c
    [ "$status" -ne 0 ]
    [[ $output == *"options from ~/.config/seqnet/config: --threads 2"* ]]
    [[ $output != *"--units 7"* ]]
}

@test "what a command answers into a pipe does not depend on the configuration" {
    local model
    model=$(demo_model)
    "$SEQNET" predict -m "$model" "a film" "a bore" >expected
    configure '--threads 1' '[predict]' '--top-k 2' '--json'
    export SEQNET_OPTIONS="--color always --with-filename"
    "$SEQNET" predict -m "$model" "a film" "a bore" >answers 2>notes
    cmp answers expected
    grep -qx 'left out of SEQNET_OPTIONS, since standard output is no terminal: --color always --with-filename' notes
    grep -qx 'left out of ~/.config/seqnet/config, since standard output is no terminal: --top-k 2 --json' notes
    "$SEQNET" predict -v -m "$model" "a film" "a bore" 2>notes | cmp - expected
    grep -qx 'options from ~/.config/seqnet/config: --threads 1' notes
    "$SEQNET" predict -q -m "$model" "a film" "a bore" >answers 2>notes
    cmp answers expected
    [ ! -s notes ]
    "$SEQNET" predict --no-config -m "$model" "a film" "a bore" 2>&1 | cmp - expected
    "$SEQNET" predict --options "$config" -m "$model" "a film" | grep -q '^{'
}

@test "on a terminal it does" {
    needs_terminal
    local model
    model=$(demo_model)
    configure '[predict]' '--top-k 2'
    at_terminal "$SEQNET" predict -v -m "$model" "a film"
    grep -q '^options from ~/.config/seqnet/config: --top-k 2$' shown
    grep -qE '^\w+\s+0\.[0-9]+\s+\w+\s+0\.[0-9]+$' shown
    at_terminal "$SEQNET" predict -m "$model" --top-k 1 "a film"
    grep -qE '^\w+\s+0\.[0-9]+$' shown
}

@test "an option that is not typed gives way to one that excludes it" {
    quick_rows
    configure '[train]' '--no-refit --units 8 --verbose' '[predict]' '--json'
    "$SEQNET" train r.csv --preset lstm --refit --no-baseline --epochs 1 -q -o m.st
    "${train[@]}" --init m.st -v -o n.st 2>notes
    grep -qx '~/.config/seqnet/config:2: --units gives way to --init' notes
    expect_error 2 "refit and --no-refit exclude each other" "$SEQNET" train r.csv --refit --no-refit -q
}

@test "an option that is not typed gives way to values that it does not go with" {
    quick_rows
    configure '[train]' '--optimizer adamw --weight-decay 0.01' '--units 8' '--word-index none.json'
    "${train[@]}" --optimizer adam --vocabulary <(echo film) -v -o m.st 2>notes
    grep -qx '~/.config/seqnet/config:2: --weight-decay gives way to --optimizer' notes
    grep -qx '~/.config/seqnet/config:4: --word-index gives way to --vocabulary' notes
    configure '[train]' '--units 8' '--weight-decay 0.01'
    "${train[@]}" --cell conv1d --optimizer adamw -v -o m.st 2>notes
    grep -qx '~/.config/seqnet/config:2: --units gives way to --cell' notes
    grep -qx 'options from ~/.config/seqnet/config: --weight-decay 0.01' notes
    configure '[train]' '--cell conv1d'
    "${train[@]}" --units 3 -v -o m.st 2>notes
    grep -qx '~/.config/seqnet/config:2: --cell gives way to --units' notes
    expect_error 2 "only a GRU has a reset gate" "${train[@]}" --reset-before --cell rnn -q
}

@test "a failure tells which options were not typed" {
    configure '[train]' '--text-column body'
    rows 30 | to_csv >r.csv
    run -3 "$SEQNET" train r.csv
    [[ $output == *"options from ~/.config/seqnet/config: --text-column body"* ]]
    run -3 "$SEQNET" train r.csv --no-config --text-column body
    [[ $output != *"options from"* ]]
}

@test "a file of options is wrong at a place, and no help is kept from anybody" {
    local path='~/.config/seqnet/config'
    configure '# mine' '[predict]' '--unts 64'
    expect_error 2 "$path:3: unknown option '--unts'" "$SEQNET" predict x
    "$SEQNET" predict --help >/dev/null
    "$SEQNET" help predict >/dev/null
    "$SEQNET" --version >/dev/null
    "$SEQNET" predict --no-config x >/dev/null
    configure '[predct]'
    expect_error 2 "$path:1: unknown command 'predct'; did you mean 'predict'" "$SEQNET" predict x
    configure '--learning-rate 3'
    expect_error 2 "$path:1: unknown option '--learning-rate'; did you mean '--lr'" "$SEQNET" train x
    configure '--threads many'
    expect_error 2 "$path:1: --threads many: expected a whole number from 0" "$SEQNET" predict x
    SEQNET_OPTIONS="--json 'x" expect_error 2 "SEQNET_OPTIONS: a quote is not closed" "$SEQNET" predict x
    SEQNET_THREADS=-1 expect_error 2 "SEQNET_THREADS: --threads -1: expected" "$SEQNET" predict --no-config x
    rm "$config"
    mkdir "$config"
    expect_error 2 "$path: is a folder; .*--no-config" "$SEQNET" predict x
    expect_error 2 "none: cannot be opened" "$SEQNET" load @none
    expect_error 2 "none: cannot be opened" "$SEQNET" predict --options none x
}

@test "files of other editors and systems are read" {
    quick_rows
    printf '\xef\xbb\xbf[train]\r\n--units 3 # few\r\n--embedding-dim 5' >"$config"
    "${train[@]}" -v -o m.st 2>notes
    grep -qx 'options from ~/.config/seqnet/config: --units 3 --embedding-dim 5' notes
    mkdir xdg xdg/seqnet
    echo '--units 4' >xdg/seqnet/config
    XDG_CONFIG_HOME=$PWD/xdg "${train[@]}" -v -o m.st 2>notes
    grep -q 'options from .*/xdg/seqnet/config: --units 4' notes
}

@test "texts that begin with @ are texts" {
    local model
    model=$(demo_model)
    echo '--json' >user
    "$SEQNET" predict -m "$model" "@user a film" @user >answers
    [ "$(wc -l <answers)" -eq 2 ]
    ! grep '{' answers
    "$SEQNET" tokens -m "$model" @user | grep -q '@user'
}

@test "threads come from SEQNET_THREADS, and 0 stands for all" {
    local model
    model=$(demo_model)
    SEQNET_THREADS=1 "$SEQNET" predict -v -m "$model" x 2>&1 >/dev/null | grep -qx 'options from SEQNET_THREADS: --threads 1'
    SEQNET_THREADS=1 "$SEQNET" predict -v -j 2 -m "$model" x 2>&1 >/dev/null | grep -qx 'SEQNET_THREADS has no options for predict'
    "$SEQNET" predict -j 0 -m "$model" x
    SEQNET_THREADS=1 "$SEQNET" info "$model" >/dev/null # which has no threads
}
