"""The table of tests, and the surroundings that each test has for itself: directory, names, ports, processes."""

import contextlib
import dataclasses
import pathlib
import secrets
import shutil
import socket
import tempfile

import checks
import exporter
import prometheus

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass
class Test:
    name: str
    run: object


TESTS = []


def test(name):
    """Puts a function into the table of tests under a sentence that says what it proves."""

    def add(function):
        TESTS.append(Test(name, function))
        return function

    return add


class Context:
    """A test's own directory, names, ports and processes. Everything ends with it."""

    def __init__(self, kernel, programs, log):
        self.kernel = kernel
        self.programs = pathlib.Path(programs)
        self.log = log
        self.tag = "e2e" + secrets.token_hex(4)
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix=f"winjob-{self.tag}-"))
        self.directory.chmod(0o755)
        # What is called last stands first. Each is called whatever becomes of the others.
        self._ending = contextlib.ExitStack()
        self._ending.callback(shutil.rmtree, self.directory, ignore_errors=True)
        self._after = self._ending.enter_context(contextlib.ExitStack())
        self._ending.callback(kernel.remove_groups, self.tag)
        self._ending.callback(kernel.end_all, self.tag)
        self.workload_program = kernel.private_program(self.programs, "workload", self.directory, self.tag)

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        try:
            if isinstance(error, checks.Failure):
                error.args = (f"{error}\n{self.scene()}",)
        finally:
            self._ending.__exit__(kind, error, trace)

    def scene(self):
        """What was going on when a test failed: its processes, and what its exporters said last."""
        lines = [f"{pid}: {command}" for pid, command in sorted(self.kernel.processes(self.tag).items())[:6]]
        for log in sorted(self.directory.glob("exporter-*.log"))[-2:]:
            lines += [f"{log.name}:", self.tail(log, 6)]
        return "\n".join(lines)

    def name(self, word):
        """A job name that no other test has."""
        return f"{word}-{self.tag}"

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text, encoding="utf-8")
        return path

    def workload(self, *steps):
        """The command of a workload, as a configuration has it."""
        return [self.kernel.path(self.workload_program), *map(str, steps)]

    def readable_programs(self):
        """A directory with copies of the programs that every user may run, wherever the build stands."""
        copies = self.directory / "bin"
        copies.mkdir()
        copies.chmod(0o755)
        for name in ("winjob_exporter", "workload"):
            shutil.copy(self.programs / name, copies)
            (copies / name).chmod(0o755)
        return copies

    def free_port(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    def exporter(self, config, **options):
        """An exporter with this configuration (values, or a path), started."""
        return self.own(exporter.Exporter(self, config, **options))

    def ready_exporter(self, config, **options):
        """The same, ready to be scraped."""
        program = self.exporter(config, **options)
        program.wait_until_ready()
        return program

    def prometheus(self, *ports, **options):
        """A Prometheus that scrapes these ports of the loopback every second, and has begun to."""
        server = self.own(prometheus.Prometheus(self, *ports, **options))
        server.wait_until_scraping()
        return server

    def own(self, thing):
        """Sees to it that `thing.close()` is called when the test ends."""
        self._ending.callback(thing.close)
        return thing

    def at_end(self, function, *arguments):
        """Has a function called when the test ends and its processes are gone."""
        self._after.callback(function, *arguments)

    def tail(self, path, lines=12):
        with contextlib.suppress(OSError):
            return "\n".join(pathlib.Path(path).read_text(errors="replace").splitlines()[-lines:])
        return ""
