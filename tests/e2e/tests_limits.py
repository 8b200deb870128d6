"""Limits that are reached: real processes at real limits, and on the fake kernel what no system here does when asked."""

import pathlib
import re
import subprocess

from checks import Skip, expect_equal
from harness import test
from tests_alerts import ALERTS, QUICK, Pager

NEW_PROCESS = 6  # JOB_OBJECT_MSG_NEW_PROCESS
NOT_SUPPORTED = 50  # ERROR_NOT_SUPPORTED


@test("Processes at their memory, process and CPU limits raise alerts at a webhook, which resolve when they are gone")
def real_limits(context):
    if context.kernel.name != "linux":
        raise Skip("only Linux holds limits here; Windows does, Wine does not")
    port, name = context.free_port(), context.name
    jobs = {
        "WinjobJobMemoryNearLimit": ({"job_memory": "64MiB"}, {}, ("alloc", 60, "sleep", "forever")),
        "WinjobProcessesNearLimit": ({"active_processes": 5}, {}, ("children", 4, "sleep", "forever")),
        "WinjobCpuCapped": ({"cpu": {"cap": "10%"}}, {}, ("load", 100, "forever")),
        "WinjobProcessesKilledByLimit": ({"job_memory": "32MiB"}, {}, ("sleep", 1, "alloc", 200, "sleep", "forever")),
        "WinjobLimitViolated": ({}, {"job_memory": "16MiB"}, ("sleep", 1, "alloc", 24, "sleep", 1)),
    }
    again = {"policy": "always", "backoff": "1s", "max_backoff": "2s"}  # whenever Prometheus begins to look, there is more to come
    program = context.ready_exporter({**QUICK, "jobs": [
        {"name": name(alert), "on_exit": "kill", "limits": limits, "notify": notify, "start": [{"command": context.workload(*steps), "restart": again}]}
        for alert, (limits, notify, steps) in jobs.items()]}, port=port)
    if program.level() != "full":
        raise Skip(f"level {program.level()} of Linux holds no limits")
    pager = Pager(context, port)
    for alert in jobs:
        pager.expect("firing", alert, job_object=name(alert))
    program.stop()
    for alert in jobs:
        pager.expect("resolved", alert)


class Directed:
    """An exporter over the fake kernel, and what is to happen to its one job."""

    def __init__(self, context, word="job", **job):
        if context.kernel.name != "linux":
            raise Skip("the fake kernel is the same everywhere, and is directed on Linux")
        self.name, self.object = context.name(word), "Local\\" + context.name(word)
        self.port = context.free_port()
        self.program = context.ready_exporter(
            {**QUICK, "jobs": [{"name": self.name, "object": self.object, "start": [{"command": ["worker"]}], **job}]},
            port=self.port, name="fake_exporter", stdin=subprocess.PIPE)

    def do(self, deed, *amounts):
        self.program.process.stdin.write(f"{deed} {self.object} {' '.join(map(str, amounts))}\n".encode())
        self.program.process.stdin.flush()


@test("Each notification limit that is crossed on the fake kernel raises its alert at a webhook, which resolves")
def thresholds(context):
    rates = {f"{kind}_rate": {"tolerance": "low", "interval": "short"} for kind in ("cpu", "io", "net")}
    job = Directed(context, notify={"job_memory": "100MiB", "job_memory_low": "10MiB", "read_bytes": "1GiB", "write_bytes": "2GiB",
                                    "job_user_time": "30s", **rates},
                   limits={"cpu": {"cap": "50%"}, "network": {"outgoing": "10MB/s"}, "io": [{"iops": 500}]})
    pager = Pager(context, job.port)
    deeds = {"job_memory": ("commit", 200 << 20), "read_bytes": ("read", 3 << 30), "write_bytes": ("write", 3 << 30),
             "job_user_time": ("run", 40 * 10_000_000), "cpu_rate": ("exceed_cpu", 2), "io_rate": ("exceed_io", 1),
             "net_rate": ("exceed_net", 3), "job_memory_low": ("decommit", 198 << 20)}
    for limit, deed in deeds.items():
        job.do(*deed)
        pager.expect("firing", "WinjobLimitViolated", job_object=job.name, limit=limit)
    for kind in ("cpu", "io", "net"):
        job.do(f"exceed_{kind}", 0)
    for limit in ("read_bytes", "cpu_rate"):
        pager.expect("resolved", "WinjobLimitViolated", job_object=job.name, limit=limit)


@test("Messages that are lost, a port that is taken, totals that fall and queries that fail raise alerts at a webhook")
def lost(context):
    job = Directed(context)
    pager = Pager(context, job.port)
    job.do("read_operations", 100)
    job.do("lose", NEW_PROCESS, 3)
    job.do("spawn", 5)
    pager.expect("firing", "WinjobNotificationsMissed", job_object=job.name)
    job.do("read_operations", 2**64 - 50)
    pager.expect("firing", "WinjobCounterRegressed", job_object=job.name)
    job.do("fail_queries", NOT_SUPPORTED, 4)
    pager.expect("firing", "WinjobQueryErrors")
    for alert in ("WinjobNotificationsMissed", "WinjobCounterRegressed", "WinjobQueryErrors"):
        pager.expect("resolved", alert)
    job.do("lose", NEW_PROCESS, 1000)
    for _ in range(3):
        job.do("spawn", 20)
    pager.expect("firing", "WinjobNotificationsTaken", job_object=job.name)


@test("No alert is shipped that no test here has fired")
def every_alert(_):
    tests = "".join(pathlib.Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("tests_alerts.py", "tests_limits.py"))
    shipped = re.findall(r"- alert: (\w+)", ALERTS.read_text(encoding="utf-8"))
    expect_equal([alert for alert in shipped if f'"{alert}"' not in tests], [], "alerts that no test waits for")
