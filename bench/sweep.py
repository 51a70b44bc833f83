#!/usr/bin/python3
"""Runs the verbs on data of growing size; prints their times and memory, and where these grow faster than the size.

Each dimension (rows, columns, classes, ...) is swept on its own, the others are small. A cell of the table is the
processor time of one command in seconds, which other programs on the machine hardly change: "> 60" stopped at the
limit, "!3" ended with exit code 3, "-" was not run because a smaller size already took too long. A second table has
the largest memory in megabytes, of the commands that took LARGE or more. The last column is the largest exponent e in
"it grows as size^e" between two neighbouring sizes of which the larger takes SLOW seconds, or LARGE megabytes, or
more; it is marked with "<<<" above STEEP. Where the result itself is larger than the size, the exponent refers to
that: a classifier of n classes has rows x n scores.
"""

import argparse
import math
import os
import pathlib
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import zlib

SLOW, LEAST = 0.5, 0.05  # seconds: below, the start of the process and the machine's noise are seen
LARGE, SMALL = 200, 20   # megabytes: the program itself takes SMALL
STEEP = 1.3
SIZES = [10**k for k in range(1, 7)]
PLOTS = ("data", "regions", "curve", "history", "confusion", "roc", "precision-recall", "gain", "scores", "classes",
         "mistakes", "predictions", "residuals", "weights", "features", "network", "learning-curve")
FIT = ["--epochs", "2", "--hidden", "4"]


def value(row, column):
    """Numbers of no pattern, the same in every run."""
    return (row * 7919 + column * 104729 + row * column * 31) % 10007 / 10007


def write_table(path, rows, names, cells):
    with open(path, "w", encoding="utf-8") as out:
        out.write(",".join(names) + "\n")
        for row in range(rows):
            out.write(",".join(cells(row)) + "\n")


def numbers(row, columns):
    return [f"{value(row, c):.4f}" for c in range(columns)]


def png(path, shade, side=8):
    """A grey image; no library of the standard ones writes PNG."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    lines = b"".join(b"\0" + bytes((shade + x * y) % 256 for x in range(side)) for y in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) +
                     chunk(b"IEND", b""))


class Sweep:
    """A dimension: writes its data of one size, and knows how to train on them. `most` is the largest size that
    is tried, `work` the size of what is computed."""

    most, rows, fit, data_flags, kinds = 10**6, 60, FIT, [], PLOTS

    def work(self, size):
        return size

    def write(self, folder, size):
        """The name of the data."""
        raise NotImplementedError

    def training(self, _size):
        return self.fit


class Rows(Sweep):
    def write(self, folder, size):
        write_table(folder / "d.csv", size, ["a", "b", "c", "y"],
                    lambda r: [*numbers(r, 3), "uvw"[r * r % 3]])
        return "d.csv"


class Numbers(Rows):
    """Rows of a target of numbers, one feature."""

    def write(self, folder, size):
        write_table(folder / "d.csv", size, ["a", "y"], lambda r: numbers(r, 2))
        return "d.csv"


class Plane(Rows):
    """Rows of two features."""

    def write(self, folder, size):
        write_table(folder / "d.csv", size, ["a", "b", "y"], lambda r: [*numbers(r, 2), "uv"[r % 2]])
        return "d.csv"


class Columns(Sweep):
    most = 10**5

    def write(self, folder, size):
        write_table(folder / "d.csv", self.rows, [*(f"c{c}" for c in range(size)), "y"],
                    lambda r: [*numbers(r, size), "uv"[r % 2]])
        return "d.csv"


class Classes(Sweep):
    most = 10**4

    def work(self, size):
        return size * max(self.rows, 2 * size)

    def write(self, folder, size):
        write_table(folder / "d.csv", max(self.rows, 2 * size), ["a", "b", "y"],
                    lambda r: [*numbers(r, 2), f"class{r % size}"])
        return "d.csv"


class Categories(Sweep):
    """Categories of a column, each of which becomes a column of the model."""

    most = 10**5

    def work(self, size):
        return size * max(self.rows, 2 * size)

    def write(self, folder, size):
        write_table(folder / "d.csv", max(self.rows, 2 * size), ["a", "b", "y"],
                    lambda r: [numbers(r, 1)[0], f"kind{r % size}", "uv"[r % 2]])
        return "d.csv"


class Labels(Sweep):
    """Length of the classes' names."""

    def write(self, folder, size):
        write_table(folder / "d.csv", self.rows, ["a", "b", "y"],
                    lambda r: [*numbers(r, 2), "xyz"[r % 3] * size])
        return "d.csv"


class Words(Labels):
    """The same, of many short words."""

    def write(self, folder, size):
        write_table(folder / "d.csv", self.rows, ["a", "b", "y"],
                    lambda r: [*numbers(r, 2), f"{'xyz'[r % 3]} " * (size // 2) + "."])
        return "d.csv"


class Names(Sweep):
    """Length of the columns' names."""

    def write(self, folder, size):
        write_table(folder / "d.csv", self.rows, ["a" * size, "b" * size, "y" * size],
                    lambda r: [*numbers(r, 2), "uv"[r % 2]])
        return "d.csv"


class Cells(Sweep):
    """Length of the categories."""

    def write(self, folder, size):
        write_table(folder / "d.csv", self.rows, ["a", "b", "y"],
                    lambda r: [numbers(r, 1)[0], "pqr"[r % 3] * size, "uv"[r * r % 2]])
        return "d.csv"


class Layers(Sweep):
    most = 4000  # a text of a network has at most 64 KiB

    def write(self, folder, size):
        return "iris"

    def training(self, size):
        return ["--epochs", "1", "--net", "linear(2) relu " * size + "linear(3)"]


class Files(Sweep):
    most = 10**5

    def write(self, folder, size):
        for name in "uv":
            (folder / "images" / name).mkdir(parents=True)
        for i in range(size):
            png(folder / "images" / "uv"[i % 2] / f"{i}.png", i)
        return "images"


class Lines(Sweep):
    """Blank lines between the rows."""

    def write(self, folder, size):
        with open(folder / "d.csv", "w", encoding="utf-8") as out:
            out.write("a,b,y\n")
            for row in range(self.rows):
                out.write(",".join([*numbers(row, 2), "uv"[row % 2]]) + "\n" * max(1, size // self.rows))
        return "d.csv"


class Ids(Sweep):
    """Distinct texts in a column that is left out, which group the rows."""

    data_flags = ["--group", "id"]

    def write(self, folder, size):
        write_table(folder / "d.csv", size, ["id", "a", "b", "y"],
                    lambda r: [f"id{r}", *numbers(r, 2), "uv"[r % 2]])
        return "d.csv"


class Targets(Sweep):
    most = 10**4

    def write(self, folder, size):
        names = [f"t{c}" for c in range(size)]
        self.data_flags = ["--target", ",".join(names)]
        write_table(folder / "d.csv", self.rows, ["a", "b", *names], lambda r: numbers(r, 2 + size))
        return "d.csv"


class Epochs(Sweep):
    most = 10**6

    def write(self, folder, size):
        write_table(folder / "d.csv", 20, ["a", "y"], lambda r: [*numbers(r, 1), "uv"[r % 2]])
        return "d.csv"

    def training(self, size):
        return ["--epochs", str(size), "--hidden", "2", "--val-size", "0.2", "--early-stop", str(size)]


class Picture(Sweep):
    """Pixels of one image."""

    def write(self, folder, size):
        png(folder / "p.png", 3, round(math.sqrt(size)))
        return "p.png"


SWEEPS = {kind.__name__.lower(): kind for kind in
          (Rows, Numbers, Plane, Columns, Classes, Categories, Labels, Words, Names, Cells, Layers, Files, Lines, Ids,
           Targets, Epochs, Picture)}


def commands(sweep, data, size):
    """{name: arguments} in the order in which they run: later ones read files of earlier ones."""
    if isinstance(sweep, Picture):
        return {"filter": ["filter", data, "--kernel", "edge", "-o", "f.png"],
                "filter csv": ["filter", data, "--kernel", "blur", "-o", "f.csv"]}
    flags = sweep.data_flags
    target = flags if "--target" in flags else []
    named = "." not in data and data != "images"
    fit = ["fit", data, *flags, *sweep.training(size)]
    out = {"fit": [*fit, "-o", "m.hebb"], "fit report": [*fit, "--report", "r.html"],
           "fit test report": [*fit, "--test-size", "0.3", "--report", "r.html"], "fit json": [*fit, "--json"],
           "fit dry-run": [*fit, "--dry-run"]}
    out["data"] = ["data", data, *flags]
    out["data json"] = ["data", data, *flags, "--json"]
    out["data head"] = ["data", "head", data, *flags]
    out["data check"] = ["data", "check", data, *flags]
    out["data split"] = ["data", "split", data, *flags, "-o", "s.npz" if data == "images" else "s.csv"]
    out["data convert"] = ["data", "convert", data, *flags, "-o", "c.npz"]
    out["evaluate"] = ["evaluate", "m.hebb", data]
    out["evaluate json"] = ["evaluate", "m.hebb", data, "--json", "--metrics", "all"]
    out["evaluate files"] = ["evaluate", "m.hebb", data, "--confusion", "c.csv", "--roc", "r.csv"]
    out["predict"] = ["predict", "m.hebb", data, "-o", "p.csv"]
    out["predict proba"] = ["predict", "m.hebb", data, "--proba", "-o", "p.csv"]
    out["info"] = ["info", "m.hebb"]
    for kind in sweep.kinds:
        own = {"data": [data, *target], "history": ["m.hebb"], "weights": ["m.hebb"], "network": ["m.hebb"],
               "learning-curve": ["m.hebb", data, "--train", data]}.get(kind, ["m.hebb", data])
        out[f"plot {kind}"] = ["plot", kind, *own, "-o", "f.svg"]
    out["plot confusion png"] = ["plot", "confusion", "m.hebb", data, "-o", "f.png"]
    out["doctor"] = ["doctor"]
    return out if not named else {k: v for k, v in out.items() if not k.startswith("data")}


def taken(program, arguments, folder, limit, memory):
    """(processor seconds, exit code, peak megabytes) of a command; exit code None: stopped at the limit."""
    def confine():
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    with open(folder / "out.txt", "wb") as out, open(folder / "err.txt", "wb") as err:
        process = subprocess.Popen([program, *arguments], cwd=folder, stdout=out, stderr=err, preexec_fn=confine)
        patience = threading.Timer(4 * limit, process.kill)  # it may wait without computing
        patience.start()
        _, status, usage = os.wait4(process.pid, 0)
        patience.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    stopped = process.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    return usage.ru_utime + usage.ru_stime, None if stopped else process.returncode, usage.ru_maxrss / 1024


def steepness(sweep, values, slow, least):
    """The largest exponent between neighbouring sizes. `values`: {size: (value, exit code)}."""
    worst = 0.0
    sizes = sorted(values)
    for small, large in zip(sizes, sizes[1:]):
        (before, code), (after, late) = values[small], values[large]
        if after < slow or code not in (0, None) or late not in (0, None):
            continue
        worst = max(worst, math.log(after / max(before, least)) / math.log(sweep.work(large) / sweep.work(small)))
    return worst


def cell(taken_by, form):
    if taken_by is None:
        return "-"
    value, code = taken_by
    return f"> {value:.0f}" if code is None else f"!{code}" if code else f"{value:{form}}"


def print_row(sweep, what, sizes, values, slow, least, form):
    """Returns whether it is steep."""
    exponent = steepness(sweep, values, slow, least)
    print(f"{what:22}" + "".join(f"{cell(values.get(size), form):>9}" for size in sizes) +
          f"   {exponent:.1f}{' <<<' if exponent > STEEP else ''}", flush=True)
    return exponent > STEEP


def run(name, args, scratch):
    sweep = SWEEPS[name]()
    sizes = [size for size in SIZES if size <= min(args.max, sweep.most)]
    if sweep.most not in SIZES and sweep.most <= args.max:
        sizes.append(sweep.most)
    found, peaks, slow = {}, {}, set()
    for size in sizes:
        folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
        data = sweep.write(folder, size)
        for what, arguments in commands(sweep, data, size).items():
            if args.verb and not any(what.startswith(verb) for verb in args.verb) and what != "fit":
                continue
            times = found.setdefault(what, {})
            if what in slow:
                continue
            seconds, code, peak = taken(args.program, arguments, folder, args.limit, args.memory * 2**30)
            times[size], peaks.setdefault(what, {})[size] = (seconds, code), (peak, code)
            if code is None or seconds > args.limit / 2:
                slow.add(what)
            if args.verbose:
                print(f"  {name} {size}: {what} {cell(times[size], '.2f')} s {peak:.0f} MB", file=sys.stderr, flush=True)
        subprocess.run(["rm", "-rf", folder], check=True)
    print(f"\n{name}: {(sweep.__doc__ or '').strip()}\n{'seconds':22}" + "".join(f"{size:>9}" for size in sizes),
          flush=True)
    # A figure or an option that is not for these data ends with code 2.
    fitting = {what: times for what, times in found.items() if {code for _, code in times.values()} != {2}}
    steep = sum(print_row(sweep, what, sizes, times, SLOW, LEAST, ".2f") for what, times in fitting.items())
    large = [what for what in fitting if any(peak >= LARGE for peak, _ in peaks[what].values())]
    if large:
        print("megabytes")
    return steep + sum(print_row(sweep, what, sizes, peaks[what], LARGE, SMALL, ".0f") for what in large)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="hebb")
    parser.add_argument("--max", type=float, default=10**6, help="the largest size")
    parser.add_argument("--limit", type=int, default=60, help="processor seconds for each command")
    parser.add_argument("--memory", type=int, default=16, help="GiB of addresses for each command")
    parser.add_argument("--verb", action="append", help="only commands that begin so, such as 'data check'")
    parser.add_argument("--verbose", action="store_true", help="print what each command took as it ends")
    parser.add_argument("dimension", nargs="*", help=f"of {', '.join(SWEEPS)}; default: all")
    args = parser.parse_args()
    args.program = str(pathlib.Path(args.program).resolve()) if os.sep in args.program else args.program
    unknown = set(args.dimension) - set(SWEEPS)
    if unknown:
        raise SystemExit(f"sweep: no dimension {', '.join(unknown)}; there are: {', '.join(SWEEPS)}")
    with tempfile.TemporaryDirectory() as scratch:
        steep = sum(run(name, args, scratch) for name in args.dimension or SWEEPS)
    print(f"\n{steep} rows grow faster than size^{STEEP}")


if __name__ == "__main__":
    main()
