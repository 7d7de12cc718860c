#!/usr/bin/env python3
"""Runs the commands of the README and of the guide's pages and compares what they print.

    readme.py demo|imdb PAGE.md...

Commands are the lines that start with "$ " in ```console blocks; what follows is their output, standard
error included. All pages are run in one folder, in the order in which they are named. "imdb" runs the pages
that name imdb.npz in a command (in a folder that holds imdb.npz and imdb_word_index.json), "demo" the others.
Numbers are not compared, since times and the last digits differ between machines; nor are the lines of
a chart, what became of a gradient, or the mistakes of "evaluate --errors", which follow from the numbers. "..." at the end of a line stands for its
rest, alone on a line for any number of lines.
"""
import os
import re
import subprocess
import sys

NUMBER = re.compile(r'\d+(?:[.,]\d+)*')
CHART_ROW = re.compile(r'[\d.e+-]* ?[│┤└].*')
GRADIENT = re.compile(r'the gradient (falls to|stays above) .*')
MISTAKE = re.compile(r'\S+:\d+: .* -> .* [\d.]+')
TEXT_OF_MISTAKE = re.compile(r'    [A-Z].*')
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
    if MISTAKE.fullmatch(line):
        return 'a mistake'
    if TEXT_OF_MISTAKE.fullmatch(line):
        return 'the text of a mistake'
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


def works(page, command, expected):
    done = subprocess.run(['bash', '-c', command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False,
                          env=dict(os.environ, LC_ALL='C.UTF-8'))
    if done.returncode == 0 and matches(expected, done.stdout.splitlines()):
        return True
    print('%s: $ %s (exit %d)\nprinted:\n%sexpected:\n%s\n'
          % (os.path.basename(page), command, done.returncode, done.stdout, '\n'.join(expected)))
    return False


def main():
    part, *pages = sys.argv[1:]
    ran = failed = 0
    for page in pages:
        commands = list(examples(page))
        needs_data = any('imdb.npz' in command for command, _ in commands)
        if needs_data != (part == 'imdb'):
            continue
        ran += len(commands)
        failed += sum(not works(page, *example) for example in commands)
    print('%d commands, %d failed' % (ran, failed))
    return 1 if failed or not ran else 0


sys.exit(main())
