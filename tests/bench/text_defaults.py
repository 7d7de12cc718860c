#!/usr/bin/env python3
"""Compares programs with their defaults on labelled sets of texts and prints one table.

    text_defaults.py FOLDER [--seqnet build/seqnet] [--contestant 'seqnet lstm: OPTION...']

FOLDER holds NAME.train.ft and NAME.test.ft in fastText's form, one label a row. With --cv K the test
files are not read: each fold of a train file is predicted by a model of the other folds. See README.md.
"""
import argparse
import json
import math
import os
import pathlib
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True  # of the modules beside this file
from labelled_text import BadSet, find_sets, make_folds, read_rows  # noqa: E402
from text_contestants import KNOWN, Failed, make_contestants  # noqa: E402

DEFAULT = "linearsvc,fasttext,fasttext tuned,seqnet"
PEER = "linearsvc"
LEAST = 1e-7  # probability that the log loss takes for a smaller one, or for a label not trained on
BINS = 15
EXIT_USAGE = 2
COLUMNS = ("set", "contestant", "accuracy", "log loss", "ECE", "train s", "train CPU s",
           "predict CPU s", "model bytes")
COSTS = ("train_wall", "train_cpu", "predict_wall", "predict_cpu", "bytes", "peak_bytes")


def log_loss(labels, answers):
    return statistics.fmean(-math.log(max(dict(answer).get(label, 0.0), LEAST))
                            for label, answer in zip(labels, answers))


def calibration_error(labels, answers):
    """The mean distance of accuracy and probability, over bins of equal width of the latter."""
    gaps = [0.0] * BINS
    for label, answer in zip(labels, answers):
        name, probability = answer[0]
        gaps[min(int(probability * BINS), BINS - 1)] += (name == label) - probability
    return sum(map(abs, gaps)) / len(labels)


def measure(contestant, pairs, seed):
    """Figures of one seed: answers of all pairs of train and test rows together, costs of a mean one."""
    labels, answers, outcomes = [], [], []
    for train, test in pairs:
        with tempfile.TemporaryDirectory() as folder:
            outcome = contestant.run(train, test, seed, pathlib.Path(folder))
        labels += test.labels
        answers += outcome.answers
        outcomes.append(outcome)
    figures = {name: statistics.fmean(getattr(outcome, name) for outcome in outcomes)
               for name in COSTS}
    hits = sum(label == answer[0][0] for label, answer in zip(labels, answers))
    figures.update(seed=seed, accuracy=hits / len(labels), log_loss=None, ece=None)
    if answers[0][0][1] is not None:
        figures.update(log_loss=log_loss(labels, answers), ece=calibration_error(labels, answers))
    return figures


def median(runs, name):
    values = [run[name] for run in runs if run[name] is not None]
    return statistics.median(values) if values else None


def show(value, digits):
    return "" if value is None else f"{value:,.{digits}f}"


def print_row(*cells):
    print(f"| {' | '.join(cells)} |", flush=True)


def print_result(name, contestant, runs):
    accuracies = [run["accuracy"] for run in runs]
    spread = f" ({min(accuracies):.4f}..{max(accuracies):.4f})" if len(runs) > 1 else ""
    print_row(name, contestant, f"{median(runs, 'accuracy'):.4f}{spread}",
              show(median(runs, "log_loss"), 3), show(median(runs, "ece"), 3),
              show(median(runs, "train_wall"), 2), show(median(runs, "train_cpu"), 2),
              show(median(runs, "predict_cpu"), 2), show(median(runs, "bytes"), 0))


def print_means(results, names, peer):
    """Of each contestant the means of the medians, over the sets on which all have figures."""
    complete = [runs for runs in results.values() if all(name in runs for name in names)]
    if not complete:
        return
    print(f"\nMeans of {len(complete)} sets of {len(results)}:\n")
    print_row("contestant", "accuracy", "log loss", "ECE", "train s", "train CPU s",
              "predict CPU s", f"won, tied, lost against {peer}",
              "difference ± standard error")
    print_row(*["---"] * 9)
    for name in names:
        cells = []
        for figure, digits in (("accuracy", 4), ("log_loss", 3), ("ece", 3), ("train_wall", 2),
                               ("train_cpu", 2), ("predict_cpu", 2)):
            values = [median(runs[name], figure) for runs in complete]
            cells.append("" if None in values else show(statistics.fmean(values), digits))
        print_row(name, *cells, *against(peer, name, names, complete))


def against(peer, name, names, complete):
    if peer not in names or name == peer:
        return "", ""
    differences = [median(runs[name], "accuracy") - median(runs[peer], "accuracy")
                   for runs in complete]
    won = sum(difference > 0 for difference in differences)
    tied = sum(difference == 0 for difference in differences)
    error = (f" ± {statistics.stdev(differences) / math.sqrt(len(differences)):.4f}"
             if len(differences) > 1 else "")
    return (f"{won}, {tied}, {len(differences) - won - tied}",
            f"{statistics.fmean(differences):+.4f}{error}")


def read_pairs(given, name):
    folder = pathlib.Path(given.folder)
    train = read_rows(folder / f"{name}.train.ft")
    return (make_folds(train, given.cv, given.cv_seed) if given.cv
            else [(train, read_rows(folder / f"{name}.test.ft"))])


def read_earlier(given):
    """{set: {contestant: runs}} of the files of earlier runs, and the options of those contestants.

    Files may hold different seeds of one contestant."""
    results, options = {}, {}
    for path in given.earlier:
        found = json.loads(pathlib.Path(path).read_text())
        if found["folds"] != given.cv:
            raise ValueError(f"{path}: of --cv {found['folds']}")
        options.update(found["contestants"])
        for name, contestants in found["results"].items():
            for contestant, runs in contestants.items():
                results.setdefault(name, {}).setdefault(contestant, []).extend(runs)
    return results, options


def compare(given, sets, contestants):
    """{set: {contestant: runs}}, told as they come, and {contestant: why it has no figures}."""
    results, failures = {}, {}
    for name in sets:
        results[name] = dict(given.earlier_results.get(name, {}))
        for contestant, runs in results[name].items():
            print_result(name, contestant, runs)
        if not contestants:
            continue
        try:
            pairs = read_pairs(given, name)
        except (BadSet, OSError) as error:
            failures[name] = str(error)
            print_row(name, "left out", str(error), *[""] * (len(COLUMNS) - 3))
            continue
        for contestant in contestants:
            try:
                seeds = given.seeds[:1] if contestant.seedless else given.seeds
                runs = [measure(contestant, pairs, seed) for seed in seeds]
            except Failed as error:
                failures[f"{name}, {contestant.name}"] = str(error)
                print_row(name, contestant.name, f"none: {error}", *[""] * (len(COLUMNS) - 3))
                continue
            results[name][contestant.name] = runs
            print_result(name, contestant.name, runs)
            write_json(given, contestants, results, failures)
    return results, failures


def write_json(given, contestants, results, failures):
    if not given.json:
        return
    text = json.dumps({"folds": given.cv, "threads": given.threads, "cores": os.cpu_count(),
                       "contestants": {**given.earlier_options,
                                       **{one.name: one.options for one in contestants}},
                       "results": results, "failures": failures}, indent=1)
    pathlib.Path(given.json).write_text(text + "\n")


def parse(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--seqnet", default="build/seqnet")
    parser.add_argument("--fasttext", default="fasttext")
    parser.add_argument("--python", default=sys.executable, help="the one that has scikit-learn")
    parser.add_argument("--sets", default="", metavar="NAME,...", help="instead of all in FOLDER")
    parser.add_argument("--seeds", default="1,2,3", metavar="N,...")
    parser.add_argument("--contestants", default=DEFAULT, metavar="NAME,...",
                        help=f"of {', '.join(KNOWN)};\ndefault: {DEFAULT}")
    parser.add_argument("--contestant", action="append", default=[], metavar="'NAME: OPTION...'",
                        help="one more, with options; NAME begins with seqnet, fasttext or linearsvc")
    parser.add_argument("--peer", default=PEER, help="whom the others are counted against")
    parser.add_argument("--threads", type=int, default=1, help="of fastText and seqnet")
    parser.add_argument("--cv", type=int, default=0, metavar="K", help="folds of the train files")
    parser.add_argument("--cv-seed", type=int, default=1, help="of the folds")
    parser.add_argument("--earlier", action="append", default=[], metavar="FILE",
                        help="figures that an earlier run wrote, to stand in the table, too")
    parser.add_argument("--json", metavar="FILE", help="writes the figures of every seed")
    given = parser.parse_args(arguments)
    try:
        given.seeds = [int(seed) for seed in given.seeds.split(",")]
        contestants = make_contestants(given)
        sets = find_sets(given.folder, [name for name in given.sets.split(",") if name])
        given.earlier_results, given.earlier_options = read_earlier(given)
        taken = [name for name in given.earlier_options if name in {one.name for one in contestants}]
        if taken:
            raise ValueError(f"figures of '{taken[0]}' are in --earlier")
        if given.cv == 1 or given.cv < 0:
            raise ValueError("--cv needs two folds or more")
    except (ValueError, BadSet, OSError) as error:
        parser.exit(EXIT_USAGE, f"text_defaults.py: {error}\n")
    return given, sets, contestants


def main():
    given, sets, contestants = parse()
    what = f"{given.cv} folds of the train rows" if given.cv else "test rows"
    print(f"Accuracy on {what}: median (least..most) of the seeds "
          f"{', '.join(map(str, given.seeds))}; {given.threads} thread(s).\n")
    print_row(*COLUMNS)
    print_row(*["---"] * len(COLUMNS))
    results, failures = compare(given, sets, contestants)
    names = dict.fromkeys(name for runs in results.values() for name in runs)
    print_means(results, list(names), given.peer)
    write_json(given, contestants, results, failures)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
