"""The page: what Prometheus, promtool and other clients get from the program."""

import concurrent.futures
import contextlib
import gzip
import shutil
import socket
import subprocess
import sys
import threading
import time

from checks import Skip, expect, expect_equal, promised, wait_until
from exposition import Page
from harness import test

CONTENT_TYPE = "text/plain; version=0.0.4"


def one_job(context, **settings):
    """A job with one quiet process, polled at nearly every scrape."""
    job = {"name": context.name("quiet"), "start": [{"command": context.workload("sleep", "forever")}],
           "on_exit": "kill", **settings}
    return {"poll_interval": "200ms", "max_age": "50ms", "jobs": [job]}


@test("A real Prometheus scrapes the page without a complaint")
def prometheus_scrapes(context):
    port = context.free_port()
    server = context.prometheus(port)
    context.ready_exporter(one_job(context), port=port)
    server.wait_for('up{job="winjob"}', lambda up: up == 1)
    server.wait_for_scrapes(3)
    job = context.name("quiet")
    expect_equal(server.value(f'winjob_job_up{{job_object="{job}"}}'), 1, "winjob_job_up in Prometheus")
    expect_equal(server.value(f'winjob_active_processes{{job_object="{job}"}}'), 1, "active processes in Prometheus")
    info = wait_until("winjob_job_info in Prometheus", lambda: server.query(f'winjob_job_info{{job_object="{job}"}}'))[0][0]
    expect_equal(info["object"], f"Local\\winjob-{job}", "label object of winjob_job_info")
    expect("exported_job" not in info, "a label of the exporter clashes with one of Prometheus")
    # Prometheus' own counts of what it had to drop; there may be no scrape of itself yet.
    for fault in ("sample_duplicate_timestamp", "sample_out_of_order", "sample_out_of_bounds"):
        server.wait_for(f"prometheus_target_scrapes_{fault}_total", lambda count: count == 0)
    expect(server.value("winjob_exporter_build_info") == 1, "winjob_exporter_build_info is not 1")
    expect(server.value('process_cpu_seconds_total{job="winjob"}') is not None, "process_cpu_seconds_total is missing")
    expect(server.value("winjob_poll_duration_seconds_count") > 0, "winjob_poll_duration_seconds has no observation")
    server.wait_for("winjob_scrape_duration_seconds_count", lambda count: count > 0)  # a page tells of those before it
    age = server.value('timestamp(winjob_job_up) - on() group_left winjob_last_poll_timestamp_seconds')
    expect(-1 < age < 2, f"the last poll was {age} s before the scrape")


@test("promtool check metrics is silent about the page")
def promtool_is_silent(context):
    promtool = shutil.which("promtool")
    if promtool is None:
        raise Skip("there is no promtool program here")
    page = context.ready_exporter(one_job(context)).get().body
    check = subprocess.run([promtool, "check", "metrics"], input=page, capture_output=True, timeout=30, check=False)
    said = (check.stdout + check.stderr).decode(errors="replace")
    expect(check.returncode == 0 and not said, f"promtool ended with {check.returncode} and said: {said}")


OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"


@test("The page comes in the format and coding that a scraper asks for")
def negotiation(context):
    program = context.ready_exporter(one_job(context))
    for accept, kind in (
            (None, CONTENT_TYPE), ("*/*", CONTENT_TYPE), ("text/plain;version=0.0.4", CONTENT_TYPE),
            ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
             "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", OPEN_METRICS),
            ("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
             "text/plain;version=0.0.4;q=0.3,*/*;q=0.2", f"{OPEN_METRICS}; escaping=allow-utf-8")):
        for coding, expected in ((None, None), ("gzip", "gzip"), ("identity", None), ("gzip;q=0", None),
                                 ("deflate, gzip;q=0.5", "gzip")):
            headers = {name: value for name, value in (("Accept", accept), ("Accept-Encoding", coding)) if value}
            answer = program.get(headers=headers)
            expect(answer.headers["Content-Type"].startswith(kind), f"{accept} gave {answer.headers['Content-Type']}")
            expect_equal(answer.headers["Content-Encoding"], expected, f"coding for {coding}")
            expect("Accept-Encoding" in answer.headers["Vary"], "caches are not told what the page depends on")
            body = gzip.decompress(answer.body) if expected else answer.body
            expect_equal(body.endswith(b"\n# EOF\n"), kind.startswith(OPEN_METRICS), f"the end of the page for {accept}")
            expect_equal(body.count(b"\nwinjob_job_up{"), 1, "series of winjob_job_up")
            expect(b"_created" not in body, "a series of Prometheus for each counter that nobody asked for")


@test("Python's Prometheus client reads both formats")
def python_client(context):
    if "/usr/lib/python3/dist-packages" not in sys.path:  # Debian's, when another Python stands before its own
        sys.path.append("/usr/lib/python3/dist-packages")
    try:
        from prometheus_client import parser
        from prometheus_client.openmetrics import parser as strict_parser
    except ImportError as error:
        raise Skip(f"the Python module prometheus_client is not here: {error}") from None
    name = "quote\" backslash\\ line\n \u00e9\u20ac\U0001f427 " + "x" * 150
    config = one_job(context, object="Local\\" + context.name("named"))
    config["jobs"][0]["name"] = name
    program = context.ready_exporter(config)
    text = list(parser.text_string_to_metric_families(program.get().text))
    accept = {"Accept": "application/openmetrics-text"}
    strict = list(strict_parser.text_string_to_metric_families(program.get(headers=accept).text))
    expect_equal(len(text), len(strict), "families in both formats")
    for families in (text, strict):
        samples = [sample for family in families for sample in family.samples]
        keys = {(sample.name, frozenset(sample.labels.items())) for sample in samples}
        expect_equal(len(keys), len(samples), "different series")
        up = [sample for sample in samples if sample.name == "winjob_job_up"]
        expect_equal([(sample.labels, sample.value) for sample in up], [({"job_object": name}, 1)], "winjob_job_up")
    units = {family.name: family.unit for family in strict}
    expect_equal(units["process_cpu_seconds"], "seconds", "the unit of process_cpu_seconds")


@test("Every endpoint answers with its status, type and body, to GET and to HEAD")
def endpoints(context):
    program = context.ready_exporter(one_job(context))
    for path, kind, content in (("/metrics", CONTENT_TYPE, "winjob_job_up{"), ("/", "text/html", 'href="/metrics"'),
                                ("/-/healthy", "text/plain", "healthy"), ("/-/ready", "text/plain", "ready"),
                                ("/health", "application/json", '{"status":"ok"}'), ("/version", "application/json", '"version":'),
                                ("/config", "text/yaml", "jobs:"), ("/api/v1/jobs", "application/json", '"jobs":')):
        got, head = program.get(path), program.get(path, "HEAD")
        expect_equal((got.status, head.status), (200, 200), f"status of GET and HEAD {path}")
        expect(got.headers["Content-Type"].startswith(kind), f"{path} is {got.headers['Content-Type']}, not {kind}")
        expect(got.body and content in got.text, f"{path} lacks {content!r}: {got.text[:300]!r}")
        expect_equal(head.body, b"", f"body of HEAD {path}")
        expect_equal(head.headers["Content-Type"], got.headers["Content-Type"], f"type of HEAD {path}")
    for path, method, status in (("/nothing", "GET", 404), ("/nothing", "HEAD", 404), ("/metrics/x", "GET", 404),
                                 ("/metrics", "POST", 405), ("/metrics", "PUT", 405), ("/metrics", "DELETE", 405),
                                 ("/config", "POST", 405), ("/-/reload", "GET", 405), ("/-/reload", "POST", 403),
                                 ("/-/healthy", "POST", 405), ("/metrics?a=b", "GET", 200)):
        expect_equal(program.get(path, method, body=b"" if method in ("POST", "PUT") else None).status, status,
                     f"status of {method} {path}")
    expect("there are /," in program.get("/nothing").text, "404 does not say what there is")
    expect(program.get("/metrics", "POST", body=b"").headers["Allow"], "405 without the header Allow")
    expect_equal(program.get().status, 200, "status of /metrics after all this")


@test("Another path for the metrics can be chosen")
def telemetry_path(context):
    program = context.ready_exporter(one_job(context), flags=["--web.telemetry-path=/other"])
    expect_equal((program.get("/other").status, program.get("/metrics").status), (200, 404), "status of both paths")
    expect('href="/other"' in program.get("/").text, "the landing page does not lead to the chosen path")


@test("The page begins anew at each scrape and its counters never fall")
def counters_never_fall(context):
    config = one_job(context, start=[{"command": context.workload("spawn", 2, 0.01, "spin", 0.01, "loop")}])
    program = context.ready_exporter(config)
    before = program.page()
    for _ in range(20):
        after = program.page()
        expect(before.types == after.types, "the families changed between two scrapes")
        for key, value in before.samples.items():
            if key[0].endswith(("_total", "_count", "_sum", "_bucket")):
                expect(key in after.samples, f"{key} vanished between two scrapes")
                expect(after.samples[key] >= value, f"{key} fell from {value} to {after.samples[key]}")
        before = after


@test("A scraper's timeout is read, and nonsense for it does no harm")
def timeout_header(context):
    program = context.ready_exporter(one_job(context))
    expect_equal(program.get("/metrics", headers={"X-Prometheus-Scrape-Timeout-Seconds": "10"}).status, 200, "a scrape with time")
    for text in ("", "abc", "-1", "0", "1e400", "nan"):
        expect_equal(program.get("/metrics", headers={"X-Prometheus-Scrape-Timeout-Seconds": text}).status, 200, f"a timeout of {text!r}")


@test("20 clients at once all get the whole page, and share the readings of the jobs")
def concurrent_clients(context):
    age = 0.02
    program = context.ready_exporter({**one_job(context), "poll_interval": "1h", "max_age": f"{age * 1000:.0f}ms"})
    first = program.page()
    families = first.types
    begin = time.monotonic()
    start = threading.Barrier(20)

    def client(_):
        start.wait()
        return [program.get(seconds=20) for _ in range(10)]

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = [answer for answers in pool.map(client, range(20)) for answer in answers]
    expect_equal({answer.status for answer in answers}, {200}, "statuses of 200 scrapes by 20 clients")
    for answer in answers:
        expect_equal(Page(answer.text).types, families, "families of a page among 20 clients")
    count = "winjob_poll_duration_seconds_count"
    polls = program.page().value(count) - first.value(count)
    most = (time.monotonic() - begin) / age + 1
    context.log(f"{polls:.0f} readings for {len(answers)} scrapes")
    expect(polls <= most, f"{polls:.0f} readings of the jobs, where {most:.1f} keep them young enough")


@test("Clients that send half a request or read half an answer do no harm")
def rude_clients(context):
    program = context.ready_exporter(one_job(context))
    held = []
    try:
        for words in (b"GET /metrics HT", b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", b"\0\1\2\r\n\r\n", b""):
            rude = socket.create_connection(("127.0.0.1", program.port), timeout=5)
            rude.sendall(words)
            held.append(rude)
        held[1].recv(10)
        # A reset instead of a farewell.
        held[1].setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        held.pop(1).close()
        for _ in range(5):
            expect_equal(program.get().status, 200, "status of a scrape beside rude clients")
    finally:
        for rude in held:
            rude.close()
    expect_equal(program.get().status, 200, "status of a scrape after rude clients")
    expect(program.running(), "")


@test("A request to stop ends the program cleanly within 2 s while it is being scraped")
def stop_while_busy(context):
    def attempt(how):
        program = context.ready_exporter(one_job(context))
        ended = threading.Event()
        scraped = threading.Semaphore(0)

        def scrape(program=program, ended=ended, scraped=scraped):
            while not ended.is_set():
                try:
                    program.get()
                    scraped.release()
                except OSError:
                    ended.wait(0.01)  # it has gone, or is about to

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            clients = [pool.submit(scrape) for _ in range(4)]
            try:
                for _ in range(20):
                    expect(scraped.acquire(timeout=60), "the clients get no answers")
                seconds = program.stop(how)
            finally:
                ended.set()
            for client in clients:
                client.result(60)
        wait_until("the port to be free", lambda: _refused(program.port))
        return seconds

    for how in context.kernel.stop_signals:
        seconds = promised("a stop under scrapes", 2, lambda how=how: attempt(how))
        context.log(f"stopped by {how.name} in {seconds:.2f} s")


@test("A request to stop ends the program cleanly within 2 s though clients hold idle connections")
def stop_while_idle(context):
    def attempt(how):
        program = context.ready_exporter(one_job(context))
        with contextlib.ExitStack() as held:
            for words in (b"", b"GET /metrics HT", b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"):
                idle = held.enter_context(socket.create_connection(("127.0.0.1", program.port), timeout=5))
                idle.sendall(words)
            idle.recv(10)
            return program.stop(how)

    for how in context.kernel.stop_signals:
        seconds = promised("a stop beside idle clients", 2, lambda how=how: attempt(how))
        context.log(f"stopped by {how.name} in {seconds:.2f} s")


def _refused(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False
