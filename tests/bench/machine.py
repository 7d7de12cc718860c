"""The machine: what it is, and how much of its CPU time goes to others while something is measured.

A thread that loses its core for a moment holds up all threads that wait for it, and programs with a
barrier at every time step become many times slower. Such samples say nothing about the program.
"""
import os
import resource
import time

QUIET = 0.1  # share of the CPU time that others may take
GLANCE = 0.25  # seconds
TICKS = os.sysconf('SC_CLK_TCK')


def processor():
    """The processor's name."""
    try:
        with open('/proc/cpuinfo', encoding='utf-8') as f:
            return next(line.partition(':')[2].strip() for line in f if line.startswith('model name'))
    except (OSError, StopIteration):
        return os.uname().machine


def machine_seconds():
    """CPU seconds that all cores have worked, or were taken away by the machine's own host."""
    with open('/proc/stat', encoding='ascii') as f:
        user, nice, system, _, _, interrupts, soft, steal = map(int, f.readline().split()[1:9])
    return (user + nice + system + interrupts + soft + steal) / TICKS


def own_seconds(live):
    """CPU seconds of this process, of its children that have ended, and of the `live` ones."""
    seconds = 0.0
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
        usage = resource.getrusage(who)
        seconds += usage.ru_utime + usage.ru_stime
    for pid in live:
        with open(f'/proc/{pid}/stat', encoding='utf-8') as f:
            user, system = f.read().rpartition(')')[2].split()[11:13]
        seconds += (int(user) + int(system)) / TICKS
    return seconds


class Watch:
    """Takes samples while others leave the machine alone, as far as its patience (seconds) lasts."""

    def __init__(self, patience):
        self.patience = patience
        self.others = self.total = 0.0  # CPU seconds during the samples taken

    def sample(self, take, live=()):
        """What take() returns; disturbed ones are taken again. `live`: processes that work for it."""
        while True:
            self.wait_for_quiet()
            start, machine, own = time.monotonic(), machine_seconds(), own_seconds(live)
            result = take()
            total = (time.monotonic() - start) * os.cpu_count()
            others = machine_seconds() - machine - (own_seconds(live) - own)
            if others <= QUIET * total or self.patience <= 0:
                self.others += max(0.0, others)
                self.total += total
                return result
            self.patience -= total / os.cpu_count()

    def wait_for_quiet(self):
        while self.patience > 0:
            machine = machine_seconds()
            time.sleep(GLANCE)
            if machine_seconds() - machine <= QUIET * GLANCE * os.cpu_count():
                return
            self.patience -= GLANCE

    def share_of_others(self):
        return self.others / self.total if self.total else 0.0
