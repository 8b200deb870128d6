"""--web.config.file: what is refused at the start, and users, headers and limits while the program runs."""

import json
import os
import subprocess
import time

import curl
from checks import expect, expect_equal, wait_until
from harness import test

# Hashes of the password "geheim" at cost 4, one of each kind.
HASHES = {"$2y$": "$2y$04$YJLWY/nHTgDqkxb33qYPr.LU7sI5sD/dlzqMPCv50Uaog8ISdOdCC",
          "$2a$": "$2a$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.",
          "$2b$": "$2b$04$ABCDEFGHIJKLMNOPQRSTUum4R9i/YKG40ol4B8aZ/tNCVo6cXT3.2"}
HASH = HASHES["$2y$"]
USERS = f"basic_auth_users:\n  alice: {HASH}\n"


def serving(context, web, *flags, **options):
    """An exporter with this web configuration, which listens. Its file is the second value."""
    path = context.write("web.yml", web)
    program = context.exporter({"jobs": []}, flags=[f"--web.config.file={context.kernel.path(path)}", *flags], **options)
    program.wait_until_listening()
    return program, path


def replace(path, text):
    """Writes a file as an editor that is careful does: all at once."""
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


BAD = [
    ("not YAML", "tls_server_config: [", ":2:1: ", "not valid YAML"),
    ("a list", "- a", ":1:1: ", "must be a map"),
    ("an unknown key", "rate_limit: {}\ntls_server_confg: {}", ":2:1: ", 'did you mean "tls_server_config"?'),
    ("an unknown key of TLS", "tls_server_config:\n  cert_file: a\n  key_file: b\n  ciphers: []", ":4:3: ", "unknown key"),
    ("no certificate", "tls_server_config:\n  key_file: b.key", ":2:3: ", "missing one of cert or cert_file"),
    ("no key", "tls_server_config:\n  cert_file: b.crt", ":2:3: ", "missing one of key or key_file"),
    ("a certificate twice", "tls_server_config: {cert_file: a, cert: b, key_file: c}", ":1:", "cannot stand beside cert_file"),
    ("a certificate that is not there", "tls_server_config: {cert_file: none.crt, key_file: garbage}", "", "none.crt cannot be read"),
    ("a key that is not there", "tls_server_config: {cert_file: garbage, key_file: none.key}", "", "none.key cannot be read"),
    ("a certificate that is none", "tls_server_config: {cert_file: garbage, key_file: garbage}", "", "cert_file holds no certificate"),
    ("client CAs without a policy", "tls_server_config: {cert_file: a, key_file: b, client_ca_file: c}", ":1:", "without a client_auth_type"),
    ("a policy that there is not", "tls_server_config:\n  client_auth_type: Sometimes", ":2:21: ", 'unknown value "Sometimes"'),
    ("verification by nothing", "tls_server_config: {cert_file: a, key_file: b, client_auth_type: RequireAndVerifyClientCert}", ":1:", "missing one of client_ca"),
    ("names that nobody verified", "tls_server_config: {cert_file: a, key_file: b, client_auth_type: RequireAnyClientCert, client_allowed_sans: [x]}", ":1:", "client_allowed_sans needs"),
    ("an unknown cipher suite", "tls_server_config:\n  cipher_suites: [TLS_AES_1]", ":2:19: ", 'unknown cipher suite "TLS_AES_1"'),
    ("an unknown curve", "tls_server_config:\n  curve_preferences:\n  - CurveP257", ":3:5: ", "use one of: CurveP256, CurveP384, CurveP521, X25519"),
    ("an unknown version of TLS", "tls_server_config:\n  min_version: SSL30", ":2:16: ", "use one of: TLS10, TLS11, TLS12, TLS13"),
    ("versions the wrong way round", "tls_server_config: {cert_file: a, key_file: b, min_version: TLS13, max_version: TLS12}", ":1:", "min_version is above max_version"),
    ("suites of TLS 1.3 for TLS 1.2", "tls_server_config: {cert_file: a, key_file: b, max_version: TLS12, cipher_suites: [TLS_AES_128_GCM_SHA256]}", ":1:", "cipher_suites has none"),
    ("HTTP/2", "http_server_config:\n  http2: true", ":2:10: ", "HTTP/1.1 alone"),
    ("a header that cannot be set", "http_server_config:\n  headers:\n    Server: x", ":3:5: ", "the headers that can: Strict-Transport-Security"),
    ("a header's unknown value", "http_server_config:\n  headers:\n    X-Frame-Options: maybe", ":3:22: ", "use one of: deny, sameorigin"),
    ("types that may be sniffed", "http_server_config:\n  headers:\n    X-Content-Type-Options: sniff", ":3:29: ", "use one of: nosniff"),
    ("a header without a value", "http_server_config:\n  headers:\n    X-XSS-Protection: ''", ":3:23: ", "must not be empty"),
    ("a header twice", "http_server_config:\n  headers: {X-Frame-Options: deny, x-frame-options: deny}", ":2:36: ", "stands twice"),
    ("a header of two lines", 'http_server_config:\n  headers:\n    X-XSS-Protection: "1\\r\\nSet-Cookie: a"', ":3:23: ", "must be one line"),
    ("a password in the clear", "basic_auth_users:\n  bob: hunter2", ":2:8: ", "is not a bcrypt hash"),
    ("a hash of a broken kind", f"basic_auth_users:\n  bob: $2x${HASH[4:]}", ":2:8: ", "is not a bcrypt hash"),
    ("a hash that is cut", f"basic_auth_users:\n  bob: {HASH[:-1]}", ":2:8: ", "is not a bcrypt hash"),
    ("a user twice", f"basic_auth_users:\n  bob: {HASH}\n  bob: {HASH}", ":3:3: ", "stands twice"),
    ("a user with a colon", f"basic_auth_users:\n  'b:ob': {HASH}", ":2:3: ", "has no colon"),
    ("a user without a name", f"basic_auth_users:\n  '': {HASH}", ":2:3: ", "must not be empty"),
    ("a rate without a unit", "rate_limit:\n  interval: 1", ":2:13: ", "unit"),
    ("a rate below nothing", "rate_limit: {interval: 1s, burst: -1}", ":1:35: ", "-1"),
]


@test("A web configuration that is wrong ends the program with its line and what would be right")
def bad_files(context):
    context.write("garbage", "-----BEGIN NOTHING-----\n")
    programs = []
    for number, (what, text, _, _) in enumerate(BAD):
        path = context.write(f"bad-{number}.yml", text + "\n")
        programs.append((what, path, context.exporter({"jobs": []}, flags=[f"--web.config.file={context.kernel.path(path)}"])))
        if number % 4 == 3:
            programs[-1][2].wait(30)
    for (what, _, place, words), (_, path, program) in zip(BAD, programs):
        expect_equal(program.wait(30), 2, f"exit status with {what}\n{program.log}\n")
        expect(f"{path.name}{place}" in program.log, f"{what}: {path.name}{place!r} is not in:\n{program.log}")
        expect(words in program.log, f"{what}: {words!r} is not in:\n{program.log}")
        expect("hunter2" not in program.log, f"{what}: a password in the log:\n{program.log}")
    missing = context.exporter({"jobs": []}, flags=[f"--web.config.file={context.kernel.path(context.directory / 'none.yml')}"])
    expect_equal(missing.wait(30), 2, f"exit status without the file\n{missing.log}\n")
    expect("none.yml: cannot be read" in missing.log, missing.log)


@test("Every error of a web configuration is named, not only the first")
def all_errors(context):
    path = context.write("web.yml", "rate_limit: {interval: 5}\nbasic_auth_users: {bob: x}\nhttp_server_config: {http2: true}\n")
    program = context.exporter({"jobs": []}, flags=[f"--web.config.file={context.kernel.path(path)}"])
    expect_equal(program.wait(30), 2, "exit status")
    for line, key in ((1, "rate_limit.interval"), (2, "basic_auth_users.bob"), (3, "http_server_config.http2")):
        expect(f"web.yml:{line}:" in program.log and key in program.log, f"{key} is not in:\n{program.log}")


@test("An empty web configuration means plain HTTP for everybody")
def empty_file(context):
    for text in ("", "# nothing\n", "rate_limit: {interval: 0, burst: 0}\n"):
        program, _ = serving(context, text)
        answer = curl.curl(f"http://{program.address}/metrics")
        expect_equal((answer.exit, answer.status), (0, 200), f"curl with {text!r}: {answer.error}")
        program.stop()


@test("Only right users with right passwords come in, whichever kind of hash they have")
def passwords(context):
    users = "".join(f"  user{kind.strip('$')}: {text}\n" for kind, text in HASHES.items())
    program, _ = serving(context, f"basic_auth_users:\n{users}  empty: {HASH}\n")
    url = f"http://{program.address}/metrics"
    for path in ("/metrics", "/", "/-/healthy", "/-/ready", "/nothing"):
        answer = curl.curl(f"http://{program.address}{path}")
        expect_equal(answer.status, 401, f"{path} without credentials")
        expect(answer.headers.get("www-authenticate", "").startswith("Basic"), f"{path}: {answer.headers}")
    good = [f"user{kind.strip('$')}:geheim" for kind in HASHES]
    # The last forms would pass if user, hash and password were remembered as one text with separators.
    bad = ["user2y:Geheim", "user2y:", "user2y:geheim ", "user2y:geheim%00", "nobody:geheim", "nobody:fakepassword", ":geheim",
           "User2y:geheim", f"user2y:{HASH}:geheim", f"user2y:{HASH}", f"nobody:{HASH}:geheim"]
    for round_number in range(3):  # what was right or wrong before stays so
        for credentials in good:
            expect_equal(curl.curl(url, "-u", credentials).status, 200, f"{credentials}, round {round_number}")
        for credentials in bad:
            expect_equal(curl.curl(url, "-u", credentials).status, 401, f"{credentials}, round {round_number}")
    for header in ("Basic", "Basic !!!!", "Basic Zm9v", "Bearer x", "Basic " + "A" * 9000, "Digest username=x"):
        expect_equal(curl.curl(url, "-H", f"Authorization: {header}").status, 401, header[:40])
    expect("geheim" not in program.log and HASH not in program.log, f"secrets in the log:\n{program.log}")


@test("The hash that htpasswd writes lets its user in")
def htpasswd(context):
    line = subprocess.run(["htpasswd", "-nbBC", "5", "carol", "p\u00e4ss w\u00f6rd"], capture_output=True, check=True).stdout.decode().strip()
    user, _, text = line.partition(":")
    program, _ = serving(context, f"basic_auth_users: {{{user}: '{text}'}}\n")
    expect_equal(curl.curl(f"http://{program.address}/", "-u", "carol:p\u00e4ss w\u00f6rd").status, 200, "the right password")
    expect_equal(curl.curl(f"http://{program.address}/", "-u", "carol:pass word").status, 401, "a similar one")


@test("Health and readiness need no password when --web.open-health says so, and nothing else is open")
def open_health(context):
    program, _ = serving(context, USERS + "rate_limit: {interval: 1h, burst: 3}\n", "--web.open-health")
    for _ in range(5):
        for path in ("/-/healthy", "/-/ready"):
            expect_equal(curl.curl(f"http://{program.address}{path}").status, 200, path)
    expect_equal([curl.curl(f"http://{program.address}{path}").status for path in ("/metrics", "/", "/-/healthy/", "/x")],
                 [401, 401, 401, 429], "the rest")


@test("The rate limit counts before the password does, and gives again what time earns")
def rate_limit(context):
    program, path = serving(context, USERS + "rate_limit: {interval: 1h, burst: 3}\n")
    url = f"http://{program.address}/metrics"
    expect_equal([curl.curl(url).status for _ in range(3)], [401] * 3, "the burst")
    expect_equal(curl.curl(url, "-u", "alice:geheim").status, 429, "one more, with the right password")
    replace(path, USERS + "rate_limit: {interval: 300ms, burst: 1}\n")
    expect_equal(curl.curl(url).status, 401, "the first of a new limit")
    wait_until("a request that is let in", lambda: curl.curl(url, "-u", "alice:geheim").status == 200)
    replace(path, USERS + "rate_limit: {interval: 1s, burst: 0}\n")
    expect_equal([curl.curl(url).status for _ in range(3)], [429] * 3, "a burst of 0")
    replace(path, USERS + "rate_limit: {interval: 0, burst: 0}\n")
    expect_equal([curl.curl(url).status for _ in range(5)], [401] * 5, "no limit")


@test("The five headers are in every answer")
def headers(context):
    wanted = {"strict-transport-security": "max-age=31536000", "x-content-type-options": "nosniff",
              "x-frame-options": "deny", "x-xss-protection": "1; mode=block", "content-security-policy": "default-src 'self'"}
    config = "http_server_config:\n  http2: false\n  headers:\n" + "".join(f"    {name}: {json.dumps(value)}\n" for name, value in wanted.items())
    program, _ = serving(context, config + USERS)
    for path, options in (("/metrics", ("-u", "alice:geheim")), ("/none", ("-u", "alice:geheim")), ("/metrics", ())):
        answer = curl.curl(f"http://{program.address}{path}", *options)
        expect_equal({name: answer.headers.get(name) for name in wanted}, wanted, f"headers of {path} ({answer.status})")


@test("A web configuration that is changed while the program runs counts from the next request on, and 500 while it is broken")
def changed(context):
    program, path = serving(context, USERS)
    url = f"http://{program.address}/metrics"
    right = ("-u", "alice:geheim")
    expect_equal(curl.curl(url, *right).status, 200, "at first")
    broken = [USERS + "oops", "basic_auth_users:\n  alice: x\n", "", "rate_limit: {interval: 0}\n",
              USERS + "tls_server_config: {cert_file: a, key_file: b}\n"]
    for text in broken:
        replace(path, text)
        for _ in range(3):
            expect_equal(curl.curl(url, *right).status, 500, f"with {text!r}")
        replace(path, USERS)
        expect_equal(curl.curl(url, *right).status, 200, f"after {text!r}")
    path.rename(path.with_suffix(".away"))
    expect_equal(curl.curl(url, *right).status, 500, "without the file")
    path.with_suffix(".away").rename(path)
    expect_equal(curl.curl(url, *right).status, 200, "with the file again")
    expect_equal(len(program.records(level="ERROR")), len(broken) + 1, f"errors in the log, one for each breakage\n{program.log}\n")
    replace(path, USERS.replace("alice", "dora"))
    expect_equal([curl.curl(url, "-u", f"{user}:geheim").status for user in ("alice", "dora")], [401, 200], "after a change of users")


@test("Guessing passwords does not keep a user out who is known")
def guessing(context):
    slow = "$2y$10$" + HASH[7:]  # 64 times the work
    program, path = serving(context, USERS)
    url = f"http://{program.address}/metrics"
    expect_equal(curl.curl(url, "-u", "alice:geheim").status, 200, "the right password")
    replace(path, USERS + f"  slow: {slow}\n")
    guesses = [subprocess.Popen(["curl", "-s", "-o", os.devnull, "-w", "%{http_code}", "-u", f"slow:{i}", url],
                                stdout=subprocess.PIPE) for i in range(30)]
    time.sleep(0.2)
    begin = time.monotonic()
    expect_equal(curl.curl(url, "-u", "alice:geheim").status, 200, "the right password among guesses")
    context.log(f"answered within {time.monotonic() - begin:.3f} s")
    statuses = [guess.communicate(timeout=60)[0].decode() for guess in guesses]
    expect(set(statuses) <= {"401", "429"} and "401" in statuses, f"guesses got {statuses}")
