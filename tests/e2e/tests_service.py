"""The program as a service of Windows, and how it waits for a configuration that it can use."""

import json
import shutil
import socket
import subprocess
import time

from checks import Failure, Skip, expect, expect_equal, wait_until
from harness import test
from service import Service, running_from

PROMISED = 15  # seconds that the manager is told a stop may take


def service(context, config, **options):
    """A service with this configuration file; it is removed when the test ends."""
    if context.kernel.name == "linux":
        raise Skip("services of this kind are those of Windows")
    return context.own(Service(context, config, **options))


def write(path, config):
    path.write_text(json.dumps(config), encoding="utf-8")


@test("Linux has no services of this kind, and is told what there is instead")
def refused_on_linux(context):
    if context.kernel.name != "linux":
        raise Skip("Windows has them")
    program = context.programs / "winjob_exporter"
    for words in (["install", "--config.file=x"], ["start"], ["run", "--config.file=x"]):
        run = subprocess.run([str(program), "service", *words], capture_output=True, text=True, timeout=30, check=False)
        expect_equal(run.returncode, 2, f"exit status of {words}")
        expect("systemctl enable --now winjob_exporter" in run.stderr, f"no word of systemd: {run.stderr}")


@test("A configuration that is refused at the start is waited for: 503, a metric, a line of log, and then it is served")
def retried(context):
    config = context.write("late.yaml", "jobs: [")
    program = context.exporter(config, flags=["--config.retry"])
    ready = wait_until("an answer", lambda: program.running() and program.get("/-/ready"))
    expect_equal(ready.status, 503, "/-/ready with a broken configuration")
    expect("configuration is refused" in ready.text, f"/-/ready does not say why: {ready.text}")
    expect_equal(program.get("/-/healthy").status, 200, "/-/healthy with a broken configuration")
    page = program.page()
    expect_equal(page.all("winjob_config_last_reload_successful"), [({}, 0.0)], "the reading that failed")
    expect_equal(page.all("winjob_job_up"), [], "series of jobs")
    expect("late.yaml:" in program.log, f"the log does not say what is wrong: {program.log}")

    name = context.name("late")
    write(config, {"jobs": [{"name": name}]})
    program.wait_until_ready()
    expect_equal(program.page().all("winjob_config_last_reload_successful"), [({}, 1.0)], "the reading that succeeded")
    expect_equal(len(program.page().all("winjob_job_up")), 1, "series of winjob_job_up")
    program.stop()


@test("A program that waits for its configuration stops when asked")
def stops_while_waiting(context):
    program = context.exporter(context.directory / "never.yaml", flags=["--config.retry"])
    wait_until("an answer", lambda: program.running() and program.get("/-/healthy").status == 200)
    program.stop()
    expect("never.yaml" in program.log, f"the missing file is not named: {program.log}")


@test("A service is installed, started, scraped, stopped and removed")
def life_of_a_service(context):
    config = context.directory / "service configuration.yaml"
    name = context.name("served")
    write(config, {"jobs": [{"name": name}]})
    it = service(context, config)
    it.install()
    facts = it.facts()
    expect_equal((facts["state"], facts["start"], facts["account"]), ("stopped", "automatic", f"NT SERVICE\\{it.name}"),
                 "state, start and account")
    expect(facts["command line"].startswith('"'), f"the program is not quoted: {facts['command line']}")
    again, text = it.call(*it.install_words)
    expect_equal(again, 1, f"exit status of a second install: {text}")
    source = it.event_source()
    expect("EventMessageFile" in source and "winjob_exporter.exe" in source, f"no source of events: {source}")

    it.do("start")
    it.wait_until_ready()
    expect(f'winjob_job_up{{job_object="{name}"}} 1' in it.get("/metrics").text, "the job is not on the page")
    expect_equal(it.facts()["state"], "running", "state")
    it.do("stop")
    expect_equal(it.facts()["state"], "stopped", "state after a stop")
    expect("STOP of the service control manager" in it.log, f"the log does not say who asked: {it.log}")
    it.do("start")
    it.wait_until_ready()
    it.do("uninstall")
    status, text = it.call("status")
    expect(status == 1 and "1060" in text, f"the service is still there: {text}")
    expect_equal(it.event_source(), "", "the source of events after uninstall")


@test("A stop takes as long as the grace of a command, and the manager is told on and on")
def slow_stop(context):
    config = context.directory / "stubborn.yaml"
    command = context.workload("ignore-signals", "sleep", "52.3")
    it = service(context, config)
    grace = 17  # seconds: more than the manager is told to wait for one word
    start = {"command": command, "stop": {"grace": f"{grace}s"}}
    write(config, {"jobs": [{"name": context.name("stubborn"), "on_exit": "kill", "start": [start]}]})
    it.install()
    it.do("start")
    it.wait_until_ready()
    began = time.monotonic()
    it.do("stop")
    if context.kernel.name == "wine" and "cannot be asked to stop" in it.log:
        raise Skip("Wine gives no console to what a service starts, so it cannot be asked to stop")
    expect(time.monotonic() - began > grace - 1, f"the command had no grace: {it.log}")
    expect_equal(it.facts()["state"], "stopped", "state after a slow stop")


@test("A service whose configuration is broken or missing runs, says so, recovers, and follows a reload")
def service_with_broken_configuration(context):
    config = context.directory / "broken.yaml"
    it = service(context, config)
    it.install()
    it.do("start")
    wait_until("an answer", lambda: it.get("/-/healthy").status == 200)
    expect_equal(it.get("/-/ready").status, 503, "/-/ready without a configuration")
    expect("winjob_config_last_reload_successful 0\n" in it.get("/metrics").text, "the metric")
    expect("broken.yaml" in it.log, f"the log names no file: {it.log}")
    config.write_text("jobs: [", encoding="utf-8")
    wait_until("the other reason in the log", lambda: "not valid YAML" in it.log)
    write(config, {"jobs": []})
    it.do("reload")
    it.wait_until_ready()
    expect("winjob_config_last_reload_successful 1\n" in it.get("/metrics").text, "the metric after recovery")

    name = context.name("later")
    write(config, {"jobs": [{"name": name}]})
    it.do("reload")
    wait_until("the job of the new configuration", lambda: f'job_object="{name}"' in it.get("/metrics").text)
    config.write_text("jobs: [", encoding="utf-8")
    it.do("reload")
    wait_until("the metric", lambda: "winjob_config_last_reload_successful 0\n" in it.get("/metrics").text)
    expect_equal(it.get("/-/ready").status, 200, "/-/ready with the configuration before")
    it.do("stop")


@test("A service that cannot start says so at once, with its exit status")
def service_that_cannot_start(context):
    config = context.directory / "fine.yaml"
    write(config, {"jobs": []})
    it = service(context, config)
    with socket.socket() as other:
        other.bind(("127.0.0.1", it.port))
        other.listen()
        it.install()
        it.call("start")
        wait_until("the service to end", lambda: it.facts()["state"] == "stopped")
        expect_equal(it.facts()["last exit status"], "1", "exit status with a port in use")
        expect(f"127.0.0.1:{it.port}" in it.log, f"the log does not name the address: {it.log}")


@test("A service stops within its time with 50 workloads, and those of on_exit: kill end with it")
def service_with_workloads(context):
    config = context.directory / "many.yaml"
    # A copy, by whose path its processes are known: they are children of the service, not of this test.
    workload = shutil.copy(context.workload_program, context.directory)
    jobs = [{"name": context.name(f"w{i}"), "object": f"Local\\{context.name(f'w{i}')}", "on_exit": "kill",
             "start": [{"command": [context.kernel.path(workload), "sleep", "forever"]}] * 10} for i in range(5)]
    write(config, {"jobs": jobs})
    it = service(context, config)
    it.install()
    it.do("start")
    it.wait_until_ready()

    def active():
        lines = it.get("/metrics").text.splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("winjob_active_processes{"))

    try:
        wait_until("50 workloads", lambda: active() == 50, 60)
    except Failure as failure:
        raise Failure(f"{failure}; {active():g} run:\n{it.log[-2000:]}") from None
    expect_equal(len(running_from(context, "sleep")), 50, "workloads of the service")
    began = time.monotonic()
    it.do("stop")
    took = time.monotonic() - began
    expect(took < PROMISED, f"the stop took {took:.1f} s; the manager was told {PROMISED}")
    log = it.log
    expect('msg=stopped' in log or 'msg="stopped"' in log, f"it did not end well: {log[-600:]}")
    wait_until("no workload to be left", lambda: not running_from(context, "sleep"), 20)
