#!/usr/bin/env python3
"""Compares what is read of tokenizer files with Keras's Tokenizer, said again in Python.

    tokenizers.py SAY_IDS DAMAGE [FLIPS [TOKENIZERS]]

TOKENIZERS (14) are fitted to random texts, with random settings, pickled in each protocol under each name
that Keras's module has had, dumped as JSON in each form, and read. Then files are damaged: cut short
at each 1/50 and with one of FLIPS (300) bits flipped, and must give a sentence or a tokenizer, in
little time and memory.
"""

import collections
import gzip
import io
import json
import os
import pickle
import random
import resource
import subprocess
import sys
import tempfile
import types
import zlib

import tokens

MODULES = [
    "keras.preprocessing.text", "keras_preprocessing.text", "keras.src.preprocessing.text",
    "keras.src.legacy.preprocessing.text", "tensorflow.python.keras.preprocessing.text",
    "tensorflow.keras.preprocessing.text", "tf_keras.src.preprocessing.text",
    "keras_core.src.legacy.preprocessing.text", "tensorflow.python.keras._impl.keras.preprocessing.text",
]
SENTENCES = [
    "This movie was absolutely wonderful, I loved every minute of it!", "", "ΟΔΟΣ Σ café\tCAFÉ\r\nx",
    "the THE the, a-b a'b <OOV> oov 'quoted' \u201cnaïve\u201d", "İstanbul ıI 漢字。かな 👍🏽", "a\nb\\c \"d\" \u2028 e",
]
MEMORY = 1 << 30
MARK = os.path.join(tempfile.gettempdir(), "seqnet-pickle-was-run-%d" % os.getpid())
faults = []


class Tokenizer:
    """Keras's, as far as files and ids depend on it."""

    def __init__(self, num_words=None, filters=tokens.DEFAULT, lower=True, split=" ",
                 char_level=False, oov_token=None):
        self.word_counts = collections.OrderedDict()
        self.word_docs = collections.defaultdict(int)
        self.filters = filters
        self.split = split
        self.lower = lower
        self.num_words = num_words
        self.document_count = 0
        self.char_level = char_level
        self.oov_token = oov_token
        self.index_docs = collections.defaultdict(int)
        self.word_index = {}
        self.index_word = {}

    def words(self, text):
        return tokens.words(text, self.filters, self.lower, self.split, self.char_level)

    def fit(self, texts):
        for text in texts:
            self.document_count += 1
            words = self.words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] += 1
        ranked = sorted(self.word_counts, key=lambda word: -self.word_counts[word])
        ranked = ([] if self.oov_token is None else [self.oov_token]) + ranked
        self.word_index = dict(zip(ranked, range(1, len(ranked) + 1)))
        self.index_word = {rank: word for word, rank in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def ids(self, text):
        unknown = self.word_index.get(self.oov_token)
        found = []
        for word in self.words(text):
            rank = self.word_index.get(word)
            if rank is None or (self.num_words and rank >= self.num_words):
                rank = unknown
            if rank is not None:
                found.append(rank)
        return found

    def to_json(self):
        config = {name: json.dumps(value) if isinstance(value, dict) else value
                  for name, value in vars(self).items()}
        return json.dumps({"class_name": "Tokenizer", "config": config})


def fitted(source):
    tokenizer = Tokenizer(
        num_words=source.choice([None, None, 5, 20, 1000]),
        filters=source.choice([tokens.DEFAULT, tokens.DEFAULT, "", "。,!?", tokens.DEFAULT + "’“"]),
        lower=source.random() < 0.8, split=source.choice([" ", " ", " ", "-", "--", "\n", None]),
        char_level=source.random() < 0.15, oov_token=source.choice([None, "<OOV>", "<unk>", "oov"]))
    tokenizer.fit([tokens.random_text(source).decode(errors="replace") for _ in range(12)] + SENTENCES[:4])
    return tokenizer


def pickled(value, module, protocol):
    """Pickles a value in which Tokenizer lives in another module."""
    parts = module.split(".")
    made = {".".join(parts[:i + 1]): types.ModuleType(parts[i]) for i in range(len(parts))}
    made[module].Tokenizer = Tokenizer
    before = {name: sys.modules.get(name) for name in made}
    sys.modules.update(made)
    Tokenizer.__module__ = module
    try:
        return pickle.dumps(value, protocol)
    finally:
        for name, old in before.items():
            sys.modules.pop(name) if old is None else sys.modules.update({name: old})


def limited():
    if "SANITIZED" not in os.environ:  # a sanitizer takes more addresses than there is memory
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def say(program, kind, data, texts=()):
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        lines = "".join(text.encode().hex() + "\n" for text in texts)
        done = subprocess.run([program, kind, file.name], input=lines.encode(), timeout=20,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limited)
        return done.returncode, done.stdout.decode(errors="replace").split("\n"), file.name


def expect_ids(program, name, data, expected):
    code, lines, _ = say(program, "tokenizer", data, SENTENCES)
    ids = [[int(number) for number in line.split()] for line in lines[1:-1]] if code == 0 and \
        not lines[0].startswith("refused") else None
    if ids != expected:
        faults.append(name)
        print("%s: %s\n  %s\n  not %s" % (name, lines[0][:300], ids, expected))


def expect_line(program, kind, name, data, *parts):
    code, lines, path = say(program, kind, data)
    line = " | ".join(lines)
    if code != 0 or not all(part in line for part in parts):
        faults.append(name)
        print("%s: %d %s\n  lacks %s" % (name, code, line[:400], parts))
    if line.startswith("refused") and not line.startswith("refused 4 " + path + ": "):
        faults.append(name)
        print("%s: %s" % (name, line[:300]))


def check_forms(program, source, count):
    for number in range(count):
        tokenizer = fitted(source)
        if tokenizer.split is None:
            tokenizer.filters = tokenizer.filters or ","
        expected = [tokenizer.ids(text) for text in SENTENCES]
        module = MODULES[number % len(MODULES)]
        for protocol in range(6):
            data = pickled(tokenizer, module, protocol)
            expect_ids(program, "protocol %d of %s" % (protocol, module), data, expected)
        data = pickled(tokenizer, module, 4)
        inside = [{"tokenizer": tokenizer, "max_len": 200}, (tokenizer, 100), [tokenizer]]
        for value in inside:
            expect_ids(program, "inside %s" % type(value), pickled(value, module, 2), expected)
        expect_ids(program, "gzip", gzip.compress(data), expected)
        expect_ids(program, "zlib", zlib.compress(data), expected)
        text = tokenizer.to_json()
        expect_ids(program, "to_json", text.encode(), expected)
        expect_ids(program, "to_json in JSON", json.dumps(text).encode(), expected)
        expect_ids(program, "to_json with a mark", b"\xef\xbb\xbf" + text.encode(), expected)
        expect_ids(program, "pickled to_json", pickle.dumps(text), expected)
        own = dict(json.loads(text)["config"], word_index=tokenizer.word_index)
        expect_ids(program, "own dictionary", json.dumps(own, ensure_ascii=False).encode(), expected)
        own["word_index"] = json.dumps(tokenizer.word_index)
        expect_ids(program, "own, with text", json.dumps(own, indent=2).encode(), expected)


def check_indexes(program):
    tokenizer = Tokenizer(oov_token="<OOV>")
    tokenizer.fit(SENTENCES)
    expected = [tokenizer.ids(text) for text in SENTENCES]
    index, reverse = tokenizer.word_index, tokenizer.index_word
    expect_ids(program, "index", json.dumps(index).encode(), expected)
    expect_ids(program, "index with floats", json.dumps({w: float(i) for w, i in index.items()}).encode(), expected)
    expect_ids(program, "reversed", json.dumps(reverse).encode(), expected)
    for protocol in range(6):
        expect_ids(program, "index %d" % protocol, pickle.dumps(index, protocol), expected)
        expect_ids(program, "reversed %d" % protocol, pickle.dumps(reverse, protocol), expected)
        expect_ids(program, "ordered %d" % protocol, pickle.dumps(collections.OrderedDict(index), protocol), expected)
    expect_ids(program, "word2idx", json.dumps({"word2idx": index, "idx2word": reverse}).encode(), expected)
    expect_ids(program, "lines", "\n".join(index).encode(), expected)
    expect_ids(program, "lines of Windows", ("\r\n".join(index) + "\r\n").encode(), expected)
    expect_ids(program, "numbered lines", "".join("%s\t%d\n" % item for item in index.items()).encode(), expected)
    expect_ids(program, "CSV", ("word,index\n" + "".join("%s,%d\n" % item for item in index.items())).encode(), expected)
    zero = {"<PAD>": 0, **index}
    expect_ids(program, "index with padding", json.dumps(zero).encode(), expected)
    from_zero = {word: rank - 1 for word, rank in index.items() if word != "<OOV>"}
    shifted = [[i - 1 for i in ids if i > 1] for ids in expected]
    from_one = {word: rank - 1 for word, rank in from_zero.items()}
    expect_ids(program, "ids from 1", json.dumps(from_zero).encode(), shifted)
    expect_ids(program, "ids from 0", json.dumps(from_one).encode(),
               [[i - 1 for i in ids] for ids in shifted])
    vocabulary = ["", "[UNK]"] + list(dict.fromkeys(
        word for text in SENTENCES for word in tokens.vectorized(text, "lower_and_strip_punctuation", "whitespace")))
    vectorized = [[vocabulary.index(word) for word in
                   tokens.vectorized(text, "lower_and_strip_punctuation", "whitespace")] for text in SENTENCES]
    expect_ids(program, "vocabulary.txt", "\n".join(vocabulary).encode(), vectorized)
    expect_ids(program, "vocabulary as JSON", json.dumps(vocabulary).encode(), vectorized)
    expect_ids(program, "vocabulary pickled", pickle.dumps(vocabulary), vectorized)
    config = {"standardize": "lower_and_strip_punctuation", "split": "whitespace", "max_tokens": 1000,
              "output_mode": "int", "output_sequence_length": 50, "ngrams": None, "vocabulary": None}
    expect_ids(program, "layer pickled", pickle.dumps({"config": config, "vocabulary": vocabulary}), vectorized)


def check_facts(program):
    index = {"<OOV>": 1, "the": 2, "film": 3}
    own = {"word_index": index, "num_words": 3, "max_length": 40, "padding_type": "post", "trunc_type": "pre"}
    expect_line(program, "tokenizer", "facts", json.dumps(own).encode(), "words=3 num_words=3 oov=1 highest=2",
                "maxlen=40 padding=1/0")
    expect_line(program, "tokenizer", "damaged key", json.dumps(dict(own, **{"oov_tpython a.pyoken": "<OOV>"})).encode(), "oov=1")
    expect_line(program, "tokenizer", "missing word", json.dumps(dict(own, oov_token="<X>")).encode(), "oov=-1", "dropped")
    expect_line(program, "tokenizer", "null", json.dumps(dict(own, oov_token=None)).encode(), "oov=-1")
    expect_line(program, "tokenizer", "size", json.dumps({"vocab": index, "vocab_size": 3}).encode(), "num_words=0", "highest=3")


class Evil:
    def __reduce__(self):
        return os.system, ("touch " + MARK,)


def check_refused(program):
    for protocol in range(6):
        expect_line(program, "tokenizer", "os.system", pickle.dumps({"tokenizer": Evil()}, protocol),
                    "refused 4", "system, which is not allowed; nothing was run")
        expect_line(program, "labels", "os.system", pickle.dumps([Evil()], protocol), "not allowed")
    tokenizer = fitted(random.Random(1))
    tokenizer.analyzer = len
    expect_line(program, "tokenizer", "analyzer", pickled(tokenizer, MODULES[0], 4), "builtins.len, which is not allowed")
    tokenizer.analyzer = None
    tokenizer.filters = None
    expect_line(program, "tokenizer", "no filters", pickled(tokenizer, MODULES[0], 4), "Keras's Tokenizer")
    for name, part in [("sklearn.feature_extraction.text\nTfidfVectorizer", "vectorizer of scikit-learn"),
                       ("gensim.corpora.dictionary\nDictionary", "gensim"),
                       ("transformers.models.bert\nBertTokenizer", "Hugging Face"),
                       ("torchtext.vocab\nVocab", "torchtext"), ("__main__\nTokenizer", "not allowed")]:
        expect_line(program, "tokenizer", name, b"\x80\x02c" + name.encode() + b"\n)\x81.", "refused 4", part)
    for name, data, part in [
            ("Hugging Face", b'{"version": "1.0", "model": {"vocab": {}}, "added_tokens": []}', "Hugging Face"),
            ("its configuration", b'{"do_lower_case": true, "unk_token": "[UNK]"}', "Hugging Face"),
            ("BERT", b"[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n", "WordPiece"),
            ("BPE", '{"<s>": 0, "\u0120the": 1}'.encode(), "byte-pair"),
            ("SentencePiece", b"\n\x0e\n\x05<unk>\x15\0\0\0\0\x18\x02\n", "SentencePiece"),
            ("HDF5", b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"), ("zip", b"PK\x03\x04" + bytes(60), "zip"),
            ("LFS", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "LFS"),
            ("layers", b'{"class_name": "Sequential", "config": []}', "layers of a model"),
            ("numbers", b"[1, 2, 3]", "neither"), ("none", b"null", "neither"), ("depth", b"[" * 3000, "JSON"),
            ("unfitted", Tokenizer().to_json().encode(), "never fitted"), ("bytes", bytes(range(256)), "neither"),
            ("same ids", b'{"a": 1, "b": 1}', "the id 1 is given to 'a' and to 'b'"),
            ("large ids", b'{"a": 1, "b": 99999999}', "99999999"), ("negative ids", b'{"a": -1}', "-1"),
            ("fractions", b'{"a": 1, "word_index": {"b": 1.5}}', "refused"),
            ("empty split", b'{"word_index": {"a": 1}, "split": ""}', "split is empty"),
            ("long filters", json.dumps({"word_index": {"a": 1}, "filters": "x" * 600}).encode(), "filters"),
            ("ngrams", b'{"vocabulary": {"a": 1}, "ngrams": 2}', "n-grams"),
            ("tf-idf", b'{"vocabulary": {"a": 1}, "output_mode": "tf_idf"}', "tf_idf"),
            ("lambda", b'{"vocabulary": ["a"], "standardize": {"class_name": "function"}}', "function"),
            ("num_words", b'{"word_index": {"a": 5}, "num_words": 2}', "below its num_words")]:
        expect_line(program, "tokenizer", name, data, "refused 4", part)


def check_labels(program):
    expected = ["", "negative", "neutral", "positive", ""]
    names = ["negative", "neutral", "positive"]
    files = ["negative\nneutral\r\npositive\n", "0 negative\n1 neutral\n2 positive\n", "0: negative\n1: neutral\n\n2: positive",
             "\ufeffnegative\nneutral\npositive", json.dumps(names), json.dumps(dict(enumerate(names))),
             json.dumps({name: i for i, name in enumerate(names)}), json.dumps({"labels": names, "maxlen": 5}),
             json.dumps({"id2label": dict(enumerate(names))})]
    pickles = [names, tuple(names), dict(enumerate(names)), {name: i for i, name in enumerate(names)}, {"classes": names}]
    for data in [file.encode() for file in files] + [pickle.dumps(value, p) for value in pickles for p in range(6)]:
        code, lines, _ = say(program, "labels", data)
        if code != 0 or lines[1:] != expected[1:]:
            faults.append("labels")
            print("labels: %s of %r" % (lines, data[:80]))
    for data, part in [(b"", "empty"), (b"{}", "no names"), (b'{"0": "a", "2": "b"}', "number 1"),
                       (b'{"a": 0, "b": 0}', "given to"), (b"[[1]]", "no names"), (b'{"1": {}}', "no names"),
                       (b"\n\n", "no names"), (b"\xff\xfe\x00", "no names")]:
        expect_line(program, "labels", repr(data), data, "refused 4", part)


def check_damaged(program, source, flips):
    tokenizer = fitted(source)
    files = [pickled(tokenizer, MODULES[0], 4), pickled(tokenizer, MODULES[3], 2), pickled(tokenizer, MODULES[1], 0),
             tokenizer.to_json().encode(), zlib.compress(pickled(tokenizer, MODULES[0], 4)),
             pickle.dumps(["negative", "positive"], 1), b"\x80\x02" + b"}q\0" * 20000, b"\x80\x04" + b"(" * 50000 + b".",
             json.dumps({"labels": ["a", "b"], "word_index": tokenizer.word_index}).encode()]
    for data in files:
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            done = subprocess.run([program, file.name, str(flips)], timeout=300, preexec_fn=limited,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0:
            faults.append("damaged")
            print("damaged: %d %s" % (done.returncode, done.stdout.decode(errors="replace")[-2000:]))


def main():
    program, damage = sys.argv[1:3]
    flips, count = [int(number) for number in sys.argv[3:5] + ["300", "14"][len(sys.argv) - 3:]]
    check_forms(program, random.Random(11), count)
    check_indexes(program)
    check_facts(program)
    check_refused(program)
    check_labels(program)
    check_damaged(damage, random.Random(5), flips)
    if os.path.exists(MARK):
        faults.append("a pickle was run")
    print("%d faults" % len(faults))
    return len(faults) > 0


if __name__ == "__main__":
    sys.exit(main())
