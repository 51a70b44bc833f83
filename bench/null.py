#!/usr/bin/env python3
"""How often does `hebb compare` see a difference between two models that differ by their seed alone?

Compares two equal small networks on many generated sets, each with seeds of its own, and counts how often the
difference is called one at p < 0.05. A test that keeps its promise does so in at most 5 % of the comparisons; by chance
up to 8 % of 200 are consistent with that. A plain paired t-test on the same scores is shown beside it.

    bench/null.py [--hebb build/release/apps/hebb/hebb] [--comparisons 200] [--folds 5] [--repeats 1] [--data moons]
"""
import argparse
import json
import math
import statistics
import subprocess
import sys

# The t beyond which p < 0.05, two-sided, by degrees of freedom.
CRITICAL = {4: 2.776, 9: 2.262, 14: 2.145, 29: 2.045, 49: 2.010}


def compared(arguments, number):
    model = f"mlp:hidden=10,epochs={arguments.epochs},solver={arguments.solver}"
    command = [arguments.hebb, "compare", f"{arguments.data}:n={arguments.rows},noise=0.35,seed={number}", "--models",
               f"{model},random_state={2 * number + 1},{model},random_state={2 * number + 2}",
               "--folds", str(arguments.folds), "--repeats", str(arguments.repeats), "--seed", str(number),
               "--threads", "1", "--json", "--quiet"]
    # Warnings that the networks have not converged are expected.
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)


def plainly_different(document):
    values = [model["scores"]["accuracy"]["test"]["values"] for model in document["models"]]
    differences = [a - b for a, b in zip(*values)]
    spread = statistics.stdev(differences)
    t = abs(statistics.mean(differences)) / (spread / math.sqrt(len(differences))) if spread else 0
    return t > CRITICAL[len(differences) - 1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hebb", default="build/release/apps/hebb/hebb")
    parser.add_argument("--comparisons", type=int, default=200)
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--data", default="moons")
    parser.add_argument("--rows", type=int, default=400)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--solver", default="adam")
    arguments = parser.parse_args()
    called = plain = 0
    for number in range(arguments.comparisons):
        document = compared(arguments, number)
        called += any(pair["shown"] for pair in document["pairs"])
        plain += plainly_different(document)
    share = called / arguments.comparisons
    print(f"{called} of {arguments.comparisons} comparisons of equal models show a difference: {share:.1%}; "
          f"with the plain t-test {plain / arguments.comparisons:.1%}")
    most = 0.05 + 2 * math.sqrt(0.05 * 0.95 / arguments.comparisons)
    sys.exit(0 if share <= most else f"null: more than {most:.1%}")


if __name__ == "__main__":
    main()
