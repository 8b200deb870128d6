#!/usr/bin/env python3
"""One Prometheus and 200 agents of 50 jobs each: what it costs, and what the recording rules save.

    bench/fleet.py --bin build/release/bin [--agents 200] [--jobs 50] [--seconds 180] [--json FILE]

The agents are one real program that listens on so many ports of the loopback: to Prometheus each is a target of its own,
with its own series. Linux; needs prometheus, and enough memory for a few hundred thousand series.
"""

import argparse
import json
import pathlib
import statistics
import sys
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "e2e"))

import checks  # noqa: E402
import harness  # noqa: E402
import kernels  # noqa: E402

INTERVAL = 15
RULES = sorted((ROOT / "dashboards" / "rules").glob("*.yaml"))
# What the Fleet board asks, from recorded series and from the agents' own.
RECORDED = "topk(10, instance_job_object:winjob_cpu_seconds:rate5m)"
RAW = "topk(10, sum without (mode) (rate(winjob_cpu_seconds_total[5m])))"


def start(context, agents, jobs):
    """The server, which scrapes so many agents."""
    found = set()
    while len(found) < agents:
        found.add(context.free_port())
    ports = sorted(found)
    quiet = [{"command": context.workload("sleep", "forever")}]
    config = {"max_age": "5s", "jobs": [{"name": f"job{index:02}", "object": "Local\\" + context.name(f"job{index}"),
                                         "on_exit": "kill", "start": quiet} for index in range(jobs)]}
    context.ready_exporter(config, port=ports[0], flags=[f"--web.listen-address=127.0.0.1:{port}" for port in ports[1:]])
    return context.prometheus(*ports, rules=RULES, interval=INTERVAL)


def median_seconds(server, expression, times=15):
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        server.query(expression)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def measure(server, agents, jobs):
    series = server.value("prometheus_tsdb_head_series")
    memory = server.value('process_resident_memory_bytes{job="prometheus"}')
    return {
        "agents": agents,
        "jobs": agents * jobs,
        "series": series,
        "series_per_job": server.value('sum(scrape_samples_scraped{job="winjob"})') / (agents * jobs),
        "samples_per_second": server.value("sum(rate(prometheus_tsdb_head_samples_appended_total[1m]))"),
        "agents_up": server.value('sum(up{job="winjob"})'),
        "memory_bytes": memory,
        "memory_bytes_per_series": memory / series,
        "prometheus_cores": server.value('rate(process_cpu_seconds_total{job="prometheus"}[1m])'),
        "rules_share_of_interval": server.value("sum(prometheus_rule_group_last_duration_seconds)") / INTERVAL,
        "missed_rule_evaluations": server.value("sum(prometheus_rule_group_iterations_missed_total)"),
        "raw_query_vs_recorded": median_seconds(server, RAW) / median_seconds(server, RECORDED),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="the folder of winjob_exporter and workload")
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=50, help="of each agent")
    parser.add_argument("--seconds", type=int, default=180, help="how long to scrape before measuring")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    with harness.Context(kernels.Linux(), arguments.bin.resolve(), print) as context:
        server = start(context, arguments.agents, arguments.jobs)
        begun = time.monotonic()
        checks.wait_until("the first scrape of every agent",
                          lambda: server.value('sum(up{job="winjob"})') == arguments.agents, 120)
        checks.wait_until("the time to pass", lambda: time.monotonic() - begun > arguments.seconds, arguments.seconds + 60)
        figures = measure(server, arguments.agents, arguments.jobs)
    for name, value in figures.items():
        print(f"{name:28} {value:,.3f}".rstrip("0").rstrip("."))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
