#!/usr/bin/env python3
"""Exports a model of each kind of layer as ONNX and scores 1,000 IMDB reviews with ONNX Runtime and seqnet.

Prints one table: the worst difference of a probability, and the seconds of both on one thread. The models
have learnt from 2,000 reviews for one epoch. See README.md.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np

EXIT_USAGE = 2
TRAIN_ROWS, ROWS, MAXLEN = 2000, 1000, 500
NODE_MODULES = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'interop', 'node_modules')
COMMON = ['--preset', 'keras', '--maxlen', str(MAXLEN), '--epochs', '1', '--validation-split', '0', '--seed', '1']


def layer(class_name, **config):
    return {'class_name': class_name, 'config': config}


def wrapped(name, **config):
    return layer('Bidirectional', layer=layer(name, **config))


def network(*layers):
    return [layer('Embedding', input_dim=10000, output_dim=32), *layers, layer('Dense', units=1, activation='sigmoid')]


def branch(name, inputs, spec):
    """A layer that is called `name` and takes those of these names."""
    return {**spec, 'config': {**spec['config'], 'name': name}, 'inputs': inputs}


# What the table calls it, and the options of "seqnet train", or its layers.
MODELS = [
    ('SimpleRNN(32)', ['--cell', 'rnn']),
    ('SimpleRNN(128, relu)', ['--cell', 'rnn', '--units', '128', '--activation', 'relu']),
    ('LSTM(32)', []),
    ('LSTM(32), mask_zero', ['--mask-zero']),
    ('GRU(32)', ['--cell', 'gru']),
    ('GRU(32, reset_after=False)', network(layer('GRU', units=32, reset_after=False))),
    ('lstm-carry(32)', ['--cell', 'lstm-carry']),
    ('Bidirectional LSTM(32)', ['--bidirectional']),
    ('Bidirectional LSTM(32), mask_zero, both poolings',
     ['--bidirectional', '--mask-zero', '--pooling', 'max-mean']),
    ('two stacked LSTM(32)', ['--layers', '2']),
    ('two stacked GRU(32), mask_zero', ['--layers', '2', '--cell', 'gru', '--mask-zero']),
    ('LSTM(32, hard_sigmoid)', network(layer('LSTM', units=32, recurrent_activation='hard_sigmoid'))),
    ('Conv1D, MaxPooling1D, GlobalMaxPooling1D', ['--cell', 'conv1d', '--layers', '2']),
    ('GlobalAveragePooling1D, Dense(16, relu)',
     network(layer('GlobalAveragePooling1D'), layer('Dense', units=16, activation='relu'))),
    ('Flatten', network(layer('Flatten'))),
    ('SpatialDropout1D, TimeDistributed Dense, Activation',
     network(layer('SpatialDropout1D', rate=0.2), layer('Dense', units=8), layer('Activation', activation='relu'),
             layer('GlobalMaxPooling1D'), layer('Dropout', rate=0.5))),
    ('Conv1D branches, Concatenate',
     [layer('Embedding', name='words', input_dim=10000, output_dim=32),
      branch('three', ['words'], layer('Conv1D', filters=16, kernel_size=3, activation='relu')),
      branch('most3', ['three'], layer('GlobalMaxPooling1D')),
      branch('five', ['words'], layer('Conv1D', filters=16, kernel_size=5, padding='same', activation='relu')),
      branch('most5', ['five'], layer('GlobalMaxPooling1D')),
      branch('both', ['most3', 'most5'], layer('Concatenate')),
      branch('dense', ['both'], layer('Dense', units=1, activation='sigmoid'))]),
]


def run(*words, **options):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


def write_data(seqnet, imdb, folder):
    """Writes the rows to learn from, and those to score: ids, a row a line."""
    padded = os.path.join(folder, 'padded.npz')
    run(seqnet, 'pad', imdb, '--num-words', '10000', '--maxlen', str(MAXLEN), '-q', '-o', padded)
    data = np.load(padded)
    np.savez(os.path.join(folder, 'some.npz'),
             **{f'{kind}_{part}': data[f'{kind}_{part}'][:TRAIN_ROWS] for kind in 'xy' for part in ('train', 'test')})
    rows = [' '.join(str(i) for i in row if i) for row in data['x_test'][:ROWS]]
    with open(os.path.join(folder, 'rows.txt'), 'w', encoding='ascii') as f:
        f.write('\n'.join(rows) + '\n')


def make_model(seqnet, folder, what):
    """Trains a model and exports it."""
    model, layers = os.path.join(folder, 'model.safetensors'), os.path.join(folder, 'layers.json')
    options = what
    if what and isinstance(what[0], dict):
        options = ['--layer-file', layers]
        with open(layers, 'w', encoding='ascii') as f:
            json.dump(what, f)
    run(seqnet, 'train', os.path.join(folder, 'some.npz'), '-q', '--force', '-o', model, *COMMON, *options)
    run(seqnet, 'export', '-m', model, '-q', '--force', '-o', os.path.join(folder, 'model.onnx'))
    return model


def score_with_seqnet(seqnet, folder, model):
    begin = time.perf_counter()
    lines = run(seqnet, 'predict', '-m', model, '--ids', '--json', '-q', '-j', '1', '--input',
                os.path.join(folder, 'rows.txt')).splitlines()
    seconds = time.perf_counter() - begin
    return seconds, np.array([list(json.loads(line)['probabilities'].values()) for line in lines])


def score_with_onnx_runtime(folder):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'exported_onnx.mjs')
    found = json.loads(run('node', script, folder, NODE_MODULES))
    return found['seconds'], np.array(found['probabilities'])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--seqnet', default='build/seqnet', help='the program (default: %(default)s)')
    parser.add_argument('--data', default=os.environ.get('SEQNET_DATA'), help='folder with imdb.npz')
    options = parser.parse_args()
    if not options.data or not os.path.isdir(NODE_MODULES):
        print('exported_onnx: set SEQNET_DATA, and run npm ci --ignore-scripts in tests/interop', file=sys.stderr)
        sys.exit(EXIT_USAGE)
    print('| layers | worst difference | ONNX Runtime, s | seqnet predict, s |\n| --- | --- | --- | --- |')
    with tempfile.TemporaryDirectory() as folder:
        write_data(options.seqnet, os.path.join(options.data, 'imdb.npz'), folder)
        for title, what in MODELS:
            model = make_model(options.seqnet, folder, what)
            own_seconds, wanted = score_with_seqnet(options.seqnet, folder, model)
            seconds, found = score_with_onnx_runtime(folder)
            print(f'| {title} | {np.abs(found - wanted).max():.1e} | {seconds:.2f} | {own_seconds:.2f} |', flush=True)


if __name__ == '__main__':
    main()
