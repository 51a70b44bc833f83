#!/usr/bin/python3
"""Follows the first advice of many runs of hebb fit and compares the scores.

    bench/advice.py [--program build/dev/apps/hebb/hebb] [--seeds 3] [--only TEXT]

Runs every built-in table and every generator with budgets and options that are too small, too large or
just right, with targets as they are and scaled. Advice against under-fitting is compared in sample, all
other advice out of sample, and advice on rare classes by the balanced accuracy. Prints a row for each run
in which advice is given: the mean over the seeds before and after, and the advice. Exits with 1 if
following some advice made a mean worse by more than chance explains. Takes a few minutes.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import shlex
import subprocess
import sys

NUMBERS = ["diabetes", "regression:n=300", "regression:n=100", "friedman1:n=300", "friedman1:n=100", "sine:n=300"]
CLASSES = ["iris", "wine", "breast_cancer", "digits", "blobs:n=300,centers=5,std=2", "moons:n=300", "circles:n=300",
           "xor:n=300", "spirals:n=300", "checkerboard:n=400", "classification:n=300,flip=0.2", "classification:n=100"]
RUNS = ["", "--epochs 20", "--learning-rate 0.0001", "--learning-rate 0.01 --epochs 100",
        "--learning-rate 1 --epochs 30", "--hidden 3,3", "--hidden 2,3,2", "--solver lbfgs",
        "--solver sgd --epochs 100", "--activation logistic --hidden 50,50,50,50,50,50 --epochs 50",
        "--scale none", "--model adaline"]
OF_CLASSES = ["--model perceptron", "--model logistic"]
IN_SAMPLE = {"unscaled_features", "unscaled_target", "learning_rate_too_high", "dead_units", "vanishing_gradients",
             "learning_rate_too_low", "more_epochs", "under_fitting"}
CHANCE = 2  # standard errors of the mean difference over the seeds
TOLERANCE = 0.01


def fit(program, words):
    command = [program, *words, "--json", "--quiet", "--threads", "1"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"advice: failed: {shlex.join(command)}\n{done.stderr}")
    return json.loads(done.stdout)


def score(run, kind):
    part = run["train" if kind in IN_SAMPLE else "test"]
    return part["r2"] if run["task"] == "regress" else part[
        "balanced_accuracy" if kind == "imbalance" else "accuracy"]


def follow(program, words):
    """(kind, change, score before, score after) of the first advice that is a command; None without one."""
    run = fit(program, words)
    first = next((one for one in run["findings"] if one["command"]), None)
    if not first:
        return None
    after = fit(program, shlex.split(first["command"])[1:])
    return first["kind"], json.dumps(first["change"]), score(run, first["kind"]), score(after, first["kind"])


def cases():
    for data in NUMBERS + CLASSES:
        for options in RUNS + (OF_CLASSES if data in CLASSES else []):
            yield data, options
            if data in NUMBERS:
                yield data, (options + " --scale-target standard").strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="build/dev/apps/hebb/hebb")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="", help="only runs whose data and options contain this text")
    args = parser.parse_args()

    wanted = [case for case in cases() if args.only in " ".join(case)]
    jobs = [(case, seed) for case in wanted for seed in range(args.seeds)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        done = pool.map(lambda job: follow(args.program, ["fit", job[0][0], "--test-size", "0.3", "--seed",
                                                          str(job[1]), *job[0][1].split()]), jobs)
        results = collections.defaultdict(list)
        for (case, _), result in zip(jobs, done):
            if result:
                results[(case, *result[:2])].append(result[2:])

    harmful = 0
    for ((data, options), kind, change), pairs in results.items():
        before, after = (sum(column) / len(pairs) for column in zip(*pairs))
        gains = [b - a for a, b in pairs]
        spread = (sum((g - (after - before)) ** 2 for g in gains) / len(gains)) ** 0.5
        worse = after - before < -TOLERANCE - CHANCE * spread / len(gains) ** 0.5
        harmful += worse
        print(f"{'WORSE' if worse else 'ok':6}{before:8.3f} -> {after:6.3f}  {len(pairs)} seeds  {kind:24}{change:60}"
              f"{data} {options}", flush=True)
    print(f"{len(jobs)} runs, {sum(map(len, results.values()))} with advice, {harmful} kinds of advice that harm")
    return 1 if harmful else 0


if __name__ == "__main__":
    sys.exit(main())
