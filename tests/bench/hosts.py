#!/usr/bin/env python3
"""How long other programs take for many texts with seqnet: Python through ctypes, Node.js, SQLite, a pipe,
and one process for each text. Prints a table.

    hosts.py aclImdb_v1.tar.gz [--build build] [--runs 5]

The texts are the first 10,000 labelled test reviews, each on one line, and all 25,000 of them for SQLite; the
model is the one in the box. Each time includes starting the program and loading the model, but for Python the
start of the interpreter, in which a program already is. In turns, so that whatever else the machine does
meets all of them. One process for each text is measured with 300 of them.
"""
import argparse
import concurrent.futures
import contextlib
import json
import os
import pathlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'hosts'))
import machine  # noqa: E402
import prepare  # noqa: E402
import seqnet  # noqa: E402

TEXTS, ALL, PROCESSES = 10000, 25000, 300
NODE = """
import fs from 'node:fs';
import { Seqnet } from %s;
const texts = fs.readFileSync(%s, 'utf8').trimEnd().split('\\n');
const seqnet = new Seqnet({ program: %s });
let count = 0;
for await (const answer of seqnet.answers(texts)) count += answer.label ? 1 : 0;
await seqnet.close();
if (count !== texts.length) process.exit(1);
"""


def quiet(command, **options):
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, **options)


class Hosts:
    def __init__(self, build, folder, texts):
        self.program, self.extension = str(build / 'seqnet'), str(build / 'seqnet-sqlite.so')
        self.library = str(build / 'src' / 'libseqnet.so')
        self.folder, self.texts = folder, texts
        self.lines = self.write('lines.txt', texts[:TEXTS])
        self.script = folder / 'ask.mjs'
        self.script.write_text(NODE % tuple(json.dumps(str(path)) for path in (
            HERE.parent / 'hosts' / 'seqnet.mjs', self.lines, self.program)), encoding='utf-8')
        self.database = str(folder / 'reviews.db')
        with contextlib.closing(sqlite3.connect(self.database)) as database, database:
            database.execute('create table reviews(text)')
            database.executemany('insert into reviews values (?)', ((text,) for text in texts))

    def write(self, name, texts):
        path = self.folder / name
        path.write_text(''.join(text + '\n' for text in texts), encoding='utf-8')
        return path

    def python(self):
        with seqnet.Model(library=seqnet.load_library(self.library)) as model:
            assert len(model.predict(self.texts[:TEXTS])) == TEXTS

    def python_threads(self):
        halves = self.texts[:TEXTS // 2], self.texts[TEXTS // 2:TEXTS]
        with seqnet.Model(library=seqnet.load_library(self.library)) as model:
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                assert sum(map(len, pool.map(model.predict, halves))) == TEXTS

    def python_singly(self):
        with seqnet.Model(library=seqnet.load_library(self.library)) as model:
            assert all(model.predict([text])[0].label for text in self.texts[:TEXTS])

    def pipe(self, *options):
        with open(self.lines, 'rb') as lines:
            quiet([self.program, 'predict', '-q', '-m', seqnet.BUILTIN, *options], stdin=lines)

    def processes(self):
        for text in self.texts[:PROCESSES]:
            quiet([self.program, 'predict', '-q', '-m', seqnet.BUILTIN, '--', text])

    def node(self):
        quiet(['node', self.script])

    def sqlite(self):
        quiet(['sqlite3', self.database, f'.load {self.extension}', 'select seqnet(text) from reviews'])

    def sqlite_both(self):
        quiet(['sqlite3', self.database, f'.load {self.extension}',
               'select seqnet(text), seqnet_probability(text) from reviews'])


WAYS = [
    # name, texts, function, factor
    ('Python through ctypes, one call', TEXTS, Hosts.python, 1),
    ('Python through ctypes, two threads', TEXTS, Hosts.python_threads, 1),
    ('Python through ctypes, one call for each text', TEXTS, Hosts.python_singly, 1),
    ('pipe through `seqnet predict -j 1`', TEXTS, lambda hosts: hosts.pipe('-j', '1'), 1),
    ('pipe through `seqnet predict`, two threads', TEXTS, lambda hosts: hosts.pipe('-j', '2'), 1),
    ('Node.js, `seqnet.answers(texts)`', TEXTS, Hosts.node, 1),
    ('one process for each text', TEXTS, Hosts.processes, TEXTS / PROCESSES),
    ('SQLite, `select seqnet(text) from reviews`', ALL, Hosts.sqlite, 1),
    ('SQLite, label and probability', ALL, Hosts.sqlite_both, 1),
]


def measure(hosts, runs):
    """{name: [(seconds, CPU seconds)]}"""
    samples = {name: [] for name, *_ in WAYS}
    for _ in range(runs):
        for name, _, way, factor in WAYS:
            begun, worked = time.perf_counter(), machine.own_seconds([])
            way(hosts)
            samples[name].append(((time.perf_counter() - begun) * factor,
                                  (machine.own_seconds([]) - worked) * factor))
    return samples


def interval(values):
    return f'{statistics.median(values):.3g} ({min(values):.3g}..{max(values):.3g})'


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n', maxsplit=1)[0])
    parser.add_argument('archive', type=pathlib.Path)
    parser.add_argument('--build', type=pathlib.Path, default=pathlib.Path('build'))
    parser.add_argument('--runs', type=int, default=5)
    options = parser.parse_args()
    for variable in ('OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE'):
        os.environ.pop(variable, None)
    with tempfile.TemporaryDirectory() as folder:
        samples = measure(Hosts(options.build.resolve(), pathlib.Path(folder), read_texts(options.archive)), options.runs)
    print(f'{machine.processor()}, {len(os.sched_getaffinity(0))} cores\n')
    print('| way | texts | seconds | CPU seconds | CPU µs a text |\n| --- | --- | --- | --- | --- |')
    for name, texts, _, _ in WAYS:
        seconds, worked = zip(*samples[name])
        print(f'| {name} | {texts:,} | {interval(seconds)} | {interval(worked)} | '
              f'{statistics.median(worked) / texts * 1e6:.3g} |')


def read_texts(archive):
    """The labelled test reviews, each on one line, both labels in turn."""
    reviews = prepare.read_reviews(archive)
    return [text.decode() for pair in zip(reviews['test/pos'], reviews['test/neg']) for text in pair]


main()
