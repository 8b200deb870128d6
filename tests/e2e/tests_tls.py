"""TLS as the web configuration has it, asked by curl and openssl s_client."""

import http.client
import os
import socket
import ssl
import threading

import curl
import pki
from checks import expect, expect_equal, wait_until
from harness import test
from tests_web_config import replace, serving


def config(*lines):
    return "tls_server_config:\n" + "".join(f"  {line}\n" for line in ("cert_file: server.crt", "key_file: server.key", *lines))


def served(context, *lines, sans="IP:127.0.0.1", kind="ec"):
    """An authority, and a program with a certificate of it. Paths are relative, to the web configuration."""
    authority = pki.Authority(context.directory, "authority")
    authority.issue("server", sans, kind)
    program, path = serving(context, config(*lines))
    return authority, program, path


@test("TLS 1.2 and 1.3 are spoken, older versions are not, and what is no TLS is told so")
def versions(context):
    authority, program, _ = served(context)
    url = f"https://{program.address}/metrics"
    for options in (("--tls-max", "1.2"), ("--tlsv1.3",), ("--http2",)):
        answer = curl.curl(url, "--cacert", authority.certificate, *options)
        expect_equal((answer.exit, answer.status, answer.version), (0, 200, "1.1"), f"curl {options}: {answer.error}")
    expect_equal(curl.curl(url).exit, 60, "curl that does not know the authority")
    for version, spoken in (("-tls1", False), ("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)):
        shake = curl.s_client(program.port, version, "-cipher", "ALL:@SECLEVEL=0")
        expect_equal(shake.ok, spoken, f"openssl s_client {version}\n{shake.text}\n")
    plain = curl.curl(f"http://{program.address}/metrics")
    expect_equal((plain.exit, plain.status), (0, 400), f"HTTP on the port of HTTPS: {plain.error}")
    expect("https://" in plain.body, plain.body)
    expect_equal(curl.curl(url, "--cacert", authority.certificate).status, 200, "afterwards")


@test("A client that speaks TLS to a port without it is refused, and the port goes on")
def tls_to_plain(context):
    program, _ = serving(context, "")
    expect(curl.curl(f"https://{program.address}/", "-k").exit == 35, "curl with TLS on a plain port")
    expect_equal(curl.curl(f"http://{program.address}/").status, 200, "afterwards")


@test("A client that says good-bye with its request, as one that will not send more does, gets the whole answer")
def half_closed(context):
    authority, program, _ = served(context)
    client = ssl.create_default_context(cafile=authority.certificate)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = client.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    with socket.create_connection(("127.0.0.1", program.port), timeout=20) as connection:
        while True:
            try:
                session.do_handshake()
                break
            except ssl.SSLWantReadError:
                connection.sendall(outgoing.read())
                incoming.write(connection.recv(65536))
        session.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
        try:
            session.unwrap()
        except ssl.SSLWantReadError:
            pass
        connection.sendall(outgoing.read())  # both records at once
        answered = 0
        while block := connection.recv(65536):
            answered += len(block)
    whole = len(curl.curl(f"https://{program.address}/metrics", "--cacert", authority.certificate).body)
    expect(answered > 0.9 * whole, f"{answered} bytes of records came, the page has {whole}")


@test("min_version and max_version bound the versions of TLS")
def bounds(context):
    authority, program, path = served(context)
    every = ("-tls1", "-tls1_1", "-tls1_2", "-tls1_3")
    for lines, spoken in ((("min_version: TLS13",), "0001"), (("max_version: TLS12",), "0010"),
                          (("min_version: TLS11",), "0111"), (("min_version: TLS10", "max_version: TLS11"), "1100"),
                          (("cipher_suites: [TLS_AES_256_GCM_SHA384]",), "0001")):
        replace(path, config(*lines))
        found = "".join(str(int(curl.s_client(program.port, version, "-cipher", "ALL:@SECLEVEL=0").ok)) for version in every)
        expect_equal(found, spoken, f"of {every} with {lines}")
    expect_equal(curl.curl(f"https://{program.address}/", "--cacert", authority.certificate).status, 200, "curl")


@test("cipher_suites, prefer_server_cipher_suites and curve_preferences decide what is agreed on")
def suites(context):
    both = ("cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]", "max_version: TLS12")
    _, program, path = served(context, *both, kind="rsa")
    order = ("-cipher", "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384")
    expect_equal(curl.s_client(program.port, *order).cipher, "ECDHE-RSA-AES256-GCM-SHA384", "the server's preference")
    replace(path, config(*both, "prefer_server_cipher_suites: false"))
    expect_equal(curl.s_client(program.port, *order).cipher, "ECDHE-RSA-AES128-GCM-SHA256", "the client's preference")
    shake = curl.s_client(program.port, "-cipher", "ECDHE-RSA-CHACHA20-POLY1305")
    expect(not shake.ok, f"no suite in common, and yet a handshake\n{shake.text}")
    replace(path, config("curve_preferences: [CurveP384]"))
    shake = curl.s_client(program.port, "-curves", "X25519:P-384")
    expect(shake.ok and "ECDH, secp384r1, 384 bits" in shake.text, f"the curve in common\n{shake.text}")
    expect(not curl.s_client(program.port, "-curves", "X25519").ok, "no curve in common, and yet a handshake")
    replace(path, config("cipher_suites: [TLS_CHACHA20_POLY1305_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]"))
    expect_equal(curl.s_client(program.port).cipher, "TLS_CHACHA20_POLY1305_SHA256", "the suite of TLS 1.3")


@test("Certificate, key and authority can stand in the web configuration itself")
def inline(context):
    authority = pki.Authority(context.directory, "authority")
    texts = dict(zip(("cert", "key"), (path.read_text() for path in authority.issue("server", "IP:127.0.0.1"))))
    certificate, key = authority.issue("client", "DNS:scraper.test")
    texts["client_ca"] = authority.certificate.read_text()
    block = "".join(f"  {name}: |\n" + "".join(f"    {line}\n" for line in text.splitlines()) for name, text in texts.items())
    program, _ = serving(context, f"tls_server_config:\n{block}  client_auth_type: RequireAndVerifyClientCert\n")
    answer = curl.curl(f"https://{program.address}/", "--cacert", authority.certificate, "--cert", certificate, "--key", key)
    expect_equal(answer.status, 200, f"curl: {answer.error}")


@test("A key that belongs to another certificate is refused at the start, as are authorities that are none")
def wrong_pairs(context):
    authority = pki.Authority(context.directory, "authority")
    authority.issue("server", "IP:127.0.0.1")
    authority.issue("other", "IP:127.0.0.1")
    context.write("empty.crt", "nothing\n")
    locked = context.directory / "locked.key"
    pki.openssl("ec", "-in", context.directory / "server.key", "-aes256", "-passout", "pass:x", "-out", locked)
    clients = "client_auth_type: RequireAndVerifyClientCert, client_ca_file"
    for lines, words in (("{cert_file: server.crt, key_file: other.key}", "key_file does not belong to cert_file"),
                         ("{cert_file: server.crt, key_file: locked.key}", "key_file holds no private key without a password"),
                         (f"{{cert_file: server.crt, key_file: server.key, {clients}: empty.crt}}", "client_ca_file holds no certificate"),
                         (f"{{cert_file: server.crt, key_file: server.key, {clients}: none.crt}}", "none.crt cannot be read")):
        path = context.write("web.yml", f"tls_server_config: {lines}\n")
        program = context.exporter({"jobs": []}, flags=[f"--web.config.file={context.kernel.path(path)}"])
        expect_equal(program.wait(30), 2, f"exit status with {lines}\n{program.log}\n")
        expect(words in program.log, f"{words!r} is not in:\n{program.log}")


@test("Client certificates are asked for, needed and verified as client_auth_type says")
def clients(context):
    authority, program, path = served(context)
    stranger = pki.Authority(context.directory, "stranger")
    pairs = {"none": None, "right": authority.issue("right", "DNS:right.test"), "wrong": stranger.issue("wrong", "DNS:right.test")}

    def let_in(name, *options):
        words = [] if pairs[name] is None else ["--cert", pairs[name][0], "--key", pairs[name][1]]
        answer = curl.curl(f"https://{program.address}/", "--cacert", authority.certificate, *words, *options)
        expect((answer.exit == 0) == (answer.status == 200), f"curl ended with {answer.exit}, HTTP {answer.status}")
        return answer.status == 200

    trust = "client_ca_file: authority.crt"
    for lines, wanted in (((), {"none", "right", "wrong"}), (("client_auth_type: NoClientCert",), {"none", "right", "wrong"}),
                          (("client_auth_type: RequestClientCert",), {"none", "right", "wrong"}),
                          (("client_auth_type: RequireAnyClientCert",), {"right", "wrong"}),
                          (("client_auth_type: RequireClientCert",), {"right", "wrong"}),
                          (("client_auth_type: VerifyClientCertIfGiven", trust), {"none", "right"}),
                          (("client_auth_type: RequireAndVerifyClientCert", trust), {"right"})):
        replace(path, config(*lines))
        for version in ("1.2", "1.3"):
            found = {name for name in pairs if let_in(name, "--tls-max", version)}
            expect_equal(found, wanted, f"let in over TLS {version} with {lines}")
    expect("winjob_tls_failures_total" in curl.curl(f"https://{program.address}/metrics", "--cacert", authority.certificate,
                                                    "--cert", pairs["right"][0], "--key", pairs["right"][1]).body, "failures")


@test("The authorities of clients can be exchanged while the program runs")
def other_authority(context):
    authority = pki.Authority(context.directory, "authority")
    authority.issue("server", "IP:127.0.0.1")
    stranger = pki.Authority(context.directory, "stranger")
    pairs = [owner.issue(f"client-of-{owner.name}", "DNS:a.test") for owner in (authority, stranger)]
    trusted = context.directory / "trusted.crt"
    replace(trusted, authority.certificate.read_text())
    program, _ = serving(context, config("client_auth_type: RequireAndVerifyClientCert", "client_ca_file: trusted.crt"))

    def let_in():
        return [curl.curl(f"https://{program.address}/", "--cacert", authority.certificate, "--cert", certificate, "--key", key).status
                for certificate, key in pairs]

    expect_equal(let_in(), [200, 0], "let in by the first authority")
    replace(trusted, stranger.certificate.read_text())
    expect_equal(let_in(), [0, 200], "let in by the second")


@test("client_allowed_sans lets in by DNS name, address, e-mail and URI, letter by letter")
def names(context):
    authority, program, path = served(context)
    certificate, key = authority.issue("client", "DNS:a.test,DNS:b.test,IP:192.0.2.7,IP:2001:db8::7,email:scraper@a.test,URI:spiffe://a.test/x")
    bare = authority.issue("bare", "")
    base = ("client_auth_type: RequireAndVerifyClientCert", "client_ca_file: authority.crt")
    for name, wanted in (("b.test", True), ("192.0.2.7", True), ("2001:DB8:0::7", True), ("scraper@a.test", True),
                         ("spiffe://a.test/x", True), ("A.test", False), ("test", False), ("192.0.2.8", False),
                         ("spiffe://a.test/", False), ("client", False), ("*.test", False)):
        replace(path, config(*base, f"client_allowed_sans: [other.test, '{name}']"))
        answer = curl.curl(f"https://{program.address}/", "--cacert", authority.certificate, "--cert", certificate, "--key", key)
        expect_equal(answer.status == 200, wanted, f"let in when {name} is allowed ({answer.error})")
        answer = curl.curl(f"https://{program.address}/", "--cacert", authority.certificate, "--cert", bare[0], "--key", bare[1])
        expect_equal(answer.status, 0, "a certificate without names")


@test("Certificates change under load without a refused request, and bad ones leave the old in place")
def rotation(context):
    authority, program, path = served(context)
    trust = ssl.create_default_context(cafile=str(authority.certificate))
    seen, failures, stop = set(), [], threading.Event()

    def load():
        while not stop.is_set():
            try:
                seen.add(handshake_serial(program.port, trust))
            except OSError as error:
                failures.append(repr(error))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(5):
            certificate, key = authority.issue(f"next{number}", "IP:127.0.0.1")
            os.replace(certificate, context.directory / "server.crt")  # for a moment, key and certificate differ
            os.replace(key, context.directory / "server.key")
            wanted = int(pki.serial(context.directory / "server.crt"), 16)
            wait_until(f"certificate {number}", lambda: wanted in seen, 30)  # pylint: disable=cell-var-from-loop
        (context.directory / "server.crt").write_text("broken\n")
        wait_until("the complaint", lambda: program.records(msg="new certificates cannot be used; the old ones stay"))
        expect_equal(handshake_serial(program.port, trust), wanted, "serial number while the file is broken")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    expect_equal(failures, [], "requests that failed")
    replace(path, config("min_version: TLS99"))
    answer = curl.curl(f"https://{program.address}/", "--cacert", authority.certificate)
    expect_equal(answer.status, 500, f"while the web configuration is broken: {answer.error}")
    replace(path, "")
    expect_equal(curl.curl(f"https://{program.address}/", "--cacert", authority.certificate).status, 500, "without TLS in it")


def handshake_serial(port, trust):
    """The serial number of the certificate that answers a request now."""

    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=trust)
    try:
        connection.request("GET", "/-/healthy")
        if connection.getresponse().read() != b"healthy\n":
            raise OSError("another answer")
        return int(connection.sock.getpeercert()["serialNumber"], 16)
    except http.client.HTTPException as error:
        raise OSError(repr(error)) from error
    finally:
        connection.close()
