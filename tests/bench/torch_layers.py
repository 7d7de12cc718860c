#!/usr/bin/env python3
"""Keras's text classifiers in PyTorch: Embedding(10000, 32), other layers than torch_lstm.py's, Linear(1).

    torch_layers.py [-j THREADS] SHAPE PADDED.npz [--steps N]

It prints one JSON line when it is ready, and for each line that it reads it trains one epoch of RMSprop
over the first 20,000 train rows in batches of 128 and prints {"seconds":S}. With --steps it does so many
batches, going on where the last turn ended, and scales the time to all rows.

Pads are computed like words, as in Keras without mask_zero. Time comes first inside the recurrent
layers, PyTorch's faster order. PyTorch has no layer for lstm-carry; its loop over time is TorchScript.

PADDED.npz comes from "seqnet pad".
"""
import argparse
import sys

import torch
from torch import nn

sys.dont_write_bytecode = True  # of the module beside this file
from torch_lstm import UNITS, VOCABULARY, serve_training  # noqa: E402

KERNEL_SIZE, POOL_SIZE = 7, 5


class Recurrent(nn.Module):
    """The last states of a recurrent layer, or of both its directions, below the output."""

    def __init__(self, layer, directions=1):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, UNITS)
        self.layer, self.directions = layer, directions
        self.dense = nn.Linear(directions * UNITS, 1)

    def forward(self, ids):
        _, state = self.layer(self.embedding(ids.t()))
        hidden = state[0] if isinstance(state, tuple) else state
        return self.dense(torch.cat(tuple(hidden[-self.directions:]), 1)).squeeze(1)


class Convolutions(nn.Module):
    """Conv1D, MaxPooling1D, Conv1D, GlobalMaxPooling1D."""

    def __init__(self, dimension):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, dimension)
        self.layers = nn.Sequential(
            nn.Conv1d(dimension, UNITS, KERNEL_SIZE), nn.ReLU(), nn.MaxPool1d(POOL_SIZE),
            nn.Conv1d(UNITS, UNITS, KERNEL_SIZE), nn.ReLU())
        self.dense = nn.Linear(UNITS, 1)

    def forward(self, ids):
        features = self.layers(self.embedding(ids).transpose(1, 2))
        return self.dense(features.amax(2)).squeeze(1)


class LstmCarry(nn.Module):
    """The cell with a carry track of the tutorial's pseudo-code: the output sees the carry before the
    step through a matrix, and is the next state. Gates i, f, k, o."""

    def __init__(self, features, units):
        super().__init__()
        self.units = units
        self.kernel = nn.Parameter(torch.empty(features, 4 * units))
        self.recurrent_kernel = nn.Parameter(torch.empty(units, 4 * units))
        self.carry_kernel = nn.Parameter(torch.empty(units, units))
        self.bias = nn.Parameter(torch.zeros(4 * units))
        nn.init.xavier_uniform_(self.kernel)
        nn.init.orthogonal_(self.recurrent_kernel)
        nn.init.orthogonal_(self.carry_kernel)

    def forward(self, x):
        projections = (torch.matmul(x, self.kernel) + self.bias).unbind(0)
        hidden = torch.zeros(x.size(1), self.units)
        carry = torch.zeros(x.size(1), self.units)
        for projection in projections:
            i, f, k, o = torch.addmm(projection, hidden, self.recurrent_kernel).chunk(4, 1)
            hidden = torch.tanh(torch.addmm(o, carry, self.carry_kernel))
            carry = torch.sigmoid(i) * torch.tanh(k) + torch.sigmoid(f) * carry
        return hidden, torch.stack((carry, hidden))  # both: TorchScript's backward needs a gradient by each


SHAPES = {
    'rnn': lambda: Recurrent(nn.RNN(UNITS, UNITS)),
    'gru': lambda: Recurrent(nn.GRU(UNITS, UNITS)),
    'lstm': lambda: Recurrent(nn.LSTM(UNITS, UNITS)),
    'lstm-bidirectional': lambda: Recurrent(nn.LSTM(UNITS, UNITS, bidirectional=True), directions=2),
    'lstm-stacked': lambda: Recurrent(nn.LSTM(UNITS, UNITS, num_layers=2)),
    'lstm-carry': lambda: Recurrent(torch.jit.script(LstmCarry(UNITS, UNITS))),
    'conv1d-32': lambda: Convolutions(32),
    'conv1d-128': lambda: Convolutions(128),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('-j', '--threads', type=int, default=2)
    parser.add_argument('shape', choices=SHAPES)
    parser.add_argument('padded')
    parser.add_argument('--steps', type=int, default=0, help='0: a whole epoch')
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    serve_training(SHAPES[options.shape], options)


if __name__ == '__main__':
    main()
