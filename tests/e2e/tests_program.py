"""The program's face: its flags, its configuration errors, its log."""

import datetime
import json
import os
import re
import socket
import time

from checks import expect, expect_equal, wait_until
from exporter import PAIR
from harness import test

# Each file has five errors of different kinds, at these lines.
FIVE_ERRORS = ("""\
poll_interval: fast
max_age: 100ms
jobs:
  - name: one
    mode: borrow
    colour: blue
  - name: one
    start: nothing
""", {1: "poll_interval", 5: "mode", 6: "colour", 7: "name", 8: "start"})
FIVE_MORE = ("""\
# A comment, so that lines are not counted from the first key.
poll_intervall: 5s
max_age: 3

jobs:
  - object: Local\\x

    on_exit: maybe
  - name: two
    start:
      - command: []
      - {command: [true], environment: [a]}
""", {2: "poll_intervall", 3: "max_age", 6: "name", 8: "on_exit", 11: "command", 12: "environment"})


def refused(context, expected, config=None, flags=(), **options):
    """Starts a program that ought to refuse; returns (what it wrote to stderr, to stdout)."""
    program = context.exporter(config, flags=flags, **options)
    status = program.wait(60)
    expect_equal(status, expected, f"exit status with {flags or 'this configuration'}\n{program.log}\n")
    return program.log, program.output


@test("A malformed configuration is refused with all its errors, each with its line")
def malformed_configuration(context):
    for number, (text, errors) in enumerate((FIVE_ERRORS, FIVE_MORE)):
        path = context.write(f"bad{number}.yaml", text)
        log, output = refused(context, 2, path)
        named = [(int(line), rest) for line, rest in re.findall(rf"bad{number}\.yaml:(\d+)(.*)", log)]
        expect_equal(sorted(line for line, _ in named), sorted(errors), f"lines with an error\n{log}\n")
        for line, key in errors.items():
            rest = next(rest for at, rest in named if at == line)
            expect(key in rest, f"the error of line {line} does not name {key}: {rest}")
        expect_equal(output, "", "standard output")


@test("A configuration that is no YAML, or no map, or empty of jobs is dealt with by name")
def other_files(context):
    for number, text in enumerate(("jobs: [", "- a\n- b\n", "jobs:\n\t- name: x\n", "jobs: {a: b}\n", "\0\1\2")):
        path = context.write(f"worse{number}.yaml", text)
        log, _ = refused(context, 2, path)
        expect(f"worse{number}.yaml" in log, f"the file is not named: {log}")
    log, _ = refused(context, 2, context.directory / "missing.yaml")
    expect("missing.yaml" in log, f"the missing file is not named: {log}")
    log, _ = refused(context, 2, context.directory)
    expect(context.directory.name in log, f"the directory that is no file is not named: {log}")


@test("Bad flags are refused with status 2 and name the flag")
def bad_flags(context):
    good = {"jobs": []}
    for flags, word in ((["--no-such-flag"], "--no-such-flag"), (["--log.level=loud"], "--log.level"),
                        (["--log.format=xml"], "--log.format"), (["--web.telemetry-path=metrics"], "telemetry-path"),
                        (["surplus"], "surplus"), (["--web.listen-address=nonsense"], "nonsense"),
                        (["--web.listen-address=127.0.0.1:99999"], "99999")):
        log, output = refused(context, 2, good, flags)
        expect(word in log, f"{flags} is refused without naming {word!r}: {log}")
        expect_equal(output, "", f"standard output with {flags}")


@test("A port in use ends the program with status 1 and the address in its message")
def port_in_use(context):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        job = {"name": context.name("never"), "on_exit": "kill",
               "start": [{"command": context.workload("sleep", "forever")}]}
        begin = time.monotonic()
        log, _ = refused(context, 1, {"jobs": [job]}, port=port)
        expect(f"127.0.0.1:{port}" in log, f"the address is not named: {log}")
        expect(time.monotonic() - begin < 20, "it took long to see that the port is in use")
    wait_until("no process to be left", lambda: not context.kernel.processes(context.tag), 20)
    expect_equal(context.kernel.groups(context.tag), [], "control groups that were left")


@test("--version and --help print to standard output and end with 0")
def version_and_help(context):
    _, version = refused(context, 0, flags=["--version"])
    lines = version.splitlines()
    pattern = r"winjob_exporter, version \d+\.\d+\.\d+\S* \(branch: .+, revision: .+\)"
    expect(re.fullmatch(pattern, lines[0]), f"first line of --version: {lines[:1]}")
    for word in ("compiler", "platform"):
        expect(any(word in line for line in lines[1:]), f"--version says nothing of the {word}: {lines}")
    _, text = refused(context, 0, flags=["--help"])
    for flag in ("--config.file", "--web.listen-address", "--web.telemetry-path", "--log.level", "--log.format",
                 "--version"):
        expect(flag in text, f"--help says nothing of {flag}")


@test("Every line of the JSON log is an object with time, level and msg")
def json_log(context):
    config = {"poll_interval": "100ms", "jobs": [
        {"name": context.name("x") + ' "quoted" \\ \u00fc', "object": "Local\\" + context.name("x"), "mode": "open"}]}
    program = context.ready_exporter(config, flags=["--log.format=json", "--log.level=debug"])
    program.page()
    program.stop()
    lines = program.log.splitlines()
    expect(len(lines) >= 3, f"the log has few lines: {lines}")
    for line in lines:
        pairs = json.loads(line, object_pairs_hook=list)
        record = dict(pairs)
        expect_equal(len(record), len(pairs), f"different keys of {line}")
        expect({"time", "level", "msg", "source"} <= record.keys(), f"a record lacks something: {line}")
        datetime.datetime.fromisoformat(record["time"].replace("Z", "+00:00"))
        expect(record["level"] in ("DEBUG", "INFO", "WARN", "ERROR"), f"an unknown level: {line}")
    named = [line for line in lines if json.loads(line).get("job_object", "").endswith('"quoted" \\ \u00fc')]
    expect_equal(len(named), 1, f"lines about the job with a strange name\n{program.log}\n")


@test("The logfmt log names version, kernel and level, address and jobs, and --log.level bounds it")
def logfmt_log(context):
    name = context.name("logged")
    config = {"jobs": [{"name": name, "start": [{"command": context.workload("sleep", "forever")}],
                        "on_exit": "kill"}]}
    program = context.ready_exporter(config)
    level = program.level()
    program.stop()
    lines = program.log.splitlines()
    pattern = r"time=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z level=(DEBUG|INFO|WARN|ERROR) source=\w+\.cc:\d+ msg=.+"
    for line in lines:
        expect(re.fullmatch(pattern, line), f"not a logfmt line: {line!r}")
        keys = [key for key, _ in PAIR.findall(line)]
        expect_equal(len(set(keys)), len(keys), f"different keys of {line}")
    for word in (program.address, f"={level} ", f"kernel={context.kernel.name} ", name, "version"):
        expect(word in program.log, f"the log does not tell {word}:\n{program.log}")
    expect_equal(program.output, "", "standard output")
    quiet = context.ready_exporter(config, flags=["--log.level=error"])
    quiet.stop()
    expect_equal(quiet.log, "", "log of a good run at --log.level=error")


@test("Without a configuration file the program says what it needs")
def no_configuration(context):
    log, _ = refused(context, 2, flags=[])
    expect("--config.file" in log, f"the flag that is missing is not named: {log}")


@test("Two addresses are listened on, one of them of IPv6 where there is one")
def addresses(context):
    port = context.free_port()
    second = "[::1]" if socket.has_ipv6 and os.path.exists("/proc/net/if_inet6") else "127.0.0.2"
    program = context.ready_exporter({"jobs": []}, flags=[f"--web.listen-address={second}:{port}"])
    with socket.create_connection((second.strip("[]"), port), timeout=30) as client:
        client.sendall(b"GET /-/ready HTTP/1.0\r\n\r\n")
        expect_equal(client.makefile("rb").read().splitlines()[-1], b"ready", f"an answer from {second}")
    wait_until("both addresses in the log", lambda: [line["address"] for line in program.records(msg="listening")] == [
        program.address, f"{second}:{port}"])
    program.stop(seconds=10)
