#!/usr/bin/env bats
# The commands of the README and of the guide that need no data do what is shown, and links lead somewhere.

load helpers
setup() {
    setup_workdir
    put_on_path
    project=$BATS_TEST_DIRNAME/../..
}

@test "the commands of the README" {
    python3 "$BATS_TEST_DIRNAME/readme.py" demo "$project/README.md"
}

@test "the commands of the guide" {
    read_pages
    python3 "$BATS_TEST_DIRNAME/readme.py" demo "${pages[@]}"
}

@test "the guide names every command" {
    for command in $(seqnet help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
        [ "$command" = help ] || grep -q "^| .seqnet $command" "$project/src/guide/commands.md"
    done
}

@test "every page of the guide is named by the README" {
    for page in "$project"/src/guide/*.md; do
        grep -q "](src/guide/$(basename "$page")[)#]" "$project/README.md"
    done
}

@test "every link and every anchor exists" {
    python3 "$BATS_TEST_DIRNAME/links.py" "$project"/{README,src/README}.md "$project"/src/guide/*.md \
        "$project"/tests/bench/*.md
}

@test "a link to nothing is found" {
    printf '# One\n\n## One, and `two`\n\n[a](#one-and-two) [b](b.md) [c](#three) ![d](here.svg)\n' >a.md
    printf '```\n# Three\n[x](nowhere)\n```\n[a](a.md#one) [x](a.md#three) `[y](nowhere)`\n' >here.svg
    cp here.svg c.md
    run python3 "$BATS_TEST_DIRNAME/links.py" a.md c.md
    [ "$status" -eq 1 ]
    [ "$output" = "a.md: b.md: there is none
a.md: #three: there is none
c.md: a.md#three: there is none" ]
}
