#!/usr/bin/env python3
"""seqnet's defaults beside fastText's on little data: subsets of the IMDB reviews, two sentences of
each, to imitate short texts.

    small_data.py aclImdb_v1.tar.gz [--seqnet build/seqnet] [--fasttext fasttext]

Every subset is drawn with three seeds, which are also the programs' seeds; a figure is the median of
the three accuracies on the first two sentences of all 25,000 test reviews. fastText gets the same
texts twice: as they are, and in lower case with punctuation set apart, which its manual recommends.
"""
import argparse
import csv
import pathlib
import random
import re
import statistics
import subprocess
import tarfile
import tempfile
import time

SIZES = (500, 2000, 10000)
SEEDS = (1, 2, 3)


def two_sentences(text):
    text = " ".join(text.replace("<br />", " ").split())
    return " ".join(re.split(r"(?<=[.!?])\s+", text)[:2])


def read_reviews(archive):
    """{"train": [(label, text)], "test": [...]}, in the order of names."""
    reviews = {"train": [], "test": []}
    with tarfile.open(archive) as tar:
        for member in tar:
            match = re.fullmatch(r"aclImdb/(train|test)/(pos|neg)/\d+_\d+\.txt", member.name)
            if match:
                text = tar.extractfile(member).read().decode()
                reviews[match[1]].append((member.name, match[2], two_sentences(text)))
    return {part: [row[1:] for row in sorted(rows)] for part, rows in reviews.items()}


def write_csv(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("label", "text"))
        writer.writerows(rows)


def set_apart(text):
    return re.sub(r"([.!?,'/()\":;-])", r" \1 ", text.lower())


def write_fasttext(path, rows, prepare):
    with open(path, "w") as file:
        for label, text in rows:
            file.write(f"__label__{label} {prepare(text)}\n")


def run(command):
    start = time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return result.stdout + result.stderr, time.monotonic() - start


def seqnet_accuracy(program, train, test, seed, folder):
    output, seconds = run([program, "train", train, "--test", test, "--seed", str(seed),
                           "-o", folder / "model.safetensors"])
    return float(re.search(r"^test: accuracy ([\d.]+)", output, re.M)[1]), seconds


def fasttext_accuracy(program, train, test, seed, folder):
    _, seconds = run([program, "supervised", "-input", train, "-output", folder / "model",
                      "-seed", str(seed), "-thread", "1", "-verbose", "0"])
    output, _ = run([program, "test", folder / "model.bin", test])
    return float(re.search(r"P@1\s+([\d.]+)", output)[1]), seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("archive", type=pathlib.Path)
    parser.add_argument("--seqnet", default="build/seqnet")
    parser.add_argument("--fasttext", default="fasttext")
    options = parser.parse_args()
    reviews = read_reviews(options.archive)
    columns = ("seqnet", "fastText", "fastText, text prepared")
    print(f"| rows | {' | '.join(columns)} | seconds: seqnet, fastText |")
    print("| --- " * (len(columns) + 2) + "|")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepares = {columns[1]: lambda text: text, columns[2]: set_apart}
        write_csv(folder / "test.csv", reviews["test"])
        for column, prepare in prepares.items():
            write_fasttext(folder / f"test {column}.ft", reviews["test"], prepare)
        for size in SIZES:
            figures = {column: [] for column in columns}
            for seed in SEEDS:
                rows = random.Random(seed).sample(reviews["train"], size)
                write_csv(folder / "train.csv", rows)
                figures["seqnet"].append(seqnet_accuracy(
                    options.seqnet, folder / "train.csv", folder / "test.csv", seed, folder))
                for column, prepare in prepares.items():
                    write_fasttext(folder / "train.ft", rows, prepare)
                    figures[column].append(fasttext_accuracy(
                        options.fasttext, folder / "train.ft", folder / f"test {column}.ft", seed,
                        folder))
            cells = [f"{statistics.median(a for a, _ in figures[c]):.3f} "
                     f"({min(figures[c])[0]:.3f}..{max(figures[c])[0]:.3f})" for c in columns]
            times = [statistics.median(s for _, s in figures[c]) for c in columns[:2]]
            print(f"| {size:,} | {' | '.join(cells)} | {times[0]:.1f}, {times[1]:.1f} |", flush=True)


if __name__ == "__main__":
    main()
