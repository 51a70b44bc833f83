#!/usr/bin/python3
"""Follows the first advice of many runs of hebb fit and compares the scores.

    bench/advice.py [--program build/dev/apps/hebb/hebb] [--seeds 3] [--only TEXT]

Runs every built-in table and every generator, tables with a rare class and the images mnist10k with
budgets and options that are too small, too large or just right, with targets as they are and scaled.
Advice against under-fitting is compared in sample, all other advice out of sample, and advice on rare
classes, or for tables that have one, by the balanced accuracy. Prints a row for each run in which advice
is given: the mean over the seeds before and after, and the advice. Exits with 1 if following some advice
made a mean worse by more than chance explains, of which one seed tells nothing. Takes a few minutes.
"""

import argparse
import collections
import concurrent.futures
import itertools
import json
import os
import random
import shlex
import subprocess
import sys
import tempfile

NUMBERS = ["diabetes", "regression:n=300", "regression:n=100", "friedman1:n=300", "friedman1:n=100", "sine:n=300"]
CLASSES = ["iris", "wine", "breast_cancer", "digits", "blobs:n=300,centers=5,std=2", "moons:n=300", "circles:n=300",
           "xor:n=300", "spirals:n=300", "checkerboard:n=400", "classification:n=300,flip=0.2", "classification:n=100"]
RUNS = ["", "--epochs 20", "--learning-rate 0.0001", "--learning-rate 0.01 --epochs 100",
        "--learning-rate 1 --epochs 30", "--hidden 3,3", "--hidden 2,3,2", "--solver lbfgs",
        "--solver sgd --epochs 100", "--activation logistic --hidden 50,50,50,50,50,50 --epochs 50",
        "--scale none", "--model adaline"]
OF_CLASSES = ["--model perceptron", "--model logistic", "--model logistic --class-weight balanced"]
IMAGES = ["mnist10k"]
OF_IMAGES = ["--epochs 3", "--model mlp --epochs 3", "--model mlp --epochs 10", "--model mlp --epochs 10 --scale none",
             "--model mlp --epochs 10 --hidden 5", "--model mlp --epochs 10 --learning-rate 0.00001",
             "--model mlp --epochs 10 --learning-rate 1", "--model mlp --epochs 10 --solver sgd",
             "--model mlp --epochs 10 --activation logistic --hidden 50,50,50,50,50,50"]
RARE = {"rare2": [970, 30], "rare2-few": [290, 10], "rare4": [500, 400, 80, 20]}  # samples of each class
IN_SAMPLE = {"unscaled_target", "learning_rate_too_high", "dead_units", "vanishing_gradients",
             "learning_rate_too_low", "more_epochs", "under_fitting"}
CHANCE = 2  # standard errors of the mean difference over the seeds
TOLERANCE = 0.01


def fit(program, words):
    command = [program, *words, "--json", "--quiet", "--threads", "1"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"advice: failed: {shlex.join(command)}\n{done.stderr}")
    return json.loads(done.stdout)


def score(run, data, kind):
    part = run["train" if kind in IN_SAMPLE else "test"]
    if run["task"] == "regress":
        return part["r2"]
    return part["balanced_accuracy" if kind == "imbalance" or name_of(data) in RARE else "accuracy"]


def name_of(data):
    return os.path.basename(data).removesuffix(".csv")


def follow(program, words):
    """(kind, change, score before, score after) of the first advice that is a command; None without one."""
    run = fit(program, words)
    first = next((one for one in run["findings"] if one["command"]), None)
    if not first:
        return None
    after = fit(program, shlex.split(first["command"])[1:])
    scores = (score(one, words[1], first["kind"]) for one in (run, after))
    return first["kind"], json.dumps(first["change"]), *scores


def write_rare(folder):
    """Tables of overlapping clouds, the last of which has few samples."""
    for name, sizes in RARE.items():
        draw = random.Random(len(sizes))
        rows = [[draw.gauss(2 * (column == label), 1.2) for column in range(4)] + [label]
                for label, size in enumerate(sizes) for _ in range(size)]
        draw.shuffle(rows)
        with open(os.path.join(folder, name + ".csv"), "w") as file:
            file.write("a,b,c,d,label\n")
            file.writelines("{:.4f},{:.4f},{:.4f},{:.4f},class{}\n".format(*row) for row in rows)


def cases(folder):
    tables = CLASSES + [os.path.join(folder, name + ".csv") for name in RARE]
    for data in NUMBERS + tables:
        for options in RUNS + (OF_CLASSES if data in tables else []):
            yield data, options
            if data in NUMBERS:
                yield data, (options + " --scale-target standard").strip()
    for data in IMAGES:
        for options in OF_IMAGES:
            yield data, options


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/dev/apps/hebb/hebb")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="", help="only runs whose data and options contain this text")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        write_rare(folder)
        return compare(args, [case for case in cases(folder) if args.only in " ".join(case)])


def compare(args, wanted):
    jobs = [(case, seed) for case in wanted for seed in range(args.seeds)]
    runs, advised, harmful = 0, 0, 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(lambda job: follow(args.program, ["fit", job[0][0], "--test-size", "0.3", "--seed",
                                                          str(job[1]), *job[0][1].split()]), jobs)
        for data, options in wanted:
            results = list(itertools.islice(done, args.seeds))
            pairs_of = collections.defaultdict(list)
            for result in filter(None, results):
                pairs_of[result[:2]].append(result[2:])
            runs += len(results)
            for (kind, change), pairs in pairs_of.items():
                advised += len(pairs)
                harmful += tell(name_of(data), options, kind, change, pairs)
    print(f"{runs} runs, {advised} with advice, {harmful} kinds of advice that harm")
    return 1 if harmful else 0


def tell(data, options, kind, change, pairs):
    """Prints a row of scores before and after; returns whether the advice did harm."""
    before, after = (sum(column) / len(pairs) for column in zip(*pairs))
    gains = [b - a for a, b in pairs]
    spread = (sum((g - (after - before)) ** 2 for g in gains) / len(gains)) ** 0.5
    worse = len(pairs) > 1 and after - before < -TOLERANCE - CHANCE * spread / len(gains) ** 0.5
    print(f"{'WORSE' if worse else 'ok':6}{before:8.3f} -> {after:6.3f}  {len(pairs)} seeds  {kind:24}{change:60}"
          f"{data} {options}", flush=True)
    return worse


if __name__ == "__main__":
    sys.exit(main())
