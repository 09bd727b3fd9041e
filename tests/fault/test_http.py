"""Calls of other servers: whatever they do, the event loop goes on and the answer is clear."""

import signal
import socket
import socketserver
import ssl
import subprocess
import threading
import time

import pytest

from fault.outage import metric, together
from harness.module import build_module
from harness.process import TOP, new_directory, wait_for, workshop
from harness.stack import BUILD, SANITIZE


class Server(socketserver.ThreadingTCPServer):
    """Answers by the path: /ok, /slow, /wrong, /huge, /drip …; counts its connections."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, tls=None, family=socket.AF_INET):
        self.address_family = family
        self.tls = tls
        self.connections = 0
        self.requests = []
        self.ending = threading.Event()
        super().__init__(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, client_address):
        self.connections += 1
        try:
            if self.tls:
                request = self.tls.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
        except OSError:
            pass

    def handle_error(self, request, client_address):
        pass

    def url(self, path, scheme="http", host="127.0.0.1"):
        return f"{scheme}://{host}:{self.server_address[1]}/{path}"

    def close(self):
        self.ending.set()
        self.shutdown()
        self.server_close()


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = self.rfile.readline()
                if not line:
                    return
                head += line
            length = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
            body = self.rfile.read(int(length[0].split(b":")[1])) if length else b""
            self.server.requests.append((head, body))
            path = head.split(b" ")[1].decode().strip("/")
            getattr(self, path.split("?")[0])()

    def reply(self, body, status="200 OK", more=""):
        self.wfile.write(
            f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body
        )

    def ok(self):
        self.reply(b"fine")

    def refused(self):
        self.reply(b"{}", "403 Forbidden")

    def moved(self):
        self.reply(b"", "302 Found", "Location: /ok\r\n")

    def slow(self):
        time.sleep(2)
        self.reply(b"slow")

    def silent(self):
        self.server.ending.wait(60)

    def wrong(self):
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        raise ConnectionAbortedError

    def cut(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
        raise ConnectionAbortedError

    def closed(self):
        raise ConnectionAbortedError

    def huge(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        while True:
            self.wfile.write(b"x" * 65536)

    def endless(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            self.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")

    def headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.wfile.write(b"X-More: " + b"x" * 1000 + b"\r\n")

    def drip(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not self.server.ending.is_set():
            self.wfile.write(b".")
            time.sleep(0.05)

    def large(self):
        self.reply(b"y" * 60000)


@pytest.fixture(scope="module")
def server():
    one = Server()
    yield one
    one.close()


@pytest.fixture(scope="module")
def module(built):
    directory = workshop(f"http-{'asan' if SANITIZE else 'plain'}")
    source = TOP / "tests/fault/http.c"
    return build_module(source, directory, "ngx_http_asking_module", BUILD, SANITIZE)


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory, module):
    return module_stack_factory(modules=[module], features="directory http")


def path(url, **options):
    return "/api/v1/http/call?" + "&".join(
        f"{key}={value}" for key, value in {"url": url, **options}.items()
    )


def call(stack, url, **options):
    answer = stack.get(path(url, **options))
    assert answer.status_code == 200, answer.text
    return answer.json()


def running(stack):
    return metric(stack, "legalnet_http_calls_running")


def meanwhile(stack, *paths):
    """The answers to these, and the slowest /healthz until the last of them was there."""
    answers = []
    thread = threading.Thread(target=lambda: answers.extend(together(stack, *paths)))
    thread.start()
    slowest, count = 0.0, 0
    while thread.is_alive():
        began = time.monotonic()
        assert stack.ops.get("/healthz").status_code == 200
        slowest = max(slowest, time.monotonic() - began)
        count += 1
        time.sleep(0.005)
    assert count > 5
    return answers, slowest


def test_an_answer(stack, server):
    found = call(stack, server.url("ok"))
    assert found == {"result": "ok", "status": 200, "length": 4, "first": b"fine".hex()}
    head, body = server.requests[-1]
    assert b"X-Test: yes\r\n" in head and b"X-Empty:\r\n" in head and body == b""
    assert call(stack, server.url("refused"))["status"] == 403
    assert call(stack, server.url("large"))["length"] == 60000


def test_a_body_is_sent_whole(stack, server):
    assert call(stack, server.url("ok"), post=3_000_000)["status"] == 200
    head, body = server.requests[-1]
    assert head.startswith(b"POST /ok HTTP/1.1") and b"Expect" not in head
    assert len(body) == 3_000_000 and body.startswith(b"abc")


def test_connections_are_kept(stack, server):
    call(stack, server.url("ok"))
    before = server.connections
    for _ in range(10):
        call(stack, server.url("ok"))
    assert server.connections == before


@pytest.mark.parametrize(
    "name, options, result",
    [
        ("wrong", {}, "broken"),
        ("cut", {}, "broken"),
        ("closed", {}, "broken"),
        ("huge", {}, "too_large"),
        ("endless", {"max": 300000}, "too_large"),
        ("headers", {}, "too_large"),
        ("silent", {"timeout": 700}, "timeout"),
        ("drip", {"timeout": 700}, "timeout"),
        ("slow", {"timeout": 500}, "timeout"),
    ],
)
def test_what_a_bad_server_does(stack, server, name, options, result):
    found = call(stack, server.url(name), **options)
    assert found["result"] == result and found["status"] == 0 and found["length"] == 0
    assert running(stack) == 0
    assert call(stack, server.url("ok"))["result"] == "ok"


def test_redirects_are_answers(stack, server):
    assert call(stack, server.url("moved"))["status"] == 302


def test_nobody_there(stack):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert call(stack, f"http://127.0.0.1:{port}/")["result"] == "unreachable"
    assert call(stack, "http://no-such-name.invalid/")["result"] in ("unreachable", "timeout")
    assert call(stack, "ftp://127.0.0.1/")["result"] == "broken"
    assert call(stack, "file:///etc/passwd")["result"] == "broken"


def test_the_loop_goes_on_while_servers_hang(stack, server):
    hanging = [path(server.url("silent"), timeout=3000) for _ in range(6)]
    hanging += [path(server.url("drip"), timeout=3000) for _ in range(4)]
    hanging += [path(server.url("huge"), max=10_000_000) for _ in range(4)]
    answers, slowest = meanwhile(stack, *hanging)
    results = [one.body.split('"')[3] for one in answers]
    assert results == ["timeout"] * 10 + ["too_large"] * 4
    assert slowest < 2, "a loop that waits would answer after 3 s"


def test_a_target_has_so_many_calls_at_once(stack, server):
    before = metric(stack, "legalnet_http_calls_total", target="one", result="busy")
    hanging = [path(server.url("silent"), timeout=4000) for _ in range(20)]
    answers = []
    thread = threading.Thread(target=lambda: answers.extend(together(stack, *hanging)))
    thread.start()
    wait_for(lambda: running(stack) == 16, "sixteen calls")
    assert call(stack, server.url("ok"), target="other")["result"] == "ok"
    thread.join()
    assert sorted(one.status for one in answers) == [200] * 16 + [503] * 4
    assert all('"code":"busy"' in one.body for one in answers if one.status == 503)
    assert metric(stack, "legalnet_http_calls_total", target="one", result="busy") == before + 4
    assert running(stack) == 0


def test_a_client_that_leaves_ends_the_call(stack, server):
    with socket.create_connection(("127.0.0.1", stack.port)) as connection:
        request = path(server.url("silent"), timeout=60000)
        connection.sendall(f"GET {request} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_for(lambda: running(stack) == 1, "running call")
    wait_for(lambda: running(stack) == 0, "end of the call")
    assert call(stack, server.url("ok"))["result"] == "ok"


def test_a_worker_that_must_quit_ends_its_calls_first(stack, server):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(call(stack, server.url("slow"))))
    thread.start()
    wait_for(lambda: running(stack) == 1, "running call")
    stack.reload()
    thread.join()
    assert answers[0]["result"] == "ok"


def test_a_worker_that_is_ended_leaves_nothing(stack_factory, module, server):
    stack = stack_factory(modules=[module], features="directory http")
    call(stack, server.url("ok"))
    with socket.create_connection(("127.0.0.1", stack.port)) as connection:
        request = path(server.url("silent"), timeout=60000)
        connection.sendall(f"GET {request} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_for(lambda: running(stack) == 1, "running call")
        stack.stop(signal.SIGTERM)


def certificate(directory):
    key, crt = directory / "server.key", directory / "server.crt"
    subprocess.run(
        [
            *["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"],
            *["-keyout", key, "-out", crt, "-subj", "/CN=localhost"],
            *["-addext", "subjectAltName=DNS:localhost"],
        ],
        check=True,
        capture_output=True,
    )
    directory.chmod(0o755)
    crt.chmod(0o644)
    return key, crt


def test_certificates(stack):
    key, crt = certificate(new_directory("tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(crt, key)
    server = Server(tls=context)
    try:
        url = server.url("ok", "https", "localhost")
        answers, slowest = meanwhile(stack, *[path(url, ca=crt) for _ in range(8)])
        assert all('"result":"ok"' in one.body for one in answers)
        # not the system's bundle: the sanitizer needs seconds to read it
        stranger = certificate(new_directory("tls"))[1]
        assert call(stack, url, ca=stranger)["result"] == "untrusted"
        assert call(stack, server.url("ok", "https"), ca=crt)["result"] == "untrusted"
        # by the address: libcurl 8.14 takes a kept TLS connection of the name for this one too
        assert call(stack, server.url("ok", "http"))["result"] == "broken"
        before = server.connections
        call(stack, url, ca=crt)
        assert server.connections == before, "a TLS connection is kept too"
        print(f"slowest /healthz beside 8 handshakes: {slowest * 1000:.1f} ms")
    finally:
        server.close()


def test_ipv6(stack):
    try:
        server = Server(family=socket.AF_INET6)
    except OSError:
        pytest.skip("this machine has no ::1")
    try:
        assert call(stack, server.url("ok", host="%5B::1%5D"))["result"] == "ok"
    finally:
        server.close()


SLOW_NAMES = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
    struct addrinfo **result)
{
    int  (*real)(const char *, const char *, const struct addrinfo *,
                 struct addrinfo **);

    if (node && strcmp(node, "slow.invalid") == 0) {
        sleep(6);
        return EAI_AGAIN;
    }

    real = (int (*)(const char *, const char *, const struct addrinfo *,
                    struct addrinfo **)) dlsym(RTLD_NEXT, "getaddrinfo");

    return real(node, service, hints, result);
}
"""


@pytest.mark.shipped  # the sanitizer has LD_PRELOAD
@pytest.mark.skipif(SANITIZE, reason="LD_PRELOAD has the sanitizer")
def test_a_name_server_that_does_not_answer(stack_factory, module, server):
    """Neither the wait for a name nor giving it up holds the loop."""
    directory = new_directory("names")
    directory.chmod(0o755)
    source, library = directory / "slow.c", directory / "slow.so"
    source.write_text(SLOW_NAMES)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
    environment = {"LD_PRELOAD": str(library)}
    stack = stack_factory(modules=[module], features="directory http", env=environment)
    slow = [path("http://slow.invalid/", timeout=1000 + 100 * n) for n in range(6)]
    answers, slowest = meanwhile(stack, *slow)
    assert all('"result":"timeout"' in one.body for one in answers)
    assert max(one.seconds for one in answers) < 5, "not held for as long as the name"
    assert slowest < 2
    assert call(stack, server.url("ok"))["result"] == "ok"
    began = time.monotonic()
    stack.stop()
    assert time.monotonic() - began < 5, "a thread that waits for a name does not keep a worker"


def test_no_url_in_the_logs(stack, server):
    call(stack, server.url("silent?secret=hush"), timeout=300)
    call(stack, "http://no-such-name.invalid/?secret=hush", timeout=2000)
    assert not any("hush" in line for line in stack.error_log())
    assert any('call of "one" failed: timeout' in line for line in stack.error_log())
