#!/usr/bin/env python3
"""Prints how many tests passed, failed and were skipped, from the reports that ctest and GoogleTest leave in a folder.

    count.py FOLDER    with ctest.xml, and NAME.xml for each of its tests NAME that stands for many

Exits with 1 if any test failed or none was run.
"""
import pathlib
import sys
import xml.etree.ElementTree as xml


def outcome(case):
    """What became of one <testcase> of ctest's or GoogleTest's report."""
    if case.find("failure") is not None or case.get("status") == "fail":
        return "failed"
    if case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
        return "skipped"
    return "passed"


folder = pathlib.Path(sys.argv[1])
counts = {"passed": 0, "failed": 0, "skipped": 0}
for case in xml.parse(folder / "ctest.xml").iter("testcase"):
    parts = folder / f"{case.get('name')}.xml"
    cases = list(xml.parse(parts).iter("testcase")) if parts.exists() else [case]
    outcomes = [outcome(part) for part in cases]
    if outcome(case) == "failed" and "failed" not in outcomes:
        outcomes.append("failed")  # it broke off behind its last test
    for each in outcomes:
        counts[each] += 1

if counts["passed"] + counts["failed"] == 0:
    print("test: no test was run", file=sys.stderr)
print(f"{counts['passed']} passed, {counts['failed']} failed" + (f", {counts['skipped']} skipped" if counts["skipped"] else ""))
sys.exit(counts["failed"] > 0 or counts["passed"] == 0)
