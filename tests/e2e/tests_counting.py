"""What the kernel counts comes out of Prometheus as the numbers that the test knows."""

from checks import Skip, expect, expect_equal, wait_until
from harness import test


def one_job(context, *steps):
    """A job whose one process runs these steps. They begin with a pause, so that Prometheus has seen it idle."""
    job = {"name": context.name("counted"), "start": [{"command": context.workload("sleep", 10, *steps)}],
           "on_exit": "kill"}
    return {"poll_interval": "200ms", "max_age": "50ms", "jobs": [job]}


def scraped(context, config):
    """(exporter, Prometheus): one scrapes the other before the job of this configuration begins to work."""
    port = context.free_port()
    server = context.prometheus(port)
    return context.ready_exporter(config, port=port), server


def series(context, family, **labels):
    pairs = {"job_object": context.name("counted"), **labels}
    return family + "{" + ",".join(f'{name}="{value}"' for name, value in pairs.items()) + "}"


def expect_rising(values, what):
    expect(all(a <= b for a, b in zip(values, values[1:])), f"{what} fell: {values}")


@test("500 children that live about 20 ms raise processes started by exactly 500, and new_process too")
def short_children(context):
    program, server = scraped(context, one_job(context, "spawn", 500, 0.02, "sleep", "forever"))
    if program.level() == "process":
        raise Skip("this kernel cannot count processes at level process")
    started = series(context, "winjob_processes_started_total")
    reported = series(context, "winjob_notifications_total", event="new_process")
    ended = series(context, "winjob_notifications_total", event="exit_process")
    exits = [series(context, "winjob_process_exits_total", result=result) for result in ("ok", "unknown")]
    active = series(context, "winjob_active_processes")
    server.wait_for(started, lambda value: value == 1)
    server.wait_for(started, lambda value: value >= 501, 900)
    server.wait_for(active, lambda value: value == 1)
    server.wait_for(ended, lambda value: value >= 500)
    server.wait_for_scrapes(2)

    for what in (started, reported):
        values = server.values(what)
        expect_rising(values, what)
        expect(values[0] <= 1, f"{what} in the first scrape, with the starting process alone, is {values[0]}")
        expect_equal(values[-1], 501, f"{what} in the last scrape")
    expect_equal(server.values(ended)[-1], 500, "exit_process notifications")
    known = [server.values(selector)[-1] for selector in exits]
    context.log(f"exits with code 0, and without a known code: {known}")
    # No handle can be had to a child that is gone before its message comes; on Linux the message has the code.
    allowed = [known] if context.kernel.name == "wine" else [[500, 0], [0, 0]]
    expect(sum(known) in (0, 500) and known in allowed, f"exits of 500 children, by ok and unknown: {known}")
    seen = max(server.values(active))
    context.log(f"scrapes saw at most {seen:.0f} processes at once, and {len(server.values(started))} scrapes all in all")


@test("A child that spins 1.0 s raises CPU seconds by 1.0 +- 0.1")
def cpu_seconds(context):
    if context.kernel.name == "wine":
        raise Skip("Wine does not count the processor time of a job (that the series is absent is another test)")
    program, server = scraped(context, one_job(context, "spin", "1.0", "sleep", "forever"))
    parts = {mode: series(context, "winjob_cpu_seconds_total", mode=mode) for mode in ("user", "kernel")}
    total = f"sum({series(context, 'winjob_cpu_seconds_total')})"
    idle = server.wait_for(total, lambda value: value < 0.5)
    server.wait_for(total, lambda value: value >= idle + 0.9)
    server.wait_for_scrapes(3)
    values = {mode: server.values(selector) for mode, selector in parts.items()}
    for mode, selector in parts.items():
        expect_rising(values[mode], selector)
    rise = {mode: found[-1] - found[0] for mode, found in values.items()}
    context.log(f"CPU seconds: user +{rise['user']:.3f}, kernel +{rise['kernel']:.3f} (level {program.level()})")
    expect(0.9 <= sum(rise.values()) <= 1.1, f"1.0 s of spinning raised the CPU seconds by {rise}")
    expect(rise["user"] > rise["kernel"], f"spinning is work of user mode, but the CPU seconds rose by {rise}")


# Families of a job that a kernel cannot know, by kernel and level. An absent value is an absent series.
ALL_IO = tuple(f"winjob_{kind}_{unit}_total" for kind in ("read", "write", "other") for unit in ("operations", "bytes"))
UNKNOWN = {
    ("linux", "full"): ("winjob_other_operations_total", "winjob_other_bytes_total"),
    ("linux", "core"): ALL_IO,
    ("linux", "process"): ("winjob_processes_started_total",),
    ("wine", "core"): ("winjob_cpu_seconds_total", "winjob_page_faults_total", "winjob_processes_terminated_total",
                       *ALL_IO),
    ("windows", "full"): (),
}


@test("What the kernel cannot count is absent from the page, and the rest is there")
def absent_series(context):
    program = context.ready_exporter(one_job(context, "sleep", "forever"))
    page, job = program.page(), context.name("counted")
    place = (context.kernel.name, program.level())
    context.log(f"kernel and level: {place}")
    unknown = UNKNOWN[next(known for known in UNKNOWN if known == place or known[0] == place[0] == "wine")]
    everything = {"winjob_cpu_seconds_total", "winjob_page_faults_total", "winjob_processes_started_total",
                  "winjob_active_processes", "winjob_processes_terminated_total", *ALL_IO}
    there = {family for family in everything if page.all(family, job_object=job)}
    context.log("absent: " + " ".join(sorted(everything - there)))
    expect(not there & set(unknown), f"on the page though unknown here: {sorted(there & set(unknown))}")
    known = {"winjob_active_processes"} if "process" in place else {"winjob_active_processes",
                                                                   "winjob_processes_started_total"}
    known |= {"winjob_cpu_seconds_total"} - set(unknown)
    expect(known <= there, f"missing from the page: {sorted(known - there)}")


@test("Start, end and emptiness of a job's processes are counted as notifications")
def notifications(context):
    program, server = scraped(context, one_job(context, "spawn", 3, 0.1, "exit", 7))
    events = {name: series(context, "winjob_notifications_total", event=name)
              for name in ("exit_process", "active_process_zero")}
    server.wait_for(series(context, "winjob_active_processes"), lambda value: value == 0)
    server.wait_for(events["active_process_zero"], lambda value: value == 1)
    wait_until("a log line that tells that the command ended with 7",
               lambda: program.records(msg="a started command has ended", exit_code="7"))
    if program.level() == "process":
        raise Skip("level process: starts and ends of single processes are unknown (emptiness was seen)")
    server.wait_for(events["exit_process"], lambda value: value == 4)
    expect_equal(server.value(series(context, "winjob_notifications_total", event="new_process")), 4,
                 "new_process notifications")
