#!/usr/bin/env python3
"""How near to the best setting do the samplers of `hebb tune` come in 40 trials, and those of Optuna?

A table has the score of every setting of a grid of 5 x 5 x 4 x 4 x 3, each trained once by `hebb tune --sampler
grid`: of digits, which is built in, and of Vowel and Satellite of the R package mlbench. A sampler proposes settings,
each of which is answered from the table, so many seeds cost little. Its regret is the best score of the table less the
best that it has seen. Prints a row for each table and sampler: the median and the mean of the regret over the seeds,
in how many of them the best setting was found, and how many of the settings tried are different.

    cmake --preset release -D HEBB_BENCH=ON && cmake --build build/release
    bench/samplers.py [--hebb build/release/apps/hebb/hebb] [--samplers build/release/bench/hebb_samplers]
                      [--folder build/samplers] [--repeats 500] [--trials 40] [--only digits] [--no-optuna]

All that it makes is kept in the folder, so a second run takes the tables from there: the tables, a virtual environment
with Optuna and rdata from PyPI, and Debian's package r-cran-mlbench, unpacked. Exits with 1 unless the median regret of
tpe is at most 0.7 of that of random, and at most Optuna's, on all tables. Takes about ten minutes the first time, most
of it by Optuna.
"""
import argparse
import concurrent.futures
import csv
import itertools
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys

SPACE = {"alpha": ["1e-5", "1e-4", "1e-3", "1e-2", "1e-1"],
         "learning_rate_init": ["1e-4", "5e-4", "2e-3", "1e-2", "1e-1"],
         "hidden_layer_sizes": ["5", "20", "50", "50,20"],
         "batch_size": ["16", "32", "64", "200"],
         "activation": ["relu", "tanh", "logistic"]}
SIZE = 1200
# A sample of the rows of the largest table is enough, and options of `hebb tune` that keep a setting short.
TABLES = {"digits": None, "vowel": None, "satellite": 1500}
BUDGET = ["--epochs", "15", "--folds", "2"]
GOAL = 0.7  # the most that the median regret of tpe may be of that of random
HEBB = [("tpe", 1), ("tpe", 8), ("random", 1)]  # sampler and lag
# Options of the TPESampler, and whether an ordered option is given as the number of its value, or as a category.
OPTUNA = {"Optuna, multivariate, ordered": (True, True), "Optuna, multivariate, categories": (True, False),
          "Optuna, independent, ordered": (False, True), "Optuna, independent, categories": (False, False)}


def into_environment(folder):
    """Runs this script again by the environment's Python, which has Optuna and rdata."""
    python = folder / "venv/bin/python"
    if not python.exists():
        subprocess.run(["/usr/bin/python3", "-m", "venv", folder / "venv"], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "optuna", "rdata"], check=True)
    if pathlib.Path(sys.prefix).resolve() != (folder / "venv").resolve():
        os.execv(python, [python, *sys.argv])


def write_mlbench(name, folder):
    """The table of mlbench as CSV, its target last."""
    import warnings
    import rdata
    unpacked = folder / "mlbench"
    if not unpacked.exists():
        subprocess.run(["apt-get", "download", "-q", "r-cran-mlbench"], check=True, cwd=folder)
        subprocess.run(["dpkg-deb", "-x", next(folder.glob("r-cran-mlbench*.deb")), unpacked], check=True)
    [path] = unpacked.rglob(f"{name.capitalize()}.rda")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the file does not say that it is ASCII
        [frame] = rdata.read_rda(path).values()
    if TABLES[name]:
        frame = frame.sample(TABLES[name], random_state=0)
    frame.to_csv(folder / f"{name}.csv", index=False)
    return folder / f"{name}.csv"


def texts_of_space():
    return [f"{option}={'|'.join(values)}" for option, values in SPACE.items()]


def write_scores(name, folder, hebb):
    """The score of each setting in the grid's order, as samplers.cpp reads them."""
    path = folder / f"{name}.scores"
    if path.exists():
        return path
    ranking = folder / f"{name}-ranking.csv"
    data = name if name == "digits" else write_mlbench(name, folder)
    spaces = [word for text in texts_of_space() for word in ("--space", text)]
    subprocess.run([hebb, "tune", data, "--sampler", "grid", *spaces, *BUDGET, "--csv", ranking, "--quiet"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(ranking, newline="") as file:
        rows = {int(row["trial"]): row for row in csv.DictReader(file)}
    if sorted(rows) != list(range(SIZE)) or any(row["state"] != "complete" for row in rows.values()):
        sys.exit(f"samplers: {ranking} does not have a score for each of the {SIZE} settings")
    scores = "\n".join(rows[trial]["mean"] for trial in range(SIZE))
    path.write_text("\n".join(texts_of_space()) + "\n\n" + scores + "\n")
    return path


def read_scores(path):
    return [float(line) for line in path.read_text().split("\n\n")[1].split()]


def by_hebb(program, table, sampler, lag, arguments):
    command = [program, table, sampler, str(lag), str(arguments.trials), str(arguments.repeats)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [[int(place) for place in line.split()] for line in done.stdout.splitlines()]


def by_optuna(scores, multivariate, ordered, trials, seeds):
    import warnings
    import optuna
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)

    def objective(trial):
        place = 0
        for option, values in SPACE.items():
            if ordered and option not in ("hidden_layer_sizes", "activation"):
                at = trial.suggest_int(option, 0, len(values) - 1)
            else:
                at = trial.suggest_categorical(option, list(range(len(values))))
            place = place * len(values) + at
        trial.set_user_attr("place", place)
        return scores[place]

    runs = []
    for seed in seeds:
        sampler = optuna.samplers.TPESampler(seed=seed, multivariate=multivariate, n_startup_trials=10)
        study = optuna.create_study(direction="maximize", sampler=sampler)
        study.optimize(objective, n_trials=trials)
        runs.append([trial.user_attrs["place"] for trial in study.get_trials(deepcopy=False)])
    return runs


def optuna_kept(name, scores, variant, arguments, folder):
    """The runs of Optuna, which take longest, are kept beside the table."""
    import optuna
    multivariate, ordered = OPTUNA[variant]
    path = folder / "-".join([name, "optuna", optuna.__version__, "multivariate" if multivariate else "independent",
                              "ordered" if ordered else "categories", f"{arguments.trials}x{arguments.repeats}.json"])
    if not path.exists() or path.stat().st_mtime < (folder / f"{name}.scores").stat().st_mtime:
        parts = [range(first, arguments.repeats, 10) for first in range(10)]
        with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
            waiting = [pool.submit(by_optuna, scores, multivariate, ordered, arguments.trials, part) for part in parts]
            runs = [run for one in waiting for run in one.result()]
        path.write_text(json.dumps(runs))
    return json.loads(path.read_text())


def marks(trials):
    """The numbers of trials after which the regret is shown."""
    return sorted({min(count, trials) for count in (10, 20, trials)})


def show_exact(scores, trials):
    """Prints the row of random settings without repeats over all seeds: what random is near with a fair generator."""
    best, ranked = max(scores), sorted(scores, reverse=True)
    cells = []
    for count in marks(trials):
        # That the best of the settings tried is the one of this rank.
        chances = [math.comb(SIZE - 1 - rank, count - 1) / math.comb(SIZE, count) for rank in range(SIZE)]
        middle = next(rank for rank, sum_ in enumerate(itertools.accumulate(chances)) if sum_ >= 0.5)
        mean = sum(chance * (best - score) for chance, score in zip(chances, ranked))
        cells.append(f"{best - ranked[middle]:.4f} {mean:.4f}")
    found = 1 - math.comb(SIZE - scores.count(best), trials) / math.comb(SIZE, trials)
    print(f"  {'random, over all seeds':34}  " + "    ".join(cells) + f"    {found:7.1%}   {trials:5.1f}", flush=True)


def show(name, runs, scores, trials):
    """Prints a sampler's row, and returns its median regret."""
    best = max(scores)
    columns = marks(trials)
    regrets = {count: [best - max(scores[place] for place in run[:count]) for run in runs] for count in columns}
    cells = [f"{statistics.median(one):.4f} {statistics.mean(one):.4f}" for one in regrets.values()]
    found = sum(regret == 0 for regret in regrets[trials]) / len(runs)
    different = statistics.mean(len(set(run)) for run in runs)
    print(f"  {name:34}  " + "    ".join(cells) + f"    {found:7.1%}   {different:5.1f}", flush=True)
    return statistics.median(regrets[trials])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hebb", default="build/release/apps/hebb/hebb")
    parser.add_argument("--samplers", default="build/release/bench/hebb_samplers")
    parser.add_argument("--folder", type=pathlib.Path, default="build/samplers")
    parser.add_argument("--repeats", type=int, default=500)
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--only", choices=TABLES)
    parser.add_argument("--no-optuna", action="store_true", help="hebb's samplers alone")
    arguments = parser.parse_args()
    folder = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    into_environment(folder)
    missed = []
    for name in [arguments.only] if arguments.only else TABLES:
        table = write_scores(name, folder, arguments.hebb)
        scores = read_scores(table)
        print(f"{name}: {SIZE} settings, the best {max(scores):.4f} ({scores.count(max(scores))} of them), the median "
              f"{statistics.median(scores):.4f}; {arguments.repeats} seeds")
        print(f"  {'median and mean regret after':34}  "
              + "    ".join(f"{f'{count} trials':13}" for count in marks(arguments.trials))
              + "    best found   different")
        medians = {}
        for sampler, lag in HEBB:
            title = f"hebb, {sampler}, lag {lag}"
            runs = by_hebb(arguments.samplers, table, sampler, lag, arguments)
            medians[title] = show(title, runs, scores, arguments.trials)
        show_exact(scores, arguments.trials)
        for variant in [] if arguments.no_optuna else OPTUNA:
            runs = optuna_kept(name, scores, variant, arguments, folder)
            medians[variant] = show(variant, runs, scores, arguments.trials)
        tpe, random = medians["hebb, tpe, lag 1"], medians["hebb, random, lag 1"]
        theirs = min((medians[variant] for variant in OPTUNA if variant in medians), default=tpe)
        print(f"  tpe / random {tpe / random if random else float('nan'):.2f}, with lag 8 "
              f"{medians['hebb, tpe, lag 8'] / random if random else float('nan'):.2f}"
              + ("" if arguments.no_optuna else f"; tpe - the best of Optuna's {tpe - theirs:+.4f}"))
        if not random > 0 or tpe > GOAL * random or tpe > theirs:
            missed.append(name)
    sys.exit(f"samplers: the goal is missed on {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
