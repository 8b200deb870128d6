"""curl and openssl s_client, as clients that share no code with the program."""

import dataclasses
import re
import subprocess


@dataclasses.dataclass
class Answer:
    """What curl saw: its exit status (0: an HTTP answer came), the HTTP status, headers in lower case, the body."""

    exit: int
    status: int
    headers: dict
    body: str
    version: str
    error: str


def curl(url, *options, seconds=20):
    words = ["curl", "-sS", "-i", "--max-time", str(seconds), "-w", "\n%{http_code} %{http_version}", *map(str, options), url]
    done = subprocess.run(words, capture_output=True, timeout=seconds + 10, check=False)
    text = done.stdout.decode("utf-8", errors="replace")
    text, _, last = text.rpartition("\n")
    status, _, version = last.partition(" ")
    head, _, body = text.partition("\r\n\r\n")
    headers = {}
    for line in head.splitlines()[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Answer(done.returncode, int(status or 0), headers, body, version, done.stderr.decode(errors="replace").strip())


@dataclasses.dataclass
class Handshake:
    ok: bool
    protocol: str
    cipher: str
    text: str


def s_client(port, *options):
    """A handshake alone. `ok`: it was finished, and the server answered a request on it."""
    words = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *map(str, options)]
    request = b"GET /-/healthy HTTP/1.0\r\n\r\n"
    done = subprocess.run([*words, "-ign_eof"], input=request, capture_output=True, timeout=30, check=False)
    text = (done.stdout + done.stderr).decode(errors="replace")
    found = re.search(r"^New, (\S+), Cipher is (\S+)$", text, re.M)
    protocol, cipher = found.groups() if found else ("", "")
    session = re.search(r"^\s+Protocol\s+: (\S+)$", text, re.M)
    return Handshake("\nhealthy\n" in text.replace("\r", ""), session.group(1) if session else protocol, cipher, text)
