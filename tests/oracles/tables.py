#!/usr/bin/python3
"""Writes tables.json: test scores of scikit-learn's MLP on the tables that hebb has built in.

Five seeds each, with the splits written out so that both learn from the same rows.
"""
import warnings

import common
import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore", ConvergenceWarning)
SEEDS = range(5)
# The first weights are drawn by generators of one's own: an average over five draws must not depend on them.
# The defaults reach convergence on the three classifications; numbers of the size of diabetes' target need
# larger steps.
TABLES = {
    "iris": (load_iris, MLPClassifier, {}),
    "wine": (load_wine, MLPClassifier, {}),
    "breast_cancer": (load_breast_cancer, MLPClassifier, {}),
    "diabetes": (load_diabetes, MLPRegressor, {"learning_rate_init": 0.01, "alpha": 10.0, "max_iter": 400}),
}


def main():
    out = {}
    for name, (load, kind, options) in TABLES.items():
        x, y = load(return_X_y=True)
        splits, scores = [], []
        for seed in SEEDS:
            stratify = y if kind is MLPClassifier else None
            train, test = train_test_split(np.arange(len(y)), test_size=0.25, random_state=seed, stratify=stratify)
            scaler = StandardScaler().fit(x[train])
            model = kind(random_state=seed, **options).fit(scaler.transform(x[train]), y[train])
            splits.append(sorted(test.tolist()))
            scores.append(model.score(scaler.transform(x[test]), y[test]))
        # Hundreds of epochs on another processor: a row or two may be judged otherwise.
        out[name] = {"options": options, "test_rows": splits, "scores": common.rounded(scores), "rounding": 0.05}
    common.write(__file__, out)


if __name__ == "__main__":
    main()
