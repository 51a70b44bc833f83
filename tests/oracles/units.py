#!/usr/bin/python3
"""Writes units.json: what scikit-learn's Perceptron, SGDClassifier, SGDRegressor and LogisticRegression learn.

Data: numbers that C++ makes alike (common.uniform), and the built-in tables, standardised on both sides.
No shuffling, so that both see the samples in the same order.
"""
import warnings

import common
import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import (LinearRegression, LogisticRegression, Perceptron, SGDClassifier,
                                  SGDRegressor)

warnings.simplefilter("ignore", ConvergenceWarning)
TABLES = {"iris": load_iris, "wine": load_wine, "breast_cancer": load_breast_cancer, "digits": load_digits,
          "diabetes": load_diabetes}


def standardised(x):
    deviation = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(deviation > 0, deviation, 1)


def made(seed, samples, features, classes):
    """Classes by the sign of a sum, or by the largest of several, of which a tenth is told wrongly."""
    x = common.uniform(seed, samples, features)
    w = common.uniform(seed + 1000, max(classes, 2) if classes > 2 else 1, features)
    scores = x @ w.T
    y = (scores[:, 0] > 0).astype(int) if classes == 2 else scores.argmax(axis=1)
    wrong = np.arange(samples) % 10 == 9
    return x, np.where(wrong, (y + 1) % classes, y)


def load(data):
    if isinstance(data, str):
        table = TABLES[data]()
        y = table.target
        if "target_names" in table:  # hebb sorts classes by their names
            y = np.argsort(np.argsort([str(name) for name in table.target_names]))[y]
        return standardised(table.data), y
    return made(*data)


def result(model):
    return {"coef": common.rounded(np.atleast_2d(model.coef_).ravel(), 15),
            "intercept": common.rounded(np.atleast_1d(model.intercept_), 15), "n_iter": int(np.max(model.n_iter_))}


BLOBS = [[1, 100, 2, 2], [2, 100, 2, 2], [3, 200, 5, 2], [4, 200, 20, 2], [5, 300, 3, 3], [6, 300, 10, 4],
         [7, 50, 40, 2], [8, 500, 4, 5], [9, 400, 7, 2]]

# (data, options): twenty data sets, and penalties, weights and averages on some of them.
PERCEPTRONS = (
    [(data, {}) for data in BLOBS + ["iris", "wine", "breast_cancer", "digits"]]
    + [([seed, 150, 6, 2], {}) for seed in range(11, 18)]
    + [(data, {"penalty": penalty, "alpha": alpha})
       for data in ([3, 200, 5, 2], [6, 300, 10, 4], "iris", "breast_cancer")
       for penalty, alpha in (("l1", 1e-3), ("l2", 1e-3), ("elasticnet", 1e-2))]
    + [([3, 200, 5, 2], {"penalty": "l2", "alpha": 2.0}),
       ([3, 200, 5, 2], {"fit_intercept": False}),
       ([6, 300, 10, 4], {"eta0": 0.1, "tol": 1e-5, "n_iter_no_change": 2}),
       ("iris", {"class_weight": "balanced"}),
       ([5, 300, 3, 3], {"class_weight": {0: 3.0, 2: 0.5}}),
       ("wine", {"sample_weight": True}),
       ("wine", {"max_iter": 3, "tol": 0})])

AVERAGES = [([3, 200, 5, 2], {}), ([6, 300, 10, 4], {}), ("iris", {"penalty": "l2", "alpha": 1e-3}),
            ([4, 200, 20, 2], {"penalty": "elasticnet", "alpha": 1e-3}), ([3, 200, 5, 2], {"penalty": "l2", "alpha": 0.2})]

SIGMOIDS = [([3, 200, 5, 2], {"eta0": 0.1}), ("iris", {"eta0": 0.01}), ("breast_cancer", {"eta0": 0.01})]

LOGISTICS = (
    [(data, {}) for data in BLOBS + ["iris", "wine", "breast_cancer", "digits"]]
    + [("iris", {"C": 0.01}), ("wine", {"C": 100.0}), ([5, 300, 3, 3], {"penalty": "none"}),
       ([3, 200, 5, 2], {"penalty": "none"}), ("iris", {"fit_intercept": False}),
       ([4, 200, 20, 2], {"class_weight": "balanced"}), ("wine", {"class_weight": {0: 3.0, 2: 0.5}}),
       ("wine", {"sample_weight": True}), ("digits", {"max_iter": 7})])


def weights(y):
    return 0.5 + np.arange(len(y)) % 3


def fitted(kind, data, options, **more):
    x, y = load(data)
    own = dict(options)
    sample_weight = weights(y) if own.pop("sample_weight", False) else None
    model = kind(**own, **more).fit(x, y, sample_weight=sample_weight)
    if "class_weight" in options and isinstance(options["class_weight"], dict):
        names = (sorted(TABLES[data]().target_names) if isinstance(data, str) else
                 [str(c) for c in range(data[3])])
        own["class_weight"] = [f"{names[c]}={w}" for c, w in options["class_weight"].items()]
    elif "class_weight" in options:
        own["class_weight"] = ["balanced"]
    return {"data": data, "options": own, "sample_weight": sample_weight is not None, **result(model)}


def adaline(data):
    """Sample by sample; classes are wanted as -1 and +1."""
    x, y = load(data)
    target = np.where(y == 1, 1.0, -1.0) if data != "diabetes" else (y - y.mean()) / y.std()
    model = SGDRegressor(penalty=None, learning_rate="constant", eta0=0.01, shuffle=False, tol=None,
                         max_iter=20).fit(x, target)
    exact = LinearRegression().fit(x, target)
    return {"data": data, "online": result(model),
            "least_squares": {"coef": common.rounded(exact.coef_, 15), "intercept": float(exact.intercept_)}}


def main():
    common.write(__file__, {
        "perceptron": [fitted(Perceptron, data, options, shuffle=False) for data, options in PERCEPTRONS],
        "average": [fitted(SGDClassifier, data, {"penalty": None, **options}, loss="perceptron", shuffle=False,
                           learning_rate="constant", eta0=1.0, average=True) for data, options in AVERAGES],
        "sigmoid": [fitted(SGDClassifier, data, options, loss="log_loss", penalty=None, shuffle=False,
                           learning_rate="constant") for data, options in SIGMOIDS],
        "logistic": [fitted(LogisticRegression, data, options) for data, options in LOGISTICS],
        "adaline": [adaline(data) for data in ([3, 200, 5, 2], [9, 400, 7, 2], "diabetes")],
    })


if __name__ == "__main__":
    main()
