#!/usr/bin/env python3
"""Draws the committed dashboards for the documentation: dashboards/render/pictures.py --bin build/release/bin

Real agents run jobs in limits for some minutes, a real Prometheus scrapes them each second, and headless Chromium draws
the boards with Grafana's UI library. Needs root on Linux, chromium, and dashboards/render/node_modules.
"""

import argparse
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import checks  # noqa: E402
import harness  # noqa: E402
import kernels  # noqa: E402

SETTINGS = {"poll_interval": "500ms", "max_age": "200ms"}
# What each board shows: all, or one job of one host.
BOARDS = {"fleet": (), "job": ("var-job_object=compile", "var-instance=build01"), "agent": ()}


def agents(context):
    """Configurations by host. What happens in them is for show, and real: one job is near all of its limits, and beyond some."""
    def job(name, *commands, also=(), **more):
        return {"name": name, "object": f"Local\\{context.name(more.pop('as_', name))}", "on_exit": "kill",
                "start": [{"command": context.workload(*steps), "restart": {"policy": "always", "backoff": "2s", "max_backoff": "8s"}}
                          for steps in commands] + [{"command": words, "restart": {"policy": "always", "backoff": "3s"}} for words in also],
                **more}

    compiler = ("spawn", 6, 0.2, 3, "spin", 0.2, "sleep", 0.4, "loop")
    tests = ("sleep", 5, "spawn", 4, 0.3, "spin", 0.4, "exit", 3)
    linker = ("sleep", 17, "alloc", 120, "sleep", 9, "alloc", 400, "sleep", "forever")
    disk = context.directory / "blocks"  # beyond the caches, which the kernel does not count
    blocks = ["dd", "if=/dev/zero", f"of={disk}", "bs=256k", "count=30", "oflag=direct", "conv=fsync", "status=none"]
    check = ["dd", f"if={disk}", "of=/dev/null", "bs=256k", "iflag=direct", "status=none"]
    return {
        "build01": [
            job("compile", compiler, compiler, ("load", 60, "forever"), tests, linker, ("sleep", 40, "crash"), also=(blocks, check),
                limits={"cpu": {"cap": "45%"}, "job_memory": "256MiB", "process_memory": "1GiB", "active_processes": 24,
                        "ui": ["exit_windows"]},  # which Linux does not have
                notify={"job_memory": "100MiB"}, process_metrics={"top": 5}),
            job("tests", ("spawn", 2, 0.4, "spin", 0.2, "sleep", 2, "loop")),
            job("cache", ("alloc", 48, "load", 3, "forever"), limits={"job_memory": "96MiB"})],
        "build02": [
            job("compile", compiler, as_="compile2", limits={"active_processes": 16}),
            job("nightly", ("sleep", 60, "spin", 3, "spawn", 20, 0.3, 5, "loop")),
            {"name": "signing", "object": f"Local\\{context.name('signing')}", "mode": "open"}],
        "game01": [
            job("match-1", ("load", 12, "forever"), ("alloc", 24, "sleep", "forever"), limits={"job_memory": "64MiB"}),
            job("match-2", ("load", 7, "forever"), ("alloc", 24, "sleep", "forever"), limits={"job_memory": "64MiB"}),
            job("lobby", ("load", 2, "forever"))],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="the folder of winjob_exporter and workload")
    parser.add_argument("--seconds", type=int, default=300, help="how long to watch")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs", help="the folder for the pictures")
    arguments = parser.parse_args()
    failed = False
    with harness.Context(kernels.Linux(), arguments.bin.resolve(), print) as context:
        configs = agents(context)
        ports = {host: context.free_port() for host in configs}
        for host, jobs in configs.items():
            context.ready_exporter({**SETTINGS, "jobs": jobs}, port=ports[host])
        server = context.prometheus(named=ports, rules=[ROOT / "dashboards" / "rules" / "recording.yaml"])
        begun = time.monotonic()
        wait = arguments.seconds + 300  # until there are rates of five minutes for all of it
        checks.wait_until(f"{wait} s of samples", lambda: time.monotonic() - begun > wait, wait + 60)
        for name, variables in BOARDS.items():
            board = ROOT / "dashboards" / "generated" / f"winjob-{name}.json"
            done = subprocess.run(["node", pathlib.Path(__file__).with_name("shoot.mjs"), board, str(server.port),
                                   arguments.out / f"dashboard-{name}.png", str(arguments.seconds), *variables], check=False)
            failed = failed or done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
