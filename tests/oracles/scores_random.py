"""Every metric on random cases: ties, absent classes, one class, weights, one sample, several outputs.

What scikit-learn has is scikit-learn's; gain and lift are computed from their definition, by counting.
"""
import warnings

import numpy as np
from sklearn import metrics as m

import common

warnings.filterwarnings("ignore")
RNG = np.random.default_rng(20)


def number(value):
    return None if value is None or not np.isfinite(value) else float(value)


def gain(positive, score, weights, share):
    """Share of the positives among the samples with the highest scores, ties broken evenly."""
    values = np.unique(score)[::-1]
    x, y, total, hits = [0.0], [0.0], weights.sum(), weights[positive == 1].sum()
    for value in values:
        taken = score >= value
        x.append(weights[taken].sum() / total)
        y.append(weights[taken & (positive == 1)].sum() / hits)
    return float(np.interp(share, x, y))


def one_vs_rest(function, truth, scores, classes):
    """The second of two classes, or the mean over all, each against the rest; None if one is undefined."""
    which = [1] if classes == 2 else range(classes)
    values = []
    for c in which:
        positive = (truth == c).astype(int)
        values.append(function(positive, scores if scores.ndim == 1 else scores[:, c]))
    return None if any(v is None for v in values) else float(np.mean(values))


def classification(classes, n, weighted, kind, probabilities):
    truth = RNG.integers(0, classes, n)
    if kind == "absent":
        truth[truth == classes - 1] = 0
    if kind == "one class":
        truth[:] = RNG.integers(0, classes)
    score = RNG.normal(size=(n, classes)) + 1.5 * np.eye(classes)[truth] * (kind != "constant")
    if kind == "ties":
        score = np.round(score)
    if kind == "perfect":
        score = 5.0 * np.eye(classes)[truth] + 0.01 * score
    if kind == "constant":
        score[:] = 0.25
    if probabilities:
        score = np.exp(score)
        score /= score.sum(axis=1, keepdims=True)
        if kind == "certain":
            score = np.round(score)  # zeros and ones, rows that need not add up to one
            score[score.sum(axis=1) == 0, 0] = 1
        predicted = score.argmax(axis=1)
    elif classes == 2:
        score = score[:, 1] - score[:, 0]
        predicted = (score > 0).astype(int)
    else:
        predicted = score.argmax(axis=1)
    weights = np.round(RNG.uniform(0.1, 3, n), 3)
    if kind == "zero weights" and n > 3 * classes:
        weights[RNG.choice(n, n // 5, replace=False)] = 0
        used = weights > 0  # rows without weight are no rows: scikit-learn sees them not at all
    else:
        used = np.ones(n, bool)
    w = weights if weighted else None
    case = {"classes": classes, "truth": truth.tolist(), "predicted": predicted.tolist(),
            "scores": np.asarray(score).ravel().tolist(), "probabilities": bool(probabilities),
            "weights": weights.tolist() if weighted else [], "kind": kind}
    if weighted:
        truth, predicted, score, w = truth[used], predicted[used], score[used], weights[used]
    wt = w if weighted else np.ones(len(truth))
    full = {"labels": list(range(classes)), "sample_weight": w, "zero_division": 0}
    average = {"sample_weight": w, "zero_division": 0}  # over the classes that occur
    e = {"accuracy": m.accuracy_score(truth, predicted, sample_weight=w),
         "balanced_accuracy": m.balanced_accuracy_score(truth, predicted, sample_weight=w),
         "matthews": m.matthews_corrcoef(truth, predicted, sample_weight=w),
         "kappa": number(m.cohen_kappa_score(truth, predicted, sample_weight=w))}
    occurring = sorted(set(truth) | set(predicted))
    specificity = [m.recall_score(truth != c, predicted != c, sample_weight=w, zero_division=0) for c in occurring]
    support = [wt[truth == c].sum() for c in occurring]
    e["specificity_macro"] = float(np.mean(specificity))
    e["specificity_weighted"] = float(np.average(specificity, weights=support))
    y, p = np.concatenate([truth != c for c in occurring]), np.concatenate([predicted != c for c in occurring])
    e["specificity_micro"] = m.recall_score(y, p, sample_weight=np.tile(wt, len(occurring)), zero_division=0)
    for kind_of in ("macro", "micro", "weighted"):
        e["precision_" + kind_of] = m.precision_score(truth, predicted, average=kind_of, **average)
        e["recall_" + kind_of] = m.recall_score(truth, predicted, average=kind_of, **average)
        e["f1_" + kind_of] = m.f1_score(truth, predicted, average=kind_of, **average)
        for beta in (0.5, 2):
            e[f"f_beta_{kind_of}:{beta}"] = m.fbeta_score(truth, predicted, beta=beta, average=kind_of, **average)
    if classes == 2:
        e["precision"] = m.precision_score(truth, predicted, average=None, **full)[1]
        e["recall"] = m.recall_score(truth, predicted, average=None, **full)[1]
        e["f1"] = m.f1_score(truth, predicted, average=None, **full)[1]
        e["f_beta:0.5"] = m.fbeta_score(truth, predicted, beta=0.5, average=None, **full)[1]
        e["specificity"] = m.recall_score(truth != 1, predicted != 1, sample_weight=w, zero_division=0)
    else:
        e["precision"] = e["specificity"] = e["f_beta:0.5"] = None

    def area(positive, s):
        return m.roc_auc_score(positive, s, sample_weight=w) if 0 < positive.sum() < len(positive) else None

    def average_precision(positive, s):
        return m.average_precision_score(positive, s, sample_weight=w) if positive.sum() else None

    e["roc_auc"] = one_vs_rest(area, truth, score, classes)
    e["average_precision"] = one_vs_rest(average_precision, truth, score, classes)
    e["roc_auc_weighted"] = e["roc_auc"]
    if classes > 2 and e["roc_auc"] is not None:
        areas = [area((truth == c).astype(int), score[:, c]) for c in range(classes)]
        e["roc_auc_weighted"] = float(np.average(areas, weights=[wt[truth == c].sum() for c in range(classes)]))
        if probabilities and kind != "certain":  # scikit-learn's own average asks for sums of one
            own = m.roc_auc_score(truth, score, multi_class="ovr", average="weighted", sample_weight=w)
            assert abs(own - e["roc_auc_weighted"]) < 1e-12
    for share in (0.1, 0.5):
        def gain_of(positive, s):
            return gain(positive, s, wt, share) if positive.sum() else None
        e[f"gain:{share}"] = one_vs_rest(gain_of, truth, score, classes)
        e[f"lift:{share}"] = None if e[f"gain:{share}"] is None else e[f"gain:{share}"] / share
    wide = np.stack([-score, score], axis=1) if score.ndim == 1 else score
    for k in (1, 2, 3):
        if classes > 2 and k < classes:
            e[f"top_k:{k}"] = m.top_k_accuracy_score(truth, wide, k=k, labels=list(range(classes)), sample_weight=w)
    if classes == 2 and probabilities:
        e["brier"] = m.brier_score_loss(truth, score[:, 1], pos_label=1, sample_weight=w)
    elif probabilities:
        e["brier"] = float(np.average(((np.eye(classes)[truth] - score) ** 2).sum(axis=1), weights=w))
    else:
        e["brier"] = None
    e["log_loss"] = m.log_loss(truth, score, labels=list(range(classes)), sample_weight=w) if probabilities else None
    case["expected"] = {k: number(v) for k, v in e.items()}

    curves = {}
    positive = (truth == 1).astype(int)
    s = score if score.ndim == 1 else score[:, 1]
    if 0 < positive.sum() < len(positive):
        fpr, tpr, thresholds = m.roc_curve(positive, s, sample_weight=w, drop_intermediate=False)
        precision, recall, _ = m.precision_recall_curve(positive, s, sample_weight=w)
        curves = {"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": thresholds[1:].tolist(),
                  "precision": precision.tolist(), "recall": recall.tolist()}
    case["curves"] = curves
    return case


def regression(n, outputs, weighted, kind):
    truth = np.round(RNG.normal(size=(n, outputs)) * 10, 2)
    if kind == "constant":
        truth[:] = 4  # means of other constants need not round to them: scikit-learn then reports -1e28
    if kind == "zeros":
        truth[RNG.uniform(size=truth.shape) < 0.3] = 0
    predicted = truth + np.round(RNG.normal(size=(n, outputs)), 2)
    if kind == "perfect":
        predicted = truth.copy()
    weights = np.round(RNG.uniform(0.1, 3, n), 3)
    w = weights if weighted else None
    e = {"r2": m.r2_score(truth, predicted, sample_weight=w),
         "mse": m.mean_squared_error(truth, predicted, sample_weight=w),
         "rmse": m.mean_squared_error(truth, predicted, sample_weight=w, squared=False),
         "mae": m.mean_absolute_error(truth, predicted, sample_weight=w),
         "median_absolute_error": m.median_absolute_error(truth, predicted, sample_weight=w),
         "mape": m.mean_absolute_percentage_error(truth, predicted, sample_weight=w),
         "explained_variance": m.explained_variance_score(truth, predicted, sample_weight=w),
         "max_error": float(np.max([m.max_error(truth[:, k], predicted[:, k]) for k in range(outputs)]))}
    for alpha in (0.1, 0.5, 0.9):
        e[f"pinball:{alpha}"] = m.mean_pinball_loss(truth, predicted, alpha=alpha, sample_weight=w)
    return {"outputs": outputs, "truth": truth.ravel().tolist(), "predicted": predicted.ravel().tolist(),
            "weights": weights.tolist() if weighted else [], "kind": kind,
            "expected": {k: number(v) for k, v in e.items()}}


cases = {"classification": [], "regression": []}
KINDS = ("plain", "ties", "absent", "one class", "perfect", "constant", "certain", "zero weights")
for number_of in range(96):
    kind = KINDS[number_of % len(KINDS)]
    classes = (2, 3, 5, 2, 4, 6)[(number_of // 8) % 6]
    n = (30, 12, 60, 1, 2, 25)[(number_of // 3) % 6]
    probabilities = kind == "certain" or (number_of // 16) % 2 == 0
    weighted = kind == "zero weights" or number_of % 2 == 1
    cases["classification"].append(classification(classes, n, weighted, kind, probabilities))
for number_of in range(40):
    kind = ("plain", "constant", "zeros", "perfect")[number_of % 4]
    cases["regression"].append(regression((20, 7, 1, 2, 40)[number_of % 5], 1 + number_of // 4 % 3,
                                          number_of // 2 % 2 == 1, kind))
common.write(__file__, cases)
