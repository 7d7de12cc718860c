#!/usr/bin/env bats
# The program on the real data; skipped where SEQNET_DATA is not set.

load helpers
setup() {
    [ -n "${SEQNET_DATA:-}" ] || skip "SEQNET_DATA is not set"
    data=$SEQNET_DATA
    setup_workdir
    put_on_path
    ln -s "$data/imdb.npz" "$data/imdb_word_index.json" .
}

@test "the commands of the guide on the IMDB example" {
    read_pages
    python3 "$BATS_TEST_DIRNAME/readme.py" imdb "${pages[@]}"
    # What the tour trained: the tutorial's accuracy, and sense on sentences of our own.
    seqnet evaluate imdb.npz --min-accuracy 0.86 >/dev/null
    printf '%s\n' "A brilliant, moving film. I loved it." "Awful. A boring waste of time." |
        seqnet predict -q | cut -f 1 | paste -sd ' ' | grep -x 'positive negative'
}

@test "padding the real data gives what Keras gives" {
    seqnet pad imdb.npz --maxlen 500 -o padded.npz
    numpy "
d, p = np.load('imdb.npz', allow_pickle=True), np.load('padded.npz')
rng = np.random.RandomState(113)
for part in ('train', 'test'):
    x, y, got = d['x_' + part], d['y_' + part], p['x_' + part]
    i = np.arange(len(x)); rng.shuffle(i)
    assert got.dtype == np.int32 and got.shape == (25000, 500)
    assert (p['y_' + part] == y[i]).all()
    for row, k in zip(got, i):
        s = ([1] + [v + 3 if v + 3 < 10000 else 2 for v in x[k]])[-500:]
        assert (row[500 - len(s):] == s).all() and not row[:500 - len(s)].any()"
}
