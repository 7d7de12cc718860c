#!/usr/bin/env bats
# The raw IMDB reviews (aclImdb_v1.tar.gz in $SEQNET_DATA): Keras's ids from their text, and a folder
# that trains.

bats_require_minimum_version 1.5.0
load helpers

setup_file() {
    [ -f "$SEQNET_DATA/aclImdb_v1.tar.gz" ] && [ -f "$SEQNET_DATA/imdb.npz" ] || return 0
    tar -C "$BATS_FILE_TMPDIR" --exclude=unsup -xzf "$SEQNET_DATA/aclImdb_v1.tar.gz"
}

setup() {
    data=$SEQNET_DATA
    setup_workdir
    folder=$BATS_FILE_TMPDIR/aclImdb
    [ -d "$folder" ] || skip "SEQNET_DATA has no aclImdb_v1.tar.gz and imdb.npz"
}

# ids FOLDER: the label and the ids of every review, by the rule and the ranks of Keras's word index.
ids() {
    "$SEQNET" load "$1" --text-rule keras --word-index "$data/imdb_word_index.json" --num-words 100000 \
        --head 25000 -q | sed -n 's/^train\[[0-9]*\] \([a-z]*\), [0-9]* ids: /\1 /p'
}

@test "the keras rule gives every id of imdb.npz, for all 25,000 training reviews" {
    ids "$folder/train" >train
    ids "$folder/test" >test
    numpy "
stored = np.load('$data/imdb.npz', allow_pickle=True)
names = {'neg': 0, 'pos': 1}

def from_text(path, keep):
    rows = []
    for line in open(path):
        label, *ids = line.split()
        rows.append((names[label], [int(i) for i in ids if keep(int(i))]))
    return sorted(rows)

def from_npz(part):
    return sorted((int(y), [1] + [i + 3 for i in x]) for x, y in zip(stored['x_' + part], stored['y_' + part]))

train, keras = from_text('train', lambda i: True), from_npz('train')
assert len(train) == 25000 and train == keras, [(a, b) for a, b in zip(train, keras) if a != b][:1]
test, keras = from_text('test', lambda i: i != 2), from_npz('test')
assert len(test) == 25000 and test == keras, [(a, b) for a, b in zip(test, keras) if a != b][:1]
"
}

@test "the folder trains, evaluates and says what is in it" {
    run --separate-stderr "$SEQNET" train "$folder" --epochs 1 --seed 1 -o m.safetensors
    [ "$status" -eq 0 ]
    [[ $stderr == *"25000 train sequences, 25000 test sequences"*"validate on 2500 samples"* ]]
    "$SEQNET" evaluate "$folder" -m m.safetensors --min-accuracy 0.8 >measured
    grep -q 'test part: 25000 rows' measured
    "$SEQNET" load "$folder" --head 0 | grep -q '^train: .*; neg 12500, pos 12500;'
}
