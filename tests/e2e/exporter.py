"""The program under test: started, asked, stopped; its log lines as values."""

import json
import re
import subprocess
import time

import checks
import exposition
import web

PAIR = re.compile(r'([A-Za-z_][\w.]*)=("(?:[^"\\]|\\.)*"|\S*)')


def parse_logfmt(line):
    return {key: json.loads(value) if value.startswith('"') else value for key, value in PAIR.findall(line)}


class Exporter:
    count = 0

    def __init__(self, context, config, flags=(), port=None, wrapper=(), programs=None, search=False,
                 name="winjob_exporter", stdin=subprocess.DEVNULL):
        """`config`: values for a file of its own, the path of a file, or None. `wrapper`: words before the command.
        `search`: commands of the configuration are searched for among the programs. `name`: of another program."""
        self.kernel = context.kernel
        self._context = context
        self.port = port or context.free_port()
        self.address = f"127.0.0.1:{self.port}"
        Exporter.count += 1
        self._log = context.directory / f"exporter-{Exporter.count}.log"
        self._out = context.directory / f"exporter-{Exporter.count}.out"
        if isinstance(config, dict):  # JSON is YAML too
            config = context.write(f"exporter-{Exporter.count}.yaml", json.dumps(config, indent=2, ensure_ascii=False))
        programs = programs or context.programs
        program = programs / f"{name}{self.kernel.suffix}"
        words = [*wrapper, *self.kernel.call(program), f"--web.listen-address={self.address}"]
        if config is not None:
            words.append(f"--config.file={self.kernel.path(config)}")
        with open(self._log, "wb") as log, open(self._out, "wb") as out:
            self.process = subprocess.Popen([*words, *flags], stdin=stdin, stdout=out, stderr=log,
                                            creationflags=self.kernel.group_flags,
                                            env=self.kernel.environment(context.tag, programs if search else None))

    @property
    def pid(self):
        return self.process.pid

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def wait_until_ready(self, seconds=20.0):
        checks.wait_until("/-/ready", lambda: self.running() and self.get("/-/ready").status == 200, seconds)

    def wait_until_listening(self, seconds=20.0):
        """For programs that do not let this test ask whether they are ready."""
        checks.wait_until("the line that it listens", lambda: self.running() and self.records(msg="listening"), seconds)

    def running(self):
        if self.process.poll() is not None:
            raise checks.Failure(f"the exporter ended by itself with {self.process.returncode}:\n"
                                  f"{self._context.tail(self._log)}")
        return True

    def get(self, path="/metrics", method="GET", **options):
        return web.request(self.port, path, method, **options)

    def page(self):
        answer = self.get()
        checks.expect_equal(answer.status, 200, "status of /metrics")
        return exposition.Page(answer.text)

    def wait_for_page(self, what, condition, seconds=15.0):
        """Scrapes until a page fulfils the condition; returns that page."""
        last = []

        def probe():
            last[:] = [self.page()]
            return condition(last[0])

        try:
            checks.wait_until(what, probe, seconds)
        except checks.Failure as failure:
            lines = [line for line in (last[0].text if last else "").splitlines() if line.startswith("winjob_") and "_bucket" not in line]
            raise checks.Failure(str(failure) + "\n" + "\n".join(lines[:60])) from None
        return last[0]

    def level(self):
        """What of job objects this kernel offers here: "full", "core", "process"."""
        found = self.page().all("winjob_kernel_info")
        checks.expect_equal(len(found), 1, "series of winjob_kernel_info")
        checks.expect_equal(found[0][0]["kernel"], self.kernel.name, "label kernel of winjob_kernel_info")
        return found[0][0]["level"]

    def ask_to_stop(self, how=None):
        self.kernel.stop(self.process, how or self.kernel.stop_signals[0])

    def wait(self, seconds):
        """The exit status, if the program ends in time."""
        seconds *= checks.PATIENCE
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise checks.Failure(f"the exporter still runs after {seconds:g} s:\n"
                                  f"{self._context.tail(self._log)}") from None

    def stop(self, how=None, seconds=20.0):
        """Asks it to stop, and expects a clean end; returns how long that took."""
        begin = time.monotonic()
        self.ask_to_stop(how)
        status = self.wait(seconds)
        checks.expect_equal(status, 0, f"exit status after a request to stop\n{self._context.tail(self._log)}\n")
        return time.monotonic() - begin

    def kill(self):
        """Ends it without a chance to clean up."""
        self.process.kill()
        self.process.wait()

    @property
    def log(self):
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def output(self):
        return self._out.read_text(encoding="utf-8", errors="replace")

    def records(self, **fields):
        """The lines of the logfmt log that have these values."""
        lines = [parse_logfmt(line) for line in self.log.splitlines()]
        return [line for line in lines if fields.items() <= line.items()]
