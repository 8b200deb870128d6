"""Jobs of other programs, found by their names."""

import json

from checks import Skip, expect, expect_equal, wait_until
from harness import test
from tests_cli import Command, call

SETTINGS = {"poll_interval": "200ms", "max_age": "10ms"}


def rules(context):
    return {**SETTINGS, "discover": [{"object": f"Global\\C-{context.tag}_*", "name": f"{context.tag}-{{1}}"}]}


def need_run(context):
    probe = Command(context, "run", "--", *context.workload("exit", 0))
    if probe.wait() == 1 and "not supported" in probe.errors:
        raise Skip("at level process there is no `run`, which is the other program here")


def other_program(context, word, *flags):
    """A program with a job of its own, which has three processes."""
    need_run(context)
    steps = context.workload("spawn", 2, f"4848.{len(word)}", "sleep", "forever")
    command = Command(context, "run", *flags, "--object", f"Global\\C-{context.tag}_{word}", "--", *steps)
    wait_until("the tree of the other program", lambda: len(tree(context, word)) >= 2, 20)
    return command


def tree(context, word):
    return context.kernel.processes(context.tag, f"sleep 4848.{len(word)}")


@test("Jobs of other programs appear under the names that a pattern gives them, and end as if nobody watched")
def others(context):
    own = context.name("own")
    other_program(context, "early", "--kill")
    program = context.ready_exporter({**rules(context), "jobs": [{"name": own, "on_exit": "kill"}]})
    late = other_program(context, "late", "--kill")
    names = [f"{context.tag}-early", f"{context.tag}-late"]
    page = program.wait_for_page("both jobs to be open", lambda page: all(page.state(name) == ["open"] for name in names))
    expect_equal(page.value("winjob_discovered_jobs"), 2, "discovered jobs")
    expect_equal(page.value("winjob_active_processes", job_object=names[1]), 3, "processes of a discovered job")
    expect_equal(page.value("winjob_notifications_attached", job_object=names[1]), None, "a port of the observer's")
    expect_equal(page.state(own), ["open"], "state of the agent's own job")

    late.process.kill()  # on Wine and Windows its job's last handle but the agent's; on Linux its last hold
    wait_until("the end of a tree whose owner wanted that, though it is watched", lambda: not tree(context, "late"), 30)
    program.wait_for_page("the series of a job that is gone to end", lambda page: not page.state(names[1]), 30)
    page = program.page()
    expect_equal(page.value("winjob_discovered_jobs"), 1, "discovered jobs after the end of one")
    expect_equal(page.state(names[0]), ["open"], "state of the other")
    expect(not program.records(level="ERROR"), program.log)


@test("A reload changes what is discovered; a configured job and a name that is taken are not discovered")
def reload(context):
    other_program(context, "1")
    other_program(context, "22")
    taken = f"{context.tag}-22"
    path = context.write("discover.yaml", json.dumps(rules(context)))
    program = context.ready_exporter(path, flags=["--web.enable-lifecycle"])
    program.wait_for_page("both jobs", lambda page: page.value("winjob_discovered_jobs") == 2)
    path.write_text(json.dumps({**rules(context), "jobs": [{"name": taken, "on_exit": "kill"}]}), encoding="utf-8")
    answer = program.get("/-/reload", "POST", seconds=30)
    expect_equal(answer.status, 200, answer.text)
    page = program.wait_for_page("one job to be left out", lambda page: page.value(
        "winjob_discovery_left_out_jobs", reason="name_taken") == 1)
    expect_equal(page.value("winjob_discovered_jobs"), 1, "discovered jobs")
    objects = [labels["object"] for labels, _ in page.all("winjob_job_info", job_object=taken)]
    expect(len(objects) == 1 and objects[0].endswith(f"winjob-{taken}"), f"whose name it is: {objects}")
    expect_equal(len(program.records(msg="a job that matches `discover` is left out")), 1, "lines about it")


@test("A job that is a container of Kubernetes has the names of its pod, from containerd's folder, and a query joins them")
def containers(context):
    other_program(context, "77")
    folder = context.directory / "k8s.io"
    state = folder / "77" / "config.json"
    state.parent.mkdir(parents=True)
    rule = {"object": f"Global\\C-{context.tag}_*", "name": f"{context.tag}-{{1}}", "containerd": context.kernel.path(folder)}
    program = context.ready_exporter({**SETTINGS, "discover": [rule]})
    job = f"{context.tag}-77"
    page = program.wait_for_page("the job", lambda page: page.state(job) == ["open"])
    expect_equal(set(page.all("winjob_job_info")[0][0]), {"job_object", "object"}, "labels before containerd's file is there")
    state.write_text(json.dumps({"ociVersion": "1.1.0", "annotations": {
        "io.kubernetes.cri.sandbox-namespace": "shop", "io.kubernetes.cri.sandbox-name": "cart-7d9f",
        "io.kubernetes.cri.container-name": "web", "microsoft.com/hostprocess-container": "true"}}), encoding="utf-8")
    page = program.wait_for_page("the pod", lambda page: "pod" in page.all("winjob_job_info")[0][0])
    names = {"namespace": "shop", "pod": "cart-7d9f", "container": "web"}
    info = page.all("winjob_job_info")[0][0]
    expect_equal({key: info[key] for key in names}, names, "labels of the container")
    shown = json.loads(program.get("/api/v1/jobs").text)["jobs"][0]["container"]
    expect_equal(shown, {"namespace": "shop", "pod": "cart-7d9f", "name": "web"}, "the container on /api/v1/jobs")
    expect("shop/cart-7d9f/web" in program.get("/").text, "the container is not on the landing page")
    server = context.prometheus(program.port)
    query = "winjob_active_processes * on (instance, job_object) group_left (namespace, pod, container) winjob_job_info"
    wait_until("the joined series", lambda: [(found["pod"], value) for found, value in server.query(query)] == [
        ("cart-7d9f", 3)], 30)


@test("check, list, show and doctor know the jobs that a configuration discovers")
def commands(context):
    other_program(context, "7")
    file = context.write("discover.yaml", json.dumps(rules(context)))
    path = context.kernel.path(file)
    expect("1 pattern" in call(context, "check", path).output, "what check says")
    name = f"{context.tag}-7"
    listed = json.loads(call(context, "list", "--json", "--config.file", path).output)
    expect_equal([(job["name"], job["state"]) for job in listed], [(name, "open")], "what list has")
    expect_equal(listed[0]["object"], f"Global\\C-{context.tag}_7", "its object")
    shown = call(context, "show", name, "--config.file", path).output
    expect("processes now" in shown and "3" in shown, shown)
    found = json.loads(call(context, "doctor", "--json", "--config.file", path).output)
    expect(not [row for row in found if row["subject"] != "kernel"], found)


@test("An agent that somebody else's job would end says so at its start, and no other does")
def inside_a_job(context):
    program = context.ready_exporter({**SETTINGS, "jobs": []})
    expect(not program.records(level="WARN"), f"a warning without reason\n{program.log}")
    program.stop()
    if context.kernel.name == "wine":
        raise Skip("Wine tells nobody of the limits of a job")
    need_run(context)
    outer = [*context.kernel.call(context.programs / f"winjob_exporter{context.kernel.suffix}"), "run"]
    for flags, warnings in (([], 0), (["--kill"], 1)):
        program = context.ready_exporter({**SETTINGS, "jobs": []}, wrapper=[*outer, *flags, "--"])
        said = [line for line in program.records() if "runs inside a job" in line["msg"]]
        expect_equal(len(said), warnings, f"warnings with {flags}\n{program.log}")
        expect(all("from outside" in line["hint"] for line in said), said)
        program.stop()
