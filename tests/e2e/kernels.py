"""The kernels that the programs can run on: how a program is called there, stopped, and found among the processes."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

TAG_VARIABLE = "WINJOB_E2E"


class Gone(Exception):
    """There is no system any more that a test could run on."""


class Linux:
    name = "linux"
    suffix = ""
    path_variable = "PATH"
    stop_signals = (signal.SIGINT, signal.SIGTERM)
    group_flags = 0

    def prepare(self):
        return self

    def close(self):
        pass

    def mend(self):
        """Called after a failure: sees to it that the next test finds a system that works. What was to be done."""
        return ""

    def path(self, path):
        """A path as the program under test reads it."""
        return str(path)

    def call(self, program):
        """The words that start a program."""
        return [str(program)]

    def private_program(self, directory, name, _own_directory, _tag):
        """A program whose processes can be told from those of other tests: here the environment tells."""
        return directory / (name + self.suffix)

    def image_only(self, _pattern):
        """What an adoption rule needs besides, where the agent had better not look into every process."""
        return {}

    def environment(self, tag, programs=None):
        """The variables for a process of a test; with `programs`, that directory comes first in the search path."""
        variables = {**os.environ, TAG_VARIABLE: tag}
        if programs is not None:
            before = variables.get(self.path_variable)
            variables[self.path_variable] = self.path(programs) + (os.pathsep + before if before else "")
        return variables

    def processes(self, tag, part=""):
        """Living processes of this test whose command line has `part` in it: {pid: command line}."""
        found = {}
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                if f"{TAG_VARIABLE}={tag}".encode() not in (entry / "environ").read_bytes().split(b"\0"):
                    continue
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
                if state not in "ZX" and part in command:
                    found[int(entry.name)] = command
        return found

    def alive(self, pid):
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
        except OSError:
            return False

    def stop(self, process, how=signal.SIGINT):
        process.send_signal(how)

    def end_all(self, tag):
        """Ends what a test left behind, one process at a time."""
        deadline = time.monotonic() + 10
        while (left := self.processes(tag)) and time.monotonic() < deadline:
            for pid in left:
                with contextlib.suppress(OSError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    def groups(self, part):
        """Control groups below a `winjob` directory whose name has `part` in it."""
        found = []
        for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
            mount, _, kind = line.partition(" - ")
            if kind.startswith("cgroup"):
                for path, _, _ in os.walk(mount.split()[4]):
                    below = pathlib.Path(path).parts
                    if "winjob" in below and part in "/".join(below[below.index("winjob") + 1:]):
                        found.append(path)
        return found

    def remove_groups(self, tag):
        deadline = time.monotonic() + 5
        while (left := self.groups(tag)) and time.monotonic() < deadline:
            for path in reversed(left):
                with contextlib.suppress(OSError):
                    os.rmdir(path)
                    if (folder := pathlib.Path(path).parent).name == "winjob":
                        os.rmdir(folder)  # as the program does with the last job; others may be in it
            time.sleep(0.02)


class Wine(Linux):
    """Windows programs on Linux: their processes are Linux processes, and SIGINT reaches them as Ctrl-C."""

    name = "wine"
    suffix = ".exe"
    path_variable = "WINEPATH"
    stop_signals = (signal.SIGINT,)
    settings = {
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        # The debugger would join the job of a process that crashes; the others only ask questions.
        "WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d",
    }

    def __init__(self):
        self._own_server = False

    def prepare(self):
        os.environ.pop("DISPLAY", None)
        for key, value in self.settings.items():
            os.environ.setdefault(key, value)
        if "WINEPREFIX" not in os.environ:
            cache = pathlib.Path(os.environ.get("WINJOB_CACHE") or pathlib.Path.home() / ".cache" / "winjob")
            os.environ["WINEPREFIX"] = str(cache / "wine-e2e")
        prefix = pathlib.Path(os.environ["WINEPREFIX"])
        prefix.mkdir(mode=0o700, parents=True, exist_ok=True)  # the server starts in no other
        if self._run("wineserver", "-k0") != 0:
            self._own_server = self._run("wineserver", "-p") == 0
        # Whoever has started a server has made the prefix, too: to make it again would start a second manager of services.
        if self._own_server and not (prefix / "winjob-e2e-ready").exists():
            # A fresh prefix says that it is Windows 7.
            ready = self._run("wine", "wineboot", "-i") == 0 and self._run("wine", "winecfg", "/v", "win10") == 0
            if not ready:
                raise OSError(f"no Wine prefix could be made in {prefix}")
            (prefix / "winjob-e2e-ready").touch()
        # The first program starts services that inherit its output and live on: let it be this one.
        if not self._answers():
            raise OSError(f"Wine in {prefix} starts no program, or its manager of services does not answer")
        return self

    def close(self):
        if self._own_server:
            self._run("wineserver", "-k")

    def mend(self):
        if self._answers():
            return ""
        state = self._state()
        self._run("wineserver", "-k")  # asks first, and then kills it; its programs end with it
        for entry in self._processes():
            with contextlib.suppress(OSError):
                os.kill(int(entry.name), signal.SIGKILL)  # those that it does not know yet wait for it for ever
        self._run("wineserver", "-p")
        if not self._answers():
            raise Gone(f"Wine answers no more, even when started anew. It was:\n{state}")
        return f"Wine answered no more, and was started anew. It was:\n{state}"

    def image_only(self, pattern):
        # To read the command line of another process, Wine's server stops that by ptrace: its own services are spared.
        return {"image": pattern}

    def path(self, path):
        return "Z:" + str(path).replace("/", "\\")

    def call(self, program):
        return ["wine", str(program)]

    def groups(self, part):
        return []

    @staticmethod
    def _processes():
        """The folders in /proc of all processes in this prefix, the server among them."""
        prefix = f"WINEPREFIX={os.environ['WINEPREFIX']}".encode()
        for entry in pathlib.Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if "/wine" in os.readlink(entry / "exe") and prefix in (entry / "environ").read_bytes().split(b"\0"):
                    yield entry

    def _state(self):
        """What each process of the prefix is at, as the kernel tells."""
        lines = []
        for entry in self._processes():
            with contextlib.suppress(OSError):
                name, _, rest = (entry / "stat").read_text().partition("(")[2].rpartition(")")
                fields = rest.split()
                lines.append(f"{entry.name} {name}: state {fields[0]}, {fields[11]}+{fields[12]} ticks, in {(entry / 'wchan').read_text()}")
        return "\n".join(lines)

    def _answers(self):
        """Whether programs start, and the manager of services tells of them."""
        return self._run("wine", "net", "start", seconds=60) == 0

    @staticmethod
    def _run(*command, seconds=120):
        """The exit status; None for a program that does not end."""
        try:
            return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, timeout=seconds, check=False).returncode
        except subprocess.TimeoutExpired:
            return None


class Windows(Linux):
    """Windows itself. Ctrl-Break stands for Ctrl-C, which a process group of its own does not receive."""

    name = "windows"
    suffix = ".exe"
    stop_signals = (getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT),)
    group_flags = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)

    def private_program(self, directory, name, own_directory, tag):
        return pathlib.Path(shutil.copy(directory / f"{name}.exe", own_directory / f"{name}-{tag}.exe"))

    def processes(self, tag, part=""):
        script = "Get-CimInstance Win32_Process | Select-Object ProcessId,CommandLine | ConvertTo-Json -Compress"
        answer = subprocess.run(["powershell", "-NoProfile", "-Command", script], capture_output=True, check=True)
        rows = json.loads(answer.stdout.decode(errors="replace"))
        commands = {row["ProcessId"]: row["CommandLine"] or "" for row in rows}
        return {pid: text for pid, text in commands.items() if tag in text and part in text and pid != os.getpid()}

    def alive(self, pid):
        answer = subprocess.run(["tasklist", "/FI", f"PID eq {pid}", "/NH"], capture_output=True, check=True)
        return str(pid).encode() in answer.stdout

    def stop(self, process, how=None):
        process.send_signal(self.stop_signals[0])

    def end_all(self, tag):
        for pid in self.processes(tag):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGTERM)  # on Windows this is TerminateProcess

    def groups(self, part):
        return []


KERNELS = {kernel.name: kernel for kernel in (Linux, Wine, Windows)}
