#!/usr/bin/env python3
"""Imports models of all layers and of all versions of Keras with SAY_LOGITS, and compares their
logits with NumPy's; models that must be refused must say why.

    run.py SAY_LOGITS [CASE]

Needs h5py; without it, it skips (exit code 77).
"""

import json
import os
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
    from keras_model import Model, sigmoid
except ImportError as error:
    print(f"skipped: {error}; install python3-h5py")
    sys.exit(77)

T, ROWS, WORDS = 12, 6, 20
MODEL_ERROR, DATA_ERROR, USAGE_ERROR = 4, 3, 2


def ids(time=T, seed=3, pads=True):
    """Rows of ids from 1, padded in front with as many zeros as their number."""
    random = np.random.default_rng(seed)
    rows = random.integers(1, WORDS, (ROWS, time))
    for i in range(ROWS if pads else 0):
        rows[i, :min(2 * i, time - 2)] = 0
    return rows


def begin(version=3, time=T, named=True, seed=1, mask_zero=False, **how):
    model = Model(ids(time), version, seed)
    config = {"mask_zero": mask_zero, **how}
    value = model.embedding(model.input(time if named else None), WORDS, 5, **config)
    return model, value


def finish(model, value, units=1, activation=None):
    model.dense(value, units, activation=activation or ("sigmoid" if units == 1 else "softmax"))
    return model


CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


# Each case yields (name, path, model or expected error, options).


@case
def cells(folder):
    settings = [("SimpleRNN", {}), ("SimpleRNN", {"activation": "relu"}), ("LSTM", {}),
                ("LSTM", {"recurrent_activation": "hard_sigmoid"}), ("LSTM", {"use_bias": False}),
                ("LSTM", {"activation": "relu"}), ("GRU", {"reset_after": True}),
                ("GRU", {"reset_after": False}), ("GRU", {"reset_after": True, "use_bias": False}),
                ("GRU", {"reset_after": False, "use_bias": False}),
                ("LSTM", {"go_backwards": True}), ("GRU", {"reset_after": True, "go_backwards": True}),
                ("LSTM", {"stateful": True})]
    for version in (2, 3):
        for mask_zero in (False, True):
            for i, (class_name, config) in enumerate(settings):
                model, value = begin(version, mask_zero=mask_zero, seed=i)
                finish(model, model.recurrent(value, class_name, 4, **config))
                name = f"cell{version}{mask_zero}{i}"
                yield name, model.save_h5(f"{folder}/{name}.h5"), model, {}
                if version == 3 or i < 3:
                    yield name, model.save_keras(f"{folder}/{name}.keras"), model, {}


@case
def bidirectional(folder):
    for version in (2, 3):
        for i, (class_name, merge, config) in enumerate([
                ("LSTM", "concat", {}), ("GRU", "concat", {"reset_after": True}), ("LSTM", "sum", {}),
                ("LSTM", "ave", {"return_sequences": True}), ("SimpleRNN", "concat", {"use_bias": False}),
                ("GRU", "sum", {"reset_after": False}), ("GRU", "concat", {"use_bias": False}),
                ("LSTM", "concat", {"return_sequences": True})]):
            for mask_zero in (False, True):
                model, value = begin(version, mask_zero=mask_zero, seed=i)
                value = model.bidirectional(value, class_name, 3, merge, backward=i % 2 == 0, **config)
                if config.get("return_sequences"):
                    value = model.max(value) if not mask_zero else model.mean(value)
                finish(model, value, 3)
                name = f"both{version}{i}{mask_zero}"
                yield name, model.save_h5(f"{folder}/{name}.h5"), model, {}
                yield name, model.save_keras(f"{folder}/{name}.keras"), model, {}


@case
def stacks(folder):
    for version in (1, 2, 3):
        model, value = begin(version, named=version != 1)
        value = model.plain(value, "SpatialDropout1D", rate=0.3)
        gates = {"recurrent_activation": "hard_sigmoid"} if version == 1 else {}
        value = model.recurrent(value, "LSTM", 4, return_sequences=True, **gates)
        value = model.plain(value, "Dropout", rate=0.5)
        value = model.recurrent(value, "LSTM", 3, **gates)
        if version > 1:
            value = model.normalization(value, scale=version == 2, center=version == 3)
        value = model.dense(value, 4, activation="relu")
        value = model.plain(value, "Dropout", rate=0)
        value = model.plain(value, "GaussianNoise", stddev=0.1)
        finish(model, value)
        name = f"stack{version}"
        how = {"maxlen": T} if version == 1 else {}
        yield name, model.save_h5(f"{folder}/{name}.h5"), model, how
        if version > 1:
            yield name, model.save_keras(f"{folder}/{name}.keras"), model, {}
            yield name, model.save_keras(f"{folder}/{name}_gap.keras", gap=True), model, {}
            yield name, model.save_keras(f"{folder}/{name}_labels.keras", labels=True), model, {}
            yield name, model.save_h5(f"{folder}/{name}_f.h5", functional=True), model, {}


@case
def old(folder):
    for class_name, config in (("SimpleRNN", {}), ("GRU", {"recurrent_activation": "hard_sigmoid"}),
                               ("LSTM", {"recurrent_activation": "hard_sigmoid", "activation": "tanh"})):
        model, value = begin(1)
        finish(model, model.recurrent(value, class_name, 4, **config))
        yield class_name, model.save_h5(f"{folder}/old{class_name}.h5"), model, {}
    model, value = begin(1)
    value = model.conv1d(value, 6, 3, activation="relu", padding="same")
    value = model.max_pool(value, 2)
    finish(model, model.flatten(value))
    yield "conv", model.save_h5(f"{folder}/oldconv.h5"), model, {}
    for keras_version in ("2.1.0", "2.2.2"):
        model, value = begin(2)
        finish(model, model.recurrent(value, "LSTM", 4, recurrent_activation="hard_sigmoid"))
        path = f"{folder}/list{keras_version}.h5"
        yield keras_version, model.save_h5(path, keras_version=keras_version), model, {}


@case
def cudnn(folder):
    for class_name in ("CuDNNLSTM", "CuDNNGRU"):
        model, value = begin(2)
        finish(model, model.cudnn(value, class_name, 4))
        yield class_name, model.save_h5(f"{folder}/{class_name}.h5"), model, {}
        model.layers[2]["class_name"] = class_name.replace("CuDNN", "")  # trained fast, loaded plain
        model.layers[2]["config"]["reset_after"] = True
        if class_name == "CuDNNLSTM":
            model.layers[2]["config"].pop("reset_after")
        yield class_name, model.save_h5(f"{folder}/{class_name}p.h5"), model, {}


@case
def convolutions(folder):
    for version in (2, 3):
        for i, (size, config) in enumerate([
                (3, {}), (4, {"padding": "same", "activation": "relu"}), (3, {"padding": "causal"}),
                (2, {"dilation_rate": 3}), (3, {"padding": "same", "dilation_rate": 2}),
                (3, {"padding": "causal", "dilation_rate": 2, "activation": "tanh"}),
                (3, {"use_bias": False}), (3, {"groups": 5}), (3, {"activation": "leaky_relu"}),
                (3, {"class_name": "SeparableConv1D", "depth_multiplier": 2, "activation": "relu"})]):
            model, value = begin(version, seed=i)
            value = model.conv1d(value, 10, size, **config)
            finish(model, model.max(value) if i % 2 else model.mean(value))
            name = f"conv{version}{i}"
            yield name, model.save_h5(f"{folder}/{name}.h5"), model, {}


@case
def poolings(folder):
    for version in (2, 3):
        model, value = begin(version)
        value = model.conv1d(value, 4, 3, activation="relu")
        value = model.max_pool(value, 4)
        finish(model, model.recurrent(value, "LSTM", 3))
        yield "pool", model.save_keras(f"{folder}/pool{version}.keras"), model, {}
        model, value = begin(version)
        value = model.plain(value, "AveragePooling1D", value.x.mean(axis=1, keepdims=True), None,
                            pool_size=[T], strides=[T], padding="valid")
        finish(model, model.flatten(value))
        yield "average", model.save_keras(f"{folder}/average{version}.keras"), model, {}
        for mask_zero in (False, True):
            model, value = begin(version, mask_zero=mask_zero)
            finish(model, model.mean(value), 4)
            yield "mean", model.save_keras(f"{folder}/mean{version}{mask_zero}.keras"), model, {}
            model, value = begin(version, mask_zero=mask_zero)
            finish(model, model.max(value), 4)
            yield "max", model.save_keras(f"{folder}/max{version}{mask_zero}.keras"), model, {}


@case
def joins(folder):
    for version in (2, 3):
        for kind in range(7):
            model, value = begin(version)
            if kind == 0:
                parts = [model.max(model.conv1d(value, 4, k, activation="relu")) for k in (2, 3, 4)]
                value = model.join(parts, axis=-1)
            elif kind == 1:  # timesteps one after the other, then flattened
                parts = [model.conv1d(value, 4, k, activation="relu") for k in (2, 3)]
                value = model.join([model.max_pool(p, p.x.shape[1]) for p in parts], axis=1)
                value = model.plain(value, "Dropout", rate=0.5)
                value = model.flatten(value)
            elif kind == 2:
                value = model.join([model.mean(value), model.max(value)], axis=1)
            elif kind == 3:
                parts = [model.recurrent(value, "LSTM", 3), model.recurrent(value, "GRU", 3)]
                value = model.join(parts, "Add", parts[0].x + parts[1].x)
            elif kind == 4:
                parts = [model.max(value), model.mean(value)]
                value = model.join(parts, "Average", (parts[0].x + parts[1].x) / 2)
            elif kind == 5:
                parts = [model.flatten(model.conv1d(value, 2, k)) for k in (2, 5)]
                value = model.join(parts)
            else:
                parts = [model.max(value), model.mean(value)]
                value = model.join(parts, "Subtract", parts[0].x - parts[1].x)
            finish(model, value, 2)
            yield f"join{kind}", model.save_h5(f"{folder}/join{version}{kind}.h5"), model, {}
            yield f"join{kind}", model.save_keras(f"{folder}/join{version}{kind}.keras"), model, {}


@case
def images(folder):
    for version in (2, 3):
        for kind in range(3):
            model, value = begin(version)
            value = model.plain(value, "Reshape", value.x[:, :, :, None], None,
                                target_shape=[T if kind else -1, 5, 1])
            parts = []
            for size in (2, 3):
                part = model.conv2d(value, 4, size, activation="relu")
                time = part.x.shape[1]
                if kind == 2:
                    part = model.plain(part, "GlobalMaxPooling2D", part.x.max(axis=(1, 2)), None)
                else:
                    part = model.plain(part, "MaxPooling2D", part.x.max(axis=1, keepdims=True), None,
                                       pool_size=[time, 1], strides=[1, 1], padding="valid")
                parts.append(part)
            value = model.join(parts, axis=(1, 3, -1)[kind])
            if kind < 2:
                value = model.flatten(value)
            finish(model, model.plain(value, "Dropout", rate=0.5), 2)
            yield f"kim{kind}", model.save_h5(f"{folder}/k{version}{kind}.h5"), model, {}
    model.layers[3]["config"]["strides"] = [2, 1]
    yield "strides", model.save_h5(f"{folder}/strides.h5"), "must span all 5 features, with strides 1", {}


@case
def activations(folder):
    leaky = {"class_name": "LeakyReLU", "config": {"name": "leaky", "negative_slope": 0.1}}
    for version in (2, 3):
        for kind in range(12):
            model, value = begin(version)
            value = model.mean(value)
            if kind == 0:
                value = model.plain(model.dense(value, 4), "LeakyReLU", negative_slope=0.1)
                value.x = np.where(value.x > 0, value.x, 0.1 * value.x)
            elif kind == 1:
                value = model.dense(value, 4, activation="leaky_relu")
            elif kind == 2:
                value = model.dense(value, 4, activation="relu6")
            elif kind == 3:
                alpha = model.weights(4)
                value = model.plain(model.dense(value, 4), "PReLU", None, None, [("alpha", alpha)],
                                    shared_axes=[1])
                value.x = np.where(value.x > 0, value.x, alpha * value.x)
            elif kind == 4:
                value = model.plain(model.dense(value, 4), "ReLU", max_value=0.5,
                                    negative_slope=0.0, threshold=0.0)
                value.x = np.clip(value.x, 0, 0.5)
            elif kind == 5:
                value = model.plain(model.dense(value, 4), "Activation", activation="tanh")
                value.x = np.tanh(value.x)
            elif kind == 6:
                value = model.dense(value, 4, activation="hard_sigmoid")
            elif kind < 10:
                value = model.dense(value, 4, activation=("elu", "selu", "softsign")[kind - 7])
            elif kind == 10:
                value = model.plain(model.dense(value, 4), "ELU", alpha=1.0)
                value.x = np.where(value.x > 0, value.x, np.expm1(value.x))
            else:
                value = model.dense(value, 4)
                model.layers[-1]["config"]["activation"] = leaky
                value.x = np.where(value.x > 0, value.x, 0.1 * value.x)
            finish(model, value)
            yield f"act{kind}", model.save_h5(f"{folder}/act{version}{kind}.h5"), model, {}


@case
def outputs(folder):
    logits = {"loss": {"class_name": "BinaryCrossentropy", "config": {"from_logits": True}}}
    sparse = {"loss": {"module": "keras.losses", "class_name": "SparseCategoricalCrossentropy",
                       "config": {"from_logits": True}, "registered_name": None}}
    for version in (2, 3):
        model, value = begin(version)
        value = model.dense(model.mean(value), 3, activation="linear")
        model.plain(value, "Softmax", axis=-1)
        yield "softmax layer", model.save_h5(f"{folder}/s{version}.h5"), model, {"multi": False}
        model, value = begin(version)
        value = model.dense(model.mean(value), 1)
        model.plain(value, "Activation", activation="sigmoid")
        yield "activation", model.save_h5(f"{folder}/a{version}.h5"), model, {"multi": False}
        model, value = begin(version)
        model.dense(model.mean(value), 4, activation="sigmoid")
        yield "several", model.save_h5(f"{folder}/m{version}.h5"), model, {"multi": True}
        model, value = begin(version)
        model.dense(model.mean(value), 1)
        yield "logits", model.save_h5(f"{folder}/l{version}.h5", training=logits), model, {}
        yield "logits", model.save_keras(f"{folder}/l{version}.keras", compiled=logits), model, {}
        yield "unknown", model.save_h5(f"{folder}/u{version}.h5"), model, {"note": "taken for logits"}
        yield "mse", model.save_h5(f"{folder}/r{version}.h5", training={"loss": "mse"}), \
            "layer 'dense' (Dense): as the output it has a linear activation and the loss 'mse'", {}
        model, value = begin(version)
        model.dense(model.mean(value), 3)
        yield "sparse", model.save_keras(f"{folder}/c{version}.keras", compiled=sparse), model, \
            {"multi": False}
        model, value = begin(version)
        model.dense(model.mean(value), 1, activation="tanh")
        yield "tanh", model.save_h5(f"{folder}/t{version}.h5"), "an activation of another kind", {}
        for kind in range(4):
            model, value = begin(version)
            if kind == 0:
                model.mean(model.dense(value, 1, activation="sigmoid"))
            elif kind == 1:
                model.recurrent(value, "LSTM", 1, activation="sigmoid")
            else:
                ends = [model.dense(model.mean(value), 2, activation=("sigmoid", "linear")[kind - 2])
                        for _ in range(2)]
                model.logits = (ends[0].x + ends[1].x) / 2
                model.join(ends, "Average", model.logits)
            yield f"end {kind}", model.save_h5(f"{folder}/end{version}{kind}.h5"), \
                "sums or means of activations" if kind < 3 else model, {}
        model, value = begin(version)
        model.dense(model.mean(value), 1, activation="softmax")
        yield "one softmax", model.save_h5(f"{folder}/o{version}.h5"), "softmax of one number", {}


@case
def weights_alone(folder):
    model, value = begin(2)
    value = model.plain(model.recurrent(value, "LSTM", 4), "Dropout", rate=0.2)
    finish(model, model.dense(value, 3, activation="relu"))
    config = f"{folder}/config.json"
    for name, text in (("model", model.config(3)), ("get_config", model.config(3)["config"]),
                       ("layers", model.config(3)["config"]["layers"]), ("old", model.config(2)),
                       ("functional", model.config(3, functional=True)),
                       ("functional config", model.config(2, functional=True)["config"])):
        with open(config, "w") as f:
            json.dump(text, f)
        path = model.save_h5(f"{folder}/w.h5", weights_only=True)
        yield name, path, model, {"config": config}
        path = model.save_h5(f"{folder}/w2.h5", weights_only=True,
                             rename={"lstm": "lstm_7", "dense": "dense_8", "dense_1": "dense_9",
                                     "embedding": "embedding_3"})
        yield f"{name} by order", path, model, {"config": config}
        path = model.save_keras(f"{folder}/w.weights.h5", weights_only=True)
        yield name, path, model, {"config": config}
        yield name, model.save_npz(f"{folder}/w.npz"), model, {"layer_file": config}
    yield "no config", path, "has weights and no configuration", {}
    os.truncate(config, 7)
    yield "broken config", path, "config.json: its configuration", {"config": config}


@case
def nested(folder):
    for version in (2, 3):
        model, value = begin(version)
        inner = Model(ids(), version, 9, name="head")
        inner.input(5)
        inner.random = model.random
        top = inner.dense(model.mean(value), 4, name="inner_dense", activation="relu")
        top = inner.plain(top, "Dropout", rate=0.5)
        top = inner.dense(top, 3, name="inner_dense_1", activation="tanh")
        inner.layers[1]["inputs"] = ["input_layer"]
        arrays = [(f"{layer['name']}/{n}", a) for layer in inner.layers for n, a in layer["arrays"]]
        out = model.add("Sequential", {}, arrays, [model.output], top.x, name="head")
        model.layers[-1]["nested"] = inner
        finish(model, out)
        yield f"nested{version}", model.save_h5(f"{folder}/nested{version}.h5"), model, {}
        yield f"nested{version}", model.save_keras(f"{folder}/nested{version}.keras"), model, {}


@case
def lengths(folder):
    model, value = begin(3, named=False)
    finish(model, model.dense(model.flatten(model.conv1d(value, 3, 3)), 2, activation="relu"))
    path = model.save_h5(f"{folder}/flat.h5")
    yield "from Flatten", path, model, {"note": f"rows of {T} ids follow from the sizes"}
    model, value = begin(3, named=False)
    finish(model, model.mean(value))
    path = model.save_h5(f"{folder}/open.h5")
    yield "given", path, model, {"maxlen": T}
    model, value = begin(3)
    finish(model, model.mean(value))
    path = model.save_h5(f"{folder}/named.h5")
    yield "other", path, f"takes rows of {T} ids, not of 5", {"maxlen": 5, "status": USAGE_ERROR}
    model, value = begin(2, named=False)
    model.layers[1]["config"]["input_length"] = T
    finish(model, model.mean(value))
    yield "input_length", model.save_h5(f"{folder}/length.h5"), model, {}


@case
def masking(folder):
    table = np.random.default_rng(5).standard_normal((WORDS, 5)).astype("f4")
    table[0] = 0
    for mask_value, refused in ((0.0, None), (1e9, None)):
        model = Model(ids(), 3)
        value = model.embedding(model.input(T), WORDS, 5, table)
        value = model.plain(value, "Masking", mask_value=mask_value)
        value.mask = model.ids != 0 if mask_value == 0 else None
        finish(model, model.recurrent(value, "LSTM", 3))
        yield "masking", model.save_h5(f"{folder}/mask{mask_value}.h5"), model, {}
    model = Model(ids(), 3)
    value = model.embedding(model.input(T), WORDS, 5, table)
    state = model.recurrent(model.plain(value, "Masking", mask_value=0.0), "LSTM", 3)
    finish(model, model.join([state, model.mean(value)]))
    yield "shared", model.save_h5(f"{folder}/shared.h5"), "another layer takes what it masks", {}
    model, value = begin(3, mask_zero=True)
    value = model.plain(value, "Reshape", mask=None, target_shape=[T, 5])
    finish(model, model.recurrent(value, "LSTM", 3))
    yield "reshaped", model.save_h5(f"{folder}/reshaped.h5"), "behind mask_zero it is not", {}
    table[4] = 0
    model = Model(ids(), 3)
    value = model.plain(model.embedding(model.input(T), WORDS, 5, table), "Masking", mask_value=0.0)
    finish(model, model.recurrent(value, "LSTM", 3))
    yield "other ids", model.save_h5(f"{folder}/mask.h5"), "masks other ids than 0", {}


@case
def functional(folder):
    for version in (2, 3):
        for mask_zero in (False, True):
            model, value = begin(version, mask_zero=mask_zero)
            value = model.bidirectional(value, "LSTM", 3, return_sequences=True)
            finish(model, model.recurrent(value, "GRU", 4, reset_after=True))
            path = model.save_h5(f"{folder}/f{version}{mask_zero}.h5", functional=True)
            yield "mask", path, model, {}

    def change(name, words, alter, version=3):
        model, value = begin(version)
        finish(model, model.recurrent(value, "LSTM", 4))
        config = model.config(functional=True)
        alter(config["config"]["layers"])
        path = model.save_h5(f"{folder}/{name}.h5")
        with h5py.File(path, "a") as f:
            f.attrs["model_config"] = json.dumps(config).encode()
        return name, path, words, {}

    def call(layers, **arguments):
        layers[2]["inbound_nodes"][0]["kwargs"].update(arguments)

    state = {"class_name": "__keras_tensor__", "config": {"keras_history": ["embedding", 0, 0]}}
    yield change("mask", "its call names a mask of its own", lambda l: call(l, mask=state))
    yield change("state", "it takes a state to begin with", lambda l: call(l, initial_state=[state]))
    yield change("more", "another input beside its first one",
                 lambda l: l[2]["inbound_nodes"][0].append(["embedding", 0, 0, {}]), 2)
    yield change("other", "takes an output of another layer that is not the first one",
                 lambda l: l[3]["inbound_nodes"][0][0].__setitem__(2, 1), 2)
    yield change("twice", "layer 'lstm' (LSTM): the model uses it more than once",
                 lambda l: l[2]["inbound_nodes"].append(l[2]["inbound_nodes"][0]))
    yield change("lost", "'dense', which gives its output, is not in its list",
                 lambda l: l[3]["inbound_nodes"][0]["args"][0]["config"]["keras_history"]
                 .__setitem__(0, "elsewhere"))
    yield change("circle", "'dense', which gives its output, is not in its list, or takes layers",
                 lambda l: l[1]["inbound_nodes"][0]["args"][0]["config"]["keras_history"]
                 .__setitem__(0, "lstm"))
    model, value = begin(3)
    finish(model, model.recurrent(value, "LSTM", 4))
    config = model.config(functional=True)
    config["config"]["layers"].reverse()
    path = model.save_h5(f"{folder}/reversed.h5")
    with h5py.File(path, "a") as f:
        f.attrs["model_config"] = json.dumps(config).encode()
    yield "reversed", path, model, {}


@case
def vectorization(folder):
    """Texts as ids are compared by the test of tokenizers; here, that a model has the layer's."""
    words = ["", "[UNK]"] + [f"w{i}" for i in range(2, WORDS)]
    for version in (2, 3):
        for config in ({"output_sequence_length": T}, {"output_sequence_length": None}):
            model = Model(ids(), version)
            value = model.input(1)
            model.layers[0]["config"]["dtype"] = "string"
            value = model.plain(value, "TextVectorization", standardize="lower_and_strip_punctuation",
                                split="whitespace", ngrams=None, output_mode="int", max_tokens=WORDS,
                                pad_to_max_tokens=False, ragged=False, sparse=False, idf_weights=None,
                                encoding="utf-8", vocabulary_size=WORDS, **config)
            finish(model, model.mean(model.embedding(value, WORDS, 5)))
            how = {"padding": "pre", "truncating": "pre"}
            if not config["output_sequence_length"]:
                how["maxlen"] = T
            place = "_lookup_layer/" if version == 2 else ""
            asset = (f"assets/layers/text_vectorization/{place}vocabulary.txt", "\n".join(words))
            name = f"{folder}/v{version}{bool(config['output_sequence_length'])}"
            yield "assets", model.save_keras(f"{name}.keras", assets=[asset]), model, how
            yield "none", model.save_h5(f"{name}.h5"), "its vocabulary is not in the file", {}
            with open(f"{folder}/words.txt", "w") as f:
                f.write("\n".join(words))
            yield "given", f"{name}.h5", model, {**how, "tokenizer": f"{folder}/words.txt"}
            model.layers[1]["config"]["vocabulary"] = words[2:]
            yield "in the config", model.save_h5(f"{name}c.h5"), model, how
    # A model around one that was trained on ids, as TensorFlow's tutorials export it.
    for version in (2, 3):
        model, inner = Model(ids(), version), Model(ids(), version, 9)
        value = model.input(1)
        value = model.plain(value, "TextVectorization", output_mode="int", output_sequence_length=T,
                            standardize="lower", split="whitespace", vocabulary=words[2:])
        top = inner.mean(inner.embedding(inner.input(None), WORDS, 5, mask_zero=True))
        inner.dense(inner.dense(top, 4, activation="relu"), 1)
        arrays = [(f"{layer['name']}/{n}", a) for layer in inner.layers for n, a in layer["arrays"]]
        value = model.add("Sequential", {}, arrays, [value], inner.logits, name="inner")
        model.layers[-1]["nested"] = inner
        model.plain(value, "Activation", activation="sigmoid")
        model.logits = inner.logits
        how = {"padding": "pre", "truncating": "pre"}
        yield "around", model.save_keras(f"{folder}/around{version}.keras"), model, how
        yield "around", model.save_h5(f"{folder}/around{version}.h5"), model, how
    model = Model(ids(), 3)
    model.plain(model.input(1), "TextVectorization", output_mode="int", vocabulary=words[2:])
    finish(model, model.mean(model.embedding(model.output, WORDS, 5)))
    for key, value, sentence in (("output_mode", "tf_idf", "output_mode 'tf_idf' is not supported"),
                                 ("ngrams", 2, "ngrams is not supported"),
                                 ("standardize", {"class_name": "function", "config": "mine"},
                                  "standardize is a function whose code is not in the file")):
        model.layers[1]["config"] = {**model.layers[1]["config"], key: value}
        yield key, model.save_h5(f"{folder}/{key}.h5"), sentence, {}
        model.layers[1]["config"].pop(key)


@case
def masks(folder):
    """Masked timesteps inside and at the end of rows, seen by layers that do not mask them."""
    def start(version):
        model = Model(ids(), version)
        model.ids[1, 5] = model.ids[2, -3:] = model.ids[3, 7:9] = 0
        model.ids[4, -1] = 0
        return model, model.embedding(model.input(T), WORDS, 5, mask_zero=True)

    def save(name, model):
        yield name, model.save_h5(f"{folder}/{name}.h5"), model, {}
        yield name, model.save_keras(f"{folder}/{name}.keras"), model, {}

    for version in (2, 3):
        for kind in range(8):
            model, value = start(version)
            if kind < 3:
                value = model.bidirectional(value, "LSTM", 3, return_sequences=True)
            elif kind < 6:
                value = model.recurrent(value, "GRU", 3, reset_after=True, return_sequences=True)
            if kind % 3 == 0:
                value = model.max(value)
            elif kind % 3 == 1:
                value = model.flatten(value)
            else:
                value = model.conv1d(value, 4, 3, padding="same", activation="relu")
                value = model.recurrent(model.max_pool(value, 2), "LSTM", 3)
            yield from save(f"seen{version}{kind}", finish(model, value, 2))
        for class_name in ("Concatenate", "Add"):
            for both in (False, True):
                model, value = start(version)
                state = model.recurrent(value, "LSTM", 5, return_sequences=True)
                other = value if both else model.conv1d(value, 5, 3, padding="same")
                total = None if class_name == "Concatenate" else state.x + other.x
                joined = model.join([state, other], class_name, total)
                joined.mask = value.mask if both else None
                finish(model, model.mean(joined))
                known = both or (class_name == "Add" and version == 3)
                for name, path, expected, how in save(f"{class_name}{version}{both}", model):
                    yield name, path, expected if known else \
                        "its input joins timesteps that mask_zero masks", how


@case
def lookalikes(folder):
    """What is near to something that is imported."""
    for class_name, number in (("Add", 1.5), ("Subtract", 1.0), ("Average", None)):
        model, value = begin(3)
        finish(model, model.plain(model.mean(value), class_name))
        config = model.config(functional=True)
        for entry in config["config"]["layers"]:
            if entry["class_name"] == class_name:  # an operation, not the layer of this name
                entry["module"] = "keras.src.ops.numpy"
                entry["inbound_nodes"][0]["args"] += [number] if number else []
        path = model.save_h5(f"{folder}/{class_name}.h5")
        with h5py.File(path, "a") as f:
            f.attrs["model_config"] = json.dumps(config).encode()
        yield class_name, path, "it takes fewer than two outputs of layers", {}
    model, value = begin(2)
    finish(model, model.normalization(model.mean(value), mode=2))
    yield "mode", model.save_h5(f"{folder}/mode.h5"), "mode 2 is not supported", {}
    model = Model(ids(), 3)
    value = model.embedding(model.input(T), WORDS, T)
    value = model.plain(value, "PReLU", None, None, [("alpha", model.weights(T, 1))], shared_axes=[2])
    finish(model, model.mean(value))
    yield "slopes", model.save_h5(f"{folder}/slopes.h5"), "a slope of its own for each timestep", {}
    model, value = begin(2)
    value = model.plain(value, "Reshape", value.x[:, :, :, None], None, target_shape=[T, 5, 1])
    parts = [model.conv2d(value, 4, 3), model.conv2d(value, 4, 3)]
    finish(model, model.flatten(model.join(parts, axis=-2)))
    yield "columns", model.save_h5(f"{folder}/columns.h5"), "axis -2 is supported only where", {}
    model, value = begin(2)
    value = model.plain(value, "Reshape", value.x[:, :, :, None], None, target_shape=[T, 5, 1])
    value = model.conv2d(value, 4, 3, activation="relu")
    kernel, bias = model.layers[-1]["arrays"]
    model.layers[-1]["arrays"] = [("kernel", kernel[1][::-1, ::-1]), bias]
    finish(model, model.plain(value, "GlobalMaxPooling2D", value.x.max(axis=(1, 2)), None))
    yield "Theano", model.save_h5(f"{folder}/theano.h5", backend="theano"), model, {}


@case
def time_distributed(folder):
    for version in (2, 3):
        model, value = begin(version)
        value = model.recurrent(value, "LSTM", 3, return_sequences=True)
        value = model.dense(value, 4, wrap=True, activation="relu")
        value = model.dense(value, 2, activation="tanh")
        finish(model, model.flatten(value))
        yield "dense", model.save_h5(f"{folder}/td{version}.h5"), model, {}
        yield "dense", model.save_keras(f"{folder}/td{version}.keras"), model, {}


@case
def refusals(folder):
    def refuse(name, change, words, version=3):
        model, value = begin(version)
        value = model.recurrent(value, "LSTM", 3, return_sequences=True)
        value = model.conv1d(value, 4, 3)
        finish(model, model.max_pool(value, 5) if name == "stretches" else model.max(value))
        change(model)
        return name, model.save_h5(f"{folder}/{name}.h5"), words, {}

    def layer(model, class_name):
        return next(l for l in model.layers if l["class_name"] == class_name)

    def put(class_name, **config):
        return lambda model: layer(model, class_name)["config"].update(config)

    def rename(class_name, other):
        return lambda model: layer(model, class_name).update(class_name=other)

    yield refuse("Lambda", rename("GlobalMaxPooling1D", "Lambda"),
                 "layer 'global_max_pooling1d' (Lambda): this class of layers is not supported")
    yield refuse("attention", rename("Conv1D", "MultiHeadAttention"), "(MultiHeadAttention)")
    yield refuse("strides", put("Conv1D", strides=[2]),
                 "layer 'conv1d' (Conv1D): strides 2 is not supported")
    yield refuse("softmax", put("Conv1D", activation="softmax"),
                 "layer 'conv1d' (Conv1D): activation 'softmax' is supported for the output only")
    yield refuse("groups", put("Conv1D", groups=0), "groups 0 is not a whole number from 1")
    yield refuse("padding", put("Conv1D", padding="reflect"), "padding 'reflect' is not supported")
    yield refuse("first", put("Conv1D", data_format="channels_first"), "data_format 'channels_first'")
    yield refuse("units", put("LSTM", units=10 ** 9), "units 1000000000 is not a whole number from 1")
    yield refuse("half", put("LSTM", units=2.5), "units 2.5 is not a whole number")
    yield refuse("activation", put("LSTM", activation="gelu_of_mine"), "activation 'gelu_of_mine'")
    yield refuse("unknown", put("Dense", sparkle=3), "layer 'dense' (Dense): sparkle 3 is not supported")
    yield refuse("shape", put("LSTM", units=4), "its kernel is 5 x 12 in the file, not 5 x 16")
    yield refuse("rows", put("Embedding", input_dim=21), "its table is 20 x 5 in the file, not 21 x 5")
    yield refuse("merge", lambda m: None, "", 3)[:1] + _merged(folder)
    yield refuse("nan", lambda m: layer(m, "Dense")["arrays"][0][1].fill(np.nan),
                 "layer 'dense' (Dense): its weights are not all finite")
    yield refuse("missing", lambda m: layer(m, "Dense")["arrays"].clear(),
                 "layer 'dense' (Dense): the file has no arrays of it")
    yield refuse("backwards", put("LSTM", go_backwards=True), "go_backwards true with return_sequences")


def _merged(folder):
    model, value = begin(3)
    value = model.bidirectional(value, "LSTM", 3)
    model.layers[-1]["config"]["merge_mode"] = "mul"
    finish(model, value)
    return model.save_h5(f"{folder}/mul.h5"), "merge_mode mul is not supported", {}


@case
def several_inputs(folder):
    model, value = begin(3)
    other = model.input(T, name="other")
    finish(model, model.join([model.mean(value), model.mean(model.embedding(other, WORDS, 5))]))
    config = model.config()
    config["config"]["input_layers"] = [["input_layer", 0, 0], ["other", 0, 0]]
    path = model.save_h5(f"{folder}/inputs.h5")
    with h5py.File(path, "a") as f:
        f.attrs["model_config"] = json.dumps(config).encode()
    yield "inputs", path, "has 2 inputs ('input_layer', 'other'", {}
    model, value = begin(2)
    value = model.mean(value)
    finish(model, value)
    finish(model, value)
    config = model.config(functional=True)
    config["config"]["output_layers"] = [["dense", 0, 0], ["dense_1", 0, 0]]
    path = model.save_h5(f"{folder}/outputs.h5")
    with h5py.File(path, "a") as f:
        f.attrs["model_config"] = json.dumps(config).encode()
    yield "outputs", path, "has 2 outputs (dense, dense_1", {}


@case
def hostile(folder):
    """Configurations beside weights that are fine."""
    model, value = begin(3)
    finish(model, model.recurrent(value, "LSTM", 4))
    path = model.save_h5(f"{folder}/h.h5", weights_only=True)
    config = f"{folder}/config.json"
    whole = json.dumps(model.config())

    def nested(depth):
        inner = model.config()
        for _ in range(depth):
            inner = {"class_name": "Sequential", "config": {"name": "s", "layers": [inner]}}
        return json.dumps(inner)

    texts = {
        "deep": ("[" * 100000, "its configuration"), "nested": (nested(20), "too many models in models"),
        "empty": ("", "empty"), "null": ("null", "no list of layers"), "number": ("7", "no list"),
        "no layers": ('{"class_name": "Sequential", "config": {"layers": []}}', "no list of layers"),
        "own class": ('{"class_name": "Mine", "config": {"units": 3}}', "is of the class 'Mine'"),
        "no class": ('[{"config": {}}]', "has no class_name"),
        "class": ('[{"class_name": 7, "config": {}}]', "has no class_name"),
        "many": (json.dumps([{"class_name": "Dropout", "config": {"name": "d", "rate": 0.5}}] * 300),
                 "has more than 256 layers"),
        "no Embedding": ('[{"class_name": "Dense", "config": {"name": "dense", "units": 3}}]',
                         "must be ids of words"),
        "no config": ('[{"class_name": "Embedding", "name": "embedding"}]', "its config has no output_dim"),
        "huge rows": (whole.replace('"input_dim": 20', '"input_dim": 2000000000'), "its layers would have"),
        "huge units": (whole.replace('"output_dim": 5', '"output_dim": 65536'), ""),
        "huge time": (whole.replace("[null, 12]", "[null, 999999]"), None),
        "name": (whole.replace('"embedding"', '"dense"'), None),
        "names": (whole.replace('"lstm"', '"dense"').replace('"embedding"', '"dense"'), None)}
    for name, (text, words) in texts.items():
        with open(config, "w") as f:
            f.write(text)
        yield name, path, model if words is None else words, {
            "config": config, "anything": name == "huge time",
            "status": DATA_ERROR if name == "empty" else MODEL_ERROR}


def check(reader, path, expected, how, rows):
    how = dict(how)
    if how.pop("anything", False):
        rows, expected = "", None
    multi, note, status = how.pop("multi", None), how.pop("note", None), how.pop("status", MODEL_ERROR)
    request = [path] + [f"{key}={value}" for key, value in how.items()]
    reader.stdin.write("\t".join(request) + "\n" + str(rows.count("\n")) + "\n" + rows)
    reader.stdin.flush()
    answer = reader.stdout.readline()
    if not answer:
        raise SystemExit(f"{path}: the reader ends with {reader.wait()}")
    said = json.loads(answer)
    if expected is None:
        return None
    if isinstance(expected, str):
        if "error" not in said:
            return f"is imported, expected '{expected}'"
        right = expected in said["error"] and said["status"] == status and "\n" not in said["error"]
        return None if right else f"says '{said['error']}' ({said['status']}), expected '{expected}'"
    if "error" in said:
        return said["error"]
    if multi is not None and said["multi_label"] != multi:
        return f"multi_label is {said['multi_label']}"
    if note and not any(note in n for n in said["notes"]):
        return f"notes are {said['notes']}, expected '{note}'"
    logits = np.array(said["logits"], "f8").reshape(ROWS, -1)
    wanted = expected.logits
    off = np.abs(logits - wanted) / (1e-4 + 1e-5 * np.abs(wanted))
    return None if off.max() <= 1 else f"is off: {logits[:3]} instead of {wanted[:3]}"


def main():
    failures = count = 0
    reader = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with tempfile.TemporaryDirectory() as folder, reader:
        for group, function in CASES.items():
            if len(sys.argv) > 2 and sys.argv[2] != group:
                continue
            os.mkdir(f"{folder}/{group}")
            for name, path, expected, how in function(f"{folder}/{group}"):
                count += 1
                rows = "" if isinstance(expected, str) else "".join(
                    " ".join(map(str, row)) + "\n" for row in expected.ids)
                problem = check(reader, path, expected, how, rows)
                if problem:
                    failures += 1
                    print(f"{group}: {name}: {os.path.basename(path)}: {problem}")
    print(f"{count} models, {failures} failures")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
