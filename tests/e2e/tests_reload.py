"""Another configuration while the program runs, by SIGHUP where there is one, else by HTTP."""

import json
import os
import signal
import threading
import time

import exposition
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
    before = wait_until("processes of two jobs", lambda: sleepers(context, 2))
    said = reload(program, path, text([new, kept]))
    expect(f"job {context.name('new')}: added" in said, f"what the reload says: {said}")
    page = program.page()
    expect_equal(page.value(SUCCESSFUL), 1, SUCCESSFUL)
    names = [labels["job_object"] for labels, _ in page.all("winjob_job_up")]
    expect_equal(names, [context.name("new"), context.name("kept")], "jobs on the page")
    after = wait_until("processes of two jobs after the reload", lambda: sleepers(context, 2))
    expect_equal(len(before & after), 1, "processes that were left alone")

    reload(program, path, "jobs: [{name: x, limits: {job_memory: 8}}]", 500)
    page = program.page()
    expect_equal(page.value(SUCCESSFUL), 0, f"{SUCCESSFUL} after a broken file")
    expect_equal([labels["job_object"] for labels, _ in page.all("winjob_job_up")], names, "jobs after a broken file")
    expect_equal(set(context.kernel.processes(context.tag, "sleep")), after, "processes after a broken file")
    expect("has no unit" in program.log, f"the log does not tell what is wrong:\n{program.log}")


def sleepers(context, count):
    """The workloads, once there are so many: one is seen only when its program has begun, and until it has ended."""
    found = set(context.kernel.processes(context.tag, "sleep"))
    return found if len(found) == count else None


@test("A hundred reloads under scrapes lose no page, no process, no count and no descriptor or handle")
def under_load(context):
    kept, other = job(context, "kept"), job(context, "other", on_exit="kill")
    kept["start"] = [{"command": context.workload("spawn", 2, 0.02, "spin", 0.01, "loop")}]
    program, path = begin(context, [kept])
    workload = wait_until("the workload", lambda: stable(context), 30)
    descriptors = program.page().value(OPEN)
    stop, wrong, scrapes, highest = threading.Event(), [], [], {}

    def look(answer):
        if answer.status != 200:
            return wrong.append(f"status {answer.status}")
        scrapes.append(answer)
        page = exposition.Page(answer.text)
        for key, value in page.samples.items():
            if key[0].endswith("_total") and ("job_object", context.name("kept")) in key[1]:
                if value < highest.get(key, 0.0):
                    wrong.append(f"{key}: {highest[key]} fell to {value}")
                highest[key] = value
        missing = [key for key in highest if key not in page.samples]
        if missing:
            wrong.append(f"gone from the page: {missing}")

    def scrape():
        while not stop.wait(0.1):
            look(program.get(seconds=60))

    scraper = threading.Thread(target=scrape)
    scraper.start()
    try:
        for i in range(100):
            if i % 10 == 5:
                names = [labels["job_object"] for labels, _ in program.page().all("winjob_job_up")]
                reload(program, path, "jobs: nothing of it", 500)
                page = program.page()
                expect_equal([labels["job_object"] for labels, _ in page.all("winjob_job_up")], names, "jobs after a broken file")
                expect_equal(page.value(SUCCESSFUL), 0, f"{SUCCESSFUL} after a broken file")
            reload(program, path, text([kept, other] if i % 2 == 0 else [kept]))
            time.sleep(0.03)
    finally:
        stop.set()
        scraper.join()
    expect_equal(wrong, [], "scrapes that failed and totals that fell")
    expect(len(scrapes) > 20 and highest, f"{len(scrapes)} scrapes saw {len(highest)} totals")
    context.log(f"{len(scrapes)} scrapes, {len(highest)} totals of the job that stays")
    wait_until(f"the workload of the job that stays to be {workload}", lambda: stable(context) == workload)
    wait_until("the descriptors to be closed",
               lambda: program.page().value(OPEN) <= descriptors, 15)


def stable(context):
    """The workload of the job that stays, without its children, which show its command line for a moment."""
    found = [set(context.kernel.processes(context.tag, "spawn 2 0.02")) for _ in range(4) if not time.sleep(0.05)]
    return set.intersection(*found)
