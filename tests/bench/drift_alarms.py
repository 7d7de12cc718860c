#!/usr/bin/python3
"""How often seqnet drift gives a false alarm, and whether it finds true drift.

    tests/bench/drift_alarms.py rows.ft --mode pairs    one model; profile and new rows are drawn anew from held-out rows
    tests/bench/drift_alarms.py rows.ft --mode models   each time another model, trained by its defaults, and other new rows
    tests/bench/drift_alarms.py rows.ft --mode models --against other.ft other2.ft    and texts that are not like them

rows.ft is in fastText's form. An alarm is what `seqnet drift --max 0` says: a change by the test at 5 %."""
import argparse
import json
import os
import random
import struct
import subprocess
import tempfile


def parse():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("rows", nargs="+")
    p.add_argument("--mode", choices=["pairs", "models"], default="pairs")
    p.add_argument("--seqnet", default="build/seqnet")
    p.add_argument("--runs", type=int, default=200)
    p.add_argument("--train", type=int, default=2000, help="rows to train on, validation rows included")
    p.add_argument("--held-out", type=int, default=500, help="pairs: rows of the profile")
    p.add_argument("--new", type=int, default=500, help="new rows")
    p.add_argument("--against", nargs="*", default=[])
    p.add_argument("--options", default="", help="for train")
    p.add_argument("--seed", type=int, default=1)
    return p.parse_args()


def run(args, ok=(0,)):
    env = {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}
    done = subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    if done.returncode not in ok:
        raise SystemExit(f"{' '.join(args)}: {done.stderr.decode()}")
    return done.stdout.decode()


def write(path, rows):
    with open(path, "w", encoding="utf-8") as f:
        f.writelines(rows)
    return path


def drift(o, model, path, *options):
    return json.loads(run([o.seqnet, "drift", "-q", "-m", model, "--json", "--max", "0", path, *options], (0, 1)))


def histogram(values, steps):
    values = sorted(values)
    edges, last = [], 0
    for edge in [values[i * len(values) // 10] for i in range(10)] + [round(values[-1] * steps + 1) / steps]:
        if edge > last:
            edges.append(edge)
            last = edge
    counts = [0] * (len(edges) + 1)
    for v in values:
        counts[sum(v >= e for e in edges)] += 1
    return {"mean": sum(values) / len(values), "edges": edges, "counts": counts}


def profile(answers, labels):
    down = lambda x: int(x * 1e4) / 1e4
    predicted = [sum(a["label"] == label for a in answers) for label in labels]
    return {"rows": len(answers), "predicted": predicted, "actual": predicted,
            "confidence": histogram([down(a["probability"]) for a in answers], 1e4),
            "words": histogram([a["tokens"] for a in answers], 1),
            "unknown": histogram([down(a["oov"] / a["tokens"]) if a["tokens"] else 0 for a in answers], 1e4),
            "curve": {"thresholds": [], "kept": [], "right": []}}


def with_profile(model, made, path):
    data = open(model, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header["__metadata__"]["held_out"] = json.dumps(made)
    header["__metadata__"].pop("held_out_hash", None)
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-(8 + len(text)) % 64)
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + data[8 + size:])
    return path


def count(name, reports):
    n = len(reports)
    changed = {f: sum(r["features"][f]["changed"] for r in reports) for f in reports[0]["features"]}
    beyond = {m: sum(r["changed"] and r["psi"] > m for r in reports) for m in (0.1, 0.2, 0.25)}
    confidence = [r["features"]["confidence"] for r in reports]
    shift = sum(c["new"] - c["held_out"] for c in confidence) / n
    psi = sorted(r["psi"] for r in reports)[n // 2]
    print(f"{name}: {sum(r['changed'] for r in reports)} alarms of {n}; " +
          ", ".join(f"{f} {k}" for f, k in changed.items()) +
          f"; confidence {shift:+.4f}; median PSI {psi:.3f}; " + ", ".join(f"above {m}: {k}" for m, k in beyond.items()), flush=True)


def main():
    o = parse()
    rows = [line for path in o.rows for line in open(path, encoding="utf-8")]
    draw = random.Random(o.seed)
    reports, others = [], {path: [] for path in o.against}
    with tempfile.TemporaryDirectory() as folder:
        model, new, train = (f"{folder}/{n}" for n in ("m.safetensors", "new.ft", "train.ft"))
        if o.mode == "pairs":
            draw.shuffle(rows)
            write(train, rows[:o.train])
            run([o.seqnet, "train", "-q", train, "-f", "-o", model, *o.options.split()])
            pool = rows[o.train:]
            text = run([o.seqnet, "predict", "-q", "-m", model, "--json", "--input", write(new, pool)])
            answers = [json.loads(line) for line in text.splitlines()]
            labels = list(answers[0]["probabilities"])
            for _ in range(o.runs):
                drawn = draw.sample(range(len(pool)), o.held_out + o.new)
                patched = with_profile(model, profile([answers[i] for i in drawn[:o.held_out]], labels),
                                       f"{folder}/patched.safetensors")
                reports.append(drift(o, patched, write(new, [pool[i] for i in drawn[o.held_out:]])))
        for i in range(o.runs if o.mode == "models" else 0):
            draw.shuffle(rows)
            write(train, rows[:o.train])
            run([o.seqnet, "train", "-q", train, "--seed", str(i + 1), "-f", "-o", model, *o.options.split()])
            reports.append(drift(o, model, write(new, rows[o.train:o.train + o.new])))
            for path in o.against:
                lines = open(path, encoding="utf-8").readlines()
                others[path].append(drift(o, model, write(new, draw.sample(lines, min(o.new, len(lines))))))
    count("no drift", reports)
    for path in o.against:
        count(os.path.basename(path), others[path])


if __name__ == "__main__":
    main()
