#!/usr/bin/python3
"""Writes mlp.json: what scikit-learn's MLPClassifier and MLPRegressor do from given first weights.

Data and first weights are made by uniform() on both sides: mlp_oracle_test.cpp has the same formulas.
"""
import warnings

import common
import hebb_split
import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor, _multilayer_perceptron
from sklearn.neural_network._base import squared_loss

PROBLEMS = {  # 600 samples in batches of 64 leave 24 for the last
    "one_batch": {"samples": 90, "features": 6, "hidden": [10, 4], "seed": 10, "options": {}},
    "batches": {"samples": 600, "features": 12, "hidden": [32, 16], "seed": 20, "options": {"batch_size": 64}},
    "floor": {"samples": 1000, "features": 4, "hidden": [4], "seed": 30, "options": {}},
}
WEIGHTS_SEED = 100
TARGETS = ["two", "ten", "one", "three"]
SOLVERS = {
    "sgd": {"solver": "sgd", "nesterovs_momentum": False, "learning_rate_init": 0.01},
    "nesterov": {"solver": "sgd", "learning_rate_init": 0.01},
    "adam": {"solver": "adam", "learning_rate_init": 0.01},
}
ACTIVATIONS = ["relu", "tanh", "logistic", "identity"]
# (problem, options). Whole runs are held where scikit-learn's own end does not depend on rounding: with more
# weights than the data pin down, its loss after 200 iterations scatters by up to 100 %.
LBFGS = {
    "lbfgs": ("floor", {}),
    "lbfgs_penalty": ("floor", {"alpha": 1.0}),
    "lbfgs_20": ("batches", {"max_iter": 20}),
    "lbfgs_max_fun": ("batches", {"max_fun": 10}),
}
SCATTER = 0.005  # the most that rounding the first weights to float32 may change such an end, relatively
RUNS = {  # stop rules and schedules: (solvers, options)
    "plateau": (["sgd", "nesterov", "adam"], {"tol": 1e-2, "n_iter_no_change": 3, "max_iter": 300}),
    "early_stopping": (["sgd", "nesterov", "adam"],
                       {"early_stopping": True, "tol": 1e-3, "n_iter_no_change": 5, "max_iter": 300}),
    "adaptive": (["sgd", "nesterov"], {"learning_rate": "adaptive", "learning_rate_init": 0.02, "tol": 1e-2,
                                       "n_iter_no_change": 2, "max_iter": 300}),
    "adaptive_by_score": (["nesterov"], {"learning_rate": "adaptive", "learning_rate_init": 0.02,
                                         "early_stopping": True, "n_iter_no_change": 2, "max_iter": 300}),
    "invscaling": (["sgd", "nesterov"], {"learning_rate": "invscaling", "learning_rate_init": 0.1, "power_t": 0.3,
                                         "max_iter": 30}),
    "penalty": (["sgd", "adam"], {"alpha": 1.0, "max_iter": 30}),
}


def problem(samples, features, seed, **_):
    """Every sum here is exact in double, so that C++ makes the same numbers in any order."""
    x = 2 * common.uniform(seed, samples, features)
    hidden = np.maximum(0, x @ common.uniform(seed + 1, features, 10))
    score = hidden @ common.uniform(seed + 2, 10, 10) + 4 * common.uniform(seed + 3, samples, 10)
    ten = np.argmax(score, axis=1)
    ten[:10] = range(10)
    return x, {
        "two": (score[:, 0] > 0).astype(int),
        "ten": ten,
        "one": common.float32(score[:, 0]),
        "three": common.float32(score[:, :3]),
    }


class Recorded:
    """Starts from given weights, holds out hebb's rows, and keeps the rate of each epoch."""

    rounding = 0  # of the first weights, relatively
    consistent = False  # fit by the function that the gradient belongs to

    def _init_coef(self, fan_in, fan_out, dtype):
        bound = np.sqrt((2 if self.activation == "logistic" else 6) / (fan_in + fan_out))
        seed = WEIGHTS_SEED + 2 * len(self.coefs_)
        return (self._rounded(common.float32(bound * common.uniform(seed, fan_in, fan_out))),
                self._rounded(common.float32(bound * common.uniform(seed + 1, fan_out))))

    def _rounded(self, values):
        return values * (1 + self.rounding * self._random_state.uniform(-1, 1, values.shape))

    def _fit(self, x, y, incremental=False):
        self.rates = []
        labels = y if isinstance(self, MLPClassifier) else None
        parts = hebb_split.split(len(x), labels, self.validation_fraction)
        _multilayer_perceptron.train_test_split = lambda *arrays, **_: [a[part] for a in arrays for part in parts]
        # scikit-learn divides the squared error by the outputs, but not its gradient (scikit-learn #8349).
        factor = y.shape[1] if self.consistent else 1
        _multilayer_perceptron.LOSS_FUNCTIONS["squared_error"] = lambda *args: factor * squared_loss(*args)
        return super()._fit(x, y, incremental)

    def loss_of(self, x, y):
        """As scikit-learn reports it for regression."""
        penalty = 0.5 * self.alpha * sum(np.sum(w * w) for w in self.coefs_) / len(x)
        return squared_loss(y, self.predict(x)) + penalty

    def _update_no_improvement_count(self, *args):
        self.rates.append(self._optimizer.learning_rate if self.solver == "sgd" else self.learning_rate_init)
        super()._update_no_improvement_count(*args)


class Classifier(Recorded, MLPClassifier):
    pass


class Regressor(Recorded, MLPRegressor):
    pass


def changes(rates):
    """[epoch, rate] of the first epoch and of those where the rate changes."""
    return [[i + 1, rate] for i, rate in enumerate(rates) if i == 0 or rate != rates[i - 1]]


def fitted(on, target, activation, options, **fields):
    """A model and its loss."""
    x, targets = problem(**PROBLEMS[on])
    kind = Classifier if target in ("two", "ten") else Regressor
    model = kind(hidden_layer_sizes=PROBLEMS[on]["hidden"], activation=activation, shuffle=False, **options)
    vars(model).update(fields)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model.fit(x, targets[target])
    model.at_limit = any(issubclass(w.category, ConvergenceWarning) for w in caught)
    return model, model.loss_of(x, targets[target]) if model.consistent else model.loss_


def case(name, on, target, activation, options):
    # hebb's L-BFGS has the loss that fits the gradient. The two end alike, but get there by other ways.
    consistent = target == "three" and options["solver"] == "lbfgs" and on != "floor"
    model, loss = fitted(on, target, activation, options, consistent=consistent)
    out = {"name": name, "problem": on, "target": target, "activation": activation, "options": options,
           "n_iter": model.n_iter_, "at_limit": model.at_limit, "out_activation": model.out_activation_}
    if options["solver"] == "lbfgs":
        others = [fitted(on, target, activation, {**options, "random_state": seed}, rounding=2**-24,
                         consistent=consistent)[1] for seed in range(4)]
        scatter = max(abs(other / loss - 1) for other in others)
        assert scatter < SCATTER, (name, scatter)
        # Where a long run ends depends on rounding: on the processor, and on float32.
        out.update(loss=common.rounded(loss), rounding=SCATTER)
        if on == "floor" or not model.at_limit:
            del out["n_iter"]
    else:
        x = problem(**PROBLEMS[on])[0]
        predicted = model.predict_proba(x[:5]) if target in ("two", "ten") else model.predict(x[:5])
        out.update(loss_curve=common.rounded(model.loss_curve_), rates=common.rounded(changes(model.rates)),
                   scores=common.rounded(model.validation_scores_ or []),
                   predicted=common.rounded(np.ravel(predicted), 9))
    return out


def main():
    cases = []

    def add(name, on, target, activation, options):
        if options["solver"] != "lbfgs":
            options = {**PROBLEMS[on]["options"], **options}
        cases.append(case(name, on, target, activation, options))

    for target in TARGETS:
        for activation in ACTIVATIONS:
            for on in ("one_batch", "batches"):
                for solver, options in SOLVERS.items():
                    add(f"{on}_{target}_{solver}_{activation}", on, target, activation,
                        {**options, "max_iter": 20, "tol": 0.0})
            for run, (on, options) in LBFGS.items():
                add(f"{target}_{run}_{activation}", on, target, activation, {"solver": "lbfgs", **options})
        for run, (solvers, options) in RUNS.items():
            for solver in solvers:
                add(f"{target}_{run}_{solver}", "batches", target, "tanh", {**SOLVERS[solver], **options})
    common.write(__file__, {"problems": PROBLEMS, "weights_seed": WEIGHTS_SEED, "cases": cases})


if __name__ == "__main__":
    main()
