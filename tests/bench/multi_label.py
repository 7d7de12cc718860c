#!/usr/bin/env python3
"""seqnet --multi-label beside fastText -loss ova, on generated rows of three to ten labels.

    multi_label.py [--seqnet build/seqnet] [--fasttext fasttext] [--rows N] [-- SEQNET_OPTION...]

A row has words of its labels, of which a tenth has none, two words of any label, and twenty of none. Both
programs choose the threshold of the highest micro F1 on a fifth of the training rows, and train again on
all of them; seconds are those of all that seqnet does, and of fastText's second training.
"""
import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import time

LABELS, WORDS, NOISE = 40, 12, 2000


def make_rows(count, seed):
    """(labels, text) of each row."""
    chance = random.Random(seed)
    for _ in range(count):
        labels = chance.sample(range(LABELS), chance.randint(3, 10))
        words = [f"l{label}w{chance.randrange(WORDS)}" for label in labels
                 if chance.random() < 0.9 for _ in range(chance.randint(1, 2))]
        words += [f"l{chance.randrange(LABELS)}w{chance.randrange(WORDS)}" for _ in range(2)]
        words += [f"n{chance.randrange(NOISE)}" for _ in range(20)]
        chance.shuffle(words)
        yield {f"L{label}" for label in labels}, " ".join(words)


def write_rows(path, rows):
    with open(path, "w") as file:
        for labels, text in rows:
            file.write(" ".join(f"__label__{label}" for label in sorted(labels)) + f" {text}\n")


def run(command, **options):
    start = time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True, check=True, **options)
    return result.stdout, time.monotonic() - start


def seqnet_figures(program, train, test, options, folder):
    model = folder / "model.safetensors"
    _, seconds = run([program, "train", train, "--input-format", "fasttext", "--multi-label", "-q",
                      "-o", model, *options])
    output, _ = run([program, "evaluate", test, "--input-format", "fasttext", "-m", model, "--json"])
    found = json.loads(output)
    return found["micro_f1"], found["p_at_1"], seconds


def fasttext_train(program, train, epochs, folder):
    _, seconds = run([program, "supervised", "-input", train, "-output", folder / "ft", "-loss",
                      "ova", "-lr", "0.5", "-epoch", str(epochs), "-minCount", "1", "-thread", "2",
                      "-verbose", "0"])
    return seconds


def fasttext_scores(program, rows, folder):
    """Of each row its labels and [(probability, label)], the most probable first."""
    texts = "".join(f"{text}\n" for _, text in rows)
    output, _ = run([program, "predict-prob", folder / "ft.bin", "-", "-1"], input=texts)
    scores = []
    for (labels, _), line in zip(rows, output.splitlines(), strict=True):
        fields = line.split()
        scores.append((labels, [(float(probability), name.removeprefix("__label__"))
                                for name, probability in zip(fields[::2], fields[1::2])]))
    return scores


def micro_f1(scores, threshold):
    correct = predicted = 0
    for labels, answers in scores:
        chosen = [name for probability, name in answers if probability >= threshold]
        predicted += len(chosen)
        correct += len(labels.intersection(chosen))
    return 2 * correct / (predicted + sum(len(labels) for labels, _ in scores))


def fasttext_figures(program, train, test, epochs, folder):
    path = folder / "fasttext.train"
    held = len(train) // 5
    write_rows(path, train[held:])
    fasttext_train(program, path, epochs, folder)
    scores = fasttext_scores(program, train[:held], folder)
    threshold = max((percent / 100 for percent in range(1, 100)),
                    key=lambda value: micro_f1(scores, value))
    write_rows(path, train)
    seconds = fasttext_train(program, path, epochs, folder)
    scores = fasttext_scores(program, test, folder)
    first = sum(answers[0][1] in labels for labels, answers in scores) / len(scores)
    return micro_f1(scores, threshold), first, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--seqnet", default="build/seqnet")
    parser.add_argument("--fasttext", default="fasttext")
    parser.add_argument("--rows", type=int, default=20000)
    parser.add_argument("options", nargs="*", help="of seqnet train, behind --")
    given = parser.parse_args()
    train, test = (list(make_rows(count, seed)) for count, seed in ((given.rows, 1), (5000, 2)))
    print("| | micro F1 | P@1 | seconds |\n| --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_rows(folder / "train.ft", train)
        write_rows(folder / "test.ft", test)
        figures = {"seqnet " + " ".join(given.options): seqnet_figures(
            given.seqnet, folder / "train.ft", folder / "test.ft", given.options, folder)}
        for epochs in (5, 25):
            figures[f"fastText, {epochs} epochs"] = fasttext_figures(
                given.fasttext, train, test, epochs, folder)
    for name, (micro, first, seconds) in figures.items():
        print(f"| {name.strip()} | {micro:.4f} | {first:.4f} | {seconds:.1f} |")


if __name__ == "__main__":
    main()
