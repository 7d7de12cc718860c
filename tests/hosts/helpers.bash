# Shared by the tests of other programs, beside those of the command line.
# shellcheck shell=bash

GUIDE=$BATS_TEST_DIRNAME/../../src/guide

# block LANGUAGE [NAME]: the first block in this language of the page on other programs, of those whose
# first line has the name.
block() {
    awk -v start="\`\`\`$1" -v name="${2:-}" '
        inside && /^```$/ { exit }
        inside { print; next }
        $0 == start { if ((getline line) > 0 && (name == "" || index(line, name))) { inside = 1; print line } }
    ' "$GUIDE/other-programs.md" | grep .
}

# A model and data under the names that the guide uses, in the current folder.
guide_files() {
    ln -s "$(text_model)" reviews.safetensors
    rows 400 | to_csv >reviews.csv
}
