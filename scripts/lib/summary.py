#!/usr/bin/env python3
"""Sums up the reports of a test run: summary.py FOLDER ROW... where FOLDER/ROW.json is the report of a row.

Prints a line per row, how many cases of the contract suite ran on each kernel and what is left to Windows, why tests
were skipped, which passed at the second try only and which failed, and ends with `N passed, N failed, N skipped`. A row
without a report counts as failed: its build or its run broke.
"""

import collections
import json
import pathlib
import sys

sys.dont_write_bytecode = True

import unverified  # noqa: E402

# The rows that run the contract suite, and what they are a setting of.
KERNELS = {
    "fake": "fake", "linux": "linux", "linux-v2": "linux-v2 (guest)", "linux-v2-delegated": "linux-v2 (guest), delegated",
    "linux-v2-namespace": "linux-v2 (guest), user namespace",
    "linux-unprivileged": "linux, unprivileged", "linux-read-only": "linux, read-only tree",
    "linux-namespace": "linux, user namespace", "wine": "wine", "windows": "windows",
}
COLUMNS = ("passed", "failed", "skipped")


def read(folder, row):
    path = folder / f"{row}.json"
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        report = {"failed": [{"name": row, "why": "it did not get as far as a report"}]}
    return {word: report.get(word, []) for word in (*COLUMNS, "again")}


def contract_lines(reports):
    """How many cases of the contract suite ran on the kernel that a row is named after. Under Wine the suite on the fake
    runs, too: it is not counted as Wine's."""
    for kernel, words in KERNELS.items():
        if kernel not in reports:
            continue
        program = "contract_fake_test: " if kernel == "fake" else "contract_test: "
        suite = {
            word: sum(unverified.name_of(test).startswith(program) for test in tests) for word, tests in reports[kernel].items()
        }
        yield f"contract {words}: {suite['passed'] + suite['failed']} run, {suite['skipped']} skipped"


def main():
    folder, rows = pathlib.Path(sys.argv[1]), sys.argv[2:]
    reports = {row: read(folder, row) for row in rows}
    reasons = collections.defaultdict(dict)  # reason -> {test: rows}
    for row, report in reports.items():
        for skip in report["skipped"]:
            reasons[" ".join(skip["reason"].split())].setdefault(skip["name"], []).append(row)

    print(f"{'':<14}{'passed':>8}{'failed':>8}{'skipped':>8}")
    for row, report in reports.items():
        print(f"{row:<14}" + "".join(f"{len(report[word]):>8}" for word in COLUMNS))
    for line in [*contract_lines(reports), *unverified.lines(reports)]:
        print(line)
    for case, why in unverified.stale(reports).items():
        reports["fake"]["failed"].append({"name": f"tests/contract/unverified.txt: {case}", "why": why})
    for reason, tests in reasons.items():
        rows_of_reason = dict.fromkeys(row for rows in tests.values() for row in rows)
        first = next(iter(tests)) + (f" and {len(tests) - 1} more" if len(tests) > 1 else "")
        print(f"skipped on {', '.join(rows_of_reason)}: {reason} ({first})")
    for word, what in (("again", "passed at the second try only"), ("failed", "FAILED")):
        for row, report in reports.items():
            for failure in report[word]:
                print(f"{what} on {row}: {failure['name']}")
                for line in failure["why"].splitlines()[:24]:
                    print(f"    {line[:240]}")

    total = {word: sum(len(report[word]) for report in reports.values()) for word in COLUMNS}
    print(", ".join(f"{count} {word}" for word, count in total.items()))
    return 1 if total["failed"] or not total["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
