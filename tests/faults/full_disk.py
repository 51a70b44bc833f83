"""`hebb` on disks of every size from one page up, until all fits.

    unshare --map-root-user --mount full_disk.py --program hebb

For each size a tmpfs of it is mounted, a model put there, and a run started that is to replace the
model and to keep its state, and `predict` and `evaluate` with files of theirs. Whatever did not fit:
the old file stands or the new one, whole; the exit code is 1 and the message names file and cause; no
temporary is left; and once there is room, the run resumes to the bytes of one that had it all along. So
does a search that keeps its study there.
Needs the right to mount in its own mount namespace, as above. Exits 1 at the first thing wrong.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

READER = pathlib.Path(__file__).parent.parent / "io" / "read_safetensors.py"
PAGE = os.sysconf("SC_PAGE_SIZE")
FIT = ["fit", "iris", "--hidden", "300", "--epochs", "3"]
JOBS = {
    "m.hebb": [*FIT, "-o", "m.hebb", "--checkpoint", "state", "--checkpoint-every", "0"],
    "p.csv": ["predict", "m.hebb", "iris", "--proba", "-o", "p.csv"],
    "c.csv": ["evaluate", "m.hebb", "iris", "--confusion", "c.csv"],
}

TUNE = ["tune", "iris", "--space", "alpha=1e-6..1", "--sampler", "random", "--trials", "40", "--folds", "2",
        "--epochs", "1", "--workers", "2", "--study", "s.study", "--csv", "r.csv", "-o", "m.hebb"]


def fail(text):
    print("full disk: FAILED:", text)
    sys.exit(1)


def run(program, folder, words):
    return subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, timeout=300)


def mount(folder, size, again=False):
    options = "size=%d" % size + (",remount" if again else "")
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "hebb", folder], check=True)


def try_size(program, folder, pages, name, old, new, model):
    """Whether the job fitted."""
    mount(folder, pages * PAGE)
    try:
        (folder / "m.hebb").write_bytes(model)
        if name != "m.hebb":
            (folder / name).write_bytes(old)
        result = run(program, folder, JOBS[name])
        where = "%s on %d pages" % (name, pages)
        left = (folder / name).read_bytes()
        if left not in (old, new):
            fail(where + ": torn")
        if result.returncode == 0 and left != new:
            fail(where + ": exit 0 without the new file")
        if result.returncode not in (0, 1):
            fail("%s: exit %d: %s" % (where, result.returncode, result.stderr))
        if result.returncode == 1 and "No space left on device" not in result.stderr:
            fail("%s: does not name the cause: %s" % (where, result.stderr))
        if [path for path in folder.rglob(".hebb-*")]:
            fail(where + ": a temporary is left")
        checkpoint = folder / "state" / "checkpoint.hebb"
        if checkpoint.exists():
            read = subprocess.run([sys.executable, READER, checkpoint], capture_output=True)
            if read.returncode != 0:
                fail(where + ": the checkpoint is torn")
            mount(folder, 1 << 26, again=True)
            resumed = run(program, folder, ["fit", "--resume", "state"])
            if resumed.returncode != 0 or (folder / name).read_bytes() != new:
                fail("%s: resumed: exit %d: %s" % (where, resumed.returncode, resumed.stderr))
        return result.returncode == 0
    except OSError as error:
        if error.errno != 28:  # ENOSPC: not even what stands before has room
            raise
        return False
    finally:
        subprocess.run(["umount", folder], check=True)


def search_result(folder):
    """The ranking without its last column, seconds, and the model."""
    ranking = (folder / "r.csv").read_text().splitlines()
    return [line.rsplit(",", 1)[0] for line in ranking], (folder / "m.hebb").read_bytes()


def try_study(program, folder, pages, whole):
    """Whether all of the search fitted."""
    mount(folder, pages * PAGE)
    try:
        result = run(program, folder, TUNE)
        where = "a study on %d pages" % pages
        if result.returncode not in (0, 1):
            fail("%s: exit %d: %s" % (where, result.returncode, result.stderr))
        if result.returncode == 1:
            if "disk is full" not in result.stderr and "No space left on device" not in result.stderr:
                fail("%s: does not name the cause: %s" % (where, result.stderr))
            mount(folder, 1 << 26, again=True)
            again = run(program, folder, TUNE)
            if again.returncode != 0:
                fail("%s: does not go on: %s" % (where, again.stderr))
        if search_result(folder) != whole:
            fail(where + ": another result")
        return result.returncode == 0
    finally:
        subprocess.run(["umount", folder], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True, type=os.path.abspath)
    program = parser.parse_args().program
    with tempfile.TemporaryDirectory(prefix="hebb-full-") as base:
        base = pathlib.Path(base)
        old_model = [*FIT, "--seed", "9", "-o", "m.hebb"]
        if run(program, base, old_model).returncode != 0:
            fail("no model to begin with")
        model = (base / "m.hebb").read_bytes()
        folder = base / "disk"
        folder.mkdir()
        for name in JOBS:
            old = model if name == "m.hebb" else b"old\n"
            (base / "m.hebb").write_bytes(model)
            result = run(program, base, JOBS[name])
            if result.returncode != 0:
                fail("undisturbed: " + result.stderr)
            new = (base / name).read_bytes()
            pages = 1
            while not try_size(program, folder, pages, name, old, new, model):
                pages += 1
            print("full disk: %s: nothing lost or torn on 1 to %d pages" % (name, pages - 1))
        if run(program, base, TUNE).returncode != 0:
            fail("no search to compare with")
        whole, pages = search_result(base), 1
        while not try_study(program, folder, pages, whole):
            pages += 1
        print("full disk: a study: goes on to the same result after 1 to %d pages" % (pages - 1))


main()
