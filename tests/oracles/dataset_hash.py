#!/usr/bin/python3
"""Writes dataset_hash.json: the hash of the data set in dataset_test.cpp, built from the description in
Dataset::hash()."""
import hashlib
import struct

import common

sha = hashlib.sha256()


def count(n):
    sha.update(struct.pack("<Q", n))


def texts(*items):
    for item in items:
        count(len(item))
        sha.update(item.encode())


def numbers(*items):
    count(len(items))
    sha.update(struct.pack(f"<{len(items)}d", *items))


for extent in (2, 3, 2):  # rank, samples, features
    count(extent)
for name in ("c1", "c2"):
    texts(name)
    count(0)  # categories
numbers(0, 1, 2, 3, 4, 5)
count(1)
texts("y")
numbers(1, 2, 3)
count(0)  # classes
numbers()  # weights
common.write(__file__, sha.hexdigest())
