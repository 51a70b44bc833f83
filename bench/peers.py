#!/usr/bin/python3
"""Measures hebb and its peers alternately and writes the medians to docs/benchmarks.md; with --only NAME that row
alone, and no document.

Equal work: network, batch, optimiser, epochs and data are the same for all, and the accuracy that each
reached stands beside its time. Times of training are those of fit(), without loading: hebb's
"seconds.fit", the peers' measured around theirs in a process of their own. A peer is taken with as many
threads as hebb and, since small networks often run faster so, with one; and with the type of numbers
with which it is faster.
"""

import argparse
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from work import NETWORKS, REACHED, RECIPES, TRAININGS, UNITS, WORKS, mnist_files, write_moons, write_table

HERE = pathlib.Path(__file__).resolve().parent


def run(command, threads=None):
    """(standard output, seconds, peak memory in MB) of a process."""
    # Settings that slow the peers' libraries down do not reach them.
    env = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS")}
    if threads:
        env.update(OPENBLAS_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads))
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        child = subprocess.Popen([str(word) for word in command], stdout=out, env=env)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        if status != 0:
            raise SystemExit(f"bench: failed: {command}")
        out.seek(0)
        return out.read().decode(), seconds, usage.ru_maxrss / 1024


def peer(*words, threads=None):
    text, seconds, _ = run([sys.executable, HERE / "peer.py", *words], threads)
    return {**json.loads(text.splitlines()[-1]), "process": seconds}


def middle(runs, key):
    return statistics.median(run[key] for run in runs)


class Bench:
    def __init__(self, args, folder):
        self.args, self.folder = args, pathlib.Path(folder)

    def hebb(self, *words):
        return run([self.args.program, *words])

    def parts(self, which, repetitions=3):
        """The medians of hebb's own benchmarks of these names. Repetitions come in any order, so that what drifts
        does so for all alike."""
        text, _, _ = run([self.args.parts_program, f"--benchmark_filter={which}", "--benchmark_format=json",
                          f"--benchmark_repetitions={repetitions}", "--benchmark_enable_random_interleaving=true"])
        return [item for item in json.loads(text)["benchmarks"] if item.get("aggregate_name") == "median"]

    def fit_hebb(self, work):
        data = self.folder / "moons.csv" if work.data == "moons" else work.data
        text, process, peak = self.hebb(
            "fit", data, *work.flags, "--batch-size", work.batch, "--epochs", work.epochs, "--tol", "0",
            "--n-iter-no-change", work.epochs, "--seed", "1", "--threads", self.args.threads, "--json", "--quiet",
            "-o", self.folder / "model.hebb")
        answer = json.loads(text)
        part = answer.get("test", answer["train"])
        return {"seconds": answer["seconds"]["fit"] / work.epochs, "accuracy": part["accuracy"],
                "peak_mb": peak, "process": process}

    def variants(self, work, peer_name, name):
        """The ways to run a peer: with the same number of threads, and with one, each with the faster type."""
        types = ["float32"]
        if peer_name == "sklearn":
            types.append("float64")
        elif work.precision != "float32":
            types.append(work.precision)
        chosen = []
        for threads in sorted({self.args.threads, 1}, reverse=True):
            tries = [(peer(peer_name, name, self.folder, threads, dtype, threads=threads)["seconds"], dtype)
                     for dtype in types] if len(types) > 1 else [(0, types[0])]
            chosen.append((threads, min(tries)[1]))
        return chosen

    def alternate(self, name, with_product=False):
        """(hebb's runs, {peer: {variant: its runs}}) of one training; `with_product` beside each of hebb's the rate
        of a matrix product, since the machine's speed drifts."""
        work = TRAININGS[name]
        theirs = {peer_name: {variant: [] for variant in self.variants(work, peer_name, name)}
                  for peer_name in work.peers}
        ours = []
        for _ in range(self.args.rounds):
            ours.append(self.fit_hebb(work))
            if with_product:
                ours[-1]["product_rate"] = best_product(self.parts("^product/.*512", repetitions=2))
            for peer_name, variants in theirs.items():
                for (threads, dtype), runs in variants.items():
                    runs.append(peer(peer_name, name, self.folder, threads, dtype, threads=threads))
        return ours, theirs

    def training(self, name):
        """The row of one work."""
        work = TRAININGS[name]
        ours, theirs = self.alternate(name, with_product=True)
        seconds = middle(ours, "seconds")
        samples = {"mnist": 60000, "moons": 10000, "digits": 1797}[work.data]
        share = work.flops * samples / seconds / middle(ours, "product_rate")
        cells = [work.name, duration(seconds), f"{share:.0%}"]
        accuracies, peaks = [middle(ours, "accuracy")], [middle(ours, "peak_mb")]
        for variants in theirs.values():
            best = min(variants, key=lambda variant: middle(variants[variant], "seconds"))
            equal = next(variant for variant in variants if variant[0] == self.args.threads)
            cells += [ratio(middle(variants[equal], "seconds"), seconds),
                      f"{ratio(middle(variants[best], 'seconds'), seconds)} ({variant_text(best)})"]
            accuracies.append(middle(variants[best], "accuracy"))
            peaks.append(middle(variants[best], "peak_mb"))
        cells.append(", ".join(f"{a:.4f}" for a in accuracies))
        cells.append(", ".join(f"{p:.0f}" for p in peaks))
        return row(cells)

    def recipe(self, name):
        """The row of a training that has an accuracy to reach: seconds of whole processes."""
        work = TRAININGS[name]
        ours, theirs = self.alternate(name)
        variants = theirs["torch"]
        best = min(variants, key=lambda variant: middle(variants[variant], "process"))

        def reached(runs):
            missed = sum(run["accuracy"] < REACHED for run in runs)
            return f"{middle(runs, 'process'):.2f} s" + (f" ({missed} of {len(runs)} missed it)" if missed else "")

        both = ours, variants[best]
        return row([f"{work.name}, {work.epochs} epochs", *map(reached, both),
                    f"{ratio(middle(both[1], 'process'), middle(ours, 'process'))} ({variant_text(best)})",
                    ", ".join(f"{middle(runs, 'accuracy'):.4f}" for runs in both),
                    ", ".join(f"{middle(runs, 'peak_mb'):.0f}" for runs in both)])

    def table(self):
        """Reading a CSV of 1 GB: (row, table's own size in MB)."""
        path = self.folder / "table.csv"
        rows, columns = write_table(path)
        own = rows * columns * 8 / 1e6
        ours, theirs = [], []
        for _ in range(self.args.rounds):
            _, seconds, peak = self.hebb("data", path, "--quiet")
            ours.append((seconds, peak))
            found = peer("pandas", path)
            theirs.append((found["seconds"], found["peak_mb"]))
        path.unlink()
        (a, a_mb), (b, b_mb) = ([statistics.median(column) for column in zip(*runs)]
                                for runs in (ours, theirs))
        return row([f"{rows} x {columns}, {own:.0f} MB in memory", f"{a:.2f} s", f"{b:.2f} s",
                    f"{b / a:.1f}", f"{a_mb:.0f} MB ({a_mb * 1.048576 / own:.2f} times the table)",
                    f"{b_mb:.0f} MB ({b_mb * 1.048576 / own:.2f})"])

    def prediction(self):
        ours, = self.parts("^predict_one")
        assert ours["time_unit"] == "ns"
        peers = [peer("predict", name, threads=1)["seconds"] * 1e6 for name in ("sklearn", "torch")]
        return row([f"{ours['real_time'] / 1e3:.1f} us", *(f"{seconds:.0f} us" for seconds in peers)])

    def unit(self, name):
        ours, = self.parts(f"^{name}")
        seconds = ours["real_time"] / {"ns": 1e9, "us": 1e6, "ms": 1e3}[ours["time_unit"]]
        theirs = peer("unit", name)
        return row([UNITS[name].title, duration(seconds), duration(theirs["seconds"]),
                    ratio(theirs["seconds"], seconds), f"{ours['passes']:.0f}, {theirs['passes']}"])

    def startup(self):
        return statistics.median(self.hebb("version")[1] for _ in range(20))


def duration(seconds):
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def ratio(theirs, ours):
    return f"{theirs / ours:.1f}"


def variant_text(variant):
    threads, dtype = variant
    return f"{threads} thread{'' if threads == 1 else 's'}, {dtype}"


def row(cells):
    text = "| " + " | ".join(map(str, cells)) + " |"
    print(text, flush=True)
    return text


def best_product(parts, threads=""):
    """The best rate of a float32 matrix product among the parts, in flop/s; with threads such as "threads:1", of
    as many."""
    return max(item["items_per_second"] for item in parts
               if item["run_name"].startswith("product") and threads in item["run_name"])


def parts_table(parts):
    rows = []
    for item in parts:
        rates = []
        if "bytes_per_second" in item:
            rates.append(f"{item['bytes_per_second'] / 1e6:.0f} MB/s")
        if "items_per_second" in item:
            rates.append(f"{item['items_per_second'] / 1e9:.2f} G/s")
        name = item["run_name"].replace("/real_time", "")
        if name.startswith("convolution"):
            share = item["items_per_second"] / best_product(parts, name.split("/")[-1])
            rates.append(f"{share:.0%} of the product's")
        rows.append(row([f"`{name}`", f"{item['real_time']:.3g} {item['time_unit']}", ", ".join(rates)]))
    return rows


def machine(threads):
    """The machine in one line."""
    processor = "unknown processor"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            processor = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{processor}, {threads} threads, {memory:.0f} GiB"


def versions():
    text, _, _ = run([sys.executable, "-c", "import sklearn, torch, pandas; "
                      "print(sklearn.__version__, torch.__version__.split('+')[0], pandas.__version__)"])
    return text.split()


DOCUMENT = """# Benchmarks

`scripts/bench.sh` writes this page; run it on your own machine. Times depend on the machine and its load. Ratios
depend on them far less, because the programs run alternately.

{machine}; scikit-learn {sklearn}, PyTorch {torch} and pandas {pandas} from Debian 12;
{rounds}, {date}.

## Training, time an epoch

All programs train the same network with the same batch size, optimiser (Adam), epochs and data. The accuracy shows
that they did equal work; it is measured on the test part of MNIST and on the training data of the other sets. The
share is hebb's rate of arithmetic in training, relative to that of the bare matrix product, which is measured beside
each training. The ratios are the peer's time divided by hebb's: with as many threads as hebb, and at its best, which is
the faster of that and one thread. Each peer uses the number type (float32 or float64) that is faster for it. Accuracy
and peak memory are those of hebb, scikit-learn and PyTorch.

| work | hebb | share | scikit-learn | at its best | PyTorch | at its best | accuracy | peak, MB |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
{trainings}

## Training of convolutional networks, and in bfloat16

Measured in the same way, against PyTorch only, with channels-last images. In a row with bfloat16 both programs may use
it: hebb rounds the factors of products and convolutions (`--precision bf16`), PyTorch uses `torch.autocast` if that is
faster than float32. The share is still relative to the product in float32. Accuracy (on the test part of MNIST) and
peak memory are those of hebb and PyTorch.

| work | hebb | share | PyTorch | at its best | accuracy | peak, MB |
| --- | --- | --- | --- | --- | --- | --- |
{networks}

## Time to {reached:.1%} of MNIST's test part

Time of the whole process from its start: reading, training by the same recipe (network, batch size, epochs, Adam,
one-cycle learning rate) and scoring after the last epoch.

| recipe | hebb | PyTorch | ratio | accuracy | peak, MB |
| --- | --- | --- | --- | --- | --- |
{recipes}

## Single units

Time to fit a perceptron, without loading the data: `Perceptron` in both libraries, with default options, on blobs of
the same kind and on MNIST as pixel/255; medians in one process. In the first fit of a data set hebb also computes a
hash of the data for the model's record and caches it. The fits measured are later ones; for the largest table the first
fit takes about 0.2 s more.

| work | hebb | scikit-learn | ratio | passes |
| --- | --- | --- | --- | --- |
{units}

## Reading a CSV of 1 GB

For hebb the whole process of `hebb data FILE` is measured, which also computes statistics of the columns; for pandas
only `read_csv`.

| table | hebb | pandas | ratio | hebb, peak | pandas, peak |
| --- | --- | --- | --- | --- | --- |
{table}

## One prediction

Median time to predict the class probabilities of one row with a 784-100-10 network on one thread, with `predict_one`
(hebb), `predict_proba` (scikit-learn), and the network with softmax in inference mode (PyTorch).

| hebb | scikit-learn | PyTorch |
| --- | --- | --- |
{predictions}

`hebb version` takes {startup}, including process start.

## Parts of hebb (median)

| part | time | rate |
| --- | --- | --- |
{parts}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="hebb")
    parser.add_argument("--parts-program", default="hebb_bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--out", help="the document to write")
    parser.add_argument("--only", action="append", metavar="NAME", help="a row to print, and no document")
    args = parser.parse_args()

    mnist_files()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(args, folder)
        write_moons(bench.folder / "moons.csv")
        measures = {
            **{name: lambda name=name: bench.training(name) for name in (*WORKS, *NETWORKS)},
            **{name: lambda name=name: bench.recipe(name) for name in RECIPES},
            **{name: lambda name=name: bench.unit(name) for name in UNITS},
            "read_csv": bench.table,
            "predict_one": bench.prediction,
        }
        unknown = set(args.only or []) - set(measures)
        if unknown:
            raise SystemExit(f"bench: no row {', '.join(unknown)}; there are: {', '.join(measures)}")
        rows = {name: measures[name]() for name in args.only or measures}
        if args.only:
            return
        lines = lambda names: "\n".join(rows[name] for name in names)
        sklearn, torch, pandas = versions()
        text = DOCUMENT.format(
            machine=machine(args.threads), sklearn=sklearn, torch=torch, pandas=pandas,
            rounds=f"medians of {args.rounds} rounds" if args.rounds > 1 else "one round",
            date=datetime.date.today().isoformat(), trainings=lines(WORKS), networks=lines(NETWORKS),
            recipes=lines(RECIPES), reached=REACHED, units=lines(UNITS), table=rows["read_csv"],
            predictions=rows["predict_one"], startup=duration(bench.startup()),
            parts="\n".join(parts_table(bench.parts("-^(predict_one|perceptron)"))))
    if args.out:
        pathlib.Path(args.out).write_text(text)
    print(text)


if __name__ == "__main__":
    main()
