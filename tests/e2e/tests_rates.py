"""What a real Prometheus makes of totals that wrap in the kernel, and of jobs that are made again: rates without a spike."""

import threading
import time

from checks import expect, expect_equal
from harness import test
from tests_limits import Directed

INVALID_HANDLE = 6  # ERROR_INVALID_HANDLE: the object is there no more
WINDOW, TOLERANCE = 10, 3  # of rates, in seconds; what a machine that stands still may add. A spike is 800 times as much
PULSE, FAULTS = 0.1, 50_000
RATE = FAULTS / PULSE  # nothing here has more, by the second


class Feeder:
    """Gives jobs page faults at a pace that is never above RATE, and counts them."""

    def __init__(self, *jobs):
        self.fed = 0
        self._jobs, self._end = jobs, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def _run(self):
        while not self._end.wait(PULSE):
            self.fed += FAULTS
            for job in self._jobs:
                job.do("fault", FAULTS)


def faults(job):
    return f'winjob_page_faults_total{{job_object="{job.name}"}}'


def greatest_rate(server, job):
    return server.value(f"max_over_time(rate({faults(job)}[{WINDOW}s])[5m:1s])")


def expect_no_spike(context, server, job, what):
    greatest = greatest_rate(server, job)
    context.log(f"{what}: at most {greatest:,.0f} faults a second, of {RATE:,.0f}")
    expect(greatest <= RATE * (1 + TOLERANCE), f"{what} shows as {greatest:,.0f} faults a second, where there are {RATE:,.0f}")
    expect(greatest >= RATE / 4, f"{what}: Prometheus has seen but {greatest:,.0f} faults a second")


@test("Page faults that wrap at 32 bits, and a job that is made again, give no spike in a rate of Prometheus")
def no_spike(context):
    # The second job's kernel object goes with its last handle: with on_exit: release its command would keep the name.
    wrapping, again = Directed(context, "wrapping"), Directed(context, "again", on_exit="kill")
    near_the_wrap, far_from_it = 2**32 - 40 * FAULTS, 3 * 10**9
    wrapping.do("fault", near_the_wrap)
    again.do("fault", far_from_it)
    for job, amount in ((wrapping, near_the_wrap), (again, far_from_it)):
        job.program.wait_for_page("the page faults until here", lambda page, job=job, amount=amount: page.value(
            "winjob_page_faults_total", job_object=job.name) == amount)
    server = context.prometheus(wrapping.port, again.port)
    with Feeder(wrapping, again) as feeder:
        server.wait_for(faults(wrapping), lambda value: value > 2**32 + 60 * FAULTS, 60)
        before = server.value(faults(again))
        expect(before > far_from_it, f"page faults of the job before it is made again: {before}")
        again.do("fail_queries", INVALID_HANDLE, 1)
        server.wait_for(faults(again), lambda value: 0 < value < far_from_it, 20)
        time.sleep(WINDOW)  # a spike would be in each window that has the moment in it
    expect_no_spike(context, server, wrapping, "the wrap")
    expect_no_spike(context, server, again, "the new job")
    for job, times in ((wrapping, 0), (again, 1)):
        expect_equal(server.value(f"resets({faults(job)}[5m])"), times, f"beginnings of {faults(job)}")
    page = wrapping.program.wait_for_page("all page faults", lambda page: page.value(
        "winjob_page_faults_total", job_object=wrapping.name) == near_the_wrap + feeder.fed)
    expect_equal(page.value("winjob_regressions_total", job_object=wrapping.name), 0, "totals that were withheld")
