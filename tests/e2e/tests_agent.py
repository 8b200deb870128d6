"""The agent's end, asked for or not, and what becomes of the processes of its jobs."""

import pathlib
import subprocess
import time

from checks import Skip, expect, expect_equal, promised, wait_until
from harness import test


def working_job(context, on_exit):
    """A job that never rests: it uses CPU time and starts children."""
    steps = context.workload("spawn", 2, 0.02, "spin", 0.02, "sleep", 0.05, "loop")
    job = {"name": context.name("worker"), "start": [{"command": steps}], "on_exit": on_exit}
    return {"poll_interval": "200ms", "max_age": "50ms", "jobs": [job]}


def parents(context):
    """The pids of the processes that the agent itself has started (their children only sleep).

    A child has its parent's command line between its fork and its program, so only what stays is counted.
    """
    pids = set(context.kernel.processes(context.tag, "spawn 2 0.02"))
    for _ in range(3):
        time.sleep(0.1)
        pids &= set(context.kernel.processes(context.tag, "spawn 2 0.02"))
    return pids


def expect_alone(context, pids, what):
    """These parents live, and no other does; a child that has not begun its program yet may look like one."""
    wait_until(f"{what} to be {pids}", lambda: parents(context) == pids, 10)


def all_workloads(context):
    return context.kernel.processes(context.tag, "workload")


def begin(context, on_exit, **options):
    program = context.ready_exporter(working_job(context, on_exit), **options)
    wait_until("the workload", lambda: len(parents(context)) == 1, 30)
    return program


def totals(context):
    """The totals of the job that this kernel counts, as selectors."""
    pairs = f'job_object="{context.name("worker")}"'
    names = [f'winjob_cpu_seconds_total{{{pairs},mode="user"}}', f'winjob_cpu_seconds_total{{{pairs},mode="kernel"}}',
             f'winjob_processes_started_total{{{pairs}}}', f'winjob_page_faults_total{{{pairs}}}']
    return names


@test("After SIGKILL and a new start the agent finds its job by name and the totals go on rising")
def restart(context):
    port = context.free_port()
    server = context.prometheus(port)
    first = begin(context, "release", port=port)
    level = first.level()
    pids = parents(context)
    server.wait_for_scrapes(3)
    known = [selector for selector in totals(context) if server.value(selector) is not None]
    expect(known, "the page has none of the totals")
    before = {selector: server.values(selector)[-1] for selector in known}
    first.kill()
    server.wait_for('up{job="winjob"}', lambda up: up == 0)
    expect_alone(context, pids, f"workload after SIGKILL of the agent (level {level})")

    second = context.ready_exporter(working_job(context, "release"), port=port)
    # Three scrapes of the new agent at least.
    server.wait_for('up{job="winjob"}', lambda up: up == 1)
    server.wait_for_scrapes(3)
    expect_alone(context, pids, f"workload after the agent's new start\n{second.log}\n")
    page = second.page()
    expect_equal(page.state(context.name("worker")), ["open"], "state of the job that was found again")
    expect(page.value("winjob_active_processes", job_object=context.name("worker")) >= 1, "no process is in the job")
    expect(second.records(job_object=context.name("worker")), f"the log says nothing of the job:\n{second.log}")
    for selector in known:
        values = server.values(selector)
        expect(all(a <= b for a, b in zip(values, values[1:])), f"{selector} fell: {values}")
        expect(values[-1] > before[selector], f"{selector} does not go on rising: {before[selector]}, then {values[-1]}")
    context.log(f"went on rising: {', '.join(selector.split('{')[0] for selector in known)}")
    second.stop()
    expect_alone(context, pids, "workload after a stop with on_exit: release")


@test("With on_exit: kill, SIGKILL of the agent ends the workload within 2 s")
def kill_on_close(context):
    def attempt():
        program = begin(context, "kill")
        begun = time.monotonic()
        program.kill()
        expect_gone(context, all_workloads)
        seconds = time.monotonic() - begun
        expect_gone(context, lambda _: context.kernel.processes(context.tag))
        return seconds

    seconds = promised("the end of the workload", 2, attempt)
    context.log(f"the workload was gone {seconds:.2f} s after the agent's death")


def has_members(group):
    try:
        return "populated 1" in (pathlib.Path(group) / "cgroup.events").read_text(encoding="ascii")
    except OSError:  # it is gone
        return False


@test("With on_exit: kill, SIGKILL of the agent empties the job within 50 ms when the machine has the time")
def quick_end(context):
    if context.kernel.name != "linux":
        raise Skip("the emptiness of a job shows without delay on Linux alone")
    times, units = [], []
    for _ in range(10):
        program = context.ready_exporter({"jobs": [{"name": context.name("worker"), "on_exit": "kill", "start": [
            {"command": context.workload("ignore-signals", "children", 7, "sleep", "forever")}]}]})
        if program.level() == "process":
            raise Skip("at level process there is no group that shows it")
        program.wait_for_page("eight processes", lambda page: page.total("winjob_active_processes") == 8)
        group = next(path for path in context.kernel.groups(context.tag) if has_members(path))
        begun = time.monotonic()
        program.process.kill()
        while has_members(group):
            expect(time.monotonic() - begun < 30, "the job has members 30 s after the agent's death")
        times.append((time.monotonic() - begun) * 1000)
        program.process.wait()
        begun = time.monotonic()
        subprocess.run(["true"], check=True)
        units.append((time.monotonic() - begun) * 1000)
    times.sort()
    context.log(f"empty after {times[0]:.1f} ms at the best, {times[len(times) // 2]:.1f} the median, {times[-1]:.1f} the worst")
    # A machine on which a process that does nothing takes more than 2.5 ms has no 50 ms for eight.
    most, median = max(50, 20 * min(units)), times[len(times) // 2]
    expect(median < most, f"the job was empty after {median:.1f} ms, the median of 10; {most:.0f} are promised here")


@test("With on_exit: kill, a request to stop ends agent and workload within 2 s and leaves nothing")
def clean_stop(context):
    def attempt(how):
        program = begin(context, "kill")
        if context.kernel.name == "linux" and program.level() != "process":
            expect(context.kernel.groups(context.tag), "the job has no control group that the test can find")
        begun = time.monotonic()
        program.stop(how)
        expect_gone(context, lambda _: context.kernel.processes(context.tag))
        seconds = time.monotonic() - begun
        expect_equal(context.kernel.groups(context.tag), [], "control groups that were left")
        return seconds

    for how in context.kernel.stop_signals:
        seconds = promised("the end of everything", 2, lambda how=how: attempt(how))
        context.log(f"{how.name}: everything was gone after {seconds:.2f} s")


@test("With on_exit: kill, a workload that ignores signals ends too")
def stubborn_workload(context):
    job = {"name": context.name("worker"), "on_exit": "kill",
           "start": [{"command": context.workload("ignore-signals", "children", 3, "sleep", "forever")}]}
    program = context.ready_exporter({"poll_interval": "200ms", "jobs": [job]})
    wait_until("four processes", lambda: len(all_workloads(context)) == 4, 30)
    program.stop()
    expect_gone(context, all_workloads)


@test("With on_exit: release, a request to stop leaves the workload running")
def release(context):
    program = begin(context, "release")
    pids = parents(context)
    program.stop()
    # One child of the workload at least is newer than the agent's end: it works on, and is not merely dying.
    old = set(all_workloads(context))
    wait_until("the workload to start further children", lambda: set(all_workloads(context)) - old, 30)
    expect_alone(context, pids, "workload after a stop with on_exit: release")


@test("The environment and the directory of a command reach its process")
def surroundings(context):
    place = context.directory / "place"
    place.mkdir()
    steps = context.workload("append", "here.txt", "text", "pidfile", "pid.txt", "sleep", "forever")
    job = {"name": context.name("worker"), "on_exit": "kill", "start": [
        {"command": steps, "directory": context.kernel.path(place), "environment": {"GREETING": "good day"}}]}
    context.ready_exporter({"jobs": [job]})
    wait_until("a file in the command's directory", lambda: (place / "pid.txt").exists() and (place / "pid.txt").read_text(), 30)
    expect_equal((place / "here.txt").read_text(), "text\n", "what the command wrote into its directory")
    if context.kernel.name == "linux":
        pid = int((place / "pid.txt").read_text())
        with open(f"/proc/{pid}/environ", "rb") as environment:
            variables = environment.read().split(b"\0")
        expect(b"GREETING=good day" in variables, f"the variable is not in the environment: {variables}")
        expect(any(word.startswith(b"PATH=") for word in variables), "the agent's own variables were lost")


def expect_gone(context, find):
    wait_until(f"processes to end, of {find(context)}", lambda: not find(context), 20)
