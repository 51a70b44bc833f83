"""`hebb` with too little of everything: memory, files, threads.

    limits.py --program hebb --library libhebb_failing_allocations.so [--allocations 20000] [--jobs 2]

A small fit, evaluate and predict, each with a file that it is to replace, are run again and again:

  - with each single allocation failing in turn (--from-one-on: also all after it, where libraries that
    need memory to report its lack end the process);
  - under RLIMIT_AS, from where the program starts up to where all of it fits;
  - under RLIMIT_FSIZE and RLIMIT_NPROC from 0 up, and RLIMIT_NOFILE from what loading libraries needs.

A run either does all that it does undisturbed (exit 0, the same bytes in the file, the same results
on standard output), or it exits 1 with a message on standard error. Its file holds the old bytes or the
new ones, and no temporary file is left. Needs Python 3 alone. RLIMIT_NPROC does not bind root, so
these runs are given to another user. Exits 1 if a run does anything else.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time

GIVE_UP = 120  # seconds; what takes longer hangs
NOBODY = 65534
FIT = ["fit", "t.csv", "--hidden", "2", "--epochs", "2", "--threads", "1", "--test-size", "0.2"]
JOBS = {  # the file that is replaced, and the command
    "fit": ("m.hebb", [*FIT, "-o", "m.hebb", "--force", "--json"]),
    "evaluate": ("c.csv", ["evaluate", "m.hebb", "t.csv", "--confusion", "c.csv"]),
    "predict": ("p.csv", ["predict", "m.hebb", "t.csv", "--proba", "-o", "p.csv"]),
}
# What a run on the machine alone decides: times, which no two runs share.
CHANGING = ("seconds",)
ROWS = "a,b,likes\n" + "".join("%d,%g,%s\n" % (i % 7, i * i % 11 / 4, "tea" if i % 3 else "milk")
                              for i in range(30))


def results_of(out):
    """Standard output without what changes from run to run."""
    import json
    try:
        document = json.loads(out)
    except ValueError:
        return out
    for key in CHANGING:
        document.pop(key, None)
    return document


class Job:
    def __init__(self, program, name, model, base):
        self.program, self.name, self.model, self.base = program, name, model, base
        self.file, self.words = JOBS[name]
        self.old = model if name == "fit" else b"old\n"
        self.local = threading.local()
        self.new = self.out = None
        code, out, err, left = self.run()
        if code != 0:
            sys.exit("limits: %s undisturbed: exit %d: %s" % (name, code, err))
        self.new, self.out = left, results_of(out)
        if name == "fit":  # any other model will do for the old one
            self.old = self.old.replace(b'"hebb.model"', b'"hebb.m0del"')

    def run(self, variables=None, limits=(), user=None):
        """Exit code, standard output, standard error, and the bytes of the file. A folder per thread."""
        if not hasattr(self.local, "folder"):
            self.local.folder = pathlib.Path(tempfile.mkdtemp(dir=self.base))
            os.chmod(self.local.folder, 0o777)
            (self.local.folder / "t.csv").write_text(ROWS)
        folder = self.local.folder
        (folder / "m.hebb").write_bytes(self.model)
        (folder / self.file).write_bytes(self.old)
        os.chmod(folder / self.file, 0o666)

        def prepare():
            if user is not None:
                os.setgid(user)
                os.setuid(user)
            # After setuid(), which marks a process beyond RLIMIT_NPROC so that it cannot even begin.
            for kind, most in limits:
                resource.setrlimit(kind, (most, most))

        done = subprocess.run([self.program, *self.words], cwd=folder, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=GIVE_UP,
                              env={**os.environ, **(variables or {})},
                              preexec_fn=prepare if limits or user is not None else None)
        left = (folder / self.file).read_bytes()
        self.local.temporaries = [name for name in os.listdir(folder) if name.startswith(".hebb-")]
        for name in self.local.temporaries:
            (folder / name).unlink()
        return done.returncode, done.stdout, done.stderr.decode(errors="replace"), left

    def judge(self, variables=None, limits=(), user=None):
        """How the run ended, and what is wrong with that, or None."""
        code, out, err, left = self.run(variables, limits, user)
        end = "exit %d" % code
        if code == 0:
            if left != self.new:
                return end, "exit 0 without the new file"
            if results_of(out) != self.out:
                return end, "exit 0 with other results: " + out.decode(errors="replace")[-300:]
        elif code == 1:
            if not err.strip():
                return end, "exit 1 in silence"
            if left not in (self.old, self.new):
                return end, "the file is torn"
        else:
            return end, "exit %d: %s" % (code, err[-300:])
        if self.local.temporaries:
            return end, "left over: %s" % self.local.temporaries
        return end, None


class Report:
    def __init__(self):
        self.wrong = 0

    def tell(self, what, job, ends, faults):
        counts = ", ".join("%d with %s" % (n, end) for end, n in sorted(ends.items()))
        print("limits: %s: %s: %d runs: %s" % (job.name, what, sum(ends.values()), counts), flush=True)
        for where, fault in faults[:10]:
            print("limits: %s: %s: FAILED at %s: %s" % (job.name, what, where, fault), flush=True)
        self.wrong += len(faults)


def sweep(report, pool, job, what, cases):
    """`cases` are pairs of a place and the arguments of judge()."""
    ends, faults = collections.Counter(), []
    futures = [(where, pool.submit(job.judge, **arguments)) for where, arguments in cases]
    for where, future in futures:
        end, fault = future.result()
        ends[end] += 1
        if fault:
            faults.append((where, fault))
    report.tell(what, job, ends, faults)


def allocations_of(job, library):
    with tempfile.NamedTemporaryFile() as count:
        job.run({"LD_PRELOAD": library, "FAIL_COUNT": count.name})
        return int(count.read())


def least_memory(program, words, begin, fits):
    """The least RLIMIT_AS, in steps of 1 MiB, under which the program does `fits`."""
    low, high = begin, 1 << 40
    while high - low > 1 << 20:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle
    return high


def starts(program, most):
    def prepare():
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return subprocess.run([program, "version"], capture_output=True, preexec_fn=prepare).returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=os.path.abspath)
    parser.add_argument("--library", required=True, type=os.path.abspath)
    parser.add_argument("--allocations", type=int, default=20000, help="the last that fails")
    parser.add_argument("--every", type=int, default=1,
                        help="only every N-th of them, and of the limits at least a tenth")
    parser.add_argument("--verbs", default=",".join(JOBS), help="which of %s" % ", ".join(JOBS))
    parser.add_argument("--from-one-on", action="store_true",
                        help="also let all allocations fail from each one on")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time")
    options = parser.parse_args()
    begin = time.monotonic()
    few = min(options.every, 10)
    report = Report()
    base = tempfile.mkdtemp(prefix="hebb-limits-")
    os.chmod(base, 0o755)
    try:
        folder = pathlib.Path(base)
        (folder / "t.csv").write_text(ROWS)
        subprocess.run([options.program, *FIT, "-o", "m.hebb"], cwd=folder, capture_output=True,
                       check=True)
        model = (folder / "m.hebb").read_bytes()
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for name in options.verbs.split(","):
                job = Job(options.program, name, model, base)
                count = allocations_of(job, options.library)
                print("limits: %s: %d allocations" % (name, count), flush=True)
                last = min(count, options.allocations)
                for sign, what in (("", "one allocation fails"), ("+", "all fail from one on")):
                    if sign and not options.from_one_on:
                        continue
                    sweep(report, pool, job, what,
                          [(k, {"variables": {"LD_PRELOAD": options.library,
                                              "FAIL_ALLOCATION": "%d%s" % (k, sign)}})
                           for k in range(1, last + 1, options.every)])
                least = least_memory(options.program, [], 0, lambda m: starts(options.program, m))
                most = least_memory(options.program, [], least, lambda m: job.run(
                    limits=[(resource.RLIMIT_AS, m)])[0] == 0)
                step = max(4096, (most - least) // 200 // 4096 * 4096)
                sweep(report, pool, job, "RLIMIT_AS from %d to %d MiB" % (least >> 20, most >> 20),
                      [(m, {"limits": [(resource.RLIMIT_AS, m)]})
                       for m in range(least, most + 2 * step, step * few)])
                size = len(job.new)
                sizes = sorted({*range(0, size + 2, max(1, size // 100)), size - 1, size, size + 1})
                for what, kind, values, user in (
                        ("RLIMIT_FSIZE", resource.RLIMIT_FSIZE, sizes, None),
                        ("RLIMIT_NOFILE", resource.RLIMIT_NOFILE, range(8, 40), None),
                        ("RLIMIT_NPROC", resource.RLIMIT_NPROC, range(0, 12),
                         NOBODY if os.geteuid() == 0 else None)):
                    sweep(report, pool, job, "%s from %d to %d" % (what, values[0], values[-1]),
                          [(v, {"limits": [(kind, v)], "user": user}) for v in values[::few]])
    finally:
        shutil.rmtree(base)
    if report.wrong:
        sys.exit("limits: %d runs FAILED" % report.wrong)
    print("limits: an error or the whole, every time, in %.0f s" % (time.monotonic() - begin))


main()
