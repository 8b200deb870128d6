#!/usr/bin/env python3
"""The processor time that a scrape costs winjob_exporter, and Debian's prometheus-process-exporter over the same processes.

    bench/processes.py --bin build/release/bin [--jobs 100] [--processes 10] [--scrapes 20] [--json FILE]

The jobs are real, each a command with children, so many sleeping processes in all, and the processes are those that
process-exporter is told to watch: as Debian has it, and once more with what it can leave out left out. All are scraped in
turn over the loopback, and the kernel tells what each of them used. bench/collect is this for 1,000 jobs, and more. Linux,
as root; needs the package prometheus-process-exporter.
"""

import argparse
import json
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import checks  # noqa: E402
import exposition  # noqa: E402
import harness  # noqa: E402
import kernels  # noqa: E402
import web  # noqa: E402

PEER = "prometheus-process-exporter"
GOAL = 25  # times less processor time than process-exporter as it is shipped
THRIFTY = ("-threads=false", "-gather-smaps=false")
PATIENCE = 60  # seconds for an answer: process-exporter may need some on a busy machine
DESCRIPTORS = 13 + 2 * os.cpu_count()  # of the agent, for each job


class Peer:
    """A process-exporter that watches processes named `workload` and knows all of them."""

    def __init__(self, context, processes, *flags):
        self.port = context.free_port()
        self.process = subprocess.Popen([PEER, "-procnames=workload", f"-web.listen-address=127.0.0.1:{self.port}", *flags],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        context.own(self)
        pattern = re.compile(r'^namedprocess_namegroup_num_procs\{groupname="workload"\} (\S+)$', re.MULTILINE)

        def known():
            try:
                found = pattern.search(web.request(self.port, "/metrics", seconds=PATIENCE).text)
            except OSError:
                return False
            return found and float(found.group(1)) >= processes

        checks.wait_until(f"process-exporter {flags} to know {processes} processes", known, 3 * PATIENCE)

    def close(self):
        self.process.kill()
        self.process.wait()


def seconds_of(pid):
    """User and kernel time that a process has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(sides, scrapes):
    """{name: milliseconds of a scrape}. The sides take turns."""
    def scrape():
        for _, port in sides.values():
            checks.expect_equal(web.request(port, "/metrics", seconds=PATIENCE).status, 200, "status of /metrics")

    scrape()  # what is made at the first scrape is not counted
    before = {name: seconds_of(pid) for name, (pid, _) in sides.items()}
    for _ in range(scrapes):
        scrape()
    return {name: (seconds_of(pid) - before[name]) * 1000 / scrapes for name, (pid, _) in sides.items()}


def raise_descriptors(count):
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(count, most), max(count, most)))
    except (OSError, ValueError):
        raise SystemExit(f"a program may have {most:,} open files here, and {count:,} are needed: fewer --jobs") from None


def run(programs, jobs, in_each, scrapes):
    """What it costs with so many jobs of so many processes each. `programs` is the folder of winjob_exporter."""
    raise_descriptors(DESCRIPTORS * jobs + 200)
    with harness.Context(kernels.Linux(), programs.resolve(), print) as context:
        children = ["children", str(in_each - 1)] if in_each > 1 else []
        command = {"command": context.workload(*children, "sleep", "forever")}
        ours = context.exporter({"poll_interval": "1h", "max_age": "1ms", "jobs": [
            {"name": context.name(f"job{index:04}"), "on_exit": "kill", "start": [command]} for index in range(jobs)]})
        ours.wait_until_ready(300)
        processes = jobs * in_each

        def all_there():
            page = exposition.Page(web.request(ours.port, "/metrics", seconds=PATIENCE).text)
            return page if sum(value for _, value in page.all("winjob_active_processes")) == processes else None

        page = checks.wait_until(f"{processes} processes in the jobs", all_there, 300)
        shipped, thrifty = Peer(context, processes), Peer(context, processes, *THRIFTY)
        times = measure({"winjob": (ours.pid, ours.port), "shipped": (shipped.process.pid, shipped.port),
                         "thrifty": (thrifty.process.pid, thrifty.port)}, scrapes)
    return {"level": ours_level(page), "jobs": jobs, "processes": processes,
            "winjob_ms": times["winjob"], "process_exporter_ms": times["shipped"],
            "thrifty_process_exporter_ms": times["thrifty"],
            "process_exporter_vs_winjob": times["shipped"] / times["winjob"],
            "thrifty_process_exporter_vs_winjob": times["thrifty"] / times["winjob"]}


def ours_level(page):
    return page.all("winjob_kernel_info")[0][0]["level"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="the folder of winjob_exporter and workload")
    parser.add_argument("--jobs", type=int, default=100)
    parser.add_argument("--processes", type=int, default=10, help="of each job")
    parser.add_argument("--scrapes", type=int, default=20)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    if shutil.which(PEER) is None:
        print(f"the peer is not here: apt-get install {PEER}", file=sys.stderr)
        return 2
    figures = run(arguments.bin, arguments.jobs, arguments.processes, arguments.scrapes)
    for name, value in figures.items():
        print(f"{name:36} " + (value if isinstance(value, str) else f"{value:,.2f}".rstrip("0").rstrip(".")))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    kept = figures["process_exporter_vs_winjob"] >= GOAL
    print(f"process-exporter uses {'at least' if kept else 'LESS THAN'} {GOAL} times the processor time")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
