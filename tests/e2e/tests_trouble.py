"""Jobs that cannot be had: one clear log line each, a state series, and the rest of the page as ever."""

import os
import pathlib
import subprocess

from checks import Skip, expect, expect_equal, wait_until
from harness import test

NOBODY = 65534
SETTINGS = {"poll_interval": "100ms", "max_age": "20ms"}


def polls(page):
    return page.value("winjob_poll_duration_seconds_count")


def after_polls(program, count=10):
    """A page after so many further polls: enough for a complaint to be repeated if it ever is."""
    before = polls(program.page())
    return program.wait_for_page(f"{count} polls", lambda page: polls(page) >= before + count)


def expect_one_complaint(program, job, *words):
    """Exactly one line above INFO has this job in it, with these words."""
    lines = [line for line in program.records(job_object=job) if line["level"] in ("WARN", "WARNING", "ERROR")]
    expect_equal(len(lines), 1, f"complaints about {job}\n{program.log}\n")
    for word in words:
        expect(any(word in value for value in lines[0].values()), f"{word!r} is not in the complaint: {lines[0]}")


@test("Jobs that cannot be had are named once in the log and in a state series, and the rest serves")
def four_troubles(context):
    name = context.name
    quiet = [{"command": context.workload("sleep", "forever")}]
    port = context.free_port()
    server = context.prometheus(port)
    program = context.ready_exporter({**SETTINGS, "jobs": [
        {"name": name("good"), "start": quiet, "on_exit": "kill"},
        {"name": name("twin1"), "object": "Local\\" + name("shared"), "start": quiet, "on_exit": "kill"},
        {"name": name("twin2"), "object": "Local\\" + name("shared"), "start": quiet, "on_exit": "kill"},
        {"name": name("missing"), "object": "Local\\" + name("nowhere"), "mode": "open"},
        {"name": name("unseen"), "object": "Local\\" + name("nowhere2"), "mode": "observe"},
        {"name": name("typo"), "start": [{"command": [name("no-such-program"), "x"]}], "on_exit": "kill"},
        {"name": name("lost"), "start": [{**quiet[0], "directory": context.kernel.path(context.directory / "none")}],
         "on_exit": "kill"},
        {"name": name("last"), "start": quiet, "on_exit": "kill"},
    ]}, port=port)
    page = after_polls(program)
    states = {"good": "open", "twin1": "open", "twin2": "conflict", "missing": "absent", "unseen": "absent",
              "typo": "start_failed", "lost": "start_failed", "last": "open"}
    server.wait_for_scrapes(3)
    for word, state in states.items():
        expect_equal(page.state(name(word)), [state], f"state of {word}")
        query = f'winjob_job_state{{job_object="{name(word)}",state="{state}"}}'
        expect_equal(server.value(query), 1, f"{query} in Prometheus")
        processes = server.value(f'winjob_active_processes{{job_object="{name(word)}"}}')
        expect_equal(processes, {"open": 1, "start_failed": 0}.get(state), f"active processes of {word}")
        expect_equal(server.value(f'winjob_job_up{{job_object="{name(word)}"}}'),
                     1 if state in ("open", "start_failed") else 0, f"winjob_job_up of {word}")
        failures = page.total("winjob_process_start_failures_total", job_object=name(word))
        expect_equal(failures, 1 if state == "start_failed" else 0, f"start failures of {word}")
    expect_one_complaint(program, name("twin2"), name("shared"), name("twin1"))
    expect_one_complaint(program, name("missing"), name("nowhere"))
    expect_one_complaint(program, name("unseen"), name("nowhere2"))
    expect_one_complaint(program, name("typo"), name("no-such-program"))
    expect_one_complaint(program, name("lost"), "none")
    for word in ("good", "twin1", "last"):
        expect(not [line for line in program.records(job_object=name(word)) if line["level"] != "INFO"],
               f"a complaint about {word}, with which all is well:\n{program.log}")
    program.stop()


@test("A job that another agent has is refused by mode create and seen by mode observe")
def taken_job(context):
    name = context.name("taken")
    owner = context.ready_exporter({**SETTINGS, "jobs": [
        {"name": name, "start": [{"command": context.workload("sleep", "forever")}], "on_exit": "kill"}]})
    other = context.ready_exporter({**SETTINGS, "jobs": [
        {"name": "mine", "object": f"Local\\winjob-{name}", "mode": "create", "on_exit": "kill",
         "start": [{"command": context.workload("sleep", "forever")}]}]})
    expect_equal(after_polls(other).state("mine"), ["conflict"], "state of a job whose name is taken")
    expect_one_complaint(other, "mine", f"winjob-{name}")
    other.stop()

    observer = context.ready_exporter({**SETTINGS, "jobs": [
        {"name": "theirs", "object": f"Local\\winjob-{name}", "mode": "observe"}]})
    page = after_polls(observer)
    expect_equal((page.state("theirs"), page.value("winjob_active_processes", job_object="theirs")), (["open"], 1),
                 f"state and processes of an observed job\n{observer.log}\n")
    observer.stop()
    page = after_polls(owner)
    expect_equal((page.state(name), page.value("winjob_active_processes", job_object=name)), (["open"], 1),
                 "state and processes of the owner's job, after others came and went")


@test("A job whose owner has its completion port is observed, and the owner goes on to hear of every process")
def observed_job(context):
    name = context.name("owned")
    owner = context.ready_exporter({**SETTINGS, "jobs": [
        {"name": name, "on_exit": "kill", "start": [{"command": context.workload("spawn", 1, 0.05, "sleep", 0.1, "loop")}]}]})

    def heard(page):
        return page.value("winjob_notifications_total", job_object=name, event="new_process")

    first = owner.wait_for_page("the job's first processes", lambda page: page.value("winjob_job_up", job_object=name) == 1)
    if heard(first) is None:
        raise Skip(f"level {owner.level()} of this kernel reports no processes")
    observers = [context.ready_exporter({**SETTINGS, "jobs": [
        {"name": word, "object": f"Local\\winjob-{name}", "mode": "observe"}]}) for word in ("one", "two")]
    for word, observer in zip(("one", "two"), observers):
        page = after_polls(observer)
        expect_equal(page.state(word), ["open"], f"state of the observed job\n{observer.log}\n")
        for family in ("winjob_notifications_total", "winjob_notifications_attached", "winjob_notifications_missed_total"):
            expect_equal(page.all(family, job_object=word), [], f"{family} of an observed job")
    before = heard(owner.page())
    owner.wait_for_page("messages of ten processes that began since", lambda page: heard(page) >= before + 10)
    for observer in observers:
        observer.stop()
    before = heard(owner.page())
    page = owner.wait_for_page("messages of ten that began after that", lambda page: heard(page) >= before + 10)
    expect_equal(page.value("winjob_notifications_attached", job_object=name), 1, "whether the owner has its port")
    expect_equal(page.value("winjob_notifications_missed_total", job_object=name), 0, "messages that the owner missed")


@test("A job that appears later is opened then, and its one complaint is not repeated")
def late_job(context):
    name = context.name("late")
    # Observing, because the one port that a job can have will be its creator's.
    program = context.ready_exporter({**SETTINGS, "jobs": [{"name": name, "mode": "observe"}]})
    expect_equal(after_polls(program).state(name), ["absent"], "state of a job that nobody has created")
    context.ready_exporter({**SETTINGS, "jobs": [
        {"name": name, "start": [{"command": context.workload("sleep", "forever")}], "on_exit": "kill"}]})
    page = program.wait_for_page("the late job to be open", lambda page: page.state(name) == ["open"])
    expect_equal(page.value("winjob_job_up", job_object=name), 1, "winjob_job_up of the late job")
    expect_one_complaint(program, name)


@test("A job that may not be opened is shown as denied")
def denied_job(context):
    if context.kernel.name != "linux":
        raise Skip("this needs a second user, which only Linux has here (the unit tests script the refusal)")
    if os.geteuid() != 0:
        raise Skip("only root can make a job for another user to be refused")
    trees = [line.split()[4] for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines()
             if " - cgroup2 " in line]
    if not trees or not os.access(trees[0], os.W_OK):
        raise Skip("there is no cgroup2 tree that can be written to")
    # A part of the tree is handed to an ordinary user, as systemd's Delegate= does, with one group of root's in it.
    given = pathlib.Path(trees[0]) / context.tag
    given.mkdir()
    context.at_end(remove, given)
    (given / "winjob").mkdir()
    for path in (given, given / "cgroup.procs", given / "winjob", given / "winjob" / "cgroup.procs"):
        os.chown(path, NOBODY, NOBODY)
    theirs = given / "winjob" / f"Local%5Cwinjob-{context.name('theirs')}"
    theirs.mkdir()
    member = subprocess.Popen(["sleep", "60"], env=context.kernel.environment(context.tag))
    context.at_end(member.wait)
    (theirs / "cgroup.procs").write_text(str(member.pid))  # an empty group would be taken for an abandoned one
    enter = f'echo $$ > {given}/cgroup.procs && exec setpriv --reuid={NOBODY} --regid={NOBODY} --clear-groups -- "$@"'
    programs = context.readable_programs()
    program = context.ready_exporter(
        {**SETTINGS, "jobs": [{"name": context.name("theirs")},
                              {"name": context.name("mine"), "on_exit": "kill",
                               "start": [{"command": [str(programs / "workload"), "sleep", "forever"]}]}]},
        programs=programs, wrapper=["sh", "-c", enter, "sh"])
    if "WINJOB_LINUX_LEVEL" not in os.environ:
        expect_equal(program.level(), "core", f"level in a part of the tree that was handed over\n{program.log}\n")
    elif program.level() != "core":
        raise Skip("WINJOB_LINUX_LEVEL asks for another level")
    page = after_polls(program)
    expect_equal((page.state(context.name("theirs")), page.state(context.name("mine"))), (["denied"], ["open"]),
                 f"states of the job of root and of the user's own\n{program.log}\n")
    expect_one_complaint(program, context.name("theirs"), "denied")
    expect_equal(page.value("winjob_active_processes", job_object=context.name("mine")), 1, "the own job's processes")
    program.stop()


def remove(directory):
    """Removes a tree of control groups that are empty, or soon will be."""
    def gone():
        for path, _, _ in os.walk(directory, topdown=False):
            os.rmdir(path)
        return True

    wait_until(f"{directory} to be empty", gone)


@test("Text of every kind in a job's name comes out of Prometheus unchanged")
def strange_names(context):
    strange = context.name('quote " comma , brace } \u00fc\u4e2d\U0001f600 #')
    port = context.free_port()
    server = context.prometheus(port)
    program = context.ready_exporter({**SETTINGS, "jobs": [
        {"name": strange, "object": "Local\\" + context.name("plain"), "on_exit": "kill",
         "start": [{"command": context.workload("sleep", "forever")}]}]}, port=port)
    server.wait_for_scrapes(2)
    found = wait_until("winjob_job_up in Prometheus", lambda: server.query("winjob_job_up == 1"))
    expect_equal([labels["job_object"] for labels, _ in found], [strange], "label job_object in Prometheus")
    wait_until("the process", lambda: context.kernel.processes(context.tag, "sleep forever"))
    program.stop()
