#!/usr/bin/python3
"""Writes npz.json: files as NumPy writes them, as hexadecimal digits, each with what is in it."""
import io

import common
import numpy as np

numbers = np.array([[0, 1, 2], [3, 250 / 2, 7]])


def npy(array, version):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version)
    return file.getvalue().hex()


arrays = []
for kind in ("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"):
    values = numbers - 60 if kind[0] in "if" else numbers
    if kind[0] == "f":
        values = values / 64
    for endian in "<>":
        for order in "CF":
            array = np.asarray(values.astype(endian + kind), order=order)
            version = (1 + len(arrays) % 3, 0)
            arrays.append({"name": f"{endian}{kind} {order} {version[0]}", "bytes": npy(array, version),
                           "values": array.astype(float).tolist()})
extremes = {"i1": [-128, 127], "u1": [0, 255], "i4": [-2**31, 2**31 - 1], "i8": [-2**63, 2**53, 2**63 - 1],
            "u8": [2**64 - 1, 2**63], "f2": [6e-8, -6.1e-5, 65504, 0.1], "f4": [1e-45, -3.4e38, 0.1],
            "f8": [5e-324, -1.7976931348623157e308, 0.1]}
for kind, values in extremes.items():
    array = np.array([values], kind)
    arrays.append({"name": f"extremes of {kind}", "bytes": npy(array, (1, 0)), "values": array.astype(float).tolist()})

pixels = np.arange(2 * 3 * 4 * 5, dtype=np.uint8)
images = []
for shape in ((10, 3, 4), (2, 3, 4, 5)):
    for order in "CF":
        array = np.asarray(pixels.reshape(shape), order=order)
        images.append({"bytes": npy(array, (1, 0)), "shape": shape})

archives = []


def archive(arrays, samples, **expected):
    for save in (np.savez, np.savez_compressed):
        file = io.BytesIO()
        save(file, **arrays)
        archives.append({"name": f"{save.__name__} {' '.join(arrays)}", "bytes": file.getvalue().hex(),
                         "samples": samples, **expected})


X = np.array([[1.5, -2], [0.1, 4], [1e300, 6]])
archive({"X": X, "y": np.array([3, -1, 3])}, 3, values=X.ravel().tolist(), target=[3, -1, 3])
archive({"x": X[:2].astype("f4"), "target": np.array([[0.5], [1]])}, 2,
        values=X[:2].astype("f4").astype(float).ravel().tolist(), target=[0.5, 1])
archive({"data": np.array([[1], [2], [3]]), "labels": np.array(["b", "Größe", "a"])}, 3, values=[1, 2, 3],
        target=[2, 0, 1], classes=["Größe", "a", "b"])
archive({"X": X, "y": np.array(["10", "9", "10"]), "other": np.array(["x"])}, 3, values=X.ravel().tolist(),
        target=[1, 0, 1], classes=["9", "10"])
archive({"X": X, "y": np.array([b"no", b"yes", b"no"]), "w": np.array([1, 0, 2])}, 3, values=X.ravel().tolist(),
        target=[0, 1, 0], classes=["no", "yes"], weights=[1, 0, 2])
archive({"X": X, "y": np.array([2, 0, 2], "u1"), "classes": np.array(["z", "never", "a"]),
         "features": np.array(["größe", "a, b"]), "y_names": np.array(["what"]),
         "sample_weight": np.array([0.5, 1, 1.5], "f4")}, 3, values=X.ravel().tolist(), target=[2, 0, 2],
        classes=["z", "never", "a"], columns=["größe", "a, b"], names=["what"], weights=[0.5, 1, 1.5])
archive({"X": X, "y": np.array([[1, 2], [3, 4], [5, 6]])}, 3, values=X.ravel().tolist(), target=[1, 2, 3, 4, 5, 6],
        names=["y1", "y2"])
small = pixels[:24].reshape(4, 2, 3)
archive({"images": small, "labels": np.array([1, 0, 1, 1])}, 4, pixels=pixels[:24].tolist(), shape=[1, 2, 3],
        target=[1, 0, 1, 1])
archive({"x_train": small[:3], "y_train": np.array([5, 6, 7], "u1"), "x_test": small[3:],
         "y_test": np.array([5], "i8")}, 4, pixels=pixels[:24].tolist(), shape=[1, 2, 3], target=[5, 6, 7, 5],
        test_begin=3)
archive({"X_train": X[:2], "y_train": np.array(["u", "v"]), "X_test": X[2:], "y_test": np.array(["longer"])}, 3,
        values=X.ravel().tolist(), target=[1, 2, 0], classes=["longer", "u", "v"], test_begin=2)
archive({"x_train": X, "y_train": np.array([1, 2, 3])}, 3, values=X.ravel().tolist(), target=[1, 2, 3])

# What hebb writes is what NumPy would write.
written = {"numbers": npy(X, (1, 0)), "column": npy(X[:, 0].copy(), (1, 0)),
           "labels": npy(np.array([2, 0, 1], "<i8"), (1, 0)), "texts": npy(np.array(["a", "Größe", "😀"]), (1, 0)),
           "pixels": npy(small, (1, 0))}
refused = {"object": np.array([["a", 1]], object), "complex": np.array([[1j]]),
           "date": np.array([["2020-01-01"]], "M8[D]"), "record": np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
           "long double": np.zeros((1, 1), "f16"), "text": np.array([["a"]]), "scalar": np.array(1.0),
           "one axis": np.array([1.0, 2]), "float images": np.zeros((1, 2, 2)),
           "five axes": np.zeros((1, 1, 1, 1, 1), "u1"), "no samples": np.zeros((0, 3)),
           "no features": np.zeros((3, 0)), "channels last": np.zeros((1, 8, 8, 3), "u1"),
           "infinite": np.array([[1, 2], [3, np.inf]])}
common.write(__file__, {"arrays": arrays, "images": images, "archives": archives, "written": written,
                        "refused": {name: npy(array, (1, 0)) for name, array in refused.items()}})
