"""Rows that a job hands to another server: each at least once, none lost, whoever dies."""

import collections
import http.server
import threading
import time

import pytest

from fault.outage import metric
from harness.module import build_module
from harness.process import TOP, wait_for, workshop
from harness.stack import BUILD, SANITIZE

SOURCE = TOP / "tests/fault/sending.c"
TABLES = """
CREATE TABLE sending (
    id            BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    body          VARCHAR(40)  NOT NULL,
    url           VARCHAR(100) NOT NULL,
    claim         BINARY(16)   NULL,
    claimed_until DATETIME(6)  NULL,
    tries         INT          NOT NULL DEFAULT 0,
    outcome       VARCHAR(20)  NULL,
    status        INT          NULL,
    sent          INT          NOT NULL DEFAULT 0,
    KEY claim (claim)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE sending_log (
    id         BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    sending_id BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO schema_migrations (version) VALUES ('9003')
"""


class Gateway(http.server.ThreadingHTTPServer):
    """Counts what it was given; `status(body)` is what it answers, after `pause` seconds."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Taker)
        self.taken = collections.Counter()
        self.pause = 0.0
        self.status = lambda body: 200
        self.active = self.most = 0
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/send"

    def handle_error(self, request, client_address):
        pass


class Taker(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with self.server.lock:
            self.server.active += 1
            self.server.most = max(self.server.most, self.server.active)
        time.sleep(self.server.pause)
        with self.server.lock:
            self.server.active -= 1
            self.server.taken[body] += 1
        self.send_response(self.server.status(body))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def gateway():
    one = Gateway()
    yield one
    one.shutdown()
    one.server_close()


def build(variant=""):
    name = f"sending{variant.lower()}-{'asan' if SANITIZE else 'plain'}"
    directory = workshop(name)
    directory.mkdir(parents=True, exist_ok=True)
    source = SOURCE
    if variant:
        source = directory / "variant.c"
        source.write_text(f'#define {variant}\n#include "{SOURCE}"\n')
    return build_module(source, directory, "ngx_http_sending_module", BUILD, SANITIZE)


@pytest.fixture
def start(stack_factory):
    def one(**settings):
        stack = stack_factory(ready=False, modules=[build()], **settings)
        if "database" not in settings:
            for statement in TABLES.strip().split(";\n"):
                stack.sql(statement)
        return stack

    return one


def give(stack, url, count, name="row"):
    rows = [(f"{name}-{n}", url) for n in range(count)]
    stack.sql_many("INSERT INTO sending (body, url) VALUES (%s, %s)", rows)


def left(stack):
    return stack.sql("SELECT COUNT(*) AS n FROM sending WHERE sent = 0")[0]["n"]


def logged(stack):
    return [row["sending_id"] for row in stack.sql("SELECT sending_id FROM sending_log")]


def items(stack, result):
    return metric(stack, "legalnet_job_items_total", job="sending.send", result=result)


def test_every_row_once_when_nothing_happens(start, gateway):
    gateway.pause = 0.02
    stack = start(workers=2)
    give(stack, gateway.url, 40)
    give(stack, "", 5, "nowhere")
    wait_for(lambda: left(stack) == 0, "end of the sending", 60)
    assert gateway.taken == {f"row-{n}": 1 for n in range(40)}
    assert 1 < gateway.most <= 3, "so many at once as the job says"
    assert sorted(logged(stack)) == list(range(1, 46))
    rows = stack.sql("SELECT outcome, status, tries, claim FROM sending ORDER BY id")
    assert {(r["outcome"], r["status"], r["tries"], r["claim"]) for r in rows[:40]} == {
        ("ok", 200, 1, None)
    }
    assert {row["outcome"] for row in rows[40:]} == {"nowhere"}
    wait_for(lambda: items(stack, "settled") == 45, "count of what was settled")
    assert items(stack, "left") == 0


def test_what_fails_is_taken_again(start, gateway):
    refused = set()

    def status(body):
        first = body not in refused
        refused.add(body)
        return 503 if first else 200

    gateway.status = status
    stack = start()
    give(stack, gateway.url, 6)
    give(stack, "http://127.0.0.1:1/", 1, "nobody")
    wait_for(lambda: left(stack) == 1, "end of the sending", 60)
    assert set(gateway.taken.values()) == {2}
    nobody = stack.sql("SELECT outcome, status FROM sending WHERE sent = 0")[0]
    assert nobody == {"outcome": "unreachable", "status": 0}


@pytest.mark.parametrize("nodes", [1, 2])
def test_killed_anywhere_none_is_lost(start, gateway, nodes):
    gateway.pause = 0.1
    stacks = [start()]
    if nodes == 2:
        stacks.append(start(database=stacks[0].database))
    give(stacks[0], gateway.url, 60)
    for kill in range(4):
        before = sum(gateway.taken.values())
        wait_for(lambda: sum(gateway.taken.values()) >= before + 4, "some rows taken", 60)
        stacks[kill % nodes].kill_worker()
        # the lease of the one that died is not what this is about
        stacks[0].sql("UPDATE job SET until = NULL")
    wait_for(lambda: left(stacks[0]) == 0, "end of the sending", 120)
    assert set(gateway.taken) == {f"row-{n}" for n in range(60)}, "none was lost"
    assert sorted(logged(stacks[0])) == list(range(1, 61)), "each was settled once"
    # what was under way when one died, three at a time, and no more
    assert sum(gateway.taken.values()) - 60 <= 4 * 3 + 8


def test_a_worker_that_must_quit_ends_what_is_under_way(start, gateway):
    gateway.pause = 0.4
    stack = start()
    give(stack, gateway.url, 12)
    wait_for(lambda: gateway.active >= 2, "rows under way", 60)
    stack.reload()
    wait_for(lambda: left(stack) == 0, "end of the sending", 60)
    assert gateway.taken == {f"row-{n}": 1 for n in range(12)}, "none twice"


def test_a_hanging_gateway_holds_nothing_else(start, gateway):
    gateway.pause = 5  # the call gives up after 2 s
    stack = start()
    give(stack, gateway.url, 3)
    wait_for(lambda: gateway.active >= 3, "rows under way", 60)
    slowest = 0.0
    for _ in range(50):
        began = time.monotonic()
        assert stack.ops.get("/healthz").status_code == 200
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 1.5
    outcome = lambda: {row["outcome"] for row in stack.sql("SELECT outcome FROM sending")}
    wait_for(lambda: "timeout" in outcome(), "written time-out", 30)
    gateway.pause = 0
    wait_for(lambda: left(stack) == 0, "end of the sending", 60)


@pytest.mark.kills_database
def test_the_database_goes_away_between_call_and_settling(start, gateway):
    gateway.pause = 1.5
    stack = start()
    give(stack, gateway.url, 3)
    wait_for(lambda: gateway.active == 3, "rows under way", 60)
    stack.kill_db()
    time.sleep(1)
    stack.start_db()
    gateway.pause = 0
    wait_for(lambda: left(stack) == 0, "end of the sending", 60)
    assert set(gateway.taken) == {"row-0", "row-1", "row-2"}


def test_half_a_handler_is_refused(start):
    stack = start()
    fine, said = stack.test_configuration(modules=[build("SENDING_HALF")])
    assert not fine and "go together" in said
