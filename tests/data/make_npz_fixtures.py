#!/usr/bin/env python3
"""Writes the small .npz files of this folder: the same data as different writers store it.

Every ragged_*.npz holds RAGGED, every dense_*.npz holds DENSE (test_npz.c knows both). Needs NumPy 1.
What NumPy 1 on Python 3 cannot write is made by editing its bytes; everything is read back to be sure
that it is valid.
"""
import io
import os
import pickle
import sys
import types
import zipfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
RAGGED = {'x_train': [[1, 2, 300], [], [70000, 5]], 'y_train': [0, 1, 1],
          'x_test': [[6], [7, 8], [9]], 'y_test': [1, 0, 0]}
DENSE = {'x_train': [[0, 1, 200], [3, 4, 5]], 'y_train': [0, 1],
         'x_test': [[0, 0, 6]], 'y_test': [1]}

# What Python 2 wrote for [[1, 2, 300], [], [70000, 5]]: its str is SHORT_BINSTRING.
PYTHON2_START = (b'\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x00cnumpy\nndarray\nq\x01K\x00\x85'
                 b'q\x02U\x01bq\x03\x87q\x04Rq\x05(K\x01K\x03\x85q\x06cnumpy\ndtype\nq\x07U\x02O8q\x08'
                 b'K\x00K\x01\x87q\tRq\n(K\x03U\x01|q\x0bNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tq\x0cb'
                 b'\x89]q\r(')
PYTHON2 = {'x_train': PYTHON2_START + b']q\x0e(K\x01K\x02M,\x01e]q\x0f]q\x10(J\x70\x11\x01\x00K\x05eetq\x11b.',
           'x_test': PYTHON2_START + b']q\x0eK\x06a]q\x0f(K\x07K\x08e]q\x10K\taetq\x11b.'}


def npy(data, descr, shape, version=1, fortran=False, order=None):
    """The bytes of a .npy file around `data`."""
    keys = order or ('descr', 'fortran_order', 'shape')
    values = {'descr': repr(descr), 'fortran_order': repr(fortran), 'shape': repr(shape)}
    header = '{' + ', '.join('%r: %s' % (k, values[k]) for k in keys) + '}\n'
    size = len(header).to_bytes(2 if version == 1 else 4, 'little')
    return b'\x93NUMPY' + bytes((version, 0)) + size + header.encode() + data


def objects(rows, convert):
    array = np.empty(len(rows), dtype=object)
    for i, row in enumerate(rows):
        array[i] = convert(row)
    return array


def numpy2(pickled):
    """The same pickle with NumPy 2's module names."""
    old, new = b'numpy.core.', b'numpy._core.'
    length = len(b'numpy.core.multiarray')
    pickled = pickled.replace(b'\x8c' + bytes((length,)) + old, b'\x8c' + bytes((length + 1,)) + new)
    pickled = pickled.replace(b'c' + old, b'c' + new)
    if pickled[2:3] == b'\x95':  # one frame around everything
        pickled = pickled[:3] + (len(pickled) - 11).to_bytes(8, 'little') + pickled[11:]
    return pickled


def write(name, members, compression=zipfile.ZIP_DEFLATED):
    path = os.path.join(HERE, name + '.npz')
    with zipfile.ZipFile(path, 'w', compression) as archive:
        for member, data in members.items():
            info = zipfile.ZipInfo(member + '.npy')
            info.compress_type = compression
            archive.writestr(info, data)
    want = RAGGED if name.startswith('ragged') else DENSE
    with np.load(path, allow_pickle=True, encoding='latin1') as got:
        for key, rows in want.items():
            assert [np.asarray(v).tolist() for v in got[key]] == rows, (name, key)


def ragged(name, protocol, convert=list, edit=lambda b: b, **options):
    members = {}
    for key, rows in RAGGED.items():
        if key.startswith('x'):
            data = edit(pickle.dumps(objects(rows, convert), protocol))
            members[key] = npy(data, '|O', (len(rows),), **options)
        else:
            members[key] = npy(np.array(rows, '<i8').tobytes(), '<i8', (len(rows),))
    write(name, members)


def dense(name, x_type, y_type, fortran=False, **options):
    members = {}
    for key, rows in DENSE.items():
        array = np.array(rows, x_type if key.startswith('x') else y_type)
        data = array.tobytes('F' if fortran else 'C')
        members[key] = npy(data, array.dtype.str, array.shape, fortran=fortran, **options)
    write(name, members)


def shared_rows():
    """A row of x_test is dropped and recalled from the memo before it is appended."""
    members = {k: npy(np.array(v, '<i8').tobytes(), '<i8', (3,)) for k, v in RAGGED.items() if k[0] == 'y'}
    members['x_train'] = npy(pickle.dumps(objects(RAGGED['x_train'], list), 3), '|O', (3,))
    data = pickle.dumps(objects(RAGGED['x_test'], list), 3)
    assert data.count(b']q') == 4
    # Behind the filled list go POP and BINGET of its number, which stands before its items.
    at = data.index(b'(K\x07K\x08e') + len(b'(K\x07K\x08e')
    number = data[at - len(b'(K\x07K\x08e') - 1:at - len(b'(K\x07K\x08e')]
    members['x_test'] = npy(data[:at] + b'0h' + number + data[at:], '|O', (3,))
    write('ragged_memo', members)


def main():
    core = types.ModuleType('numpy._core')
    core.multiarray, core.numeric = np.core.multiarray, np.core.numeric
    sys.modules.update({'numpy._core': core, 'numpy._core.multiarray': np.core.multiarray,
                        'numpy._core.numeric': np.core.numeric})
    for protocol in (2, 3, 4, 5):
        ragged('ragged_protocol%d' % protocol, protocol)
        ragged('ragged_numpy2_protocol%d' % protocol, protocol, edit=numpy2)
        # Protocol 2 stores the bytes of an empty array as a call of bytes(), which seqnet does not allow.
        ragged('ragged_arrays_protocol%d' % protocol, protocol,
               lambda r: np.array(r, '<i8') if r or protocol > 2 else r)
    ragged('ragged_tuples', 4, tuple)
    ragged('ragged_scalars', 3, lambda r: [np.int64(v) for v in r])
    ragged('ragged_big_endian_arrays', 3, lambda r: np.array(r, '>i4'))
    ragged('ragged_unsigned_arrays', 5, lambda r: np.array(r, '<u4'))
    ragged('ragged_header2', 3, version=2)
    ragged('ragged_header3', 3, version=3, order=('shape', 'descr', 'fortran_order'))
    shared_rows()
    labels = {k: npy(np.array(v, '<i8').tobytes(), '<i8', (3,)) for k, v in RAGGED.items() if k[0] == 'y'}
    write('ragged_python2', {**{k: npy(v, '|O', (3,)) for k, v in PYTHON2.items()}, **labels})
    write('ragged_stored', {**{k: npy(v, '|O', (3,)) for k, v in PYTHON2.items()}, **labels},
          zipfile.ZIP_STORED)
    for x_type, y_type in (('<i4', '<i8'), ('>i8', '>i2'), ('|u1', '|b1'), ('<u2', '|i1'), ('<i8', '<u8')):
        dense('dense_%s_%s' % (x_type[1:], y_type[1:]) + ('_big' if x_type[0] == '>' else ''), x_type, y_type)
    dense('dense_fortran', '<i4', '<i8', fortran=True)


main()
