"""Clients that mean no good, or that are broken: a scrape beside them answers as ever, and nothing grows or stays."""

import concurrent.futures
import contextlib
import os
import random
import socket
import statistics
import threading
import time

from checks import expect, expect_equal, wait_until
from harness import test

HEAD = b"GET /metrics HTTP/1.1\r\nHost: a\r\n"


def served(context, *flags):
    return context.ready_exporter({"poll_interval": "1s", "max_age": "200ms", "jobs": [
        {"name": context.name("job"), "on_exit": "kill", "start": [{"command": context.workload("sleep", "forever")}]}]}, flags=list(flags))


def connect(port, seconds=30.0):
    return socket.create_connection(("127.0.0.1", port), timeout=seconds)


def answer(client):
    """All that comes until the server closes."""
    got = b""
    with contextlib.suppress(OSError):
        while block := client.recv(65536):
            got += block
    return got


def scrape_times(program, count):
    times = []
    for _ in range(count):
        begin = time.monotonic()
        expect_equal(program.get("/metrics", seconds=30).status, 200, "a scrape")
        times.append(time.monotonic() - begin)
    return times


def expect_usual(program, usual, what):
    """Scrapes take what they took alone: far less than the five seconds that a waiting client may take."""
    beside = statistics.median(scrape_times(program, 15))
    expect(beside < max(10 * usual, 1.0), f"{what}: a scrape took {beside:.3f} s, alone {usual:.3f} s")
    return beside


def scraped_beside(context, program, what):
    """Rounds in which a test does its worst, and in which a scraper gets its answers as fast as ever."""
    usual, times, rounds, over = statistics.median(scrape_times(program, 15)), [], 0, threading.Event()

    def scrape():
        while not over.is_set():
            times.extend(scrape_times(program, 1))

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        scraper = pool.submit(scrape)
        try:
            while not scraper.done() and (rounds < 3 or len(times) < 25):
                yield
                rounds += 1
        finally:
            over.set()
        scraper.result(60)
    beside = statistics.median(times)
    context.log(f"{what}: alone {usual * 1000:.1f} ms, in {rounds} rounds {len(times)} times {beside * 1000:.1f} ms")
    expect(beside < max(10 * usual, 1.0), f"{what}: a scrape took {beside:.3f} s, alone {usual:.3f} s")


def open_connections(program):
    return program.page().value("winjob_http_connections")


def resident(program):
    return program.page().value("process_resident_memory_bytes") / (1 << 20)


@test("64 clients that send a byte a second do not delay a scrape, and are cut off")
def slow_clients(context):
    program = served(context)
    usual = statistics.median(scrape_times(program, 15))
    before = resident(program)
    clients, ended, stop = [connect(program.port) for _ in range(64)], [], threading.Event()

    def dribble(client):
        text = HEAD + b"X-Slow: " + b"a" * 10000
        with contextlib.suppress(OSError):
            for i in range(len(text)):
                client.send(text[i:i + 1])
                if stop.wait(1):
                    break
                client.setblocking(False)
                try:
                    if client.recv(4096) is not None:
                        ended.append(client)
                        return
                except BlockingIOError:
                    pass
                client.setblocking(True)
        ended.append(client)

    threads = [threading.Thread(target=dribble, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    try:
        context.log(f"alone {usual * 1000:.1f} ms, beside them {expect_usual(program, usual, '64 slow clients') * 1000:.1f} ms")
        expect(resident(program) - before < 32, f"resident memory grew from {before:.1f} to {resident(program):.1f} MiB")
        wait_until("all of them cut off", lambda: len(ended) == len(clients), 60)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        for client in clients:
            client.close()
    wait_until("their connections freed", lambda: open_connections(program) <= 2)
    program.stop(seconds=10)


@test("64 clients that read a byte a second do not delay a scrape, and are cut off")
def slow_readers(context):
    program = served(context)
    usual = statistics.median(scrape_times(program, 15))
    before = resident(program)
    clients, stop = [], threading.Event()

    def sip():
        while not stop.wait(1):
            for client in clients:
                with contextlib.suppress(OSError):
                    client.recv(1)

    reader = threading.Thread(target=sip)
    try:
        for _ in range(64):
            client = socket.socket()
            clients.append(client)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(10)
            client.connect(("127.0.0.1", program.port))
            client.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                client.send((HEAD + b"\r\n") * 1000)  # more answers than the system keeps for one who does not take them
        reader.start()
        expect(open_connections(program) > 60, "the slow readers were gone before they could delay anything")
        beside = expect_usual(program, usual, "64 slow readers")
        context.log(f"alone {usual * 1000:.1f} ms, beside them {beside * 1000:.1f} ms")
        wait_until("all of them cut off", lambda: open_connections(program) <= 2, 60)
        expect(resident(program) - before < 64, f"resident memory grew from {before:.1f} to {resident(program):.1f} MiB")
    finally:
        stop.set()
        if reader.is_alive():
            reader.join()
        for client in clients:
            client.close()
    program.stop(seconds=10)


@test("A thousand connections, idle or slow to read, leave room for a scrape, and go")
def thousand(context):
    program = served(context)
    usual = statistics.median(scrape_times(program, 15))
    before = resident(program)
    clients = []
    try:
        for number in range(1000):
            client = connect(program.port)
            clients.append(client)
            if number % 2:
                client.send(HEAD + b"\r\n")  # and never reads the answer
        beside = expect_usual(program, usual, "a thousand connections")
        context.log(f"alone {usual * 1000:.1f} ms, beside them {beside * 1000:.1f} ms; "
                    f"{open_connections(program):.0f} open, {resident(program) - before:.1f} MiB more")
        expect(open_connections(program) <= 512, f"{open_connections(program)} connections are open")
        expect(resident(program) - before < 128, f"resident memory grew from {before:.1f} to {resident(program):.1f} MiB")
    finally:
        for client in clients:
            client.close()
    wait_until("their connections freed", lambda: open_connections(program) <= 2)
    program.stop(seconds=10)


@test("More requests at once than may be under way all get their answer, one after the other")
def burst(context):
    program = served(context, "--web.max-requests=2")
    good, busy = b"HTTP/1.1 200 OK", b"HTTP/1.1 503 Service Unavailable"
    for _ in range(5):
        clients = [connect(program.port) for _ in range(200)]
        begin = time.monotonic()
        for client in clients:
            client.sendall(HEAD + b"Connection: close\r\n\r\n")
        found = {answer(client).split(b"\r\n")[0] for client in clients}
        if found == {good}:
            break
        # After a second in the queue a request is refused: a machine that stood still for so long has to do it again.
        seconds = time.monotonic() - begin
        expect(found <= {good, busy} and seconds > 0.9, f"200 requests at once got {found} within {seconds:.2f} s")
    expect_equal(found, {good}, "what 200 requests at once get")
    program.stop(seconds=10)


@test("Heads of 2 GB and of no end are refused after 16 KiB, and cost nothing")
def endless(context):
    program = served(context)
    before = resident(program)
    for _ in scraped_beside(context, program, "heads without an end"):
        for begin, block in ((HEAD + b"X: ", b"a" * 65536), (HEAD, b"a: b\r\n" * 8192), (b"GET /", b"a" * 65536), (b"", b"A" * 65536)):
            client = connect(program.port)
            sent = 0
            try:
                client.sendall(begin)
                while sent < 2 << 30:
                    sent += client.send(block)
            except OSError:
                pass
            expect(sent < 64 << 20, f"{sent >> 20} MiB of a head were taken")
            client.close()
    client = connect(program.port)
    client.sendall(HEAD + b"X: " + b"a" * 16400)
    expect(answer(client).startswith(b"HTTP/1.1 431 "), "a head of 16 KiB and a bit")
    client = connect(program.port)
    client.sendall(b"POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 2147483648\r\n\r\n")
    expect(answer(client).startswith(b"HTTP/1.1 413 "), "a body of 2 GB")
    grown = resident(program) - before
    expect(grown < 32, f"resident memory grew by {grown:.1f} MiB")
    wait_until("the connections freed", lambda: open_connections(program) <= 2)
    program.stop(seconds=10)


@test("Requests that are cut, joined, piled up or no requests at all get what they deserve")
def pieces(context):
    program = served(context)
    for _ in scraped_beside(context, program, "broken requests"):
        send_pieces(program)
    wait_until("the connections freed", lambda: open_connections(program) <= 2)
    program.stop(seconds=10)


def send_pieces(program):
    for at in (1, 3, 16, len(HEAD) - 1, len(HEAD), len(HEAD) + 1):
        client = connect(program.port)
        client.sendall((HEAD + b"\r\n")[:at])
        client.close()
    client = connect(program.port)
    for i in range(len(HEAD)):
        client.sendall(HEAD[i:i + 1])
    client.sendall(b"Connection: close\r\n\r\n")
    expect(answer(client).startswith(b"HTTP/1.1 200 "), "a request in pieces")

    client = connect(program.port)
    client.sendall(b"GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n" * 100 + b"GET /-/ready HTTP/1.0\r\n\r\nGARBAGE")
    got = answer(client)
    expect_equal((got.count(b"HTTP/1.1 200 OK\r\n"), got.count(b"\r\n\r\nhealthy\n"), got.count(b"\r\n\r\nready\n")), (101, 100, 1), "answers to 101 requests at once")

    for text, status in ((b"GARBAGE\r\n\r\n", 400), (b"\x00\x01\x02\x03", 400), (b"GET / HTTP/1.1\r\n\r\n", 400), (b"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505),
                         (b"GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 400), (b"\r\nGET /none HTTP/1.0\r\n\r\n", 404),
                         (b"PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501),
                         (b"POST / HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc", 405), (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)):
        client = connect(program.port)
        client.sendall(text)
        expect(answer(client).startswith(b"HTTP/1.1 %d " % status), f"{text!r} should get {status}")

    source = random.Random(20260725)
    for _ in range(200):
        client = connect(program.port)
        with contextlib.suppress(OSError):
            client.sendall(bytes(source.choices(b"GET /metrics HTTP/1.\r\n\r\n:\x00\xff %?", k=source.randrange(400))))
            if source.random() < 0.5:
                client.shutdown(socket.SHUT_WR)
        client.close()


@test("Clients that ask and go before the answer leave nothing behind")
def gone(context):
    program = served(context)
    for _ in scraped_beside(context, program, "clients that go"):
        for _ in range(300):
            client = connect(program.port)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # closes with a reset
            client.sendall(HEAD + b"\r\n")
            client.close()
    wait_until("the connections freed", lambda: open_connections(program) <= 2)
    if context.kernel.name == "linux":
        sockets = [name for name in os.listdir(f"/proc/{program.pid}/fd") if readlink(program.pid, name).startswith("socket:")]
        expect(len(sockets) <= 5, f"{len(sockets)} sockets are open")
    program.stop(seconds=10)


def readlink(pid, name):
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/{pid}/fd/{name}")
    return ""
