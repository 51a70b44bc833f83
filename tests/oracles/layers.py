#!/usr/bin/python3
"""Writes layers.json: the layers by PyTorch in double, forward and backward. Inputs, d loss / d outputs and
parameters are uniform() of the seeds 1, 2 and 3."""
import common
import numpy as np
import torch
from torch.nn import functional

SHAPES = [(1, 1, 2), (1, 7, 2), (2, 16, 40), (5, 9, 2), (9, 33, 4)]  # rows, inputs, largest input



def linear(x, parameters):
    out = len(parameters) // (x.shape[1] + 1)
    return functional.linear(x, parameters[:-out].view(-1, out).T, parameters[-out:])


LAYERS = {  # text: function of the inputs, and of the parameters where there are any
    "linear(1)": linear,
    "linear(3)": linear,
    "linear(17)": linear,
    "identity": torch.nn.Identity(),
    "step": lambda x: torch.heaviside(x, torch.zeros_like(x)).detach() + 0 * x,
    "logistic": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": functional.relu,
    "leaky_relu(0.2)": lambda x: functional.leaky_relu(x, 0.2),
    "leaky_relu": functional.leaky_relu,
    "gelu": functional.gelu,
    "softplus": lambda x: functional.softplus(x, threshold=1e9),  # PyTorch goes over to x from 20 on
    "silu": functional.silu,
    "swish": functional.silu,
    "elu": functional.elu,
    "elu(0.5)": lambda x: functional.elu(x, 0.5),
    "selu": functional.selu,
    "hard_sigmoid": functional.hardsigmoid,
    "hard_swish": functional.hardswish,
    "mish": functional.mish,
    "cos": torch.cos,
    "softmax": lambda x: functional.softmax(x, dim=1),
    "dropout(0.25)": lambda x: functional.dropout(x, 0.25, training=False),
}


def case(text, rows, inputs, scale):
    def variable(values):
        return torch.tensor(values, requires_grad=True)

    arguments = [variable(scale * common.uniform(1, rows, inputs))]
    if text.startswith("linear"):
        outputs = int(text[len("linear("):-1])
        arguments.append(variable(common.uniform(3, (inputs + 1) * outputs)))
    y = LAYERS[text](*arguments)
    y.backward(torch.tensor(common.uniform(2, *y.shape)))
    values = {"y": y.detach(), "dx": arguments[0].grad, "gradient": [v.grad.numpy() for v in arguments[1:]]}
    return {"text": text, "rows": rows, "inputs": inputs, "scale": scale,
            **{key: common.rounded(np.ravel(value), 9) for key, value in values.items()}}


if __name__ == "__main__":
    common.write(__file__, [case(text, *shape) for text in LAYERS for shape in SHAPES])
