#!/usr/bin/env python3
"""What successive halving finds of what the whole grid finds, and for how many epochs.

Searches the same grid of 30 points, exhaustively and with --halving, on several data sets. Prints for each the best
mean score of both, the standard error of the exhaustive one over its folds, and the epochs of halving as a share. Each
epoch of a training counts once, though it may go on from rung to rung. Counts do not depend on the machine. Exits 1 if
a choice is worse than the best by more than a standard error, or takes more than 40 % of the epochs.

    bench/halving.py [--hebb build/release/apps/hebb/hebb] [DATA...]
"""
import argparse
import csv
import pathlib
import subprocess
import sys
import tempfile

SETS = ["wine", "iris", "breast_cancer", "digits", "mnist10k"]
SPACE = ["--space", "alpha=1e-6..1e-1:6", "--space", "hidden=3,3|2,3,2|100|100,50|512,512"]


def search(hebb, data, folder, *more):
    path = pathlib.Path(folder, "trials.csv")
    subprocess.run([hebb, "tune", data, *SPACE, "--sampler", "grid", "--folds", "5", "--csv", path, "--quiet", *more],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(path, newline="") as rows:
        return list(csv.DictReader(rows))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hebb", default="build/release/apps/hebb/hebb")
    parser.add_argument("data", nargs="*", default=SETS)
    options = parser.parse_args()
    failed, rounding = False, 1e-9
    with tempfile.TemporaryDirectory() as folder:
        for data in options.data:
            grid = search(options.hebb, data, folder)
            halving = search(options.hebb, data, folder, "--halving")
            best, chosen = float(grid[0]["mean"]), float(halving[0]["mean"])
            error = float(grid[0]["std"]) / 5 ** 0.5
            share = sum(int(row["epochs"]) for row in halving) / sum(int(row["epochs"]) for row in grid)
            failed |= best - chosen > error + rounding or share > 0.4
            print(f"{data}: best {best:.4f} +- {error:.4f} (hidden {grid[0]['hidden_layer_sizes']}, alpha "
                  f"{float(grid[0]['alpha']):.0e}), by halving {chosen:.4f} (hidden {halving[0]['hidden_layer_sizes']}, "
                  f"alpha {float(halving[0]['alpha']):.0e}) with {share:.0%} of the epochs", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
