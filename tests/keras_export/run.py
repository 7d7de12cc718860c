#!/usr/bin/env python3
"""Exports models of SEQNET to Keras, and computes what Keras says of the files; then imports them.

    run.py SEQNET [MODEL...]

Without models, it trains small ones of all kinds. Needs h5py; without it, it skips (exit code 77).
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile

try:
    import numpy as np
    from keras_files import load
except ImportError as error:
    print(f"skipped: {error}; install python3-h5py")
    sys.exit(77)

SEQNET = sys.argv[1]
TOLERANCE = 2e-6  # predictions have six decimals
CONVOLUTION = "--cell conv1d --kernel-size 2,3 --filters 4"
KINDS = ["--cell lstm --units 5", "--cell gru --units 5 --dense 4", "--cell rnn --bidirectional --units 5",
         f"{CONVOLUTION} --dense 4", "--cell conv1d --kernel-size 3 --filters 4 --pool-size 2",
         "--cell lstm --bidirectional --units 5,4 --dropout 0.2 --recurrent-dropout 0.1",
         "--cell gru --units 5 --pooling mean", "--cell gru --units 5 --pooling max-mean",
         "--cell lstm --units 4,3 --bidirectional --pooling max-mean --dense 7",
         "--cell gru --units 6 --pooling last --padding post --truncating post",
         "--cell rnn --units 5 --preset lstm", "--cell gru --units 4 --preset lstm --pooling max-mean"]


def seqnet(*arguments, **options):
    return subprocess.run([SEQNET, *arguments], check=True, capture_output=True, text=True, **options).stdout


def info(model):
    return json.loads(seqnet("info", "--json", model))


def rows_of(about, rows=12):
    """Rows of ids, the last without words, and the same padded as the model does."""
    source = random.Random(5)
    config = about["config"]
    length, count = config["maxlen"], config["encoding"]["num_words"]
    ids = [[source.randrange(1, count) for _ in range(source.randrange(1, min(length, 30) + 1))]
           for _ in range(rows)] + [[]]
    front = config["padding"] == "pre"
    padded = [[0] * (length - len(row)) + row if front else row + [0] * (length - len(row)) for row in ids]
    return ids, padded


def answers(model, ids):
    lines = "".join(" ".join(map(str, row)) + "\n" for row in ids)
    out = seqnet("predict", "-m", model, "--ids", "--json", input=lines)
    return np.array([list(json.loads(line)["probabilities"].values()) for line in out.splitlines()])


def of_keras(output, labels):
    return np.hstack([1 - output, output]) if output.shape[1] == 1 and labels == 2 else output


def check(model, folder):
    about = info(model)
    ids, padded = rows_of(about)
    expected = answers(model, ids)
    worst = 0.0
    for ending in (".h5", ".keras", ".npz"):
        path, again = os.path.join(folder, "x" + ending), os.path.join(folder, "again.safetensors")
        seqnet("export", "-m", model, "-o", path, "-f", "-q")
        with np.errstate(invalid="ignore"):  # Keras's mean of a row without words is 0 / 0
            found = of_keras(load(path).predict(padded), expected.shape[1])
        assert not np.isnan(found[:-1]).any()
        worst = max(worst, np.nanmax(np.abs(found - expected)))
        seqnet("import", path, "-o", again, "-f", "-q")
        assert info(again)["fingerprint"] == about["fingerprint"], f"{ending} gives another model"
    assert worst <= TOLERANCE, f"differs by {worst}"
    return worst


def check_damaged(model, folder):
    """An export in which what lies beside the weights was changed gives an error, exit code 4."""
    path, other = os.path.join(folder, "whole.keras"), os.path.join(folder, "other.keras")
    seqnet("export", "-m", model, "-o", path, "-f", "-q")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    about = json.loads(members["seqnet.json"])
    config = about["config"]
    changes = [("seqnet.json", b"{"), ("seqnet.json", b"{}"), ("words.txt", b"a\na\n")]
    for change in ({"labels": ["a", 1]}, {"labels": []}, {"text_rule": "none"}, {"unscaled": [1.0]},
                   {"config": {**config, "maxlen": config["maxlen"] + 1}}, {"config": []}):
        changes.append(("seqnet.json", json.dumps({**about, **change}).encode()))
    for name, data in changes:
        with zipfile.ZipFile(other, "w") as archive:
            for member, content in {**members, name: data}.items():
                archive.writestr(member, content)
        run = subprocess.run([SEQNET, "import", other, "-o", path + ".safetensors", "-q"], check=False,
                             capture_output=True, text=True)
        assert run.returncode == 4 and run.stderr.count("\n") == 1, f"{name} {data[:60]}: {run}"


def main():
    failures, worst = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        models = sys.argv[2:]
        data = os.path.join(folder, "rows.csv")
        seqnet("load", "builtin:demo:200:1", "-q", "-o", data)
        for i, kind in enumerate([] if models else KINDS):
            path = os.path.join(folder, f"{i}.safetensors")
            seqnet("train", data, *kind.split(), "--ngrams", "off", "--embedding-dim", "6", "--epochs",
                   "2", "-j", "1", "-q", "-o", path)
            models.append(path)
        for i, model in enumerate(models):
            try:
                worst = max(worst, check(model, folder))
            except (AssertionError, KeyError, subprocess.CalledProcessError) as error:
                print(f"{KINDS[i] if not sys.argv[2:] else model}: {type(error).__name__}: {error} "
                      f"{getattr(error, 'stderr', '')}")
                failures += 1
        if not sys.argv[2:]:
            check_damaged(models[0], folder)
    print(f"{len(models)} models, {failures} failures, probabilities differ by at most {worst:.1e}")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
