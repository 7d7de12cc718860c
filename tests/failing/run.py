#!/usr/bin/env python3
"""Runs a command of seqnet once for each of its allocations, with that one failing.

    run.py SEQNET FAIL_ALLOC_LIBRARY COMMAND [CASE]

COMMAND is a key of COMMANDS below. Each of its cases first runs undisturbed. Then the N-th
allocation fails, and then the N-th and all after it, for each N. Whatever fails, the command must
end by itself, either with the same result or with an exit code from 1 to 6 and a sentence; an older
file at the output's path must stay, and nothing else may be left.

What allocates too often for that takes only some N, but all with SEQNET_FAILING_ALL=1.
SEQNET_FAILING_TRACE=1 shows the stack of the allocation behind each fault.
"""

import collections
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

# Runs of one case at most: with one failure, with all failing from one on.
RUNS = {"at": 200, "from": 40}
TRAIN_RUNS = {"at": 80, "from": 20}
TIME_LIMIT = 60  # seconds, for a run that hangs
begun_epochs = 0  # of the training that "checkpoint" goes on with
SENTENCE = re.compile(r"^seqnet: \S+( \S+)+$")

# Arguments by case; {out} is the output's path. A case without it writes nothing.
COMMANDS = {
    "load": {
        "recall": "load builtin:recall:4:100 -q --head 0",
        "csv": "load rows.csv",
        "jsonl": "load rows.jsonl",
        "labels": "load labels.jsonl --multi-label --label-separator ;",
        "columns": "load columns.csv --text-column subject,body --encoding WINDOWS-1252",
        "utf-16": "load utf-16.csv --map POS=pos",
        "folder": "load folder",
        "npz": "load padded.npz --word-index words.json",
    },
    "write": {
        "out.csv.gz": "load rows.csv -q -o {out}",
        "out.jsonl": "load rows.csv -q -o {out}",
        "out.ft": "load labels.jsonl --multi-label -q -o {out}",
        "out.npz": "load rows.csv -q -o {out}",
        "texts/": "load few.csv -q -o {out}",
    },
    "prepare": {
        "out.rows": "prepare rows.csv -q -o {out}",
        "spilled.rows": "prepare rows.csv -q --memory 1 -o {out}",
        "labels.rows": "prepare labels.jsonl --multi-label --unlabeled few.csv -q -o {out}",
        "npz.rows": "prepare padded.npz --word-index words.json -q -o {out}",
        "train.safetensors": "train prepared.rows --ngrams both --epochs 1 --units 3 -j 1 -o {out}",
        "spill.safetensors": "train few.csv --ngrams both --epochs 1 --units 3 -j 1 --memory 1 -o {out}",
        "evaluate": "evaluate -j 1 -m model.safetensors prepared.rows",
        "load": "load prepared.rows",
    },
    "pad": {"out.npz": "pad rows.csv -o {out}"},
    "train": {
        "out.safetensors": "train rows.csv --preset lstm --epochs 1 -j 1 -o {out}",
        "of-layers.safetensors": "train rows.csv --layer-file layers.json --epochs 1 -j 1 -o {out}",
        "both-ways.safetensors": "train rows.csv --cell gru --bidirectional --recurrent-dropout 0.2"
                                 " --units 3,4 --epochs 1 -j 1 -o {out}",
        "of-windows.safetensors": "train rows.csv --cell conv1d --kernel-size 2,3 --dense 4"
                                  " --epochs 1 -j 1 -o {out}",
        "of-labels.safetensors": "train labels.jsonl --multi-label --epochs 1 -j 1 -o {out}",
        "of-columns.safetensors": "train columns.csv --text-column subject --text-column body"
                                  " --encoding WINDOWS-1252 --map POS=pos;NEG=neg --epochs 1 -j 1 -o {out}",
        "of-npz.safetensors": "train padded.npz --word-index words.json --epochs 1 -j 1"
                              " --optimizer sgd --momentum 0.9 --clip-norm 1 -o {out}",
    },
    "ngrams": {
        "only.safetensors": "train few.csv --preset fast --precision 0.6 -j 1 -o {out}",
        "both.safetensors": "train few.csv --ngrams both --epochs 1 --units 3 -j 1 -o {out}",
        "unlabeled.safetensors": "train few.csv --ngrams both --epochs 1 --units 3 --no-refit"
                                 " --unlabeled folder/train -j 1 -o {out}",
        "of-labels.safetensors": "train labels.jsonl --multi-label --preset fast --char-ngrams 2"
                                 " --ngram-limit 30 -j 1 -o {out}",
        "predict": "predict -j 1 -m ngrams.safetensors -i few.csv",
        "predict-both": "predict -j 1 -m model.safetensors good",
        "evaluate": "evaluate -j 1 -m ngrams.safetensors few.csv",
        "evaluate-both": "evaluate -j 1 -m model.safetensors few.csv",
        "info": "info ngrams.safetensors",
    },
    "checkpoint": {
        "network.safetensors": "train few.csv --preset lstm --epochs 2 -j 1 -o {out} --checkpoint work/c",
        "both.safetensors": "train few.csv --ngrams both --epochs 1 --units 3 -j 1 -o {out}"
                            " --checkpoint work/c",
        "further.safetensors": "train --resume work/c --epochs {epochs} -j 1 -o {out}",
        "begun.safetensors": "train few.csv --init model.safetensors --ngrams off --epochs 1 -j 1 -o {out}",
    },
    "import": {
        "of-npz.safetensors": "import weights.npz --layer-file keras.json --labels no,yes -q -o {out}",
        "of-tokenizer.safetensors": "import weights.npz --config keras.json --tokenizer words.json"
                                    " -o {out}",
        "of-pickle.safetensors": "import weights.npz --config keras.json --tokenizer tokenizer.pickle"
                                 " --labels labels.joblib -q -o {out}",
        "of-zlib.safetensors": "import weights.npz --config keras.json --tokenizer tokenizer.zlib"
                               " -q -o {out}",
        "of-own-json.safetensors": "import weights.npz --config keras.json --tokenizer tokenizer.json"
                                   " -q -o {out}",
        "of-vectorizer.safetensors": "import vectors.keras --config vectorizer.json -q -o {out}",
    },
    "tune": {
        "best.sh": "tune rows.csv --folds 2 --trials 1 --preset fast -j 1 -o {out}",
    },
    "predict": {
        "argument": "predict -j 1 -m model.safetensors good",
        "annotate": "predict -j 1 -m model.safetensors --annotate -i rows.csv",
        "json": "predict -j 1 -m model.safetensors --json -i rows.csv",
        "jsonl": "predict -j 1 -m model.safetensors -i rows.jsonl",
        "columns": "predict -j 1 -m columns.safetensors --json -i columns.csv",
        "labels": "predict -j 1 -m labels.safetensors --annotate -i rows.csv",
        "abstain": "predict -j 1 -m model.safetensors --abstain-below 0.9 --annotate -i rows.jsonl",
    },
    "evaluate": {
        "text": "evaluate -j 1 -m model.safetensors rows.csv",
        "json": "evaluate -j 1 -m model.safetensors --json rows.csv",
        "columns": "evaluate -j 1 -m columns.safetensors columns.csv --part validation",
        "labels": "evaluate -j 1 -m labels.safetensors --json labels.jsonl -k 2",
        "errors.csv": "evaluate -j 1 -m columns.safetensors columns.csv --part all --errors --errors-to {out}",
        "all.jsonl": "evaluate -j 1 -m labels.safetensors labels.jsonl --errors=2 --predictions {out}",
    },
    "compare": {
        "text": "compare -j 1 model.safetensors ngrams.safetensors rows.csv",
        "differ.csv": "compare -j 1 --json model.safetensors other.safetensors rows.csv --errors-to {out}",
    },
    "check": {
        "json": "check --json rows.csv",
        "model": "check rows.csv -m model.safetensors",
        "labels": "check same.csv --encoding WINDOWS-1252",
    },
    "explain": {
        "lines": "explain -j 1 -m model.safetensors good wonderful",
        "json": "explain -j 1 -m ngrams.safetensors --json -i few.csv",
        "labels": "explain -j 1 -m labels.safetensors --json --top 2 wonderful",
        "out": "explain -j 1 -m model.safetensors wonderful -o {out}",
        "data": "explain -j 1 -m model.safetensors rows.csv --limit 5",
        "folder": "explain -j 2 -m model.safetensors folder/train --limit 9 --json",
    },
    "drift": {
        "text": "drift -j 1 -m model.safetensors rows.csv",
        "json": "drift -j 1 -m ngrams.safetensors --json --skip-bad rows.jsonl",
    },
    "vectors": {
        "near": "vectors -m other.safetensors wonderful -k 3",
        "json": "vectors -m other.safetensors --json --analogy wonderful moving awful",
        "text": "vectors -m other.safetensors --text -i few.csv",
        "unknown": "vectors -m other.safetensors --json -i words.txt",
        "out.vec": "export -m other.safetensors -o {out}",
    },
    "fasttext": {
        "out.safetensors": "import ngrams.bin -o {out}",
        "predict": "predict -j 1 -m fasttext.safetensors -i few.csv",
        "vectors": "vectors -m fasttext.safetensors wonderful --vector",
        "tokens": "tokens -m fasttext.safetensors --json wonderful",
        "train.safetensors": "train few.csv --preset lstm --epochs 1 -j 1 --units 3 --vectors ngrams.bin -o {out}",
    },
    "tokens": {"json": "tokens --json -m model.safetensors wonderful!"},
    "export": {
        "out.onnx": "export -m other.safetensors -o {out}",
        "onnx": "export -m other.safetensors -q --output-format onnx -o -",
        "out.c": "export -m other.safetensors -q --quantize int8 -o {out}",
        "ngrams.c": "export -m ngrams.safetensors -q -o {out}",
    },
    "export-keras": {
        "out.h5": "export -m other.safetensors -o {out}",
        "out.keras": "export -m other.safetensors -o {out}",
        "out.npz": "export -m other.safetensors -o {out}",
    },
    "info": {"json": "info --json model.safetensors"},
    "history": {
        "json": "history --output-format json model.safetensors",
        "csv": "history --output-format csv model.safetensors",
        "out.svg": "history model.safetensors other.safetensors --names one,two -o {out}",
        "gradients.svg": "history --gradients rows.csv model.safetensors other.safetensors -o {out}",
        "gradients.json": "history --gradients rows.csv --limit 3 -q model.safetensors -o {out}",
    },
    "report": {
        "out.html": "report rows.csv -j 1 -m model.safetensors -o {out}",
        "many.html": "report labels.jsonl -j 1 -m labels.safetensors -o {out}",
        "record.html": "report -m model.safetensors -o {out}",
    },
}

Result = collections.namedtuple("Result", "code out err files")


def make_rows():
    draw = random.Random(1)
    words = {"pos": "wonderful brilliant moving superb", "neg": "awful boring dull terrible"}
    other = "the film was and its story a plot with actors".split()
    for i in range(60):
        label = ("neg", "pos")[i % 2]
        yield label, " ".join(draw.choices(other, k=5) + draw.choices(words[label].split(), k=3))


def write_keras():
    """Weights that are stored, and configurations of models that may have them."""
    stored = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "keras")
    shutil.copy(os.path.join(stored, "weights.npz"), "weights.npz")
    shutil.copy(os.path.join(stored, "keras3.keras"), "vectors.keras")
    layers = [
        {"class_name": "Embedding", "config": {"name": "e", "input_dim": 7, "output_dim": 4}},
        {"class_name": "Dropout", "config": {"name": "d", "rate": 0.5}},
        {"class_name": "LSTM", "config": {"name": "l", "units": 3}},
        {"class_name": "Dense", "config": {"name": "o", "units": 1, "activation": "sigmoid"}},
    ]
    vectorization = {"class_name": "TextVectorization", "config": {
        "name": "t", "standardize": "lower", "split": "whitespace", "output_sequence_length": 5}}
    texts = {"class_name": "InputLayer", "config": {"batch_shape": [None, 1], "dtype": "string"}}
    for name, entries in (("keras.json", layers), ("vectorizer.json", [texts, vectorization] + layers)):
        with open(name, "w") as file:
            json.dump({"class_name": "Sequential", "config": {"name": "s", "layers": entries}}, file)


def write_inputs():
    rows = list(make_rows())
    with open("rows.csv", "w") as csv, open("rows.jsonl", "w") as jsonl:
        csv.write("label,text\n")
        for label, text in rows:
            csv.write(f"{label},{text}\n")
            jsonl.write(json.dumps({"label": label, "text": text}) + "\n")
    with open("labels.jsonl", "w") as jsonl:
        for i, (label, text) in enumerate(rows):
            labels = [label, "third", label][: i % 4]
            jsonl.write(json.dumps({"label": labels, "text": text}) + "\n")
    with open("columns.csv", "w", encoding="cp1252") as csv:
        csv.write("id,subject,body,label\n")
        for i, (label, text) in enumerate(rows):
            label = label.upper() if i in (4, 5) else label
            csv.write(f"{i},caf\u00e9 {i % 7},\u201c{text}\u201d,{label}\n")
    with open("utf-16.csv", "w", encoding="utf-16") as csv:
        csv.write("label,text\n" + "".join(f"{label},{text} \U0001f600\n" for label, text in rows))
    with open("same.csv", "w", encoding="cp1252") as csv:
        csv.write("label,text\nPos,a\u00e9\npos,b\npos,c\nnan,d\nneg,e\nneg,f\n")
    with open("few.csv", "w") as csv:
        csv.write("label,text\n" + "".join(f"{label},{text}\n" for label, text in rows[:8]))
    write_keras()
    corpus = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "fuzz", "corpus")
    for name, copy in (("tokenizer-pickle-0", "tokenizer.pickle"), ("tokenizer-zlib", "tokenizer.zlib"),
                       ("tokenizer-own", "tokenizer.json"), ("labels-two-objects", "labels.joblib")):
        shutil.copy(os.path.join(corpus, name), copy)
    with open("layers.json", "w") as layers:
        json.dump(
            [
                {"class_name": "Embedding", "config": {"name": "words", "output_dim": 4}},
                {"class_name": "Conv1D", "config": {"filters": 3, "kernel_size": 2}},
                {"class_name": "GlobalMaxPooling1D", "config": {"name": "most"}},
                {"class_name": "LSTM", "inputs": ["words"], "config": {"name": "last", "units": 3}},
                {"class_name": "Concatenate", "inputs": ["most", "last"]},
            ],
            layers,
        )
    for i, (label, text) in enumerate(rows):
        os.makedirs(f"folder/train/{label}", exist_ok=True)
        with open(f"folder/train/{label}/{i}.txt", "w") as file:
            file.write(text)
    here = os.path.dirname(os.path.abspath(__file__))
    shutil.copy(os.path.join(here, "../data/fasttext/ngrams.bin"), "ngrams.bin")
    with open("words.txt", "w") as file:
        file.write("wonderful\nunheard\n")
    words = sorted({word for _, text in rows for word in text.split()})
    with open("words.json", "w") as file:
        json.dump({word: i + 1 for i, word in enumerate(words)}, file)


def fingerprint(data):
    """A model is its fingerprint; what else is in the file tells of the command and the time."""
    try:
        size = struct.unpack("<Q", data[:8])[0]
        return json.loads(data[8 : 8 + size])["__metadata__"]["fingerprint"]
    except (struct.error, ValueError, KeyError):
        return data


def files_in(folder):
    found = {}
    for place, folders, names in os.walk(folder):
        for name in folders:
            found[os.path.relpath(os.path.join(place, name), folder)] = None
        for name in names:
            with open(os.path.join(place, name), "rb") as file:
                found[os.path.relpath(os.path.join(place, name), folder)] = file.read()
    return found


def is_checkpoint(data):
    """Whether the bytes are a checkpoint with a whole header."""
    try:
        size = struct.unpack("<Q", data[:8])[0]
        return json.loads(data[8 : 8 + size])["__metadata__"]["format"] == "seqnet checkpoint"
    except (struct.error, ValueError, KeyError):
        return False


class Case:
    def __init__(self, program, library, arguments, name):
        self.program, self.library, self.name = program, library, name
        self.arguments = arguments.format(out="work/" + name, epochs=begun_epochs + 1).split()
        self.older = None
        self.undisturbed = self.run_undisturbed()

    def run(self, older=None, **settings):
        """Runs the command in a folder that holds nothing but an older output, if that."""
        shutil.rmtree("work", ignore_errors=True)
        os.mkdir("work")
        if older is not None:
            with open("work/" + self.name, "wb") as file:
                file.write(older)
        if "--resume" in self.arguments:
            shutil.copy("begun.checkpoint", "work/c")
        env = {k: v for k, v in os.environ.items() if not k.startswith("SEQNET")}
        env.update(HOME=os.getcwd(), LD_PRELOAD=self.library)
        env.update({f"FAIL_ALLOC_{key.upper()}": str(value) for key, value in settings.items()})
        done = subprocess.run([self.program] + self.arguments, env=env, timeout=TIME_LIMIT,
                              stdin=subprocess.DEVNULL, capture_output=True)
        return Result(done.returncode, done.stdout, done.stderr, files_in("work"))

    def run_undisturbed(self):
        result = self.run()
        if result.code not in (0, 1):
            sys.exit(f"{self.arguments}: exit {result.code} undisturbed: {result.err.decode()}")
        if result.files and not self.name.endswith("/"):
            self.older = result.files[self.name] + b"older"
        return result

    def count(self, older):
        """How many allocations there are; more where an older file is replaced."""
        self.run(older, count_file="count")
        with open("count") as file:
            return int(file.read())

    def same_files(self, result):
        def key(files):
            return {name: fingerprint(data) if data else data for name, data in files.items()}
        return key(result.files) == key(self.undisturbed.files)

    def fault(self, result, older):
        """What is wrong with a disturbed run, or None."""
        whole = self.undisturbed
        same = (result.code == whole.code and untimed(result.out) == untimed(whole.out)
                and self.same_files(result))
        if result.code < 0:
            return f"ends by signal {-result.code}"
        if same:
            return None
        if result.code == 0:
            return "exit 0 with another result"
        if not 1 <= result.code <= 6:
            return f"exit {result.code}"
        if not whole.out.startswith(result.out):
            return "another standard output before the error"
        files = self.without_best_trial(self.without_best_epoch(result), result.err)
        files = {n: data for n, data in files.items() if n != "c" or not is_checkpoint(data)}
        if files != ({} if older is None else {self.name: older}):
            return leftovers(files)
        return complaint(result.err)

    def without_best_epoch(self, result):
        """A training that fails behind an epoch leaves that one's model, or one that could not take
        its place, whole, and says so."""
        said = {self.name + ".unfinished": "the best epoch's model is in work/",
                self.name + ".rejected": "saved work/"}

        def is_told(name, data):
            told = (said[name] + name).encode() in result.err if name in said else False
            return told and isinstance(fingerprint(data or b""), str)
        return {n: data for n, data in result.files.items() if not is_told(n, data)}

    def without_best_trial(self, files, err):
        """A search that fails behind a trial leaves the best one's settings, whole, and says so."""
        whole = self.undisturbed.files
        return {n: data for n, data in files.items()
                if not (n.endswith(".sh") and data == whole[n] and f"wrote work/{n}".encode() in err)}

    def disturbed(self, mode, number, older, **settings):
        try:
            result = self.run(older=older, **{mode: number}, **settings)
        except subprocess.TimeoutExpired:
            return "hangs", b""
        return self.fault(result, older), result.err

    def check(self, mode, numbers, older):
        faults = []
        for number in numbers:
            fault, err = self.disturbed(mode, number, older)
            if fault:
                faults.append(fault)
                print(f"  {self.name}: {mode} {number}: {fault}; {last_line(err)}")
                self.trace(mode, number, older)
        return faults

    def trace(self, mode, number, older):
        if os.environ.get("SEQNET_FAILING_TRACE"):
            self.disturbed(mode, number, older, trace_file="trace")
            with open("trace") as file:
                sys.stdout.write(file.read())


def untimed(out):
    """What was printed, without the seconds that something took, which have one decimal."""
    return re.sub(rb"(?<!\S)[0-9]+\.[0-9](?!\S)", b"", out)


def leftovers(files):
    return f"leaves {min(files)}" if files else "takes the older file away"


def complaint(err):
    """What is wrong with the lines on standard error of a command that failed, or None."""
    try:
        lines = err.decode().splitlines()
    except UnicodeDecodeError:
        return "an error that is not UTF-8"
    told = [line for line in lines if line.startswith("seqnet: ")]
    if not told:
        return "no sentence"
    if not all(SENTENCE.match(line) and line.isprintable() for line in told):
        return "no good sentence"
    return None


def last_line(err):
    lines = err.decode(errors="replace").splitlines()
    return lines[-1] if lines else "nothing on standard error"


def numbers_of(command, mode, count):
    most = (TRAIN_RUNS if command in ("train", "checkpoint") else RUNS)[mode]
    every = os.environ.get("SEQNET_FAILING_ALL")
    return range(1, count + 1, 1 if every else -(-count // most))


def run_command(program, library, command, only):
    faults = []
    for name, arguments in COMMANDS[command].items():
        if only and name != only:
            continue
        case = Case(program, library, arguments, name)
        for mode, older in (("at", case.older), ("from", None)):
            count = case.count(older)
            print(f"{' '.join(case.arguments)}: {count} allocations, fail {mode}")
            faults += case.check(mode, numbers_of(command, mode, count), older)
    return faults


def make_models(program):
    for arguments in ("pad rows.csv -o padded.npz",
                      "train rows.csv --ngrams both --epochs 1 -j 1 -q -o model.safetensors",
                      "train few.csv --preset fast -j 1 -q -o ngrams.safetensors",
                      "train labels.jsonl --multi-label --epochs 1 -j 1 -q -o labels.safetensors",
                      "train columns.csv --text-column subject,body --encoding WINDOWS-1252"
                      " --map POS=pos;NEG=neg --epochs 1 -j 1 -q -o columns.safetensors",
                      "train rows.csv --preset lstm --epochs 1 -j 1 -q -o other.safetensors",
                      "import ngrams.bin -q -o fasttext.safetensors",
                      "prepare few.csv -q -o prepared.rows"):
        subprocess.run([program] + arguments.split(), check=True, capture_output=True)


def begin_training(program):
    """A training that ends when its time is over, to go on from. Returns its finished epochs."""
    subprocess.run([program] + ("train rows.csv --ngrams both --no-refit --patience 0 --epochs 100000 --units 3"
                                " --time-limit 0.01 --checkpoint begun.checkpoint -j 1 -q -o begun").split(),
                   check=True, capture_output=True)
    done = subprocess.run([program, "info", "begun.checkpoint"], capture_output=True, text=True)
    return int(re.search(r"epoch (\d+) of", done.stderr).group(1))


def main():
    global begun_epochs
    program, library = (os.path.abspath(path) for path in sys.argv[1:3])
    command = sys.argv[3]
    only = sys.argv[4] if len(sys.argv) > 4 else None
    with tempfile.TemporaryDirectory(prefix="seqnet-failing-") as folder:
        os.chdir(folder)
        write_inputs()
        make_models(program)
        begun_epochs = begin_training(program)
        faults = run_command(program, library, command, only)
        os.chdir("/")
    for fault, count in collections.Counter(faults).most_common():
        print(f"{count:6} x {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
