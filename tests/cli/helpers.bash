# Shared by the command-line tests. $SEQNET is the program (set by ctest).

setup_workdir() {
    cd "$BATS_TEST_TMPDIR" || exit 1
    unset SEQNET_MODEL SEQNET_DATA SEQNET_OPTIONS SEQNET_THREADS XDG_CONFIG_HOME
    export HOME="$BATS_TEST_TMPDIR/home" # no word index of the person who runs the tests
    mkdir -p "$HOME"
}

# The program under its name, as the guide calls it.
put_on_path() {
    mkdir bin
    ln -s "$SEQNET" bin/seqnet
    export PATH="$PWD/bin:$PATH"
}

# A small trained model, made once per file of tests.
demo_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/demo.safetensors" ]; then
        "$SEQNET" train builtin:demo:2000 --epochs 2 -q -o "$BATS_FILE_TMPDIR/demo.safetensors"
    fi
    echo "$BATS_FILE_TMPDIR/demo.safetensors"
}

# rows N [SEED]: N lines "label<TAB>text" with the labels neg and pos in turn, always the same ones.
rows() {
    awk -v n="$1" -v s="${2:-1}" '
        function draw(words, count) { s = (s * 16807) % 2147483647; return words[s % count + 1] }
        BEGIN {
            good = split("wonderful brilliant moving superb lovely charming great", pos, " ")
            bad = split("awful boring dull terrible clumsy tedious weak", neg, " ")
            other = split("the film was and its story a plot with actors of that", any, " ")
            for (i = 0; i < n; i++) {
                text = ""
                for (k = 0; k < 9; k++)
                    text = text (k ? " " : "") \
                        (k % 3 < 2 ? draw(any, other) : i % 2 ? draw(pos, good) : draw(neg, bad))
                print (i % 2 ? "pos" : "neg") "\t" text
            }
        }'
}

# Rows on standard input in another form.
to_csv() { echo label,text && tr '\t' ','; }
to_tsv() { printf 'label\ttext\n' && cat; }
to_jsonl() { sed 's/\(.*\)\t\(.*\)/{"label":"\1","text":"\2"}/'; }
to_fasttext() { sed 's/\(.*\)\t/__label__\1 /'; }

# A model trained on 240 of these rows, made once per file of tests.
text_model() {
    if [ ! -f "$BATS_FILE_TMPDIR/text.safetensors" ]; then
        rows 240 | to_csv >"$BATS_FILE_TMPDIR/text.csv"
        "$SEQNET" train "$BATS_FILE_TMPDIR/text.csv" --epochs 4 -q -o "$BATS_FILE_TMPDIR/text.safetensors"
    fi
    echo "$BATS_FILE_TMPDIR/text.safetensors"
}

# fingerprint TRAIN-ARGUMENTS...: trains for two epochs and prints the model's fingerprint.
fingerprint() {
    "$SEQNET" train "$@" --epochs 2 -o fingerprint.safetensors 2>fingerprint.log || {
        cat fingerprint.log >&2
        return 1
    }
    sed -n 's/^fingerprint //p' fingerprint.log
}

# expect_error CODE PATTERN COMMAND...: the command fails with CODE, prints nothing on standard output
# and one line on standard error that starts with the program and matches the pattern.
expect_error() {
    local code=$1 pattern=$2 status=0
    shift 2
    "$@" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
    if [ "$status" -ne "$code" ] || [ -s "$BATS_TEST_TMPDIR/out" ] ||
        [ "$(wc -l <"$BATS_TEST_TMPDIR/err")" -ne 1 ] ||
        ! grep -qE "^seqnet: .*$pattern" "$BATS_TEST_TMPDIR/err"; then
        echo "exit $status, expected $code and /$pattern/; stderr:"
        cat "$BATS_TEST_TMPDIR/err"
        return 1
    fi
}

# in_memory KILOBYTES COMMAND...: the command with so much address space.
in_memory() {
    (
        ulimit -v "$1"
        shift
        exec "$@"
    )
}

# Skips the test where the program was built with sanitizers, which need terabytes of address space.
needs_no_sanitizer() {
    in_memory 60000 "$SEQNET" help >/dev/null 2>&1 || skip "sanitizers need more memory"
}

# Skips the test where there is no pseudo-terminal, as in a bare chroot without /dev/pts.
needs_terminal() {
    script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "no pseudo-terminal can be had"
}

# numpy SCRIPT: runs Python with NumPy as np; skips the test without it.
numpy() {
    local python=
    for candidate in python3 /usr/bin/python3; do
        if "$candidate" -c 'import numpy' 2>/dev/null; then python=$candidate; break; fi
    done
    [ -n "$python" ] || skip "no Python with NumPy"
    "$python" -c "import numpy as np, io, zipfile
$1"
}

# make_folder FOLDER [ENDING]: a file per row of the file "rows" (LABEL<TAB>TEXT), .txt without an ending.
make_folder() {
    local number=1000 label text
    mkdir -p "$1/neg" "$1/pos"
    while IFS=$'\t' read -r label text; do
        echo "$text" >"$1/$label/$number${2-.txt}"
        number=$((number + 1))
    done <rows
}

# Sets pages to those of the guide, those first that make the models that others use.
read_pages() {
    local guide=$BATS_TEST_DIRNAME/../../src/guide
    pages=("$guide"/{tour,tuning,explaining,after-training,cookbook}.md)
    for page in "$guide"/*.md; do
        [[ " ${pages[*]} " == *" $page "* ]] || pages+=("$page")
    done
}

# on_terminal COLUMNS COMMAND: what a terminal of so many columns is shown, without colors.
on_terminal() {
    script -qec "stty cols $1; export SEQNET='$SEQNET'; $2" screen </dev/null >/dev/null
    sed '1d;$d' screen | tr -d '\r' | sed 's/\x1b\[[0-9;]*[mKJA]/\n/g'
}
