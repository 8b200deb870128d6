"""The program as a Windows service: installed, started, asked, stopped, removed."""

import contextlib
import pathlib
import subprocess

import checks
import exposition
import web


def running_from(context, part):
    """Processes whose command line has this test's tag and `part` in it: {pid: command line}. What a service starts has
    the environment of the service, not that of the test."""
    if context.kernel.name == "windows":
        return context.kernel.processes(context.tag, part)
    found = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            command = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if context.tag in command and part in command:
                found[int(entry.parent.name)] = command
    return found


class Service:
    def __init__(self, context, config, flags=(), program=None):
        """`config`: the path of a configuration, which need not exist. `program`: another copy of the program."""
        self.kernel = context.kernel
        self.name = context.name("service")
        self.port = context.free_port()
        self.log_file = context.directory / f"{self.name}.log"
        self._program = program or context.programs / "winjob_exporter.exe"
        self.install_words = ["install", f"--config.file={self.kernel.path(config)}",
                              f"--log.file={self.kernel.path(self.log_file)}",
                              f"--web.listen-address=127.0.0.1:{self.port}", *flags]

    def close(self):
        self.call("uninstall")

    def call(self, *words):
        """`winjob_exporter service <words>` of this service: (exit status, what it printed)."""
        return self._run(self._program, "service", *words, f"--service.name={self.name}")

    def _run(self, program, *words):
        # A file, because a service that Wine starts holds a pipe open.
        output = self.log_file.with_suffix(".out")
        with output.open("wb") as file:
            status = subprocess.run([*self.kernel.call(program), *words], stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                    timeout=90, check=False).returncode
        return status, output.read_text(encoding="utf-8", errors="replace")

    def do(self, *words):
        """The same, which must succeed. Returns what it printed."""
        status, text = self.call(*words)
        checks.expect_equal(status, 0, f"exit status of service {words[0]}\n{text}\n{self.log}\n")
        return text

    def install(self):
        return self.do(*self.install_words)

    def facts(self):
        """What `status` shows."""
        _, text = self.call("status")
        return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)

    def event_source(self):
        """The registered source of its events, as `reg` shows it; empty when there is none."""
        key = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\" + self.name
        status, text = self._run("reg", "query", key)
        return text if status == 0 else ""

    def page(self):
        return exposition.Page(self.get("/metrics").text)

    def get(self, path):
        return web.request(self.port, path)

    def wait_until_ready(self):
        checks.wait_until("the service to be ready", lambda: self.get("/-/ready").status == 200, 30)

    @property
    def log(self):
        return self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""
