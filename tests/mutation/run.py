#!/usr/bin/env python3
"""Breaks the kernel's numbers, the encoders of limits and the tables of messages, one line at a time, and expects a test
to notice: run.py [--sample N] [--build build/asan] [--only GROUP] [--report FILE] [--list].

The tree is left alone: each broken file stands in a folder of its own in front of the others on the include path. Of a
build that exists, only what includes the broken file is compiled anew, without sanitizers and warnings, so that only tests
can tell; it is linked with the tests of its group, one after the other until one fails. What does not compile is noticed,
too, because the structures assert their layout and abi_numbers.cc every number. Without --sample all mutants are tried.
Ends with the mutants that no test noticed, which fail the run.
"""

import argparse
import concurrent.futures
import dataclasses
import enum
import functools
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import mutants  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT = 120  # seconds for a compiler, a linker or a test: what hangs is noticed
COMMON = tuple(f"<{name}>" for name in (
    "gtest/gtest.h", "gmock/gmock.h", "algorithm", "array", "chrono", "functional", "map", "memory", "mutex", "optional",
    "set", "sstream", "string", "thread", "variant", "vector",
))  # fmt: skip: what most sources include
FAST_LINKER = ("-fuse-ld=lld", "-Wl,-S") if shutil.which("ld.lld") else ()


@dataclasses.dataclass(frozen=True)
class Group:
    name: str
    files: tuple  # that are broken
    sources: tuple  # that may have to be compiled anew; the first ones of the library, the last ones tests
    linked: bool = True  # no: compiling is the test


GROUPS = [
    Group(
        "numbers",
        tuple(f"winjob/abi{part}.h" for part in ("", "_accounting", "_class", "_limit", "_notification", "_rate")),
        ("tests/winjob/abi_numbers.cc",),
        linked=False,
    ),
    Group("codec", ("winjob/limit_codec.cc",), ("winjob/limit_codec.cc", "tests/winjob/limit_codec_test.cc")),
    Group(
        "table",
        ("winjob/limit_table.h",),
        (
            "winjob/limit_codec.cc",
            "winjob/limits.cc",
            "winjob/json.cc",
            "winjob/job_limits.cc",
            "tests/winjob/json_test.cc",
            "tests/winjob/limit_codec_test.cc",
            "tests/winjob/limits_page_test.cc",
            "tests/winjob/limits_test.cc",
        ),
    ),
    Group(
        "classes",
        ("winjob/class_limits.cc", "winjob/group_affinity.cc"),
        (
            "winjob/class_limits.cc",
            "winjob/group_affinity.cc",
            "tests/winjob/limit_rules_test.cc",
            "tests/winjob/limits_test.cc",
        ),
    ),
    Group(
        "thresholds",
        ("winjob/notification_codec.cc", "winjob/notification_limits.cc"),
        (
            "winjob/notification_codec.cc",
            "winjob/notification_limits.cc",
            "tests/winjob/notification_codec_test.cc",
            "tests/winjob/notification_limits_test.cc",
        ),
    ),
    Group(
        "messages",
        ("winjob/notification.h", "winjob/notification.cc"),
        ("winjob/notification.cc", "tests/winjob/notification_test.cc"),
    ),
]


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, help="try only so many, spread over all groups and always the same")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/asan", help="a build of library_test")
    parser.add_argument("--only", choices=[group.name for group in GROUPS])
    parser.add_argument("--report", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list", action="store_true", help="only tell the mutants")
    return parser.parse_args()


def headers_of(source, overlay):
    """What can be compiled once for it: its own headers, if it is the broken file itself and they are whole."""
    if not (overlay / source).exists():
        return COMMON
    return tuple(re.findall(r"^#include (.+)", (ROOT / source).read_text(), re.M))


class Build:
    """The commands of a build that exists, turned to compile and link with a broken file."""

    def __init__(self, folder, scratch):
        self.folder = folder.resolve()
        self.commands = {}
        for entry in json.loads((self.folder / "compile_commands.json").read_text()):
            source = os.path.relpath(entry["file"], ROOT)
            words = shlex.split(entry["command"])
            if "winjob_fake_kernel" not in entry["command"]:
                words = [word for word in words if not re.search(r"ccache|^-(W|f(no-)?sanitize|g)", word)]
                start = next(i for i, word in enumerate(words) if re.search(r"(g\+\+|c\+\+|clang\+\+)[-\d]*$", word))
                self.commands.setdefault(source, words[start:])
        link = self.run_ninja("-t", "commands", "bin/library_test").splitlines()[-1]
        self.link = shlex.split(link.removeprefix(": && ").removesuffix(" && :"))
        self.scratch = scratch
        self.precompiling = threading.Lock()

    @functools.lru_cache(maxsize=None)  # noqa: B019: one build lives as long as the program
    def common(self, words, headers):
        """The options with which sources that are compiled by these words have these headers: compiled once."""
        if self.scratch is None:
            return []
        header = self.scratch / f"{abs(hash((words, headers)))}" / "common.h"
        header.parent.mkdir()
        header.write_text("".join(f"#include {name}\n" for name in headers))
        made = self.done([*words, "-w", "-x", "c++-header", "-o", f"{header}.gch", str(header)])
        return ["-include", str(header)] if made else []

    def run_ninja(self, *words):
        return subprocess.run(["ninja", *words], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def object_of(self, source):
        words = self.commands[source]
        return words[words.index("-o") + 1]

    @functools.lru_cache(maxsize=None)  # noqa: B019: one build lives as long as the program
    def includes(self, source, file):
        found = self.run_ninja("-t", "deps", self.object_of(source))
        return source == file or re.search(rf"(^|/){re.escape(file)}$", found, re.M) is not None

    def compile(self, source, overlay, output):
        """Compiles it with what stands in the overlay; returns whether it did. No output: looks only whether it would."""
        words = self.commands[source]
        words = words[: words.index("-o")]
        path = overlay / source if (overlay / source).exists() else ROOT / source
        options = ["-fsyntax-only"]
        if output:
            with self.precompiling:
                options = [*self.common(tuple(words), headers_of(source, overlay)), "-c", "-o", str(output)]
        return self.done(words[:1] + ["-I" + str(overlay), *words[1:], "-w", *options, str(path)])

    def test(self, sources, objects, overlay):
        """Links these sources, one of them a test, and runs it; returns whether it passed."""
        program = overlay / "test"
        tests = [objects.get(source) or self.object_of(source) for source in sources]
        words = [word for word in self.link if not word.startswith("tests/winjob/CMakeFiles")]
        at = words.index("-o")
        words[at : at + 2] = [*map(str, tests), *FAST_LINKER, "-o", str(program)]
        return self.done(words) and self.done([str(program)], ROOT)

    def done(self, words, folder=None):
        try:
            return not subprocess.run(
                words, cwd=folder or self.folder, timeout=TIMEOUT, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
            ).returncode  # fmt: skip
        except subprocess.TimeoutExpired:
            return False


class Verdict(enum.Enum):
    COMPILER = "do not compile"
    TEST = "fail a test"
    NOBODY = "not noticed"


def verdict(build, group, mutant):
    """Who notices the mutant. None is no mutant at all: the tests must pass."""
    with tempfile.TemporaryDirectory() as folder:
        overlay = pathlib.Path(folder)
        if mutant:
            target = overlay / mutant.file
            target.parent.mkdir(parents=True)
            target.write_text(mutants.applied((ROOT / mutant.file).read_text(), mutant))
        if not group.linked:
            good = all(build.compile(source, overlay, None) for source in group.sources)
            return Verdict.NOBODY if good else Verdict.COMPILER
        library = [source for source in group.sources if not source.startswith("tests/")]
        objects = {}
        for tests in [[], *([source] for source in group.sources if source not in library)]:
            for source in tests or library:
                if not (mutant and build.includes(source, mutant.file)):
                    continue  # the build has it
                objects[source] = overlay / f"{len(objects)}.o"
                if not build.compile(source, overlay, objects[source]):
                    return Verdict.COMPILER
            if tests and not build.test(library + tests, objects, overlay):
                return Verdict.TEST
        return Verdict.NOBODY


def sampled(tasks, count):
    """So many of the tasks, evenly spread: the same each time."""
    if count is None or count >= len(tasks):
        return tasks
    return [tasks[i * len(tasks) // count] for i in range(count)]


def all_mutants(group):
    vocabulary = mutants.words(ROOT, group.files)
    return [mutant for file in group.files for mutant in mutants.of_file(ROOT, file, vocabulary)]


def write_report(path, tried):
    missed = [mutant for mutant, found in tried if found is Verdict.NOBODY]
    report = {
        "passed": [f"mutant {mutant}" for mutant, found in tried if found is not Verdict.NOBODY],
        "failed": [{"name": f"mutant {mutant}", "why": "no test notices it"} for mutant in missed],
    }
    path.write_text(json.dumps(report, indent=1) + "\n")


def main():
    arguments = parse_arguments()
    groups = [group for group in GROUPS if arguments.only in (None, group.name)]
    tasks = sampled([(group, mutant) for group in groups for mutant in all_mutants(group)], arguments.sample)
    if arguments.list:
        for group, mutant in tasks:
            print(f"{group.name}: {mutant}")
        return 0
    groups = [group for group in groups if any(group is wanted for wanted, _ in tasks)]
    tried = []
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        worthwhile = len(tasks) > 60
        build = Build(arguments.build, pathlib.Path(scratch) if worthwhile else None)
        for group, found in zip(groups, pool.map(lambda group: verdict(build, group, None), groups)):
            if found is not Verdict.NOBODY:
                print(f"{group.name}: without any mutant its files {found.value}")
                return 1
        for (group, mutant), found in zip(tasks, pool.map(lambda task: verdict(build, *task), tasks)):
            tried.append((mutant, found))
            if found is Verdict.NOBODY:
                print(f"survives in {group.name}: {mutant}", flush=True)
    if arguments.report:
        write_report(arguments.report, tried)
    counts = ", ".join(f"{sum(found is kind for _, found in tried)} {kind.value}" for kind in Verdict)
    print(f"{len(tried)} mutants: {counts}")
    return 1 if any(found is Verdict.NOBODY for _, found in tried) else 0


if __name__ == "__main__":
    sys.exit(main())
