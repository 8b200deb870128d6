#!/usr/bin/env python3
"""Installs the library alone, checks its headers, and builds and runs examples/consumer with it; then the same with
winjob::collectable and a prometheus-cpp of the project's own.

run.py --preset release|mingw [--through cmake/wine-run.sh] [--deps FOLDER] --report FILE, in the source folder. The library
is built in build/library-<preset>, without the libraries that the exporter needs. Everything else goes to
build/consumer-<preset>.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
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
    def __init__(self, preset, through, deps):
        self.preset, self.through, self.deps = preset, through, deps
        self.library = pathlib.Path(f"build/library-{preset}").resolve()
        self.work = pathlib.Path(f"build/consumer-{preset}").resolve()
        self.prefix = self.work / "prefix"

    def the_library_is_built_alone(self):
        self.build_library("-DWINJOB_COLLECTABLE=OFF")

    def it_is_installed(self):
        self.install()
        headers = {header.name for header in (self.prefix / "include/winjob").iterdir()}
        check({"job.h", "limits.h", "abi.h"} <= headers, f"headers are missing: {sorted(headers)}")
        check(not headers & {"wide_text.h", "launch.h", "exporter"}, f"private headers are there: {sorted(headers)}")

    def every_header_compiles_alone(self):
        self.compile_headers("winjob/*.h", [])

    def nothing_installed_knows_where_it_was_made(self):
        self.move("moved")

    def a_project_finds_it(self):
        self.configure("examples/consumer", self.prefix)

    def the_project_is_built(self):
        run(["cmake", "--build", str(self.work / "build")])

    def its_program_counts_a_job_and_ends_it(self):
        windows = self.preset == "mingw"
        lines = self.output_of("consumer")
        values = dict(line.split(": ") for line in lines)
        check(values.pop("exit code") == "3", f"another exit code: {lines}")
        check(int(values.pop("processes running")) >= 1, f"what the command left behind is not counted: {lines}")
        # Not every Linux counts starts. Wine counts no time, so it must not be shown there, not even as 0.
        check(int(values.pop("processes started", 0 if windows else 2)) >= 2, f"a start is not counted: {lines}")
        check(set(values) == (set() if windows else {"user seconds", "kernel seconds"}), f"other lines: {lines}")

    def who_asks_for_what_is_not_installed_is_told_so(self):
        self.refused("built without WINJOB_COLLECTABLE", self.prefix)

    def the_collectable_is_built_and_installed(self):
        self.build_library("-DWINJOB_COLLECTABLE=ON")
        self.prefix = self.work / "prefix"
        self.install()
        here = self.prefix / "include/winjob/exporter"
        check([header.name for header in here.iterdir()] == ["job_collectable.h"], "more than the one header")
        self.compile_headers("winjob/exporter/*.h", ["-I", f"{self.deps}/include"] if self.deps else [])
        self.move("moved-collectable")

    def who_lacks_prometheus_cpp_is_told_so(self):
        self.refused("needs prometheus-cpp", self.prefix, "-DCMAKE_DISABLE_FIND_PACKAGE_prometheus-cpp=ON")

    def a_project_with_prometheus_cpp_is_built_with_it(self):
        shutil.rmtree(self.work / "build")
        self.configure("examples/consumer", ";".join([str(self.prefix), *([self.deps] if self.deps else [])]))
        run(["cmake", "--build", str(self.work / "build")])

    def its_page_has_the_job_beside_its_own_counter(self):
        lines = self.output_of("metrics")
        expected = ["# TYPE consumer_commands_total counter", "consumer_commands_total 1",
                    "# TYPE winjob_active_processes gauge", 'winjob_job_info{job_object="tests"} 1',
                    'winjob_job_up{job_object="tests"} 1',
                    'winjob_query_errors_total{job_object="tests",class="accounting"} 0']
        check(set(expected) <= set(lines), f"not all of {expected} are there")
        values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        check(float(values['winjob_active_processes{job_object="tests"}']) >= 1, "what still runs is not counted")
        counted = {name for name in values if name.startswith("winjob_cpu_seconds_total")}
        # Wine counts no time; Linux does, for every job, and that of sh is more than nothing.
        check(len(counted) == (0 if self.preset == "mingw" else 2), f"processor time: {counted}")
        for line in lines:
            check(re.fullmatch(r'# (HELP|TYPE) \w+ .+|\w+(\{\w+="\w+"(,\w+="\w+")*\})? [0-9.e+-]+', line), f"not a line: {line}")

    def build_library(self, option):
        run(["cmake", "--preset", self.preset, "-B", str(self.library), "-DWINJOB_EXPORTER=OFF", option,
             *([f"-DWINJOB_DEPS={self.deps}"] if self.deps else [])])
        run(["cmake", "--build", str(self.library)])

    def install(self):
        run(["cmake", "--install", str(self.library), "--component", "library", "--prefix", str(self.prefix)])

    def move(self, name):
        """What was installed is used where it was not installed."""
        shutil.move(self.prefix, self.work / name)
        self.prefix = self.work / name
        for path in self.prefix.rglob("*.cmake"):
            check(str(self.work.parent) not in path.read_text(encoding="utf-8"), f"{path.name} has an absolute path")

    def compile_headers(self, pattern, options):
        include = self.prefix / "include"
        for header in sorted(include.glob(pattern)):
            run([COMPILER[self.preset], "-std=c++20", "-fsyntax-only", *WARNINGS, "-I", str(include), *options,
                 "-include", str(header.relative_to(include)), "-x", "c++", os.devnull])

    def configure(self, source, prefixes, *options):
        run(["cmake", "-S", str(source), "-B", str(self.work / "build"), "-G", "Ninja",
             f"-DCMAKE_PREFIX_PATH={prefixes}", "-DCMAKE_CXX_FLAGS=" + " ".join(WARNINGS), *options,
             *(CROSS if self.preset == "mingw" else [])])

    def refused(self, reason, prefix, *options):
        """A project that cannot do without the collectable is not configured, and its user learns why."""
        source, log = self.work / "refused", self.work / "refused.txt"
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir()
        (source / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.16)\nproject(refused LANGUAGES CXX)\n"
                                               "find_package(winjob REQUIRED COMPONENTS collectable)\n", encoding="utf-8")
        with log.open("wb") as output:
            status = subprocess.run(
                ["cmake", "-S", str(source), "-B", str(source / "build"), "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}",
                 *options, *(CROSS if self.preset == "mingw" else [])],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, timeout=300, check=False).returncode
        said = " ".join(log.read_text(encoding="utf-8").split())
        check(status != 0 and reason in said, f"ended with {status} and said: {said}")

    def output_of(self, name):
        """The lines of a program that runs a command which leaves a process behind; the program has to end that."""
        windows = self.preset == "mingw"
        seconds = str(100000 + os.getpid())  # tells this run's process from those of others
        command = (["cmd", "/c", f"start /b ping -n {seconds} 127.0.0.1 & exit 3"] if windows else
                   ["sh", "-c", f"sleep {seconds} & exit 3"])
        with (self.work / "output.txt").open("wb") as output:
            run([*self.through, str(self.work / "build" / name) + (".exe" if windows else ""), *command], output,
                timeout=60)
        lines = (self.work / "output.txt").read_text(encoding="utf-8").splitlines()
        print(*lines, sep="\n")
        deadline = time.monotonic() + 20
        while left := processes_with(seconds):
            if time.monotonic() > deadline:
                for process in left:
                    os.kill(process, signal.SIGKILL)
                raise Failed("the process that the command left behind still ran")
            time.sleep(0.05)
        return lines


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
    parser.add_argument("--deps", default="", help="where prometheus-cpp is, if not where the compiler looks")
    parser.add_argument("--report", type=pathlib.Path, required=True)
    arguments = parser.parse_args()

    consumer = Consumer(arguments.preset, arguments.through.split(), arguments.deps)
    shutil.rmtree(consumer.work, ignore_errors=True)
    report = {"passed": [], "failed": [], "skipped": []}
    steps = [consumer.the_library_is_built_alone, consumer.it_is_installed, consumer.every_header_compiles_alone,
             consumer.nothing_installed_knows_where_it_was_made, consumer.a_project_finds_it,
             consumer.the_project_is_built, consumer.its_program_counts_a_job_and_ends_it,
             consumer.who_asks_for_what_is_not_installed_is_told_so, consumer.the_collectable_is_built_and_installed,
             consumer.who_lacks_prometheus_cpp_is_told_so, consumer.a_project_with_prometheus_cpp_is_built_with_it,
             consumer.its_page_has_the_job_beside_its_own_counter]
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
