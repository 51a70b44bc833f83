#!/usr/bin/python3
"""Writes lbfgs.json: the iterations of SciPy's L-BFGS-B on functions that lbfgs_oracle_test.cpp has, too."""
import common
import numpy as np
from scipy.optimize import minimize


def rosenbrock(x):
    """Chained over all neighbours."""
    a, b = 1 - x[:-1], x[1:] - x[:-1] ** 2
    g = np.zeros_like(x)
    g[:-1] = -2 * a - 400 * x[:-1] * b
    g[1:] += 200 * b
    return np.sum(a * a + 100 * b * b), g


def quadratic(x):
    """Curvatures from 1 to 10^(n-1)."""
    scale = 10.0 ** np.arange(len(x))
    return 0.5 * np.sum(scale * (x - 1) ** 2), scale * (x - 1)


def powell(x):
    """Singular at its minimum (Powell 1962)."""
    a, b, c, d = x[0] + 10 * x[1], x[2] - x[3], x[1] - 2 * x[2], x[0] - x[3]
    g = np.array([2 * a + 40 * d**3, 20 * a + 4 * c**3, 10 * b - 8 * c**3, -10 * b - 40 * d**3])
    return a * a + 5 * b * b + c**4 + 10 * d**4, g


def well(x):
    """Straight far out, so that the first steps are far too short."""
    root = np.sqrt(1 + (x - 300) ** 2)
    return np.sum(root), (x - 300) / root


def waves(x):
    """Many minima, so that searches meet slopes upwards and values that are too high."""
    return np.sum(0.05 * x * x + np.sin(3 * x)), 0.1 * x + 3 * np.cos(3 * x)


def misled(x):
    """A gradient that leads elsewhere: searches fail, first with pairs kept, then without."""
    scale = np.arange(1.0, len(x) + 1)
    return 0.5 * np.sum(scale * x * x), scale * (x - 0.3)


RUNS = [
    ("rosenbrock", rosenbrock, [-1.2, 1], {}),
    ("rosenbrock", rosenbrock, [-1.2, 1] * 5, {"maxiter": 40}),
    ("rosenbrock", rosenbrock, [-1.2, 1], {"maxfun": 12}),
    ("rosenbrock", rosenbrock, [-1.2, 1], {"maxiter": 7}),
    ("quadratic", quadratic, [0] * 6, {}),
    ("quadratic", quadratic, [0] * 3, {"gtol": 1e-2}),
    ("powell", powell, [3, -1, 0, 1], {}),
    ("powell", powell, [3, -1, 0, 1], {"ftol": 1e-4}),
    ("well", well, [0] * 3, {}),
    ("waves", waves, [0.3, 4, -7, 20], {"ftol": 1e-10}),
    ("waves", waves, [-20, -13, -2, 5, 11, 19], {"ftol": 1e-10}),
    ("misled", misled, [5, -4, 3], {}),
]


def main():
    out = []
    for name, function, start, options in RUNS:
        options = {"gtol": 1e-8, "ftol": 0.0, "maxiter": 200, "maxfun": 15000, **options}
        values = []
        run = minimize(function, np.array(start, float), jac=True, method="L-BFGS-B", options=options,
                       callback=lambda x, f=function, v=values: v.append(f(x)[0]))
        # Where a search fails, it tries points that rounding makes one; SciPy counts those once.
        evaluations = None if run.message.startswith("ABNORMAL") else run.nfev
        out.append({"name": name, "start": start, "options": options, "values": common.rounded(values),
                    "x": common.rounded(run.x), "evaluations": evaluations})
    common.write(__file__, out)


if __name__ == "__main__":
    main()
