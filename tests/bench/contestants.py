"""Ways to take one timed sample: from a process that waits for its turn, from a pipe, from seqnet bench.

Each kind has start(), which returns when all preparation is over or raises Unavailable; sample(), the
seconds of one turn; and close().
"""
import contextlib
import json
import os
import subprocess
import time

from prepare import Unavailable, last_line, output_of


class Contestant:
    """`name` is what --only takes, `program` what the table shows, `note` how it is measured."""

    def __init__(self, name, program, threads, note=''):
        self.name, self.program, self.threads, self.note = name, program, threads, note

    def start(self):
        pass

    def sample(self):
        raise NotImplementedError

    def close(self):
        pass

    def live(self):
        """Ids of processes that run from one sample to the next."""
        return []


class Worker(Contestant):
    """A program that says {"version":...} when it is ready and answers each line with {"seconds":S}.

    `command` is a function, since making the command may need things that are not there; `note` is
    formatted with what the program said when it was ready, which may name its threads, too.
    """

    def __init__(self, name, program, threads, note, command, cache):
        super().__init__(name, program, threads, note)
        self.command, self.cache = command, cache
        self.process, self.log = None, cache.path(name + '.log')

    def start(self):
        environment = dict(os.environ, OMP_NUM_THREADS=str(self.threads))
        command = self.command()
        with open(self.log, 'w', encoding='utf-8') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                            stderr=log, text=True, env=environment)
        facts = self.answer()
        self.program += ' ' + facts['version']
        self.threads = facts.get('threads', self.threads)
        self.note = self.note.format(**facts)

    def sample(self):
        with contextlib.suppress(BrokenPipeError):  # if it has ended, its log says why
            self.process.stdin.write('\n')
            self.process.stdin.flush()
        return self.answer()['seconds']

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise Unavailable(f'ended with status {self.process.wait()}: {last_line(self.log)} (more in '
                              f'{self.log})')
        return json.loads(line)

    def live(self):
        return [self.process.pid]

    def close(self):
        if self.process:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()
            self.process.stdout.close()
            self.process.wait()


class Pipe(Contestant):
    """cat TEXT | COMMAND > /dev/null, the whole of it. The first time, the output's lines are counted."""

    def __init__(self, name, program, threads, note, text, command):
        super().__init__(name, program, threads, note)
        self.text, self.command = text, command
        self.text_path = self.words = None

    def start(self):
        self.text_path, self.words = self.text(), self.command()
        with open(self.text_path, 'rb') as f:
            expected = sum(1 for _ in f)
        printed, _ = self.run(subprocess.PIPE)
        if printed.count(b'\n') != expected:
            raise Unavailable(f'failed: {expected} lines went in, {printed.count(b"%c" % 10)} came out')

    def sample(self):
        return self.run(subprocess.DEVNULL)[1]

    def run(self, stdout):
        start = time.perf_counter()
        with subprocess.Popen(['cat', self.text_path], stdout=subprocess.PIPE) as cat:
            with subprocess.Popen(self.words, stdin=cat.stdout, stdout=stdout,
                                  stderr=subprocess.DEVNULL) as process:
                cat.stdout.close()
                printed = process.communicate()[0]
        seconds = time.perf_counter() - start
        if process.returncode != 0:
            raise Unavailable(f'failed: exit status {process.returncode} of {" ".join(self.words)}')
        return printed, seconds


class SeqnetBench(Contestant):
    """seqnet bench WHAT, one run at a time."""

    def __init__(self, seqnet, what, threads, arguments):
        super().__init__('seqnet-' + what, 'seqnet', threads)
        self.what, self.answers = what, []
        self.words = [seqnet, 'bench', what, '-j', str(threads), *arguments, '--json']

    def sample(self):
        answer = json.loads(output_of(self.words).splitlines()[-1])
        if 'microseconds' in answer:
            answer['seconds'] = answer['microseconds'] * 1e-6
        self.answers.append(answer)
        return answer['seconds']

    def median_answer(self):
        """All that the run with the median of the seconds said; {} before any run."""
        ordered = sorted(self.answers, key=lambda answer: answer['seconds'])
        return ordered[len(ordered) // 2] if ordered else {}
