#!/usr/bin/env python3
"""Runs clang-tidy over the sources of a build, many files a translation unit.

    scripts/lint.py [--all] [BUILD]    a folder with a compile_commands.json (default: build/dev)

Only the sources that changes since the commit in .ci/linted can reach, unless --all (scripts/reach.py).

Nearly all of the linter's time goes into the headers of the standard library and of GoogleTest, which it walks
through for every unit. So files with the same flags are included one after another into one unit; a file that
cannot stand behind the others, since it names a helper as they do, goes into another one.
Prints what is found, and exits with 1 if anything is.
"""
import concurrent.futures
import itertools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

import reach

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORK = ROOT / "build/lint"
LINTED = ("src", "apps", "tests")
MOST_FILES = 20  # in a unit


class Unit:
    """Files that are linted together, and the source that includes them."""
    numbers = itertools.count(1)

    def __init__(self, flags, files):
        self.flags = flags
        self.files = files
        # It stands where the configuration of its files is found.
        self.source = WORK / files[0].parts[0] / f"unit_{next(Unit.numbers)}.cpp"
        self.source.write_text("".join(f'#include "{ROOT / file}"\n' for file in files))

    def misfits(self):
        """The files that do not compile behind the others: none of a unit of one file."""
        if len(self.files) == 1:
            return set()
        # A helper of another file, shadowed, is a clash as well.
        run = subprocess.run(["clang++-16", "-fsyntax-only", "-ferror-limit=0", *self.flags, "-Wno-everything",
                              "-Werror=shadow", self.source], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if run.returncode == 0:
            return set()
        # Each message tells by which line of the unit its place was included: the place may be in a header.
        found, at = set(), 0
        for line in run.stderr.splitlines():
            if included := re.match(rf"In file included from {re.escape(str(self.source))}:(\d+):", line):
                at = int(included[1]) - 1
            elif ": error: " in line and at > 0:
                found.add(self.files[at])
        return found or set(self.files[len(self.files) // 2:])

    def lint(self):
        """The linter's exit code and what it found: in a file alone, whatever stood before it here."""
        run = subprocess.run(["clang-tidy-16", "--quiet", "--checks=-bugprone-suspicious-include", self.source,
                              "--", *self.flags], capture_output=True, text=True)
        if len(self.files) > 1 and (run.returncode or run.stdout):
            alone = [Unit(self.flags, [file]).lint() for file in self.files]
            return max(abs(code) for code, _ in alone), "".join(findings for _, findings in alone)
        # On its other channel it counts warnings, or tells why it could not run.
        return run.returncode, run.stdout or (run.stderr if run.returncode else "")


def groups_of(build, wanted):
    """The files of each top folder and set of flags, from a build's compile_commands.json; those in `wanted`, or all."""
    groups = {}
    for command in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(command["file"]).relative_to(ROOT)
        if path.parts[0] in LINTED and path.suffix == ".cpp" and (wanted is None or str(path) in wanted):
            words = shlex.split(command["command"])
            flags = tuple(words[1:words.index("-o")])  # between the compiler and "-o OBJECT -c FILE"
            groups.setdefault((path.parts[0], flags), set()).add(path)
    return [(flags, sorted(files)) for (_, flags), files in sorted(groups.items())]


def cut(flags, files):
    """Units of the files, as even as can be."""
    pieces = -(-len(files) // MOST_FILES)
    return [Unit(flags, files[len(files) * i // pieces:len(files) * (i + 1) // pieces]) for i in range(pieces)]


def units_of(groups, pool):
    """Units that compile, of the files of all groups."""
    candidates = [unit for flags, files in groups for unit in cut(flags, files)]
    while candidates:
        left = {}
        for unit, misfits in zip(candidates, pool.map(Unit.misfits, candidates)):
            if misfits:
                yield Unit(unit.flags, [file for file in unit.files if file not in misfits])
                left.setdefault(unit.flags, []).extend(sorted(misfits))
            else:
                yield unit
        candidates = [unit for flags, files in left.items() for unit in cut(flags, files)]


def main():
    arguments = [word for word in sys.argv[1:] if word != "--all"]
    build = pathlib.Path(arguments[0] if arguments else ROOT / "build/dev").resolve()
    wanted = None if "--all" in sys.argv else reach.sources_to_lint()
    shutil.rmtree(WORK, ignore_errors=True)
    for folder in LINTED:
        (WORK / folder).mkdir(parents=True)
        if (ROOT / folder / ".clang-tidy").exists():
            shutil.copy(ROOT / folder / ".clang-tidy", WORK / folder)

    worst = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        units = list(units_of(groups_of(build, wanted), pool))
        units.sort(key=lambda unit: -sum((ROOT / file).stat().st_size for file in unit.files))
        for code, findings in pool.map(Unit.lint, units):
            print(findings, end="", flush=True)
            worst = max(worst, abs(code))
    files = sum(len(unit.files) for unit in units)
    print(f"lint: {files} files in {len(units)} units" + ("" if wanted is None else ": those that the change reaches"))
    return 1 if worst or not (files or wanted is not None) else 0


if __name__ == "__main__":
    sys.exit(main())
