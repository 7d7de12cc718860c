#!/usr/bin/env python3
"""Measures a training epoch of seqnet's layers next to PyTorch's and prints one table.

Each row is one model: 20,000 IMDB reviews of 500 ids in batches of 128, RMSprop. The two programs take
turns, so that whatever else the machine does meets both. See README.md.
"""
import argparse
import json
import os
import sys

sys.dont_write_bytecode = True  # of the modules beside this file
import machine  # noqa: E402
import prepare  # noqa: E402
from contestants import Contestant, Worker  # noqa: E402
from machine import Watch  # noqa: E402
from prepare import Cache, Unavailable, say  # noqa: E402
from side_by_side import (EXIT_USAGE, TRAIN_ROWS, Group, measure_group, print_notes,  # noqa: E402
                          print_table, seqnet_version)

CONV1D = ['--cell', 'conv1d', '--layers', '2', '--filters', '32', '--kernel-size', '7', '--pool-size', '5',
          '--pooling', 'max']

# A shape of torch_layers.py, what the table calls it, PyTorch's steps a run, and the options of "seqnet train".
SHAPES = [
    ('rnn', 'SimpleRNN(32)', 60, ['--cell', 'rnn']),
    ('gru', 'GRU(32)', 20, ['--cell', 'gru']),
    ('lstm', 'LSTM(32)', 20, ['--cell', 'lstm']),
    ('lstm-bidirectional', 'Bidirectional LSTM(32)', 15, ['--cell', 'lstm', '--bidirectional']),
    ('lstm-stacked', 'two stacked LSTM(32)', 15, ['--cell', 'lstm', '--layers', '2']),
    ('lstm-carry', 'lstm-carry(32)', 8, ['--cell', 'lstm-carry']),
    ('conv1d-32', 'Conv1D, embedding 32', 80, ['--embedding-dim', '32', *CONV1D]),
    ('conv1d-128', 'Conv1D, embedding 128', 30, ['--embedding-dim', '128', *CONV1D]),
]
COMMON = ['--preset', 'keras', '--maxlen', '500', '--batch-size', '128', '--optimizer', 'rmsprop', '--seed', '1']

ALL_ROWS = 25000  # of the train part
EPOCHS = 2  # of which the last counts
NOTES = {'lstm-carry': '; its loop over time is TorchScript'}
# A user may have set these for seqnet's BLAS; PyTorch may use the same library.
BLAS_VARIABLES = ('OPENBLAS_CORETYPE', 'OPENBLAS_L2_SIZE')


class SeqnetTrain(Contestant):
    """The last epoch of a fresh "seqnet train" on all rows, scaled to as many as PyTorch takes."""

    def __init__(self, options, cache, shape, arguments):
        super().__init__('seqnet-' + shape, 'seqnet', options.threads)
        self.words = [options.seqnet, 'train', cache.imdb, '-q', '--json', '--force', '-j', str(options.threads),
                      '--validation-split', '0', '--epochs', str(EPOCHS), '-o', cache.path('layers.safetensors'),
                      *COMMON, *arguments]

    def sample(self):
        epochs = prepare.output_of(self.words).splitlines()
        return json.loads(epochs[-1])['seconds'] * TRAIN_ROWS / ALL_ROWS


def make_group(options, cache, shape, title, steps, arguments):
    steps = 0 if options.full else options.steps or steps
    note = (f'{steps} steps a run, scaled to 20,000 rows (156.25 batches)' if steps else 'whole epochs')
    return Group(title, SeqnetTrain(options, cache, shape, arguments), [Worker(
        'pytorch-' + shape, 'PyTorch', options.threads, note + NOTES.get(shape, ''), lambda: torch_command(
            options, cache, shape, steps), cache)])


def torch_command(options, cache, shape, steps):
    cache.need_torch()
    return [options.python, prepare.script('torch_layers.py'), '-j', str(options.threads), shape, cache.padded,
            '--steps', str(steps)]


def parse_arguments():
    environment = os.environ.get
    cache_home = environment('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
    names = [shape for shape, *_ in SHAPES]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seqnet', default=environment('SEQNET', 'build/seqnet'), metavar='PATH',
                        help='the program (default: $SEQNET, build/seqnet)')
    parser.add_argument('--data', default=environment('SEQNET_DATA', '.'), metavar='FOLDER',
                        help='has imdb.npz (default: $SEQNET_DATA, the current folder)')
    parser.add_argument('--cache', metavar='FOLDER', default=environment(
        'SEQNET_BENCH_CACHE', os.path.join(cache_home, 'seqnet-bench')),
                        help='keeps the padded rows (default: $SEQNET_BENCH_CACHE, ~/.cache/seqnet-bench)')
    parser.add_argument('--only', metavar='SHAPE,...', default=','.join(names), help='some of ' + ', '.join(names))
    parser.add_argument('--runs', type=int, default=5, help='samples of each (default 5)')
    parser.add_argument('--threads', type=int, default=2, help='for both (default 2)')
    parser.add_argument('--steps', type=int, default=0,
                        help='PyTorch: steps a run (default: as many as take some seconds)')
    parser.add_argument('--full', action='store_true', help='PyTorch: whole epochs')
    parser.add_argument('--patience', type=float, default=0, metavar='SECONDS',
                        help='on a shared machine: wait at most so long, in all, for others to leave it '
                             'alone, and take disturbed samples again (default 0)')
    parser.add_argument('--json', metavar='FILE', help='write the samples there, too')
    parser.add_argument('--python', default=environment('PYTHON', '/usr/bin/python3'), metavar='PATH',
                        help='has PyTorch and NumPy (default: $PYTHON, /usr/bin/python3, Debian\'s)')
    options = parser.parse_args()
    options.only = options.only.split(',')
    unknown = [shape for shape in options.only if shape not in names]
    if unknown:
        parser.error(f'--only: there is no {unknown[0]}; there are ' + ', '.join(names))
    if min(options.runs, options.threads) < 1 or options.steps < 0:
        parser.error('--runs and --threads are at least 1, --steps is at least 0')
    return options


def report(options, version, rows, others):
    print(f'{machine.processor()}, {os.cpu_count()} cores; {options.threads} threads; {version}.')
    print(f'Runs of each, in turns: {options.runs}. Other processes took {others:.0%} of the CPU time.\n')
    print_table(rows)
    print_notes(rows, {})
    if options.json:
        with open(options.json, 'w', encoding='utf-8') as f:
            json.dump({'processor': machine.processor(), 'threads': options.threads, 'seqnet': version,
                       'cpu_share_of_others': others, 'rows': [vars(row) for row in rows]}, f, indent=1)
            f.write('\n')


def main():
    options = parse_arguments()
    for variable in BLAS_VARIABLES:
        os.environ.pop(variable, None)
    version = seqnet_version(options.seqnet)
    options.seqnet = os.path.abspath(options.seqnet)
    cache = Cache(os.path.abspath(options.cache), options.seqnet, options.data, options.python, options.threads)
    watch = Watch(options.patience)
    try:
        groups = [make_group(options, cache, *shape) for shape in SHAPES if shape[0] in options.only]
    except Unavailable as problem:  # of what every row needs
        say(problem)
        sys.exit(EXIT_USAGE)
    rows = [row for group in groups for row in measure_group(group, options.runs, watch)]
    report(options, version, rows, watch.share_of_others())


if __name__ == '__main__':
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
