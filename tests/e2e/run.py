#!/usr/bin/env python3
"""Runs the end-to-end tests: the real programs, scraped by a real Prometheus.

A few tests that fail are tried a second time when all others have run, unless --once is given; the report's `again` has
those that passed then, and how they had failed.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import sys
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import checks  # noqa: E402
import harness  # noqa: E402
import kernels  # noqa: E402
import tests_adopt  # noqa: E402,F401
import tests_agent  # noqa: E402,F401
import tests_alerts  # noqa: E402,F401
import tests_cli  # noqa: E402,F401
import tests_counting  # noqa: E402,F401
import tests_dashboards  # noqa: E402,F401
import tests_demo  # noqa: E402,F401
import tests_discover  # noqa: E402,F401
import tests_example  # noqa: E402,F401
import tests_hogs  # noqa: E402,F401
import tests_landing  # noqa: E402,F401
import tests_limits  # noqa: E402,F401
import tests_processes  # noqa: E402,F401
import tests_program  # noqa: E402,F401
import tests_rates  # noqa: E402,F401
import tests_reload  # noqa: E402,F401
import tests_robust  # noqa: E402,F401
import tests_scrape  # noqa: E402,F401
import tests_service  # noqa: E402,F401
import tests_tls  # noqa: E402,F401
import tests_upgrade  # noqa: E402,F401
import tests_trouble  # noqa: E402,F401
import tests_web_config  # noqa: E402,F401

MOST_AGAIN = 3  # failed tests: more than these are no accident
LONGEST = 360.0  # seconds for one test: several times what the longest takes


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, help="the directory of winjob_exporter and workload")
    parser.add_argument("--kernel", choices=sorted(kernels.KERNELS), default="linux")
    parser.add_argument("--report", type=pathlib.Path, help="write what passed, failed and was skipped here, as JSON")
    parser.add_argument("--only", default="", metavar="PATTERN", help="run the tests whose name has this regex in it")
    parser.add_argument("--once", action="store_true", help="no second try, as with programs that look for their own faults")
    parser.add_argument("--budget", type=float, default=float("inf"), metavar="SECONDS", help="begin no test when so many have gone by")
    parser.add_argument("--list", action="store_true", help="print the names of the tests")
    arguments = parser.parse_args()
    if not arguments.list and arguments.bin is None:
        parser.error("--bin is needed")
    return arguments


def run_one(test, kernel, programs, report):
    def log(text):
        print(f"    {text}", flush=True)

    begin = time.monotonic()
    word, text = "ok", ""
    try:
        with checks.bounded(LONGEST), harness.Context(kernel, programs, log) as context:
            test.run(context)
        report["passed"].append(test.name)
    except checks.Skip as skip:
        word, text = "skipped", str(skip)
        report["skipped"].append({"name": test.name, "reason": text})
    except checks.Failure as failure:
        word, text = "FAILED", with_first(failure)
    except Exception:  # pylint: disable=broad-except  # one broken test must not hide the others
        word, text = "FAILED", traceback.format_exc()
    if word == "FAILED":
        report["failed"].append({"name": test.name, "why": text})
    print(f"{word:8} {test.name} ({time.monotonic() - begin:.1f} s)", flush=True)
    for line in text.splitlines():
        print(f"         {line}", flush=True)
    if word == "FAILED" and (done := kernel.mend()):
        report["failed"][-1]["why"] += "\n" + done
        print(done, flush=True)


def with_first(failure):
    """What a failure says, after what the failure said that the test was being cleaned up for."""
    before = None if failure.__suppress_context__ else failure.__context__
    return (with_first(before) + "\nand then, cleaning up: " if isinstance(before, checks.Failure) else "") + str(failure)


def run_all(tests, end, once, kernel, programs, report):
    """Runs the tests, and what failed a second time. Begins none after the time `end`."""
    for number, test in enumerate(tests):
        if time.monotonic() > end:
            late = f"not begun: the {number} tests before it took too long"
            report["failed"] += [{"name": test.name, "why": late} for test in tests[number:]]
            return
        run_one(test, kernel, programs, report)
    failed = {failure["name"]: failure for failure in report["failed"]}
    if once or len(failed) > MOST_AGAIN:
        return
    for test in (test for test in tests if test.name in failed):
        if time.monotonic() > end:
            return
        print("a second time:", flush=True)
        run_one(test, kernel, programs, report)
        # Of its two failures, or of that before it passed, the first stays.
        report["failed"] = [failure for failure in report["failed"] if failure["name"] != test.name]
        report["again" if test.name in report["passed"] else "failed"].append(failed[test.name])


def main():
    arguments = parse_arguments()
    tests = [test for test in harness.TESTS if re.search(arguments.only, test.name)]
    if arguments.list:
        print(*(test.name for test in tests), sep="\n")
        return 0
    if not tests:
        print(f"no test has {arguments.only!r} in its name")
        return 2
    for name in ("winjob_exporter", "workload"):
        program = arguments.bin / (name + kernels.KERNELS[arguments.kernel].suffix)
        if not program.is_file():
            print(f"there is no {program}; build it first")
            return 2
    # A request to end this run unwinds it, so that every process ends with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    report = {"passed": [], "failed": [], "skipped": [], "again": []}
    kernel = kernels.KERNELS[arguments.kernel]()
    try:
        kernel.prepare()
        run_all(tests, time.monotonic() + arguments.budget, arguments.once, kernel, arguments.bin.resolve(), report)
    except BaseException:
        report["failed"].append({"name": "the run itself", "why": traceback.format_exc()})
        traceback.print_exc()
    finally:
        if arguments.report:
            arguments.report.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
        kernel.close()
    print(", ".join(f"{len(names)} {word}" for word, names in report.items()))
    return 1 if report["failed"] else 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # and not with the last thread: one that hangs belongs to a test that has failed
