#!/usr/bin/env python3
"""How faithful `seqnet explain` is: how much less probable a model finds the label that it predicts
once the words are deleted that speak most for it, beside as many random words.

    faithful.py MODEL DATA [--seqnet build/seqnet] [--texts 500] [--share 0.1]

DATA is the folder aclImdb, of which test reviews are taken, or a file of lines as fastText reads
them. The texts are drawn with a seed. Of each the share of its words is deleted, at least one word;
random words are drawn five times. The gap is what no word explains of a score's change from that of
an empty text: the median of its size, and the median of its share in the change.
"""
import argparse
import json
import math
import pathlib
import random
import shlex
import statistics
import subprocess

DRAWS = 5


def read_texts(data, count):
    """As many texts of DATA, each one line, drawn at random."""
    path = pathlib.Path(data)
    if path.is_dir():
        names = sorted(path.glob('test/pos/*.txt')) + sorted(path.glob('test/neg/*.txt'))
        chosen = random.Random(1).sample(names, min(count, len(names)))
        texts = [name.read_text(encoding='utf-8') for name in chosen]
    else:
        lines = [line for line in path.read_text(encoding='utf-8').splitlines() if ' ' in line]
        chosen = random.Random(1).sample(lines, min(count, len(lines)))
        texts = [line.split(' ', 1)[1] for line in chosen]
    return [' '.join(text.split()) for text in texts]


def run(command, texts):
    """The JSON object that a command prints for each text."""
    done = subprocess.run(command, input='\n'.join(texts) + '\n', capture_output=True, check=True,
                          encoding='utf-8')
    return [json.loads(line) for line in done.stdout.splitlines()]


def without(text, words):
    """A text without the bytes of some of its words."""
    data = bytearray(text.encode())
    for word in words:
        data[word['start']:word['end']] = b' ' * (word['end'] - word['start'])
    return ' '.join(data.decode().split())


def drop(seqnet, model, texts, explained, deleted):
    """The mean drop of the predicted label's probability when words are deleted."""
    changed = [without(text, words) for text, words in zip(texts, deleted)]
    answers = run([*seqnet, 'predict', '-q', '-m', model, '--json', '--input-format', 'lines'],
                  changed)
    return statistics.fmean(
        answer['probability'] - after['probabilities'][answer['label']]
        for answer, after in zip(explained, answers))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('model')
    parser.add_argument('data')
    parser.add_argument('--seqnet', default='build/seqnet', help='the program')
    parser.add_argument('--texts', type=int, default=500)
    parser.add_argument('--share', type=float, default=0.1, help='of the words that is deleted')
    parser.add_argument('--explain', help='a command that explains lines instead')
    options = parser.parse_args()
    seqnet = shlex.split(options.seqnet)
    texts = read_texts(options.data, options.texts)
    command = [*seqnet, 'explain', '-q', '-m', options.model, '--json', '--no-running']
    explained = run(shlex.split(options.explain) if options.explain else command, texts)
    rng = random.Random(2)
    strongest, others = [], [[] for _ in range(DRAWS)]
    for answer in explained:
        words = answer['words']
        count = max(1, math.ceil(options.share * len(words))) if words else 0
        ranked = sorted(words, key=lambda word: -word['contribution'])
        strongest.append(ranked[:count])
        for draw in others:
            draw.append(rng.sample(words, count))
    best = drop(seqnet, options.model, texts, explained, strongest)
    chance = statistics.fmean(drop(seqnet, options.model, texts, explained, draw)
                              for draw in others)
    gaps = [abs(answer['gap']) for answer in explained]
    shares = [abs(answer['gap'] / (answer['score'] - answer['baseline'])) for answer in explained
              if answer['score'] != answer['baseline']]
    print(f'{len(texts)} texts: strongest {best:.3f}, random {chance:.3f}, '
          f'gap {statistics.median(gaps):.2g} ({100 * statistics.median(shares):.1f} %)')


if __name__ == '__main__':
    main()
