#!/usr/bin/env python3
"""Installs the library alone, checks its headers, and builds and runs examples/consumer with it.

run.py --preset release|mingw [--through cmake/wine-run.sh] --report FILE, in the source folder. The library is built in
build/library-<preset>, without the libraries that the exporter needs. Everything else goes to build/consumer-<preset>.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

# A user's project knows nothing of this one: the compiler is named as on any command line, not by our toolchain file.
CROSS = ["-DCMAKE_SYSTEM_NAME=Windows", "-DCMAKE_CXX_COMPILER=x86_64-w64-mingw32-g++-posix",
         "-DCMAKE_EXE_LINKER_FLAGS=-static"]
COMPILER = {"release": "c++", "mingw": "x86_64-w64-mingw32-g++-posix"}
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]


class Failed(Exception):
    """A check that did not hold."""


def run(command, output=None, timeout=900):
    """Runs a command that must end well; its output goes to the log or into a file, never through a pipe."""
    print("$", *command, flush=True)
    status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, timeout=timeout, check=False).returncode
    if status != 0:
        raise Failed(f"{command[0]} ended with status {status}: see the log of this row")


def check(condition, what):
    if not condition:
        raise Failed(what)


class Consumer:
    def __init__(self, preset, through):
        self.preset, self.through = preset, through
        self.library = pathlib.Path(f"build/library-{preset}").resolve()
        self.work = pathlib.Path(f"build/consumer-{preset}").resolve()
        self.prefix = self.work / "prefix"

    def the_library_is_built_alone(self):
        run(["cmake", "--preset", self.preset, "-B", str(self.library), "-DWINJOB_EXPORTER=OFF"])
        run(["cmake", "--build", str(self.library)])

    def it_is_installed(self):
        run(["cmake", "--install", str(self.library), "--component", "library", "--prefix", str(self.prefix)])
        headers = {header.name for header in (self.prefix / "include/winjob").iterdir()}
        check({"job.h", "limits.h", "abi.h"} <= headers, f"headers are missing: {sorted(headers)}")
        check(not headers & {"wide_text.h", "launch.h"}, f"private headers are there: {sorted(headers)}")

    def every_header_compiles_alone(self):
        include = self.prefix / "include"
        for header in sorted(include.glob("winjob/*.h")):
            run([COMPILER[self.preset], "-std=c++20", "-fsyntax-only", *WARNINGS, "-I", str(include),
                 "-include", str(header.relative_to(include)), "-x", "c++", os.devnull])

    def nothing_installed_knows_where_it_was_made(self):
        shutil.move(self.prefix, self.work / "moved")
        self.prefix = self.work / "moved"
        for path in self.prefix.rglob("*.cmake"):
            check(str(self.work.parent) not in path.read_text(encoding="utf-8"), f"{path.name} has an absolute path")

    def a_project_finds_it(self):
        run(["cmake", "-S", "examples/consumer", "-B", str(self.work / "build"), "-G", "Ninja",
             f"-DCMAKE_PREFIX_PATH={self.prefix}", "-DCMAKE_CXX_FLAGS=" + " ".join(WARNINGS),
             *(CROSS if self.preset == "mingw" else [])])

    def the_project_is_built(self):
        run(["cmake", "--build", str(self.work / "build")])

    def its_program_counts_a_job_and_ends_it(self):
        windows = self.preset == "mingw"
        seconds = str(100000 + os.getpid())  # tells this run's process from those of others
        command = (["cmd", "/c", f"start /b ping -n {seconds} 127.0.0.1 & exit 3"] if windows else
                   ["sh", "-c", f"sleep {seconds} & exit 3"])
        program = self.work / "build" / ("consumer.exe" if windows else "consumer")
        with (self.work / "output.txt").open("wb") as output:
            run([*self.through, str(program), *command], output, timeout=60)
        lines = (self.work / "output.txt").read_text(encoding="utf-8").splitlines()
        print(*lines, sep="\n")
        values = dict(line.split(": ") for line in lines)
        check(values.pop("exit code") == "3", f"another exit code: {lines}")
        check(int(values.pop("processes running")) >= 1, f"what the command left behind is not counted: {lines}")
        # Not every Linux counts starts. Wine counts no time, so it must not be shown there, not even as 0.
        check(int(values.pop("processes started", 0 if windows else 2)) >= 2, f"a start is not counted: {lines}")
        check(set(values) == (set() if windows else {"user seconds", "kernel seconds"}), f"other lines: {lines}")
        deadline = time.monotonic() + 20
        while left := processes_with(seconds):
            if time.monotonic() > deadline:
                for process in left:
                    os.kill(process, signal.SIGKILL)
                raise Failed("the process that the command left behind still ran")
            time.sleep(0.05)


def processes_with(word):
    """The processes that have this word as an argument; the shell has it as a part of one."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if word.encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", choices=list(COMPILER), required=True)
    parser.add_argument("--through", default="", help="command that runs a program, e.g. cmake/wine-run.sh")
    parser.add_argument("--report", type=pathlib.Path, required=True)
    arguments = parser.parse_args()

    consumer = Consumer(arguments.preset, arguments.through.split())
    shutil.rmtree(consumer.work, ignore_errors=True)
    report = {"passed": [], "failed": [], "skipped": []}
    steps = [consumer.the_library_is_built_alone, consumer.it_is_installed, consumer.every_header_compiles_alone,
             consumer.nothing_installed_knows_where_it_was_made, consumer.a_project_finds_it,
             consumer.the_project_is_built, consumer.its_program_counts_a_job_and_ends_it]
    for step in steps:
        name = step.__name__.replace("_", " ")
        try:
            step()
            report["passed"].append(name)
        except (Failed, OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
            report["failed"].append({"name": name, "why": f"{type(error).__name__}: {error}"})
            break  # each step needs those before it
    arguments.report.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(", ".join(f"{len(tests)} {word}" for word, tests in report.items()))


if __name__ == "__main__":
    main()
