#!/usr/bin/python3
"""Writes classical.json: what scikit-learn's dummies, nearest neighbours and support vector machines, LIBSVM's own
programs and XGBoost learn and predict.

Data: numbers that C++ makes alike (common.uniform), and the built-in tables, standardised on both sides. Every
third sample is predicted and not learnt from, so that predictions are of new samples.
"""
import os
import subprocess
import tempfile
import warnings

import common
import numpy as np
import xgboost
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR

warnings.simplefilter("ignore", ConvergenceWarning)
TABLES = {"iris": load_iris, "wine": load_wine, "breast_cancer": load_breast_cancer, "digits": load_digits,
          "diabetes": load_diabetes}


def load(name):
    """(features, target, names of classes)"""
    if isinstance(name, str):
        table = TABLES[name]()
        x, y = table.data.astype(float), table.target
        names = sorted(str(n) for n in table.target_names) if "target_names" in table else None
        if names:  # hebb sorts classes by their names
            y = np.argsort(np.argsort([str(n) for n in table.target_names]))[y]
        return x, y, names
    seed, samples, features = name
    x = common.uniform(seed, samples, features)
    return x, 10 * x[:, 0] * x[:, 1] + x.sum(axis=1), None


def parts(name, standard=True):
    """Training part and the other one. Scales are those of the training part."""
    x, y, names = load(name)
    new = np.arange(len(y)) % 3 == 2
    if standard:
        mean, deviation = x[~new].mean(axis=0), x[~new].std(axis=0)
        x = (x - mean) / np.where(deviation > 0, deviation, 1)
    return x[~new], y[~new], x[new], y[new], names


def as_float32(x):
    return x.astype(np.float32).astype(np.float64)


def weights(y):
    return 0.5 + np.arange(len(y)) % 3


def class_weight(options, names):
    """As hebb writes it."""
    own = dict(options)
    if isinstance(own.get("class_weight"), dict):
        own["class_weight"] = [f"{names[c]}={w}" for c, w in own["class_weight"].items()]
    elif "class_weight" in own:
        own["class_weight"] = [own["class_weight"]]
    return own


def majority():
    out = []
    for name in ("iris", "breast_cancer", "digits"):
        x, y, new, _, _ = parts(name)
        for weighted in (False, True):
            model = DummyClassifier(strategy="prior").fit(x, y, sample_weight=weights(y) if weighted else None)
            out.append({"data": name, "sample_weight": weighted, "values": common.rounded(model.predict_proba(new)[0]),
                        "predicted": int(model.predict(new)[0])})
    for weighted in (False, True):
        x, y, new, _, _ = parts("diabetes")
        model = DummyRegressor().fit(x, y, sample_weight=weights(y) if weighted else None)
        out.append({"data": "diabetes", "sample_weight": weighted, "values": [float(model.predict(new)[0])]})
    return out


def neighbours():
    """Of features as float32, in which hebb holds them."""
    out = []
    for name, standard, options in (
            ("iris", True, {}), ("iris", False, {}), ("wine", True, {"n_neighbors": 1}), ("wine", False, {}),
            ("wine", True, {"weights": "distance", "n_neighbors": 7}), ("breast_cancer", True, {"n_neighbors": 15}),
            ("breast_cancer", False, {"weights": "distance"}), ("digits", True, {}), ("digits", False, {"n_neighbors": 3}),
            ("diabetes", True, {}), ("diabetes", True, {"weights": "distance", "n_neighbors": 9})):
        x, y, new, _, names = parts(name, standard)
        kind = KNeighborsClassifier if names else KNeighborsRegressor
        model = kind(algorithm="brute", **options).fit(as_float32(x), y)
        one = {"data": name, "standard": standard, "options": options}
        if names:
            one["predicted"] = model.predict(as_float32(new)).tolist()
            one["values"] = common.rounded(model.predict_proba(as_float32(new))[:40].ravel(), 9)
        else:
            one["values"] = common.rounded(model.predict(as_float32(new)), 9)
        out.append(one)
    return out


def linear():
    """To a narrow tolerance, so that both come to the same minimum."""
    out = []
    for name, options in (
            ("iris", {}), ("wine", {"C": 0.1}), ("breast_cancer", {}), ("breast_cancer", {"C": 0.01, "dual": True}),
            ("iris", {"C": 0.1, "loss": "hinge", "dual": True}), ("wine", {"penalty": "l1", "C": 0.2}),
            ("iris", {"class_weight": "balanced"}), ("wine", {"class_weight": {0: 3.0, 2: 0.5}}),
            ("iris", {"fit_intercept": False}), ("breast_cancer", {"intercept_scaling": 5.0})):
        x, y, new, _, names = parts(name)
        model = LinearSVC(**{"dual": False, "tol": 1e-10, "max_iter": 1_000_000, **options}).fit(x, y)
        out.append({"data": name, "options": class_weight(options, names), "coef": common.rounded(model.coef_.ravel()),
                    "intercept": common.rounded(np.atleast_1d(model.intercept_) * np.ones(len(model.coef_))),
                    "predicted": model.predict(new).tolist()})
    for name, options in (("diabetes", {"loss": "squared_epsilon_insensitive", "dual": False}),
                          ("diabetes", {"loss": "squared_epsilon_insensitive", "dual": False, "epsilon": 5.0, "C": 0.1}),
                          ("diabetes", {"C": 0.01, "dual": True})):
        x, y, new, _, _ = parts(name)
        model = LinearSVR(**{"tol": 1e-10, "max_iter": 1_000_000, **options}).fit(x, y)
        out.append({"data": name, "options": options, "coef": common.rounded(model.coef_),
                    "intercept": common.rounded(np.atleast_1d(model.intercept_)),
                    "values": common.rounded(model.predict(new))})
    return out


def machines():
    out = []
    for name, options in (
            ("iris", {}), ("wine", {}), ("breast_cancer", {}), ("digits", {}), ("iris", {"C": 100.0, "gamma": 0.3}),
            ("wine", {"kernel": "linear"}), ("breast_cancer", {"kernel": "poly", "coef0": 1.0, "degree": 2}),
            ("iris", {"kernel": "sigmoid", "gamma": "auto", "C": 0.5}), ("iris", {"class_weight": "balanced", "C": 0.1}),
            ("wine", {"class_weight": {0: 3.0, 2: 0.5}, "C": 0.05}), ("wine", {"shrinking": False, "tol": 1e-5})):
        x, y, new, _, names = parts(name)
        pairs = SVC(decision_function_shape="ovo", **options).fit(x, y)
        scores = SVC(**options).fit(x, y)
        out.append({"data": name, "options": class_weight(options, names), "n_support": pairs.n_support_.tolist(),
                    "pairs": common.rounded(pairs.decision_function(new)[:40].ravel()),
                    "scores": common.rounded(scores.decision_function(new)[:40].ravel()),
                    "predicted": pairs.predict(new).tolist()})
    for name, options in (("diabetes", {}), ("diabetes", {"C": 100.0}), ("diabetes", {"kernel": "linear", "epsilon": 10.0}),
                          ("diabetes", {"epsilon": 1000.0})):
        x, y, new, _, _ = parts(name)
        model = SVR(**options).fit(x, y)
        out.append({"data": name, "options": options, "n_support": [int(model.n_support_.sum())],
                    "values": common.rounded(model.predict(new))})
    return out


def svm_probabilities():
    """LIBSVM's own svm-train -b 1, whose folds are drawn by rand() with its first seed, 1."""
    out = []
    for name in ("iris", "breast_cancer", "digits"):
        x, y, new, _, _ = parts(name)
        order = np.argsort(y, kind="stable")  # classes are numbered by their first sample
        gamma = 1 / (x.shape[1] * x.var())
        with tempfile.TemporaryDirectory() as folder:
            def write(file, rows, labels):
                with open(os.path.join(folder, file), "w") as to:
                    for row, label in zip(rows, labels):
                        to.write(" ".join([str(label)] + [f"{j + 1}:{v:.17g}" for j, v in enumerate(row) if v != 0]) + "\n")
            write("train", x[order], y[order])
            write("new", new[:40], np.zeros(len(new[:40]), int))
            subprocess.run(["svm-train", "-q", "-b", "1", "-g", f"{gamma:.17g}", "-m", "200", "train", "model"],
                           cwd=folder, check=True)
            subprocess.run(["svm-predict", "-b", "1", "new", "model", "out"], cwd=folder, check=True,
                           stdout=subprocess.DEVNULL)
            with open(os.path.join(folder, "out")) as lines:
                head, *rows = lines.read().splitlines()
        labels = [int(label) for label in head.split()[1:]]
        assert labels == sorted(labels)
        out.append({"data": name, "values": common.rounded(np.array([row.split()[1:] for row in rows], float).ravel())})
    return out


def trees():
    """XGBoost on one thread, by float32 features."""
    out = []
    for name, forest, options in (
            ("iris", False, {}), ("breast_cancer", False, {}), ("digits", False, {"n_estimators": 10, "max_depth": 3}),
            ("wine", False, {"n_estimators": 20, "learning_rate": 0.1, "max_depth": 2, "reg_lambda": 0.5, "reg_alpha": 0.2}),
            ("breast_cancer", False, {"n_estimators": 30, "subsample": 0.7, "colsample_bytree": 0.6, "colsample_bynode": 0.5,
                                      "random_state": 7}),
            ("iris", False, {"n_estimators": 5, "gamma": 1.0, "min_child_weight": 3.0, "max_bin": 16}),
            ("wine", False, {"n_estimators": 10, "sample_weight": True}),
            ("diabetes", False, {"n_estimators": 40, "max_depth": 4}),
            ("diabetes", False, {"n_estimators": 10, "sample_weight": True, "subsample": 0.5}),
            ([21, 600, 7], False, {"n_estimators": 30}),
            ("breast_cancer", False, {"n_estimators": 20, "gaps": True}),
            ("diabetes", True, {"n_estimators": 10, "gaps": True}),
            ("iris", True, {"n_estimators": 20}), ("breast_cancer", True, {"n_estimators": 30, "random_state": 3}),
            ("diabetes", True, {"n_estimators": 25, "max_depth": 5})):
        x, y, new, _, names = parts(name, False)
        own = dict(options)
        gaps = own.pop("gaps", False)
        if gaps:  # every seventh number is missing
            x.ravel()[3::7], new.ravel()[3::7] = np.nan, np.nan
        weight = weights(y) if own.pop("sample_weight", False) else None
        kind = {(True, False): xgboost.XGBClassifier, (False, False): xgboost.XGBRegressor,
                (True, True): xgboost.XGBRFClassifier, (False, True): xgboost.XGBRFRegressor}[(bool(names), forest)]
        model = kind(tree_method="hist", n_jobs=1, **{"random_state": 0, **own})
        model.fit(x.astype(np.float32), y, sample_weight=weight)
        one = {"data": name, "kind": "forest" if forest else "trees", "sample_weight": weight is not None, "gaps": gaps,
               "options": {{"learning_rate": "eta", "gamma": "min_split_loss"}.get(k, k): v for k, v in own.items()}}
        gap = new.astype(np.float32)
        values = model.predict_proba(gap) if names else model.predict(gap)
        one["values"] = common.rounded(np.asarray(values, np.float64)[:60].ravel(), 9)
        one["count"] = len(model.get_booster().get_dump())
        out.append(one)
    return out


def main():
    common.write(__file__, {"majority": majority(), "knn": neighbours(), "linear_svm": linear(), "svm": machines(),
                            "svm_probabilities": svm_probabilities(), "trees": trees()})


if __name__ == "__main__":
    main()
