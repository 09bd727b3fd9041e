"""What somebody looks for stays with him: neither log holds what a request carried."""

import contextlib
import re
import socket
import struct
import time
import uuid

import pytest

from harness.process import wait_for
from plugin import notes

MARK = "geheim4711"
NUMBER = "5.0471123"  # a mark where a number is asked for
MARKED = {
    "X-Own": MARK,
    "User-Agent": MARK,
    "Referer": f"http://{MARK}/?q={MARK}",
    "Cookie": f"session={MARK}",
    "Authorization": f"Bearer {MARK}",
    "Accept-Language": MARK,
    "If-None-Match": f'"{MARK}"',
    "X-Request-Id": MARK,
}
LIMITS = """
map $legalnet_route $limited { "GET /api/v1/note-hello" $legalnet_route; }
limit_req_zone $limited zone=marks:1m rate=1r/m;
limit_req_status 429;
"""


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    """At the level of a production server."""
    stack = module_stack_factory(ready=False, **notes.settings(log_level="notice"))
    notes.install(stack)
    return stack


@pytest.fixture
def stack(stack):
    yield stack
    check(stack)


def check(stack):
    stack.reopen()
    time.sleep(0.2)
    for line in [*stack.error_log(), *stack.access_log()]:
        for mark in (MARK, NUMBER, MARK.upper()):
            assert mark not in line, line


def logged(stack, answer):
    """The access log's line of an answer, by its request id."""
    identity = answer.headers["x-request-id"]
    return wait_for(
        lambda: next((line for line in stack.access_log() if identity in line), None),
        "line in the access log",
    )


def test_success(stack):
    note = notes.note(stack, MARK, color="red")
    answer = stack.get(f"/api/v1/notes/{note['id']}", headers=MARKED)
    assert answer.status_code == 200
    assert note["id"] not in logged(stack, answer)
    assert "GET /api/v1/notes/{id} 200" in logged(stack, answer)
    answer = stack.get("/api/v1/note-kinds", params={"text": MARK[-5:]}, headers=MARKED)
    assert "GET /api/v1/note-kinds 200" in logged(stack, answer)


def test_404(stack):
    assert stack.get(f"/api/v1/{MARK}?q={MARK}", headers=MARKED).status_code == 404
    path = f"/api/v1/notes/{uuid.uuid4()}"
    answer = stack.get(path, headers=MARKED)
    assert answer.status_code == 404
    assert path not in logged(stack, answer)


def test_405(stack):
    answer = stack.client.patch(f"/api/v1/notes?q={MARK}", content=MARK, headers=MARKED)
    assert answer.status_code == 405


def test_412_and_409(stack):
    path = f"/api/v1/notes/{notes.note(stack)['id']}"
    body = {"title": MARK, "version": 9}
    assert stack.client.put(path, json=body, headers=MARKED).status_code == 412
    stack.sql("REPLACE INTO note_box VALUES (1, 100, 0)")
    key = str(uuid.uuid4())
    twice = {"count": 1, "items": [{"note": key, "copies": 1}] * 2}
    assert stack.post("/api/v1/note-boxes/1/fill", json=twice).status_code == 409
    for line in stack.error_log():
        assert key not in line and key.replace("-", "") not in line, line


def test_422(stack):
    answer = stack.get(f"/api/v1/note-kinds?text={MARK}&{MARK}={MARK}", headers=MARKED)
    assert answer.status_code == 422
    answer = stack.post("/api/v1/notes", json={MARK: MARK}, headers={**MARKED, **notes.key()})
    assert answer.status_code == 422
    answer = stack.post("/api/v1/notes", content="{" + MARK, headers={**MARKED, **notes.key()})
    assert answer.status_code == 415


def test_413(stack):
    body = {"title": MARK * 8000}
    answer = stack.post(f"/api/v1/notes?q={MARK}", json=body, headers={**MARKED, **notes.key()})
    assert answer.status_code == 413


def test_a_body_that_goes_to_a_file(stack):
    """nginx warns of a buffered body."""
    body = {"title": MARK * 6000}
    answer = stack.post("/api/v1/notes", json=body, headers={**MARKED, **notes.key()})
    assert answer.status_code in (413, 422)


def test_429(stack_factory):
    settings = notes.settings(log_level="notice", http=LIMITS, location="limit_req zone=marks;")
    stack = stack_factory(ready=False, **settings)
    notes.install(stack)
    answers = [stack.get(f"/api/v1/note-hello?name={MARK}", headers=MARKED) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 429, 429]
    assert int(answers[1].headers["retry-after"]) >= 1
    line = next(line for line in stack.error_log() if "limiting requests" in line)
    assert 'route: "GET /api/v1/note-hello"' in line
    assert f"request_id: {answers[1].headers['x-request-id']}" in line
    assert "GET /api/v1/note-hello 429" in logged(stack, answers[1])
    check(stack)


def test_504(stack):
    answer = stack.get(f"/api/v1/note-naps?seconds={NUMBER}", headers=MARKED)
    assert answer.status_code == 504
    assert "GET /api/v1/note-naps 504" in logged(stack, answer)


def test_500(stack):
    stack.sql("RENAME TABLE note_box TO note_box_away")
    try:
        answer = stack.get("/api/v1/note-boxes/4711471147114711", headers=MARKED)
    finally:
        stack.sql("RENAME TABLE note_box_away TO note_box")
    assert answer.status_code == 500
    assert answer.json()["code"] == "internal"
    assert not [line for line in stack.error_log() if "4711471147114711" in line]
    assert [line for line in stack.error_log() if '"notes.box_get"' in line]


@pytest.mark.kills_database
def test_503(stack_factory):
    stack = stack_factory(ready=False, **notes.settings(log_level="notice"))
    notes.install(stack)
    stack.kill_db()
    answer = stack.get(f"/api/v1/notes/{uuid.uuid4()}?", headers=MARKED)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) >= 1
    body = {"title": MARK}
    answer = stack.post("/api/v1/notes", json=body, headers={**MARKED, **notes.key()})
    assert answer.status_code == 503
    check(stack)


def test_who_goes_away(stack):
    """nginx says so with the request, at level info and error."""
    for request in (
        f"GET /api/v1/note-naps?seconds=0.5&x={MARK} HTTP/1.1\r\nHost: {MARK}\r\n\r\n",
        f"GET /api/v1/note-naps?seconds=0.5 HTTP/1.1\r\nHost: {MARK}\r\nX: {MARK}\r\n\r\n",
        f"POST /api/v1/notes?{MARK} HTTP/1.1\r\nHost: {MARK}\r\nContent-Type: application/json\r\n"
        f'Content-Length: 500\r\n\r\n{{"title": "{MARK}',
    ):
        with socket.create_connection(("127.0.0.1", stack.port)) as connection:
            connection.sendall(request.encode())
            time.sleep(0.1)
            # a reset instead of an end
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    time.sleep(0.6)


@pytest.mark.parametrize(
    "request_bytes",
    [
        f"{MARK}\r\n\r\n",
        f"GET /?{MARK} HTTP/9.9\r\n\r\n",
        f"GET /api/v1/notes?{MARK} HTTP/1.1\r\n\r\n",
        f"GET /api/v1/notes HTTP/1.1\r\nHost: x\r\n{MARK} : x\x00\r\n\r\n",
        f"GET /api/v1/{MARK}%00 HTTP/1.1\r\nHost: x\r\n\r\n",
        f"GET /api/v1/notes HTTP/1.1\r\nHost: x\r\nX: {MARK * 5000}\r\n\r\n",
        f"GET /{MARK * 5000} HTTP/1.1\r\nHost: x\r\n\r\n",
        f"POST /api/v1/notes?{MARK} HTTP/1.1\r\nHost: x\r\nContent-Length: x{MARK}\r\n\r\n",
        f"POST /api/v1/notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Transfer-Encoding: chunked\r\n\r\nzz{MARK}\r\n",
    ],
    ids=["line", "version", "host", "header", "nul", "long", "uri", "length", "chunk"],
)
def test_requests_that_cannot_be_read(stack, request_bytes):
    with contextlib.suppress(ConnectionResetError):
        stack.raw(request_bytes.encode())


def test_pages_and_what_is_missing_among_them(stack):
    for path in ("/", "/practitioners", "/assets/missing.js", "/assets/", "/index.html"):
        stack.get(f"{path}?q={MARK}", headers=MARKED)
    stack.post(f"/?q={MARK}", content=MARK, headers=MARKED)


def test_a_level_that_would_tell_is_warned_about(stack):
    good, said = stack.test_configuration(log_level="info")
    assert good
    assert '[warn] legalnet: an error_log of level "info"' in said
    good, said = stack.test_configuration()
    assert good and "[warn]" not in said


def test_even_at_level_info_a_request_that_was_read_is_not_told(stack_factory):
    stack = stack_factory(ready=False, **notes.settings(log_level="info"))
    notes.install(stack)
    stack.get(f"/api/v1/note-kinds?text={MARK}", headers=MARKED)
    stack.get(f"/api/v1/note-naps?seconds={NUMBER}", headers=MARKED)
    stack.post("/api/v1/notes", json={"title": MARK * 8000}, headers={**MARKED, **notes.key()})
    test_who_goes_away(stack)
    assert [line for line in stack.error_log() if re.search(r"route: .*request_id: ", line)]
    check(stack)
