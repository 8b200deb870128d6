"""The demo, as the script that runs it starts it; also as an ordinary user and where control groups are read-only."""

import os
import re
import subprocess
import time

from checks import Skip, expect, expect_equal, promised, wait_until
from harness import ROOT, test

DEMO = ROOT / "config" / "demo.yaml"
READ_ONLY = """
grep -E ' - cgroup2? ' /proc/self/mountinfo | cut -d ' ' -f 5 | while read -r mount; do
  mount -o remount,bind,ro "$mount" || exit 1
done || exit 1
exec "$@"
"""
NOBODY = "65534"


def demo(context, **options):
    text = DEMO.read_text(encoding="utf-8")
    names = re.findall(r"- name: (\S+)", text)
    for job in names:
        context.at_end(context.kernel.remove_groups, f"winjob-{job}")  # its names are not of this test alone
    program = context.ready_exporter(context.write("demo.yaml", text), search=True, **options)
    expect_equal(jobs(program.page()), names, "jobs of the demo")
    return program


def jobs(page):
    found = [labels["job_object"] for labels, _ in page.all("winjob_job_info")]
    expect(len(found) >= 2, f"the demo has few jobs: {found}")
    return found


def expect_lively(context, program, begun, events=True):
    """Soon after its start every job of the demo shows numbers that change."""
    first = program.page()
    names = jobs(first)
    there = {family: all(first.all(family, job_object=job) for job in names)
             for family in ("winjob_cpu_seconds_total", "winjob_processes_started_total")}

    def lively(page, job):
        def total(family, **labels):
            return page.total(family, job_object=job, **labels) or 0

        cpu = "winjob_cpu_seconds_total"
        return (page.state(job) == ["open"] and total("winjob_active_processes") > 0
                and (not there[cpu] or total(cpu) > (first.total(cpu, job_object=job) or 0))
                and (not there["winjob_processes_started_total"] or total("winjob_processes_started_total") > 1)
                and (not events or total("winjob_notifications_total", event="new_process") > 0
                     and total("winjob_notifications_total", event="exit_process") > 0))

    program.wait_for_page("every job of the demo to be lively",
                          lambda page: all(lively(page, job) for job in names), 60)
    seconds = time.monotonic() - begun
    context.log(f"{len(names)} jobs lively after {seconds:.1f} s")
    return names, there, seconds


def expect_rates(context, server, names, started):
    """In Prometheus totals rise, and rates are above nothing. `started`: whether the kernel counts processes."""
    wine = context.kernel.name == "wine"
    server.wait_for_scrapes(4)
    for job in names:
        for family, labels in (("winjob_processes_started_total", ""), ("winjob_cpu_seconds_total", ',mode="user"')):
            if (wine and "cpu" in family) or ("started" in family and not started):
                continue
            values = server.values(f'{family}{{job_object="{job}"{labels}}}')
            expect(all(a <= b for a, b in zip(values, values[1:])), f"{family} of {job} fell: {values}")
        if not wine:
            rate = server.wait_for(f'sum(rate(winjob_cpu_seconds_total{{job_object="{job}"}}[20s]))', lambda x: x > 0)
            context.log(f"{job}: {rate:.3f} cores")


@test("Every job of the demo shows rising numbers within 10 s, and Ctrl-C cleans all up within 2 s")
def the_demo(context):
    port = context.free_port()
    server = context.prometheus(port)
    looked = []

    def attempt():
        begun = time.monotonic()
        program = demo(context, port=port)
        single = program.level() != "process"  # starts and ends of single processes are known
        names, there, lively = expect_lively(context, program, begun, events=single)
        expect_equal(there, {"winjob_cpu_seconds_total": context.kernel.name != "wine", "winjob_processes_started_total": single},
                     "totals that every job has")
        if not looked:
            expect_rates(context, server, names, single)
            looked.append(True)
        if single and context.kernel.name == "linux":
            expect(all(context.kernel.groups(f"winjob-{job}") for job in names), "there are jobs without a control group")
        before = len(context.kernel.processes(context.tag, "workload"))
        expect(before > 0, "no workload is running")
        begun = time.monotonic()
        program.stop()
        wait_until("the demo's processes to end", lambda: not context.kernel.processes(context.tag, "workload"))
        ended = time.monotonic() - begun
        context.log(f"Ctrl-C ended agent and {before} processes in {ended:.2f} s")
        for job in names:
            wait_until(f"the control groups of {job} to go", lambda job=job: not context.kernel.groups(f"winjob-{job}"))
        return max(lively / 10, ended / 2)

    promised("the demo, as shares of its 10 s to begin and 2 s to end,", 1, attempt)


def need_root_on_linux(context):
    if context.kernel.name != "linux":
        raise Skip("levels are a matter of Linux")
    if os.geteuid() != 0:
        raise Skip("only root can become another user or change mounts")


def run_at_level_process(context, **options):
    begun = time.monotonic()
    program = demo(context, **options)
    expect_equal(program.level(), "process", f"level\n{program.log}\n")
    expect("=process " in program.log, f"the log does not name the level:\n{program.log}")
    names, there, _ = expect_lively(context, program, begun, events=False)
    expect_equal(there, {"winjob_cpu_seconds_total": True, "winjob_processes_started_total": False},
                 "totals that every job has")
    page = program.page()
    for job in names:
        started = page.all("winjob_processes_started_total", job_object=job)
        expect_equal(started, [], f"processes started of {job}, which cannot be known here")
    program.stop()
    wait_until("the demo's processes to end", lambda: not context.kernel.processes(context.tag))


@test("The demo runs for an ordinary user: CPU seconds rise, the lower level is named, the unknown is absent")
def ordinary_user(context):
    need_root_on_linux(context)
    run_at_level_process(context, programs=context.readable_programs(),
                         wrapper=["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"])


@test("The demo runs where control groups are read-only: CPU seconds rise, the unknown is absent")
def read_only_groups(context):
    need_root_on_linux(context)
    # What is mounted stays as it is: a remount does not propagate, and the root of a chroot cannot be made private.
    unshare = ["unshare", "--mount", "--propagation", "unchanged", "--"]
    if subprocess.run([*unshare, "true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        raise Skip("private mount namespaces are not allowed here")
    run_at_level_process(context, wrapper=[*unshare, "sh", "-c", READ_ONLY, "sh"])
