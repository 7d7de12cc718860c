#!/usr/bin/env python3
"""Measures seqnet next to PyTorch, oneDNN, ONNX Runtime and fastText and prints one table.

Each group of rows does the same work with seqnet and with the others, in turns, so that whatever else
the machine does meets all of them. What is not installed has a row that says so. See README.md.
"""
import argparse
import contextlib
import json
import math
import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # of the modules beside this file
import machine  # noqa: E402
import prepare  # noqa: E402
from contestants import Contestant, Pipe, SeqnetBench, Worker  # noqa: E402
from machine import Watch  # noqa: E402
from prepare import Cache, Unavailable, say  # noqa: E402

TRAIN_ROWS, TEST_ROWS, BATCH_SIZE, UNITS = 20000, 25000, 128, 32
LATENCY_TOKENS = 230
TOLERANCE = 1e-5  # of probabilities that should be the same
TEXT = 'A wonderful film with a brilliant cast, I loved every minute.'
PROCESS_RUNS = 4  # times --runs: a process takes milliseconds
EXIT_DIFFERENT_MODEL, EXIT_USAGE = 1, 2


class Row:
    """One line of the table: samples in seconds of a contestant and of seqnet, or why there are none."""

    def __init__(self, title, contestant, theirs=(), ours=(), their_problem='', our_problem=''):
        self.title, self.name, self.program = title, contestant.name, contestant.program
        self.threads, self.note = contestant.threads, contestant.note
        self.theirs, self.their_problem = list(theirs), their_problem
        self.ours, self.our_problem = list(ours), our_problem

    def cells(self):
        ratio = '-'
        if self.theirs and self.ours:
            pairs = [theirs / ours for theirs, ours in zip(self.theirs, self.ours)]
            median = statistics.median(self.theirs) / statistics.median(self.ours)
            ratio = f'{digits(median)}x ({digits(min(pairs))}..{digits(max(pairs))})'
        return [self.title, self.program, str(self.threads), interval(self.theirs, self.their_problem),
                interval(self.ours, self.our_problem), ratio]


def interval(samples, problem):
    """Median, smallest and largest, in the unit that suits the median; or the problem."""
    if not samples:
        return problem or '-'
    median = statistics.median(samples)
    scale, unit = next(((s, u) for s, u in ((1, 's'), (1e3, 'ms')) if median * s >= 0.9995), (1e6, 'us'))
    low, middle, high = (digits(value * scale) for value in (min(samples), median, max(samples)))
    return f'{middle} {unit} ({low}..{high})'


def digits(value):
    """A positive number with three significant digits, or all before the point."""
    return f'{value:.{max(0, 2 - math.floor(math.log10(value)))}f}'


def print_table(rows):
    lines = [['work', 'program', 'threads', 'its median (min..max)', 'seqnet (min..max)', 'ratio (min..max)']]
    lines += [row.cells() for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    lines.insert(1, ['-' * width for width in widths])
    for line in lines:
        print('| ' + ' | '.join(cell.ljust(width) for cell, width in zip(line, widths)) + ' |')


# What is measured


class Group:
    """Contestants that do the same work as `baseline`, which is seqnet."""

    def __init__(self, title, baseline, contestants):
        self.title, self.baseline, self.contestants = title, baseline, contestants


class Work:
    """The groups of rows. Nothing is installed, made or started before a contestant's start()."""

    def __init__(self, options, cache):
        self.options, self.cache, self.threads = options, cache, options.threads

    def groups(self):
        return [self.training(), self.scoring(), self.latency(), self.raw_text()]

    def bench(self, what, *arguments):
        return SeqnetBench(self.options.seqnet, what, self.threads,
                           ['--data', self.cache.imdb, *arguments])

    def torch(self, command, note, *arguments):
        """PyTorch on all threads, and on one, which can be faster."""
        def contestant(name, threads):
            return Worker(name, 'PyTorch', threads, note, lambda: self.cache.torch_command(
                threads, command, self.cache.padded, *arguments), self.cache)

        alone = [contestant(f'pytorch-{command}-1', 1)] if self.threads > 1 else []
        return [contestant(f'pytorch-{command}', self.threads), *alone]

    def training(self):
        steps = 0 if self.options.full else self.options.steps
        note = f'{steps} steps a run, scaled to 20,000 rows (156.25 batches)' if steps else 'whole epochs'
        sizes = [str(size) for size in (TRAIN_ROWS, BATCH_SIZE, prepare.MAXLEN, UNITS, self.threads)]
        return Group('training epoch, 20,000 reviews', self.bench('train', '--runs', '1'), [
            *self.torch('train', note, '--steps', str(steps)),
            Worker('onednn', 'oneDNN', self.threads,
                   'its LSTM primitive alone, forward and backward, against the whole of seqnet\'s '
                   'epoch; {way}; largest relative error of its gradients {gradient_error:.1e}',
                   lambda: [self.cache.onednn, *sizes], self.cache),
        ])

    def scoring(self):
        batches = 0 if self.options.full else self.options.batches
        note = 'padded batches of 128, ' + (
            f'{batches} batches a run, scaled to 25,000 rows' if batches else 'all rows')
        model = self.cache.model
        return Group('scoring 25,000 reviews', self.bench('evaluate', '--runs', '1', '-m', model), [
            Worker('onnx-score', 'ONNX Runtime', self.threads, 'padded batches of 128',
                   lambda: self.cache.onnx_command('score', str(self.threads)), self.cache),
            *self.torch('score', note, model, '--batches', str(batches)),
        ])

    def latency(self):
        return Group('one review of 230 tokens', self.bench('latency', '-m', self.cache.model), [
            Worker('onnx-latency', 'ONNX Runtime', f'1 or {self.threads}',
                   'through onnxruntime-node, on 1 or all threads, whichever is faster; a call with '
                   'one token takes {one_token_seconds:.1e} s',
                   lambda: self.cache.onnx_command('latency', str(self.threads), str(LATENCY_TOKENS)),
                   self.cache),
        ])

    def raw_text(self):
        seqnet, cache = self.options.seqnet, self.cache
        return Group('25,000 raw reviews from a pipe', Pipe(
            'seqnet-predict', 'seqnet', self.threads, '', lambda: cache.test_text,
            lambda: [seqnet, 'predict', '-q', '-j', str(self.threads), '-m', cache.model]), [
                Pipe('fasttext', 'fastText', 1,
                     'cat reviews | fasttext predict-prob, against cat reviews | seqnet predict, '
                     'whole processes; bigrams, 10 dimensions; it can only predict on one thread',
                     lambda: cache.test_text,
                     lambda: ['fasttext', 'predict-prob', cache.fasttext_model, '-']),
            ])


def measure_group(group, runs, watch):
    """One row for each contestant. Each run takes one sample of everybody who is still in."""
    problems, samples = {}, {entry: [] for entry in (group.baseline, *group.contestants)}

    def attempt(entry, action):
        if entry in problems:
            return
        try:
            action()
        except Unavailable as problem:
            problems[entry] = str(problem)
            say(f'{entry.name}: {problem}')

    with contextlib.ExitStack() as stack:
        for entry in samples:
            stack.callback(entry.close)
            watch.wait_for_quiet()
            attempt(entry, entry.start)
        for run in range(runs):
            for entry in samples:
                attempt(entry, lambda e=entry: samples[e].append(watch.sample(e.sample, e.live())))
            say(f'{group.title}: run {run + 1} of {runs}')
    for entry in problems:
        samples[entry] = []
    return [Row(group.title, entry, samples[entry], samples[group.baseline], problems.get(entry),
                problems.get(group.baseline)) for entry in group.contestants]


# Whole processes


def process_rows(options, cache, watch):
    commands = {
        'seqnet predict "text"': [options.seqnet, 'predict', '-q', '-m', cache.model, TEXT],
        'seqnet load imdb.npz': [options.seqnet, 'load', '-q', cache.imdb],
        'seqnet --version': [options.seqnet, '--version'],
    }
    runs = PROCESS_RUNS * options.runs
    # -N, without a shell, came with hyperfine 1.13
    use_hyperfine = shutil.which('hyperfine') and prepare.succeeds(['hyperfine', '-N', '--version'])
    take_samples = hyperfine_samples if use_hyperfine else loop_samples
    note = f'{runs} runs, timed by ' + ('hyperfine' if use_hyperfine else 'a loop, since there is no '
                                        'hyperfine of 1.13 or later (apt-get install hyperfine)')
    rows = []
    for title, words in commands.items():
        row = Row(title, Contestant('process', 'whole process', '-', note))
        try:
            row.ours = watch.sample(lambda w=words: take_samples(w, runs))
        except Unavailable as problem:
            row.our_problem = str(problem)
        rows.append(row)
    return rows


def hyperfine_samples(words, runs):
    with tempfile.NamedTemporaryFile(suffix='.json') as result:
        done = subprocess.run(['hyperfine', '-N', '--style', 'none', '--warmup', '3', '--runs', str(runs),
                               '--export-json', result.name, shlex.join(words)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise Unavailable('failed: ' + (done.stderr.strip().splitlines() or ['no message'])[0])
        return json.load(result)['results'][0]['times']


def loop_samples(words, runs):
    samples = []
    for _ in range(runs + 3):
        start = time.perf_counter()
        if not prepare.succeeds(words):
            raise Unavailable('failed: ' + ' '.join(words))
        samples.append(time.perf_counter() - start)
    return samples[3:]


# The same model


def read_json(path):
    with open(path, encoding='utf-8') as f:
        return json.load(f)


def seqnet_probabilities(options, cache):
    lines = prepare.output_of([options.seqnet, 'predict', '--ids', '--json', '-q', '-m', cache.model,
                               '--input', cache.path('check_ids.txt')]).splitlines()
    return [json.loads(line)['probabilities']['positive'] for line in lines]


def model_differences(options, cache):
    """Largest difference from seqnet's probabilities, by program; what is not there is left out."""
    theirs = {}
    with contextlib.suppress(Unavailable):
        theirs['PyTorch'] = read_json(os.path.join(cache.onnx_folder, 'check_torch.json'))
        theirs['ONNX Runtime'] = json.loads(prepare.output_of(cache.onnx_command('check')))
    ours = seqnet_probabilities(options, cache) if theirs else []
    if any(len(probabilities) != len(ours) for probabilities in theirs.values()):
        sys.exit('side_by_side.py: not everybody scored the same number of rows')
    return {program: max(abs(a - b) for a, b in zip(probabilities, ours))
            for program, probabilities in theirs.items()}


def check_models(options, cache, names):
    """Says how far the others' probabilities are from seqnet's and ends the program if it is too far."""
    if not any(name.startswith(('onnx', 'pytorch')) for name in names):
        return {}
    differences = model_differences(options, cache)
    for program, difference in differences.items():
        say(f'{program}: probabilities of {len(read_json(cache.path("check_torch.json")))} test rows '
            f'differ from seqnet\'s by at most {difference:.1e}')
    if any(difference > TOLERANCE for difference in differences.values()):
        say(f'more than {TOLERANCE}: this is not the same model')
        sys.exit(EXIT_DIFFERENT_MODEL)
    return differences


# The program


def parse_arguments():
    environment = os.environ.get
    cache_home = environment('XDG_CACHE_HOME') or os.path.expanduser('~/.cache')
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--seqnet', default=environment('SEQNET', 'build/seqnet'), metavar='PATH',
                        help='the program (default: $SEQNET, build/seqnet)')
    parser.add_argument('--data', default=environment('SEQNET_DATA', '.'), metavar='FOLDER',
                        help='has imdb.npz, imdb_word_index.json and aclImdb_v1.tar.gz (default: '
                             '$SEQNET_DATA, the current folder)')
    parser.add_argument('--cache', metavar='FOLDER', default=environment(
        'SEQNET_BENCH_CACHE', os.path.join(cache_home, 'seqnet-bench')),
                        help='keeps data, models and node_modules (default: $SEQNET_BENCH_CACHE, '
                             '~/.cache/seqnet-bench)')
    parser.add_argument('--only', metavar='NAME,...', default='',
                        help='some rows: pytorch, pytorch-train, pytorch-score, onednn, onnx, '
                             'onnx-score, onnx-latency, fasttext, process')
    parser.add_argument('--runs', type=int, default=5, help='samples of each (default 5)')
    parser.add_argument('--threads', type=int, default=2, help='for everybody (default 2)')
    parser.add_argument('--steps', type=int, default=40, help='PyTorch: steps a run (default 40)')
    parser.add_argument('--batches', type=int, default=40,
                        help='PyTorch: batches scored a run (default 40)')
    parser.add_argument('--full', action='store_true', help='PyTorch: whole epochs, all rows')
    parser.add_argument('--patience', type=float, default=0, metavar='SECONDS',
                        help='on a shared machine: wait at most so long, in all, for others to leave '
                             'it alone, and take disturbed samples again (default 0)')
    parser.add_argument('--install', action='store_true',
                        help='install the others first, with apt-get and npm')
    parser.add_argument('--fresh', action='store_true', help='make the cached files again')
    parser.add_argument('--json', metavar='FILE', help='write the samples there, too')
    parser.add_argument('--python', default=environment('PYTHON', '/usr/bin/python3'), metavar='PATH',
                        help='has PyTorch and NumPy (default: $PYTHON, /usr/bin/python3, Debian\'s)')
    options = parser.parse_args()
    options.only = [name for name in options.only.split(',') if name]
    if min(options.runs, options.threads, options.steps, options.batches) < 1:
        parser.error('--runs, --threads, --steps and --batches are at least 1')
    return options


def selected(name, only):
    """Whether --only takes NAME: pytorch-train stands for itself and pytorch-train-1."""
    return not only or any(f'{name}-'.startswith(word + '-') for word in only)


def select(all_groups, only):
    """The groups without what --only leaves out, and the names that remain."""
    names = ['process'] + [entry.name for group in all_groups for entry in group.contestants]
    unknown = [word for word in only if not any(selected(name, [word]) for name in names)]
    if unknown:
        say(f'--only: there is no {unknown[0]}; there are', ', '.join(sorted(names)))
        sys.exit(EXIT_USAGE)
    for group in all_groups:
        group.contestants = [entry for entry in group.contestants if selected(entry.name, only)]
    return ([group for group in all_groups if group.contestants],
            [name for name in names if selected(name, only)])


def seqnet_version(path):
    try:
        return ', '.join(prepare.output_of([path, '--version']).splitlines())
    except Unavailable as problem:
        say(f'{problem}; build seqnet first (cmake -S . -B build && cmake --build build), or name it '
            'with --seqnet or SEQNET')
        sys.exit(EXIT_USAGE)


def print_notes(rows, facts):
    """What the table has no room for."""
    print()
    notes = [f'* {row.program}' + (f', {row.title}' if row.theirs else '') + f': {row.note}.'
             for row in rows if row.theirs or (row.name == 'process' and row.ours)]
    print(*dict.fromkeys(notes), sep='\n')
    for what, said in facts.items():
        if 'floor_seconds' in said:
            print(f'* seqnet bench {what}: {said["ratio"]:.2f} times its recurrent matrix products alone, '
                  f'{said["tokens_per_second"] / 1e6:.2f} M tokens/s, {said["gflops"]:.0f} GFLOP/s, '
                  f'peak memory {said["peak_memory"] / 1e6:.0f} MB.')


def measure(options, cache):
    chosen, names = select(Work(options, cache).groups(), options.only)
    differences = check_models(options, cache, names)
    watch = Watch(options.patience)
    rows = [row for group in chosen for row in measure_group(group, options.runs, watch)]
    if 'process' in names:
        rows += process_rows(options, cache, watch)
    facts = {group.baseline.what: group.baseline.median_answer() for group in chosen
             if isinstance(group.baseline, SeqnetBench)}
    return rows, facts, differences, watch.share_of_others()


def report(options, version, rows, facts, differences, others):
    print(f'{machine.processor()}, {os.cpu_count()} cores; {options.threads} threads; {version}.')
    print(f'Runs of each, in turns: {options.runs}. Other processes took {others:.0%} of the CPU time.')
    if differences:
        print('Same model: probabilities differ from seqnet\'s by at most', ', '.join(
            f'{difference:.1e} ({program})' for program, difference in differences.items()) + '.')
    print()
    print_table(rows)
    print_notes(rows, facts)
    if options.json:
        with open(options.json, 'w', encoding='utf-8') as f:
            json.dump({'processor': machine.processor(), 'threads': options.threads, 'seqnet': version,
                       'cpu_share_of_others': others, 'differences': differences, 'bench': facts,
                       'rows': [vars(row) for row in rows]}, f, indent=1)
            f.write('\n')


def main():
    options = parse_arguments()
    version = seqnet_version(options.seqnet)
    options.seqnet = os.path.abspath(options.seqnet)
    cache = Cache(os.path.abspath(options.cache), options.seqnet, options.data, options.python,
                  options.threads)
    if options.install:
        prepare.install(cache.folder)
    if options.fresh:
        cache.clear()
    try:
        results = measure(options, cache)
    except Unavailable as problem:  # of what every row needs
        say(problem)
        sys.exit(EXIT_USAGE)
    report(options, version, *results)


if __name__ == '__main__':
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
