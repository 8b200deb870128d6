#!/usr/bin/env python3
"""Runs the gtest executables of one build and writes a report: what passed, failed and was skipped, each by name.

Reads build/<preset>/tests.txt (lines "name kernel threads|-", written by cmake/Testing.cmake). The report is JSON:
{"passed": [names], "failed": [{"name", "why"}], "skipped": [{"name", "reason"}], "again": [{"name", "why"}]}. A few
tests that fail are tried a second time, alone: `again` has those that passed then, and how they had failed. What crashes,
hangs or is stopped by a sanitizer has no second try. The output of every executable goes to a file, never to a pipe:
under Wine, services that the first program starts would hold a pipe open.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as xml

MOST_AGAIN = 3  # failed tests of one executable: more than these are no accident
MOST_HUNG = 3  # executables: where so many do not end, the others would not either, and would take hours for it


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build/<preset>")
    parser.add_argument("--kernel", choices=["fake", "native"], help="only the tests of this kernel")
    parser.add_argument("--only", help="only this executable")
    parser.add_argument("--threads", action="store_true", help="only the tests that are marked THREADS")
    parser.add_argument("--through", default="", help="command that runs a program, e.g. cmake/wine-run.sh")
    parser.add_argument("--timeout", type=float, default=300, help="seconds for one executable")
    parser.add_argument("--logs", type=pathlib.Path, required=True, help="folder for a log file per executable")
    parser.add_argument("--report", type=pathlib.Path, required=True)
    return parser.parse_args()


def chosen(arguments):
    for line in (arguments.build / "tests.txt").read_text(encoding="utf-8").splitlines():
        name, kernel, threads = line.split()
        if arguments.only in (None, name) and arguments.kernel in (None, kernel) and (threads == "threads" or not arguments.threads):
            yield name


def run(name, arguments, tests=()):
    """Runs one executable, or these tests of it alone. Returns (its exit status or None for a hang, its log file, its
    gtest result file)."""
    stem = f"{name}-again" if tests else name
    log, result = arguments.logs / f"{stem}.log", arguments.logs / f"{stem}.xml"
    result.unlink(missing_ok=True)
    program = next(path for suffix in ("", ".exe") if (path := arguments.build / "bin" / (name + suffix)).exists())
    command = arguments.through.split() + [str(program), f"--gtest_output=xml:{result.as_posix()}"]
    command += [f"--gtest_filter={':'.join(tests)}"] if tests else []
    own_group = {"start_new_session": True} if os.name == "posix" else {}
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **own_group)
        try:
            status = process.wait(arguments.timeout)
        except subprocess.TimeoutExpired:
            if own_group:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
            process.wait()
            status = None
    return status, log, result


def read_results(result):
    """What gtest's result file says, as lists like the report's: (passed, failed, skipped)."""
    passed, failed, skips = [], [], []
    for case in xml.parse(result).iter("testcase"):
        if case.get("status") != "run":
            continue
        test = f"{case.get('classname')}.{case.get('name')}"
        failures = [failure.get("message") for failure in case.findall("failure")]
        skipped = case.find("skipped")
        if failures:
            failed.append({"name": test, "why": "\n".join(failures)})
        elif skipped is not None:
            # "file:line\nreason": the reason alone, so that skips can be grouped by it
            reason = (skipped.get("message") or "").split("\n", 1)[-1].strip()
            skips.append({"name": test, "reason": reason or "no reason given"})
        else:
            passed.append(test)
    return passed, failed, skips


def second_try(name, arguments, failed):
    """The names of those of the failed tests that pass when they are run again, alone."""
    if not failed or len(failed) > MOST_AGAIN:
        return []
    status, _, result = run(name, arguments, [test["name"] for test in failed])
    return read_results(result)[0] if status in (0, 1) and result.exists() else []


def add_results(name, result, arguments, report):
    """Adds what gtest's result file says to the report. Returns (number of tests, of failed ones)."""
    passed, failed, skipped = read_results(result)
    again = second_try(name, arguments, failed)
    report["passed"] += [f"{name}: {test}" for test in passed + again]
    report["skipped"] += [skip | {"name": f"{name}: {skip['name']}"} for skip in skipped]
    for failure in failed:
        report["again" if failure["name"] in again else "failed"].append(failure | {"name": f"{name}: {failure['name']}"})
    return len(passed) + len(failed) + len(skipped), len(failed)


def excerpt(name, wrong, log):
    """What to show of an executable that broke: where a sanitizer begins to speak, or the end."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    sanitizer = re.compile(r"(ERROR|WARNING): \w+Sanitizer|: runtime error: ")
    first = next((number for number, line in enumerate(lines) if sanitizer.search(line)), len(lines) - 11)
    return "\n".join([f"{name} {wrong} ({log})"] + lines[max(first, 0):][:11])


def add_broken(name, wrong, log, report):
    """An executable that crashed or hung: the results that its log still has, and the test it was in."""
    text = log.read_text(encoding="utf-8", errors="replace")
    report["passed"] += [f"{name}: {test}" for test in re.findall(r"^\[       OK \] (\S+)", text, re.M)]
    for test in re.findall(r"^\[  FAILED  \] ([^\s,]+).*\(\d+ ms\)", text, re.M):
        report["failed"].append({"name": f"{name}: {test}", "why": f"see {log}"})
    begun = re.findall(r"^\[ RUN      \] (\S+)", text, re.M)
    report["failed"].append({"name": f"{name}: {begun[-1] if begun else 'start'}", "why": excerpt(name, wrong, log)})


def main():
    arguments = parse_arguments()
    arguments.logs.mkdir(parents=True, exist_ok=True)
    report = {"passed": [], "failed": [], "skipped": [], "again": []}
    hung = 0
    for name in chosen(arguments):
        if hung == MOST_HUNG:
            report["failed"].append({"name": name, "why": f"not begun: {hung} executables before it did not end"})
            continue
        try:
            status, log, result = run(name, arguments)
        except StopIteration:
            report["failed"].append({"name": name, "why": f"there is no {arguments.build}/bin/{name}"})
            continue
        if status is None:
            hung += 1
            add_broken(name, f"did not end within {arguments.timeout:.0f} s", log, report)
        elif status not in (0, 1) or not result.exists():
            add_broken(name, f"ended with status {status}", log, report)
        else:
            count, failed = add_results(name, result, arguments, report)
            if count == 0 or (status == 1 and failed == 0):
                what = "has no test that runs" if count == 0 else "ended with status 1 after its last test"
                report["failed"].append({"name": name, "why": excerpt(name, what, log)})
    arguments.report.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(", ".join(f"{len(tests)} {word}" for word, tests in report.items()))
    return 1 if report["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
