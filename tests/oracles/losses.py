#!/usr/bin/python3
"""Writes losses.json: value and gradient of the losses by PyTorch in double, for outputs, targets and weights
made by uniform(); where an output is so wrong that its probability is cut off, the value by scikit-learn."""
import common
import numpy as np
import torch
from scipy.special import expit, softmax
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


if __name__ == "__main__":
    cases = [case(name, *shape, weighted) for name in LOSSES for shape in SHAPES for weighted in (False, True)]
    cases += [smoothed("cross_entropy", *shape, weighted) for shape in SHAPES[1:] for weighted in (False, True)]
    cases += [smoothed("binary_cross_entropy", rows, 1, weighted) for rows in (1, 7) for weighted in (False, True)]
    common.write(__file__, cases + [far("cross_entropy", 9, 4), far("binary_cross_entropy", 9, 1)])
