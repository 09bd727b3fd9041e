"""A token does not outlive a change of its account, on any node, whatever the node missed."""

import time
import uuid

import httpx
import pytest

from fault.outage import metric
from harness.module import build_module
from harness.process import SLACK, TOP, wait_for, workshop
from harness.stack import BUILD, SANITIZE

SEEN = 2.0 + SLACK  # seconds until every node knows
SECOND = 1_000_000


@pytest.fixture(scope="module")
def module(built):
    directory = workshop(f"revoked-{'asan' if SANITIZE else 'plain'}")
    source = TOP / "tests/fault/revoked.c"
    return build_module(source, directory, "ngx_http_revoked_module", BUILD, SANITIZE)


@pytest.fixture
def node(stack_factory, module):
    def start(**settings):
        stack = stack_factory(modules=[module], features="directory revoked", **settings)
        wait_for(lambda: me(stack, token(uuid.uuid4(), now(stack))) == 200, "node that knows")
        return stack

    return start


def now(stack):
    return stack.get("/api/v1/revoked/now").json()["now"]


def token(account, issued):
    return {"X-Token": f"{account.hex}@{issued}"}


def me(stack, credentials):
    try:
        return stack.get("/api/v1/revoked/me", headers=credentials).status_code
    except httpx.TransportError:  # a kept-alive connection of a worker that was killed
        return stack.get("/api/v1/revoked/me", headers=credentials).status_code


def revoke(stack, account):
    answer = stack.post(f"/api/v1/revoked/{account}")
    assert answer.status_code in (200, 204), answer.text


def change(stack, account, age, topic="account"):
    stack.sql(
        "INSERT INTO change_event (topic, subject, at)"
        " VALUES (%s, %s, UTC_TIMESTAMP(6) - INTERVAL %s SECOND)",
        *(topic, str(account), age),
    )


def test_both_nodes_know_within_two_seconds(node):
    one = node(workers=2)
    two = node(database=one.database)
    account, other = uuid.uuid4(), uuid.uuid4()
    old = now(one)
    assert me(one, token(account, old)) == me(two, token(account, old)) == 200
    revoke(one, account)
    began = time.monotonic()
    wait_for(lambda: me(one, token(account, old)) == 401, "refusal by the node that wrote")
    wait_for(lambda: me(two, token(account, old)) == 401, "refusal by the other node")
    assert time.monotonic() - began < SEEN
    refused = two.get("/api/v1/revoked/me", headers=token(account, old))
    assert refused.json()["code"] == "token_stale"
    assert me(two, token(other, old)) == 200, "nobody else is meant"
    # a token that was issued after both knew
    for stack in (one, two):
        wait_for(lambda: me(stack, token(account, now(stack))) == 200, "new token")
    assert me(one, token(account, old)) == 401


def test_the_own_node_knows_at_once(node):
    stack = node(workers=2)
    account = uuid.uuid4()
    old = now(stack)
    stack.post(f"/api/v1/revoked/{account}/changed")
    assert all(me(stack, token(account, old)) == 401 for _ in range(4))
    assert me(stack, token(account, now(stack))) == 200


def test_a_node_that_starts_looks_back(node):
    one = node()
    recent, ancient, other = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    change(one, ancient, 20 * 60)
    change(one, recent, 14 * 60)
    change(one, other, 60, topic="practitioner")
    # more than one page of a look, of few: many would share a slot with one of the above
    few = [str(uuid.uuid4()) for _ in range(5)]
    one.sql_many(
        "INSERT INTO change_event (topic, subject, at)"
        " VALUES ('session', %s, UTC_TIMESTAMP(6) - INTERVAL 300 SECOND)",
        [(few[n % 5],) for n in range(1500)],
    )
    last = uuid.uuid4()
    change(one, last, 100)
    two = node(database=one.database)
    at = now(two)
    assert me(two, token(recent, at - 14 * 60 * SECOND - SECOND)) == 401
    assert me(two, token(last, at - 101 * SECOND)) == 401
    # issued well after the change, or while its transaction may still have been open
    assert me(two, token(recent, at - 13 * 60 * SECOND)) == 200
    assert me(two, token(recent, at - 14 * 60 * SECOND + 20 * SECOND)) == 401
    assert me(two, token(ancient, at - 15 * 60 * SECOND)) == 200
    assert me(two, token(other, at - 15 * 60 * SECOND)) == 200


def test_before_the_look_back_no_token_is_accepted(node, stack_factory, module):
    one = node()
    holder = one.database.connect()
    holder.cursor().execute("LOCK TABLES change_event WRITE")
    try:
        two = stack_factory(
            modules=[module], features="directory revoked", database=one.database, ready=False
        )
        public = lambda: two.get("/api/v1/revoked/now").status_code == 200
        wait_for(public, "node that answers what is public")
        refused = two.get("/api/v1/revoked/me", headers=token(uuid.uuid4(), now(two)))
        assert refused.status_code == 503 and refused.json()["code"] == "starting"
        assert int(refused.headers["retry-after"]) >= 1
        assert two.get("/api/v1/revoked/me").status_code == 401, "without one it is clear"
    finally:
        holder.cursor().execute("UNLOCK TABLES")
        holder.close()
    wait_for(lambda: me(two, token(uuid.uuid4(), now(two))) == 200, "node that knows", 60)


def test_too_many_changes_hide_none_of_an_account(node):
    stack = node()
    account, other = uuid.uuid4(), uuid.uuid4()
    old = now(stack)
    before = metric(stack, "legalnet_cache_flushes_total")
    rows = [("practitioner", str(n)) for n in range(12_000)]
    rows += [("account", str(account))] + rows
    values = ", ".join("(%s, %s, UTC_TIMESTAMP(6))" for _ in rows)
    stack.sql(
        f"INSERT INTO change_event (topic, subject, at) VALUES {values}",
        *[value for row in rows for value in row],
    )
    wait_for(lambda: me(stack, token(account, old)) == 401, "refusal")
    assert metric(stack, "legalnet_cache_flushes_total") > before, "they were not read singly"
    assert me(stack, token(other, old)) == 200


def test_a_reload_and_a_killed_worker_forget_nothing(node):
    stack = node()
    account = uuid.uuid4()
    old = now(stack)
    revoke(stack, account)
    wait_for(lambda: me(stack, token(account, old)) == 401, "refusal")
    stack.reload()
    assert me(stack, token(account, old)) == 401
    stack.kill_worker()
    change(stack, other := uuid.uuid4(), 0)
    wait_for(lambda: me(stack, token(other, old)) == 401, "refusal after the kill")
    assert me(stack, token(account, old)) == 401
