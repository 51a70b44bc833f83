#!/usr/bin/python3
"""Writes ensembles.json: what scikit-learn's voting and stacking predict, and which members a greedy search chooses.

The members are logistic regressions, which are solved to the end on both sides. Each standardises the rows that it
learns from. Folds are not shuffled, so that both sides cut them alike.
"""
import common
import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.ensemble import StackingClassifier, StackingRegressor, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import accuracy_score, log_loss, mean_squared_error
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

TABLES = {"iris": load_iris, "wine": load_wine, "breast_cancer": load_breast_cancer, "diabetes": load_diabetes}


def load(name):
    table = TABLES[name]()
    y = table.target
    if "target_names" in table:  # hebb sorts classes by their names
        y = np.argsort(np.argsort([str(one) for one in table.target_names]))[y]
    return table.data, y


def logistic(c=1.0):
    return make_pipeline(StandardScaler(), LogisticRegression(C=c, tol=1e-10, max_iter=10000))


def named(models):
    return [(str(i), model) for i, model in enumerate(models)]


def stacking(data, strengths, method, passthrough):
    x, y = load(data)
    model = StackingClassifier(named(logistic(c) for c in strengths), logistic(), cv=StratifiedKFold(5),
                               stack_method=method, passthrough=passthrough)
    model.fit(x, y)
    return {"data": data, "C": strengths, "stack_method": method, "passthrough": passthrough,
            "probabilities": common.rounded(model.predict_proba(x)[::7], 9)}


def voting(data, strengths, kind, weights):
    x, y = load(data)
    model = VotingClassifier(named(logistic(c) for c in strengths), voting=kind, weights=weights).fit(x, y)
    out = {"data": data, "C": strengths, "voting": kind, "weights": weights,
           "predicted": [int(one) for one in model.predict(x)]}
    if kind == "soft":
        out["probabilities"] = common.rounded(model.predict_proba(x)[::7], 9)
    return out


def numbers():
    """One least-squares model, and one that learns from its predictions of the rows held out."""
    x, y = load("diabetes")
    squares = make_pipeline(StandardScaler(), LinearRegression())
    model = StackingRegressor([("0", squares)], LinearRegression(), cv=KFold(5)).fit(x, y)
    return {"predictions": common.rounded(model.predict(x)[::7], 9)}


SCORES = {  # greater is better
    "accuracy": lambda truth, mean: accuracy_score(truth, mean.argmax(axis=1)),
    "log_loss": lambda truth, mean: -log_loss(truth, mean, labels=range(mean.shape[1])),
    "mse": lambda truth, mean: -mean_squared_error(truth, mean),
}


def greedy(seed, rows, classes, candidates, metric, rounds):
    """Caruana et al. 2004: the best by themselves, as long as their mean gets better; then whichever helps most."""
    score = SCORES[metric]
    noise = common.uniform(seed, candidates, rows, max(classes, 1))
    if classes:
        truth = np.arange(rows) % classes
        logits = noise * 3 + 1.5 * np.eye(classes)[truth]
        members = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    else:
        truth = common.uniform(seed + 1, rows)
        members = truth + noise[:, :, 0] * (1 + np.arange(candidates))[:, None] / candidates
    alone = [score(truth, one) for one in members]
    order = sorted(range(candidates), key=lambda c: -alone[c])
    prefixes = [score(truth, members[order[:n]].mean(axis=0)) for n in range(1, candidates + 1)]
    chosen = order[:int(np.argmax(prefixes)) + 1]
    path = prefixes[:len(chosen)]
    for _ in range(rounds):
        tried = [score(truth, members[chosen + [c]].mean(axis=0)) for c in order]
        best = int(np.argmax(tried))
        chosen, path = chosen + [order[best]], path + [tried[best]]
    chosen = chosen[:int(np.argmax(path)) + 1]
    sign = -1 if metric in ("log_loss", "mse") else 1
    return {"seed": seed, "rows": rows, "classes": classes, "candidates": candidates, "metric": metric, "rounds": rounds,
            "counts": [chosen.count(c) for c in range(candidates)],
            "score": common.rounded(sign * max(path)), "best": order[0],
            "best_score": common.rounded(sign * alone[order[0]])}


common.write(__file__, {
    "stacking": [stacking("wine", [1.0, 0.01], "predict_proba", False),
                 stacking("breast_cancer", [1.0, 0.001], "predict_proba", False),
                 stacking("iris", [10.0, 0.01], "predict_proba", True),
                 stacking("wine", [1.0, 0.01], "decision_function", False),
                 stacking("breast_cancer", [1.0, 0.001], "decision_function", False)],
    "voting": [voting("wine", [10.0, 0.01], "soft", [1, 3]), voting("breast_cancer", [1.0, 0.01], "soft", None),
               voting("iris", [1.0, 0.01, 0.001], "hard", None), voting("wine", [1.0, 0.001], "hard", None),
               voting("iris", [10.0, 0.001], "hard", [1, 2])],
    "numbers": numbers(),
    "greedy": [greedy(1, 60, 3, 8, "accuracy", 10), greedy(2, 50, 2, 12, "log_loss", 20),
               greedy(3, 80, 4, 6, "log_loss", 5), greedy(4, 40, 0, 7, "mse", 15),
               greedy(5, 30, 2, 1, "accuracy", 3)],
})
