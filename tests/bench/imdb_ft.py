#!/usr/bin/env python3
"""Writes the IMDB reviews as sets for text_defaults.py.

    imdb_ft.py aclImdb OUT_FOLDER

`imdb`: all reviews. `imdb-lines`: the first two sentences of the train reviews, and 100,000 sentences of
the test reviews, to time the prediction of short lines (a sentence often does not tell its label).
"""
import argparse
import pathlib
import random
import re
import sys

sys.dont_write_bytecode = True
from labelled_text import Rows, write_rows  # noqa: E402

LINES = 100000


def read_reviews(folder):
    rows = Rows([], [])
    for path in sorted(folder.glob("*/*.txt")):
        if path.parent.name in ("neg", "pos"):
            text = path.read_text(encoding="utf-8").replace("<br />", " ")
            rows.labels.append(path.parent.name)
            rows.texts.append(" ".join(text.split()))
    return rows


def sentences(text):
    return re.split(r"(?<=[.!?])\s+", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("folder", type=pathlib.Path, help="the unpacked archive")
    parser.add_argument("output", type=pathlib.Path)
    given = parser.parse_args()
    train, test = (read_reviews(given.folder / part) for part in ("train", "test"))
    given.output.mkdir(parents=True, exist_ok=True)
    write_rows(given.output / "imdb.train.ft", train)
    write_rows(given.output / "imdb.test.ft", test)
    short = Rows(train.labels, [" ".join(sentences(text)[:2]) for text in train.texts])
    lines = [(label, line) for label, text in zip(test.labels, test.texts) for line in sentences(text)]
    chosen = random.Random(1).sample(lines, min(LINES, len(lines)))
    write_rows(given.output / "imdb-lines.train.ft", short)
    write_rows(given.output / "imdb-lines.test.ft", Rows(*map(list, zip(*chosen))))


if __name__ == "__main__":
    main()
