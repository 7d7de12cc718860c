#!/usr/bin/env python3
"""A model of what a training step takes in several processes: the tables of SCALE.md.

    scale.py            prints the tables

The constants were measured; SCALE.md says how.
"""

# Of a batch of 128 reviews, Embedding(10000, 32), LSTM(32), Dense(1), one thread, in milliseconds: what is
# shared, and what every process computes again.
SHARED, REPEATED = 6.7, 0.35
# Rows of a wave; a batch has as many waves as it needs, one after the other.
WAVE_ROWS = 256
# Milliseconds to pack and unpack a megabyte.
COPYING = 0.5
# Megabytes that a process sends in a step: by batch and processes.
SENT = {128: {2: 0.89, 4: 1.05, 8: 1.14}, 1024: {2: 4.94, 4: 5.77, 8: 5.82}, 8192: {2: 30.8, 4: 36.0, 8: 36.4}}
# Bytes a millisecond, and milliseconds one way.
NETWORKS = {'one machine': (5e6, 0.002), '10 Gbit/s, 0.1 ms': (1.25e6, 0.1), '10 Gbit/s, 1 ms': (1.25e6, 1.0),
            '1 Gbit/s, 0.1 ms': (1.25e5, 0.1), '1 Gbit/s, 1 ms': (1.25e5, 1.0)}
# What several threads make of one.
SPEEDUP = {1: 1.0, 8: 6.0}


def rounds(batch, ranks):
    """Messages that wait for each other: two gathers and an exchange a wave, a gather a step."""
    waves = -(-batch // WAVE_ROWS)
    gather = (ranks - 1).bit_length()
    return waves * (2 * gather + 1) + gather


def step(batch, ranks, threads, network):
    scale = batch / 128 / SPEEDUP[threads]
    if ranks == 1:
        return (SHARED + REPEATED) * scale
    rate, latency = NETWORKS[network]
    sent = SENT[batch][ranks]
    return (SHARED / ranks + REPEATED) * scale + sent * COPYING + sent * 1e6 / rate + \
        rounds(batch, ranks) * latency


def main():
    for threads in SPEEDUP:
        print(f'\n{threads} thread{"s" if threads > 1 else ""} a process\n')
        print('| batch | network | 1 process | 2 | 4 | 8 | pays up to |\n| --- | --- | --- | --- | --- | --- | --- |')
        for batch in SENT:
            for network in NETWORKS:
                times = {r: step(batch, r, threads, network) for r in (1, 2, 4, 8)}
                best = 1
                for ranks in (2, 4, 8):
                    best = ranks if times[ranks] < 0.9 * times[best] else best
                print(f'| {batch} | {network} | ' + ' | '.join(f'{t:.1f}' for t in times.values()) + f' | {best} |')


if __name__ == '__main__':
    main()
