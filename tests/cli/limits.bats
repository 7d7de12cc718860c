#!/usr/bin/env bats
# What the machine does not give: files too large, a disk that is full, memory. The exit code tells,
# one line names the file, an older file stays and nothing else is left.

bats_require_minimum_version 1.5.0
load helpers

setup() {
    setup_workdir
    mkdir place
}

teardown() {
    cd /
    if mountpoint -q "$BATS_TEST_TMPDIR/disk"; then umount "$BATS_TEST_TMPDIR/disk"; fi
    if [ -n "${group:-}" ]; then rmdir "$group"; fi
}

# in_blocks N COMMAND...: the command, which may write files of N kilobytes.
in_blocks() {
    (
        ulimit -f "$1"
        shift
        exec "$@"
    )
}

# holds_only FOLDER [NAME]: the folder holds this entry, or none.
holds_only() {
    local found
    found=$(ls -A "$1")
    if [ "$found" != "${2:-}" ]; then
        echo "$1 holds '$found', expected '${2:-}'"
        return 1
    fi
}

# fails_to_write PATTERN FOLDER NAME COMMAND...: the command, whose output is FOLDER/NAME, fails and
# leaves nothing; the same over an older file, which stays.
fails_to_write() {
    local pattern="$3: cannot be written: $1" folder=$2 name=$3
    shift 3
    expect_error 6 "$pattern" "$@"
    holds_only "$folder"
    echo older >"$folder/$name"
    expect_error 6 "$pattern" "$@" --force
    holds_only "$folder" "$name"
    [ "$(cat "$folder/$name")" = older ]
    rm "$folder/$name"
}

too_large() { fails_to_write "File too large" place "$@"; }

@test "a model larger than files may be" {
    too_large m.safetensors in_blocks 16 "$SEQNET" train builtin:demo:400 --epochs 1 -q -o place/m.safetensors
}

@test "data written by load larger than files may be" {
    for name in rows.csv rows.tsv rows.jsonl rows.ft rows.csv.gz rows.jsonl.gz rows.npz; do
        too_large $name in_blocks 4 "$SEQNET" load builtin:demo:4000 -q -o place/$name
    done
}

@test "padded rows larger than files may be" {
    too_large rows.npz in_blocks 4 "$SEQNET" pad builtin:demo:4000 -o place/rows.npz
}

@test "answers on standard output larger than files may be" {
    model=$(demo_model)
    yes 'a wonderful film' | head -n 4000 >lines
    for options in "" --json "-j 2" --line-buffered; do
        # shellcheck disable=SC2086
        expect_error 6 "standard output: cannot be written: File too large" \
            in_blocks 8 bash -c '"$@" >answers' - "$SEQNET" predict -q $options -m "$model" -i lines
        [ "$(stat -c %s answers)" -le 8192 ]
    done
}

@test "answers in a file larger than files may be" {
    model=$(demo_model)
    yes 'a wonderful film' | head -n 4000 >lines
    too_large answers in_blocks 8 "$SEQNET" predict -q -m "$model" -i lines -o place/answers
}

# A file system of so many kilobytes in the folder disk.
small_disk() {
    mkdir disk
    mount -t tmpfs -o size="$1k" tmpfs disk 2>/dev/null || skip "no small file system can be mounted"
}

disk_full() { fails_to_write "No space left on device" disk "$@"; }

@test "a model on a disk that is full" {
    small_disk 32
    disk_full m.safetensors "$SEQNET" train builtin:demo:400 --epochs 1 -q -o disk/m.safetensors
}

@test "data written by load on a disk that is full" {
    small_disk 32
    for name in rows.csv rows.jsonl rows.ft rows.csv.gz rows.npz; do
        disk_full $name "$SEQNET" load builtin:demo:4000 -q -o disk/$name
    done
}

@test "a folder of texts on a disk that is full" {
    small_disk 256
    expect_error 6 "cannot be written: No space left on device" \
        "$SEQNET" load builtin:demo:4000 -q -o disk/texts/
    holds_only disk
}

@test "padded rows on a disk that is full" {
    small_disk 32
    disk_full rows.npz "$SEQNET" pad builtin:demo:4000 -o disk/rows.npz
}

@test "answers in a file on a disk that is full" {
    model=$(demo_model)
    yes 'a wonderful film' | head -n 4000 >lines
    small_disk 32
    disk_full answers "$SEQNET" predict -q -m "$model" -i lines -o disk/answers
}

@test "answers on standard output on a disk that is full" {
    model=$(demo_model)
    yes 'a wonderful film' | head -n 4000 >lines
    small_disk 32
    expect_error 6 "standard output: cannot be written: No space" \
        bash -c '"$@" >disk/answers' - "$SEQNET" predict -q -m "$model" -i lines
}

# many_rows MEGABYTES: a CSV file of about that size.
many_rows() {
    echo label,text
    { yes "$(rows 60 | tr '\t' ',')" || true; } | head -c "$1"000000 | sed '$d'
}

# The same with texts of a thousand characters.
long_rows() {
    echo label,text
    { yes "$(rows 60 | awk -F'\t' '{ t = $2; for (i = 0; i < 4; i++) t = t " " t; print $1 "," t }')" || true; } |
        head -c "$1"000000 | sed '$d'
}

fingerprint_of() { "$SEQNET" info --json "$1" | grep -o '"fingerprint": *"[0-9a-f]*"'; }

@test "data that does not fit into the memory is named" {
    needs_no_sanitizer
    many_rows 150 >large.csv
    expect_error 3 "large.csv: does not fit into the memory" in_memory 120000 "$SEQNET" load -q large.csv
    expect_error 3 "large.csv: does not fit into the memory" \
        in_memory 120000 "$SEQNET" train -q -j 1 large.csv -o place/m.safetensors
    holds_only place
}

@test "a line that does not fit into the memory is named" {
    needs_no_sanitizer
    model=$(demo_model)
    head -c 150000000 /dev/zero | tr '\0' x >lines.txt
    expect_error 3 "lines.txt.*(out of memory|does not fit)" \
        in_memory 120000 "$SEQNET" predict -q -j 1 -m "$model" -i lines.txt
}

@test "a model that does not fit into the memory is named" {
    needs_no_sanitizer
    # A header that tells of one large tensor, and the tensor, which takes no room on disk.
    header='{"__metadata__":{"format":"seqnet"},"a":{"dtype":"F32","shape":[50000000],"data_offsets":[0,200000000]}}'
    printf '%b\0\0\0\0\0\0\0%s' "\\x$(printf %x ${#header})" "$header" >large.safetensors
    truncate -s +200000000 large.safetensors
    expect_error 3 "large.safetensors: .*memory" \
        in_memory 120000 "$SEQNET" predict -q -j 1 -m large.safetensors good
}

# Makes a control group of so many megabytes inside this process's own, in $group.
control_group() {
    local folder
    folder=/sys/fs/cgroup/memory$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup)
    local limit=memory.limit_in_bytes
    if [ ! -f "$folder/$limit" ]; then
        folder=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)
        limit=memory.max
    fi
    mkdir "$folder/seqnet-limits-$$" 2>/dev/null || skip "no control group can be made"
    group=$folder/seqnet-limits-$$
    { echo "$1"000000 >"$group/$limit"; } 2>/dev/null || skip "a control group has no limit here"
    in_group true 2>/dev/null || skip "a control group cannot be entered"
}

in_group() {
    (
        echo "$BASHPID" >"$group/cgroup.procs" || exit 1
        exec "$@"
    )
}

@test "what is larger than the control group is refused before the kernel ends the process" {
    model=$(demo_model)
    head -c 250000000 /dev/zero | tr '\0' x >line.txt
    control_group 200
    expect_error 3 "line.txt.*(out of memory|does not fit)" \
        in_group "$SEQNET" predict -q -j 1 -m "$model" -i line.txt
}

@test "texts larger than the control group are trained on from temporary files" {
    long_rows 250 >large.csv
    control_group 200
    export TMPDIR="$PWD/place"
    in_group "$SEQNET" load -q large.csv >/dev/null
    in_group "$SEQNET" train -q -j 1 large.csv --ngrams off --preset keras --no-baseline --units 2 \
        --embedding-dim 2 --maxlen 5 --batch-size 1024 --epochs 1 -o small.safetensors
    holds_only place
    "$SEQNET" train -q -j 1 large.csv --ngrams off --preset keras --no-baseline --units 2 \
        --embedding-dim 2 --maxlen 5 --batch-size 1024 --epochs 1 -o large.safetensors
    cmp <(fingerprint_of small.safetensors) <(fingerprint_of large.safetensors)
}

@test "answers need little memory, whatever the file's size" {
    model=$(demo_model)
    many_rows 250 >large.csv
    control_group 200
    # The sanitizer keeps what is freed, up to 256 MB: answers are printed into memory that is.
    export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=16"
    in_group "$SEQNET" predict -q -j 2 -m "$model" -i large.csv >answers
    [ "$(wc -l <answers)" -eq $(($(wc -l <large.csv) - 1)) ]
}

@test "a limit on data is one line, or plain loops, and never a wait" {
    needs_no_sanitizer
    rows 240 | to_csv >r.csv
    for kilobytes in 1000 5000 20000 100000 300000; do
        status=0
        (
            ulimit -d $kilobytes
            exec timeout 60 "$SEQNET" train r.csv --epochs 1 -q -o m.safetensors 2>err
        ) || status=$?
        [ "$status" -eq 0 ] || [ "$status" -eq 3 ]
        [ "$status" -eq 0 ] || [ "$(grep -cE "^seqnet: .*(memory|thread)" err)" -eq 1 ]
    done
}

@test "a small stack is enough" {
    needs_no_sanitizer
    rows 240 | to_csv >r.csv
    (
        ulimit -s 96
        "$SEQNET" train r.csv --test r.csv --epochs 1 -q -o m.safetensors
        "$SEQNET" evaluate r.csv -m m.safetensors >/dev/null
        "$SEQNET" predict -q -m m.safetensors -i r.csv >/dev/null
        "$SEQNET" check r.csv >/dev/null || [ $? -eq 1 ]
    )
}
