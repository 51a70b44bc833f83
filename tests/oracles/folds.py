#!/usr/bin/python3
"""Writes folds.json: the part that scikit-learn holds each row out in, without shuffling.

Labels, groups and times are hashes of the row, which C++ makes alike.
"""
import common
import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold, TimeSeriesSplit


def numbers(seed, count, kinds):
    """Whole numbers below `kinds`, the small ones more often."""
    return (np.abs(common.uniform(seed, count)) ** 2 * kinds).astype(int)


def parts(folds, samples):
    """For each row the last part that holds it out, -1 for none."""
    part = np.full(samples, -1)
    for number, (_, test) in enumerate(folds):
        part[test] = number
    return part.tolist()


if __name__ == "__main__":
    cases = []
    for seed, (samples, folds, classes, groups) in enumerate(
            [(10, 3, 2, 4), (23, 5, 3, 9), (100, 5, 4, 15), (101, 10, 2, 30), (64, 2, 7, 12), (250, 7, 5, 14)]):
        x = np.zeros((samples, 1))
        y, g = numbers(2 * seed + 1, samples, classes), numbers(2 * seed + 2, samples, groups)
        # scikit-learn leaves the order of groups of equal size to the sort of NumPy.
        sizes = np.unique(g, return_counts=True)[1]
        cases.append({
            "samples": samples, "folds": folds, "classes": classes, "groups": groups,
            "plain": parts(KFold(folds).split(x), samples),
            "stratified": parts(StratifiedKFold(folds).split(x, y), samples),
            "grouped": sorted(np.bincount(parts(GroupKFold(folds).split(x, y, g), samples)).tolist())
            if len(sizes) >= folds else [],
            "stratified_groups": parts(StratifiedGroupKFold(folds).split(x, y, g), samples)
            if len(sizes) >= folds else [],
            "times": [[len(train), len(test)] for train, test in TimeSeriesSplit(folds).split(x)],
            "time_parts": parts(TimeSeriesSplit(folds).split(x), samples)})
    common.write(__file__, cases)
