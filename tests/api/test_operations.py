"""/healthz, /readyz and /metrics, and the API while migrations are missing."""

import re
import time

import pytest

from harness.process import SLACK, wait_for
from plugin import notes

STACK = {"workers": 2}
LINE = re.compile(r"^[a-z_]+(\{[a-z_]+=\"[^\"]*\"(,[a-z_]+=\"[^\"]*\")*\})? -?[0-9.e+]+$|^$")


def metrics(stack):
    found = {}
    for line in stack.ops.get("/metrics").text.splitlines():
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            found[name] = float(value)
    return found


def test_health(stack):
    answer = stack.ops.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
    assert answer.headers["cache-control"] == "no-store"


def test_ready(stack):
    answer = stack.ops.get("/readyz")
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == "ready"
    assert said["databases"][0]["name"] == "main"
    assert said["databases"][0]["missing"] == []
    newest = stack.sql("SELECT MAX(version) AS version FROM schema_migrations")[0]["version"]
    assert said["databases"][0]["migration"] == newest


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_only_get_and_head(stack, path):
    assert stack.ops.post(path).status_code == 405
    head = stack.ops.head(path)
    assert (head.status_code, head.content) == (200, b"")


def test_metrics_are_prometheus_text(stack):
    stack.get("/api/v1/regions")
    answer = stack.ops.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families, described = set(), set()
    for line in answer.text.splitlines():
        if line.startswith("# HELP "):
            assert line.split()[2] not in described, f"{line} is told twice"
            described.add(line.split()[2])
        elif line.startswith("# TYPE "):
            families.add(line.split()[2])
        else:
            assert LINE.match(line) or '{route="' in line, line
    assert families == described
    assert {
        "legalnet_build_info",
        "legalnet_requests_total",
        "legalnet_request_seconds",
        "legalnet_cache_requests_total",
        "legalnet_db_connections",
        "legalnet_db_waiting",
        "legalnet_db_wait_seconds",
        "legalnet_db_retries_total",
        "legalnet_db_prepares_total",
        "legalnet_db_circuit_open",
    } <= families


def test_requests_are_counted_by_route_and_status(stack):
    before = metrics(stack)
    for _ in range(3):
        assert stack.get("/api/v1/languages").status_code == 200
    stack.get("/api/v1/languages?nonsense=1")
    stack.get("/api/v1/nothing")
    family = "legalnet_requests_total"
    last = f'{family}{{route="none",status="4xx"}}'

    # a request is counted when it ends, which is after its answer has gone out
    wait_for(lambda: metrics(stack)[last] > before.get(last, 0), "count of the last request")
    after = metrics(stack)

    def more(name):
        return after[name] - before.get(name, 0)

    route = 'route="GET /api/v1/languages"'
    assert more(f'{family}{{{route},status="2xx"}}') == 3
    assert more(f'{family}{{{route},status="4xx"}}') == 1
    assert more(last) == 1
    assert more(f"legalnet_request_seconds_count{{{route}}}") == 4
    assert more(f'legalnet_request_seconds_bucket{{{route},le="+Inf"}}') == 4


def test_counters_survive_a_reload(stack):
    name = 'legalnet_requests_total{route="GET /api/v1/languages",status="2xx"}'
    earlier = metrics(stack).get(name, 0)
    stack.get("/api/v1/languages")
    wait_for(lambda: metrics(stack)[name] > earlier, "count of the request")
    before = metrics(stack)[name]
    stack.reload()
    assert metrics(stack)[name] == before > 0


def test_missing_migrations(stack_factory):
    stack = stack_factory(ready=False, workers=2, **notes.settings(prepare=None))
    wait_for(lambda: notes.fresh(stack) == 503, "503 for missing migrations")
    answer = stack.get("/api/v1/regions")
    assert answer.status_code == 503
    assert answer.json()["code"] == "migrations_missing"
    assert int(answer.headers["retry-after"]) >= 1
    ready = stack.ops.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["status"] == "not_ready"
    assert ready.json()["databases"][0]["missing"] == [{"feature": "notes", "migration": "9001"}]
    assert stack.ops.get("/healthz").status_code == 200
    began = time.monotonic()
    notes.install(stack)
    assert time.monotonic() - began < 4 + SLACK
    wait_for(lambda: stack.get("/api/v1/regions").status_code == 200, "the other worker")
    assert stack.is_ready()


def test_no_table_of_migrations_at_all(stack_factory):
    stack = stack_factory()
    stack.sql("RENAME TABLE schema_migrations TO away")
    stack.reload()
    wait_for(lambda: notes.fresh(stack) == 503, "503 for missing migrations")
    assert stack.ops.get("/readyz").json()["databases"][0]["status"] == "migrations_missing"
    stack.sql("RENAME TABLE away TO schema_migrations")
    wait_for(lambda: notes.fresh(stack) == 200, "answers again")


@pytest.mark.kills_database
def test_the_database_is_away(stack_factory):
    stack = stack_factory()
    stack.kill_db()
    answer = stack.ops.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["databases"][0]["status"] in ("unavailable", "timeout")
    assert stack.ops.get("/healthz").status_code == 200
    assert stack.ops.get("/metrics").status_code == 200
    stack.start_db()
    wait_for(stack.is_ready, "ready again")
