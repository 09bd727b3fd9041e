"""Malformed requests: refused, never answered with 5xx, never a crash or a hang.

A fixed seed makes each run the same; the sanitizer lanes run this file too, and at full
size only they.
"""

import os
import random
import select
import socket

import pytest

from harness.stack import PATIENT, SANITIZE

PATHS = [
    "/api/v1/regions",
    "/api/v1/regions/330300",
    "/api/v1/practitioners",
    "/api/v1/practitioners/1",
    "/api/v1/organizations",
    "/api/v1/suggest",
    "/api/v1/openapi.json",
    "/api/v1/nothing",
    "/",
]
PARAMETERS = """q region type area language legal_aid sex min_years near radius sort limit cursor
facets level parent unknown""".split()
VALUES = [
    *["", "a", "1", "0", "-1", "true", "false", "330300", "zw", "张伟", "%E5%BC", "%00", "%", "%zz"],
    *["1,1", "120.67,28.01", "999,999", ",", "1e9", "nan", "inf", "0x10", "9" * 30, "-" + "9" * 19],
    *["A" * 300, "%F4%90%80%80", "%ED%A0%80", "%C0%AF", "..%2f..%2f", "'%20OR%201=1--", "{}", "[]"],
    *["eyJhIjoxfQ", "_" * 200, "labor", "rank", "distance", "\u202e", "%0d%0aX: y"],
]
BODIES = [
    b"{}",
    b"[]",
    b"{",
    b'"x"',
    b"null",
    b'{"field":"name","message":"too long a story"}',
    b'{"field":"name","field":"name","message":"double"}',
    b'{"field":1e400,"message":[]}',
    b'{"message":"\\ud800","field":"name"}',
    b'{"message":"\xff\xfe","field":"name"}',
    b"[" * 5000,
    b'{"a":' * 3000,
    b'{"field":"name","message":"' + b"x" * 70000 + b'"}',
    b"\x00\x01\x02",
    b"",
]

# After some refusals nginx waits five seconds for what the client may still send.
STACK = {"server": "lingering_timeout 500ms;", "lanes": PATIENT}
HANGS = 30  # seconds without a byte


def query(chance):
    pairs = []
    for _ in range(chance.choice([0, 1, 1, 2, 3, 9, 80])):
        pairs.append(f"{chance.choice(PARAMETERS)}={chance.choice(VALUES)}")
    return "?" + chance.choice(["&", "&", "&&", ";"]).join(pairs) if pairs else ""


def get(chance):
    version = chance.choice(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/9.9", ""])
    method = chance.choice(["GET", "GET", "GET", "HEAD", "DELETE", "OPTIONS", "PATCH", "get", "\x01"])
    path = chance.choice(PATHS) + chance.choice(["", "", "/", "/../", "//", "%2f", "/%00", "/" * 40])
    headers = ["Host: test"]
    for _ in range(chance.randrange(3)):
        headers.append(
            chance.choice(
                [
                    "If-None-Match: *",
                    'If-Match: "1"',
                    "If-Match: W/x",
                    "Accept-Language: " + "zh;q=" * 50,
                    "Range: bytes=0-",
                    "X" * 2000 + ": y",
                    "Content-Length: -1",
                    "Content-Length: 5",
                    "Transfer-Encoding: chunked",
                    "broken",
                    "Cookie: " + "a=b; " * 100,
                    "Idempotency-Key: \x7f" + "k" * 90,
                ]
            )
        )
    line = f"{method} {path}{query(chance)} {version}".rstrip(" ")
    return (line + "\r\n" + "\r\n".join(headers) + "\r\n\r\n").encode("utf-8")


def post(chance):
    body = chance.choice(BODIES)
    kind = chance.choice(["application/json", "application/json;charset=utf-8", "text/plain", ""])
    kind = f"Content-Type: {kind}\r\n" if kind else ""
    key = chance.choice(["Idempotency-Key: 0123456789abcdef\r\n", ""])
    path = chance.choice(
        ["/api/v1/practitioners/1/reports", "/api/v1/organizations/x/reports", "/api/v1/regions"]
    )
    head = f"POST {path} HTTP/1.1\r\nHost: test\r\n{kind}{key}"
    if chance.random() < 0.2:
        return (head + "Transfer-Encoding: chunked\r\n\r\n").encode() + (
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chance.random() < 0.5 else b"zz\r\n"
        )
    length = len(body) + chance.choice([0, 0, 0, 0, 1, -1])
    return f"{head}Content-Length: {max(length, 0)}\r\n\r\n".encode() + body


def mutate(chance, data):
    """Flip, cut, double or insert bytes."""
    data = bytearray(data)
    for _ in range(chance.randrange(4)):
        place = chance.randrange(len(data))
        act = chance.randrange(4)
        if act == 0:
            data[place] ^= 1 << chance.randrange(8)
        elif act == 1:
            del data[place : place + chance.randrange(1, 8)]
        elif act == 2:
            data[place:place] = data[place : place + chance.randrange(1, 40)]
        else:
            data[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 5)))
        if not data:
            break
    return bytes(data) or b"\r\n"


def send(port, data):
    """What nginx answers, after we have said that no more will come."""
    with socket.create_connection(("127.0.0.1", port), HANGS) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        answer = b""
        while select.select([connection], [], [], HANGS)[0]:
            try:
                part = connection.recv(65536)
            except OSError:
                return answer
            if not part:
                return answer
            answer += part
        raise AssertionError(f"no end of the answer to {data[:300]!r}")


def bombard(stack, count, seed):
    chance = random.Random(seed)
    worker = stack.workers()
    for number in range(count):
        data = get(chance) if chance.random() < 0.7 else post(chance)
        if chance.random() < 0.5:
            data = mutate(chance, data)
        answer = send(stack.port, data)
        status = answer.split(b" ", 2)[1][:3] if answer.startswith(b"HTTP/") else b""
        assert not status.startswith(b"5") or status in (b"501", b"505"), (data[:500], answer[:500])
        if number % 2000 == 0:
            stack.check_logs()
    assert stack.workers() == worker, "a worker died"
    assert stack.get("/api/v1/practice-areas").status_code == 200


def test_malformed_requests_are_refused(stack):
    bombard(stack, int(os.environ.get("LN_MALFORMED", "3000")), 1)


@pytest.mark.prove
@pytest.mark.skipif(not SANITIZE, reason="needs the modules under ASan and UBSan")
def test_a_hundred_thousand_malformed_requests_are_refused(stack):
    for seed in range(10):
        bombard(stack, 10000, seed)
