"""The words that tests check with, and waiting with a bound."""

import contextlib
import os
import signal
import time
import traceback

# How many times longer than usual to wait, on machines that are slow by nature.
PATIENCE = float(os.environ.get("WINJOB_E2E_PATIENCE", "1"))


class Failure(Exception):
    """What a test claims is not so."""


class Skip(Exception):
    """This test cannot run here; the text says why."""


def expect(condition, why):
    if not condition:
        raise Failure(why)


def expect_equal(actual, expected, what):
    expect(actual == expected, f"{what}: expected {expected!r}, got {actual!r}")


def promised(what, seconds, attempt, tries=3):
    """Calls `attempt`, which returns how many seconds something took, until that is as short as promised. What else a
    machine does has its turns meanwhile and makes it longer, never shorter: the best tells."""
    times = []
    while not times or min(times) > seconds:
        expect(len(times) < tries, f"{what} took {', '.join(f'{time:.2f}' for time in times)} s; {seconds:g} s are promised")
        times.append(attempt())
    return min(times)


def wait_until(what, probe, seconds=15.0):
    """Calls `probe` until it returns something true, and returns that. A probe may raise OSError meanwhile."""
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        try:
            last = probe()
            if last:
                return last
        except OSError as error:
            last = error
        expect(time.monotonic() < deadline, f"waited {seconds * PATIENCE:g} s in vain for {what}; last: {last!r}")
        time.sleep(0.05)


@contextlib.contextmanager
def bounded(seconds, again=60.0):
    """Fails whatever the block is at when its time is over, a wait that has no bound of its own too, and says where it
    was. What it does then, such as cleaning up, has `again` seconds until the same happens to it."""
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return
    begun = time.monotonic()

    def over(_number, frame):
        where = "".join(traceback.format_stack(frame, 8))
        raise Failure(f"it has taken {time.monotonic() - begun:.0f} s, more than {seconds:g}, and is at\n{where}")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds, again)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
