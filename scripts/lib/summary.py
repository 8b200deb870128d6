#!/usr/bin/env python3
"""Sums up the reports of a test run: summary.py FOLDER ROW... where FOLDER/ROW.json is the report of a row.

Prints a line per row, why tests were skipped and which failed, and ends with `N passed, N failed, N skipped`. A row
without a report counts as failed: its build or its run broke.
"""

import collections
import json
import pathlib
import sys


def read(folder, row):
    path = folder / f"{row}.json"
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        report = {"failed": [{"name": row, "why": "it did not get as far as a report"}]}
    return {word: report.get(word, []) for word in ("passed", "failed", "skipped")}


def main():
    folder, rows = pathlib.Path(sys.argv[1]), sys.argv[2:]
    reports = {row: read(folder, row) for row in rows}
    reasons = collections.defaultdict(list)
    for row, report in reports.items():
        for skip in report["skipped"]:
            reasons[(row, skip["reason"])].append(skip["name"])

    print(f"{'':<14}{'passed':>8}{'failed':>8}{'skipped':>8}")
    for row, report in reports.items():
        print(f"{row:<14}" + "".join(f"{len(tests):>8}" for tests in report.values()))
    for (row, reason), names in reasons.items():
        first = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        print(f"skipped on {row}: {' '.join(reason.split())} ({first})")
    for row, report in reports.items():
        for failure in report["failed"]:
            print(f"FAILED on {row}: {failure['name']}")

    total = {word: sum(len(report[word]) for report in reports.values()) for word in ("passed", "failed", "skipped")}
    print(", ".join(f"{count} {word}" for word, count in total.items()))
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
