#!/usr/bin/env python3
"""Runs the benchmark programs of a build with --check and reports each promise as a test.

run_benches.py --build build/release [--kernel fake|native] [--through cmake/wine-run.sh] --logs FOLDER --report FILE
"""

import argparse
import json
import pathlib
import re
import subprocess

VERDICT = re.compile(r"(ok|over|failed|skipped) ([^:]+): (.*)")


def run(program, through, log):
    """The verdicts of a program as (verdict, name, why). One that ends with no word of a fault has broken."""
    with log.open("w", encoding="utf-8") as output:  # never a pipe: Wine's services would hold it open
        status = subprocess.run([*through, str(program), "--check"], stdin=subprocess.DEVNULL, stdout=output,
                                stderr=subprocess.STDOUT, timeout=300, check=False).returncode
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    verdicts = [found.groups() for line in lines if (found := VERDICT.fullmatch(line.strip()))]
    if not verdicts or (status != 0 and all(verdict in ("ok", "skipped") for verdict, _, _ in verdicts)):
        verdicts.append(("failed", "end", f"status {status}, see {log}"))
    return verdicts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--kernel", default="", help="only the programs over this one")
    parser.add_argument("--through", default="", help="command that runs a program, e.g. cmake/wine-run.sh")
    parser.add_argument("--logs", type=pathlib.Path, required=True)
    parser.add_argument("--report", type=pathlib.Path, required=True)
    arguments = parser.parse_args()

    arguments.logs.mkdir(parents=True, exist_ok=True)
    report = {"passed": [], "failed": [], "skipped": []}
    for line in (arguments.build / "benches.txt").read_text(encoding="utf-8").splitlines():
        name, kernel = line.split()
        if arguments.kernel not in ("", kernel):
            continue
        program = next((arguments.build / "bin").glob(f"{name}{'.exe' if arguments.through else ''}"), None)
        try:
            verdicts = [("failed", "start", "it was not built")] if program is None else run(
                program, arguments.through.split(), arguments.logs / f"{name}.log")
        except subprocess.TimeoutExpired:
            verdicts = [("failed", "end", "it did not end within 300 s")]
        for verdict, what, why in verdicts:
            print(f"{name} {verdict} {what}: {why}")
            if verdict == "ok":
                report["passed"].append(f"{name}: {what}")
            elif verdict == "skipped":
                report["skipped"].append({"name": f"{name}: {what}", "reason": why})
            else:
                report["failed"].append({"name": f"{name}: {what}", "why": why})
    arguments.report.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(", ".join(f"{len(tests)} {word}" for word, tests in report.items()))


if __name__ == "__main__":
    main()
