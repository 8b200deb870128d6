"""Another configuration while the program runs, by SIGHUP where there is one, else by HTTP."""

import json
import os
import signal
import threading

from checks import Skip, expect, expect_equal, wait_until
from harness import test

SUCCESSFUL = "winjob_config_last_reload_successful"
OPEN = "process_open_fds"  # handles on Windows


def job(context, word, **keys):
    return {"name": context.name(word), "start": [{"command": context.workload("sleep", "forever")}], **keys}


def begin(context, jobs):
    """The program on a file of this test's own; returns both."""
    path = context.write("reload.yaml", text(jobs))
    return context.ready_exporter(path, flags=["--web.enable-lifecycle"]), path


def text(jobs):
    return json.dumps({"poll_interval": "200ms", "max_age": "10ms", "jobs": jobs})


def reload(program, path, content, status=200):
    """Writes the file and has it read again; returns what the program says of it."""
    path.write_text(content, encoding="utf-8")
    answer = program.get("/-/reload", "POST", seconds=30)
    expect_equal(answer.status, status, f"status of the reload: {answer.text}")
    return answer.text


@test("A reload by SIGHUP, and a change of a file that is looked at, are followed")
def by_signal_and_by_watching(context):
    path = context.write("reload.yaml", text([job(context, "first")]))
    program = context.ready_exporter(path, flags=["--config.enable-auto-reload", "--config.auto-reload-interval=1"])
    expect_equal(program.get("/-/reload", "POST").status, 403, "status of a reload that is not allowed")
    path.write_text(text([job(context, "second")]), encoding="utf-8")
    program.wait_for_page("the job of the changed file",
                          lambda page: page.value("winjob_job_up", job_object=context.name("second")) == 1)
    if context.kernel.name != "linux":
        raise Skip("SIGHUP is Linux's; the change of the file was followed")
    program = context.ready_exporter(path)
    path.write_text(text([job(context, "third")]), encoding="utf-8")
    os.kill(program.pid, signal.SIGHUP)
    program.wait_for_page("the job of the file",
                          lambda page: page.value("winjob_job_up", job_object=context.name("third")) == 1)


@test("A reload adds and removes jobs, and the others go on with the processes they have")
def by_request(context):
    kept, gone, new = job(context, "kept"), job(context, "gone", on_exit="kill"), job(context, "new", on_exit="kill")
    program, path = begin(context, [kept, gone])
    before = set(context.kernel.processes(context.tag, "sleep"))
    expect_equal(len(before), 2, "processes of two jobs")
    said = reload(program, path, text([new, kept]))
    expect(f"job {context.name('new')}: added" in said, f"what the reload says: {said}")
    page = program.page()
    expect_equal(page.value(SUCCESSFUL), 1, SUCCESSFUL)
    names = [labels["job_object"] for labels, _ in page.all("winjob_job_up")]
    expect_equal(names, [context.name("new"), context.name("kept")], "jobs on the page")
    after = set(context.kernel.processes(context.tag, "sleep"))
    expect_equal(len(after), 2, "processes of two jobs after the reload")
    expect_equal(len(before & after), 1, "processes that were left alone")

    reload(program, path, "jobs: [{name: x, limits: {job_memory: 8}}]", 500)
    page = program.page()
    expect_equal(page.value(SUCCESSFUL), 0, f"{SUCCESSFUL} after a broken file")
    expect_equal([labels["job_object"] for labels, _ in page.all("winjob_job_up")], names, "jobs after a broken file")
    expect_equal(set(context.kernel.processes(context.tag, "sleep")), after, "processes after a broken file")
    expect("has no unit" in program.log, f"the log does not tell what is wrong:\n{program.log}")


@test("A hundred reloads under scrapes lose no page, no process and no descriptor or handle")
def under_load(context):
    kept, other = job(context, "kept"), job(context, "other", on_exit="kill")
    program, path = begin(context, [kept])
    wait_until("the workload", lambda: context.kernel.processes(context.tag, "sleep"), 10)
    page = program.page()
    descriptors = page.value(OPEN)
    started = page.value("winjob_processes_started_total", job_object=context.name("kept"))
    stop, wrong = threading.Event(), []

    def scrape():
        last = 0.0
        while not stop.wait(0.1):
            answer = program.get()
            if answer.status != 200:
                wrong.append(answer.status)
            for line in answer.text.splitlines():
                if line.startswith("winjob_cpu_seconds_total") and context.name("kept") in line and "user" in line:
                    now = float(line.rsplit(" ", 1)[1])
                    if now < last:
                        wrong.append(f"{last} fell to {now}")
                    last = now

    scraper = threading.Thread(target=scrape)
    scraper.start()
    try:
        for i in range(100):
            if i == 50:
                reload(program, path, "jobs: nothing of it", 500)
            reload(program, path, text([kept, other] if i % 2 == 0 else [kept]))
    finally:
        stop.set()
        scraper.join()
    expect_equal(wrong, [], "scrapes that failed and counters that fell")
    wait_until("the descriptors to be closed",
               lambda: program.page().value(OPEN) <= descriptors, 15)
    if started is not None:
        expect_equal(program.page().value("winjob_processes_started_total", job_object=context.name("kept")), started,
                     "starts of the job that stayed")
