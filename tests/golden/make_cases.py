#!/usr/bin/env python3
"""Writes layer_cases.h: reference numbers for small networks as C arrays.

Reads $SEQNET_SHARED/golden/layers.json (float64 results of an independent implementation) and takes
the cases that test_layers.c builds. Run it again only when that file changes.
"""
import json
import os

CASES = {  # name: (layer, whether two of them are stacked, the layer's other fields)
    'lstm': ('SN_LSTM', False, ''),
    'gru': ('SN_GRU', False, ''),
    'gru_reset_before': ('SN_GRU', False, '.reset_before = true'),
    'simple_rnn': ('SN_SIMPLE_RNN', False, ''),
    'lstm_carry': ('SN_LSTM_CARRY', False, ''),
    'lstm_mask_zero': ('SN_LSTM', False, ''),
    'gru_mask_zero': ('SN_GRU', False, ''),
    'bidirectional_lstm': ('SN_LSTM', False, '.bidirectional = true'),
    'bidirectional_lstm_mask_zero': ('SN_LSTM', False, '.bidirectional = true'),
    'stacked_lstm': ('SN_LSTM', True, ''),
    'conv1d_global_max': ('SN_CONV1D', False, '.kernel_size = 3, .activation = SN_RELU'),
    'lstm_softmax4': ('SN_LSTM', False, ''),
}
HERE = os.path.dirname(os.path.abspath(__file__))


def array(kind, name, values):
    text = ', '.join(repr(v) for v in values)
    lines, line = [], '   '
    for word in text.split(' '):
        if len(line) + 1 + len(word) > 100:
            lines.append(line)
            line = '   '
        line += ' ' + word
    lines.append(line)
    return 'static const %s %s[] = {\n%s};\n' % (kind, name, '\n'.join(lines))


def flat(case, key):
    """All tensors one after the other, in the order of the model's table."""
    return [v for name in case['weights'] for v in case[key][name]]


def main():
    with open(os.path.join(os.environ['SEQNET_SHARED'], 'golden', 'layers.json')) as f:
        cases = {c['name']: c for c in json.load(f)}
    out = ['/* Written by make_cases.py: do not edit. */\n']
    rows = []
    for name, (layer, stacked, fields) in CASES.items():
        c = cases[name]
        out.append(array('double', name + '_weights', flat(c, 'weights')))
        out.append(array('double', name + '_gradients', flat(c, 'grads')))
        out.append(array('double', name + '_logits', [v for row in c['logits'] for v in row]))
        out.append(array('int32_t', name + '_ids', [i for row in c['ids'] for i in row]))
        out.append(array('int32_t', name + '_labels', c['labels']))
        spec = ', '.join(['.units = H'] + ([fields] if fields else []))
        part = 'conv1d' if layer == 'SN_CONV1D' else 'recurrent'
        rows.append('    {"%s", {.kind = %s, .%s = {%s}}, %s, %s, %d, %s, %r}' % (
            name, layer, part, spec, str(c['config'].get('mask_zero', False)).lower(),
            str(stacked).lower(), c['config'].get('classes', 1),
            ', '.join('%s_%s' % (name, k) for k in ('weights', 'gradients', 'logits', 'ids', 'labels')),
            c['loss']))
    out.append('static const golden_case GOLDEN_CASES[] = {\n%s};\n' % ',\n'.join(rows))
    with open(os.path.join(HERE, 'layer_cases.h'), 'w') as f:
        f.write('\n'.join(out))


if __name__ == '__main__':
    main()
