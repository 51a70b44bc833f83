#!/usr/bin/python3
"""Writes losses.json: value and gradient of the losses by PyTorch in double, for outputs, targets and weights
made by uniform(); where an output is so wrong that its probability is cut off, the value by scikit-learn."""
import common
import numpy as np
import torch
from scipy.special import expit, softmax
from sklearn import metrics
from sklearn.neural_network import _base
from torch.nn import functional

SHAPES = [(1, 1), (1, 3), (4, 2), (7, 10), (33, 5)]  # rows, outputs
SCALE = 3.0  # of the outputs; targets of numbers reach as far


def one_hot(rows, width):
    return np.eye(width)[np.arange(rows) * 3 % width]


def each(loss):
    """Summed over outputs for the gradient; the value is the mean, as scikit-learn has it."""
    return lambda z, t: loss(z, t, reduction="none").sum(dim=1)


LOSSES = {  # by row, and whether targets are classes
    "cross_entropy": (lambda z, t: functional.cross_entropy(z, t, reduction="none"), True),
    "binary_cross_entropy": (each(functional.binary_cross_entropy_with_logits), True),
    "squared_error": (lambda z, t: each(functional.mse_loss)(z, t) / 2, False),
    "absolute_error": (each(functional.l1_loss), False),
    "huber": (each(functional.huber_loss), False),
}


def case(name, rows, width, weighted):
    loss, classes = LOSSES[name]
    z = torch.tensor(SCALE * common.uniform(1, rows, width), requires_grad=True)
    targets = one_hot(rows, width) if classes else SCALE * common.uniform(2, rows, width)
    weights = 1 + common.uniform(3, rows) if weighted else np.ones(rows)
    sums = loss(z, torch.tensor(targets)) * torch.tensor(weights)
    sums.sum().backward()
    value = sums.sum().item() / (1 if classes else width)
    return {"loss": name, "rows": rows, "width": width, "scale": SCALE, "classes": classes,
            "weighted": weighted, "value": common.rounded(value), "gradient": common.rounded(z.grad.numpy().ravel(), 9)}


def smoothed(name, rows, width, weighted, smoothing=0.1):
    """Targets of classes of which a share is spread evenly; of one output the classes are two."""
    z = torch.tensor(SCALE * common.uniform(1, rows, width), requires_grad=True)
    of_class = np.arange(rows) * 3 % max(width, 2)
    # One logistic output is the second of two, of which the first is 0.
    outputs = torch.cat([torch.zeros_like(z), z], dim=1) if name == "binary_cross_entropy" else z
    loss = torch.nn.CrossEntropyLoss(reduction="none", label_smoothing=smoothing)
    sums = loss(outputs, torch.tensor(of_class))
    sums = sums * torch.tensor(1 + common.uniform(3, rows) if weighted else np.ones(rows))
    sums.sum().backward()
    return {"loss": name, "rows": rows, "width": width, "scale": SCALE, "classes": True, "weighted": weighted,
            "label_smoothing": smoothing, "value": common.rounded(sums.sum().item()),
            "gradient": common.rounded(z.grad.numpy().ravel(), 9)}


def far(name, rows, width):
    """Outputs up to 300: the clipped value, times the rows that scikit-learn divides by."""
    z, t = 300 * common.uniform(1, rows, width), one_hot(rows, width)
    if name == "cross_entropy":
        value = _base.log_loss(t, softmax(z, axis=1))
    else:
        value = _base.binary_log_loss(t, expit(z))
    return {"loss": name, "rows": rows, "width": width, "scale": 300.0, "classes": True, "weighted": False,
            "value": common.rounded(rows * value)}


def hinge(z, t):
    """By score(class) and the largest other score; of one output by the sign of the class."""
    if z.shape[1] == 1:
        return functional.relu(1 - (2 * t - 1) * z).sum(dim=1)
    rival = torch.where(t > 0, torch.full_like(z, -np.inf), z).max(dim=1).values
    return functional.relu(1 + rival - (t * z).sum(dim=1))


def focal(gamma):
    def loss(z, t):
        both = torch.cat([torch.zeros_like(z), z], dim=1) if z.shape[1] == 1 else z
        of_class = t[:, 0].long() if z.shape[1] == 1 else t.argmax(dim=1)
        entropy = functional.cross_entropy(both, of_class, reduction="none")
        return (1 - torch.exp(-entropy)) ** gamma * entropy
    return loss


def poisson(z, t):
    constant = torch.where(t > 0, t * torch.log(t.clamp(min=1e-300)) - t, torch.zeros_like(t))
    return (functional.poisson_nll_loss(z, t, log_input=True, reduction="none") + constant).sum(dim=1)


def quantile(q):
    return lambda z, t: torch.maximum(q * (t - z), (q - 1) * (t - z)).sum(dim=1)


def by_scikit_learn(name, z, t, weights):
    """The value once more, where scikit-learn has the loss as a metric: means over rows."""
    rows, width = z.shape
    if name == "hinge":
        if width == 1 and len(set(t[:, 0])) == 2:
            return rows * metrics.hinge_loss(t[:, 0], z[:, 0], sample_weight=weights) * weights.mean()
        if width > 2:
            of_class = t.argmax(axis=1)
            return rows * weights.mean() * metrics.hinge_loss(of_class, z, labels=range(width), sample_weight=weights)
    if name == "poisson":
        return sum(weights.sum() * metrics.mean_poisson_deviance(t[:, i], np.exp(z[:, i]), sample_weight=weights) / 2
                   for i in range(width))
    if name.startswith("quantile"):
        q = float(name.split(":")[1])
        return weights.sum() * metrics.mean_pinball_loss(t, z, sample_weight=weights, alpha=q)
    return None


FURTHER = {  # by name and parameter: the loss of a row, its targets, and by what the value is divided
    "hinge": (hinge, "classes", False),
    "focal:0": (focal(0.0), "classes", False),
    "focal:2": (focal(2.0), "classes", False),
    "focal:0.5": (focal(0.5), "classes", False),
    "poisson": (poisson, "counts", False),
    "quantile:0.5": (quantile(0.5), "numbers", True),
    "quantile:0.9": (quantile(0.9), "numbers", True),
}


def further(name, rows, width, weighted):
    """With the targets in the file: classes of both kinds for one output, counts."""
    loss, kind, mean_over_outputs = FURTHER[name]
    z = torch.tensor(SCALE * common.uniform(1, rows, width), requires_grad=True)
    if kind == "classes":
        targets = np.arange(rows)[:, None] % 2 * 1.0 if width == 1 else one_hot(rows, width)
    else:
        targets = SCALE * common.uniform(2, rows, width)
        targets = np.floor(2 * np.abs(targets)) if kind == "counts" else targets
    weights = 1 + common.uniform(3, rows) if weighted else np.ones(rows)
    sums = loss(z, torch.tensor(targets)) * torch.tensor(weights)
    sums.sum().backward()
    value = sums.sum().item() / (width if mean_over_outputs else 1)
    other = by_scikit_learn(name, z.detach().numpy(), targets, weights)
    assert other is None or abs(value - other) < 1e-9 * max(1, abs(value)), (name, rows, width, value, other)
    return {"loss": name, "rows": rows, "width": width, "scale": SCALE, "classes": kind == "classes",
            "weighted": weighted, "targets": common.rounded(targets.ravel()), "value": common.rounded(value),
            "gradient": common.rounded(z.grad.numpy().ravel(), 9)}


if __name__ == "__main__":
    cases = [case(name, *shape, weighted) for name in LOSSES for shape in SHAPES for weighted in (False, True)]
    cases += [smoothed("cross_entropy", *shape, weighted) for shape in SHAPES[1:] for weighted in (False, True)]
    cases += [smoothed("binary_cross_entropy", rows, 1, weighted) for rows in (1, 7) for weighted in (False, True)]
    cases += [further(name, *shape, weighted) for name in FURTHER for shape in SHAPES for weighted in (False, True)]
    common.write(__file__, cases + [far("cross_entropy", 9, 4), far("binary_cross_entropy", 9, 1)])
