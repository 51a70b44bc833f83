#!/usr/bin/env python3
"""`hebb tune` beside scikit-learn's GridSearchCV(MLPClassifier, n_jobs=2), from the start of the process to its end.

The same grid of 12 points on `digits`, the same five folds (hebb's, tests/oracles/hebb_split.py), standardised in each
fold, the same arithmetic and epochs. The two take turns. Prints the times of each round and the best score of both.
The newest scikit-learn is installed from PyPI, in a virtual environment below build/.

    bench/grid_search.py [--hebb build/release/apps/hebb/hebb] [--rounds 3]
"""
import argparse
import csv
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYOUTS, ALPHAS, RATES = [(50,), (100,), (100, 50)], [1e-4, 1e-1], [1e-3, 1e-2]

# What the peer's process runs.
PEER = f"""
import json, sys, warnings
sys.path.insert(0, {str(ROOT / "tests/oracles")!r})
import hebb_split
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
warnings.simplefilter("ignore", ConvergenceWarning)
x, y = load_digits(return_X_y=True)
grid = {{"mlpclassifier__hidden_layer_sizes": {LAYOUTS!r}, "mlpclassifier__alpha": {ALPHAS!r},
        "mlpclassifier__learning_rate_init": {RATES!r}}}
search = GridSearchCV(make_pipeline(StandardScaler(), MLPClassifier(random_state=0)), grid, n_jobs=2,
                      cv=hebb_split.folds(len(x), y, 5))
search.fit(x, y)
print(json.dumps(search.best_score_))
"""


def environment():
    folder = ROOT / "build/grid_search"
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "scikit-learn"], check=True)
    return python


def timed(command):
    begin = time.perf_counter()
    done = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True,
                          env={"PATH": "/usr/bin:/bin", "PYTHONWARNINGS": "ignore", "OMP_NUM_THREADS": "1",
                               "OPENBLAS_NUM_THREADS": "1"})
    return time.perf_counter() - begin, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hebb", default="build/release/apps/hebb/hebb")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    python = environment()
    version = timed([python, "-c", "import sklearn; print(sklearn.__version__)"])[1].strip()
    layouts = "|".join(",".join(str(units) for units in layout) for layout in LAYOUTS)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        ranking = pathlib.Path(folder, "ranking.csv")
        for _ in range(options.rounds):
            seconds, text = timed([python, "-c", PEER])
            theirs.append(seconds)
            their_best = json.loads(text)
            seconds, _ = timed([options.hebb, "tune", "digits", "--space", f"hidden={layouts}",
                                "--space", "alpha=" + "|".join(map(str, ALPHAS)),
                                "--space", "learning-rate=" + "|".join(map(str, RATES)),
                                "--sampler", "grid", "--folds", "5", "--workers", "local:2", "--csv", ranking,
                                "--quiet"])
            ours.append(seconds)
            with open(ranking, newline="") as rows:
                best = float(next(csv.DictReader(rows))["mean"])
            print(f"scikit-learn {version} {theirs[-1]:.2f} s, best {their_best:.4f}; hebb {ours[-1]:.2f} s, best "
                  f"{best:.4f}: {theirs[-1] / ours[-1]:.1f} times as fast", flush=True)
    print(f"median: {statistics.median(theirs):.2f} s and {statistics.median(ours):.2f} s, "
          f"{statistics.median(a / b for a, b in zip(theirs, ours)):.1f} times as fast")


if __name__ == "__main__":
    main()
