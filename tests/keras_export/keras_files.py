"""Loads `.h5` and `.keras` files as Keras does, and computes in NumPy what Keras computes of them.

Arrays are found as Keras finds them: in an `.h5` by the order of model.layers alone, in a `.keras`
by class and number among model.layers, whose order in a functional model follows from the graph.
Formulas and rules are those of Keras's source (legacy_h5_format.py, saving_lib.py, function.py);
nothing of seqnet is used.
"""

import io
import json
import os
import re
import sys
import zipfile

import h5py
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "keras_import"))
from keras_model import ACTIVATIONS, Model, Value, hard_sigmoid_2, hard_sigmoid_3, sigmoid  # noqa: E402

CELLS = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}


def snake(name):
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


class Layer:
    def __init__(self, entry):
        self.class_name, self.config = entry["class_name"], entry["config"]
        self.name, self.inputs, self.arrays = self.config["name"], [], []

    def cell(self):
        return self.config["layer"] if self.class_name == "Bidirectional" else {
            "class_name": self.class_name, "config": self.config}

    def places(self):
        """The places of variables below the layer's own, and the names of the variables in each."""
        cell = ["kernel", "recurrent_kernel", "bias"]
        return {"Embedding": [("", ["embeddings"])], "Dense": [("", ["kernel", "bias"])],
                "Conv1D": [("", ["kernel", "bias"])],
                "BatchNormalization": [("", ["gamma", "beta", "moving_mean", "moving_variance"])],
                "Bidirectional": [("/forward_layer/cell", cell), ("/backward_layer/cell", cell)],
                **{name: [("/cell", cell)] for name in CELLS}}.get(self.class_name, [])

    def shapes(self, features):
        """What Keras builds over so many features."""
        c = self.config
        if self.class_name == "Embedding":
            return [(c["input_dim"], c["output_dim"])]
        if self.class_name == "Dense":
            return [(features, c["units"]), (c["units"],)]
        if self.class_name == "Conv1D":
            size = np.ravel(c["kernel_size"])[0]
            return [(size, features, c["filters"]), (c["filters"],)]
        if self.class_name == "BatchNormalization":
            return [(features,)] * 4
        if self.places():
            cell = self.cell()
            units, gates = cell["config"]["units"], CELLS[cell["class_name"]]
            bias = (2, gates * units) if cell["config"].get("reset_after") else (gates * units,)
            return [(features, gates * units), (units, gates * units), bias] * len(self.places())
        return []


def keras_order(layers, output):
    """model.layers of a functional model: by depth, then as found from the output on."""
    found, depth = {}, {}

    def find(name):
        if name not in found:
            found[name] = len(found)
            for other in layers[name].inputs:
                find(other)

    def deepen(name, level):
        if level >= depth.get(name, 0):
            depth[name] = level
            for other in layers[name].inputs:
                deepen(other, level + 1)

    find(output)
    deepen(output, 0)
    return sorted(found, key=lambda name: (-depth[name], found[name]))


class Loaded:
    def __init__(self, config, version):
        self.version = version
        entries = config["config"]["layers"]
        self.by_name = {entry["config"]["name"]: Layer(entry) for entry in entries}
        listed = list(self.by_name.values())
        if config["class_name"] == "Sequential":
            for one, other in zip(listed, listed[1:]):
                other.inputs = [one.name]
            self.output, self.layers = listed[-1].name, listed
        else:
            for entry in entries:
                for call in entry["inbound_nodes"]:
                    self.by_name[entry["name"]].inputs = [tensor[0] for tensor in call]
            self.output = config["config"]["output_layers"][0][0]
            self.layers = [self.by_name[name] for name in keras_order(self.by_name, self.output)]

    def act(self, name):
        if name == "hard_sigmoid":
            return hard_sigmoid_3 if self.version >= 3 else hard_sigmoid_2
        if name == "softmax":
            return lambda x: np.exp(x - x.max(-1, keepdims=True)) / np.exp(
                x - x.max(-1, keepdims=True)).sum(-1, keepdims=True)
        return sigmoid if name == "sigmoid" else ACTIVATIONS[name]

    def steps(self, x, mask, arrays, cell, backwards):
        runner = Model([[0]], self.version)
        return runner.steps(cell["class_name"], x, mask, arrays, cell["config"], backwards)

    def recurrent(self, layer, value):
        cell, sides = layer.cell(), []
        for k in range(len(layer.places())):
            states, last = self.steps(value.x, value.mask, layer.arrays[3 * k:3 * k + 3], cell, k == 1)
            sides.append(states[:, ::-1] if k else states)
            sides[-1] = sides[-1] if cell["config"].get("return_sequences") else last
        keeps = cell["config"].get("return_sequences")
        return np.concatenate(sides, -1), value.mask if keeps else None

    def convolve(self, layer, x):
        size = np.ravel(layer.config["kernel_size"])[0]
        if layer.config.get("padding") == "same":
            x = np.pad(x, ((0, 0), ((size - 1) // 2, size - 1 - (size - 1) // 2), (0, 0)))
        steps = x.shape[1] - size + 1
        kernel, bias = layer.arrays
        return sum(x[:, j:j + steps] @ kernel[j] for j in range(size)) + bias

    def mean(self, value):
        if value.mask is None:
            return value.x.mean(1)
        weights = value.mask[:, :, None]
        return (value.x * weights).sum(1) / weights.sum(1)

    def call(self, layer, values):
        """The output and mask of a layer over the outputs of its inputs."""
        x, mask, kind, c = values[0].x, values[0].mask, layer.class_name, layer.config
        a = [array.astype("f8") for array in layer.arrays]
        if kind == "Embedding":
            return a[0][x.astype(int)], (x != 0 if c.get("mask_zero") else None)
        if kind in CELLS or kind == "Bidirectional":
            return self.recurrent(layer, values[0])
        if kind == "Dense":
            return self.act(c.get("activation", "linear"))(x @ a[0] + a[1]), mask
        if kind == "Conv1D":
            return self.act(c.get("activation", "linear"))(self.convolve(layer, x)), None
        if kind == "BatchNormalization":
            return (x - a[2]) / np.sqrt(a[3] + c["epsilon"]) * a[0] + a[1], mask
        if kind == "MaxPooling1D":
            size = np.ravel(c["pool_size"])[0]
            steps = x.shape[1] // size
            return x[:, :steps * size].reshape(len(x), steps, size, -1).max(2), None
        if kind == "Add":
            return sum(v.x for v in values), None
        if kind == "Multiply":
            return np.prod(np.broadcast_arrays(*[v.x for v in values]), axis=0), None
        return {"GlobalMaxPooling1D": lambda: (x.max(1), None),
                "GlobalAveragePooling1D": lambda: (self.mean(values[0]), None),
                "Flatten": lambda: (x.reshape(len(x), -1), None),
                "Concatenate": lambda: (np.concatenate([v.x for v in values], -1), None),
                "Activation": lambda: (self.act(c["activation"])(x), mask),
                "Dropout": lambda: (x, mask), "SpatialDropout1D": lambda: (x, mask)}[kind]()

    def predict(self, ids):
        values = {}
        for layer in self.layers:
            if layer.class_name == "InputLayer":
                values[layer.name] = Value(layer.name, np.array(ids, "f8"))
                continue
            inputs = [values[name] for name in layer.inputs]
            shapes = layer.shapes(inputs[0].x.shape[-1])
            assert [a.shape for a in layer.arrays] == [tuple(s) for s in shapes], layer.name
            values[layer.name] = Value(layer.name, *self.call(layer, inputs))
        return values[self.output].x


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def load_h5(path):
    with h5py.File(path) as f:
        version = int(text(f["model_weights"].attrs["keras_version"]).split(".")[0])
        loaded = Loaded(json.loads(text(f.attrs["model_config"])), version)
        group = f["model_weights"]
        names = [text(n) for n in group.attrs["layer_names"] if len(group[text(n)].attrs["weight_names"])]
        layers = [layer for layer in loaded.layers if layer.places()]
        assert len(names) == len(layers)
        for layer, name in zip(layers, names):
            layer.arrays = [np.array(group[name][text(n)]) for n in group[name].attrs["weight_names"]]
        assert len(group["top_level_model_weights"].attrs["weight_names"]) == 0
    return loaded


def load_keras(path):
    with zipfile.ZipFile(path) as archive:
        version = int(json.loads(archive.read("metadata.json"))["keras_version"].split(".")[0])
        config = json.loads(archive.read("config.json"))
        assert config["module"] == "keras" and all(
            layer["module"] == "keras.layers" for layer in config["config"]["layers"])
        loaded, used = Loaded(config, version), {}
        with h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as f:
            assert len(f["vars"]) == 0
            for layer in loaded.layers:
                base = snake(layer.class_name)
                number = used[base] = used.get(base, -1) + 1
                path = f"layers/{base}_{number}" if number else f"layers/{base}"
                for place, names in layer.places():
                    store = f[path + place + "/vars"]
                    assert len(store) == len(names), (path, place)
                    layer.arrays += [np.array(store[str(i)]) for i in range(len(names))]
    return loaded


def load_npz(path):
    z = np.load(path)
    loaded = Loaded(json.loads(z["config.json"]), int(json.loads(z["metadata.json"])["keras_version"][0]))
    weights = [z[f"arr_{i}"] for i in range(sum(n.startswith("arr_") for n in z.files))]
    for layer in loaded.layers:  # model.set_weights(weights)
        count = sum(len(names) for _, names in layer.places())
        layer.arrays, weights = weights[:count], weights[count:]
    assert not weights
    return loaded


def load(path):
    return {".h5": load_h5, ".keras": load_keras, ".npz": load_npz}[os.path.splitext(path)[1]](path)
