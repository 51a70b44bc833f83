#!/usr/bin/env python3
"""How often does `hebb compare` see a difference between two models of which neither is better?

Compares two models on many generated sets, each with seeds of its own, and counts how often the difference is called one
at p < 0.05. A test that keeps its promise does so in at most 5 % of the comparisons; of 200, by chance, in up to 8 %. A
plain paired t-test on the same scores of folds is shown beside it. The designs:

    seeds       two equal networks that differ by their seed, which is another in each fold, as `hebb compare` has it
    one-seed    the same with one seed in all folds
    test        two equal networks that differ by their seed, and one test part: McNemar's exact test
    symmetric   two models of a kind, each of one of two features that are drawn alike: which is better on a set is
                chance of the set, so the differences of folds are not independent

    bench/null.py [seeds|one-seed|test|symmetric] [--hebb build/release/apps/hebb/hebb] [--comparisons 200] [--rows 2000]
"""
import argparse
import json
import math
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

# The t beyond which p < 0.05, two-sided, by degrees of freedom.
CRITICAL = {4: 2.776, 9: 2.262, 14: 2.145, 29: 2.045, 49: 2.010}


def hebb(arguments, *words):
    # Warnings that the networks have not converged are expected.
    command = [arguments.hebb, *words, "--threads", "1", "--json", "--quiet"]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)


def options(arguments):
    return {"hidden": "10", "epochs": str(arguments.epochs), "solver": arguments.solver}


def data(arguments, number):
    return f"{arguments.data}:n={arguments.rows},noise=0.35,seed={number}"


def compared(arguments, number):
    """Of each model, the scores of its folds, and whether a difference is shown."""
    model = "mlp:" + ",".join(f"{name}={value}" for name, value in options(arguments).items())
    cut = ["--test-size", "0.25"] if arguments.design == "test" else [
        "--folds", str(arguments.folds), "--repeats", str(arguments.repeats)]
    document = hebb(arguments, "compare", data(arguments, number), "--models",
                    f"{model},random_state={2 * number + 1},{model},random_state={2 * number + 2}", *cut, "--seed",
                    str(number))
    values = [model["scores"]["accuracy"]["test"]["values"] for model in document["models"]]
    return values, any(pair["shown"] for pair in document["pairs"])


def fitted(arguments, *words):
    document = hebb(arguments, "fit", *words, "--folds", str(arguments.folds))
    return [fold["test"]["accuracy"] for fold in document["folds"]]


def with_one_seed(arguments, number):
    # Generated rows are in random order, so that folds need no shuffling, for which they would take the seed.
    flags = [word for name, value in options(arguments).items() for word in (f"--{name}", value)]
    return [fitted(arguments, data(arguments, number), "--model", "mlp", *flags, "--no-shuffle", "--seed", str(seed))
            for seed in (2 * number + 1, 2 * number + 2)]


def symmetric(arguments, number, folder):
    draw = random.Random(number)
    path = pathlib.Path(folder) / "data.csv"
    rows = [f"{draw.gauss(y, 1):.6f},{draw.gauss(y, 1):.6f},{'ab'[y]}"
            for y in (draw.randrange(2) for _ in range(arguments.rows))]
    path.write_text("\n".join(["x1,x2,y", *rows]) + "\n")
    return [fitted(arguments, str(path), "--target", "y", "--features", feature, "--model", arguments.kind, "--seed",
                   str(number)) for feature in ("x1", "x2")]


def t_of(values, test_share):
    """The t of the paired test, corrected for folds that share rows if `test_share` is not 0."""
    differences = [a - b for a, b in zip(*values)]
    spread = statistics.stdev(differences) * math.sqrt(1 / len(differences) + test_share)
    return abs(statistics.mean(differences)) / spread if spread else 0


def different(values, test_share):
    return t_of(values, test_share) > CRITICAL[len(values[0]) - 1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("design", nargs="?", choices=("seeds", "one-seed", "test", "symmetric"), default="seeds")
    parser.add_argument("--hebb", default="build/release/apps/hebb/hebb")
    parser.add_argument("--comparisons", type=int, default=200)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=1, help="of the design seeds")
    parser.add_argument("--kind", default="logistic", help="of the design symmetric")
    parser.add_argument("--data", default="moons")
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--solver", default="adam")
    arguments = parser.parse_args()
    called = plain = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(arguments.comparisons):
            if arguments.design in ("seeds", "test"):
                values, shown = compared(arguments, number)
            else:
                values = (with_one_seed(arguments, number) if arguments.design == "one-seed"
                          else symmetric(arguments, number, folder))
                shown = different(values, 1 / (arguments.folds - 1))
            called += shown
            plain += arguments.design != "test" and different(values, 0)
    share = called / arguments.comparisons
    beside = "" if arguments.design == "test" else f"; with the plain t-test {plain / arguments.comparisons:.1%}"
    print(f"{arguments.design}: {called} of {arguments.comparisons} comparisons of equal models show a difference: "
          f"{share:.1%}{beside}", flush=True)
    most = 0.05 + 2 * math.sqrt(0.05 * 0.95 / arguments.comparisons)
    sys.exit(0 if share <= most else f"null: more than {most:.1%}")


if __name__ == "__main__":
    main()
