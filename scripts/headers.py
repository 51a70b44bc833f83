#!/usr/bin/env python3
"""Compiles each header alone, so that none needs another to be included before it.

A header that a source includes first is compiled alone with that source by the build of scripts/test.sh, which has
no precompiled headers. Only the others are compiled here.
Prints what is found, and exits with 1 if anything is.
"""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = (ROOT / "include", ROOT / "src", ROOT / "apps/hebb")
FIRST = re.compile(r'^#include (?:"([^"]+)"|<)', re.MULTILINE)


def files(ending):
    return [path for folder in FOLDERS for path in sorted(folder.rglob(f"*{ending}"))]


def first_include(source):
    """The header of ours that a source includes before any other; None if that is another's."""
    found = FIRST.search(source.read_text())
    if found and found[1]:
        for folder in (source.parent, *FOLDERS):
            if (folder / found[1]).exists():
                return folder / found[1]
    return None


def fault(header):
    flags = [f"-I{folder}" for folder in FOLDERS] + ["-I/usr/include/cairo", "-DHEBB_ISA=generic"]
    run = subprocess.run(["clang++-16", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra",
                          "-Wno-pragma-once-outside-header", *flags, "-x", "c++", header],
                         stderr=subprocess.PIPE, text=True)
    return run.stderr


def main():
    sources = files(".cpp") + sorted((ROOT / "tests").rglob("*.cpp"))
    compiled = {first_include(source) for source in sources}
    every = files(".h")
    alone = [header for header in every if header not in compiled]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [found for found in pool.map(fault, alone) if found]
    print("".join(faults), end="")
    print(f"headers: {len(every)}, of which {len(alone)} are included first by no source")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
