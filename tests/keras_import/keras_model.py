"""Keras models in NumPy: a Model is built layer by layer, each with random weights, and computes in
float64 what Keras computes, on rows of ids that it keeps. Then it is written as a version of Keras
writes it: save_h5(path, version), save_keras(path, version), config(version).

Formulas and layouts are those of Keras's documentation and of the files that it writes; nothing of
seqnet is used.
"""

import io
import json
import re
import zipfile

import h5py
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def hard_sigmoid_2(x):
    return np.clip(0.2 * x + 0.5, 0, 1)


def hard_sigmoid_3(x):
    return np.clip(x / 6 + 0.5, 0, 1)


ACTIVATIONS = {
    "linear": lambda x: x,
    "tanh": np.tanh,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": sigmoid,
    "softmax": lambda x: x,  # of the output: logits are compared
    "relu6": lambda x: np.clip(x, 0, 6),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "softsign": lambda x: x / (1 + np.abs(x)),
}


class Value:
    """The output of a layer: numbers [rows, (time,) features], a mask [rows, time] or None."""

    def __init__(self, name, x, mask=None):
        self.name, self.x, self.mask = name, x, mask


class Model:
    def __init__(self, ids, version=3, seed=1, name="sequential"):
        self.ids, self.version, self.name = np.array(ids), version, name
        self.random = np.random.default_rng(seed)
        self.layers, self.counts, self.output = [], {}, None

    # ---- Layers ----

    def weights(self, *shape):
        return (self.random.standard_normal(shape) * 0.5).astype("f4")

    def add(self, class_name, config, arrays, inputs, x, mask=None, name=None):
        base = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", class_name)
        base = re.sub(r"([a-z])([A-Z])", r"\1_\2", base).lower()
        number = self.counts.get(base, 0)
        self.counts[base] = number + 1
        name = name or (f"{base}_{number}" if number else base)
        self.layers.append({"class_name": class_name, "name": name, "config": config,
                            "arrays": arrays, "inputs": [i.name for i in inputs]})
        self.output = Value(name, x, mask)
        return self.output

    def input(self, time=None, name="input_layer"):
        return self.add("InputLayer", {"shape": [None, time]}, [], [], self.ids, name=name)

    def act(self, name):
        if name == "hard_sigmoid":
            return hard_sigmoid_3 if self.version >= 3 else hard_sigmoid_2
        return ACTIVATIONS[name]

    def embedding(self, value, rows, units, table=None, **config):
        table = self.weights(rows, units) if table is None else table
        x = table.astype("f8")[value.x]
        mask = value.x != 0 if config.get("mask_zero") else None
        return self.add("Embedding", {"input_dim": rows, "output_dim": units, **config},
                        [("embeddings", table)], [value], x, mask)

    def steps(self, class_name, x, mask, arrays, config, backwards=False):
        """Runs a cell over time; returns all states and the last one."""
        units = config["units"]
        kernel, recurrent = arrays[0].astype("f8"), arrays[1].astype("f8")
        bias = arrays[2].astype("f8") if len(arrays) > 2 else np.zeros(kernel.shape[1])
        f = self.act(config.get("activation", "tanh"))
        g = self.act(config.get("recurrent_activation", "sigmoid"))
        h = np.zeros((len(x), units))
        c = np.zeros((len(x), units))
        states = []
        order = range(x.shape[1] - 1, -1, -1) if backwards else range(x.shape[1])
        for t in order:
            if class_name == "SimpleRNN":
                h2, c2 = f(x[:, t] @ kernel + h @ recurrent + bias), c
            elif class_name == "LSTM":
                i, fg, cc, o = np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=1)
                c2 = g(fg) * c + g(i) * f(cc)
                h2 = g(o) * f(c2)
            elif config.get("reset_after"):
                b = bias if bias.ndim == 2 else np.zeros((2, 3 * units))
                xz, xr, xh = np.split(x[:, t] @ kernel + b[0], 3, axis=1)
                hz, hr, hh = np.split(h @ recurrent + b[1], 3, axis=1)
                z, r = g(xz + hz), g(xr + hr)
                h2, c2 = z * h + (1 - z) * f(xh + r * hh), c
            else:
                xz, xr, xh = np.split(x[:, t] @ kernel + bias, 3, axis=1)
                uz, ur, uh = np.split(recurrent, 3, axis=1)
                z, r = g(xz + h @ uz), g(xr + h @ ur)
                h2, c2 = z * h + (1 - z) * f(xh + (r * h) @ uh), c
            if mask is not None:
                keep = mask[:, t:t + 1]
                h2, c2 = np.where(keep, h2, h), np.where(keep, c2, c)
            h, c = h2, c2
            states.append(h)
        return np.stack(states, axis=1), h

    def cell_arrays(self, class_name, features, config):
        gates = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[class_name]
        units = config["units"]
        arrays = [self.weights(features, gates * units), self.weights(units, gates * units)]
        if config.get("use_bias", True):
            shape = (2, gates * units) if config.get("reset_after") else (gates * units,)
            arrays.append(self.weights(*shape))
        return arrays

    def recurrent(self, value, class_name, units, **config):
        config = {"units": units, **config}
        arrays = self.cell_arrays(class_name, value.x.shape[-1], config)
        states, last = self.steps(class_name, value.x, value.mask, arrays, config,
                                  config.get("go_backwards", False))
        names = ["kernel", "recurrent_kernel", "bias"]
        keep = config.get("return_sequences")
        return self.add(class_name, config, [(f"cell/{n}", a) for n, a in zip(names, arrays)],
                        [value], states if keep else last, value.mask if keep else None)

    def cudnn(self, value, class_name, units, **config):
        """CuDNNLSTM and CuDNNGRU: other arrays for what LSTM and GRU(reset_after) compute."""
        plain = class_name.replace("CuDNN", "")
        config = {"units": units, **config}
        asked = {**config, "reset_after": True} if plain == "GRU" else config
        arrays = self.cell_arrays(plain, value.x.shape[-1], asked)
        gates = 4 if plain == "LSTM" else 3
        if plain == "LSTM":
            half = self.weights(gates * units)
            stored_bias = np.concatenate([half, (arrays[2] - half).astype("f4")])
            arrays[2] = (half + stored_bias[gates * units:]).astype("f4")
        else:
            stored_bias = arrays[2].reshape(-1)
        # Keras: kernel = k.T.reshape(k.shape, order="F") for each gate k of CuDNN's.
        split = np.hsplit(arrays[0], gates)
        stored = [np.hstack([self.to_cudnn(k) for k in split]),
                  np.hstack([k.T for k in np.hsplit(arrays[1], gates)]), stored_bias]
        for k, s in zip(split, np.hsplit(stored[0], gates)):
            assert (s.T.reshape(s.shape, order="F") == k).all()
        _, last = self.steps(plain, value.x, value.mask, arrays, asked)
        names = ["kernel", "recurrent_kernel", "bias"]
        return self.add(class_name, config, list(zip(names, stored)), [value], last)

    @staticmethod
    def to_cudnn(k):
        # the inverse of Keras's k.T.reshape(k.shape, order="F")
        return k.flatten(order="F").reshape(k.shape)

    def bidirectional(self, value, class_name, units, merge_mode="concat", backward=False, **config):
        config = {"units": units, **config}
        sides, arrays = [], []
        for backwards in (False, True):
            own = self.cell_arrays(class_name, value.x.shape[-1], config)
            states, last = self.steps(class_name, value.x, value.mask, own, config, backwards)
            states = states[:, ::-1] if backwards else states
            if value.mask is not None:  # the wrapper sets zero_output_for_mask
                states = states * value.mask[:, :, None]
            sides.append(states if config.get("return_sequences") else last)
            prefix = "backward_layer" if backwards else "forward_layer"
            arrays += [(f"{prefix}/cell/{n}", a)
                       for n, a in zip(["kernel", "recurrent_kernel", "bias"], own)]
        x = {"concat": lambda: np.concatenate(sides, axis=-1), "sum": lambda: sides[0] + sides[1],
             "ave": lambda: (sides[0] + sides[1]) / 2}[merge_mode]()
        inner = {"class_name": class_name, "config": {"name": f"forward_{class_name.lower()}", **config}}
        whole = {"layer": inner, "merge_mode": merge_mode}
        if backward:
            whole["backward_layer"] = {"class_name": class_name, "config": {
                "name": f"backward_{class_name.lower()}", **config, "go_backwards": True}}
        return self.add("Bidirectional", whole, arrays, [value], x,
                        value.mask if config.get("return_sequences") else None)

    def dense(self, value, units, name=None, wrap=False, **config):
        kernel = self.weights(value.x.shape[-1], units)
        arrays = [("kernel", kernel)]
        x = value.x @ kernel.astype("f8")
        if config.get("use_bias", True):
            arrays.append(("bias", self.weights(units)))
            x = x + arrays[1][1]
        self.logits = x
        x = self.act(config.get("activation", "linear"))(x)
        config = {"units": units, **config}
        if wrap:
            return self.add("TimeDistributed", {"layer": {"class_name": "Dense", "config": {
                "name": "inner", **config}}}, [(f"layer/{n}", a) for n, a in arrays], [value], x,
                value.mask, name)
        return self.add("Dense", config, arrays, [value], x, value.mask, name)

    def conv1d(self, value, filters, size, class_name="Conv1D", **config):
        dilation, padding = config.get("dilation_rate", 1), config.get("padding", "valid")
        groups, features = config.get("groups", 1), value.x.shape[-1]
        if class_name == "SeparableConv1D":
            multiplier = config.get("depth_multiplier", 1)
            depth, point = self.weights(size, features, multiplier), self.weights(
                1, features * multiplier, filters)
            kernel = np.einsum("kim,imf->kif", depth.astype("f8"),
                               point[0].reshape(features, multiplier, filters).astype("f8"))
            arrays = [("depthwise_kernel", depth), ("pointwise_kernel", point)]
        else:
            stored = self.weights(size, features // groups, filters)
            kernel = np.zeros((size, features, filters))
            for i in range(groups):
                f, o = features // groups, filters // groups
                kernel[:, i * f:(i + 1) * f, i * o:(i + 1) * o] = stored[:, :, i * o:(i + 1) * o]
            arrays = [("kernel", stored)]
        span, x = (size - 1) * dilation, value.x
        before = {"valid": 0, "same": span // 2, "causal": span}[padding]
        after = {"valid": 0, "same": span - span // 2, "causal": 0}[padding]
        x = np.pad(x, ((0, 0), (before, after), (0, 0)))
        steps = x.shape[1] - span
        y = sum(x[:, j * dilation:j * dilation + steps] @ kernel[j] for j in range(size))
        if config.get("use_bias", True):
            arrays.append(("bias", self.weights(filters)))
            y = y + arrays[-1][1]
        activation = config.get("activation", "linear")
        return self.add(class_name, {"filters": filters, "kernel_size": [size], **config}, arrays,
                        [value], self.act(activation)(y))

    def conv2d(self, value, filters, size, **config):
        """Over a sequence as an image of one channel, with a kernel that spans its features."""
        kernel = self.weights(size, value.x.shape[2], 1, filters)
        bias = self.weights(filters)
        steps = value.x.shape[1] - size + 1
        y = sum(value.x[:, j:j + steps, :, 0] @ kernel[j, :, 0].astype("f8") for j in range(size))
        x = self.act(config.get("activation", "linear"))(y + bias)[:, :, None]
        return self.add("Conv2D", {"filters": filters, "kernel_size": [size, value.x.shape[2]],
                                   "strides": [1, 1], "padding": "valid", "dilation_rate": [1, 1],
                                   "data_format": "channels_last", "groups": 1, **config},
                        [("kernel", kernel), ("bias", bias)], [value], x)

    def plain(self, value, class_name, x=None, mask="same", arrays=(), **config):
        """A layer whose output the caller computes; by default its input."""
        return self.add(class_name, config, list(arrays), [value], value.x if x is None else x,
                        value.mask if isinstance(mask, str) else mask)

    def normalization(self, value, scale=True, center=True, epsilon=0.001, **config):
        features = value.x.shape[-1]
        gamma = self.weights(features) if scale else np.ones(features)
        beta = self.weights(features) if center else np.zeros(features)
        mean, variance = self.weights(features), np.abs(self.weights(features)) + np.float32(0.1)
        arrays = ([("gamma", gamma)] if scale else []) + ([("beta", beta)] if center else [])
        arrays += [("moving_mean", mean), ("moving_variance", variance)]
        x = (value.x - mean) / np.sqrt(variance.astype("f8") + epsilon) * gamma + beta
        return self.add("BatchNormalization",
                        {"axis": -1, "momentum": 0.99, "epsilon": epsilon, "scale": scale,
                         "center": center, **config}, arrays, [value], x, value.mask)

    def mean(self, value, **config):
        if value.mask is None:
            x = value.x.mean(axis=1)
        else:
            m = value.mask[:, :, None]
            x = (value.x * m).sum(axis=1) / np.maximum(m.sum(axis=1), 1)
        return self.plain(value, "GlobalAveragePooling1D", x, None, **config)

    def max(self, value, **config):
        return self.plain(value, "GlobalMaxPooling1D", value.x.max(axis=1), None, **config)

    def max_pool(self, value, size, **config):
        time = value.x.shape[1] // size
        x = value.x[:, :time * size].reshape(len(value.x), time, size, -1).max(axis=2)
        return self.plain(value, "MaxPooling1D", x, None, pool_size=[size], **config)

    def flatten(self, value):
        return self.plain(value, "Flatten", value.x.reshape(len(value.x), -1), None)

    def join(self, values, class_name="Concatenate", x=None, **config):
        if x is None:
            x = np.concatenate([v.x for v in values], axis=config.get("axis", -1))
        return self.add(class_name, config, [], values, x)

    # ---- Files ----

    def config(self, version=None, functional=None, keras_version=None):
        version = version or self.version
        entries = [entry(layer, version) for layer in self.layers]
        chain = all(layer["inputs"] == ([self.layers[i - 1]["name"]] if i else [])
                    for i, layer in enumerate(self.layers))
        functional = not chain if functional is None else functional
        if functional:
            masks = version >= 3 and any(l["config"].get("mask_zero") for l in self.layers)
            for layer, made in zip(self.layers, entries):
                made["name"] = layer["name"]
                made["inbound_nodes"] = inbound(layer, version, masks)
            if masks:  # as Keras 3 writes the mask of an embedding
                entries.insert(2, {
                    "module": "keras.src.ops.numpy", "class_name": "NotEqual", "name": "not_equal",
                    "config": {"name": "not_equal"}, "registered_name": "NotEqual",
                    "build_config": {"input_shape": [None, None]}, "inbound_nodes": [
                        {"args": [tensor(self.layers[0]["name"]), 0], "kwargs": {}}]})
            ends = [[self.layers[0]["name"], 0, 0]], [[self.output.name, 0, 0]]
            if version >= 3:
                ends = ends[0][0], ends[1][0]
            config = {"name": self.name, "trainable": True, "layers": entries,
                      "input_layers": ends[0], "output_layers": ends[1]}
        else:
            if version < 3:  # the first layer says what the input is
                time = entries[0]["config"].get("batch_input_shape", [None, None])
                entries = entries[1:]
                entries[0]["config"]["batch_input_shape"] = time
            config = {"name": self.name, "layers": entries}
            if version == 1 or keras_version in ("2.2.2", "2.1.0"):
                config = entries
        class_name = "Sequential"
        if functional:
            class_name = "Functional" if version >= 3 or self.version == 2 else "Model"
        return {"class_name": class_name, "config": config}

    def save_h5(self, path, version=None, weights_only=False, backend="tensorflow",
                keras_version=None, rename=None, training=None, functional=None):
        version = version or self.version
        keras_version = keras_version or {1: "1.2.2", 2: "2.15.0", 3: "3.10.0"}[version]
        with h5py.File(path, "w") as f:
            if not weights_only:
                f.attrs["model_config"] = json.dumps(
                    self.config(version, functional, keras_version)).encode()
                f.attrs["keras_version"] = keras_version
                f.attrs["backend"] = backend
                if training:
                    f.attrs["training_config"] = json.dumps(training)
            root = f if weights_only else f.create_group("model_weights")
            names = [(rename or {}).get(layer["name"], layer["name"]) for layer in self.layers
                     if version >= 2 or layer["arrays"] or layer["class_name"] != "InputLayer"]
            root.attrs["layer_names"] = [n.encode() for n in names]
            root.attrs["backend"], root.attrs["keras_version"] = backend, keras_version
            for layer, name in zip([l for l in self.layers if version >= 2 or l["arrays"] or
                                    l["class_name"] != "InputLayer"], names):
                group = root.create_group(name)
                arrays = stored_arrays(layer, version)
                group.attrs["weight_names"] = (np.array([]) if not arrays else
                                               [f"{name}/{n}:0".encode() for n, _ in arrays])
                for n, array in arrays:
                    group.create_dataset(f"{name}/{n}:0", data=array)
        return path

    def save_keras(self, path, version=None, keras_version=None, assets=(), compiled=None,
                   labels=False, weights_only=False, gap=False):
        version = version or self.version
        keras_version = keras_version or {2: "2.15.0", 3: "3.12.0"}[version]
        data = io.BytesIO()
        with h5py.File(data, "w") as f:
            write_paths(f, self.layers, "layers", labels, gap)
        if weights_only:
            with open(path, "wb") as out:
                out.write(data.getvalue())
            return path
        config = {"module": "keras", **self.config(version), "registered_name": None}
        if compiled:
            config["compile_config"] = compiled
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("metadata.json", json.dumps({"keras_version": keras_version}))
            archive.writestr("config.json", json.dumps(config))
            archive.writestr("model.weights.h5", data.getvalue())
            for name, text in assets:
                archive.writestr(name, text)
        return path

    def save_npz(self, path):
        np.savez(path, *[array for layer in self.layers for _, array in layer["arrays"]])
        return path


def write_paths(f, layers, base, labels=False, gap=False):
    """Keras 3's folders: by the class, with a number from the second one on. With `gap` each layer
    takes two numbers, as in the first versions of the format."""
    used = {}
    for layer in layers:
        if layer["class_name"] == "InputLayer":
            continue
        class_name = layer.get("stored_class", layer["class_name"])
        name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", class_name)
        name = re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
        number = used.get(name, 0)
        used[name] = number + (2 if gap else 1)
        folder = f"{base}/{name}_{number}" if number else f"{base}/{name}"
        counts = {}
        if "nested" in layer:
            write_paths(f, layer["nested"].layers, f"{folder}/layers", labels, gap)
            continue
        group = f.create_group(f"{folder}/vars")
        if labels:
            group.attrs["name"] = layer["name"]
        if layer["class_name"] == "Dropout":
            f.create_dataset(f"{folder}/seed_generator/vars/0", data=np.array([1, 2], "u4"))
        for path, array in layer["arrays"]:
            inner = "/".join(path.split("/")[:-1])
            place = f"{folder}/{inner}/vars" if inner else f"{folder}/vars"
            number = counts.get(place, 0)
            counts[place] = number + 1
            f.create_dataset(f"{place}/{number}", data=array)


def stored_arrays(layer, version):
    """A layer's arrays by their names in an .h5; those of Keras 1 are one for each gate."""
    arrays = [(n.replace("cell/", f"{layer['class_name'].lower()}_cell/"), a)
              for n, a in layer["arrays"]]
    if version > 1:
        return arrays
    found = []
    sides = 2 if layer["class_name"] == "Bidirectional" else 1
    inner = layer["config"].get("layer", layer)["class_name"]
    values = [a for _, a in layer["arrays"]]
    if inner in ("LSTM", "GRU"):
        gates = 4 if inner == "LSTM" else 3
        for side in range(sides):
            own = values[3 * side:3 * side + 3]
            split = [np.split(a, gates, axis=-1) for a in own]
            order = [0, 2, 1, 3] if gates == 4 else [0, 1, 2]
            for gate in order:
                found += [(f"{side}_{kind}_{gate}", parts[gate])
                          for kind, parts in zip("WUb", split)]
        return found
    if layer["class_name"] == "Conv1D":
        values[0] = values[0][:, None]
    return [(f"{n.replace('/', '_')}", v) for (n, _), v in zip(arrays, values)]


TRAINED = {"kernel_initializer": "GlorotUniform", "bias_initializer": "Zeros"}
UNTRAINED = ["kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint",
             "bias_constraint"]
OLD_KEYS = {"Dense": {"units": "output_dim", "use_bias": "bias"},
            "Conv1D": {"filters": "nb_filter", "kernel_size": "filter_length",
                       "padding": "border_mode", "use_bias": "bias", "strides": "subsample_length"},
            "MaxPooling1D": {"pool_size": "pool_length", "strides": "stride",
                             "padding": "border_mode"},
            "Dropout": {"rate": "p"}}
for cell in ("LSTM", "GRU", "SimpleRNN"):
    OLD_KEYS[cell] = {"units": "output_dim", "recurrent_activation": "inner_activation"}
OLD_CLASSES = {"Conv1D": "Convolution1D"}


def initializer(name, version):
    settings = {"GlorotUniform": {"seed": None}, "Zeros": {},
                "RandomUniform": {"minval": -0.05, "maxval": 0.05, "seed": None},
                "Orthogonal": {"gain": 1.0, "seed": None}}[name]
    made = {"class_name": name, "config": settings}
    if version >= 3:
        made = {"module": "keras.initializers", **made, "registered_name": None,
                "shared_object_id": 139791}
    elif name == "GlorotUniform":
        made = {"class_name": "VarianceScaling",
                "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None}}
    return made


def full_config(class_name, name, config, version):
    """The config as a version of Keras writes it, with the keys that do not matter to scoring."""
    if version == 1:
        made = {"name": name, "trainable": True}
        keys = OLD_KEYS.get(class_name, {})
        made.update({keys.get(k, k): (v[0] if isinstance(v, list) and len(v) == 1 else v)
                     for k, v in config.items()})
        if class_name in ("LSTM", "GRU", "SimpleRNN"):
            made.update({"init": "glorot_uniform", "inner_init": "orthogonal", "W_regularizer": None,
                         "U_regularizer": None, "b_regularizer": None, "dropout_W": 0.2,
                         "dropout_U": 0.0, "input_dim": 7, "input_length": None, "unroll": False,
                         "go_backwards": False, "stateful": False, "consume_less": "cpu"})
            if class_name != "SimpleRNN":
                made.setdefault("inner_activation", "hard_sigmoid")
            if class_name == "LSTM":
                made["forget_bias_init"] = "one"
        if class_name == "Dense":
            made.update({"init": "glorot_uniform", "W_regularizer": None, "b_regularizer": None,
                         "activity_regularizer": None, "W_constraint": None, "b_constraint": None,
                         "input_dim": 5})
        return made
    dtype = "float32" if version < 3 else {
        "module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"},
        "registered_name": None, "shared_object_id": 1}
    made = {"name": name, "trainable": True, "dtype": dtype, **config}
    if class_name in ("Dense", "Conv1D", "LSTM", "GRU", "SimpleRNN", "SeparableConv1D"):
        made.setdefault("use_bias", True)
        made.update({k: initializer(v, version) for k, v in TRAINED.items()})
        made.update({k: None for k in UNTRAINED})
        made["kernel_regularizer"] = {"class_name": "L2", "config": {"l2": 0.01}}
    if class_name in ("LSTM", "GRU", "SimpleRNN"):
        made.update({"recurrent_initializer": initializer("Orthogonal", version),
                     "recurrent_regularizer": None, "recurrent_constraint": None, "dropout": 0.2,
                     "recurrent_dropout": 0.1, "return_state": False, "unroll": False})
        for key, value in (("return_sequences", False), ("go_backwards", False), ("stateful", False),
                           ("activation", "tanh")):
            made.setdefault(key, value)
        if version < 3:
            made.update({"time_major": False, "implementation": 2})
        else:
            made.update({"zero_output_for_mask": False, "seed": None, "use_cudnn": "auto"})
        if class_name == "LSTM":
            made["unit_forget_bias"] = True
        if class_name != "SimpleRNN":
            made.setdefault("recurrent_activation", "sigmoid")
        if class_name == "GRU":
            made.setdefault("reset_after", False)
    if class_name == "Dense" and version >= 3:
        made.update({"quantization_config": None, "lora_rank": None})
    if class_name in ("Conv1D", "SeparableConv1D"):
        for key, value in (("strides", [1]), ("padding", "valid"), ("data_format", "channels_last"),
                           ("dilation_rate", [1]), ("groups", 1), ("activation", "linear")):
            made.setdefault(key, value)
    if class_name == "MaxPooling1D":
        for key, value in (("strides", made["pool_size"]), ("padding", "valid"),
                           ("data_format", "channels_last")):
            made.setdefault(key, value)
    if class_name.startswith("Global"):
        made.setdefault("data_format", "channels_last")
        made.setdefault("keepdims", False)
    if class_name == "Embedding":
        made.update({"embeddings_initializer": initializer("RandomUniform", version),
                     "embeddings_regularizer": None, "activity_regularizer": None,
                     "embeddings_constraint": None})
        made.setdefault("mask_zero", False)
        if version < 3:
            made.setdefault("input_length", None)
    if class_name == "Dropout":
        made.update({"noise_shape": None, "seed": None})
    return made


def entry(layer, version):
    class_name, name, config = layer["class_name"], layer["name"], dict(layer["config"])
    if "nested" in layer:
        made = layer["nested"].config(version)
        made["config"] = made["config"] if isinstance(made["config"], list) else {
            **made["config"], "name": name}
        return made
    if class_name == "InputLayer":
        shape = config.pop("shape")
        config = {("batch_shape" if version >= 3 else "batch_input_shape"): shape, "name": name,
                  "dtype": config.get("dtype", "float32"), "sparse": False, "ragged": False}
    else:
        for key in ("layer", "backward_layer"):
            if key in config:
                inner = dict(config[key])
                inner["config"] = full_config(inner["class_name"], inner["config"].get("name"),
                                              inner["config"], version)
                config[key] = inner
        config = full_config(class_name, name, config, version)
    made = {"class_name": OLD_CLASSES.get(class_name, class_name) if version == 1 else class_name,
            "config": config}
    if version >= 3:
        made = {"module": "keras.layers", **made, "registered_name": None}
    return made


def tensor(name):
    return {"class_name": "__keras_tensor__", "config": {
        "shape": [None, 7], "dtype": "float32", "keras_history": [name, 0, 0]}}


def inbound(layer, version, masks=False):
    if not layer["inputs"]:
        return []
    if version < 3:
        return [[[name, 0, 0, {}] for name in layer["inputs"]]]
    tensors = [tensor(name) for name in layer["inputs"]]
    kwargs = {}
    if layer["class_name"] in ("LSTM", "GRU", "Bidirectional"):
        kwargs = {"training": False, "mask": tensor("not_equal") if masks else None}
    return [{"args": tensors if len(tensors) == 1 else [tensors], "kwargs": kwargs}]
