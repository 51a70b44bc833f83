#!/usr/bin/python3
"""Writes preprocess.json: small random tables through scikit-learn 1.2.1's imputers, scalers and
one-hot encoder, for tests/preprocess; and through robust scaling with smooth clipping as published (Holzmueller et al.
2024, arXiv 2407.04491), by NumPy."""
import common
import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler

rng = np.random.default_rng(7)


class Robust(RobustScaler):
    """RobustScaler takes a column without distance between the quartiles as it is, the publication scales it."""

    def fit(self, X, y=None):
        super().fit(X)
        low, high = np.quantile(X, [0.25, 0.75], axis=0)
        spread = np.ptp(X, axis=0)
        self.scale_ = np.where((high == low) & (spread > 0), spread / 2, self.scale_)
        return self


SCALERS = {
    "standard": StandardScaler(),
    "minmax": MinMaxScaler(),
    "symmetric": MinMaxScaler(feature_range=(-1, 1)),
    "robust": Robust(),
    "none": None,
}
STRATEGIES = {"mean": "mean", "median": "median", "mode": "most_frequent"}


def flat(table):
    """Row by row; a missing value is null."""
    return [None if isinstance(v, float) and np.isnan(v) else v for v in table.ravel().tolist()]


def table(rows):
    """Columns of different sizes, a timestamp, one with ties, one that is constant."""
    return np.column_stack([
        rng.normal(0, 1, rows),
        rng.normal(1e4, 30, rows),
        1.7e9 + rng.integers(0, 10**6, rows),
        rng.integers(0, 4, rows).astype(float),
        np.full(rows, 3.5),
    ])


def numbers(scale, impute):
    train, test = table(21), table(8)
    if impute:
        for part in (train, test):
            part[rng.random(part.shape) < 0.2] = np.nan
    steps = [SimpleImputer(strategy=STRATEGIES[impute])] if impute else []
    if SCALERS[scale] is not None:
        steps.append(SCALERS[scale])
    pipe = make_pipeline(*steps) if steps else make_pipeline("passthrough")
    pipe.fit(train)
    return {"scale": scale, "impute": impute, "columns": train.shape[1],
            "train": flat(train), "test": flat(test),
            "train_out": flat(pipe.transform(train)), "test_out": flat(pipe.transform(test))}


def categories():
    names = [["Oslo", "Rome", "Bern"], ["no", "yes"]]
    train = np.column_stack([rng.choice(n, 15) for n in names]).astype(object)
    test = np.column_stack([rng.choice(n + ["other"], 9) for n in names]).astype(object)
    encoder = OneHotEncoder(sparse_output=False, handle_unknown="ignore").fit(train)
    return {"columns": 2, "train": flat(train), "test": flat(test),
            "train_out": flat(encoder.transform(train)), "test_out": flat(encoder.transform(test)),
            "names": encoder.get_feature_names_out(["c1", "c2"]).tolist()}


def clipped():
    train, test = table(21), table(8)
    for part in (train, test):  # no distance between the quartiles, but values apart
        part[:, 3] = np.where(rng.random(len(part)) < 0.85, 2.0, part[:, 3] + 5)
        part[0, 0] = 1e6
    median, low, high = (np.quantile(train, q, axis=0) for q in (0.5, 0.25, 0.75))
    spread = np.ptp(train, axis=0)
    scale = np.where(high > low, high - low, np.where(spread > 0, spread / 2, 1))
    out = [z / np.sqrt(1 + (z / 3) ** 2) for z in ((part - median) / scale for part in (train, test))]
    return {"columns": 5, "train": flat(train), "test": flat(test), "train_out": flat(out[0]), "test_out": flat(out[1])}


common.write(__file__, {
    "numbers": [numbers(s, i) for s in SCALERS for i in (None, *STRATEGIES)],
    "categories": categories(),
    "clipped": clipped(),
})
