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
BOARDS = ("fleet", "job", "agent")


def agents(context):
    """Configurations by host. What happens in them is for show, and real."""
    def job(name, *commands, **more):
        return {"name": name, "object": f"Local\\{context.name(more.pop('as_', name))}", "on_exit": "kill", **more,
                "start": [{"command": context.workload(*steps)} for steps in commands]}

    compiler = ("spawn", 6, 0.2, 3, "spin", 0.1, "sleep", 0.6, "loop")
    return {
        "build01": [job("compile", compiler, compiler), job("tests", ("spawn", 2, 0.4, "spin", 0.2, "sleep", 2, "loop")),
                    job("cache", ("alloc", 48, "load", 3, "forever"))],
        "build02": [job("compile", compiler, as_="compile2"),
                    job("nightly", ("sleep", 60, "spin", 3, "spawn", 20, 0.3, 5, "loop")),
                    {"name": "signing", "object": f"Local\\{context.name('signing')}", "mode": "open"}],
        "game01": [job("match-1", ("load", 12, "forever"), ("alloc", 24, "sleep", "forever")),
                   job("match-2", ("load", 7, "forever"), ("alloc", 24, "sleep", "forever")),
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
        checks.wait_until(f"{arguments.seconds} s of samples", lambda: time.monotonic() - begun > arguments.seconds,
                          arguments.seconds + 60)
        for name in BOARDS:
            board = ROOT / "dashboards" / "generated" / f"winjob-{name}.json"
            done = subprocess.run(["node", pathlib.Path(__file__).with_name("shoot.mjs"), board, str(server.port),
                                   arguments.out / f"dashboard-{name}.png", str(arguments.seconds)], check=False)
            failed = failed or done.returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
