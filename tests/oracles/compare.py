#!/usr/bin/python3
"""Compares the values that the scripts made anew with those that are committed: compare.py NEW COMMITTED

Numbers may differ by what another processor rounds otherwise; an object with a key "rounding" says so where that
is more. Prints each difference, and fails if there is one.
"""
import json
import pathlib
import sys

ROUNDING = 1e-9  # relative, of numbers of order one and more


def differences(new, old, rounding, place):
    if isinstance(new, dict) and isinstance(old, dict) and new.keys() == old.keys():
        for key in new:
            yield from differences(new[key], old[key], old.get("rounding", rounding), f"{place}.{key}")
    elif isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        for i, pair in enumerate(zip(new, old)):
            yield from differences(*pair, rounding, f"{place}[{i}]")
    elif isinstance(new, float) or isinstance(old, float):
        if not (isinstance(new, (int, float)) and isinstance(old, (int, float))
                and abs(new - old) <= rounding * max(1, abs(old))):
            yield f"{place}: {new} made, {old} committed"
    elif new != old:
        yield f"{place}: made and committed values are not alike"


def main():
    new, committed = map(pathlib.Path, sys.argv[1:])
    found = [line for path in sorted(new.glob("*.json"))
             for line in differences(json.loads(path.read_text()), json.loads((committed / path.name).read_text()),
                                     ROUNDING, path.stem)]
    for line in found[:50]:
        print(line)
    sys.exit(f"compare: {len(found)} values differ" if found else 0)


if __name__ == "__main__":
    main()
