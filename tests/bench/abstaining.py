#!/usr/bin/python3
"""How often answers from the threshold of predict --precision on are right: coverage and precision on the held-out rows,
which the threshold was chosen on, and on test rows. And the calibration error before and after on both.

    tests/bench/abstaining.py FOLDER [SET...] --seqnet build/seqnet [--npz imdb.npz]

FOLDER holds sets NAME.train.ft and NAME.test.ft. Python needs numpy."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, os.path.dirname(__file__))
from calibration import ece, npz_test, read_labelled, run  # noqa: E402


def parse():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("folder")
    p.add_argument("sets", nargs="*")
    p.add_argument("--seqnet", default="build/seqnet")
    p.add_argument("--npz", help="imdb.npz, as another set")
    p.add_argument("--precision", default="0.95,0.98")
    p.add_argument("--seeds", type=int, default=1)
    return p.parse_args()


def answers(o, model, path, *options):
    out = run([o.seqnet, "predict", "-q", "-m", model, "--json", "--input", path, "--abstain-below", "0", *options])
    return [json.loads(line) for line in out.decode().splitlines()]


def error(found, truth):
    labels = list(found[0]["probabilities"])
    p = np.array([[a["probabilities"][k] for k in labels] for a in found])
    return ece(p, np.array([labels.index(y) if y in labels else -1 for y in truth]))


def share(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "-"


def main():
    o = parse()
    sets = list(o.sets) + ([os.path.basename(o.npz)] if o.npz else [])
    print("| set | rows held out | ECE held out before, after | ECE test before, after | precision | from | "
          "held out: coverage, right | test: coverage, right |\n|" + " --- |" * 8)
    for name in sets:
        for seed in range(1, o.seeds + 1):
            with tempfile.TemporaryDirectory() as folder:
                model, lines = f"{folder}/m.safetensors", f"{folder}/test.txt"
                is_npz = name.endswith(".npz")
                test = npz_test(o.npz) if is_npz else read_labelled(f"{o.folder}/{name}.test.ft")
                data = o.npz if is_npz else f"{o.folder}/{name}.train.ft"
                with open(lines, "w", encoding="utf-8") as f:
                    f.writelines(text + "\n" for _, text in test)
                run([o.seqnet, "train", data, "--seed", str(seed), "-o", model])
                ids = ["--ids"] if is_npz else ["--input-format", "lines"]
                found, raw = answers(o, model, lines, *ids), answers_raw(o, model, lines, ids)
                truth = [y for y, _ in test]
                record = json.loads(run([o.seqnet, "info", "--json", model]))
                for wanted in o.precision.split(","):
                    print(f"| {name} | {record['held_out']['rows']} | " + row(o, model, wanted, record, found, raw, truth),
                          flush=True)


def answers_raw(o, model, path, ids):
    out = run([o.seqnet, "predict", "-q", "-m", model, "--json", "--raw", "--input", path, *ids])
    return [json.loads(line) for line in out.decode().splitlines()]


def row(o, model, wanted, record, found, raw, truth):
    c = record["training"]["calibration"]
    cells = [f"{c['ece_before']:.4f}, {c['ece_after']:.4f}", f"{error(raw, truth):.4f}, {error(found, truth):.4f}",
             f"{float(wanted):g}"]
    said = subprocess.run([o.seqnet, "predict", "-m", model, "--precision", wanted, "x"], capture_output=True, text=True)
    curve = record["held_out"]["curve"]
    if said.returncode:
        return " | ".join(cells + ["not reached", "", ""]) + " |"
    threshold = float(said.stderr.split("answers from ")[1].split()[0])
    i = min(range(len(curve["thresholds"])), key=lambda k: abs(curve["thresholds"][k] - threshold))
    kept = [(a["label"] == y) for a, y in zip(found, truth) if a["probability"] >= threshold]
    cells += [f"{threshold:g}", f"{share(curve['kept'][i], record['held_out']['rows'])}, "
              f"{share(curve['right'][i], curve['kept'][i])}",
              f"{share(len(kept), len(truth))}, {share(sum(kept), len(kept))}"]
    return " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
