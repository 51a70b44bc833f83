#!/usr/bin/python3
"""Writes builtin_tables.json: what the built-in tables must hold, from scikit-learn: rows, columns, and SHA-256
over the values and over the targets as little-endian doubles. Classes are numbered in the order of their names."""
import hashlib

import common
import numpy as np
from sklearn import datasets


def digest(values):
    return hashlib.sha256(np.ascontiguousarray(values, "<f8").tobytes()).hexdigest()


tables = []
for name in ("digits", "iris", "wine", "breast_cancer", "diabetes"):
    bunch = getattr(datasets, f"load_{name}")()
    target = bunch.target
    if name in ("iris", "wine", "breast_cancer"):
        names = np.array(bunch.target_names)
        target = np.searchsorted(np.sort(names), names[target])
    rows, columns = bunch.data.shape
    tables.append({"name": name, "rows": rows, "columns": columns, "values": digest(bunch.data),
                   "target": digest(target)})
common.write(__file__, tables)
