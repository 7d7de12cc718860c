#!/usr/bin/env python3
"""scikit-learn's LinearSVC on TF-IDF of word and character n-grams: trains on TRAIN, predicts TEST.

    linear_svc.py TRAIN.ft TEST.ft [OPTION...]

Prints one JSON object: the predicted labels, seconds of training (vectorising and fitting) and of
predicting, and the bytes of the pickled model. Starting Python and reading the files is not timed.
"""
import argparse
import json
import pickle
import re
import resource
import sys
import time
import unicodedata

sys.dont_write_bytecode = True
from labelled_text import read_rows  # noqa: E402

# About what seqnet's text rule does: words with inner apostrophes, single characters of scripts
# without spaces, single signs.
ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u3096\u30a1-\u30fe\u3400-\u4dbf\u4e00-\u9fff"
RULE = re.compile(rf"[{ALONE}]|(?:(?![{ALONE}])\w)+(?:['’](?:(?![{ALONE}])\w)+)*|[^\w\s]")
LONG_TOKENS, LONG_ROWS = 100, 2000


def normalised(text):
    return unicodedata.normalize("NFC", text).casefold()


class ChunkGrams:
    """Character 1- to N-grams inside chunks between blanks, with a blank on both sides of each."""

    def __init__(self, longest):
        self.longest = longest

    def __call__(self, text):
        grams = []
        for chunk in normalised(text).split():
            chunk = f" {chunk} "
            grams += [chunk[i:i + n] for n in range(1, self.longest + 1)
                      for i in range(len(chunk) - n + 1)]
        return [gram for gram in grams if gram != " "]


def make_model(options, texts):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import FeatureUnion, Pipeline
    from sklearn.svm import LinearSVC
    words, chars, min_df, c = options.words, options.chars, options.min_df, options.c
    common = {"sublinear_tf": True}
    if options.recipe:
        tokens = sum(len(RULE.findall(text)) for text in texts) / len(texts)
        if tokens > LONG_TOKENS and len(texts) >= LONG_ROWS:
            words, chars, min_df, c = 3, 0, 2, 1.0
        form = {"preprocessor": normalised, "token_pattern": RULE.pattern}
        chunks = {"analyzer": ChunkGrams(chars)}
    else:
        form = {"lowercase": True, "token_pattern": r"(?u)\w+|[^\w\s]"}
        chunks = {"analyzer": "char_wb", "ngram_range": (1, chars)}
    blocks = [("words", TfidfVectorizer(ngram_range=(1, words), min_df=min_df, **form, **common))]
    if chars:
        blocks.append(("chars", TfidfVectorizer(min_df=2, **chunks, **common)))
    return Pipeline([("grams", FeatureUnion(blocks)),
                     ("svm", LinearSVC(C=c, random_state=1))])


def timed(work, *arguments):
    """What it returns, wall seconds, CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work(*arguments)
    return result, time.perf_counter() - wall, time.process_time() - cpu


def pickled_bytes(model):
    """Without the n-grams that were too rare, which older vectorizers keep for a look."""
    for _, block in model.named_steps["grams"].transformer_list:
        vars(block).pop("stop_words_", None)
    return len(pickle.dumps(model, pickle.HIGHEST_PROTOCOL))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--words", type=int, default=2, help="longest n-gram of words")
    parser.add_argument("--chars", type=int, default=5, help="longest n-gram of characters, 0: none")
    parser.add_argument("--min-df", type=int, default=1, help="rows that a word n-gram needs")
    parser.add_argument("--c", type=float, default=0.3)
    parser.add_argument("--recipe", action="store_true",
                        help="normal form, folded case, no lone blank; long texts: words 1-3 alone")
    options = parser.parse_args()
    try:
        import sklearn  # noqa: F401
    except ImportError:
        sys.exit(f"no scikit-learn for {sys.executable}")
    train, test = read_rows(options.train), read_rows(options.test)
    model = make_model(options, train.texts)
    _, wall, cpu = timed(model.fit, train.texts, train.labels)
    predicted, predict_wall, predict_cpu = timed(model.predict, test.texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"predicted": list(predicted), "train_wall": wall, "train_cpu": cpu,
                      "predict_wall": predict_wall, "predict_cpu": predict_cpu,
                      "bytes": pickled_bytes(model), "peak_bytes": peak}))


if __name__ == "__main__":
    main()
