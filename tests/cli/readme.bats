#!/usr/bin/env bats
# The README's commands that need no data do what it shows.

load helpers
setup() {
    setup_workdir
    put_on_path
}

@test "the README's tour without data" {
    python3 "$BATS_TEST_DIRNAME/readme.py" "$BATS_TEST_DIRNAME/../../README.md" demo
}

@test "the README names every command and every exit code" {
    readme=$BATS_TEST_DIRNAME/../../README.md
    for command in $(seqnet help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
        [ "$command" = help ] || grep -q "^| .seqnet $command" "$readme"
    done
}
