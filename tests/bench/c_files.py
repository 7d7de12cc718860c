#!/usr/bin/env python3
"""Exports models as C, compiles them with gcc and clang, and compares them with seqnet predict on the lines of
a text file: the worst difference of a probability, labels that differ, bytes, the time of a line. With a file
of labels (or their beginnings), one a line, what fewer bytes for weights cost.

    c_files.py --seqnet build/seqnet --texts test.txt [--labels labels.txt] MODEL...
"""
import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time


def run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, **options)


def answers(command, texts):
    """The label and the probability of each line, and the seconds of processor time that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    printed = run(command, stdin=open(texts, "rb")).stdout.decode("utf-8", "replace")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows = [line.split("\t") for line in printed.splitlines()]
    return [(row[0], float(row[1] or 0)) for row in rows], after.ru_utime - before.ru_utime


def accuracy(rows, labels):
    return sum(row[0].startswith(label) for row, label in zip(rows, labels)) / len(labels) if labels else None


def compare(seqnet, model, quantize, texts, labels, folder):
    name = os.path.splitext(os.path.basename(model))[0]
    source = os.path.join(folder, "model.c")
    run([seqnet, "export", "-q", "-f", "-m", model, "--quantize", quantize, "-o", source])
    expected, seconds = answers([seqnet, "predict", "-q", "-j", "1", "-m", model], texts)
    for compiler in ("gcc", "clang"):
        program = os.path.join(folder, "program")
        started = time.monotonic()
        try:
            run([compiler, "-std=c99", "-O2", "-DSEQNET_MAIN", source, "-o", program])
        except FileNotFoundError:
            continue
        compiled = time.monotonic() - started
        found, own = answers([program], texts)
        worst = max(abs(a[1] - b[1]) if a[0] == b[0] else abs(a[1] - (1 - b[1])) for a, b in zip(found, expected))
        other = sum(a[0] != b[0] for a, b in zip(found, expected))
        stripped = int(run(["size", program]).stdout.split()[6])
        score = accuracy(found, labels)
        print(f"| {name} | {quantize} | {compiler} | {os.path.getsize(source):,} | {stripped:,} | {compiled:.1f} | "
              f"{worst:.1e} | {other} | {1e6 * own / len(expected):.0f} | {1e6 * seconds / len(expected):.0f} | "
              f"{'' if score is None else f'{score:.3f}'} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seqnet", default="build/seqnet")
    parser.add_argument("--texts", required=True, help="a text a line")
    parser.add_argument("--labels", help="their labels, one a line")
    parser.add_argument("--quantize", default="none,float16,int8")
    parser.add_argument("models", nargs="+", metavar="MODEL")
    options = parser.parse_args()
    labels = open(options.labels, encoding="utf-8").read().splitlines() if options.labels else None
    print("| model | weights | compiler | C file, bytes | program, bytes | compiled, s | worst difference | "
          "other labels | a text, µs | seqnet, µs | accuracy |")
    print("|" + " --- |" * 11)
    with tempfile.TemporaryDirectory() as folder:
        for model in options.models:
            for quantize in options.quantize.split(","):
                compare(options.seqnet, model, quantize, options.texts, labels, folder)


if __name__ == "__main__":
    sys.exit(main())
