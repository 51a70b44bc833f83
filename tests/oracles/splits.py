#!/usr/bin/python3
"""Writes splits.json: how many rows of each class scikit-learn's train_test_split holds out.

Sizes agree always. Stratified, scikit-learn draws who gets the rows that rounding leaves over among classes of
equal remainder, and hebb does not: where that happens, the least and the most of some draws are written.
"""
import common
import numpy as np
from sklearn.model_selection import train_test_split

SEEDS = range(40)
SHARES = [0.1, 0.2, 0.25, 0.33, 0.5, 0.77]
COUNTS = [[50, 50, 50], [59, 71, 48], [212, 357], [10, 20, 30, 40], [7, 50, 101, 33], [6, 6], [97, 1003],
          [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]]
SIZES = [2, 3, 7, 10, 99, 150, 1797]


def held_out(counts, share):
    labels = np.repeat(np.arange(len(counts)), counts)
    draws = [np.bincount(train_test_split(labels, test_size=share, stratify=labels, random_state=seed)[1],
                         minlength=len(counts)) for seed in SEEDS]
    return np.min(draws, axis=0).tolist(), np.max(draws, axis=0).tolist()


if __name__ == "__main__":
    stratified = []
    for counts in COUNTS:
        for share in SHARES:
            if np.ceil(share * sum(counts)) < len(counts):
                continue  # both refuse
            least, most = held_out(counts, share)
            stratified.append({"counts": counts, "test_size": share, "least": least, "most": most})
    plain = [{"samples": size, "test_size": share, "test": len(train_test_split(np.arange(size), test_size=share)[1])}
             for size in SIZES for share in SHARES if np.ceil(share * size) < size]
    common.write(__file__, {"plain": plain, "stratified": stratified})
