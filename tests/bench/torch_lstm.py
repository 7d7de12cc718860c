#!/usr/bin/env python3
"""seqnet's model in PyTorch: Embedding(10000, 32), LSTM(32) over 500 unmasked steps, Linear(1).

    torch_lstm.py [-j THREADS] train  PADDED.npz [--steps N]
    torch_lstm.py [-j THREADS] score  PADDED.npz MODEL.safetensors [--batches N]
    torch_lstm.py [-j THREADS] export PADDED.npz MODEL.safetensors FOLDER

"train" and "score" print one JSON line when they are ready, and for each line that they read they do
their work once and print {"seconds":S}: one epoch of RMSprop over the first 20,000 train rows, or the
test rows' probabilities, each in batches of 128. With N they do so many batches, going on where the
last turn ended, and scale the time to all rows.

"export" writes what others need to run the very same model on the very same rows: model.onnx,
test_ids.i32 (the padded test rows, int32), check_ids.txt (the first 256 of them as lines of ids without
pads) and check_torch.json (their probabilities).

PADDED.npz comes from "seqnet pad", MODEL.safetensors from "seqnet train".
"""
import argparse
import itertools
import json
import os
import sys
import time

import numpy as np
import torch
from torch import nn

TRAIN_ROWS = 20000
BATCH_SIZE = 128
CHECK_ROWS = 256
VOCABULARY, UNITS = 10000, 32


class Classifier(nn.Module):
    """Logits of padded ids [batch, time]. Inside, time comes first, which is PyTorch's faster order."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, UNITS)
        self.lstm = nn.LSTM(UNITS, UNITS)
        self.dense = nn.Linear(UNITS, 1)

    def forward(self, ids):
        _, (hidden, _) = self.lstm(self.embedding(ids.t()))
        return self.dense(hidden[-1]).squeeze(1)


class Probability(nn.Module):
    """What is exported: the probability of the positive label, computed in the model."""

    def __init__(self, classifier):
        super().__init__()
        self.classifier = classifier

    def forward(self, ids):
        return torch.sigmoid(self.classifier(ids))


def read_safetensors(path):
    """The float32 tensors of a safetensors file as arrays by name."""
    with open(path, 'rb') as f:
        header = json.loads(f.read(int.from_bytes(f.read(8), 'little')))
        data = f.read()
    arrays = {}
    for name, entry in header.items():
        if entry.get('dtype') == 'F32':
            begin, end = entry['data_offsets']
            arrays[name] = np.frombuffer(data[begin:end], '<f4').reshape(entry['shape'])
    return arrays


def load_classifier(path):
    """seqnet's weights in PyTorch's layout: the same gate order, matrices transposed, two biases."""
    arrays = read_safetensors(path)
    weights = {
        'embedding.weight': arrays['embedding.embeddings'],
        'lstm.weight_ih_l0': arrays['lstm.kernel'].T,
        'lstm.weight_hh_l0': arrays['lstm.recurrent_kernel'].T,
        'lstm.bias_ih_l0': arrays['lstm.bias'],
        'lstm.bias_hh_l0': np.zeros_like(arrays['lstm.bias']),
        'dense.weight': arrays['dense.kernel'].T,
        'dense.bias': arrays['dense.bias'],
    }
    classifier = Classifier()
    classifier.load_state_dict({name: torch.tensor(array) for name, array in weights.items()})
    return classifier.eval()


def load_rows(path, part):
    with np.load(path, allow_pickle=False) as arrays:
        return torch.from_numpy(arrays['x_' + part]), torch.from_numpy(arrays['y_' + part]).float()


def serve(batches, work, count):
    """Does `work` on each of the batches, or the next `count` full ones, whenever a line is read."""
    full = [batch for batch in batches if len(batch[0]) == BATCH_SIZE]
    turns = itertools.cycle(full if count else batches)
    scale = sum(len(batch[0]) for batch in batches) / (count * BATCH_SIZE) if count else 1.0
    for batch in full[:2]:
        work(*batch)
    print(json.dumps({'version': torch.__version__, 'threads': torch.get_num_threads()}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        for batch in itertools.islice(turns, count or len(batches)):
            work(*batch)
        print(json.dumps({'seconds': (time.perf_counter() - start) * scale}), flush=True)


def serve_training(make_classifier, options):
    """Serves optimiser steps of a classifier over the train rows, in an order drawn once."""
    ids, labels = load_rows(options.padded, 'train')
    torch.manual_seed(1)
    order = torch.randperm(TRAIN_ROWS)
    classifier = make_classifier()
    loss_of = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.RMSprop(classifier.parameters(), lr=1e-3, alpha=0.9, eps=1e-7)

    def step(ids, labels):
        optimizer.zero_grad()
        loss_of(classifier(ids), labels).backward()
        optimizer.step()

    batches = [(ids[rows], labels[rows]) for rows in order.split(BATCH_SIZE)]
    serve(batches, step, options.steps)


def train(options):
    serve_training(Classifier, options)


def score(options):
    ids, _ = load_rows(options.padded, 'test')
    model = Probability(load_classifier(options.model))
    with torch.no_grad():
        serve([(batch,) for batch in ids.split(BATCH_SIZE)], model, options.batches)


def export(options):
    ids, _ = load_rows(options.padded, 'test')
    check = ids[:CHECK_ROWS]
    model = Probability(load_classifier(options.model))
    os.chdir(options.folder)
    torch.onnx.export(model, (ids[:2],), 'model.onnx', input_names=['ids'],
                      output_names=['probability'], opset_version=14,
                      dynamic_axes={'ids': {0: 'batch', 1: 'time'}, 'probability': {0: 'batch'}})
    ids.numpy().astype('<i4').tofile('test_ids.i32')
    with open('check_ids.txt', 'w', encoding='ascii') as f:
        for row in check.tolist():
            print(*itertools.dropwhile(lambda token: token == 0, row), file=f)
    with torch.no_grad(), open('check_torch.json', 'w', encoding='ascii') as f:
        json.dump(model(check).tolist(), f)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('-j', '--threads', type=int, default=2)
    commands = parser.add_subparsers(dest='command', required=True)
    for command in (train, score, export):
        sub = commands.add_parser(command.__name__)
        sub.add_argument('padded')
        if command is train:
            sub.add_argument('--steps', type=int, default=0, help='0: a whole epoch')
            continue
        sub.add_argument('model')
        if command is score:
            sub.add_argument('--batches', type=int, default=0, help='0: all rows')
        else:
            sub.add_argument('folder')
    return parser.parse_args()


def main():
    options = parse_arguments()
    torch.set_num_threads(options.threads)
    {'train': train, 'score': score, 'export': export}[options.command](options)


if __name__ == '__main__':
    main()
