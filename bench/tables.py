#!/usr/bin/python3
"""hebb's models and their peers on the same splits of 30 real tables.

    bench/tables.py run --program PROGRAM [--models mlp,trees,..] [--splits N] [--threads N] [SET...]
    bench/tables.py report [--models mlp,trees,..] [SET...]
    bench/tables.py ablation --program PROGRAM [--splits N] [SET...]    the kind tabular, one part changed at a time
    bench/tables.py sets                             prints the sets, one a line

All is kept in one folder, --folder (default ${XDG_CACHE_HOME:-~/.cache}/hebb/tables):

    csv/SET.csv             the tables, by bench/tables_data.R out of Debian's packages of R
    splits/SET-N-train.csv  and -test.csv, with N the number of the split, from 0
    venv/                   the peers from PyPI, installed when the first of them is asked for
    results.jsonl           one line for each set, split and model; or the file of --results

`run` trains what has no line in the results yet, so a run that was stopped goes on where it was. --again replaces the
lines of the models that it names. A model that fails gets a line with the reason; --retry trains these anew.

Each model is trained on a split as its makers recommend without tuning: by its defaults, which include all that it
chooses by itself from the training part (early stopping, imputation, encoding). It sees the training part only; the
test part only gives the scores.

Splits: three quarters to train on, shuffled by the number of the split, and by class where the target is one. Each
model also takes the number of the split as its seed.

Scores come from one function for all, from the probabilities that a model prints, brought to the sum 1 and not below
1e-7:
    accuracy   of the most probable class, the first of equals
    log_loss   mean of -log(probability of the true class)
    ece        expected calibration error: 15 bins of equal width of the largest probability; the mean over the rows of
               the absolute difference of accuracy and mean probability in the row's bin
    r2, rmse   of numbers
    seconds    hebb's from the start of its processes `fit` and `predict` to their ends, reading included; the peers'
               of fit and predict alone, in a process that has read the data and loaded the libraries: in their favour
    cpu_seconds  the same in time of the processor, which other work on the machine hardly changes

The report's summary is over the sets on which every model has a line, each with the splits that all have. A set's score
of a model is the mean over the splits, of the accuracy or of R2. Mean rank: 1 is best, equal scores (to 4 digits) share
their mean rank, and a model that failed on a split comes last. Wins: sets with the best score, shared ones too.
Normalised score of a set: (score - worst) / (best - worst) over the models of the report, with R2 below 0 taken as 0,
since the mean of the target is always at hand; 1 for all where they are equal; 0 for a model that failed.
"""
import argparse
import collections
import csv
import json
import math
import os
import pathlib
import random
import re
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent

# Models of hebb: the options of `hebb fit`, and those added where the table misses cells. A new kind is one line.
# Both are no tuning: without them, a test row with a city that no training row has is an error to other kinds than
# tabular, and so is a missing cell to mlp.
UNKNOWN, FILL = ["--unknown", "ignore"], ["--impute", "median"]
HEBB = {
    "tabular": ([], []),
    "mlp": (["--model", "mlp", *UNKNOWN], FILL),
    # Differs from mlp where the target is a number.
    "mlp_scaled": (["--model", "mlp", "--scale-target", "standard", *UNKNOWN], FILL),
    "trees": (["--model", "trees", *UNKNOWN], []),
    "forest": (["--model", "forest", *UNKNOWN], []),
}
# The kind tabular with one part changed at a time, for `bench/tables.py ablation`: options of `hebb fit`, and what
# becomes of its network text (None: as it is).
ABLATION = {
    "all": ([], None),
    "one network": (["--members", "1"], None),
    "4 members": (["--members", "4"], None),
    "16 members": (["--members", "16"], None),
    "no folds: a tenth held out": ([], lambda net: net),
    "no learnt scales": (["--val-folds", "4"], lambda net: net.replace(" scale ", " ")),
    "no dropout": (["--dropout", "0"], None),
    "no penalty": (["--alpha", "0"], None),
    "numbers plain": (["--numbers", "plain"], None),
    "numbers periodic": (["--numbers", "periodic"], None),
    "best epoch by log-loss": (["--val-metric", "log_loss"], None),
    "no column for missing values": (["--impute", "median"], None),
    "all categories one-hot": (["--max-one-hot", "100000"], None),
    "left out: SiLU": (["--activation", "silu"], None),
    "left out: robust scales, clipped": (["--scale", "robust", "--clip", "3"], None),
    "left out: shared weights (TabM)": ([], lambda net: re.sub(r"grouped\((\d+)\) relu", r"shared(\1) relu", net)),
    "left out: SELU": (["--activation", "selu"], None),
    "left out: one cycle, 60 epochs": (["--schedule", "one_cycle", "--epochs", "60", "--learning-rate", "0.006"], None),
}
VARIANT = "tabular: "
# Models of bench/tables_peer.py, which says how each is prepared.
PEERS = ["hist_gradient", "random_forest", "sklearn_mlp", "xgboost", "realmlp", "tabm"]
# xgboost-cpu is XGBoost without the libraries of a graphics card.
PACKAGES = ["numpy", "pandas", "scikit-learn", "xgboost-cpu", "pytabkit"]

CLASSIFY = ["promoters", "sonar", "glass", "ionosphere", "votes", "soybean", "pima", "vehicle", "vowel", "hmda", "dna",
            "hpc", "credit", "spam", "churn", "satellite", "telco", "income", "letter"]
REGRESS = ["servo", "cpus", "ozone", "boston", "cars", "sacramento", "concrete", "chicago", "txhousing", "diamonds",
           "cps1988"]
SETS = CLASSIFY + REGRESS
LEAST = 1e-7  # of a probability
BINS = 15


def task_of(name):
    return "regress" if name in REGRESS else "classify"


# ---- tables and splits ----

def table_path(folder, name):
    path = folder / "csv" / f"{name}.csv"
    if not path.exists():
        subprocess.run(["Rscript", HERE / "tables_data.R", path.parent], check=True)
    return path


def read_table(path):
    with open(path, newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def split_rows(labels, task, split):
    """(rows to train on, rows to test on). Each class has a row to train on."""
    shuffled = random.Random(split)
    groups = collections.defaultdict(list)
    for row, label in enumerate(labels):
        groups[label if task == "classify" else ""].append(row)
    train, test = [], []
    spare = 0.0  # what rounding has left over, so that small classes together have their quarter too
    for label in sorted(groups):
        rows = groups[label]
        shuffled.shuffle(rows)
        wanted = len(rows) / 4 + spare
        tested = min(round(wanted), len(rows) - 1)
        spare = wanted - tested
        test += rows[:tested]
        train += rows[tested:]
    shuffled.shuffle(train)
    shuffled.shuffle(test)
    return train, test


def split_paths(folder, name, split):
    """Writes the two parts of a split unless they are there."""
    paths = [folder / "splits" / f"{name}-{split}-{part}.csv" for part in ("train", "test")]
    if not all(path.exists() for path in paths):
        paths[0].parent.mkdir(parents=True, exist_ok=True)
        header, rows = read_table(table_path(folder, name))
        for path, chosen in zip(paths, split_rows([row[-1] for row in rows], task_of(name), split)):
            part = path.with_suffix(".part")
            with open(part, "w", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(header)
                writer.writerows(rows[row] for row in chosen)
            part.rename(path)
    return paths


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def facts(folder, name):
    """What a row of the report says of a table."""
    header, rows = read_table(table_path(folder, name))
    columns = list(zip(*rows))[:-1]
    categories = sum(any(cell and not is_number(cell) for cell in column) for column in columns)
    missing = sum(cell == "" for column in columns for cell in column)
    return {"rows": len(rows), "columns": len(columns), "categories": categories, "missing": missing,
            "classes": len({row[-1] for row in rows}) if task_of(name) == "classify" else 0}


# ---- models ----

def cpu_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def environment(threads):
    """Of a model's process: as many threads as asked for, and no graphics card."""
    names = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "LOKY_MAX_CPU_COUNT"]
    return {**os.environ, **dict.fromkeys(names, str(threads)), "CUDA_VISIBLE_DEVICES": ""}


def call(command, options):
    """Runs a process; RuntimeError with its last words if it fails or takes too long."""
    try:
        done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, env=environment(options.threads), timeout=options.limit)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"took more than {options.limit} s") from None
    if done.returncode != 0:
        raise RuntimeError(f"exit {done.returncode}: {done.stderr.strip()[-800:]}")
    return done


def run_hebb(model, line, paths, options, folder):
    """(file of predictions, seconds, more for the line of the results)."""
    task, split = line["task"], line["split"]
    always, with_missing = HEBB[model] if model in HEBB else (variant_options(model, task, paths[0], options), [])
    file, predictions = folder / "model.hebb", folder / "predictions.csv"
    start, start_cpu = time.perf_counter(), cpu_of_children()
    fitted = call([options.program, "fit", paths[0], "--target", "target", "--task", task, *always,
                   *(with_missing if line["missing"] else []), "--seed", split, "--threads", options.threads, "--json",
                   "-o", file], options)
    call([options.program, "predict", file, paths[1], *(["--proba"] if task == "classify" else []), "-o", predictions],
         options)
    seconds, cpu_seconds = time.perf_counter() - start, cpu_of_children() - start_cpu
    warnings = [line.split("hebb: warning: ")[1] for line in fitted.stderr.splitlines() if "hebb: warning: " in line]
    version = call([options.program, "version"], options).stdout.split("\n")[0].strip()
    return predictions, seconds, {"cpu_seconds": round(cpu_seconds, 4), "version": version, **({"warnings": warnings} if warnings else {})}


def variant_options(model, task, train, options):
    """Those of a row of ABLATION, which is named "tabular: ROW"."""
    chosen, change = ABLATION[model.removeprefix(VARIANT)]
    chosen = ["--model", "tabular", *([] if task == "regress" and "--val-metric" in chosen else chosen)]
    if change is None:
        return chosen
    planned = call([options.program, "fit", train, "--target", "target", "--task", task, "--dry-run", "--json"], options)
    return [*chosen, "--net", change(json.loads(planned.stdout)["network"])]


def run_peer(model, line, paths, options, folder):
    predictions = folder / "predictions.csv"
    done = call([peers_python(options), HERE / "tables_peer.py", model, line["task"], *paths, predictions,
                 options.threads, line["split"]], options)
    answer = json.loads(done.stdout.splitlines()[-1])
    return predictions, answer.pop("seconds"), answer


def peers_python(options):
    """The Python of the environment with the peers, which is made if need be."""
    venv, ready = options.folder / "venv", options.folder / "venv/ready"
    if not ready.exists():
        print(f"tables: installing {' '.join(PACKAGES)} to {venv}", flush=True)
        subprocess.run(["/usr/bin/python3", "-m", "venv", venv], check=True)
        pip = [venv / "bin/python", "-m", "pip", "install", "--quiet"]
        if options.torch_index:
            subprocess.run([*pip, "torch", "--index-url", options.torch_index], check=True)
        subprocess.run([*pip, *PACKAGES], check=True)
        ready.touch()
    return venv / "bin/python"


# ---- scores ----

def score_classes(truth, header, rows):
    """Of the probabilities in `rows`, whose columns are named by the classes in `header`."""
    place = {label: at for at, label in enumerate(header)}
    right, loss = 0, 0.0
    bins = [[0, 0, 0.0] for _ in range(BINS)]  # rows, right ones, sum of probabilities
    for label, cells in zip(truth, rows, strict=True):
        values = [max(float(cell), LEAST) for cell in cells]
        total = sum(values)
        best = max(range(len(values)), key=values.__getitem__)
        correct = header[best] == label
        right += correct
        loss -= math.log(max(values[place[label]] / total, LEAST) if label in place else LEAST)
        top = values[best] / total
        found = bins[min(int(top * BINS), BINS - 1)]
        found[0] += 1
        found[1] += correct
        found[2] += top
    count = len(truth)
    return {"accuracy": right / count, "log_loss": loss / count,
            "ece": sum(abs(correct - sum_of) for _, correct, sum_of in bins) / count}


def score_numbers(truth, values):
    truth = [float(cell) for cell in truth]
    squares = sum((a - float(b)) ** 2 for a, b in zip(truth, values, strict=True))
    mean = statistics.fmean(truth)
    return {"r2": 1 - squares / sum((a - mean) ** 2 for a in truth), "rmse": math.sqrt(squares / len(truth))}


def score(task, test, predictions):
    """Predictions are a CSV: the prediction, then for classes the probability of each, named by it."""
    truth = [row[-1] for row in read_table(test)[1]]
    header, rows = read_table(predictions)
    if task == "classify":
        return score_classes(truth, header[1:], [row[1:] for row in rows])
    return score_numbers(truth, [row[0] for row in rows])


# ---- results ----

def read_results(path):
    """{(set, split, model): line}, the last line of each."""
    if not path.exists():
        return {}
    lines = []
    for text in path.read_text().splitlines():
        try:
            lines.append(json.loads(text))
        except ValueError:
            pass  # a run was stopped while it wrote
    return {(line["set"], line["split"], line["model"]): line for line in lines}


def run(options):
    if any(model not in PEERS for model in options.models) and not options.program:
        sys.exit("tables: --program is missing: the hebb to measure")
    done = {} if options.again else read_results(options.results)
    if options.retry:
        done = {key: line for key, line in done.items() if "error" not in line}
    options.results.parent.mkdir(parents=True, exist_ok=True)
    for name in options.sets:
        table = None
        # The splits of a model come one after another, so that a set is complete before the next one begins.
        for model in options.models:
            for split in range(options.splits):
                if (name, split, model) in done:
                    continue
                table = table or facts(options.folder, name)
                paths = split_paths(options.folder, name, split)
                line = {"set": name, "split": split, "model": model, "task": task_of(name), **table,
                        "threads": options.threads}
                with tempfile.TemporaryDirectory() as scratch:
                    call_model = run_peer if model in PEERS else run_hebb
                    try:
                        predictions, seconds, more = call_model(model, line, paths, options, pathlib.Path(scratch))
                        line |= {**score(line["task"], paths[1], predictions), "seconds": round(seconds, 4), **more}
                    except (RuntimeError, ValueError) as error:
                        line["error"] = str(error)
                with open(options.results, "a") as file:
                    file.write(json.dumps(line) + "\n")
                shown = {key: line[key] for key in ("accuracy", "log_loss", "ece", "r2", "rmse", "seconds", "error",
                                                    "warnings") if key in line}
                print(name, split, model, *(f"{key} {value:.4g}" if isinstance(value, float) else f"{key}: {value}"
                                            for key, value in shown.items()), flush=True)


# ---- report ----

def cell(value, digits):
    return "" if value is None else "failed" if math.isnan(value) else f"{value:.{digits}f}"


def print_table(header, rows):
    print("| " + " | ".join(header) + " |")
    print("| :-- |" + " --: |" * (len(header) - 1))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print()


def ranks(values):
    """1 for the largest; equal ones share their mean rank."""
    values = [-math.inf if math.isnan(value) else round(value, 4) for value in values]
    return [sum(other > value for other in values) + (values.count(value) + 1) / 2 for value in values]


class Report:
    def __init__(self, results, sets, models):
        self.results, self.models = results, models
        self.sets = [name for name in sets if any(key[0] == name for key in results)]
        self.complete = [name for name in self.sets if self.splits(name)]

    def splits(self, name):
        """Those that every model has a line of."""
        have = [{split for a, split, b in self.results if (a, b) == (name, model)} for model in self.models]
        return sorted(set.intersection(*have))

    def mean(self, name, model, key):
        """None without a line, NaN if it failed on a split."""
        splits = self.splits(name)
        lines = [line for (a, split, b), line in self.results.items()
                 if (a, b) == (name, model) and (split in splits or not splits)]
        if not lines:
            return None
        return statistics.fmean(line.get(key, math.nan) for line in lines)

    def by_set(self, title, key, digits, sets, facts):
        """A row for each set: its facts, and the mean of every model."""
        print(f"## {title}\n")
        rows = []
        for name in sets:
            line = next(line for key, line in self.results.items() if key[0] == name)
            rows.append([name, *(line[fact] or "" for fact in facts),
                         *(cell(self.mean(name, model, key), digits) for model in self.models)])
        print_table(["set", *facts, *self.models], rows)

    def summary(self):
        print("## Summary\n")
        count = {model: collections.defaultdict(list) for model in self.models}
        for name in self.complete:
            classify = task_of(name) == "classify"
            scores = [self.mean(name, model, "accuracy" if classify else "r2") for model in self.models]
            best = max((round(value, 4) for value in scores if not math.isnan(value)), default=math.nan)
            usable = [value if classify else max(value, 0.0) for value in scores if not math.isnan(value)]
            losses = [self.mean(name, model, "log_loss") for model in self.models] if classify else []
            for at, model in enumerate(self.models):
                found, value = count[model], scores[at]
                found["rank"].append(ranks(scores)[at])
                found["win"].append(not math.isnan(value) and round(value, 4) == best)
                if math.isnan(value):
                    found["normal"].append(0.0)
                else:
                    low, high = min(usable), max(usable)
                    value = value if classify else max(value, 0.0)
                    found["normal"].append((value - low) / (high - low) if high > low else 1.0)
                if classify:
                    found["loss rank"].append(ranks([-value for value in losses])[at])
                    found["loss"].append(losses[at])
                    found["ece"].append(self.mean(name, model, "ece"))
                found["seconds"].append(self.mean(name, model, "cpu_seconds"))

        def known(values):
            return [value for value in values if not math.isnan(value)]

        rows = []
        for model in sorted(self.models, key=lambda model: statistics.fmean(count[model]["rank"] or [0])):
            found = count[model]
            mean = lambda key, digits: cell(statistics.fmean(known(found[key])), digits) if known(found[key]) else ""
            rows.append([model, mean("rank", 2), sum(found["win"]), mean("normal", 3), mean("loss rank", 2),
                         mean("loss", 4), mean("ece", 4), f"{sum(known(found['seconds'])):.1f} s",
                         sum(map(math.isnan, found["seconds"])) or ""])
        print(f"Over {len(self.complete)} sets that all models have.\n")
        print_table(["model", "mean rank", "wins", "normalised score", "rank by log-loss", "log-loss",
                     "calibration error", "processor, one split each", "failed"], rows)

    def print(self):
        if self.complete:
            self.summary()
        classes = [name for name in self.sets if task_of(name) == "classify"]
        numbers = [name for name in self.sets if task_of(name) == "regress"]
        facts = ["rows", "columns", "categories", "missing"]
        for title, key, digits, sets, columns in (("Accuracy", "accuracy", 4, classes, [*facts, "classes"]),
                                                  ("R2", "r2", 4, numbers, facts),
                                                  ("Log-loss", "log_loss", 4, classes, []),
                                                  ("Calibration error", "ece", 4, classes, []),
                                                  ("Seconds of the processor, fit and predict", "cpu_seconds", 2, self.sets, [])):
            if sets:
                self.by_set(title, key, digits, sets, columns)
        threads = sorted({line["threads"] for line in self.results.values()})
        splits = sorted({len(self.splits(name)) for name in self.complete})
        print(f"Splits of a set: {', '.join(map(str, splits)) or 'none complete'}. "
              f"Threads: {', '.join(map(str, threads))}. Versions: {', '.join(self.versions())}.")
        failed = [(*key, line["error"]) for key, line in self.results.items() if "error" in line]
        for name, split, model, error in failed:
            if name in self.sets and model in self.models:
                print(f"\nFailed: {model} on {name}, split {split}: {error}")

    def versions(self):
        return sorted({line["version"] for (_, _, model), line in self.results.items()
                       if model in self.models and "version" in line})


def report(options):
    results = read_results(options.results)
    present = {key[2] for key in results}
    models = [model for model in options.models if model in present]
    if not models:
        sys.exit(f"tables: no results in {options.results}")
    Report(results, options.sets, models).print()


def ablation(options):
    """Trains what is missing, then prints a row for each variant, over the sets and splits that all have."""
    options.models = [VARIANT + row for row in ABLATION]
    run(options)
    results = read_results(options.results)
    table = Report(results, options.sets, options.models)

    def score_of(name, model):
        return table.mean(name, model, "accuracy" if task_of(name) == "classify" else "r2")

    rows = []
    whole = options.models[0]
    for model in options.models:
        classes = [name for name in table.complete if task_of(name) == "classify"]
        numbers = [name for name in table.complete if task_of(name) == "regress"]
        change = [score_of(name, model) - score_of(name, whole) for name in table.complete]
        mean = lambda names, key: cell(statistics.fmean(table.mean(name, model, key) for name in names), 4) if names else ""
        rows.append([model.removeprefix(VARIANT), mean(classes, "accuracy"), mean(numbers, "r2"),
                     mean(classes, "log_loss"), sum(value > 0.0005 for value in change),
                     sum(value < -0.0005 for value in change),
                     f"{sum(table.mean(name, model, 'cpu_seconds') for name in table.complete):.1f} s"])
    print()
    print_table(["tabular", "accuracy", "R2", "log-loss", "sets better", "sets worse", "processor, one split each"], rows)
    print(f"Over {len(table.complete)} sets: {', '.join(table.complete)}.")


def main():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["run", "report", "ablation", "sets"])
    parser.add_argument("sets", nargs="*", default=SETS, help="default: all")
    parser.add_argument("--program", help="the hebb to measure")
    parser.add_argument("--models", type=lambda text: text.split(","), default=[*HEBB, *PEERS],
                        help=f"of {','.join([*HEBB, *PEERS])} (default all)")
    parser.add_argument("--splits", type=int, default=5, help="how many of them (default 5)")
    parser.add_argument("--threads", type=int, default=1, help="of every model (default 1)")
    parser.add_argument("--limit", type=float, default=3600, help="seconds that a process may take (default 3600)")
    parser.add_argument("--again", action="store_true", help="train also what the results have")
    parser.add_argument("--retry", action="store_true", help="train also what the results say has failed")
    parser.add_argument("--folder", type=pathlib.Path, default=cache / "hebb/tables")
    parser.add_argument("--results", type=pathlib.Path, help="default: results.jsonl in the folder")
    parser.add_argument("--torch-index", help="an index that has PyTorch for the CPU alone; PyPI's brings 3 GB for graphics cards")
    options = parser.parse_intermixed_args()
    # A stopped run takes the model that it trains with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options.results = options.results or options.folder / "results.jsonl"
    for chosen, known in ((options.sets, SETS), (options.models, [*HEBB, *PEERS])):
        for name in chosen:
            if name not in known:
                parser.error(f"no {name}: there are {', '.join(known)}")
    if options.verb == "sets":
        print("\n".join(options.sets))
    else:
        {"run": run, "report": report, "ablation": ablation}[options.verb](options)


if __name__ == "__main__":
    main()
