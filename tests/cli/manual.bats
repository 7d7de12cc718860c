# The man pages, as they are printed, rendered and installed.
load helpers

setup() {
    setup_workdir
    export SOURCE_DATE_EPOCH=1700000000 LC_ALL=C.UTF-8
}

# Writes all pages into the folder "pages".
write_pages() {
    mkdir pages
    "$SEQNET" --generate man >pages/seqnet.1
    for command in $("$SEQNET" --generate commands); do
        "$SEQNET" --generate man "$command" >"pages/seqnet-$command.1"
    done
}

# rendered PAGE WIDTH: its text, without bold and italics.
rendered() {
    MANWIDTH=$2 MAN_KEEP_FORMATTING= man --warnings -l "$1" 2>warnings | col -bx
}

@test "each option, with its value, default and range, is in the page of its command" {
    command -v man >/dev/null || skip "there is no man"
    [ "$("$SEQNET" --generate commands | wc -l)" -ge 19 ]
    for command in $("$SEQNET" --generate commands); do
        "$SEQNET" --generate man "$command" >page.1
        rendered page.1 400 >page
        "$SEQNET" "$command" --help | sed -n 's/^  \(-., \|    \)--\([a-z0-9-]*\).*/\2/p' >options
        [ -s options ]
        while read -r option; do
            grep -qE "^ +(-., )?--$option(\$|[ [])" page || { echo "$command --$option"; false; }
        done <options
    done
    "$SEQNET" --generate man train >page.1
    rendered page.1 200 >page
    grep -A 1 -E '^ +--dropout X' page | grep -F '[0 to 0.999]'
    grep -A 1 -E '^ +--padding pre\|post' page | grep -F '(default: pre)'
    grep -A 1 -E '^ +-o, --output FILE' page | grep -F '(default: seqnet.safetensors)'
}

@test "seqnet(1) has the commands, the environment and the exit codes" {
    command -v man >/dev/null || skip "there is no man"
    "$SEQNET" --generate man >page.1
    rendered page.1 300 >page
    for command in $("$SEQNET" --generate commands); do
        grep -qF "seqnet-$command(1)" page
    done
    "$SEQNET" --help | sed -n '/^Environment:/,/^$/s/^  \([A-Z_]*\).*/\1/p' >variables
    [ -s variables ]
    while read -r variable; do grep -qE "^ +$variable\b" page; done <variables
    for code in 0 1 2 3 4 5 6 130; do grep -qE "^ +$code +" page; done
    grep -E '^(NAME|SYNOPSIS|DESCRIPTION|COMMANDS|DATA|EXIT STATUS|ENVIRONMENT|FILES|EXAMPLES|SEE ALSO)$' page |
        wc -l | grep -x 10
}

@test "pages render without a warning at 60, 80 and 100 columns, and no line is longer" {
    command -v groff >/dev/null || skip "there is no groff"
    write_pages
    for page in pages/*; do
        for width in 60 80 100; do
            groff -man -ww -Tutf8 -P-c -P-b -P-u "-rLL=${width}n" "$page" >shown 2>warnings
            cat warnings
            [ ! -s warnings ]
            awk -v width="$width" 'length > width { print; bad = 1 } END { exit bad }' shown
        done
    done
}

@test "man renders pages without a warning" {
    command -v man >/dev/null || skip "there is no man"
    write_pages
    for page in pages/*; do
        rendered "$page" 80 >shown
        cat warnings
        [ ! -s warnings ]
        [ -s shown ]
    done
}

@test "mandoc finds nothing wrong with pages" {
    command -v mandoc >/dev/null || skip "there is no mandoc"
    write_pages
    mandoc -Tlint -W warning pages/*
}

@test "examples can be copied: what is typed has no other hyphens and quotes" {
    command -v man >/dev/null || skip "there is no man"
    "$SEQNET" --generate man train >page.1
    rendered page.1 80 >page
    ! grep -P '[^\x00-\x7f]' page || false
    grep -q -- '--map' page
    grep -qF "'1,2=negative;4,5=positive'" page
}

@test "pages have the date of SOURCE_DATE_EPOCH, and no other" {
    "$SEQNET" --generate man | grep -q '^\.TH SEQNET 1 "2023-11-14" "seqnet [0-9.]*" "seqnet manual"$'
    SOURCE_DATE_EPOCH=0 "$SEQNET" --generate man info | grep -q '^\.TH SEQNET\\-INFO 1 "1970-01-01" '
    env -u SOURCE_DATE_EPOCH "$SEQNET" --generate man | grep -q '^\.TH SEQNET 1 "" '
    SOURCE_DATE_EPOCH=soon "$SEQNET" --generate man | grep -q '^\.TH SEQNET 1 "" '
}

@test "pages are the same whatever the terminal and the environment" {
    needs_terminal
    "$SEQNET" --generate man train >one
    COLUMNS=200 TERM=dumb HOME=/nowhere SEQNET_MODEL=x script -qec "$SEQNET --generate man train >two" /dev/null </dev/null
    cmp one two
}

@test "what cannot be printed is refused in one line" {
    expect_error 2 "--generate bogus: expected man, man COMMAND, complete-bash" "$SEQNET" --generate bogus
    expect_error 2 "--generate: expected man" "$SEQNET" --generate
    "$SEQNET" --generate man help | cmp - <("$SEQNET" --generate man)
    expect_error 2 "--generate man nothing: there is no such command" "$SEQNET" --generate man nothing
    expect_error 2 "--generate with more arguments" "$SEQNET" --generate man train predict
    expect_error 2 "--generate with more arguments" "$SEQNET" --generate complete-bash x
    expect_error 2 "--generate complete-tcsh: expected" "$SEQNET" --generate complete-tcsh
    if [ -e /dev/full ]; then
        run bash -c '"$SEQNET" --generate man >/dev/full'
        [ "$status" -eq 6 ]
    fi
}
