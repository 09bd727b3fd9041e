"""Notices: rows for the outbox, and gateways that behave and misbehave as told."""

import datetime
import hashlib
import hmac
import http.server
import json
import os
import secrets
import threading
import time
import uuid

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.auth_world import FIELD_KEY, Person, derive, new_phone, unseal
from harness.process import new_directory, wait_for

FEATURES = "directory auth notice"
STACK = {"features": FEATURES, "http": "legalnet_notice_file notices.jsonl;"}
KEY = "notice-key-" + "n" * 32


def seal(text, field):
    """As the module encrypts a column, under the key of the harness."""
    nonce = secrets.token_bytes(12)
    cipher = AESGCM(derive(FIELD_KEY, "field aes-256-gcm"))
    return b"\1\1" + nonce + cipher.encrypt(nonce, text.encode(), b"\1\1" + field.encode())


def put(stack, template="new_sign_in", phone=None, params=None, account=None, **columns):
    """One row for the outbox, as a feature writes it; its id."""
    own = columns.pop("own", False)
    one = uuid.UUID(bytes=int(time.time() * 1000).to_bytes(6, "big") + secrets.token_bytes(10))
    values = {
        "id": one.bytes,
        "template": template,
        "account_id": account.bytes if account else None,
        "recipient": None if own else seal(phone or new_phone(), "outbox.recipient"),
        "params": seal(json.dumps(params), "outbox.params") if params is not None else None,
        "locale": columns.pop("locale", None),
    }
    due, expires = columns.pop("due", 0), columns.pop("expires", None)
    assert not columns
    stack.sql(
        f"INSERT INTO outbox ({', '.join(values)}, due_at, expires_at, created_at, updated_at)"
        f" VALUES ({', '.join(['%s'] * len(values))},"
        " UTC_TIMESTAMP(6) + INTERVAL %s SECOND, UTC_TIMESTAMP(6) + INTERVAL %s SECOND,"
        " UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
        *values.values(),
        due,
        expires,
    )
    return one


def row(stack, one):
    return stack.sql("SELECT * FROM outbox WHERE id = %s", one.bytes)[0]


def state(stack, one):
    return row(stack, one)["state"]


def until(stack, one, *states, seconds=30):
    """Wait for one of these states; the row."""
    wait_for(lambda: state(stack, one) in states, f"state {states}", seconds)
    return row(stack, one)


def messages(stack):
    """What the file holds."""
    path = stack.directory / "notices.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()]


def message_to(stack, phone):
    """The newest message in the file to this number, once there is one."""
    found = lambda: [one for one in messages(stack) if one["to"] == phone]
    wait_for(lambda: found(), "message in the file", 30)
    return found()[-1]


def signed_in(stack):
    """Somebody who found his code in the file."""
    person = Person(stack)
    assert stack.post("/api/v1/auth/codes", json={"phone": person.phone}).status_code == 200
    return person.sign_in(code=message_to(stack, person.phone)["params"]["code"])


def never_quiet(stack):
    """Tests run at any hour: who has said nothing has no quiet hours."""
    stack.sql("UPDATE rule SET value = 0 WHERE name IN ('notice.quiet_from', 'notice.quiet_to')")


def quick(stack):
    """Tries follow each other at once."""
    stack.sql("UPDATE rule SET value = 1 WHERE name IN ('notice.pause', 'notice.pause_most')")


def minutes_from_now(minutes):
    """A time of the day in Asia/Shanghai."""
    now = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
    return (now + datetime.timedelta(minutes=minutes)).strftime("%H:%M")


class Gateway(http.server.ThreadingHTTPServer):
    """Takes messages; `answer(message, times)` is (status, headers, body), after `pause` s.

    A body of None closes the connection in the middle of the answer.
    """

    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Taker)
        self.lock = threading.Lock()
        self.taken = []  # (message, headers, monotonic time), of every call
        self.pause = 0.0
        self.active = 0
        self.answer = lambda message, times: (200, {}, {"id": f"p-{message['id']}"})
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/send"

    def ids(self):
        with self.lock:
            return [message["id"] for message, _, _ in self.taken]

    def end(self):
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address):
        pass


class Taker(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        gateway = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        stamp = self.headers["X-Legalnet-Timestamp"]
        expected = hmac.digest(KEY.encode(), stamp.encode() + b"." + body, hashlib.sha256).hex()
        right = hmac.compare_digest(expected, self.headers["X-Legalnet-Signature"])
        if not right or abs(int(stamp) - time.time()) > 60:
            return self.reply(401, {}, {"error": "signature"})
        message = json.loads(body)
        assert self.headers["Idempotency-Key"] == message["id"]
        with gateway.lock:
            gateway.taken.append((message, dict(self.headers), time.monotonic()))
            times = sum(one["id"] == message["id"] for one, _, _ in gateway.taken)
            gateway.active += 1
        time.sleep(gateway.pause)
        with gateway.lock:
            gateway.active -= 1
        self.reply(*gateway.answer(message, times))

    def reply(self, status, headers, body):
        text = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text) if body is not None else 100))
        self.end_headers()
        self.wfile.write(text)
        if body is None:
            self.wfile.write(b'{"id": "')
            self.close_connection = True

    def log_message(self, *arguments):
        pass


def key_file(text=KEY, mode=0o600):
    path = new_directory("notice") / "notice.key"
    path.write_text(text)
    os.chmod(path, mode)
    return path


def gateways(*urls, options=""):
    """Directives for these, in this order."""
    path = key_file()
    return "".join(
        f"legalnet_notice_gateway g{number} {url} key_file={path} {options};\n"
        for number, url in enumerate(urls, 1)
    )
