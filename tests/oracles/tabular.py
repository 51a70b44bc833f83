#!/usr/bin/python3
"""Writes tabular.json: the layers of networks for tables, and small networks of them, by PyTorch in double, forward
and backward. Inputs, d loss / d outputs and parameters are uniform() of the seeds 1, 2 and 3, inputs times a scale;
numbers of categories are written out."""
import math

import common
import numpy as np
import torch
from torch.nn import functional


def linear(x, take, out):
    weight = take(x.shape[-1], out)
    return functional.linear(x, weight.T, take(out))


def scale(x, take, rate=6):
    return torch.mul(x, torch.ones(x.shape[1:]) + rate * take(*x.shape[1:]))


def ntk(x, take, out, bias=0.1):
    x = x.flatten(1)
    weight = take(x.shape[1], out)
    return functional.linear(x, weight.T / math.sqrt(x.shape[1]), bias * take(out))


def parametric(x, take, f, rate=0.1):
    return torch.lerp(x, f(x), 1 + rate * take(*x.shape[1:]))


def grouped(x, take, out, rate=1):
    x = x if x.dim() == 3 else x.unsqueeze(2)
    weight = take(x.shape[1], x.shape[2], out)
    bias = take(x.shape[1], out)
    return torch.baddbmm(bias.unsqueeze(1), rate * x.transpose(0, 1), weight).transpose(0, 1)


def embed(x, take, categories, width):
    index = [int(v) if v in range(categories) else categories for v in x.detach().flatten().tolist()]
    return functional.embedding(torch.tensor(index), take(categories + 1, width)) + 0 * x


def members(x, take, k):
    return torch.einsum("ni,ki->nki", x, take(k, x.shape[1]))


def realmlp(x, take):
    numbers = scale(x[:, 0:3], take)
    periodic = scale(x[:, 0:3], take)
    periodic = torch.cos(grouped(periodic, take, 4, 6.28318531))
    periodic = grouped(periodic, take, 2).flatten(1)
    other = x[:, 3:5]
    category = embed(x[:, 5:6], take, 4, 3)
    x = torch.cat([numbers, periodic, other, category], 1)
    x = parametric(ntk(x, take, 8), take, functional.selu)
    x = parametric(ntk(x, take, 8), take, functional.mish)
    return ntk(x, take, 3)


def tabm(x, take):
    x = members(x, take, 4)
    x = functional.relu(linear(x, take, 7))
    x = functional.relu(linear(scale(x, take, 1), take, 6))
    return grouped(x, take, 3)


REALMLP = ("concat(columns(0,3) scale | columns(0,3) scale grouped(4,rate=6.28318531) cos grouped(2) flatten | "
           "columns(3,5) | columns(5,6) embed(4,3)) ntk(8) parametric(selu) ntk(8) parametric(mish) ntk(3)")
TABM = "members(4) shared(7) relu scale(1) shared(6) relu grouped(3)"
CASES = [  # text, one sample, rows, largest input, the column of categories, and the same in PyTorch
    ("columns(0,1)", (1,), 3, 2, None, lambda x, take: x[:, :1]),
    ("columns(2,5)", (7,), 4, 2, None, lambda x, take: x[:, 2:5]),
    ("scale", (5,), 9, 2, None, scale),
    ("scale(0)", (4,), 3, 2, None, lambda x, take: scale(x, take, 0)),
    ("scale(rate=0.5)", (3, 4), 7, 2, None, lambda x, take: scale(x, take, 0.5)),
    ("scale(2)", (2, 3, 4), 5, 2, None, lambda x, take: scale(x, take, 2)),
    ("ntk(1)", (1,), 1, 2, None, lambda x, take: ntk(x, take, 1)),
    ("ntk(17)", (33,), 9, 4, None, lambda x, take: ntk(x, take, 17)),
    ("ntk(5,bias=2)", (3, 4), 6, 2, None, lambda x, take: ntk(x, take, 5, 2)),
    ("ntk(3,bias=0)", (6,), 6, 2, None, lambda x, take: ntk(x, take, 3, 0)),
    ("parametric(selu)", (19,), 5, 4, None, lambda x, take: parametric(x, take, functional.selu)),
    ("parametric(mish,rate=1)", (6,), 9, 4, None, lambda x, take: parametric(x, take, functional.mish, 1)),
    ("parametric(relu)", (2, 5), 4, 2, None, lambda x, take: parametric(x, take, functional.relu)),
    ("parametric(silu,rate=3)", (3, 2, 5), 4, 2, None, lambda x, take: parametric(x, take, functional.silu, 3)),
    ("parametric(identity)", (4,), 2, 2, None, lambda x, take: parametric(x, take, lambda v: v)),
    ("cos", (3, 2), 8, 60, None, lambda x, take: torch.cos(x)),
    ("grouped(1)", (1,), 1, 2, None, lambda x, take: grouped(x, take, 1)),
    ("grouped(16,rate=6)", (5,), 9, 2, None, lambda x, take: grouped(x, take, 16, 6)),
    ("grouped(3)", (6,), 33, 2, None, lambda x, take: grouped(x, take, 3)),
    ("grouped(3,rate=0.5)", (4, 16), 9, 2, None, lambda x, take: grouped(x, take, 3, 0.5)),
    ("grouped(17)", (2, 1), 4, 2, None, lambda x, take: grouped(x, take, 17)),
    ("shared(5)", (3, 7), 9, 2, None, lambda x, take: linear(x, take, 5)),
    ("shared(1)", (1, 1), 1, 2, None, lambda x, take: linear(x, take, 1)),
    ("embed(5,3)", (1,), 20, 6, 0, lambda x, take: embed(x, take, 5, 3)),
    ("embed(1,1)", (1,), 4, 2, 0, lambda x, take: embed(x, take, 1, 1)),
    ("members(1)", (4,), 5, 2, None, lambda x, take: members(x, take, 1)),
    ("members(16)", (17,), 9, 2, None, lambda x, take: members(x, take, 16)),
    (REALMLP, (6,), 40, 2, 5, realmlp),
    (TABM, (5,), 40, 2, None, tabm),
]


def of_members(y):
    """The losses of all rows, means over the members of each, with their gradients, and the predictions."""
    rows, members, outputs = y.shape
    classes = torch.arange(rows) % outputs
    numbers = torch.tensor(common.uniform(5, rows, outputs))
    result = {}
    y.requires_grad_(True)
    every = classes.unsqueeze(1).expand(rows, members)
    entropy = functional.cross_entropy(y.transpose(1, 2), every, reduction="none").mean(1).sum()
    result["cross_entropy"], result["cross_entropy_gradient"] = entropy.detach(), torch.autograd.grad(entropy, y)[0]
    square = 0.5 * functional.mse_loss(y, numbers.unsqueeze(1).expand_as(y), reduction="none").mean((1, 2)).sum()
    result["squared_error"] = square.detach()
    # As in scikit-learn, the gradient is not divided by the number of outputs.
    result["squared_error_gradient"] = outputs * torch.autograd.grad(square, y)[0]
    result["probabilities"] = functional.softmax(y.detach(), 2).mean(1)
    result["numbers"] = y.detach().mean(1)
    return result


def case(text, sample, rows, largest, categories, function):
    x = largest * common.uniform(1, rows, *sample)
    if categories is not None:  # whole numbers, some of them negative or too large, and a fraction
        x[:, categories] = np.round(6 * common.uniform(4, rows) + 2)
        x[-1, categories] += 0.5
    x = torch.tensor(x, requires_grad=True)
    parameters = torch.tensor(common.uniform(3, 10000), requires_grad=True)
    used = 0

    def take(*shape):
        nonlocal used
        used += math.prod(shape)
        return parameters[used - math.prod(shape):used].view(shape)

    y = function(x, take)
    y.backward(torch.tensor(common.uniform(2, *y.shape)))
    gradient = parameters.grad[:used] if used else torch.zeros(0)
    values = {"y": y.detach(), "dx": x.grad, "gradient": gradient}
    if categories is not None:
        values["x"] = x.detach()
    if text.startswith("members") and y.dim() == 3:
        values |= of_members(y.detach())
    return {"text": text, "sample": sample, "output": list(y.shape[1:]), "rows": rows, "scale": largest,
            **{key: common.rounded(np.ravel(value), 9) for key, value in values.items()}}


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    common.write(__file__, [case(*c) for c in CASES])
