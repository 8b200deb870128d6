"""Hogs in jobs with limits, beside a neighbour without any, on the real kernel: each is held, told of and counted."""

import time

from checks import Skip, expect, expect_equal, wait_until
from harness import test
from tests_alerts import QUICK, Pager

CORES = 0.2
RATE = 1 << 20  # bytes of a second
CRAMPED = 6  # processes
BOMB = "i=0; while [ $i -lt 40 ]; do sleep 600 & i=$((i+1)); done"


class Watch:
    """Two pages, and what passed between them by the clock of the readings."""

    def __init__(self, program):
        self._program = program
        self.begin()

    def begin(self):
        self._asked = time.monotonic()
        self._first = self._program.page()

    def rate(self, family, job):
        """What grew by the second, for how many seconds, and what it was at the least: a job is read before the time is
        taken, and the page may be older than the request for it."""
        last = self._program.page()
        most = time.monotonic() - self._asked + 0.1
        seconds = last.value("winjob_last_poll_timestamp_seconds") - self._first.value("winjob_last_poll_timestamp_seconds")
        grown = last.total(family, job_object=job) - self._first.total(family, job_object=job)
        return (grown / seconds if seconds > 0 else 0.0), seconds, grown / most


@test("Hogs of processor, memory, processes and disk are held to their limits, and their neighbour has what it had")
def hogs(context):
    if context.kernel.name != "linux":
        raise Skip("only Linux holds limits here; Windows does, Wine does not")
    port, name = context.free_port(), context.name
    file = context.directory / "hog"

    def job(word, command, **keys):
        again = {"policy": "always", "backoff": "1s", "max_backoff": "1s"}
        return {"name": name(word), "on_exit": "kill", "start": [{"command": command, "restart": again}], **keys}

    write = f"dd if=/dev/zero of={file} bs=64k count=4096 oflag=direct 2>/dev/null"
    program = context.ready_exporter({**QUICK, "jobs": [
        job("processor", context.workload("load", 100, "forever"), limits={"cpu": {"cores": CORES}}),
        job("memory", context.workload("sleep", 1, "alloc", 200, "sleep", "forever"), limits={"job_memory": "32MiB"}),
        job("processes", ["/bin/sh", "-c", f"({BOMB}); exec sleep 600"], limits={"active_processes": CRAMPED}),
        job("disk", ["/bin/sh", "-c", write], notify={"write_bytes": "2MiB"},
            limits={"io": [{"volume": str(context.directory), "bandwidth": f"{RATE}B/s"}]}),
        job("neighbour", context.workload("children", 9, "alloc", 64, "load", 5, "forever")),
    ]}, port=port)
    if program.level() != "full":
        raise Skip(f"level {program.level()} of Linux holds no limits")
    pager = Pager(context, port)

    watch = Watch(program)

    def held():
        """Within 3 % of the cap, once the machine leaves it so much."""
        cores, seconds, least = watch.rate("winjob_cpu_seconds_total", name("processor"))
        expect(seconds < 6 or least <= CORES * 1.03, f"{least:.3f} cores in {seconds:.1f} s, and {CORES} are allowed")
        if seconds > 6 and cores < CORES * 0.97:
            watch.begin()
        return seconds > 5 and cores >= CORES * 0.97 and (cores, seconds)

    cores, seconds = wait_until("the hog to get what its cap allows", held, 180)
    context.log(f"{cores / CORES:.3f} of the cap in {seconds:.1f} s")

    page = program.wait_for_page("the memory hog's end to be the limit's", lambda page: (
        page.value("winjob_process_exits_total", job_object=name("memory"), result="limit") or 0) >= 2)
    for result in ("ok", "crash", "unknown"):
        expect_equal(page.value("winjob_process_exits_total", job_object=name("memory"), result=result), 0, f"exits, {result}")
    for word, event in (("memory", "job_memory_limit"), ("processes", "active_process_limit"), ("disk", "notification_limit")):
        program.wait_for_page(f"{event} of {word}", lambda page, word=word, event=event: (
            page.value("winjob_notifications_total", job_object=name(word), event=event) or 0) >= 1)
    # The shell that could not fork has ended; the one around it is a member.
    expect_equal(program.page().value("winjob_active_processes", job_object=name("processes")), CRAMPED - 1, "processes of the bomb")

    for alert, word in (("WinjobCpuCapped", "processor"), ("WinjobProcessesKilledByLimit", "memory"),
                        ("WinjobLimitViolated", "disk")):
        pager.expect("firing", alert, job_object=name(word))
    disk = Watch(program)
    written, seconds, least = wait_until("the disk hog to have had its time", lambda: (
        (found := disk.rate("winjob_write_bytes_total", name("disk")))[1] > 4 and found), 30)
    context.log(f"the disk hog writes {written / RATE:.2f} of its limit in {seconds:.1f} s")
    expect(0 < least <= RATE * 1.1, f"{least:,.0f} bytes a second, and {RATE:,} are allowed")

    page = program.page()
    expect_equal(page.value("winjob_active_processes", job_object=name("neighbour")), 10, "processes of the neighbour")
    expect_equal(page.value("winjob_processes_terminated_total", job_object=name("neighbour")), 0, "those that a limit ended")
    expect(page.value("winjob_memory_commit_bytes", job_object=name("neighbour")) >= 64 << 20, "the neighbour's memory is not its own")
    wait_until("the neighbour to get the share that it asks for", lambda: (
        disk.rate("winjob_cpu_seconds_total", name("neighbour"))[0] >= 0.04), 60)
    program.stop()
