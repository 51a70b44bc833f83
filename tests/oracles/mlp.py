#!/usr/bin/python3
"""Writes mlp.json: what scikit-learn's MLPClassifier and MLPRegressor do from given first weights.

Run with Debian's python3-sklearn (1.2.1):  python3 tests/oracles/mlp.py
"""
import json
import pathlib
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

warnings.simplefilter("ignore", ConvergenceWarning)
SAMPLES, FEATURES = 90, 6


def problems():
    random = np.random.RandomState(3)
    x = np.round(random.normal(size=(SAMPLES, FEATURES)), 4)
    hidden = np.tanh(x @ random.normal(size=(FEATURES, 10)))
    score = hidden @ random.normal(size=(10, 10))
    ten = np.argmax(score, axis=1)
    ten[:10] = range(10)
    return x, {
        "two": (MLPClassifier, (score[:, 0] > 0).astype(int)),
        "ten": (MLPClassifier, ten),
        "one": (MLPRegressor, np.round(score[:, 0], 4)),
        "three": (MLPRegressor, np.round(score[:, :3], 4)),
    }


def recorded(model, x, y):
    """Fits, and returns the first weights beside what came out."""
    first = []
    draw = model._init_coef

    def keep(*args):
        weights, biases = draw(*args)
        first.append((weights.copy(), biases.copy()))
        return weights, biases

    model._init_coef = keep
    model.fit(x, y)
    flat = [v for weights, biases in first for v in [*weights.ravel(), *biases]]
    return flat, model


SOLVERS = {
    "sgd": {"solver": "sgd", "nesterovs_momentum": False, "learning_rate_init": 0.01},
    "nesterov": {"solver": "sgd", "learning_rate_init": 0.01},
    "adam": {"solver": "adam", "learning_rate_init": 0.01},
    "lbfgs": {"solver": "lbfgs"},
}
# A penalty strong enough that there is one valley, not many, so that two searches end alike; with several
# outputs scikit-learn's gradient is not that of its loss, and the penalty must be weak instead. Networks of
# relu have many valleys with any penalty, so they are left out.
LBFGS_ALPHA = {"two": 1.0, "ten": 1.0, "one": 1.0, "three": 0.1}
RUNS = {  # stop rules and schedules: where they end is held, too
    "plateau": {"solver": "adam", "learning_rate_init": 0.05, "tol": 1e-2, "n_iter_no_change": 3, "max_iter": 300},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive", "learning_rate_init": 0.05, "tol": 1e-2,
                 "n_iter_no_change": 2, "max_iter": 200},
    "invscaling": {"solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.1, "power_t": 0.3,
                   "max_iter": 30},
    "small_batches": {"solver": "adam", "batch_size": 32, "max_iter": 10},
    "penalty": {"solver": "adam", "alpha": 1.0, "learning_rate_init": 0.01, "max_iter": 30},
}


def case(kind, y, x, activation, options):
    model = kind(hidden_layer_sizes=(10, 4), activation=activation, random_state=1, shuffle=False, **options)
    first, model = recorded(model, x, y)
    out = {
        "activation": activation,
        "options": options,
        "first": first,
        "loss": model.loss_,
        "n_iter": model.n_iter_,
        "out_activation": model.out_activation_,
    }
    if options["solver"] != "lbfgs":
        out["loss_curve"] = model.loss_curve_
        predicted = model.predict_proba(x) if kind is MLPClassifier else model.predict(x)
        out["predicted"] = np.ravel(predicted[:5]).tolist()
    return out


def main():
    x, targets = problems()
    out = {"x": x.ravel().tolist(), "features": FEATURES, "targets": {}, "cases": []}
    for name, (kind, y) in targets.items():
        out["targets"][name] = np.ravel(y).tolist()
        for solver, options in SOLVERS.items():
            for activation in ["relu", "tanh", "logistic", "identity"]:
                if solver == "lbfgs":
                    if activation == "relu":
                        continue
                    more = {"max_iter": 2000, "tol": 1e-5, "alpha": LBFGS_ALPHA[name]}
                else:
                    more = {"max_iter": 20, "tol": 0.0}
                made = case(kind, y, x, activation, {**options, **more})
                out["cases"].append({"name": f"{name}_{solver}_{activation}", "target": name, **made})
        for run, options in RUNS.items():
            out["cases"].append({"name": f"{name}_{run}", "target": name, **case(kind, y, x, "tanh", options)})
    path = pathlib.Path(__file__).with_suffix(".json")
    path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
    print(f"{path.name}: {len(out['cases'])} cases, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
