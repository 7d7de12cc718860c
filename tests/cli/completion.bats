# Completion of the command line: in bash, with and without the package bash-completion, in zsh and in
# fish, as they are typed in.
load helpers

setup() {
    setup_workdir
    put_on_path
    COMPLETION="$BATS_TEST_DIRNAME/../../src/completion"
    printf 'id,subject line,"a:b",body,"q""uote",team\n1,Refund,y,hello,w,A\n' >tickets.csv
    cp tickets.csv 'my data.csv'
    printf '{"text":"hi","user":{"name":"x"},"stars":3}\n' >reviews.jsonl
    mkdir folder
}

needs() {
    command -v "$1" >/dev/null || skip "there is no $1"
}

# asked WORD...: the candidates where the last word is typed, for fish.
asked() {
    seqnet --complete fish $(($# - 1)) "$@" | sed 1d | cut -f 1
}

# in_bash LINES: what becomes of lines with \t in them.
in_bash() {
    needs_terminal
    printf '. "%s/complete.bash"\n' "$COMPLETION" >setup
    printf "$1" | python3 "$BATS_TEST_DIRNAME/type_keys.py" bash setup >typed
}

in_zsh() {
    needs zsh
    needs_terminal
    mkdir -p functions
    cp "$COMPLETION/complete.zsh" functions/_seqnet
    printf 'fpath=("%s" $fpath)\nautoload -Uz compinit\ncompinit -u -D\n' "$PWD/functions" >setup
    printf "$1" | python3 "$BATS_TEST_DIRNAME/type_keys.py" zsh setup ${2-} >typed
}

# in_fish LINE: the candidates with their descriptions.
in_fish() {
    needs fish
    LINE=$1 fish --no-config -c "source $COMPLETION/complete.fish; complete -C \"\$LINE\"" >typed
}

typed_are() {
    printf '%s\n' "$@" | diff - typed
}

@test "every option of every command is offered, with what it is" {
    [ "$(seqnet --generate commands | wc -l)" -ge 19 ]
    for command in $(seqnet --generate commands); do
        seqnet "$command" --help | sed -n 's/^  \(-., \|    \)--\([a-z0-9-]*\).*/--\2/p' | sort >there
        asked "$command" -- | sort >offered
        diff there offered
        ! seqnet --complete fish 1 "$command" -- | sed 1d | grep -vP '^--[a-z0-9-]+\t.' || false
    done
    [ "$(asked "")" = "$(seqnet --generate commands; echo help)" ]
}

@test "values of every choice are those that the parser takes" {
    for command in train predict evaluate export; do
        COLUMNS=100 seqnet "$command" --help | sed -n 's/^ *\(-., \)\{0,1\}--\([a-z-]*\) [a-z0-9_-]*|.*/--\2/p' >choices
        [ -s choices ]
        while read -r option; do
            seqnet --complete fish 2 "$command" "$option" '' | sed 1d | cut -f 1 >words
            seqnet "$command" "$option" no-such-word 2>error || true
            sed -n 's/.*expected one of \(.*\); see .*/\1/p' error | sed 's/, /\n/g' >taken
            [ -s taken ]
            diff taken words
        done <choices
    done
}

@test "what is typed already is not offered again, unless it may be repeated" {
    ! asked train --cell gru --seed=1 -q -- | grep -xE -- '--(cell|seed|quiet)' || false
    asked train --text-column a -- | grep -x -- --text-column
    asked train --cell | grep -x -- --cell
    [ -z "$(asked predict -- --js)" ]
}

@test "columns come from the data on the line, as the line says that it is read" {
    [ "$(asked train tickets.csv --text-column '')" = "$(printf 'id\nsubject line\na:b\nbody\nq"uote\nteam')" ]
    printf 'a;b;c\n1;2;3\n' >data
    [ "$(asked train data --delimiter ';' --header yes --label-column '' | tr '\n' ' ')" = 'a b c ' ]
    [ "$(asked train data --delimiter=';' --header=no --label-column '' | tr '\n' ' ')" = '1 2 3 ' ]
    [ "$(asked train --train tickets.csv --weight-column= | head -n 1)" = --weight-column=id ]
    [ "$(asked train reviews.jsonl --text-key '' | tr '\n' ' ')" = 'text user.name stars ' ]
    gzip -k tickets.csv
    asked evaluate tickets.csv.gz --by '' | grep -x team
    asked predict 'some text' --input 'my data.csv' --text-column '' | grep -x body
    [ "$(asked compare a.safetensors tickets.csv --label-column '' | head -n 1)" = id ]
    cp tickets.csv "$HOME"
    asked train '~/tickets.csv' --label-column '' | grep -x team
    # Words behind the cursor count, too.
    [ "$(seqnet --complete fish 2 train --label-column '' tickets.csv | sed -n 2p | cut -f 1)" = id ]
}

@test "words that the details of a command explain are shown with that" {
    seqnet --complete fish 2 train --preset '' >presets
    grep -x 'fast	the n-grams alone' presets
    grep -x 'auto	default' presets
}

@test "a flag takes no value, so that none is described" {
    [ -z "$(seqnet --complete fish 1 train --json=)" ]
    [ -z "$(seqnet --complete bash ' ' 'seqnet train --quiet=' '')" ]
    seqnet --complete fish 1 train --epochs= | grep -q '(1 to '
}

@test "encodings that are offered are taken" {
    printf 'text,label\na,b\nc,d\n' >small.csv
    for encoding in $(asked check small.csv --encoding ''); do
        seqnet check small.csv --encoding "$encoding" -q >/dev/null 2>error || true
        ! grep 'is not known' error || false
    done
}

@test "lists of columns go on behind a comma" {
    asked train tickets.csv --text-column 'id,' | grep -x 'id,body'
    asked train tickets.csv --text-column=id,body, | grep -x -- '--text-column=id,body,team'
}

@test "labels come from the model on the line" {
    [ "$(asked explain -m builtin:reviews --label '' | tr '\n' ' ')" = 'negative positive ' ]
    [ "$(asked evaluate -m builtin:reviews --min-recall '' | tr '\n' ' ')" = 'negative= positive= ' ]
}

@test "nothing is said, written or waited for" {
    mkfifo pipe
    printf 'no\000text' >binary
    for file in pipe binary no-such-file folder /dev/zero -; do
        run seqnet --complete fish 3 train "$file" --text-column '' </dev/null
        [ "$status" -eq 0 ]
        [ "${#lines[@]}" -eq 1 ]
    done
    for file in pipe folder /dev/zero -; do
        for option in -m --model=; do
            run seqnet --complete fish 3 explain "$option$file" --label '' </dev/null
            [ "$status" -eq 0 ]
            [ "${#lines[@]}" -eq 1 ]
        done
        run env SEQNET_MODEL="$file" seqnet --complete fish 2 explain --label ''
        [ "$status" -eq 0 ]
        [ "${#lines[@]}" -eq 1 ]
    done
    # A model that comes through a pipe is left to who reads it.
    demo_model >/dev/null
    cat "$(demo_model)" >pipe 3>&- &
    run seqnet --complete fish 3 explain -mpipe --label ''
    [ "${#lines[@]}" -eq 1 ]
    timeout 20 cat pipe | cmp - "$(demo_model)"
    for line in '' 0 '0 ' '9 train' 'x train' '-1 train' '1 no-such-command --'; do
        run seqnet --complete zsh $line
        [ "$status" -eq 0 ]
        [ -z "$output" ]
    done
    run seqnet --complete no-such-shell 0 train
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    run seqnet --complete
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    run seqnet --complete bash ' ' "seqnet train 'open" "quote\\"
    [ "$status" -eq 0 ]
    run env SEQNET_MODEL=tickets.csv seqnet --complete fish 2 explain --label ''
    [ "$status" -eq 0 ]
    [ "${#lines[@]}" -eq 1 ]
}

@test "names with control characters reach no terminal" {
    printf 'text,"b\nc","\033[31mred"\nx,y\033]0;z\a,w\n' >odd.csv
    [ "$(asked train odd.csv --label-column '' | tr '\n' ' ')" = 'text 2 3 ' ]
    ! seqnet --complete fish 3 train odd.csv --label-column '' | grep -qP '[\x00-\x08\x0b-\x1f]' || false
}

@test "bash completes commands, options and values" {
    in_bash 'seqnet tra\t\nseqnet help expo\t\nseqnet train --bidi\t\nseqnet train --cell gr\t
seqnet train --cell=gr\t\nseqnet train --color=n\tx\nseqnet --vers\t\nseqnet bench act\t\n'
    typed_are 'seqnet train ' 'seqnet help export ' 'seqnet train --bidirectional ' \
        'seqnet train --cell gru ' 'seqnet train --cell=gru ' 'seqnet train --color=never x' \
        'seqnet --version ' 'seqnet bench activations '
}

@test "bash completes files, and what stands in for them" {
    in_bash 'seqnet train tick\t\nseqnet train my\t\nseqnet train "my\t\nseqnet train --val=rev\t
seqnet predict -i tick\t\nseqnet predict <rev\t\nseqnet train bui\tde\t\nseqnet info builtin:r\t
seqnet train fol\t\nseqnet train ~/\t\nseqnet train @rev\t\n'
    typed_are 'seqnet train tickets.csv ' 'seqnet train my\ data.csv ' 'seqnet train "my data.csv" ' \
        'seqnet train --val=reviews.jsonl ' 'seqnet predict -i tickets.csv ' \
        'seqnet predict <reviews.jsonl ' 'seqnet train builtin:demo' 'seqnet info builtin:reviews ' \
        'seqnet train folder/' 'seqnet train ~/' 'seqnet train @reviews.jsonl '
}

@test "bash quotes columns as they are begun" {
    in_bash 'seqnet train tickets.csv --text-column su\t\nseqnet train my\\ data.csv --text-column "su\t
seqnet train "my data.csv" --text-column '\''q\t\nseqnet train tickets.csv --text-column q\t
seqnet train tickets.csv --text-column a:\t\nseqnet train tickets.csv --text-column=su\t
seqnet train tickets.csv --text-column subject\\ line,q\t\n'
    typed_are 'seqnet train tickets.csv --text-column subject\ line ' \
        'seqnet train my\ data.csv --text-column "subject line" ' \
        "seqnet train \"my data.csv\" --text-column 'q\"uote' " \
        'seqnet train tickets.csv --text-column q\"uote ' \
        'seqnet train tickets.csv --text-column a:b ' \
        'seqnet train tickets.csv --text-column=subject\ line ' \
        'seqnet train tickets.csv --text-column subject\ line,q\"uote '
}

@test "bash does the same where = and : break no words" {
    needs_terminal
    printf '. "%s/complete.bash"\nCOMP_WORDBREAKS=${COMP_WORDBREAKS//[=:]}\n' "$COMPLETION" >setup
    printf 'seqnet train --cell=gr\t\nseqnet info builtin:r\t\nseqnet train tickets.csv --text-column=a:\t\n' |
        python3 "$BATS_TEST_DIRNAME/type_keys.py" bash setup >typed
    typed_are 'seqnet train --cell=gru ' 'seqnet info builtin:reviews ' \
        'seqnet train tickets.csv --text-column=a:b '
}

@test "bash-completion loads what is installed under the home folder" {
    [ -f /usr/share/bash-completion/bash_completion ] || skip "there is no bash-completion"
    needs_terminal
    mkdir -p "$HOME/.local/share/bash-completion/completions"
    seqnet --generate complete-bash >"$HOME/.local/share/bash-completion/completions/seqnet"
    echo '. /usr/share/bash-completion/bash_completion' >setup
    printf 'seqnet tra\t\nseqnet train --cell=gr\t\nseqnet train tickets.csv --text-column su\t\n' |
        env -u XDG_DATA_HOME python3 "$BATS_TEST_DIRNAME/type_keys.py" bash setup >typed
    typed_are 'seqnet train ' 'seqnet train --cell=gru ' \
        'seqnet train tickets.csv --text-column subject\ line '
}

@test "zsh completes commands, options, values, files and columns" {
    in_zsh 'seqnet tra\t\nseqnet train --bidi\t\nseqnet train --cell gr\t\nseqnet train --cell=gr\t
seqnet train my\t\nseqnet train --val=rev\t\nseqnet train tickets.csv --text-column su\t
seqnet train tickets.csv --text-column "su\t\nseqnet train tickets.csv --text-column=q\t
seqnet train tickets.csv --text-column id,a\t\nseqnet info builtin:\t\nseqnet train @rev\t\n'
    sed -i 's/ *$//' typed
    typed_are 'seqnet train' 'seqnet train --bidirectional' 'seqnet train --cell gru' \
        'seqnet train --cell=gru' 'seqnet train my\ data.csv' 'seqnet train --val=reviews.jsonl' \
        'seqnet train tickets.csv --text-column subject\ line' \
        'seqnet train tickets.csv --text-column "subject line"' \
        'seqnet train tickets.csv --text-column=q\"uote' \
        'seqnet train tickets.csv --text-column id,a:b' 'seqnet info builtin:reviews' \
        'seqnet train @reviews.jsonl'
}

@test "zsh shows what candidates are" {
    in_zsh 'seqnet t\t\nseqnet train --epochs \t\nseqnet train tickets.csv --label-column \t\n' --screen
    grep -qE '^train +-- train a model on a dataset' typed
    grep -qE 'passes over the training rows.*1 to 100000' typed
    grep -qE '^subject line +-- Refund' typed
}

@test "fish completes commands, options, values, files and columns" {
    in_fish 'seqnet tra'
    typed_are 'train	train a model on a dataset'
    in_fish 'seqnet train --bidi'
    grep -q '^--bidirectional	' typed
    in_fish 'seqnet train --cell gr'
    grep -q '^gru' typed
    in_fish 'seqnet train --cell=gr'
    grep -q '^--cell=gru' typed
    in_fish 'seqnet train my'
    grep -q '^my data.csv' typed
    in_fish 'seqnet train --val=rev'
    grep -q '^--val=reviews.jsonl' typed
    in_fish 'seqnet train @rev'
    grep -q '^@reviews.jsonl' typed
    in_fish "seqnet train 'my data.csv' --text-column su"
    typed_are 'subject line	Refund'
    in_fish 'seqnet train my\ data.csv --text-column "su'
    typed_are 'subject line	Refund'
    in_fish 'seqnet train tickets.csv --text-column=id,a'
    typed_are '--text-column=id,a:b	y'
}

@test "fish completes what is quoted, and takes nothing that is typed away" {
    touch 'my model.st' config.csv
    for line in 'seqnet train "my d' "seqnet train 'my d" 'seqnet train my\ d'; do
        in_fish "$line"
        typed_are 'my data.csv'
    done
    for line in 'seqnet predict -m "my m' 'seqnet predict -m my\ m'; do
        in_fish "$line"
        typed_are 'my model.st'
    done
    in_fish 'seqnet train "co'
    typed_are config.csv
    in_fish 'seqnet train --val="my d'
    typed_are '--val=my data.csv'
    in_fish 'seqnet train "@my d'
    typed_are '@my data.csv'
    in_fish 'seqnet train @"my d'
    typed_are '@my data.csv'
    in_fish 'seqnet explain "the '
    [ ! -s typed ]
}

@test "fish completes for the program that is typed or on the PATH, and prints no errors" {
    touch ./-dash.st
    mkdir "$HOME/bin"
    ln -s "$(command -v seqnet)" "$HOME/bin/seqnet"
    for program in '$HOME/bin/seqnet' '~/bin/seqnet' ./seqnet '(touch ran)/seqnet'; do
        in_fish "$program tra" 2>errors
        [ ! -s errors ]
        [ ! -e ran ]
        [ "$program" = '(touch ran)/seqnet' ] || typed_are 'train	train a model on a dataset'
    done
    in_fish 'seqnet info -- -d' 2>errors
    [ ! -s errors ]
    typed_are -dash.st
    for program in seqnet ./seqnet; do
        LINE="$program tra" PATH=/nowhere "$(command -v fish)" --no-config \
            -c "source $COMPLETION/complete.fish; complete -C \"\$LINE\"" >typed 2>errors
        [ ! -s errors ]
        [ ! -s typed ]
    done
}

@test "@~/, which no shell expands, is not completed" {
    in_bash 'seqnet train @~/\t\nseqnet train @~/.\t\n'
    typed_are 'seqnet train @~/' 'seqnet train @~/.'
    if command -v zsh; then
        in_zsh 'seqnet train @~/\t\n'
        typed_are 'seqnet train @~/'
    fi
    in_fish 'seqnet train @~/'
    [ ! -s typed ]
}

@test "columns are offered by name however many there are" {
    for count in 64 65 4000; do
        { seq -f name%g -s , $count; seq -s , $count; seq -s , $count; } >wide.csv
        [ "$(asked train wide.csv --label-column '' | grep -c '^name')" -eq $count ]
    done
}

@test "the scripts have no faults that their shells see" {
    for shell in bash zsh fish; do
        seqnet --generate "complete-$shell" | cmp - "$COMPLETION/complete.$shell"
        if command -v "$shell" >/dev/null; then "$shell" -n "$COMPLETION/complete.$shell"; fi
    done
}
