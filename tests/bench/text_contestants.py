"""The programs that text_defaults.py compares: each trains on rows and predicts others.

A contestant's name begins with its program: linearsvc, fasttext or seqnet. run() returns an Outcome,
or raises Failed with what the program said last.
"""
import dataclasses
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile
import time

from labelled_text import UTF8, write_rows, write_texts

# A user may have set these for seqnet's BLAS; they would choose another program's kernels, too.
BLAS_VARIABLES = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
KNOWN = {
    "linearsvc": "",
    "linearsvc recipe": "--recipe",
    "linearsvc long": "--words 3 --chars 0 --min-df 2 --c 1",
    "fasttext": "",
    "fasttext bigrams": "-wordNgrams 2",
    "fasttext tuned": "-wordNgrams 2 -epoch 25 -lr 0.5 -dim 50 -bucket 200000",
    "seqnet": "",
}
HERE = pathlib.Path(__file__).resolve().parent


class Failed(Exception):
    """A program that cannot be run, or that has not done what it was told."""


@dataclasses.dataclass
class Outcome:
    """`answers`: of each test row [(label, probability)], the likeliest first; the probability is None
    where the program has none. Seconds of two kinds, and sizes in bytes."""
    answers: list
    train_wall: float
    train_cpu: float
    predict_wall: float
    predict_cpu: float
    bytes: int
    peak_bytes: int


def call(words, output):
    """Runs a program with its standard output in a file: wall seconds, CPU seconds, peak bytes."""
    words = [str(word) for word in words]
    name = pathlib.Path(words[0]).name
    environment = {name: value for name, value in os.environ.items() if name not in BLAS_VARIABLES}
    with open(output, "wb") as out, tempfile.TemporaryFile() as err:
        start = time.monotonic()
        try:
            process = subprocess.Popen(words, stdout=out, stderr=err, stdin=subprocess.DEVNULL,
                                       env=environment)
        except OSError as error:
            raise Failed(f"{name}: {error.strerror}") from error
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            err.seek(0)
            said = err.read().decode(errors="replace").strip() or "no message"
            raise Failed(f"{name} ended with {process.returncode}: {said.splitlines()[-1]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def read_answers(path, count):
    """Lines of "__label__NAME PROBABILITY ...", which both fastText and seqnet print.

    fastText adds 0.00001 to every probability, which is why they are divided by their sum."""
    with open(path, **UTF8) as file:
        lines = [line.split() for line in file]
    if len(lines) != count or not all(lines):
        raise Failed(f"{count} rows went in, {sum(map(bool, lines))} answers came out")
    answers = []
    for fields in lines:
        total = sum(map(float, fields[1::2]))
        answers.append([(name[len("__label__"):], float(value) / total)
                        for name, value in zip(fields[::2], fields[1::2])])
    return answers


class Contestant:
    """`program` is its path; `threads` is what it is told to use; a `seedless` one is run once."""

    seedless = False

    def __init__(self, name, options, program, threads):
        self.name, self.options, self.program, self.threads = name, options, program, threads

    def run(self, train, test, seed, folder):
        raise NotImplementedError

    def train_and_predict(self, train, predict, model, folder, count):
        wall, cpu, peak = call(train, folder / "log")
        predict_wall, predict_cpu, _ = call(predict, folder / "answers")
        return Outcome(read_answers(folder / "answers", count), wall, cpu, predict_wall, predict_cpu,
                       model.stat().st_size, peak)


class Seqnet(Contestant):
    def run(self, train, test, seed, folder):
        model = folder / "model.safetensors"
        write_rows(folder / "train.ft", train)
        write_rows(folder / "test.ft", test)
        form = ["--input-format", "fasttext", "-q", "-j", self.threads]
        return self.train_and_predict(
            [self.program, "train", folder / "train.ft", *form, "--seed", seed, "-f", "-o", model,
             *self.options],
            [self.program, "predict", "-i", folder / "test.ft", *form, "-m", model, "-k", "-1",
             "--output-format", "fasttext"], model, folder, len(test))


class Fasttext(Contestant):
    """It takes rows in the file's order, and learns little where that is the labels': they are shuffled."""

    def has_seed(self):
        try:
            help_text = subprocess.run([self.program, "supervised"], capture_output=True, check=False)
        except OSError as error:
            raise Failed(f"{self.program}: {error.strerror}") from error
        return b"-seed" in help_text.stdout + help_text.stderr

    def run(self, train, test, seed, folder):
        write_rows(folder / "train.ft", train.shuffled(seed))
        write_texts(folder / "test.txt", test)
        model = folder / "model.bin"
        seeded = ["-seed", seed] if self.has_seed() else []
        return self.train_and_predict(
            [self.program, "supervised", "-input", folder / "train.ft", "-output", folder / "model",
             "-thread", self.threads, "-verbose", "0", *seeded, *self.options],
            [self.program, "predict-prob", model, folder / "test.txt", "-1"], model, folder, len(test))


class LinearSvc(Contestant):
    """`program` is the Python that has scikit-learn. The peak is that of training and predicting."""

    seedless = True

    def run(self, train, test, seed, folder):
        write_rows(folder / "train.ft", train)
        write_rows(folder / "test.ft", test)
        call([self.program, HERE / "linear_svc.py", folder / "train.ft", folder / "test.ft",
              *self.options], folder / "answers")
        said = json.loads((folder / "answers").read_text())
        answers = [[(label, None)] for label in said.pop("predicted")]
        return Outcome(answers, **said)


PROGRAMS = {"seqnet": Seqnet, "fasttext": Fasttext, "linearsvc": LinearSvc}


def make_contestants(given):
    """The contestants that the command line names; a name that nobody has is a ValueError."""
    wanted = [(name.strip(), None) for name in given.contestants.split(",") if name.strip()]
    wanted += [[part.strip() for part in text.partition(":")[::2]] for text in given.contestant]
    paths = {"seqnet": given.seqnet, "fasttext": given.fasttext, "linearsvc": given.python}
    contestants = []
    for name, options in wanted:
        program = name.split(" ")[0]
        if options is None and name not in KNOWN:
            raise ValueError(f"no contestant '{name}'; there are {', '.join(KNOWN)}")
        if program not in PROGRAMS:
            raise ValueError(f"'{name}' begins with none of {', '.join(PROGRAMS)}")
        options = shlex.split(KNOWN[name] if options is None else options)
        path = shutil.which(paths[program]) or paths[program]
        contestants.append(PROGRAMS[program](name, options, path, given.threads))
    return contestants
