#!/usr/bin/python3
"""Writes optimizers.json: weights after each of some steps, by scikit-learn's optimisers where it has them and by
PyTorch's otherwise, in double. Weights and gradients are uniform() of the seeds 1 and 10 + step."""
import common
import numpy as np
import torch
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

COUNT, STEPS = 21, 8  # 21 leaves vectors half filled
L2 = 0.1


def gradient(step):
    return common.uniform(10 + step, COUNT)


def by_sklearn(make):
    def run():
        weights = common.uniform(1, COUNT)
        optimizer = make([weights])
        for step in range(STEPS):
            optimizer.update_params([weights], [gradient(step) + L2 * weights])
            yield weights.copy()

    return run


def by_torch(make):
    def run():
        weights = torch.tensor(common.uniform(1, COUNT), requires_grad=True)
        optimizer = make([weights])
        for step in range(STEPS):
            weights.grad = torch.tensor(gradient(step))
            optimizer.step()
            yield weights.detach().numpy().copy()

    return run


def torch_adamw(params):
    """PyTorch's AdamW has no L2 penalty of its own beside the decay, so the gradient brings it."""
    optimizer = torch.optim.AdamW(params, lr=0.02, betas=(0.8, 0.99), eps=1e-8, weight_decay=0.05)

    class WithPenalty:
        def step(self):
            params[0].grad += L2 * params[0].detach()
            optimizer.step()

    return WithPenalty()


RUNS = [  # solver, learning rate, options, run
    ("sgd", 0.05, {"momentum": 0.0, "nesterovs_momentum": False},
     by_sklearn(lambda p: SGDOptimizer(p, 0.05, momentum=0.0, nesterov=False))),
    ("sgd", 0.05, {"momentum": 0.8, "nesterovs_momentum": False},
     by_sklearn(lambda p: SGDOptimizer(p, 0.05, momentum=0.8, nesterov=False))),
    ("sgd", 0.05, {"momentum": 0.8, "nesterovs_momentum": True},
     by_sklearn(lambda p: SGDOptimizer(p, 0.05, momentum=0.8, nesterov=True))),
    ("sgd", 0.05, {"momentum": 0.8, "nesterovs_momentum": False},
     by_torch(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, weight_decay=L2))),
    ("sgd", 0.05, {"momentum": 0.8, "nesterovs_momentum": True},
     by_torch(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True, weight_decay=L2))),
    # An epsilon that matters: it stands outside of the bias correction, as in scikit-learn.
    ("adam", 0.02, {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 0.01},
     by_sklearn(lambda p: AdamOptimizer(p, 0.02, beta_1=0.8, beta_2=0.99, epsilon=0.01))),
    ("adam", 0.02, {}, by_torch(lambda p: torch.optim.Adam(p, lr=0.02, weight_decay=L2))),
    ("adamw", 0.02, {"beta_1": 0.8, "beta_2": 0.99, "weight_decay": 0.05}, by_torch(torch_adamw)),
    ("rmsprop", 0.01, {"rho": 0.9, "epsilon": 0.01},
     by_torch(lambda p: torch.optim.RMSprop(p, lr=0.01, alpha=0.9, eps=0.01, weight_decay=L2))),
]

if __name__ == "__main__":
    common.write(__file__, [
        {"solver": solver, "learning_rate": rate, "options": options, "l2": L2,
         "weights": common.rounded([np.asarray(w) for w in run()], 9)} for solver, rate, options, run in RUNS])
