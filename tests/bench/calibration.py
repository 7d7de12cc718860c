#!/usr/bin/python3
"""What calibration is worth: log loss and expected calibration error (15 equal bins) of a network alone on test rows, as
it comes, with one temperature, with a temperature and a bias for each label (vector scaling with one scale), and with
a scale and a bias for each label. All are fitted on validation rows that the network was not trained on.

    tests/bench/calibration.py FOLDER [SET...] --seqnet build/seqnet [--npz imdb.npz]

FOLDER holds sets NAME.train.ft and NAME.test.ft. Python needs numpy and scipy."""
import argparse
import json
import os
import random
import subprocess
import tempfile

import numpy as np
from scipy.optimize import minimize


def parse():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("folder")
    p.add_argument("sets", nargs="*")
    p.add_argument("--seqnet", default="build/seqnet")
    p.add_argument("--npz", help="imdb.npz, as another set")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--validation", type=float, default=0.2, help="share of the train rows")
    p.add_argument("--options", default="--ngrams off", help="for train")
    return p.parse_args()


def run(args, **more):
    env = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    return subprocess.run(args, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env, **more).stdout


def read_labelled(path):
    rows = [line.rstrip("\n").split(" ", 1) for line in open(path, encoding="utf-8")]
    return [(r[0][len("__label__"):], r[1] if len(r) > 1 else "") for r in rows]


def probabilities(seqnet, model, lines, *options):
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
        f.flush()
        out = run([seqnet, "predict", "-q", "-m", model, "--json", "--raw", "--input", f.name, *options])
    answers = [json.loads(line) for line in out.decode().splitlines()]
    labels = list(answers[0]["probabilities"])
    return labels, np.array([[a["probabilities"][k] for k in labels] for a in answers])


def text_set(o, name, folder):
    train = read_labelled(f"{o.folder}/{name}.train.ft")
    test = read_labelled(f"{o.folder}/{name}.test.ft")
    random.Random(o.seed).shuffle(train)
    cut = int(len(train) * o.validation)
    for part, rows in ("val", train[:cut]), ("train", train[cut:]):
        with open(f"{folder}/{part}.ft", "w", encoding="utf-8") as f:
            f.writelines(f"__label__{label} {text}\n" for label, text in rows)
    model = f"{folder}/m.safetensors"
    run([o.seqnet, "train", f"{folder}/train.ft", "--val", f"{folder}/val.ft", "--seed", str(o.seed), "-f", "-o", model,
         *o.options.split()])
    return model, [], train[:cut], test


def npz_parts(path):
    """The rows of both parts as lines of ids, in the order of Keras's load_data."""
    data = np.load(path, allow_pickle=True)
    random_state = np.random.RandomState(113)
    parts = []
    for part in "train", "test":
        x, y = data["x_" + part], data["y_" + part]
        order = np.arange(len(x))
        random_state.shuffle(order)
        rows = [" ".join(str(w + 3 if w + 3 < 10000 else 2) for w in x[i]) for i in order]
        parts.append([(("negative", "positive")[y[i]], "1 " + row) for i, row in zip(order, rows)])
    return parts


def npz_test(path):
    return npz_parts(path)[1]


def npz_set(o, folder):
    """The last ones of the train rows validate."""
    train, test = npz_parts(o.npz)
    model = f"{folder}/m.safetensors"
    run([o.seqnet, "train", o.npz, "--seed", str(o.seed), "--no-refit", "-f", "-o", model])
    return model, ["--ids"], train[int(len(train) * (1 - o.validation)):], test


def softmax(z):
    z = z - z.max(1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(1, keepdims=True)


def loss(p, y):
    return -np.log(np.maximum(p[np.arange(len(y)), y], 1e-12)).mean()


def ece(p, y):
    confidence, right = p.max(1), p.argmax(1) == y
    bins = np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)
    return sum(abs(right[bins == b].sum() - confidence[bins == b].sum()) for b in range(15)) / len(y)


def apply(kind, w, z):
    k = z.shape[1]
    if kind == "temperature":
        return softmax(z * np.exp(w[0]))
    if kind == "biases":
        return softmax(z * np.exp(w[0]) + w[1:])
    return softmax(z * np.exp(w[:k]) + w[k:])


def fit(kind, z, y):
    k = z.shape[1]
    size = {"temperature": 1, "biases": 1 + k, "scales": 2 * k}[kind]
    return minimize(lambda w: loss(apply(kind, w, z), y), np.zeros(size), method="L-BFGS-B").x


def main():
    o = parse()
    sets = o.sets or sorted(f[:-len(".train.ft")] for f in os.listdir(o.folder) if f.endswith(".train.ft"))
    sets += [os.path.basename(o.npz)] if o.npz else []
    print("| set | labels | validation rows | " +
          " | ".join(f"{k}: accuracy, log loss, ECE" for k in ("raw", "temperature", "biases", "scales")) + " |")
    for name in sets:
        with tempfile.TemporaryDirectory() as folder:
            made = npz_set(o, folder) if name.endswith(".npz") else text_set(o, name, folder)
            model, options, val, test = made
            labels, p_val = probabilities(o.seqnet, model, [t for _, t in val], *options)
            _, p_test = probabilities(o.seqnet, model, [t for _, t in test], *options)
        y_val = np.array([labels.index(y) for y, _ in val])
        keep = [i for i, (y, _) in enumerate(test) if y in labels]
        y_test = np.array([labels.index(test[i][0]) for i in keep])
        z_val, z_test = np.log(np.maximum(p_val, 5e-7)), np.log(np.maximum(p_test[keep], 5e-7))
        cells = []
        for kind in "raw", "temperature", "biases", "scales":
            p = softmax(z_test) if kind == "raw" else apply(kind, fit(kind, z_val, y_val), z_test)
            cells.append(f"{(p.argmax(1) == y_test).mean():.4f}, {loss(p, y_test):.4f}, {ece(p, y_test):.4f}")
        print(f"| {name} | {len(labels)} | {len(val)} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
