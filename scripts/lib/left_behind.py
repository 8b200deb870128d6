#!/usr/bin/env python3
"""What tests have left behind on this Linux: control groups of jobs, processes of this tree, mounts.

left_behind.py FILE                                   writes down what there is before they run
left_behind.py FILE --report ROW.json [--seconds 20]  adds a test to the row's report, which fails for what is new, and stays

What vanishes within the time is no matter: other programs of the machine may have jobs and mounts of their own for a while.
"""

import argparse
import contextlib
import json
import os
import pathlib
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLEAN = "no group, process or mount is left behind"


def mounts():
    """[(mount point, type)]"""
    for line in pathlib.Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        place, _, kind = line.partition(" - ")
        yield place.split()[4], kind.split()[0]


def groups():
    """The directories of jobs' groups, and of the agent's own: they have a parent that is named so, which may stay."""
    for point, kind in mounts():
        if kind.startswith("cgroup"):
            for path, _, _ in os.walk(point):
                parts = pathlib.Path(path).parts
                if parts[-1] != "winjob" and any(part == "winjob" or part.startswith("winjob-") for part in parts):
                    yield path


def processes():
    """Programs that this tree has built, and orphans that were started in it."""
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):  # it has ended
            state, parent = (entry / "stat").read_text(errors="replace").rpartition(")")[2].split()[:2]
            built = os.readlink(entry / "exe").startswith(f"{ROOT / 'build'}/")
            inside = (os.readlink(entry / "cwd") + "/").startswith(f"{ROOT}/")
            if state not in "ZX" and (built or (inside and parent == "1")):
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                yield f"{entry.name} {command}"


def there_is():
    return ({f"group {path}" for path in groups()} | {f"process {process}" for process in processes()} |
            {f"mount {point}" for point, _ in mounts()})


def find_left(before, seconds):
    """What is new now, and at every look for so long."""
    left = there_is() - before
    deadline = time.monotonic() + seconds
    while left and time.monotonic() < deadline:
        time.sleep(0.2)
        left &= there_is()
    return sorted(left)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=pathlib.Path, metavar="FILE")
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=20)
    arguments = parser.parse_args()
    if arguments.report is None:
        arguments.before.write_text(json.dumps(sorted(there_is())), encoding="utf-8")
        return
    left = find_left(set(json.loads(arguments.before.read_text(encoding="utf-8"))), arguments.seconds)
    report = json.loads(arguments.report.read_text(encoding="utf-8"))
    if left:
        report.setdefault("failed", []).append({"name": CLEAN, "why": "\n".join(left)})
        print("left behind: " + ", ".join(left))
    else:
        report.setdefault("passed", []).append(CLEAN)
    arguments.report.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
