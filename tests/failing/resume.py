#!/usr/bin/env python3
"""Ends trainings at random moments by SIGKILL, again and again, and lets them go on.

    resume.py SEQNET [ROUNDS [SEED [KIND...]]]

Each round trains a model of one of the KINDS, over an older model or where there is none, with
checkpoints, and kills the process at a random moment, up to three times; each process has another
number of threads, and goes on from the checkpoint where there is one. After each end

  the model   is the older one, byte for byte, or none, as long as the training is not over
  checkpoint  is whole, or is not there yet

and what comes of it in the end has the fingerprint of a training that nobody disturbed, and leaves
no checkpoint and nothing else. A table of where trainings were ended is printed.
"""

import collections
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # the folder is one of sources

import kill

MODEL, CHECKPOINT = "work/" + kill.NAME, "work/run.checkpoint"
TIME_LIMIT = 300
MOST_KILLS = 3
EARLY = "before the first checkpoint"
KINDS = {
    "network": "train builtin:demo:4000 --epochs 6 --units 48 --seed 2",
    "refit": "train rows.csv --preset lstm --seed 3",
    "text": "train rows.csv --seed 4",
    "unlabeled": "train few.csv --unlabeled more.txt --seed 5",
    "labels": "train labels.jsonl --multi-label --ngrams both --epochs 5 --refit --seed 6",
    "ngrams": "train rows.csv --preset fast --precision 0.9 --seed 7",
}

Training = collections.namedtuple("Training", "name arguments seconds fingerprint")


def text_of(draw, label):
    words = {"pos": "wonderful brilliant moving superb", "neg": "awful boring dull terrible"}
    other = "the film was and its story a plot with actors in this scene by director".split()
    wrong = {"pos": "neg", "neg": "pos"}
    chosen = label if draw.random() < 0.8 else wrong[label]
    return " ".join(draw.choices(other, k=25) + draw.choices(words[chosen].split(), k=3))


def write_rows(path, count, draw):
    with open(path, "w") as file:
        file.write("label,text\n")
        for i in range(count):
            label = ("neg", "pos")[i % 2]
            file.write(f"{label},{text_of(draw, label)}\n")


def write_files():
    draw = random.Random(1)
    write_rows("rows.csv", 2000, draw)
    write_rows("few.csv", 600, draw)
    with open("more.txt", "w") as file:
        for i in range(1500):
            file.write(text_of(draw, ("neg", "pos")[i % 2]) + "\n")
    with open("labels.jsonl", "w") as file:
        for i in range(1000):
            label = ("neg", "pos")[i % 2]
            labels = [label] + (["long"] if draw.random() < 0.3 else [])
            names = ", ".join(f'"{name}"' for name in labels)
            file.write(f'{{"text": "{text_of(draw, label)}", "labels": [{names}]}}\n')


class Resume(kill.Rounds):
    def __init__(self, program, seed, kinds):
        super().__init__(program, seed)
        write_files()
        self.trainings = [self.measure(name) for name in kinds]

    def measure(self, name):
        """The fingerprint of a training that is not disturbed, and how long it takes."""
        self.prepare(False)
        start = time.monotonic()
        process = self.seqnet(f"{KINDS[name]} -o {MODEL}")
        said = process.communicate()[1]
        if process.returncode != 0:
            sys.exit(f"{KINDS[name]}: exit {process.returncode} undisturbed: {said}")
        seconds = time.monotonic() - start
        return Training(name, KINDS[name], seconds, self.fingerprint(MODEL))

    def begin(self, training):
        """Begins or goes on, as a loop that starts a killed training again would."""
        threads = self.draw.choice((1, 2, 3))
        more = f" -j {threads} --checkpoint {CHECKPOINT} --resume {CHECKPOINT}"
        if os.path.exists(CHECKPOINT):
            if self.draw.random() < 0.5: # the checkpoint knows all that was typed
                return self.seqnet(f"train --resume {CHECKPOINT} -j {threads}")
        return self.seqnet(f"{training.arguments} -o {MODEL} --checkpoint-every 0.001{more}")

    def kill(self, process, seconds):
        """Whether the process was killed, and not over before; what it said."""
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        said = process.communicate()[1]
        return process.returncode == -signal.SIGKILL, process.returncode, said

    def judge_killed(self, with_older):
        """What is wrong with what a killed training leaves, and where it was."""
        place = EARLY
        if os.path.exists(CHECKPOINT):
            done = subprocess.run([self.program, "info", CHECKPOINT], capture_output=True, text=True)
            place = self.shorten(done.stderr + done.stdout)
            if place is None:
                return f"the checkpoint is not whole: {done.stderr}", "damaged"
        if with_older and not os.path.exists(MODEL):
            return "the older model is gone", place
        if os.path.exists(MODEL):
            with open(MODEL, "rb") as file:
                if file.read() == self.older:
                    return None, place
            if self.fingerprint(MODEL) is None:
                return "the model is damaged", place
            return None, "behind the saved model"
        return None, place

    @staticmethod
    def shorten(said):
        found = re.search(r"is the checkpoint of a training under way \((.*?)\)", said)
        if not found:
            return None
        place = re.sub(r", row.*of \d+", ", in it", found.group(1))
        return re.sub(r"epoch \d+ of \d+", "epoch", place)

    def finish(self, process, training, was_early):
        """What is wrong with what comes of it in the end."""
        try:
            said = process.communicate(timeout=TIME_LIMIT)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            return ["hangs"]
        faults = [] if process.returncode == 0 else [f"exit {process.returncode}: {said}"]
        found = self.fingerprint(MODEL)
        if found != training.fingerprint:
            faults.append(f"fingerprint {found} instead of {training.fingerprint}")
        left = set(os.listdir("work")) - {os.path.basename(MODEL)}
        # A training that had to begin again leaves what a better epoch would have replaced.
        left -= {os.path.basename(MODEL) + ".unfinished"} if was_early else set()
        return faults + ([f"leaves {', '.join(sorted(left))}"] if left else [])

    def round(self, index):
        training = self.trainings[index % len(self.trainings)]
        with_older = self.draw.random() < 0.5
        self.prepare(with_older)
        faults, kills, was_early = [], [], False
        process = self.begin(training)
        for _ in range(self.draw.randint(1, MOST_KILLS)):
            delay = self.draw.uniform(0.02, 1.05 * training.seconds)
            is_killed, code, said = self.kill(process, delay)
            if not is_killed:
                break
            fault, place = self.judge_killed(with_older)
            faults += [fault] if fault else []
            kills.append(f"{delay:.3f}")
            self.table[training.name, place] += 1
            was_early |= place == EARLY
            process = self.begin(training)
        faults += self.finish(process, training, was_early)
        for fault in faults:
            print(f"round {index}, {training.name}, killed after {', '.join(kills)} s, "
                  f"{'an' if with_older else 'no'} older model: {fault}")
        self.faults += bool(faults)

    def print_table(self):
        print(f"{'training':<12} {'killed':<52} times")
        for (name, place), count in sorted(self.table.items()):
            print(f"{name:<12} {place:<52} {count:5}")


def main():
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 12
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    kinds = sys.argv[4:] or list(KINDS)
    with tempfile.TemporaryDirectory(prefix="seqnet-resume-") as folder:
        os.chdir(folder)
        resume = Resume(program, seed, kinds)
        for index in range(rounds):
            resume.round(index)
        resume.print_table()
        os.chdir("/")
    print(f"{rounds - resume.faults} of {rounds} trainings came to the undisturbed fingerprint")
    return 1 if resume.faults else 0


if __name__ == "__main__":
    sys.exit(main())
