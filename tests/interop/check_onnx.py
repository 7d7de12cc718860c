#!/usr/bin/env python3
"""Checks files with ONNX's own checker, and the shapes that it infers: check_onnx.py FILE..."""
import sys

import onnx

for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    ids, = model.graph.input
    probabilities, = model.graph.output
    shapes = [[d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim] for value in (ids, probabilities)]
    assert shapes[0] == ['batch', 'time'] and shapes[1][0] == 'batch' and shapes[1][1] > 0, shapes
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    assert {'labels', 'maxlen', 'padding', 'truncating', 'fingerprint', 'config'} <= set(metadata), metadata
print(len(sys.argv) - 1, 'files checked')
