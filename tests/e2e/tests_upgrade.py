"""The agent is killed, or stopped as a service, and its program replaced while workloads run."""

import contextlib
import hashlib
import json
import os
import shutil
import signal

from checks import Skip, expect, expect_equal, wait_until
from harness import test
from service import Service, running_from

WORKLOADS = 20
CHILDREN = 2  # that each has started at its beginning


def programs(context):
    """A folder with an own copy of the programs, which may be replaced."""
    copies = context.directory / "installed"
    copies.mkdir()
    for name in ("winjob_exporter", "workload"):
        shutil.copy(context.programs / (name + context.kernel.suffix), copies)
    return copies


def replace(context, copies):
    """Puts another program into the place of the agent's, as an upgrade does. The loaders read nothing behind the end. The
    one before stands beside it: Windows lets a program that runs be renamed, but not be written over."""
    path = copies / f"winjob_exporter{context.kernel.suffix}"
    old, fresh = path.with_suffix(".old"), path.with_suffix(".new")
    shutil.copy(path, fresh)
    with fresh.open("ab") as file:
        file.write(b"a newer version")
    path.rename(old)
    fresh.rename(path)
    expect(hashlib.sha256(path.read_bytes()).digest() != hashlib.sha256(old.read_bytes()).digest(), "it is the same program")
    return old


def configuration(context, on_exit):
    steps = context.workload("spawn", CHILDREN, 0.05, "sleep", "forever")
    jobs = [{"name": context.name(f"w{i}"), "start": [{"command": steps}], "on_exit": on_exit} for i in range(WORKLOADS)]
    return {"poll_interval": "200ms", "max_age": "50ms", "jobs": jobs}


def workloads(context):
    """The processes that the agent has started; their children have ended or only sleep."""
    return set(context.kernel.processes(context.tag, f"spawn {CHILDREN} 0.05"))


def settled(program):
    """A page on which every job has its workload alone, whose children have come and gone. A workload is alone before its
    first child as well: where the kernel counts what was started, the count tells the two apart."""
    return program.wait_for_page("one process in each job, and its children counted", lambda page: (
        [value for _, value in page.all("winjob_active_processes")] == [1.0] * WORKLOADS
        and all(total >= 1 + CHILDREN for total in started(page).values())), 60)


def started(page):
    return {labels["job_object"]: value for labels, value in page.all("winjob_processes_started_total")}


def begin(context, copies, on_exit):
    program = context.ready_exporter(configuration(context, on_exit), programs=copies)
    wait_until("twenty workloads", lambda: len(workloads(context)) == WORKLOADS, 60)
    return program


@test("Twenty workloads outlive SIGKILL of the agent and a new program in its place, which finds them all and counts on")
def upgrade(context):
    copies = programs(context)
    first = begin(context, copies, "release")
    before = settled(first)
    pids, totals = workloads(context), started(before)
    if totals:
        expect_equal(set(totals.values()), {1.0 + CHILDREN}, "processes that were started in each job")
    first.kill()
    replace(context, copies)
    expect_equal(workloads(context), pids, "workloads after SIGKILL of the agent")

    second = context.ready_exporter(configuration(context, "release"), programs=copies)
    page = settled(second)
    expect_equal(workloads(context), pids, f"workloads after the upgrade\n{second.log}\n")
    for i in range(WORKLOADS):
        expect_equal(page.state(context.name(f"w{i}")), ["open"], f"state of the job {i} that was found again")
    expect_equal(started(page), totals, "processes started, by job, after the upgrade")
    expect_equal(len(second.records(msg="started a command")), 0, "commands that were started a second time")
    second.stop()
    expect_equal(workloads(context), pids, "workloads after a stop")


@test("Twenty workloads with on_exit: kill end with the agent that is killed, and a new program in its place starts others")
def upgrade_of_mortals(context):
    copies = programs(context)
    first = begin(context, copies, "kill")
    pids = workloads(context)
    first.kill()
    wait_until("the workloads to end with the agent", lambda: not workloads(context) & pids, 10)
    replace(context, copies)
    second = begin(context, copies, "kill")
    settled(second)
    expect(not workloads(context) & pids, "a workload has come back from the dead")
    # Wine forgets a job a moment after its last process: an agent that comes at once finds some of them, empty.
    possible = {1.0 + CHILDREN} | ({2 * (1.0 + CHILDREN)} if context.kernel.name == "wine" else set())
    second.wait_for_page(f"processes started in jobs that begin anew to be {possible}",
                         lambda page: set(started(page).values()) <= possible)
    second.stop(seconds=10)
    wait_until("the workloads to end with the agent", lambda: not workloads(context), 10)


def end(context):
    for pid in running_from(context, "sleep"):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM if context.kernel.name == "windows" else signal.SIGKILL)


@test("The program under a running service is replaced by hand: its workloads live on and are found again, and all else stays")
def upgrade_of_a_service(context):
    if context.kernel.name == "linux":
        raise Skip("services of this kind are those of Windows")
    copies = programs(context)
    config = context.directory / "service.yaml"
    command = [context.kernel.path(copies / "workload.exe"), "sleep", "forever"]
    jobs = [{"name": context.name(f"s{i}"), "object": f"Global\\{context.name(f's{i}')}", "start": [{"command": command}]}
            for i in range(WORKLOADS)]
    config.write_text(json.dumps({"poll_interval": "200ms", "max_age": "50ms", "jobs": jobs}), encoding="utf-8")
    it = context.own(Service(context, config, program=copies / "winjob_exporter.exe", flags=["--log.level=debug"]))
    context.at_end(end, context)
    it.install()
    it.do("start")
    it.wait_until_ready()
    wait_until("twenty workloads", lambda: len(running_from(context, "sleep")) == WORKLOADS, 60)
    wait_until("all of them counted", lambda: it.page().total("winjob_active_processes") == WORKLOADS, 30)
    pids, totals, facts, source = set(running_from(context, "sleep")), started(it.page()), it.facts(), it.event_source()

    old = replace(context, copies)
    expect_equal(it.get("/-/ready").status, 200, "/-/ready of the program that was renamed while it runs")
    expect_equal(it.page().total("winjob_active_processes"), WORKLOADS, "processes that it counts")
    it.do("stop")  # by the new program, which is where the service's command line points
    expect_equal(set(running_from(context, "sleep")), pids, "workloads while no agent runs")
    old.unlink()
    config.write_text(config.read_text(encoding="utf-8") + "\n# an edit\n", encoding="utf-8")
    it.do("start")
    it.wait_until_ready()
    wait_until("all of them counted", lambda: it.page().total("winjob_active_processes") == WORKLOADS, 30)
    page = it.page()
    expect_equal(set(running_from(context, "sleep")), pids, f"workloads after the upgrade\n{it.log[-2000:]}\n")
    expect_equal(started(page), totals, "processes started, by job, after the upgrade")
    for i in range(WORKLOADS):
        expect_equal(page.state(context.name(f"s{i}")), ["open"], f"state of the job {i} that was found again")
    expect_equal(it.log.count('msg="started a command"'), WORKLOADS, "commands started by both programs together")
    after = it.facts()
    for fact in ("command line", "account", "start"):
        expect_equal(after[fact], facts[fact], f"{fact} of the service")
    expect(after["process"] != facts["process"], "it is the process of before")
    expect_equal(it.event_source(), source, "the source of events")
    expect(config.read_text(encoding="utf-8").endswith("# an edit\n"), "the configuration was written over")
    it.do("stop")
    expect_equal(set(running_from(context, "sleep")), pids, "workloads after a stop")
