"""Files of Keras's weights in all layouts, and hostile ones, made with h5py.

make(folder) writes them and returns a list of (path, expected): for a file that must be read a
dictionary with "arrays", a list of (layer, name, array), and perhaps other keys that read_weights
prints; for one that must be refused a string that the error has in it.
"""

import gzip
import io
import json
import os
import pickle
import sys
import zipfile

import h5py
import numpy as np

CONFIG = json.dumps({"class_name": "Sequential", "config": {"name": "sequential", "layers": []}})


def arrays(*shapes, dtype="f4"):
    random = np.random.default_rng(7)
    return [(random.standard_normal(shape) * 4).astype(dtype) for shape in shapes]


KERNELS = arrays((7, 4), (4, 12), (3, 12), (12,), (3, 1), (1,))
LAYERS = [
    ("embedding", ["embedding/embeddings:0"]),
    ("dropout", []),
    ("lstm", ["lstm/lstm_cell/kernel:0", "lstm/lstm_cell/recurrent_kernel:0", "lstm/lstm_cell/bias:0"]),
    ("dense", ["dense/kernel:0", "dense/bias:0"]),
]


def expected(layers=LAYERS, values=KERNELS):
    values = iter(values)
    return [(layer, name, next(values)) for layer, names in layers for name in names]


def names_attribute(group, name, names, form):
    """Writes a list of names as Keras and h5py of different ages do."""
    if not names:
        group.attrs[name] = np.array([])
    elif form == "fixed":
        group.attrs[name] = [n.encode() for n in names]
    elif form == "variable":
        group.attrs.create(name, names, dtype=h5py.string_dtype())
    elif form == "chunked":
        for i, part in enumerate(np.array_split(np.array([n.encode() for n in names]), 2)):
            group.attrs[f"{name}{i}"] = part


def legacy(path, form="variable", whole=True, layers=LAYERS, values=KERNELS, config=CONFIG, **how):
    """A file as Keras 1 and 2 write it. `how`: options of h5py.File and of create_dataset."""
    options = {key: how.pop(key) for key in ("libver", "userblock_size") if key in how}
    values = iter(values)
    with h5py.File(path, "w", **options) as f:
        if whole:
            f.attrs["model_config"] = config
            f.attrs["keras_version"] = "2.9.0"
            f.create_group("optimizer_weights")["bad"] = h5py.ExternalLink("other.h5", "/x")
        root = f.create_group("model_weights") if whole else f
        names_attribute(root, "layer_names", [layer for layer, _ in layers], form)
        root.attrs["backend"] = b"tensorflow"
        root.attrs["keras_version"] = "2.9.0"
        for layer, names in layers:
            group = root.create_group(layer)
            names_attribute(group, "weight_names", names, form)
            for name in names:
                group.create_dataset(name, data=next(values), **how)
    return path


def by_path(file, layers="layers", separator="/", values=KERNELS):
    """What Keras 3 writes to model.weights.h5."""
    places = ["embedding", "lstm/cell", "lstm/cell", "lstm/cell", "dense", "dense"]
    numbers = [0, 0, 1, 2, 0, 1]
    with h5py.File(file, "w") as f:
        for place, number, value in zip(places, numbers, values):
            path = separator.join([layers] + place.split("/"))
            group = f.require_group(path + separator + "vars" if separator == "\\" else path + "/vars")
            group.attrs["name"] = place.split("/")[-1] + "_9"
            group.create_dataset(str(number), data=value)
        f.require_group("layers/dropout/vars")
        f.create_group("optimizer/vars").create_dataset("0", data=np.zeros(3, "i8"))
    return [(f"layers/{p}", f"layers/{p}/vars/{n}", v)
            for p, n, v in sorted(zip(places, numbers, values), key=lambda x: x[:2])]


def keras(path, members, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def weights_bytes():
    buffer = io.BytesIO()
    found = by_path(buffer)
    return buffer.getvalue(), found


def good_layouts(at):
    yield legacy(at("variable.h5")), {"arrays": expected(), "config": CONFIG, "keras_version": "2.9.0",
                                      "backend": "tensorflow", "layout": 0}
    yield legacy(at("fixed.h5"), "fixed", config=CONFIG.encode()), {"arrays": expected(), "config": CONFIG}
    yield legacy(at("chunked.h5"), "chunked"), {"arrays": expected()}
    yield legacy(at("weights.h5"), whole=False), {"arrays": expected(), "config": None}
    yield legacy(at("long_config.h5"), config=CONFIG + " " * 100_000), {"arrays": expected()}
    yield legacy(at("latest.h5"), libver="latest"), {"arrays": expected()}
    yield legacy(at("latest_long.h5"), libver="latest", config=(CONFIG + " " * 100_000).encode()), \
        {"arrays": expected()}
    for size in (512, 2048):
        yield legacy(at(f"userblock{size}.h5"), userblock_size=size), {"arrays": expected()}
    yield legacy(at("gzip.h5"), chunks=True, compression="gzip", shuffle=True, fletcher32=True), \
        {"arrays": expected()}
    one = [("lstm_1", [f"lstm_1_{n}" for n in ("W_i", "U_i", "b_i", "W_c", "U_c", "b_c")])]
    yield legacy(at("keras1.h5"), "fixed", layers=one), {"arrays": expected(one)}
    nested = [("encoder", ["embedding/embeddings:0", "lstm/kernel:0", "lstm/recurrent:0", "lstm/bias:0"]),
              ("dense", ["model/dense/kernel", "model/dense/bias"])]
    yield legacy(at("nested.h5"), layers=nested), {"arrays": expected(nested)}
    own = LAYERS[:-1] + [("top_level_model_weights", ["kernel:0", "bias:0"])]
    path = legacy(at("own.h5"), layers=own)
    with h5py.File(path, "a") as f:
        names_attribute(f["model_weights"], "layer_names", [n for n, _ in LAYERS[:-1]], "variable")
    yield path, {"arrays": expected(own)}


def good_types(at):
    for dtype in ("f2", "f8", ">f4", "i1", "<u2", ">i8"):
        values = [np.abs(v).astype(dtype) for v in KERNELS]
        yield legacy(at(f"type_{dtype.strip('<>')}.h5"), values=values), {
            "arrays": expected(values=[v.astype("f4") for v in values])}
    path = at("scalar.h5")
    values = [np.float32(3), np.zeros((0, 4), "f4")] + KERNELS[2:]
    yield legacy(path, values=values), {"arrays": expected(values=values)}
    path = at("bfloat16.weights.h5")
    bits = (KERNELS[0].view("u4") >> 16).astype("u2")
    with h5py.File(path, "w") as f:
        data = f.create_group("layers/embedding/vars").create_dataset("0", data=bits.view("V2"))
        data.attrs["dtype"] = "bfloat16"
    value = (bits.astype("u4") << 16).view("f4")
    yield path, {"arrays": [("layers/embedding", "layers/embedding/vars/0", value)]}
    wide = np.arange(3_000_000, dtype="f4").reshape(1000, 3000)
    values = [wide] + KERNELS[1:]
    yield legacy(at("wide.h5"), values=values), {"arrays": expected(values=values)}
    yield legacy(at("wide_gzip.h5"), values=values, chunks=True, compression="gzip"), {
        "arrays": expected(values=values)}


def good_keras(at):
    found = by_path(at("three.weights.h5"))
    yield at("three.weights.h5"), {"arrays": found, "layout": 1, "config": None}
    yield at("windows.weights.h5"), {"arrays": by_path(at("windows.weights.h5"), separator="\\")}
    old = "_layer_checkpoint_dependencies"
    yield at("old.weights.h5"), {"arrays": by_path(at("old.weights.h5"), old)}
    yield at("old_windows.weights.h5"), {"arrays": by_path(at("old_windows.weights.h5"), old, "\\")}
    with h5py.File(at("many.weights.h5"), "w") as f:
        for i in range(12):
            f[f"layers/dense_{i}/vars/{i}"] = np.full(2, i, "f4")
    yield at("many.weights.h5"), {"arrays": [
        (f"layers/dense_{i}", f"layers/dense_{i}/vars/{i}", np.full(2, i, "f4")) for i in range(12)]}
    data, found = weights_bytes()
    vocabulary = b"\n[UNK]\nthe\n"
    members = {"metadata.json": '{"keras_version": "3.5.0"}', "config.json": CONFIG,
               "model.weights.h5": data, "assets/layers/text_vectorization/vocabulary.txt": vocabulary}
    result = {"arrays": found, "config": CONFIG, "keras_version": "3.5.0", "layout": 1, "assets": [
        {"name": "assets/layers/text_vectorization/vocabulary.txt", "size": len(vocabulary)}]}
    keras(at("stored.keras"), members)
    yield at("stored.keras"), result
    keras(at("deflated.keras"), members, zipfile.ZIP_DEFLATED)
    yield at("deflated.keras"), result
    for name, content in members.items():
        path = at("folder.keras/" + name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as f:
            f.write(content if isinstance(content, bytes) else content.encode())
    yield at("folder.keras"), result


def good_npz(at):
    many = [np.full((2, i + 1), i, "f4") for i in range(12)]
    np.savez(at("many.npz"), *many)
    yield at("many.npz"), {"layout": 2, "arrays": [(None, f"arr_{i}", v) for i, v in enumerate(many)]}
    mixed = {"z": KERNELS[0].astype("f8"), "b": np.asfortranarray(KERNELS[1]), "a": KERNELS[2].astype("f2"),
             "i": np.arange(6).reshape(1, 2, 3), "f": np.asfortranarray(np.arange(24.).reshape(2, 3, 4)),
             "big": KERNELS[3].astype(">f4"), "scalar": np.float32(2)}
    np.savez_compressed(at("mixed.npz"), **mixed)
    yield at("mixed.npz"), {"arrays": [(None, n, np.array(v).astype("f4")) for n, v in mixed.items()]}


def with_link(path, link, name="dense/kernel:0"):
    legacy(path)
    with h5py.File(path, "a") as f:
        del f["model_weights/dense"][name]
        f["model_weights/dense"][name] = link
    return path


def replaced(path, make, name="dense/kernel:0"):
    """A file in which make(group, name) has made the array of one weight."""
    legacy(path)
    with h5py.File(path, "a") as f:
        del f["model_weights/dense"][name]
        make(f["model_weights/dense"], name)
    return path


def external(group, name):
    group.create_dataset(name, shape=(3, 1), dtype="f4", external=[("/etc/passwd", 0, 12)])


def virtual(group, name):
    layout = h5py.VirtualLayout(shape=(3, 1), dtype="f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", shape=(3, 1))
    group.create_virtual_dataset(name, layout)


def bad_arrays(at):
    def create(**how):
        return lambda group, name: group.create_dataset(name, **how)

    yield with_link(at("soft.h5"), h5py.SoftLink("/model_weights/embedding")), "soft link"
    yield with_link(at("external_link.h5"), h5py.ExternalLink("variable.h5", "/x")), "another file"
    yield replaced(at("external.h5"), external), "in another file"
    yield replaced(at("virtual.h5"), virtual), "virtual dataset"
    yield replaced(at("huge.h5"), create(shape=(1 << 40, 1 << 10), dtype="f4", chunks=(1, 1024))), "no elements"
    yield replaced(at("overflow.h5"), create(shape=(1 << 40, 1 << 30), dtype="f8", chunks=(1, 1024))), "shape"
    yield replaced(at("bomb.h5"), create(data=np.zeros((25_000_000, 1), "f4"), chunks=(1_000_000, 1),
                                         compression="gzip")), "than a file of its size"
    yield replaced(at("lzf.h5"), create(data=np.zeros((64, 64), "f4"), compression="lzf")), "filter"
    yield replaced(at("scaleoffset.h5"), create(data=np.zeros((64, 64), "i4"), scaleoffset=4)), "filter"
    yield replaced(at("strings.h5"), create(data=[b"abc", b"def"])), "no numbers"
    yield replaced(at("compound.h5"), create(data=np.zeros(3, "f4,f4"))), "no numbers"
    yield replaced(at("missing.h5"), lambda group, name: None), "is not in the file"
    twice = [("dense", ["dense/kernel:0", "dense/bias:0"])]
    path = legacy(at("twice.h5"), layers=twice)
    with h5py.File(path, "a") as f:
        names_attribute(f["model_weights/dense"], "weight_names", ["dense/bias:0"] * 2, "fixed")
    yield path, "is not in the file"


def bad_trees(at):
    path = at("deep.h5")
    with h5py.File(path, "w", libver="latest") as f:
        group = f
        for _ in range(10_000):
            group = group.create_group("a")
    yield path, "nested more than"
    path = legacy(at("cycle.h5"))
    with h5py.File(path, "a") as f:
        f["model_weights/dense/again"] = f["model_weights"]
    yield path, ""
    path = at("many_groups.h5")
    with h5py.File(path, "w", libver="latest") as f:
        for i in range(256):
            f.create_group(str(i))
        for i in range(1, 256):
            for j in range(0, 256):
                f[str(0)].create_group(f"{i}_{j}")
        f["1/all"] = f["0"]
    yield path, "objects"
    path = at("long_attribute.h5")
    with h5py.File(path, "w", libver="latest") as f:
        f.attrs["model_config"] = np.bytes_(b"x" * (17 << 20))
    yield path, "attributes are longer"
    path = at("many_strings.h5")
    with h5py.File(path, "w", libver="latest") as f:
        f.attrs["layer_names"] = np.full(200_000, b"x", "S1")
    yield path, "200000 strings"
    path = at("same_string.h5")
    with h5py.File(path, "w") as f:
        f.attrs.create("layer_names", ["x" * 30_000] * 4_000, dtype=h5py.string_dtype())
    yield path, "attributes are longer"
    path = at("not_keras.h5")
    with h5py.File(path, "w") as f:
        f["data"] = np.zeros(3)
    yield path, "not one of Keras"
    path = at("unbuilt.weights.h5")
    with h5py.File(path, "w") as f:
        f.create_group("layers/dense/vars")
    yield path, "before it was built"
    whole = open(at("variable.h5"), "rb").read()
    for size in (8, 100, 2000, len(whole) - 1):
        path = at(f"cut{size}.h5")
        with open(path, "wb") as f:
            f.write(whole[:size])
        yield path, "damaged or hostile HDF5"


def written(path, data):
    with open(path, "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode())
    return path


def bad_archives(at):
    data, _ = weights_bytes()
    for name, members, error in (
            ("unweighted.keras", {"config.json": CONFIG}, "no weights"),
            ("shards.keras", {"config.json": CONFIG, "model.weights.json": "{}"}, "several files"),
            ("no_hdf5.keras", {"config.json": CONFIG, "model.weights.h5": b"x" * 4096}, "HDF5"),
            ("torch.pth", {"archive/data.pkl": b"\x80\x02}q\x00."}, "PyTorch"),
            ("zip.zip", {"a.txt": b"abc"}, "zip archive")):
        keras(at(name), members)
        yield at(name), error
    keras(at("bomb.keras"), {"config.json": CONFIG, "model.weights.h5": b"\0" * (80 << 20)},
          zipfile.ZIP_DEFLATED)
    yield at("bomb.keras"), "larger than"
    keras(at("cut.keras"), {"config.json": CONFIG, "model.weights.h5": data})
    whole = open(at("cut.keras"), "rb").read()
    yield written(at("cut.keras"), whole[:-30]), "damaged or cut short"
    yield written(at("flipped.keras"), whole[:3000] + b"????" + whole[3004:]), "damaged or cut short"
    np.savez(at("objects.npz"), np.array(KERNELS, dtype=object))
    yield at("objects.npz"), "Python objects"
    np.savez(at("texts.npz"), np.array(["a", "b"]))
    yield at("texts.npz"), "expected numbers"


def bad_kinds(at):
    yield written(at("lfs.h5"), "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"), "Git LFS"
    yield written(at("model.tflite"), b"\x1c\0\0\0TFL3" + bytes(64)), "TensorFlow Lite"
    yield written(at("model.onnx"), b"\x08\x07\x12\x07pytorch" + bytes(64)), "ONNX"
    yield written(at("old.pt"), pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)), "PyTorch"
    yield written(at("joblib.pkl"), pickle.dumps({"a": 1})), "Python pickle"
    yield written(at("model.h5.gz"), gzip.compress(b"x")), "gzip"
    yield written(at("model.json"), CONFIG), "is JSON"
    yield written(at("page.h5"), "<!DOCTYPE html><html></html>"), "HTML"
    yield written(at("text.h5"), "hello there\n"), "is text"
    yield written(at("saved_model.pb"), bytes(range(200))), "TensorFlow"
    yield written(at("noise.h5"), bytes(range(256)) * 8), "unknown kind"
    yield written(at("empty.h5"), b""), "is empty"
    header = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    yield written(at("m.safetensors"), len(header).to_bytes(8, "little") + header + bytes(4)), "safetensors"
    os.makedirs(at("saved"), exist_ok=True)
    written(at("saved/saved_model.pb"), b"\x08\x01")
    yield at("saved"), "SavedModel"
    os.makedirs(at("plain"), exist_ok=True)
    yield at("plain"), "is a folder"
    yield at("absent.h5"), "cannot be opened"


def make(folder):
    def at(name):
        return os.path.join(folder, name)

    files = []
    for group in (good_layouts, good_types, good_keras, good_npz, bad_arrays, bad_trees, bad_archives, bad_kinds):
        files += list(group(at))
    return files


def make_fixtures(folder):
    """The files of tests/data/keras, for tests on machines without h5py."""
    legacy(os.path.join(folder, "keras2.h5"))
    data, _ = weights_bytes()
    keras(os.path.join(folder, "keras3.keras"), {
        "metadata.json": '{"keras_version": "3.5.0"}', "config.json": CONFIG, "model.weights.h5": data,
        "assets/layers/text_vectorization/vocabulary.txt": "\n[UNK]\nthe\n"}, zipfile.ZIP_DEFLATED)
    np.savez_compressed(os.path.join(folder, "weights.npz"), *KERNELS)


if __name__ == "__main__":
    make_fixtures(sys.argv[1])
