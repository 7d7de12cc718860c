#!/usr/bin/env bats
# The help: what fits on a screen, what is complete, lines that fit, one default in force.

bats_require_minimum_version 1.5.0
load helpers
setup() {
    setup_workdir
    unset COLUMNS NO_COLOR
    export TERM=xterm LANG=C.UTF-8
}

commands() { "$SEQNET" help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | grep -vx help; }

# helps COMMAND: its whole help with each option's text on the line of its name.
helps() {
    "$SEQNET" "$1" --help | awk '
        /^  (-.,|   ) --/ { if (row) print row; row = $0; next }
        /^                    / && row { sub(/^ +/, " "); row = row $0; next }
        { if (row) print row; row = ""; print }
        END { if (row) print row }'
}

# on_terminal COLUMNS COMMAND: what the command shows on a terminal of so many columns.
on_terminal() {
    script -qec "stty cols $1; $2" /dev/null </dev/null | tr -d '\r' | sed 's/\x1b\[[0-9;]*m//g'
}

# The words of a help, without what depends on its width.
words_of() { tr -s ' |,:\\\n' '\n' <"$1" | grep -vxE 'WORD|one|of' | sort -u; }

@test "-h fits on a screen, with two examples and the way to the rest" {
    [ "$(commands | wc -l)" -ge 19 ]
    for command in $(commands); do
        "$SEQNET" "$command" -h >short
        [ "$(wc -l <short)" -le 24 ]
        [ "$(wc -L <short)" -le 80 ]
        [ "$(sed -n '/^Examples:$/,/^$/p' short | grep -c '^  [a-z]')" -ge 1 ]
        [ "$(sed -n '/^Examples:$/,/^$/p' short | grep -c '^  [a-z]')" -le 2 ]
        tail -n 2 short | tr '\n' ' ' | grep -qF "'seqnet $command --help' shows all"
    done
    "$SEQNET" -h >short
    [ "$(wc -l <short)" -le 24 ]
    [ "$(wc -L <short)" -le 80 ]
    for command in $(commands); do grep -qw "$command" short; done
}

@test "--help fits 80 columns in a pipe, or as many as COLUMNS says" {
    for command in "" $(commands); do
        # shellcheck disable=SC2086
        "$SEQNET" $command --help >shown
        [ "$(wc -L <shown)" -le 80 ]
        for columns in 50 60 100; do
            # shellcheck disable=SC2086
            COLUMNS=$columns "$SEQNET" $command --help >shown
            [ "$(wc -L <shown)" -le $columns ]
        done
    done
}

@test "on a narrow terminal no line is too long and no word is broken" {
    needs_terminal
    for command in "" $(commands); do
        on_terminal 60 "$SEQNET $command --help" >narrow
        [ "$(wc -L <narrow)" -le 60 ]
        # shellcheck disable=SC2086
        COLUMNS=100 "$SEQNET" $command --help >wide
        diff <(words_of narrow) <(words_of wide)
    done
}

@test "on a very narrow terminal only words in quotes are longer than a line" {
    for command in $(commands); do
        for help in -h --help; do
            COLUMNS=40 "$SEQNET" "$command" $help | grep -v '"' >narrow
            [ "$(wc -L <narrow)" -le 40 ] || { cat narrow; return 1; }
        done
    done
}

@test "examples that are broken are the same command" {
    "$SEQNET" compare --help | sed -n '/^Examples:$/,$p' >wide
    COLUMNS=40 "$SEQNET" compare --help | sed -n '/^Examples:$/,$p' >narrow
    grep -q ' \\$' narrow
    [ "$(sed -e ':a' -e '/ \\$/N; s/ \\\n */ /; ta' narrow)" = "$(cat wide)" ]
}

@test "each option is in the help once, under one of six headings in order" {
    for command in $(commands); do
        helps "$command" >shown
        grep -oE '^  (-.,|   ) --[a-z0-9-]+' shown | grep -oE -- '--.*' >options
        [ -z "$(sort options | uniq -d)" ]
        [ "$("$SEQNET" "$command" -h | grep -oE 'all [0-9]+ options')" = "all $(wc -l <options) options" ]
        grep -E '^[A-Z][a-z]+:$' shown | grep -vE '^(Options|Examples):$' >headings || true
        printf '%s:\n' Data Words Model Training Output General | grep -xFf headings | diff - headings
    done
}

@test "a line has one default, and none that is off" {
    for command in $(commands); do
        helps "$command" >shown
        run ! grep -E 'default.*\(default' <(sed 's/where defaults come from//' shown)
        run ! grep -E '\(default [^:]|\(default: (0|0\.0)?\)' shown
    done
    helps train >shown
    grep -qE '^ +--lr X .*\(default: keras 0.001, ids 0.0015, texts 0.003 to 0.01, sgd 0.01\)$' shown
    grep -qE '^ +--patience N .*\(default: texts 0 to 10\)$' shown
    grep -qE '^  -o, --output FILE .*\(default: seqnet.safetensors\)$' shown
}

@test "the share of validation rows is the one that the help says" {
    for count in 4999 5000; do
        rows $count | to_csv >$count.csv
        "$SEQNET" prepare $count.csv -o $count.rows >said 2>&1
        grep -oE '[0-9]+ training, [0-9]+ validation' said >>parts
    done
    [ "$(paste -sd ' ' parts)" = "3999 training, 1000 validation 4500 training, 500 validation" ]
    helps train | grep -qE '^ +--validation-split X .*\(default: 0.2; 0.1 from 5000 texts on\)$'
}

@test "every environment variable that is read is in the help" {
    source=$BATS_TEST_DIRNAME/../../src
    "$SEQNET" help | sed -n '/^Environment:$/,/^$/p' | grep -oE '\b[A-Z][A-Z_]{2,}[A-Z]\b' | sort -u >said
    grep -rhoE 'getenv\("[A-Z_]+"' "$source" | grep -oE '[A-Z_]{2,}' >read
    # Where the names are in a table, all that look like names.
    for file in $(grep -rlE 'getenv\([^"]' "$source"); do
        grep -oE '"[A-Z]+(_[A-Z]+)+"|"LANG"' "$file" | tr -d '"' >>read
    done
    [ "$(sort -u read | wc -l)" -ge 15 ]
    run -0 comm -23 <(sort -u read) said
    [ -z "$output" ]
}

@test "help takes several commands, and refuses all of them when one is none" {
    [ "$("$SEQNET" help train predict | grep -c '^usage: ')" -eq 2 ]
    expect_error 2 "unknown command 'predcit'; did you mean 'predict'" "$SEQNET" help train predcit
    diff <("$SEQNET" help) <("$SEQNET" --help)
    diff <("$SEQNET" help --help) <("$SEQNET" --help)
    diff <("$SEQNET" help info) <("$SEQNET" info --help)
}

@test "names and headings are bold on a terminal alone" {
    needs_terminal
    bold=$'\033[1m'
    show="stty cols 80; $SEQNET info --help"
    script -qec "$show" /dev/null </dev/null >shown
    grep -qF "${bold}Options" shown
    grep -qF "${bold}--json" shown
    grep -qF "${bold}-q, --quiet" shown
    NO_COLOR=1 script -qec "$show" /dev/null </dev/null >shown
    run ! grep -q $'\033' shown
    TERM=dumb script -qec "$show" /dev/null </dev/null >shown
    run ! grep -q $'\033' shown
    run ! grep -q $'\033' <("$SEQNET" info --help)
    "$SEQNET" info --color always --help | grep -qF "${bold}--json"
}

@test "help that cannot be written is an error" {
    [ -w /dev/full ] || skip "no /dev/full"
    expect_error 6 "standard output" bash -c "'$SEQNET' train --help >/dev/full"
    expect_error 6 "standard output" bash -c "'$SEQNET' help >/dev/full"
}
