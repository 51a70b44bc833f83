"""A storm of kills over one study of `hebb tune`, and what is left of it.

The study is first made undisturbed. Then the same command is started and killed (SIGKILL) again and
again, at least half of `kills` while the study's file is being written (its journal exists at that moment),
and continued each time; workers are killed in between, which must not fail a trial. In the end the ranking
must be the same, byte by byte but for the seconds, and so must the best model; and no fold of a trial may
have been counted twice, and no folder of states be left among the temporary files. Halving and pruning are on in
turn.

    studies.py --program hebb [--kills 50] [--seed 1] [--modes grid,halving,tpe] [DATA [FLAG...]]

Needs Python 3 alone. Exits 1 at the first thing lost or different.
"""
import argparse
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

GIVE_UP = 7200  # seconds; what takes longer hangs
DEFAULT = ["digits", "--space", "alpha=1e-6..1e-1:6", "--space", "hidden=3,3|100|100,50",
           "--sampler", "grid", "--folds", "5", "--epochs", "12"]
MODES = {"grid": [], "halving": ["--halving"], "tpe, pruned": ["--sampler", "tpe", "--trials", "16", "--prune"]}


def fail(text):
    print("studies: FAILED:", text)
    sys.exit(1)


def ranking(path):
    """The ranking without its last column."""
    return [line.rsplit(",", 1)[0] for line in path.read_text().splitlines()]


class Study:
    def __init__(self, program, words, folder):
        self.program, self.words, self.folder = program, words, folder
        self.file = folder / "s.study"
        self.journal = folder / "s.study-journal"
        self.temporary = folder / "temporary"
        self.temporary.mkdir()

    def start(self, name, workers, study=True):
        words = ["tune", *self.words, "--workers", workers, "--csv", name + ".csv", "-o", name + ".hebb",
                 "--quiet"]
        if study:
            words += ["--study", "s.study"]
        with open(self.folder / "said", "wb") as said:
            return subprocess.Popen([self.program, *words], cwd=self.folder, stdout=subprocess.DEVNULL,
                                    stderr=said, stdin=subprocess.DEVNULL,
                                    env={**os.environ, "TMPDIR": str(self.temporary)})

    def finish(self, process):
        code = process.wait(GIVE_UP)
        if code != 0:
            fail("exit code %d: %s" % (code, (self.folder / "said").read_text(errors="replace")[-2000:]))


def children(pid):
    try:
        return [int(word) for word in
                pathlib.Path("/proc/%d/task/%d/children" % (pid, pid)).read_text().split()]
    except OSError:
        return []


def kill(process, study, rng, while_writing, most):
    """Kills the process, after a random time or when the file is written next. Returns whether it was."""
    until = time.monotonic() + rng.uniform(0, most)
    while time.monotonic() < until and process.poll() is None:
        time.sleep(0.001)
    writes = False
    if while_writing:
        give_up = time.monotonic() + 5
        while process.poll() is None and time.monotonic() < give_up:
            if study.journal.exists():
                writes = True
                break
    elif process.poll() is None and rng.random() < 0.3:
        for worker in children(process.pid)[:1]:
            try:
                os.kill(worker, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(rng.uniform(0, 0.05))
    process.send_signal(signal.SIGKILL)
    process.wait()
    return writes and study.journal.exists()


def storm(program, words, mode, kills, rng):
    with tempfile.TemporaryDirectory() as name:
        study = Study(program, [*words, *MODES[mode]], pathlib.Path(name))
        begin = time.monotonic()
        study.finish(study.start("whole", "1", study=False))
        seconds = time.monotonic() - begin
        done = writing = 0
        while done < kills or writing < kills // 2:
            process = study.start("storm", rng.choice(["1", "2", "4"]))
            written = kill(process, study, rng, writing <= done // 2, max(min(1.0, seconds / 3), seconds / kills / 2))
            if process.returncode == 0:  # it had ended
                study.file.unlink()
                continue
            done += 1
            writing += written
        study.finish(study.start("storm", "2"))
        if ranking(study.folder / "storm.csv") != ranking(study.folder / "whole.csv"):
            fail("%s: another ranking" % mode)
        if (study.folder / "storm.hebb").read_bytes() != (study.folder / "whole.hebb").read_bytes():
            fail("%s: another best model" % mode)
        left = list(study.temporary.iterdir())
        if left:
            fail("%s: left among the temporary files: %s" % (mode, left))
        data = sqlite3.connect(study.file)
        steps = data.execute("select count(*), count(distinct trial || ' ' || rung) from step where none = 0").fetchone()
        if steps[0] != steps[1]:
            fail("%s: a trial was counted twice" % mode)
        folds = data.execute("select count(*), count(distinct number || ' ' || fold) from fold").fetchone()
        if folds[0] != folds[1] or data.execute("pragma integrity_check").fetchone() != ("ok",):
            fail("%s: the file is damaged" % mode)
        data.close()
        print("%s: %d kills, %d while writing: the same ranking and model" % (mode, done, writing), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--modes", default="grid,halving,tpe")
    parser.add_argument("words", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    for mode in MODES:
        if mode.split(",")[0] in options.modes.split(","):
            storm(os.path.abspath(options.program), options.words or DEFAULT, mode, options.kills, rng)


if __name__ == "__main__":
    main()
