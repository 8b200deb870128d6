"""The example of every key, with real processes: what Linux has is in force, the rest is refused by name."""

import os
import pathlib
import re

from checks import Skip, expect, expect_equal, wait_until
from harness import ROOT, test
from tests_cli import call

GIB = 1 << 30
HELD = ("job_memory", "process_memory", "active_processes", "job_user_time", "process_user_time", "affinity", "subset_affinity",
        "priority_class", "scheduling_class", "cpu", "breakaway", "die_on_unhandled_exception", "end_of_job_time")
REFUSED = ("working_set", "network", "io", "ui")


def example(context):
    """The file with a command, a folder, a name and a processor of this machine."""
    text = (ROOT / "config" / "example.yaml").read_text(encoding="utf-8")
    command = ", ".join(f'"{word}"' for word in context.workload("sleep", "forever"))
    for old, new in (("name: build", f"name: {context.name('build')}"), (r"Global\Build", "Local\\" + context.name("build")),
                     (r"['C:\build\agent.exe', --once]", f"[{command}]"), (r"directory: C:\build", f"directory: {context.directory}"),
                     ("0:0x0f", "0:0x01")):
        expect_equal(text.count(old), 1, f"places of {old} in the example")
        text = text.replace(old, new)
    return text


def limit_of(pid, name):
    """The soft limit of a process."""
    line = re.search(rf"(?m)^{name} +(\S+)", pathlib.Path(f"/proc/{pid}/limits").read_text())
    return line.group(1)


def of_group(context, *names):
    """The words of the first of these files that the job's control groups have."""
    for group in context.kernel.groups(context.tag):
        for name in names:
            path = pathlib.Path(group) / name
            if path.exists():
                return path.read_text().split()
    return None


@test("Of the example of every key, what Linux has is in force on real processes, and the rest is refused by name")
def every_key(context):
    if context.kernel.name != "linux":
        raise Skip("this is about what Linux has; the fake kernel has all, in a unit test")
    path = context.write("example.yaml", example(context))
    expect_equal(call(context, "plan", "--config.file", path).output.splitlines()[-1], f"job {context.name('build')}: added", "the plan")
    stubborn = context.ready_exporter(path)
    level = stubborn.level()
    expect_equal(stubborn.page().state(context.name("build")), ["failed"], "state of a job with a security descriptor")
    expect("take out security" in stubborn.log, f"the log does not name the key:\n{stubborn.log}")
    stubborn.stop()
    if level != "full":
        raise Skip(f"level {level} of Linux holds few limits (that the descriptor is refused by name was seen)")

    path.write_text(re.sub(r"(?m)^    security:.*\n", "", path.read_text(encoding="utf-8")), encoding="utf-8")
    program, job = context.ready_exporter(path), context.name("build")
    page = program.wait_for_page("the job", lambda page: page.state(job) == ["open"])
    for family, wanted in (("winjob_limit_refused", 1), ("winjob_limit_drift", 1)):
        found = {labels["limit"]: value for labels, value in page.all(family, job_object=job)}
        expect_equal(found, {**dict.fromkeys(HELD, 0), **dict.fromkeys(REFUSED, wanted)}, f"{family}\n{program.log}\n")
    refused = {labels["limit"] for labels, value in page.all("winjob_notification_limit_refused", job_object=job) if value == 1}
    expect_equal(refused, {"cpu_rate", "io_rate", "net_rate"}, "notification limits that are refused")
    for limit in (*REFUSED, *refused):
        expect_equal(len(program.records(job_object=job, limit=limit, level="WARN")), 1, f"lines of the log about {limit}\n{program.log}\n")

    pid = next(iter(wait_until("the command", lambda: context.kernel.processes(context.tag, "sleep forever"))))
    expect_equal(os.getpriority(os.PRIO_PROCESS, pid), 10, "nice value of priority_class: below_normal")
    expect_equal(os.sched_getaffinity(pid), {0}, "processors of the affinity 0:0x01")
    expect_equal(limit_of(pid, "Max data size"), str(2 * GIB), "bytes of process_memory")
    expect_equal(limit_of(pid, "Max core file size"), "0", "bytes of a core file")
    expect_equal(pathlib.Path(f"/proc/{pid}/cwd").resolve(), context.directory.resolve(), "directory")
    expect(b"LEVEL=2" in pathlib.Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"), "environment")
    expect_equal(of_group(context, "memory.max", "memory.limit_in_bytes"), [str(8 * GIB)], "bytes of job_memory")
    expect_equal(of_group(context, "pids.max"), ["64"], "active_processes")
    quota = of_group(context, "cpu.max") or of_group(context, "cpu.cfs_quota_us") + of_group(context, "cpu.cfs_period_us")
    expect_equal(int(quota[0]) / int(quota[1]), os.cpu_count() / 2, "processors of cpu: {cap: 50%}")
    program.stop()
