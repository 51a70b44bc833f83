#!/usr/bin/python3
"""Writes metrics.json: scores of random cases by scikit-learn 1.2.1, for tests/metrics."""
import warnings

import common
import numpy as np
from sklearn import metrics

warnings.filterwarnings("ignore")
rng = np.random.default_rng(1)


def averages(truth, predicted, weights, average):
    p, r, f, _ = metrics.precision_recall_fscore_support(
        truth, predicted, average=average, sample_weight=weights, zero_division=0)
    return [float(p), float(r), float(f)]


def auc(truth, probability, weights):
    """One-vs-rest, macro-averaged; None where a class is absent in the truth."""
    classes = probability.shape[1]
    if classes < 2 or len(np.unique(truth)) < classes:
        return None
    score = probability[:, 1] if classes == 2 else probability
    return float(metrics.roc_auc_score(truth, score, sample_weight=weights, multi_class="ovr"))


def classification(samples, classes, weighted, ties, absent, certain):
    """absent: the last class never occurs in the truth; certain: probabilities of 0 and 1."""
    truth = rng.integers(0, classes - 1 if absent else classes, samples)
    score = rng.random((samples, classes)) + 0.5 * np.eye(classes)[truth]
    if ties:
        score = np.ceil(score * 3)
    probability = score / score.sum(axis=1, keepdims=True)
    predicted = probability.argmax(axis=1)
    if certain:
        probability = np.eye(classes)[predicted]
    weights = rng.random(samples) + 0.1 if weighted else None
    labels = list(range(classes))
    p, r, f, support = metrics.precision_recall_fscore_support(
        truth, predicted, labels=labels, sample_weight=weights, zero_division=0)
    return {
        "classes": classes,
        "truth": truth.tolist(),
        "predicted": predicted.tolist(),
        "probability": probability.ravel().tolist(),
        "weights": [] if weights is None else weights.tolist(),
        "confusion": metrics.confusion_matrix(
            truth, predicted, labels=labels, sample_weight=weights).ravel().tolist(),
        "accuracy": float(metrics.accuracy_score(truth, predicted, sample_weight=weights)),
        "precision": p.tolist(),
        "recall": r.tolist(),
        "f1": f.tolist(),
        "support": np.asarray(support, dtype=float).tolist(),
        "macro": averages(truth, predicted, weights, "macro"),
        "weighted": averages(truth, predicted, weights, "weighted"),
        "roc_auc": auc(truth, probability, weights),
        "log_loss": float(metrics.log_loss(
            truth, probability, labels=labels, sample_weight=weights)) if classes > 1 else None,
    }


def regression(samples, outputs, weighted, truth_kind):
    truth = rng.normal(3, 2, (samples, outputs))
    predicted = truth + rng.normal(0, 1, (samples, outputs))
    if truth_kind == "constant":
        truth[:, 0] = 2.5
    if truth_kind == "met":
        truth[:, 0] = predicted[:, 0] = 2.5
    if truth_kind == "far":
        truth += 1e6
        predicted += 1e6
    weights = rng.random(samples) + 0.1 if weighted else None
    r2 = metrics.r2_score(truth, predicted, sample_weight=weights)
    return {
        "outputs": outputs,
        "truth": truth.ravel().tolist(),
        "predicted": predicted.ravel().tolist(),
        "weights": [] if weights is None else weights.tolist(),
        "r2": float(r2) if samples > 1 else None,
        "mse": float(metrics.mean_squared_error(truth, predicted, sample_weight=weights)),
        "rmse": float(metrics.mean_squared_error(
            truth, predicted, sample_weight=weights, squared=False)),
        "mae": float(metrics.mean_absolute_error(truth, predicted, sample_weight=weights)),
    }


cases = {"classification": [], "regression": []}
for classes in (2, 3, 7):
    for weighted in (False, True):
        for ties in (False, True):
            for samples in (30, 57):
                cases["classification"].append(
                    classification(samples, classes, weighted, ties, False, False))
        cases["classification"].append(classification(20, classes, weighted, False, True, False))
        cases["classification"].append(classification(20, classes, weighted, False, False, True))
        cases["classification"].append(classification(1, classes, weighted, False, False, False))
cases["classification"].append(classification(5, 12, False, False, False, False))
cases["classification"].append(classification(6, 1, False, False, False, False))
for outputs in (1, 3):
    for weighted in (False, True):
        for kind in ("plain", "constant", "met", "far"):
            cases["regression"].append(regression(23, outputs, weighted, kind))
        cases["regression"].append(regression(1, outputs, weighted, "plain"))
common.write(__file__, cases)
