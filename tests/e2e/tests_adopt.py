"""Processes that run already are put into jobs by rules."""

import getpass
import json
import pathlib
import shutil
import subprocess

from checks import expect, expect_equal, wait_until
from harness import test
from service import Service
from tests_cli import call


def start(context, *steps, program=None):
    """A workload that the agent knows nothing of."""
    words = [*context.kernel.call(program or context.workload_program), *map(str, steps)]
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
    ours = context.kernel.image_only(image)
    rules = {
        "line": {"image": image, "command_line": "sleep 4747\\.1$"},
        "path": {**ours, "path": path, "command_line": "4747\\.2$"},
        "parent": {**ours, "command_line": "sleep 4747\\.3$", "parent": {"command_line": "spawn 1 4747\\.3"}},
        "late": {"image": image, "command_line": "sleep 4747\\.[14]$"},
    }
    for number in (1, 2, 4, 5):
        start(context, "sleep", f"4747.{number}")
    start(context, "spawn", 1, "4747.3", "sleep", "forever")
    wait_until("five workloads", lambda: len(context.kernel.processes(context.tag, "4747.")) >= 5, 20)
    program = context.ready_exporter(configuration(context, rules))

    def adopted(page, word):
        return page.value("winjob_adopted_processes_total", job_object=context.name(word))

    def members(page, word):  # counted from the poll after the adoption on
        return page.value("winjob_active_processes", job_object=context.name(word))

    program.wait_for_page("an adopted process for each rule, and no other",
                          lambda page: all(adopted(page, word) == members(page, word) == 1 for word in rules))
    expect_equal(len(program.records(msg="adopted a process")), 4, "adoptions in the log")
    expect(len(context.kernel.processes(context.tag, "sleep 4747.5")) > 0, "the process that no rule names has ended")


class Forest:
    """Processes that the agent knows nothing of, some of a program of their own, some with children."""

    def __init__(self, context):
        self._context = context
        self.ids = {}  # of the processes that say theirs, by word

    def plant(self, word, *steps, program=None):
        """A process that tells its id, as its own system counts."""
        path = self._context.directory / f"{word}.pid"
        start(self._context, "pidfile", self._context.kernel.path(path), *steps, program=program)
        self.ids[word] = int(wait_until(f"the id of {word}", lambda: path.exists() and path.read_text().strip(), 20))

    def program(self, folder, name):
        """Another copy of the workload."""
        place = self._context.directory / folder
        place.mkdir(exist_ok=True)
        return pathlib.Path(shutil.copy(self._context.workload_program, place / f"{name}{self._context.kernel.suffix}"))


def serve(context):
    """A service that runs, and its process id; nothing where there are no services of this kind."""
    if context.kernel.suffix == "":
        return None, None
    service = context.own(Service(context, context.write("service.yaml", "jobs: []")))
    service.install()
    service.do("start")
    status = service.do("status")
    return service, int(status.split("process: ")[1].split()[0])


@test("A forest of processes is adopted by rules of each kind, and the members of each job are those that explain names")
def forest(context):
    trees, service = Forest(context), serve(context)
    oak, grove = trees.program("anywhere", "oak"), trees.program("grove", "other")
    for number in range(3):
        trees.plant(f"oak{number}", "sleep", f"4848.{number}", program=oak)
        trees.plant(f"grove{number}", "sleep", f"4848.{number}", program=grove)
        trees.plant(f"birch{number}", "print", f"birch={number}", "sleep", "forever")
        trees.plant(f"own{number}", "sleep", f"4848.5{number}")
    trees.plant("lone", "sleep", "4848.9")
    trees.plant("trunk", "children", "3", "sleep", "forever")
    user = getpass.getuser()
    ours = context.kernel.image_only(f"workload{context.kernel.suffix}")
    rules = {
        "image": [{"image": f"o?k{context.kernel.suffix}"}],
        "path": [{**context.kernel.image_only(grove.name), "path": context.kernel.path(grove.parent) + "/**"}],
        "line": [{**ours, "command_line": "birch=(?<number>[0-9])"}],
        "nobody": [{**ours, "user": "nobody-at-all", "command_line": "sleep 4848\\.5[0-9]$"}],
        "user": [{**ours, "user": user, "command_line": "sleep 4848\\.5[0-9]$"}],
        "parent": [{**ours, "command_line": "sleep forever$", "parent": {"command_line": "trunk\\.pid.* children 3"}}],
        "late": [{"image": f"oak{context.kernel.suffix}"}, {**context.kernel.image_only("o*"), "command_line": "sleep 4848\\.[0-5][0-9]?$"}],
    }
    expected = {"image": 3, "path": 3, "line": 3, "nobody": 0, "user": 3, "parent": 3, "late": 0}
    if service[0] is not None:
        rules["service"], expected["service"] = [{"service": service[0].name}], 1
        trees.ids["the service"] = service[1]
    else:
        context.log("no services of the kind that a rule means: that rule is left out")
    jobs = [{"name": context.name(word), "adopt": them, "on_exit": "release"} for word, them in rules.items()]
    config = context.write("forest.yaml", json.dumps({"poll_interval": "200ms", "max_age": "10ms", "jobs": jobs}))
    program = context.ready_exporter(config)
    program.wait_for_page("as many adoptions as each rule has processes", lambda page: [
        page.value("winjob_adopted_processes_total", job_object=context.name(word)) for word in expected] == list(expected.values()), 30)

    path = context.kernel.path(config)
    members = {}
    for word in rules:
        shown = json.loads(call(context, "show", context.name(word), "--config.file", path, "--json").output)
        members[word] = set(shown["processes"])
        expect_equal(len(members[word]), expected[word], f"members of {word}")
    for process in set(trees.ids.values()).union(*members.values()):
        verdicts = json.loads(call(context, "explain", process, "--config.file", path, "--json").output)
        expect_equal(len(verdicts), sum(map(len, rules.values())), "rules that are explained")
        # Of a process that a rule has taken already, explain says that it stays.
        takes = [verdict["job_object"] for verdict in verdicts if verdict["verdict"] in ("takes it", "stays")]
        inside = [context.name(word) for word, them in members.items() if process in them]
        known = [word for word, number in trees.ids.items() if number == process]
        expect_equal(inside, takes, f"jobs of process {process} {known}, where explain says {verdicts}")
    expect(trees.ids["lone"] not in set().union(*members.values()), "a process that no rule names is in a job")
