#!/usr/bin/env bash
# Training on a CSV that is several times larger than the memory, next to training with memory for
# all of it: the same fingerprint, and the time of an epoch in both.
#
#     out_of_core.sh SEQNET REVIEWS.csv FOLDER [MEGABYTES] [TIMES] [ROUNDS]
#
# The texts of REVIEWS.csv (columns label,text), their sentences in other orders, fill TIMES (8)
# times MEGABYTES (262) of a CSV in FOLDER, which needs three times as much room. The trainings take
# turns, ROUNDS (3) of each; the one in little memory runs in a control group (as root; version 1 or
# 2), which counts the pages of its files, too.
set -euo pipefail

seqnet=$1 reviews=$2 folder=$3 megabytes=${4:-262} times=${5:-8} rounds=${6:-3}
options=(--ngrams off --preset keras --epochs 1 --no-baseline --seed 1 -f)
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
export TMPDIR=$folder

# Makes the CSV: sentences end with a period and a blank.
make_csv() {
    python3 - "$reviews" "$folder/large.csv" $((megabytes * times)) <<'EOF'
import csv, random, sys
source, target, megabytes = sys.argv[1:]
csv.field_size_limit(1 << 30)
rows = list(csv.DictReader(open(source, newline="")))
draw = random.Random(1)
with open(target, "w", newline="") as out:
    writer = csv.writer(out)
    writer.writerow(["label", "text"])
    while out.tell() < int(megabytes) * 1000000:
        draw.shuffle(rows)
        for row in rows:
            sentences = row["text"].split(". ")
            draw.shuffle(sentences)
            writer.writerow([row["label"], ". ".join(sentences)])
EOF
}

# Makes a control group with this memory, in $group.
make_group() {
    local own
    own=$(sed -n 's/^[0-9]*:memory://p' /proc/self/cgroup)
    group=/sys/fs/cgroup/memory$own/seqnet-bench-$$
    limit=memory.limit_in_bytes
    if [ ! -f "/sys/fs/cgroup/memory$own/$limit" ]; then
        group=/sys/fs/cgroup$(sed -n 's/^0:://p' /proc/self/cgroup)/seqnet-bench-$$
        limit=memory.max
    fi
    mkdir "$group"
    echo "${megabytes}000000" >"$group/$limit"
}

# train NAME [GROUP]: prints the seconds of the epoch and the fingerprint.
train() {
    (
        if [ -n "${2:-}" ]; then echo "$BASHPID" >"$2/cgroup.procs"; fi
        exec "$seqnet" train "$folder/large.csv" "${options[@]}" -o "$folder/$1.safetensors" --json
    ) 2>/dev/null >"$folder/$1.json"
    local seconds
    seconds=$(grep -o '"seconds": *[0-9.]*' "$folder/$1.json" | head -n 1 | grep -o '[0-9.]*$')
    echo "$seconds $("$seqnet" info --json "$folder/$1.safetensors" | grep -o '"fingerprint": *"[0-9a-f]*"' | head -n 1)"
}

[ -f "$folder/large.csv" ] || make_csv
make_group
trap 'rmdir "$group"' EXIT
ls -l "$folder/large.csv"
for round in $(seq "$rounds"); do
    echo "round $round, $megabytes MB: $(train little "$group")"
    echo "round $round, all in memory: $(train ample)"
done
