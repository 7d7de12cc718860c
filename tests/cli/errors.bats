#!/usr/bin/env bats
# Bad input: one clear line, an exit code, nothing half-written.

bats_require_minimum_version 1.5.0
load helpers
setup() { setup_workdir; }

# write_npz FILE X_TRAIN Y_TRAIN X_TEST Y_TEST: NumPy expressions; an empty one leaves the member out.
write_npz() {
    numpy "
def rows(*r):
    a = np.empty(len(r), dtype=object)
    a[:] = r
    return a
members = dict(zip(('x_train', 'y_train', 'x_test', 'y_test'), (${2:-None}, ${3:-None}, ${4:-None}, ${5:-None})))
np.savez('$1', **{k: v for k, v in members.items() if v is not None})"
}

good_x='rows([1, 2, 3], [4, 5], [6], [7, 8])'
good_y='np.array([0, 1, 0, 1])'

@test "missing file, folder, empty file, something else" {
    expect_error 3 "nosuch.npz: cannot be opened" "$SEQNET" train nosuch.npz
    mkdir folder
    expect_error 3 "folder: is a folder" "$SEQNET" train folder
    : >empty
    expect_error 3 "empty: is empty" "$SEQNET" load empty
    echo 'label,text' >reviews.csv
    for command in load check train "evaluate -m $(demo_model)"; do
        # shellcheck disable=SC2086
        expect_error 3 "reviews.csv: has no rows" "$SEQNET" $command -q reviews.csv
    done
    cp reviews.csv reviews.npz
    expect_error 3 "reviews.npz: is not a zip archive" "$SEQNET" load reviews.npz
    echo 'neither this nor that' >notes.txt
    expect_error 3 "notes.txt: is not in a format with labels .*--input-format" "$SEQNET" load notes.txt
    expect_error 3 "nosuch: cannot be opened" "$SEQNET" predict -q -m "$(demo_model)" -i nosuch
    expect_error 3 "builtin:demo: is no file; a built-in corpus is for what takes a data set" \
        "$SEQNET" predict -q -m "$(demo_model)" -i builtin:demo
    expect_error 2 "-.color '': expected one of auto, always, never" "$SEQNET" predict --color= x
    expect_error 2 "-.units '': expected a whole number" "$SEQNET" train --units '' x
    expect_error 2 "unknown option '--generat'; did you mean '--generate'?" "$SEQNET" --generat man
    expect_error 3 "folder: is a folder" "$SEQNET" predict -q -m "$(demo_model)" -i folder
    expect_error 2 "builtin:demo:x" "$SEQNET" load builtin:demo:x
}

@test "an empty name, and a device without an end" {
    expect_error 4 "'': cannot be opened: an empty name is no file; name one" "$SEQNET" predict -m '' x
    expect_error 3 "'': cannot be opened: an empty name is no file; name one" "$SEQNET" load ''
    for device in /dev/zero /dev/urandom; do
        expect_error 4 "$device: is a device, which may have no end; name a file" "$SEQNET" info $device
        expect_error 4 "$device: is a device, which may have no end; name a file" \
            "$SEQNET" import $device -o model.safetensors
    done
    expect_error 4 "/dev/null: is empty" "$SEQNET" info /dev/null
}

@test "a good little file loads" {
    write_npz good.npz "$good_x" "$good_y" "$good_x" "$good_y"
    run --separate-stderr "$SEQNET" load good.npz
    [ "$status" -eq 0 ]
    [[ ${lines[0]} == "4 train sequences" && ${lines[1]} == "4 test sequences" ]]
}

@test "a file cut at any length is refused" {
    write_npz good.npz "$good_x" "$good_y" "$good_x" "$good_y"
    size=$(stat -c %s good.npz)
    for length in 1 4 30 100 $((size / 3)) $((size / 2)) $((size - 60)) $((size - 1)); do
        head -c "$length" good.npz >cut.npz
        expect_error 3 "cut.npz: " "$SEQNET" load cut.npz
    done
}

@test "members that are missing, of another kind or of another length" {
    write_npz bad.npz "$good_x" "$good_y" "$good_x" ''
    expect_error 3 "no member y_test.npy .found: x_train.npy" "$SEQNET" load bad.npz
    write_npz bad.npz "$good_x" "np.array([0, 1])" "$good_x" "$good_y"
    expect_error 3 "y_train.npy: has 2 labels for 4 rows" "$SEQNET" load bad.npz
    write_npz bad.npz "np.ones((4, 3))" "$good_y" "$good_x" "$good_y"
    expect_error 3 "x_train.npy: " "$SEQNET" load bad.npz
    write_npz bad.npz "np.ones((4, 3, 2), int)" "$good_y" "$good_x" "$good_y"
    expect_error 3 "x_train.npy: .*\(4, 3, 2\)" "$SEQNET" load bad.npz
    write_npz bad.npz "$good_x" "np.array([0, 1, 2, 1])" "$good_x" "$good_y"
    expect_error 3 "y_train.npy: row 2 has label 2, expected 0 .*or 1" "$SEQNET" load bad.npz
    write_npz bad.npz "$good_x" "np.array([0., 1., 1., 1.])" "$good_x" "$good_y"
    expect_error 3 "y_train.npy: " "$SEQNET" load bad.npz
    write_npz bad.npz "rows([1], [-4], [2], [3])" "$good_y" "$good_x" "$good_y"
    expect_error 3 "x_train.npy: row 1 holds -4" "$SEQNET" load bad.npz
    write_npz bad.npz "rows([1], [2**40], [2], [3])" "$good_y" "$good_x" "$good_y"
    expect_error 3 "x_train.npy: row 1 holds 1099511627776" "$SEQNET" load bad.npz
    write_npz bad.npz "rows([1], 'text', [2], [3])" "$good_y" "$good_x" "$good_y"
    expect_error 3 "x_train.npy: row 1 " "$SEQNET" load bad.npz
    write_npz bad.npz "np.array([[1, 2], [3, 20000]])" "np.array([0, 1])" "np.array([[1, 2]])" "np.array([0])"
    expect_error 3 "x_train row 1 holds id 20000, outside 0 to 9999.*--num-words" "$SEQNET" load bad.npz
}

@test "a pickle that asks for another global is refused by name and not run" {
    numpy "
import pickle
class Evil:
    def __reduce__(self):
        return (__import__('os').system, ('touch pwned',))
a = np.empty(2, dtype=object); a[:] = [[1], Evil()]
np.savez('evil.npz', x_train=a, y_train=np.array([0, 1]), x_test=a, y_test=np.array([0, 1]))"
    expect_error 3 "asks for posix.system, which is not allowed" "$SEQNET" load evil.npz
    [ ! -e pwned ]
}

@test "a damaged word index is refused" {
    write_npz good.npz "$good_x" "$good_y" "$good_x" "$good_y"
    echo '{"a": 1, "b": 1}' >words.json
    expect_error 3 "words.json: rank 1 is given to 'a' and to 'b'" "$SEQNET" load good.npz --word-index words.json
    echo '[1, 2]' >words.json
    expect_error 3 "words.json: is not a JSON object" "$SEQNET" load good.npz --word-index words.json
    expect_error 3 "nosuch.json: cannot be opened" "$SEQNET" load good.npz --word-index nosuch.json
}

@test "the word index is found beside the data, in SEQNET_DATA and in ~/.keras/datasets" {
    write_npz good.npz "$good_x" "$good_y" "$good_x" "$good_y"
    index='{"the": 1, "film": 2, "last": 99}'
    run "$SEQNET" load good.npz
    [[ $output == *"vocabulary: none"* ]]
    mkdir -p "$HOME/.keras/datasets" shared
    echo "$index" >"$HOME/.keras/datasets/imdb_word_index.json"
    run "$SEQNET" load good.npz
    [[ $output == *"99 words in $HOME/.keras/datasets/imdb_word_index.json"* ]]
    echo "$index" >shared/imdb_word_index.json
    SEQNET_DATA=$PWD/shared run "$SEQNET" load good.npz
    [[ $output == *"99 words in $PWD/shared/imdb_word_index.json"* ]]
    echo "$index" >imdb_word_index.json
    run "$SEQNET" load good.npz
    [[ $output == *"99 words in imdb_word_index.json"* ]]
}

@test "a model without a word index takes ids, and text with --word-index" {
    write_npz good.npz "$good_x" "$good_y" "$good_x" "$good_y"
    SEQNET_DATA='' run --separate-stderr "$SEQNET" train good.npz --epochs 1 --validation-split 0 -o m.safetensors
    [[ $stderr == *"no word index found"* ]]
    expect_error 4 "m.safetensors: .*--word-index.*--ids" "$SEQNET" predict -m m.safetensors hello
    "$SEQNET" predict -m m.safetensors --ids '1 4 5' >by_ids
    echo '{"the": 1, "film": 2}' >words.json
    "$SEQNET" predict -m m.safetensors --word-index words.json 'The film' >by_words
    cmp by_ids by_words
}

@test "a model is not measured on data of another vocabulary" {
    write_npz good.npz "$good_x" "$good_y" "$good_x" "$good_y"
    expect_error 3 "good.npz: holds ids of another vocabulary" "$SEQNET" evaluate -q good.npz -m "$(demo_model)"
}

@test "a damaged model is refused" {
    model=$(demo_model)
    size=$(stat -c %s "$model")
    for length in 0 7 8 100 $((size / 2)) $((size - 1)); do
        head -c "$length" "$model" >cut
        expect_error 4 "cut: " "$SEQNET" predict -m cut hello
        expect_error 4 "cut: " "$SEQNET" info cut
    done
    sed 's/"format_version":"1"/"format_version":"7"/' "$model" >version
    expect_error 4 "version: has format version 7, this seqnet reads versions 1 and 2" "$SEQNET" info version
    expect_error 4 "is a folder" "$SEQNET" info .
}

@test "outputs that cannot be written" {
    expect_error 6 "nosuch/m: cannot be written.*create the folder" "$SEQNET" train builtin:demo:100 -q -o nosuch/m
    expect_error 6 "is a folder" "$SEQNET" train builtin:demo:100 -q -o .
    # As root a mistake could replace the machine's own device: a private one serves as well.
    full=/dev/full
    if [ "$(id -u)" -eq 0 ]; then full=$PWD/full; mknod "$full" c 1 7 || skip "no device node"; fi
    (: >"$full") 2>/dev/null || skip "no device that is full"
    expect_error 6 "full: cannot be written: No space" "$SEQNET" train builtin:demo:100 --epochs 1 -q -o "$full"
    expect_error 6 "full: cannot be written: No space" "$SEQNET" pad builtin:demo:100 -o "$full"
    [ -c "$full" ]
    expect_error 6 "standard output: cannot be written: No space" \
        bash -c 'full=$1; shift; "$@" >"$full"' - "$full" "$SEQNET" predict -q -m "$(demo_model)" hello
    for command in "train builtin:demo:400 --epochs 2 --json -o m.safetensors" "bench --runs 1"; do
        # shellcheck disable=SC2086
        expect_error 6 "standard output: cannot be written: No space" \
            bash -c 'full=$1; shift; timeout 600 "$@" >"$full"' - "$full" "$SEQNET" $command -q
    done
    "$SEQNET" info m.safetensors >/dev/null
    # Whichever thread it was that wrote, and although more input may come: nobody closes the pipe.
    model=$(demo_model)
    mkfifo lines
    exec 9<>lines
    for _ in 1 2 3 4 5; do
        echo hello >&9
        expect_error 6 "standard output: cannot be written: No space" \
            bash -c 'timeout 600 "$1" predict -j 3 --line-buffered -q -m "$2" <lines >"$3"' - \
            "$SEQNET" "$model" "$full"
    done
    exec 9>&-
}

@test "an input that breaks off is told once, and what came is answered" {
    needs_terminal
    model=$(demo_model)
    # The reading end of a terminal whose other end has been closed: its lines, then an error.
    numpy "
import os, pty, subprocess, sys
for threads in '1', '2', '3':
    master, slave = pty.openpty()
    os.write(slave, b'good film\\nbad film\\n')
    os.close(slave)
    done = subprocess.run(['$SEQNET', 'predict', '-q', '-j', threads, '-m', '$model'], stdin=master,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=600)
    os.close(master)
    assert done.returncode == 3, done
    assert len(done.stdout.splitlines()) == 2, done
    assert done.stderr == 'seqnet: standard input: cannot be read: Input/output error\\n', done"
}

@test "an unwritable place is noticed before the training" {
    # The time limit only ends a training that should not have begun.
    expect_error 6 "cannot be written" timeout 300 "$SEQNET" train builtin:demo:1000 --epochs 100000 -q -o nosuch/m
}

@test "short of memory it ends with one line or gets along, and never hangs" {
    model=$(demo_model)
    needs_no_sanitizer
    for kilobytes in 60000 150000 300000 350000 500000 700000; do
        for threads in 1 2 3; do
            for command in "train builtin:demo:400 --epochs 1 -q -o t" \
                "bench train --data builtin:demo:400 --runs 1 -q" "predict -m $model good"; do
                status=0
                # shellcheck disable=SC2086
                in_memory $kilobytes timeout -s KILL 60 "$SEQNET" $command -j $threads >out 2>err || status=$?
                [ "$status" -eq 0 ] || [ "$(grep -c '^seqnet: ' err)" -eq 1 ]
                [ "$status" -eq 0 ] || [ "$status" -eq 3 ]
            done
        done
    done
}

@test "a thread that cannot be started is not the input's fault" {
    model=$(demo_model)
    needs_no_sanitizer
    status=0
    echo good | in_memory 60000 "$SEQNET" predict -j 64 -m "$model" >out 2>err || status=$?
    [ "$status" -eq 3 ]
    grep -E '^seqnet: cannot start thread [0-9]+ of 64; ask for fewer with -j$' err
}

@test "memory is bounded however long the input is, but for a single line" {
    model=$(demo_model)
    needs_no_sanitizer
    line=$(printf 'the film was good %.0s' {1..50})
    for threads in 1 2 4; do
        lines=$({ yes "$line" || true; } | head -c 150000000 | in_memory 100000 "$SEQNET" predict -j $threads -m "$model" | wc -l)
        [ "$lines" -eq $((150000000 / (${#line} + 1) + 1)) ]
    done
    status=0
    head -c 150000000 /dev/zero | tr "\\0" x | in_memory 100000 "$SEQNET" predict -m "$model" >out 2>err || status=$?
    [ "$status" -eq 3 ]
    grep -E '^seqnet: standard input:1: does not fit into the memory \(out of memory for a line of more than [0-9]+ bytes\); split it' err
}

@test "what is quoted from the input cannot command the terminal" {
    model=$(demo_model)
    printf '1 \033[31mX\177\n' >hostile
    expect_error 3 "hostile:1: '.x1b\[31mX.x7f' is not an id" "$SEQNET" predict --ids -i hostile -m "$model"
    expect_error 2 "unknown command 'x.x1b\[2J'" "$SEQNET" $'x\033[2J'
}
