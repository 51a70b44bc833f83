#!/usr/bin/python3
"""Writes curves.json: scikit-learn's validation_curve and learning_curve of a linear regression.

The penalty of a network without hidden layers, alpha / 2n of the squared weights beside the squared error / 2n, is
that of Ridge, whose solution is exact. Data are made by uniform() on both sides.
"""
import common
import numpy as np
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, learning_curve, validation_curve

SAMPLES, FEATURES, FOLDS = 122, 5, 4
ALPHAS = [0.01, 1.0, 10.0, 100.0]
SIZES = [10, 25, 60, 91]

if __name__ == "__main__":
    x = common.uniform(1, SAMPLES, FEATURES)
    y = common.float32(x @ np.array([2, -1, 0.5, 0, 0.25]) + common.uniform(2, SAMPLES))
    train, test = validation_curve(Ridge(solver="cholesky"), x, y, param_name="alpha", param_range=ALPHAS,
                                   cv=KFold(FOLDS))
    sizes, by_size_train, by_size_test = learning_curve(Ridge(alpha=1, solver="cholesky"), x, y, train_sizes=SIZES,
                                                        cv=KFold(FOLDS), shuffle=False)
    common.write(__file__, {
        "samples": SAMPLES, "features": FEATURES, "folds": FOLDS, "alphas": ALPHAS,
        "by_alpha": {"train": common.rounded(train), "test": common.rounded(test)},
        "sizes": sizes.tolist(),
        "by_size": {"train": common.rounded(by_size_train), "test": common.rounded(by_size_test)}})
