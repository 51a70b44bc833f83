#!/usr/bin/python3
"""Writes mnist10k_digest.json: what mnist10k must hold, from MNIST itself, which HEBB_DATA_DIR must have. SHA-256
over the sorted SHA-256 of (pixels, label) of the first 10,000 training images."""
import gzip
import hashlib
import os
import pathlib

import common

folder = pathlib.Path(os.environ["HEBB_DATA_DIR"]) / "mnist"
images = gzip.open(folder / "train-images-idx3-ubyte.gz").read()[16:]
labels = gzip.open(folder / "train-labels-idx1-ubyte.gz").read()[8:]
digests = sorted(
    hashlib.sha256(images[784 * i : 784 * (i + 1)] + labels[i : i + 1]).hexdigest() for i in range(10000))
common.write(__file__, hashlib.sha256("".join(digests).encode()).hexdigest())
