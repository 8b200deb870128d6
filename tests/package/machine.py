"""What packages for Windows are installed on: Windows itself, or Wine on Linux (WINEPREFIX names a prefix whose server runs)."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess

WINDOWS = os.name == "nt"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def windows_path(path):
    return str(path) if WINDOWS else "Z:" + str(path).replace("/", "\\")


def cannot_install():
    """Why packages cannot be made and installed here; empty when they can."""
    if not WINDOWS:
        return ""
    import ctypes
    if not ctypes.windll.shell32.IsUserAnAdmin():
        return "programs are installed by administrators alone"
    wix = pathlib.Path(os.environ.get("WIX", "")) / "bin"
    has_wix = shutil.which("candle") or shutil.which("candle", path=str(wix))
    return "" if has_wix else "WiX 3 is not installed, which makes the installer"


def program_files():
    return pathlib.Path(os.environ["ProgramFiles"]) if WINDOWS else _drive() / "Program Files"


def program_data():
    return pathlib.Path(os.environ["ProgramData"]) if WINDOWS else _drive() / "ProgramData"


def _drive():
    return pathlib.Path(os.environ["WINEPREFIX"]) / "drive_c"


def call(words, output):
    """Runs a Windows program: (exit status, what it printed). Through the file `output`: a service would hold a pipe open."""
    command = [*map(str, words)] if WINDOWS else ["wine", *map(str, words)]
    print("$", *command, flush=True)
    with output.open("wb") as file:
        status = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, timeout=180, check=False).returncode
    text = output.read_text(encoding="utf-8", errors="replace")
    print(text, flush=True)
    return status, text


def processes(part):
    """Ids of processes whose command line has `part` in it."""
    if WINDOWS:
        script = "Get-CimInstance Win32_Process | Select-Object ProcessId,CommandLine | ConvertTo-Json -Compress"
        answer = subprocess.run(["powershell", "-NoProfile", "-Command", script], capture_output=True, check=True)
        rows = json.loads(answer.stdout.decode(errors="replace"))
        return {row["ProcessId"] for row in rows if part in (row["CommandLine"] or "")}
    found = set()
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if part.encode() in entry.read_bytes():
                found.add(int(entry.parent.name))
        except OSError:
            continue
    return found


def registry_value(text, name):
    """The data of a value in what `reg query` has printed, or None."""
    match = re.search(rf"^\s+{name}\s+REG_\w+\s+(.*?)\s*$", text, re.MULTILINE)
    return match and match.group(1)
