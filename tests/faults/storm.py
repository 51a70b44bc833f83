"""A storm of kills and signals over runs of `hebb fit`, and what is left of them.

Each run is first made undisturbed; its model file is what every disturbed one has to end in, byte by
byte. Then the same run is started with --checkpoint and killed (SIGKILL), resumed and killed again,
over and over, half of the kills while it saves: a kill counts as one "while saving" only if the dead
process left its temporary behind. Every checkpoint found is checked by an independent reader. Then
the same with Ctrl-C (SIGINT) and SIGTERM, which have to save and to exit with 130 and 143.

    storm.py --program hebb [--kills 100] [--signals 50] [--seed 1]

Needs Python 3 alone. Exits 1 at the first thing lost, torn or different.
"""
import argparse
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

READER = pathlib.Path(__file__).parent.parent / "io" / "read_safetensors.py"

# Solvers with few and with many states; epochs of many batches (stopped in the middle of one) and of
# a single one (stopped at its end); images and a table.
RUNS = {
    "adam": ["mnist10k", "--hidden", "100", "--epochs", "20", "--tol", "0", "--threads", "1"],
    "sgd with early stopping, dropout and a schedule": [
        "mnist10k", "--solver", "sgd", "--schedule", "adaptive", "--hidden", "64", "--epochs", "25",
        "--early-stop", "24", "--dropout", "0.2", "--threads", "1"],
    "lbfgs on two threads": [
        "mnist10k", "--solver", "lbfgs", "--hidden", "64", "--epochs", "20", "--threads", "2"],
    "rmsprop, one batch an epoch": [
        "digits", "--solver", "rmsprop", "--hidden", "256", "--epochs", "100", "--tol", "0",
        "--batch-size", "2000", "--dropout", "0.1", "--threads", "1"],
}
GIVE_UP = 300  # seconds; what takes longer hangs


def fail(text):
    print("storm: FAILED:", text)
    sys.exit(1)


class Run:
    """One run in a folder of its own, and its end undisturbed."""

    def __init__(self, program, words, folder):
        self.program, self.words, self.folder = program, words, folder
        begin = time.monotonic()
        result = self.start("-o", "whole.hebb", fresh=True).wait(GIVE_UP)
        self.seconds = time.monotonic() - begin
        if result != 0:
            fail("the undisturbed run exits %d: %s" % (result, self.said()))
        self.whole = (folder / "whole.hebb").read_bytes()
        self.state = folder / "state"
        self.checkpoint = self.state / "checkpoint.hebb"

    def start(self, *more, fresh=False):
        words = ["fit", *self.words] if fresh else ["fit", "--resume", "state"]
        with open(self.folder / "said", "wb") as said:
            return subprocess.Popen([self.program, *words, *more], cwd=self.folder, stdout=said,
                                    stderr=said, stdin=subprocess.DEVNULL)

    def go_on(self):
        """Resumes, or begins anew where nothing was kept yet."""
        if self.checkpoint.exists():
            return self.start()
        return self.start("-o", "m.hebb", "--checkpoint", "state", "--checkpoint-every", "0.03",
                          fresh=True)

    def said(self):
        return (self.folder / "said").read_text(errors="replace")[-2000:]

    def temporaries(self):
        names = os.listdir(self.folder)
        if self.state.exists():
            names += os.listdir(self.state)
        return [name for name in names if name.startswith(".hebb-")]

    def begin_anew(self):
        for path in (self.folder / "m.hebb", self.checkpoint):
            path.unlink(missing_ok=True)

    def check_left(self):
        """What a disturbed run leaves is whole or absent."""
        for path in (self.checkpoint, self.folder / "m.hebb"):
            if path.exists():
                read = subprocess.run([sys.executable, READER, path], capture_output=True, text=True)
                if read.returncode != 0:
                    fail("%s is torn: %s" % (path.name, read.stderr))

    def check_end(self, code):
        if code != 0:
            fail("a run that was resumed exits %d: %s" % (code, self.said()))
        if (self.folder / "m.hebb").read_bytes() != self.whole:
            fail("a run that was resumed ends in another model")
        if self.temporaries():
            fail("left over: %s" % self.temporaries())


def wait_for_temporary(run, process, chance):
    """Until `process` is saving, or has ended."""
    mine = ".hebb-%d-" % process.pid
    while process.poll() is None:
        if any(name.startswith(mine) for name in run.temporaries()):
            time.sleep(chance.uniform(0, 0.003))
            return


def kill_storm(runs, kills, chance, count):
    """`kills` over all runs in turn, half of them while saving."""
    done = saving = 0
    while done < kills:
        run = runs[count["runs brought to the same bytes"] % len(runs)]
        run.begin_anew()
        for _ in range(chance.randint(3, 8)):  # a chain, then let go to its end
            if done == kills:
                break
            process = run.go_on()
            time.sleep(chance.uniform(0, 0.6 * run.seconds))
            want_saving = 2 * saving <= done
            if want_saving:
                wait_for_temporary(run, process, chance)
            process.kill()
            code = process.wait(GIVE_UP)
            if code != -signal.SIGKILL:  # it had ended before
                run.check_end(code)
                break
            run.check_left()
            if len(run.temporaries()) > 1:
                fail("temporaries pile up: %s" % run.temporaries())
            left = any(name.startswith(".hebb-%d-" % process.pid) for name in run.temporaries())
            if want_saving and not left:
                count["kills just beside a save, not counted"] += 1
                continue
            done += 1
            saving += left
            count["kills"] += 1
            count["of them while saving"] += left
        run.check_end(run.go_on().wait(GIVE_UP))
        run.check_end(run.go_on().wait(GIVE_UP))  # a finished run is given back as it was
        count["runs brought to the same bytes"] += 1


def signal_storm(runs, signals, chance, count):
    """Ctrl-C and SIGTERM by turns, at random moments."""
    done = 0
    while done < signals:
        run = runs[count["runs brought to the same bytes"] % len(runs)]
        run.begin_anew()
        for _ in range(chance.randint(2, 5)):
            if done == signals:
                break
            which = (signal.SIGINT, signal.SIGTERM)[done % 2]
            process = run.go_on()
            time.sleep(chance.uniform(0, run.seconds))
            process.send_signal(which)
            code = process.wait(GIVE_UP)
            run.check_left()
            if code == 0:  # it had ended, or all was learnt and was being kept
                run.check_end(code)
                break
            if code == 128 + which:
                done += 1
                count["signals"] += 1
                count["saved and left with %d" % code] += 1
                for path in (run.checkpoint, run.folder / "m.hebb"):
                    if not path.exists():
                        fail("exit %d without %s" % (code, path.name))
                if "resume: hebb fit --resume state" not in run.said():
                    fail("does not say how to resume: " + run.said())
            elif code == -which:  # outside of training: nothing to keep yet, or all kept
                count["signals before or after training, not counted"] += 1
            else:
                fail("signal %d gives exit %d: %s" % (which, code, run.said()))
        run.check_end(run.go_on().wait(GIVE_UP))
        count["runs brought to the same bytes"] += 1


class Count(dict):
    def __missing__(self, key):
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=os.path.abspath)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--signals", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    begin = time.monotonic()
    count = Count()
    with tempfile.TemporaryDirectory(prefix="hebb-storm-") as base:
        runs = []
        for number, (name, words) in enumerate(RUNS.items()):
            folder = pathlib.Path(base) / str(number)
            folder.mkdir()
            run = Run(options.program, [*words, "--seed", str(options.seed)], folder)
            print("storm: %s: %.2f s undisturbed" % (name, run.seconds), flush=True)
            runs.append(run)
        kill_storm(runs, options.kills, chance, count)
        signal_storm(runs, options.signals, chance, count)
    for name, number in count.items():
        print("storm: %4d %s" % (number, name))
    print("storm: nothing lost, torn or different, in %.0f s" % (time.monotonic() - begin))


main()
