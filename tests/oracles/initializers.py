#!/usr/bin/python3
"""Writes initializers.json: the bounds and deviations that PyTorch and scikit-learn draw first weights with."""
import common
import torch
from sklearn.neural_network import MLPClassifier
from torch.nn import init

FANS = [(300, 200), (7, 4000), (3000, 11)]  # enough draws to tell a spread by


class Probe(torch.Tensor):
    """A weight that keeps what it was asked to be filled with."""

    def uniform_(self, low, high):
        assert low == -high
        self.asked = {"bound": high}
        return self

    def normal_(self, mean, deviation):
        assert mean == 0
        self.asked = {"deviation": deviation}
        return self


class RandomState:
    def uniform(self, low, high, shape):
        assert low == -high
        return torch.tensor(high).numpy()


def by_torch(fill, **options):
    def spread(fan_in, fan_out):
        probe = torch.empty(fan_out, fan_in).as_subclass(Probe)
        fill(probe, **options)
        return probe.asked

    return spread


def by_sklearn(activation):
    def spread(fan_in, fan_out):
        model = MLPClassifier(activation=activation)
        model._random_state = RandomState()
        weights, biases = model._init_coef(fan_in, fan_out, "f8")
        return {"bound": float(weights), "bias_bound": float(biases)}

    return spread


INITIALIZERS = [
    ("sklearn", False, by_sklearn("relu")),
    ("sklearn", True, by_sklearn("logistic")),
    ("glorot", False, by_torch(init.xavier_uniform_)),
    ("glorot_normal", False, by_torch(init.xavier_normal_)),
    ("he", False, by_torch(init.kaiming_normal_, nonlinearity="relu")),
    ("he_uniform", False, by_torch(init.kaiming_uniform_, nonlinearity="relu")),
    ("lecun", False, by_torch(init.kaiming_normal_, nonlinearity="linear")),
    ("lecun_uniform", False, by_torch(init.kaiming_uniform_, nonlinearity="linear")),
]

if __name__ == "__main__":
    common.write(__file__, [
        {"initializer": name, "logistic": logistic, "fan_in": fans[0], "fan_out": fans[1],
         **common.rounded(spread(*fans))} for name, logistic, spread in INITIALIZERS for fans in FANS])
