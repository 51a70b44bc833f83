"""Cuts the snippets out of the documents, for the build to compile and the tests to run.

    snippets.py OUT DOCUMENT...

A ```cpp block is a program. Blocks marked `part=NAME` are joined, in order, into the program NAME; what
only the compiler needs to see stands between `<!-- cpp part=NAME` and `-->`.
The ```sh blocks of a document are joined into one script, run in an empty folder. A block marked
`no-run` is left alone: for what needs data or tools that a test has not.
Prints the names of the programs and scripts, one a line.
"""

import pathlib
import re
import sys

FENCE = re.compile(r"^(?:```|<!-- )(\w+)[ ]*(.*?)\n(.*?)^(?:```|-->)$", re.MULTILINE | re.DOTALL)
SCRIPT = """set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
unset HEBB_DATA_DIR
"""


def snippets(document):
    """Programs and scripts of one document: {file name: text}."""
    stem = document.stem.lower()
    files = {}
    for number, match in enumerate(FENCE.finditer(document.read_text()), 1):
        language, marks, text = match.group(1), match.group(2).split(), match.group(3)
        if "no-run" in marks or language not in ("cpp", "sh"):
            continue
        if language == "sh":
            name, start = f"{stem}.sh", SCRIPT
        else:
            parts = [mark.removeprefix("part=") for mark in marks if mark.startswith("part=")]
            name, start = f"{stem}_{parts[0] if parts else number}.cpp", ""
        files[name] = files.get(name, start) + text
    return files


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    wanted = {}
    for name in sys.argv[2:]:
        wanted.update(snippets(pathlib.Path(name)))
    for old in out.iterdir():
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        file = out / name
        if not file.exists() or file.read_text() != text:  # what is the same is not built anew
            file.write_text(text)
    print("\n".join(sorted(wanted)))


main()
