"""Processes that run already are put into jobs by rules."""

import subprocess

from checks import expect, expect_equal, wait_until
from harness import test


def start(context, *steps):
    """A workload that the agent knows nothing of."""
    words = [*context.kernel.call(context.workload_program), *map(str, steps)]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               creationflags=context.kernel.group_flags, env=context.kernel.environment(context.tag))
    context.at_end(process.wait)
    return process


def configuration(context, rules):
    jobs = [{"name": context.name(word), "adopt": [rule], "on_exit": "release"} for word, rule in rules.items()]
    return {"poll_interval": "200ms", "max_age": "10ms", "jobs": jobs}


@test("Each kind of rule adopts the processes that match it, the first rule wins, and others are left alone")
def each_kind(context):
    image = f"workload{context.kernel.suffix}"
    path = context.kernel.path(context.workload_program.parent) + "/**"
    rules = {
        "line": {"image": image, "command_line": "sleep 47\\.1$"},
        "path": {"path": path, "command_line": "47\\.2$"},
        "parent": {"command_line": "sleep 47\\.3$", "parent": {"command_line": "spawn 1 47\\.3"}},
        "late": {"image": image, "command_line": "sleep 47\\.[14]$"},
    }
    for number in (1, 2, 4, 5):
        start(context, "sleep", f"47.{number}")
    start(context, "spawn", 1, "47.3", "sleep", "forever")
    wait_until("five workloads", lambda: len(context.kernel.processes(context.tag, "47.")) >= 5, 20)
    program = context.ready_exporter(configuration(context, rules))

    def adopted(page, word):
        return page.value("winjob_adopted_processes_total", job_object=context.name(word))

    page = program.wait_for_page("an adopted process for each rule",
                                 lambda page: all(adopted(page, word) == 1 for word in rules))
    for word in rules:
        expect_equal(page.value("winjob_active_processes", job_object=context.name(word)), 1, f"members of {word}")
    expect_equal(len(program.records(msg="adopted a process")), 4, "adoptions in the log")
    expect(len(context.kernel.processes(context.tag, "sleep 47.5")) > 0, "the process that no rule names has ended")
