#!/usr/bin/env python3
"""Ends trainings at random moments by signals and looks at what they leave.

    kill.py SEQNET [ROUNDS [SEED]]

Each round trains over an older model, or where there is none, and sends SIGKILL, SIGINT, SIGTERM or
SIGHUP in turn: while data is loaded, in the first epoch, later, or about when the model is saved.
An undisturbed training of each kind tells when that is. Afterwards

  NAME              is the older model, byte for byte, or a whole one, the one that was saved, but
                    the older one where no epoch had finished
  NAME.interrupted  may be there after a signal that was caught before an epoch had finished, beside
                    an older NAME
  NAME.unfinished   may be there after SIGKILL

and nothing else. The exit code is 130 for a signal that was caught, 0 for a training that was done
before; a program that has only just been started may not catch signals yet. A table of moments,
signals and outcomes is printed.
"""

import collections
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

NAME = "model.safetensors"
SIGNALS = (signal.SIGKILL, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOMENTS = ("loading", "first epoch", "later", "saving")
TIME_LIMIT = 120
EPOCH_DONE = re.compile(rb"^\d+/\d+ - ", re.M)
TRAININGS = {
    "demo": "train builtin:demo:4000 --epochs 5 -j 1 --seed 2 -o work/" + NAME,
    "refit": "train rows.csv --epochs 4 --refit -j 1 --seed 2 -o work/" + NAME,
}
# Lines of standard error that begin a moment; a training is loading before the first of them.
MARKS = (("saving", re.compile(rb"^(kept|best) ")), ("later", re.compile(rb"^Epoch 2/")),
         ("first epoch", re.compile(rb"^Epoch 1/")))

Training = collections.namedtuple("Training", "name arguments begins fingerprint")


def write_rows(path, count):
    draw = random.Random(1)
    words = {"pos": "wonderful brilliant moving superb", "neg": "awful boring dull terrible"}
    other = "the film was and its story a plot with actors".split()
    with open(path, "w") as file:
        file.write("label,text\n")
        for i in range(count):
            label = ("neg", "pos")[i % 2]
            text = draw.choices(other, k=30) + draw.choices(words[label].split(), k=4)
            file.write(f"{label},{' '.join(text)}\n")


class Rounds:
    """What programs that end trainings share: an older model, a folder for each round, a table."""

    def __init__(self, program, seed):
        self.program = program
        self.draw = random.Random(seed)
        self.faults = 0
        self.table = collections.Counter()
        self.older = self.make_older()

    def seqnet(self, arguments, **more):
        return subprocess.Popen([self.program] + arguments.split(), stdin=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, **more)

    def make_older(self):
        self.seqnet("train builtin:demo:200 --epochs 1 -q -o older").communicate()
        with open("older", "rb") as file:
            return file.read()

    def fingerprint(self, path):
        """A model's fingerprint, or None when `info` does not read it."""
        done = subprocess.run([self.program, "info", path], capture_output=True, text=True)
        found = re.search(r"^fingerprint:?\s+([0-9a-f]{32})", done.stdout, re.M)
        return found.group(1) if done.returncode == 0 and found else None

    def prepare(self, with_older):
        shutil.rmtree("work", ignore_errors=True)
        os.mkdir("work")
        if with_older:
            with open("work/" + NAME, "wb") as file:
                file.write(self.older)


class Kill(Rounds):
    def __init__(self, program, seed):
        super().__init__(program, seed)
        write_rows("rows.csv", 4000)
        self.trainings = [self.measure(*item) for item in TRAININGS.items()]

    def measure(self, name, arguments):
        """When each moment begins in an undisturbed training."""
        self.prepare(True)
        begins = {"loading": 0.0}
        start = time.monotonic()
        process = self.seqnet(arguments)
        for line in process.stderr:
            for moment, pattern in MARKS:
                if pattern.match(line):
                    begins.setdefault(moment, time.monotonic() - start)
        if process.wait() != 0:
            sys.exit(f"{arguments}: exit {process.returncode} undisturbed")
        begins["end"] = time.monotonic() - start
        return Training(name, arguments, begins, self.fingerprint("work/" + NAME))

    def choose_delay(self, training, moment):
        order = [name for name in (*MOMENTS, "end") if name in training.begins]
        following = order[order.index(moment) + 1]
        first, last = training.begins[moment], training.begins[following]
        return self.draw.uniform(first, last + (0.01 if moment == "saving" else 0.0))

    def interrupt(self, training, number, delay):
        """The exit code, and what was said, of a training that gets the signal after so long."""
        process = self.seqnet(training.arguments)
        time.sleep(delay)
        process.send_signal(number)
        try:
            return process.wait(TIME_LIMIT), process.stderr.read()
        except subprocess.TimeoutExpired:
            process.kill()
            return "hangs", process.communicate()[1]

    def round(self, index):
        turn = index // len(SIGNALS)
        number = SIGNALS[index % len(SIGNALS)]
        moment = MOMENTS[turn % len(MOMENTS)]
        training = self.trainings[(turn + turn // len(MOMENTS)) % len(self.trainings)]
        with_older = self.draw.random() < 0.7
        self.prepare(with_older)
        delay = self.choose_delay(training, moment)
        code, said = self.interrupt(training, number, delay)
        if number != signal.SIGKILL and code == -number and moment == "loading" and not said:
            code = 130 # it had only just been started
        outcome, faults = self.judge(training, number, with_older, code, said)
        self.table[moment, number.name, outcome] += 1
        for fault in faults:
            print(f"{training.name}, {moment} ({delay:.3f} s), {number.name}, "
                  f"{'older' if with_older else 'no older'} model, exit {code}: {fault}")
        self.faults += len(faults)

    def judge(self, training, number, with_older, code, said):
        """What became of the model, and what is wrong with it."""
        files = set(os.listdir("work"))
        faults = [] if code in self.codes(number) else [f"exit {code}"]
        outcome, fault = self.judge_model(training, with_older, code, said)
        faults += [fault] if fault else []
        for name in sorted(files - {NAME}):
            fault = self.judge_further(name, number, with_older, outcome, said)
            outcome += " + " + name.rpartition(".")[2]
            faults += [fault] if fault else []
        return outcome, faults

    @staticmethod
    def codes(number):
        return (0, -number) if number == signal.SIGKILL else (0, 130)

    def judge_model(self, training, with_older, code, said):
        path = "work/" + NAME
        if not os.path.exists(path):
            return "none", f"{NAME} is missing" if with_older or code == 0 else None
        with open(path, "rb") as file:
            if with_older and file.read() == self.older:
                return "older", "exit 0 without a new model" if code == 0 else None
        found = self.fingerprint(path)
        if found is None:
            return "damaged", f"{NAME} is not a model"
        if with_older and not EPOCH_DONE.search(said):
            return "early", f"{NAME} is replaced before an epoch has finished"
        told = re.search(rb"^fingerprint ([0-9a-f]{32})", said, re.M)
        if told and told.group(1).decode() != found:
            return "other", f"{NAME} is not the model that was told of"
        if code == 0 and found != training.fingerprint:
            return "other", f"{NAME} is not the model of this training"
        return ("new" if found == training.fingerprint else "earlier"), None

    def judge_further(self, name, number, with_older, outcome, said):
        if name == NAME + ".interrupted" and with_older and number != signal.SIGKILL:
            if outcome != "older":
                return f"{name} beside a model that is not the older one"
            if EPOCH_DONE.search(said):
                return f"{name} after an epoch had finished"
        elif name != NAME + ".unfinished" or number != signal.SIGKILL:
            return f"{name} is left"
        return None if self.fingerprint("work/" + name) else f"{name} is not a model"

    def print_table(self):
        print(f"{'moment':<12} {'signal':<8} {'outcome':<24} rounds")
        for (moment, name, outcome), count in sorted(
                self.table.items(), key=lambda item: (MOMENTS.index(item[0][0]), item[0][1:])):
            print(f"{moment:<12} {name:<8} {outcome:<24} {count:6}")


def main():
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 32
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with tempfile.TemporaryDirectory(prefix="seqnet-kill-") as folder:
        os.chdir(folder)
        kill = Kill(program, seed)
        for index in range(rounds):
            kill.round(index)
        kill.print_table()
        os.chdir("/")
    return 1 if kill.faults else 0


if __name__ == "__main__":
    sys.exit(main())
