#!/usr/bin/env python3
"""Which files a change can reach: the tests that the sanitizers have to run again, the sources to lint again.

    reach.py    the test files, since the commit in .ci/whole, at which everything last passed

A test reaches what it includes, the sources that implement these headers, and so on; a test that runs the program
reaches all of src and apps. A source implements the headers of its own room that it includes. What changed in
documents and scripts reaches no test of memory; any other file that is no source (build files, data) reaches all.
Prints a regular expression for HEBB_TEST_FILES, empty for all, and on its other channel what is left out and why.

The linter reads a source and what it includes. scripts/lint.py asks for the sources that include what changed since
the commit in .ci/linted, at which it last found nothing in all of them.
"""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', re.MULTILINE)
HARMLESS = re.compile(r"\.md$|^(docs|scripts|bench|examples|\.github|\.ci)/|^\.|^(LICENSE|CITATION\.cff)$|^tests/.*\.(py|mjs)$")
LINTER = re.compile(r"\.clang-tidy$|^scripts/(lint|reach|setup)\.|CMake")
PROGRAM = "tests/cli/run.h"  # what includes it runs the program


def git(*arguments):
    run = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True)
    return run.stdout.split() if run.returncode == 0 else None


def sources():
    """{path: text} of all C++ of the tree, paths from the root."""
    return {str(path.relative_to(ROOT)): path.read_text(errors="replace")
            for folder in ("include", "src", "apps", "examples", "tests") for ending in ("*.h", "*.cpp")
            for path in (ROOT / folder).rglob(ending)}


def room(path):
    parts = pathlib.PurePath(path).parts
    return parts[2] if parts[0] == "include" and len(parts) > 3 else "/".join(parts[:2])[4:] if parts[0] == "src" else ""


def includes_of(tree):
    """{path: the paths that it includes}."""
    edges = {path: set() for path in tree}
    for path, text in tree.items():
        beside = pathlib.PurePath(path).parent
        for name in INCLUDE.findall(text):
            for target in (os.path.normpath(beside / name), f"include/{name}", f"src/{name}", f"tests/{name}"):
                if target in tree:
                    edges[path].add(target)
                    break
    return edges


def graph_of(tree):
    """{path: the paths that it leads to}: what it includes, and the sources that implement that."""
    edges = includes_of(tree)
    for path in tree:
        if path.startswith("src/") and path.endswith(".cpp"):
            for target in list(edges[path]):
                if room(path) == room(target):
                    edges[target].add(path)
    edges.setdefault(PROGRAM, set()).update(p for p in tree if p.startswith(("src/", "apps/")) and p.endswith(".cpp"))
    return edges


def reached(edges, start):
    seen, left = {start}, [start]
    while left:
        for path in edges[left.pop()] - seen:
            seen.add(path)
            left.append(path)
    return seen


def parametrised(paths, tree):
    """The tests of fixtures that these paths declare, in a header beside them: GoogleTest wants both or neither."""
    beside = {path.removesuffix(".h") + "_test.cpp" for path in paths if re.match(r"tests/.*\.h$", path)}
    return beside & tree.keys()


def named(path, tree):
    """The sources that name a file of values, such as tests/oracles/scores.json."""
    stem = pathlib.PurePath(path).stem
    return {source for source, text in tree.items() if source.startswith("tests/") and f'"{stem}"' in text}


def choose(changed, tree):
    """(test files, None), or (all, why all)."""
    tests = sorted(path for path in tree if path.endswith("_test.cpp"))
    touched = set()
    for path in changed:
        if path in tree:
            touched.add(path)
        elif re.match(r"tests/(oracles|fuzz/corpus)/", path):
            touched |= named(path, tree) if path.endswith(".json") else {p for p in tree if p.startswith("tests/fuzz/")}
        elif path.endswith((".h", ".cpp")):
            pass  # it is gone, and whatever included it has changed
        elif not HARMLESS.search(path):
            return tests, f"{path} has changed"
    edges = graph_of(tree)
    chosen = {test for test in tests if reached(edges, test) & touched}
    return sorted(chosen.union(*(parametrised(reached(edges, test), tree) for test in chosen))), None


def changes(record):
    """(commit in the file `record`, at which everything last passed, the files changed since), or (commit, None)."""
    passed = ROOT / record
    since = passed.read_text().strip() if passed.exists() else ""
    changed = git("diff", "--name-only", since) if since else None
    if changed is not None:
        changed += git("ls-files", "--others", "--exclude-standard")
    return since, changed


def sources_to_lint():
    """The sources that have changed, or that include what has; None: all."""
    _, changed = changes(".ci/linted")
    if changed is None or any(LINTER.search(path) for path in changed):
        return None
    tree = sources()
    edges = includes_of(tree)
    return {path for path in tree if path.endswith(".cpp") and reached(edges, path) & set(changed)}


def main():
    since, changed = changes(".ci/whole")
    if changed is None:
        print(f"reach: all tests: {'there is no commit ' + since if since else 'no whole run is recorded in .ci/whole'}",
              file=sys.stderr)
        return
    tree = sources()
    tests, why = choose(changed, tree)
    every = [path for path in tree if path.endswith("_test.cpp")]
    if why or len(tests) == len(every):
        print(f"reach: all tests: {why or 'the change reaches all'}", file=sys.stderr)
        return
    tests = sorted({*tests, *(path for path in every if path.startswith("tests/core/"))})  # never none
    left = sorted(set(every) - set(tests))
    print(f"reach: {len(tests)} of {len(every)} test files: the {len(changed)} files changed since {since[:12]}, where the "
          f"whole suite passed, do not reach the others.\nreach: left out: "
          + " ".join(path.removeprefix("tests/").removesuffix("_test.cpp") for path in left), file=sys.stderr)
    print("/(" + "|".join(path.removeprefix("tests/").removesuffix(".cpp") for path in tests) + ")[.]cpp$")


if __name__ == "__main__":
    main()
