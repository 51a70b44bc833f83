#!/usr/bin/python3
"""Writes convolution.json: the layers on images, and small networks of them, by PyTorch in double, forward and
backward. A case is a text, the shape of a sample and the number of rows; samples are (C, H, W), and all arrays
stand in PyTorch's order, parameters in the order of the flat array: of conv the weight (O, I / groups, h, w) and
the bias, of batchnorm weight, bias, running mean and running variance, of linear the weight (in, out) and the
bias. As the gradient of a running statistic stands what the batch takes off it. A network ends in a cross-entropy
summed over rows."""
import re
import warnings

import common
import numpy as np
import torch
from torch.nn import functional

warnings.filterwarnings("ignore", message="Using padding='same' with even kernel lengths")

# Of what PyTorch found; the test allows twenty times their rounding (convolution_oracle_test.cpp).
DECIMALS = 6
# Where rounding could decide: a relu's input or two rivals of a maximum are further apart, or equal.
APART = 1e-5


def inputs(seed, count, scale=1.0):
    """As uniform(), in few digits of which float32 holds the nearest number."""
    return np.round(scale * common.uniform(seed, count), 3)


def rounded(values):
    return np.round(np.ravel(values.detach()), DECIMALS).tolist()


class Parameters:
    """Hands out parameters as the layers ask for them, and keeps them as they lie in the flat array."""

    def __init__(self, seed):
        self.source, self.taken, self.written = common.uniform(seed, 20000), [], []

    def take(self, *shape, scale=1.0, shift=0.0):
        begin, count = sum(map(len, self.written)), int(np.prod(shape))
        self.written.append(np.round(shift + scale * self.source[begin:begin + count], 3))
        self.taken.append(torch.tensor(common.float32(self.written[-1]).reshape(shape), requires_grad=True))
        return self.taken[-1]

    def values(self):
        return np.concatenate([[], *self.written])

    def gradient(self):
        return torch.cat([torch.zeros(0), *(torch.zeros(p.numel()) if p.grad is None else p.grad.flatten()
                                            for p in self.taken)])


def pair(text):
    """(h, w) of "3" or "3x5"."""
    both = [int(number) for number in str(text).split("x")]
    return tuple(both * 2 if len(both) == 1 else both)


def same_padding(size, kernel, stride, dilation):
    """(before, after) that give ceil(size / stride) outputs, by the rule of TensorFlow's "SAME"."""
    total = max((-(-size // stride) - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def conv(x, parameters, training, out, kernel, stride=1, pad="same", dilation=1, groups=1):
    out, groups, (stride, dilation, kernel) = int(out), int(groups), map(pair, (stride, dilation, kernel))
    fan_in = x.shape[1] // groups * kernel[0] * kernel[1]
    weight = parameters.take(out, x.shape[1] // groups, *kernel, scale=(3 / fan_in) ** 0.5)
    options = {"stride": stride, "dilation": dilation, "groups": groups, "bias": parameters.take(out)}
    if pad == "same" and stride == (1, 1):
        return functional.conv2d(x, weight, padding="same", **options)
    if pad == "same":
        sides = [same_padding(*axis) for axis in zip(x.shape[2:], kernel, stride, dilation)]
        return functional.conv2d(functional.pad(x, (*sides[1], *sides[0])), weight, **options)
    return functional.conv2d(x, weight, padding=0 if pad == "valid" else pair(pad), **options)


def linear(x, parameters, training, out):
    x = x.flatten(1)
    weight = parameters.take(x.shape[1], int(out), scale=(3 / x.shape[1]) ** 0.5)
    return x @ weight + parameters.take(int(out))


def relu(x, parameters, training):
    assert x.abs().min() > APART
    return functional.relu(x)


def maxpool(x, parameters, training, window, stride=None):
    window = pair(window)
    stride = pair(stride) if stride else window
    y = functional.max_pool2d(x, window, stride)
    peaks = y.view(x.shape[0] * x.shape[1], 1, -1)
    gaps = peaks - functional.unfold(x.flatten(0, 1).unsqueeze(1), window, stride=stride)
    assert ((gaps == 0) | (gaps > APART)).all()
    assert (((gaps == 0).sum(1, keepdim=True) == 1) | (peaks == 0)).all()  # equal zeros: a relu stops their gradient
    return y


def avgpool(x, parameters, training, window, stride=None):
    return functional.avg_pool2d(x, pair(window), pair(stride) if stride else None)


def sumpool(x, parameters, training, window, stride=None):
    return functional.avg_pool2d(x, pair(window), pair(stride) if stride else None, divisor_override=1)


def batchnorm(x, parameters, training, momentum=0.1, epsilon=1e-5):
    channels = x.shape[1]
    weight, bias = parameters.take(channels), parameters.take(channels)
    mean, variance = parameters.take(channels, scale=0.5), parameters.take(channels, scale=0.5, shift=1)
    kept = [statistic.detach().clone() for statistic in (mean, variance)]
    y = functional.batch_norm(x, *kept, weight, bias, training, float(momentum), float(epsilon))
    mean.grad, variance.grad = mean.detach() - kept[0], variance.detach() - kept[1]
    return y


def layernorm(x, parameters, training, epsilon=1e-5):
    weight, bias = parameters.take(*x.shape[1:]), parameters.take(*x.shape[1:])
    return functional.layer_norm(x, x.shape[1:], weight, bias, float(epsilon))


def residual(x, parameters, training, body):
    """Option A of He et al. (2015), section 3.3: the shortcut has no parameters."""
    y = network(body)(x, parameters, training)
    steps = [-(-before // behind) for before, behind in zip(x.shape[2:], y.shape[2:])]
    skip = x[:, :, ::steps[0], ::steps[1]]
    return y + functional.pad(skip, (0, 0, 0, 0, 0, y.shape[1] - skip.shape[1]))


LAYERS = {
    "conv": conv, "linear": linear, "relu": relu, "maxpool": maxpool, "avgpool": avgpool, "sumpool": sumpool,
    "batchnorm": batchnorm, "layernorm": layernorm,
    "flatten": lambda x, parameters, training: x.flatten(1),
    "globalavgpool": lambda x, parameters, training: functional.adaptive_avg_pool2d(x, 1),
    "globalmaxpool": lambda x, parameters, training: functional.adaptive_max_pool2d(x, 1),
}


def network(text):
    """The function of (inputs, parameters, training) that a network text stands for."""

    def apply(x, parameters, training):
        for name, arguments in re.findall(r"(\w+)(?:\(((?:[^()]|\([^()]*\))*)\))?", text):
            if name == "residual":
                x = residual(x, parameters, training, arguments)
            else:
                words = arguments.split(",") if arguments else []
                keyed = dict(word.split("=") for word in words if "=" in word)
                x = LAYERS[name](x, parameters, training, *(word for word in words if "=" not in word), **keyed)
        return x

    return apply


def case(text, sample, rows, training=True, classes=False):
    values = inputs(1, rows * int(np.prod(sample)))
    x = torch.tensor(common.float32(values).reshape(rows, *sample), requires_grad=True)
    parameters = Parameters(3)
    y = network(text)(x, parameters, training)
    found = {"layer": text, "input": sample, "rows": rows, "training": training, "rounding": 2 * 10 ** -DECIMALS}
    if classes:
        y.retain_grad()
        found["classes"] = [row * 3 % y.shape[1] for row in range(rows)]
        loss = functional.cross_entropy(y, torch.tensor(found["classes"]), reduction="sum")
        loss.backward()
        found.update(loss=common.rounded(loss.item()), dy=rounded(y.grad))
    else:
        dy = inputs(2, y.numel())
        y.backward(torch.tensor(common.float32(dy).reshape(y.shape)))
        found["dy"] = dy.tolist()
    return {**found, "x": values.tolist(), "parameters": parameters.values().tolist(), "output": list(y.shape[1:]),
            "y": rounded(y), "dx": rounded(x.grad), "gradient": rounded(parameters.gradient())}


CONVOLUTIONS = [  # text, sample, rows
    ("conv(1,1)", (1, 5, 7), 1),
    ("conv(3,1)", (2, 5, 7), 3),
    ("conv(17,1)", (33, 2, 3), 1),
    ("conv(33,1)", (4, 2, 3), 2),
    ("conv(4,1,stride=2)", (8, 5, 7), 1),
    ("conv(6,1,pad=1)", (3, 4, 3), 2),
    ("conv(20,1,groups=2)", (8, 3, 2), 2),
    ("conv(2,2)", (1, 5, 7), 2),
    ("conv(3,2,pad=valid)", (4, 5, 7), 1),
    ("conv(4,2,stride=2)", (3, 5, 7), 2),
    ("conv(4,2,stride=2,pad=1)", (2, 9, 9), 1),
    ("conv(8,2,dilation=2)", (2, 5, 7), 1),
    ("conv(8,3)", (1, 5, 7), 1),
    ("conv(1,3)", (3, 9, 9), 1),
    ("conv(6,3,pad=valid)", (3, 5, 7), 2),
    ("conv(16,3)", (3, 3, 3), 1),
    ("conv(2,3)", (16, 3, 3), 2),
    ("conv(17,3)", (2, 4, 3), 1),
    ("conv(2,3)", (17, 3, 3), 2),
    ("conv(1,3)", (33, 3, 3), 1),
    ("conv(33,3)", (1, 3, 3), 1),
    ("conv(20,3)", (1, 1, 1), 5),
    ("conv(2,3)", (20, 1, 1), 3),
    ("conv(3,3)", (2, 1, 7), 3),
    ("conv(3,3)", (2, 7, 1), 2),
    ("conv(3,3,pad=2)", (2, 5, 7), 1),
    ("conv(3,3,pad=2x0)", (2, 5, 7), 2),
    ("conv(4,3,stride=2)", (3, 5, 7), 2),
    ("conv(4,3,stride=2)", (2, 6, 8), 2),
    ("conv(6,3,stride=2,pad=1)", (2, 9, 9), 1),
    ("conv(2,3,stride=3,pad=0)", (3, 9, 9), 1),
    ("conv(3,3,stride=3)", (4, 5, 7), 2),
    ("conv(4,3,stride=2x1,pad=valid)", (3, 5, 7), 2),
    ("conv(4,3,stride=2x1)", (3, 5, 7), 2),
    ("conv(4,3,stride=1x3,pad=1)", (2, 5, 7), 3),
    ("conv(4,3,dilation=2)", (2, 5, 7), 2),
    ("conv(3,3,pad=valid,dilation=2)", (2, 9, 9), 1),
    ("conv(4,3,stride=2,dilation=2)", (2, 9, 9), 2),
    ("conv(4,3,stride=2,pad=1,dilation=2x1)", (3, 5, 7), 2),
    ("conv(4,3,groups=2)", (6, 5, 7), 1),
    ("conv(16,3,groups=2)", (4, 3, 3), 1),
    ("conv(6,3,groups=6)", (6, 4, 3), 2),
    ("conv(17,3,groups=17)", (17, 2, 3), 1),
    ("conv(33,3,groups=33)", (33, 2, 2), 1),
    ("conv(8,3,groups=4)", (4, 3, 5), 2),
    ("conv(4,3,stride=2,groups=4)", (4, 5, 7), 1),
    ("conv(3,3,dilation=2,groups=3)", (3, 5, 7), 1),
    ("conv(2,3x5)", (3, 5, 7), 2),
    ("conv(4,3x5,pad=valid)", (2, 5, 7), 3),
    ("conv(out=8,kernel=3x5,stride=2x1,pad=1,dilation=2,groups=2)", (2, 9, 9), 2),
    ("conv(4,3x5,stride=2)", (2, 5, 7), 2),
    ("conv(3,1x7)", (2, 5, 7), 2),
    ("conv(3,5x1,pad=2x0)", (2, 5, 7), 2),
    ("conv(1,5)", (1, 28, 28), 1),
    ("conv(3,5)", (3, 5, 7), 1),
    ("conv(3,5,pad=valid)", (1, 5, 7), 5),
    ("conv(3,5,stride=2)", (2, 9, 9), 1),
    ("conv(3,5,stride=3,pad=2)", (1, 9, 9), 2),
    ("conv(4,5,groups=2)", (2, 5, 7), 1),
    ("conv(8,5)", (1, 3, 3), 3),
    ("conv(3,7)", (1, 5, 7), 2),
    ("conv(2,7,pad=valid)", (2, 9, 9), 1),
    ("conv(2,7,stride=2)", (1, 9, 9), 2),
    ("conv(2,7)", (2, 1, 1), 2),
]

POOLS = [
    ("maxpool(2)", (1, 5, 7), 2),
    ("maxpool(2)", (3, 6, 4), 2),
    ("maxpool(2)", (17, 4, 5), 1),
    ("maxpool(3)", (2, 9, 9), 2),
    ("maxpool(3)", (4, 5, 7), 1),
    ("maxpool(3,2)", (2, 9, 9), 1),
    ("maxpool(window=3,stride=1)", (2, 5, 7), 1),
    ("maxpool(2x3)", (3, 5, 7), 2),
    ("maxpool(2,3)", (6, 5, 7), 1),
    ("maxpool(window=2x3,stride=2x1)", (4, 5, 7), 1),
    ("maxpool(1)", (2, 3, 3), 1),
    ("avgpool(2)", (3, 5, 7), 2),
    ("avgpool(2)", (8, 4, 4), 1),
    ("avgpool(3)", (20, 3, 3), 1),
    ("avgpool(3,2)", (2, 9, 9), 1),
    ("avgpool(3,1)", (2, 5, 7), 1),
    ("avgpool(2x3,3)", (3, 5, 7), 2),
    ("avgpool(2,3)", (33, 3, 2), 1),
    ("sumpool(2)", (3, 5, 7), 2),
    ("sumpool(2)", (16, 4, 4), 1),
    ("sumpool(3,2)", (2, 9, 9), 1),
    ("sumpool(3,1)", (2, 5, 7), 1),
    ("sumpool(window=2x3,stride=1x2)", (3, 5, 7), 2),
    ("globalavgpool", (3, 5, 7), 2),
    ("globalavgpool", (17, 3, 3), 2),
    ("globalavgpool", (4, 1, 1), 2),
    ("globalmaxpool", (3, 5, 7), 2),
    ("globalmaxpool", (20, 2, 3), 3),
    ("flatten", (3, 5, 7), 2),
]

NORMALISATIONS = [
    ("batchnorm", (3, 5, 7), 2),
    ("batchnorm", (17, 2, 2), 3),
    ("batchnorm", (4, 1, 1), 5),
    ("batchnorm", (8, 3, 3), 1),
    ("batchnorm(momentum=0.3,epsilon=0.01)", (2, 9, 9), 1),
    ("batchnorm", (6,), 5),
]

EVALUATIONS = [
    ("batchnorm", (3, 5, 7), 2),
    ("batchnorm(epsilon=0.01)", (17, 2, 2), 2),
    ("batchnorm", (6,), 3),
]

OTHERS = [
    ("layernorm", (3, 5, 7), 2),
    ("layernorm", (17, 2, 2), 2),
    ("layernorm(epsilon=0.01)", (2, 3, 4), 1),
    ("layernorm", (20,), 3),
    ("residual(conv(4,3) relu conv(4,3))", (4, 5, 7), 1),
    ("residual(conv(6,3,stride=2) relu conv(6,3))", (2, 5, 7), 2),
    ("residual(conv(4,3,stride=2x1))", (4, 6, 5), 2),
    ("residual(conv(17,1))", (3, 2, 3), 2),
    ("residual(conv(2,3) batchnorm relu conv(2,3) batchnorm)", (2, 5, 7), 3),
]

NETWORKS = [
    ("conv(4,3) relu maxpool(2) conv(6,3) relu maxpool(2) flatten linear(3)", (1, 9, 9), 3),
    ("conv(2,5) relu maxpool(2) conv(4,5) relu maxpool(2) flatten linear(8) relu linear(10)", (1, 12, 8), 2),
    ("conv(4,3,pad=valid) relu avgpool(2) conv(8,3) relu globalavgpool linear(4)", (1, 9, 7), 3),
    ("conv(4,3) relu sumpool(2) linear(3)", (2, 5, 7), 2),
    ("conv(4,3) batchnorm relu maxpool(2) conv(6,3,stride=2) batchnorm relu flatten linear(3)", (1, 9, 9), 5),
    ("conv(4,3) layernorm relu globalmaxpool flatten linear(5)", (1, 5, 7), 3),
    ("conv(4,3) relu residual(conv(4,3) relu conv(4,3)) relu globalavgpool linear(3)", (1, 5, 7), 3),
    ("conv(4,3) batchnorm relu residual(conv(6,3,stride=2) batchnorm relu conv(6,3) batchnorm) relu "
     "globalavgpool flatten linear(3)", (1, 9, 7), 5),
    ("conv(6,3,groups=3) relu conv(8,1) relu maxpool(3,2) flatten linear(6) batchnorm relu linear(4)", (3, 7, 5), 3),
    ("flatten linear(7) relu linear(3)", (2, 3, 3), 2),
]

if __name__ == "__main__":
    common.write(__file__, [
        *(case(*row) for row in CONVOLUTIONS + POOLS + NORMALISATIONS + OTHERS),
        *(case(*row, training=False) for row in EVALUATIONS),
        *(case(*row, classes=True) for row in NETWORKS)])
