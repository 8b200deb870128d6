"""Series for the processes of a job that use most: which they are, what they say, and how many they may be."""

import json
import os
import signal
import time

from checks import Skip, expect, expect_equal
from harness import test

MEMORY, CPU, STARTED = (f"winjob_process_{what}" for what in (
    "memory_working_set_bytes", "cpu_seconds_total", "start_time_seconds"))
EVERY = ("winjob_process_cpu_seconds_total", "winjob_process_memory_commit_bytes", MEMORY, STARTED)
MIB = 1 << 20


def job(context, word, works, **keys):
    """A job with a process for each list of steps, which writes its id to a file first."""
    command = [context.workload("pidfile", context.kernel.path(pid_file(context, word, index)), *work)
               for index, work in enumerate(works)]
    return {"name": context.name(word), "on_exit": "kill", "start": [{"command": words} for words in command], **keys}


def pid_file(context, word, index):
    return context.directory / f"{word}-{index}.pid"


def pid(context, word, index):
    return pid_file(context, word, index).read_text(encoding="utf-8").strip()


def shown(page, name, family=STARTED):
    return {labels["pid"] for labels, _ in page.all(family, job_object=name)}


def end(context, part):
    """Ends the one process of this test that has this in its command line."""
    found = context.kernel.processes(context.tag, part)
    expect_equal(len(found), 1, f"processes with {part!r} among {context.kernel.processes(context.tag)}")
    os.kill(*found, getattr(signal, "SIGKILL", signal.SIGTERM))


@test("Of four processes the two with most memory have series, and when one ends the next comes in")
def largest(context):
    sizes = [16, 112, 48, 80]
    works = [("alloc", size, "sleep", "forever") for size in sizes]
    config = {"poll_interval": "200ms", "max_age": "10ms",
              "jobs": [job(context, "sized", works, process_metrics={"top": 2})]}
    begin = time.time()
    program = context.ready_exporter(config)
    name = context.name("sized")

    def pids(*indexes):
        return {pid(context, "sized", index) for index in indexes}

    def are_shown(*indexes):
        return lambda page: all(pid_file(context, "sized", i).exists() and pid(context, "sized", i)
                                for i in range(4)) and shown(page, name) == pids(*indexes)

    def all_taken(page):
        # The largest are at their place before they have all that they take.
        return are_shown(1, 3)(page) and all(
            page.value(MEMORY, pid=pid(context, "sized", i)) >= sizes[i] * MIB for i in (1, 3))

    page = program.wait_for_page("the two largest, with all their memory", all_taken, 30)
    image = context.workload_program.name
    for index in (1, 3):
        values = page.all(MEMORY, pid=pid(context, "sized", index))
        expect_equal(len(values), 1, "series of memory of one process")
        labels, memory = values[0]
        expect_equal(labels["image"], image, "label image")
        expect_equal(set(labels), {"job_object", "pid", "image", "started"}, "labels of a process")
        expect(memory < (sizes[index] + 60) * MIB, f"{sizes[index]} MiB were taken, {memory / MIB:.0f} MiB are shown")
        started = page.value(STARTED, pid=labels["pid"])
        expect_equal(float(labels["started"]), started, "label started")
        expect(begin - 3 <= started <= time.time() + 3, f"started at {started}, asked to at {begin}")
        modes = {found["mode"] for found, _ in page.all(CPU, pid=labels["pid"])}
        known = set() if context.kernel.name == "wine" else {"user", "kernel"}
        expect_equal(modes, known, "modes of processor time")
    expect_equal(page.value("winjob_unreadable_processes", job_object=name), 0, "processes that cannot be read")
    expect_equal(page.value("winjob_series_dropped"), 0, "series that are left out")
    expect("pidfile" not in page.text, "a command line is on the page")
    commits = page.all("winjob_process_memory_commit_bytes", job_object=name)
    context.log(f"committed: {[(labels['pid'], value // MIB) for labels, value in commits]} of {pids(1, 3)}")

    found = json.loads(program.get("/api/v1/jobs").text)["jobs"][0]
    expect_equal({str(process["pid"]) for process in found["processes"]}, pids(1, 3), "processes in the JSON")
    expect_equal({process["image"] for process in found["processes"]}, {image}, "images in the JSON")

    end(context, f"alloc {sizes[1]}")
    page = program.wait_for_page("the next one in the place of the one that ended", are_shown(3, 2))
    expect_equal(page.value("winjob_job_up", job_object=name), 1, "winjob_job_up")
    expect_equal(page.value("winjob_query_errors_total", job_object=name, **{"class": "accounting"}), 0,
                 "queries that failed")


@test("By processor time, the process that works is first, whatever the memory of the others")
def busiest(context):
    works = [("alloc", 64, "sleep", "forever"), ("load", 60, "forever"), ("spin", 1, "sleep", "forever")]
    jobs = [job(context, "busy", works, process_metrics={"top": 1, "by": "cpu"})]
    # Two readings that are far enough apart for a clock that ticks.
    program = context.ready_exporter({"poll_interval": "1h", "max_age": "500ms", "jobs": jobs})
    name = context.name("busy")

    def cpu(page):
        return page.total(CPU, job_object=name) or 0

    if context.kernel.name == "wine":
        program.wait_for_page("a process", lambda page: shown(page, name))
        expect(CPU not in program.page().types, "processor time of processes, which Wine does not tell")
        raise Skip("Wine does not tell the processor time of another process")
    page = program.wait_for_page("the one that works, after the other has rested", lambda page: cpu(page) > 2, 60)
    worker = {pid(context, "busy", 1)}
    expect_equal(shown(page, name), worker, "the process with most processor time")
    read = "winjob_last_poll_timestamp_seconds"  # the clock of the readings
    time.sleep(2)
    later = program.page()
    passed, used = later.value(read) - page.value(read), cpu(later) - cpu(page)
    expect_equal(shown(later, name), worker, "the process with most processor time")
    expect(0.05 * passed <= used <= 1.1 * passed + 0.5, f"a load of 60 % used {used:.2f} s in {passed:.2f} s")


@test("Over the budget whole processes are left out, each job's last ones first; a reload changes it, and the jobs go on")
def budget(context):
    sizes = (60, 40, 20)
    works = [("alloc", size, "sleep", "forever") for size in sizes]
    words = ("left", "right")

    def text(most, **keys):
        jobs = [job(context, word, works, **keys) for word in words]
        return json.dumps({"poll_interval": "200ms", "max_age": "10ms", "series_budget": most, "jobs": jobs})

    path = context.write("budget.yaml", text(100, process_metrics={"top": 3}))
    program = context.ready_exporter(path, flags=["--web.enable-lifecycle"])

    def series(page):
        return {word: sum(len(page.all(family, job_object=context.name(word))) for family in EVERY) for word in words}

    def taken(page):
        # A program has memory of its own, too: what all have together does not tell that the first has taken all of its.
        found = [sorted((value for _, value in page.all(MEMORY, job_object=context.name(word))), reverse=True) for word in words]
        return all(len(values) == 3 and all(value >= size * MIB for value, size in zip(values, sizes)) for values in found)

    page = program.wait_for_page("all six processes, with all their memory", taken, 30)
    each = series(page)["left"] // 3
    context.log(f"series of one process: {each}")
    expect_equal(series(page), {"left": 3 * each, "right": 3 * each}, "series without a limit")

    def reload(content):
        path.write_text(content, encoding="utf-8")
        expect_equal(program.get("/-/reload", "POST", seconds=30).status, 200, "status of the reload")

    reload(text(3 * each + 1, process_metrics={"top": 3}))
    page = program.page()
    expect_equal(series(page), {"left": 2 * each, "right": each}, "series within the budget")
    expect_equal(shown(page, context.name("left")), {pid(context, "left", 0), pid(context, "left", 1)}, "left's first")
    expect_equal(shown(page, context.name("right")), {pid(context, "right", 0)}, "right's first")
    expect_equal(page.value("winjob_series_dropped"), 3 * each, "winjob_series_dropped")
    for _ in range(5):
        time.sleep(0.05)
        program.page()
    told = [line for line in program.log.splitlines() if "left out" in line]
    expect_equal(len(told), 1, f"lines in the log that tell of it: {told}")

    reload(text(100, process_metrics={"top": 1}))
    page = program.page()
    expect_equal(series(page), {"left": each, "right": each}, "series with another number of processes")
    expect_equal(page.value("winjob_series_dropped"), 0, "winjob_series_dropped")
    reload(text(100))
    page = program.page()
    for family in (*EVERY, "winjob_unreadable_processes"):
        expect(family not in page.types, f"nobody asks for {family} any more, and it is on the page")
    for word in words:
        expect_equal(page.value("winjob_active_processes", job_object=context.name(word)), 3, "processes")
        started = page.value("winjob_processes_started_total", job_object=context.name(word))
        expect(started in (3, None), f"{started} processes started: a reload has started some again")
