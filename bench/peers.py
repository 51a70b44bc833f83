#!/usr/bin/python3
"""Trains the same networks with hebb and with scikit-learn, alternately, and writes the medians.

Equal work: network, batch, optimiser, epochs, threads and data are the same for both, and the test
accuracy that each reached stands beside its time. Times are those of fit(), without loading: hebb's
"seconds.fit", scikit-learn's measured around its fit() in a process of its own.
"""

import argparse
import datetime
import gzip
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Work:
    """One network to train."""

    def __init__(self, hidden, batch, epochs):
        self.hidden, self.batch, self.epochs = hidden, batch, epochs

    @property
    def name(self):
        return "784-" + "-".join(map(str, self.hidden)) + f"-10, batch {self.batch}"

    @property
    def flops(self):
        """Of the products for one sample: forward, gradient of weights, gradient of inputs. The first
        layer's inputs need none."""
        widths = [784, *self.hidden, 10]
        weights = [a * b for a, b in zip(widths, widths[1:])]
        return 6 * sum(weights) - 2 * weights[0]


WORKS = [Work([100], 200, 10), Work([512, 512], 128, 5)]


def read_idx(path):
    import numpy

    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        data = file.read()
    axes = data[3]
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(axes)]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * axes).reshape(shape)


def mnist():
    """The four files of MNIST below HEBB_DATA_DIR, or None."""
    folder = pathlib.Path(os.environ.get("HEBB_DATA_DIR", "")) / "mnist"
    files = []
    for stem in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
        found = [folder / f"{stem}-ubyte{end}" for end in ("", ".gz")]
        found = [file for file in found if file.is_file()]
        if not found:
            return None
        files.append(found[0])
    return files


def mnist10k():
    """The files of the built-in set: 8,000 rows to train, then 2,000 to test."""
    folder = ROOT / "data"
    return [folder / "mnist10k-images-idx3-ubyte.gz", folder / "mnist10k-labels-idx1-ubyte.gz"]


def load():
    """(name, x_train, y_train, x_test, y_test) with pixels in [0, 1], float32."""
    files = mnist()
    if files:
        x, y, x_test, y_test = map(read_idx, files)
        name = "mnist"
    else:
        x, y = map(read_idx, mnist10k())
        x, x_test, y, y_test = x[:8000], x[8000:], y[:8000], y[8000:]
        name = "mnist10k"
    flat = lambda images: images.reshape(len(images), -1).astype("float32") / 255
    return name, flat(x), y, flat(x_test), y_test


def fit_sklearn(work):
    """Runs in a process of its own: prints seconds and test accuracy as JSON."""
    import time
    import warnings

    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore", ConvergenceWarning)
    _, x, y, x_test, y_test = load()
    net = MLPClassifier(hidden_layer_sizes=work.hidden, batch_size=work.batch, max_iter=work.epochs,
                        tol=0, n_iter_no_change=work.epochs, random_state=1)
    start = time.perf_counter()
    net.fit(x, y)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "accuracy": net.score(x_test, y_test)}))


def time_sklearn(work, threads):
    env = {key: value for key, value in os.environ.items() if key != "OPENBLAS_CORETYPE"}
    env.update(OPENBLAS_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads))
    command = [sys.executable, __file__, "--sklearn", str(WORKS.index(work))]
    answer = json.loads(subprocess.run(command, env=env, check=True, capture_output=True).stdout)
    return answer["seconds"], answer["accuracy"]


def time_hebb(work, threads, program, data):
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "fit", data, "--hidden", ",".join(map(str, work.hidden)),
                   "--batch-size", str(work.batch), "--epochs", str(work.epochs), "--tol", "0",
                   "--n-iter-no-change", str(work.epochs), "--seed", "1", "--threads", str(threads),
                   "--json", "--quiet", "-o", f"{folder}/model.hebb"]
        answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return answer["seconds"]["fit"], answer["test"]["accuracy"]


def compare(rounds, threads, program, data, rate):
    """Rows of the table of trainings. `rate`: of the matrix product in flop/s, or None."""
    rows = []
    samples = 60000 if data == "mnist" else 8000
    for work in WORKS:
        times = {"hebb": [], "scikit-learn": []}
        accuracy = {}
        for _ in range(rounds):
            for peer, (seconds, score) in (
                ("hebb", time_hebb(work, threads, program, data)),
                ("scikit-learn", time_sklearn(work, threads)),
            ):
                times[peer].append(seconds / work.epochs)
                accuracy[peer] = score
        ours, theirs = (statistics.median(times[peer]) for peer in ("hebb", "scikit-learn"))
        share = f"{work.flops * samples / ours / rate:.0%}" if rate else ""
        row = (f"| {work.name}, {work.epochs} epochs | {ours:.3f} s | {theirs:.3f} s "
               f"| {theirs / ours:.2f} | {share} "
               f"| {accuracy['hebb']:.4f} | {accuracy['scikit-learn']:.4f} |")
        print(row, flush=True)
        rows.append(row)
    return rows


def medians(path):
    """The medians in Google Benchmark's JSON."""
    items = json.loads(pathlib.Path(path).read_text())["benchmarks"] if path else []
    return [item for item in items if item.get("aggregate_name") == "median"]


def product_rate(parts):
    """The best rate of a matrix product, measured in this run: parts named product..., in flop/s."""
    rates = [item["items_per_second"] for item in parts
             if item["run_name"].startswith("product") and "items_per_second" in item]
    return max(rates, default=None)


def parts_table(parts):
    """Rows of the table of parts."""
    rows = []
    for item in parts:
        rates = []
        if "bytes_per_second" in item:
            rates.append(f"{item['bytes_per_second'] / 1e6:.0f} MB/s")
        if "items_per_second" in item:
            rates.append(f"{item['items_per_second'] / 1e9:.2f} G/s")
        name = item["run_name"].replace("/real_time", "")
        rows.append(f"| `{name}` | {item['real_time']:.3g} {item['time_unit']} | {', '.join(rates)} |")
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


DOCUMENT = """# Benchmarks

Written by `scripts/bench.sh`; run it for your own machine. Seconds depend on the machine and its load;
the ratios, taken alternately in one run, hardly do.

{machine}; {data}; scikit-learn {sklearn} from Debian 12; {rounds} rounds, {date}.

## Whole trainings, seconds an epoch (median)

Same network, batch, optimiser (Adam), epochs, threads and data; the accuracy on the test part shows that
the work was equal. The ratio says how many times as long scikit-learn takes; the share, how much of the
rate of the bare matrix products, measured below in the same run, hebb's training reaches.

| network | hebb | scikit-learn | ratio | share | accuracy: hebb | accuracy: scikit-learn |
| --- | --- | --- | --- | --- | --- | --- |
{trainings}

## Parts of hebb (median)

| part | time | rate |
| --- | --- | --- |
{parts}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="hebb")
    parser.add_argument("--parts", help="Google Benchmark's JSON")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--out", help="the document to write")
    parser.add_argument("--sklearn", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.sklearn is not None:
        fit_sklearn(WORKS[args.sklearn])
        return

    import sklearn

    data = "mnist" if mnist() else "mnist10k"
    parts = medians(args.parts)
    text = DOCUMENT.format(
        machine=machine(args.threads), data=data, sklearn=sklearn.__version__, rounds=args.rounds,
        date=datetime.date.today().isoformat(),
        trainings="\n".join(compare(args.rounds, args.threads, args.program, data,
                                    product_rate(parts))),
        parts="\n".join(parts_table(parts)))
    if args.out:
        pathlib.Path(args.out).write_text(text)
    print(text)


if __name__ == "__main__":
    main()
