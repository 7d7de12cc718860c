#!/usr/bin/env python3
"""Runs the commands of README.md and compares what they print.

    readme.py README.md demo|imdb

Commands are the lines that start with "$ " in ```console blocks; what follows is their output, standard
error included. "demo" runs those that need no data, "imdb" the rest (in a folder that holds imdb.npz and
imdb_word_index.json). Numbers are not compared, since times and the last digits differ between
machines; nor are the lines of a chart or what became of a gradient, which follow from the numbers. "..." at
the end of a line stands for its rest, alone on a line for any number of lines.
"""
import os
import re
import subprocess
import sys

NUMBER = re.compile(r'\d+(?:[.,]\d+)*')
CHART_ROW = re.compile(r'[\d.e+-]* ?[│┤└].*')
GRADIENT = re.compile(r'the gradient (falls to|stays above) .*')
FINGERPRINT = re.compile(r'\b[0-9a-f]{32}\b')


def examples(path):
    with open(path, encoding='utf-8') as f:
        blocks = re.findall(r'```console\n(.*?)```', f.read(), re.S)
    for block in blocks:
        for part in re.split(r'^\$ ', block, flags=re.M)[1:]:
            command, _, output = part.partition('\n')
            yield command, output.splitlines()


def plain(line):
    """The line without what may differ: numbers, and the blanks that align them."""
    if CHART_ROW.fullmatch(line.strip()):
        return 'a row of a chart'
    line = GRADIENT.sub('the gradient', FINGERPRINT.sub('FINGERPRINT', line))
    return re.sub(' +', ' ', NUMBER.sub('0', line))


def pattern(line):
    line = plain(line)
    text = re.escape(line[:-3] if line.endswith('...') else line)
    return text + ('.*' if line.endswith('...') else '')


def matches(expected, printed):
    if not expected:
        return not printed
    if expected[0] == '...':
        return any(matches(expected[1:], printed[i:]) for i in range(len(printed) + 1))
    if not printed:
        return False
    return bool(re.fullmatch(pattern(expected[0]), plain(printed[0]))) and matches(expected[1:], printed[1:])


def main():
    path, part = sys.argv[1:]
    ran = failed = 0
    for command, expected in examples(path):
        needs_data = 'imdb' in command or not re.search('demo|reviews', command)
        if needs_data != (part == 'imdb'):
            continue
        done = subprocess.run(['bash', '-c', command], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False,
                              env=dict(os.environ, LC_ALL='C.UTF-8'))
        ran += 1
        if done.returncode or not matches(expected, done.stdout.splitlines()):
            failed += 1
            print('$ %s (exit %d)\nprinted:\n%sexpected:\n%s\n'
                  % (command, done.returncode, done.stdout, '\n'.join(expected)))
    print('%d commands, %d failed' % (ran, failed))
    return 1 if failed or not ran else 0


sys.exit(main())
