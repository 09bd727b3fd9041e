"""The operator's gateways: slow, wrong, dead, half-answering, and two nodes that send."""

import collections
import time

import pytest

from api.notice_world import *  # noqa: F403
from api.notice_world import FEATURES, KEY
from fault.outage import metric


@pytest.fixture
def gateway():
    one = Gateway()
    yield one
    one.end()


@pytest.fixture
def second():
    one = Gateway()
    yield one
    one.end()


@pytest.fixture
def start(stack_factory):
    def one(*urls, options="", **settings):
        http = gateways(*urls, options=options)
        stack = stack_factory(features=FEATURES, http=http, **settings)
        never_quiet(stack)
        quick(stack)
        return stack

    return one


def code(stack, **columns):
    return put(stack, "sign_in_code", params={"code": "424242"}, **columns)


def all_sent(stack, ids, seconds=60):
    wait_for(lambda: counts(stack) == {"sent": len(ids)}, "end of the sending", seconds)


def counts(stack):
    rows = stack.sql("SELECT state, COUNT(*) AS n FROM outbox GROUP BY state")
    return {row["state"]: row["n"] for row in rows}


def claims_are_over(stack):
    """As if the minute that a claim lasts had passed."""
    stack.sql("UPDATE outbox SET claimed_until = UTC_TIMESTAMP(6) WHERE state = 'sending'")
    stack.sql("UPDATE job SET until = NULL, last_run = NULL")


def test_thin_thread(start, gateway):
    stack = start(gateway.url)
    assert stack.get("/api/v1/notices/channels").json() == {"sms": "gateway"}
    phone = new_phone()
    one = code(stack, phone=phone)
    found = until(stack, one, "sent")
    assert found["gateway"] == "g1" and found["provider_id"] == f"p-{one}"
    assert found["params"] is None and found["tries"] == 1 and found["claim"] is None
    message, headers, _ = gateway.taken[0]
    assert message == {
        "id": str(one),
        "to": phone,
        "text": message["text"],
        "template": "sign_in_code",
        "version": 1,
        "locale": "zh-CN",
        "wording": "plain",
        "params": {"code": "424242"},
    }
    assert "424242" in message["text"] and headers["Content-Type"] == "application/json"
    assert headers["Idempotency-Key"] == str(one)


def test_each_once_when_nothing_happens_on_two_nodes(start, gateway):
    gateway.pause = 0.02
    stack = start(gateway.url, workers=2)
    start(gateway.url, database=stack.database, workers=2)
    ids = [put(stack) if n % 2 else code(stack, expires=300) for n in range(120)]
    all_sent(stack, ids, 120)
    assert collections.Counter(gateway.ids()) == {str(one): 1 for one in ids}


def test_what_is_soon_worthless_goes_before_a_backlog(start, gateway):
    gateway.pause = 0.2
    stack = start(gateway.url)
    backlog = [put(stack) for _ in range(100)]
    wait_for(lambda: len(gateway.ids()) >= 8, "begun backlog")
    one = code(stack, expires=300)
    until(stack, one, "sent")
    assert counts(stack).get("waiting", 0) > 20, "the backlog is still there"
    all_sent(stack, [*backlog, one], 120)


def test_fail_over(start, gateway, second):
    gateway.answer = lambda message, times: (503, {}, {})
    stack = start(gateway.url, second.url)
    ids = [code(stack) for _ in range(20)]
    all_sent(stack, ids)
    assert {row(stack, one)["gateway"] for one in ids} == {"g2"}
    assert collections.Counter(second.ids()) == {str(one): 1 for one in ids}
    assert len(gateway.ids()) < 20, "the first rests after it failed"
    # and is asked again when it is well
    gateway.answer = lambda message, times: (200, {}, {"id": "well"})

    def asked_again():
        return until(stack, code(stack), "sent")["gateway"] == "g1"

    wait_for(asked_again, "return of the first", 60)


@pytest.mark.parametrize("way", ["dead", "slow", "half", "nonsense", "no id", "html", "key"])
def test_a_gateway_that_is_not_well(start, gateway, second, way):
    answers = {
        "half": (200, {}, None),
        "nonsense": (200, {}, b'{"id": '),
        "no id": (200, {}, {"ok": True}),
        "html": (200, {"Content-Type": "text/html"}, b"<html>welcome</html>"),
        "key": (401, {}, {"error": "signature"}),
    }
    url = "http://127.0.0.1:1/send" if way == "dead" else gateway.url
    gateway.pause = 4 if way == "slow" else 0
    gateway.answer = lambda message, times: answers.get(way, (200, {}, {"id": "late"}))
    stack = start(url, second.url, options="timeout=1s")
    ids = [code(stack) for _ in range(3)]
    all_sent(stack, ids)
    assert {row(stack, one)["gateway"] for one in ids} == {"g2"}


def test_back_off_and_then_given_up(start, gateway):
    gateway.answer = lambda message, times: (400, {}, {})
    stack = start(gateway.url)
    stack.sql("UPDATE rule SET value = 4 WHERE name = 'notice.tries'")
    stack.sql("UPDATE rule SET value = 8 WHERE name = 'notice.pause_most'")
    one = code(stack)
    found = until(stack, one, "failed", seconds=60)
    assert found["tries"] == 4 and found["reason"] == "gateway_refused"
    assert found["params"] is not None, "it may be sent again"
    times = [at for _, _, at in gateway.taken]
    pauses = [later - earlier for earlier, later in zip(times, times[1:])]
    assert len(pauses) == 3
    for pause, least in zip(pauses, (0.75, 1.5, 3)):
        assert pause >= least - 0.05, pauses
    assert any("was not sent: gateway_refused" in line for line in stack.error_log())


def test_refused_for_good(start, gateway, second):
    gateway.answer = lambda message, times: (422, {}, {"error": "no such number"})
    stack = start(gateway.url, second.url)
    found = until(stack, code(stack), "failed")
    assert found["reason"] == "refused" and found["tries"] == 1
    assert second.ids() == []


def test_retry_after_is_honoured(start, gateway):
    gateway.answer = lambda message, times: (
        (429, {"Retry-After": "6"}, {}) if len(gateway.taken) == 1 else (200, {}, {"id": "x"})
    )
    stack = start(gateway.url)
    first = code(stack)
    wait_for(lambda: gateway.taken, "first call")
    others = [code(stack) for _ in range(3)]
    wait_for(lambda: row(stack, others[0])["reason"] == "gateway_down", "waiting notice")
    assert row(stack, others[0])["tries"] == 0, "waiting for a gateway is no try"
    all_sent(stack, [first, *others])
    times = [at for _, _, at in gateway.taken]
    assert times[1] - times[0] >= 5.9


def test_a_redirect_is_not_followed(start, gateway, second):
    gateway.answer = lambda message, times: (307, {"Location": second.url}, {"id": "x"})
    stack = start(gateway.url)
    one = code(stack)
    wait_for(lambda: row(stack, one)["reason"] == "gateway_refused", "refused redirect")
    assert second.ids() == []


def test_a_gateway_away_for_longer_than_a_code_is_good(start):
    stack = start("http://127.0.0.1:1/send")
    one, lasting = code(stack, expires=3), put(stack)
    assert until(stack, one, "expired")["params"] is None
    assert state(stack, lasting) in ("waiting", "sending")


@pytest.mark.parametrize("nodes", [1, 2])
@pytest.mark.parametrize("point", ["claimed", "answered", "anywhere"])
def test_killed_none_is_lost(start, gateway, nodes, point):
    """-9 while gateways are asked, when they have just answered, and at any time."""
    gateway.pause = {"claimed": 0.4, "answered": 0.05, "anywhere": 0.1}[point]
    stacks = [start(gateway.url)]
    if nodes == 2:
        stacks.append(start(gateway.url, database=stacks[0].database))
    ids = [put(stacks[0]) if n % 2 else code(stacks[0], expires=3600) for n in range(60)]
    for kill in range(3):
        before = len(gateway.ids())
        wait_for(lambda: len(gateway.ids()) >= before + 3, "some taken", 60)
        if point == "answered":
            wait_for(lambda: gateway.active == 0, "answers given", 10)
        elif point == "anywhere":
            time.sleep(secrets.randbelow(300) / 1000)
        stacks[kill % nodes].kill_worker()
        claims_are_over(stacks[0])
        if counts(stacks[0]).get("sent") == 60:
            break

    def over():
        claims_are_over(stacks[0])
        return counts(stacks[0]) == {"sent": 60}

    wait_for(over, "end of the sending", 120)
    assert set(gateway.ids()) == {str(one) for one in ids}, "none was lost"


def test_what_a_dead_worker_held_is_released(start, gateway):
    gateway.pause = 2
    stack = start(gateway.url)
    one = code(stack)
    wait_for(lambda: gateway.active == 1, "call under way")
    stack.kill_worker()
    assert state(stack, one) == "sending"
    gateway.pause = 0
    claims_are_over(stack)
    assert until(stack, one, "sent")["tries"] == 2
    assert gateway.ids() == [str(one)] * 2, "twice, under one Idempotency-Key"


def test_a_row_that_kills_is_given_up(start, gateway):
    stack = start(gateway.url)
    one = code(stack, due=2)
    stack.sql("UPDATE outbox SET tries = 20 WHERE id = %s", one.bytes)
    assert until(stack, one, "failed")["reason"] == "tries"
    assert gateway.ids() == []


def test_a_reload_ends_what_is_under_way(start, gateway):
    gateway.pause = 0.5
    stack = start(gateway.url)
    ids = [code(stack) for _ in range(12)]
    wait_for(lambda: gateway.active >= 2, "calls under way")
    stack.reload()
    claims_over_after = time.monotonic() + 5
    while counts(stack) != {"sent": 12} and time.monotonic() < claims_over_after:
        time.sleep(0.1)
    wait_for(lambda: gateway.active == 0, "end of the calls")
    stack.sql("UPDATE job SET until = NULL, last_run = NULL")
    wait_for(lambda: (claims_are_over(stack), counts(stack) == {"sent": 12})[1], "end", 60)
    twice = [one for one, n in collections.Counter(gateway.ids()).items() if n > 1]
    assert not twice and set(gateway.ids()) == {str(one) for one in ids}


@pytest.mark.kills_database
def test_the_database_goes_away_between_call_and_settling(start, gateway):
    gateway.pause = 1.5
    stack = start(gateway.url)
    ids = [code(stack) for _ in range(3)]
    wait_for(lambda: gateway.active == 3, "calls under way")
    stack.kill_db()
    time.sleep(1)
    stack.start_db()
    gateway.pause = 0

    def over():
        claims_are_over(stack)
        return counts(stack) == {"sent": 3}

    wait_for(over, "end of the sending", 60)
    assert set(gateway.ids()) == {str(one) for one in ids}


def test_nothing_else_waits_for_a_hanging_gateway(start, gateway):
    gateway.pause = 4
    stack = start(gateway.url)
    for _ in range(8):
        code(stack)
    wait_for(lambda: gateway.active >= 4, "calls under way")
    slowest = 0.0
    for _ in range(30):
        began = time.monotonic()
        assert stack.get("/api/v1/notices/channels").status_code == 200
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 2


def test_nothing_personal_in_the_logs(start, gateway):
    phones = [new_phone() for _ in range(4)]
    answers = iter([(503, {}, {}), (400, {}, {}), (200, {}, None), (422, {}, {})])
    gateway.answer = lambda message, times: next(answers, (200, {}, {"id": "x"}))
    stack = start(gateway.url)
    for phone in phones:
        code(stack, phone=phone)
    wait_for(lambda: counts(stack) == {"sent": 3, "failed": 1}, "end of the sending", 60)
    assert metric(stack, "legalnet_notices_total", outcome="sent") >= 3
    stack.reopen()
    log = "\n".join(stack.error_log() + stack.access_log())
    for secret in ("424242", gateway.url, KEY, *phones):
        assert secret not in log


# The configuration


@pytest.fixture(scope="module")
def plain(module_stack_factory):
    return module_stack_factory(features=FEATURES)


def test_without_a_gateway_rows_wait(plain):
    assert plain.get("/api/v1/notices/channels").json() == {"sms": "none"}
    one = code(plain)
    wait_for(lambda: row(plain, one)["reason"] == "no_gateway", "looked-at row")
    assert row(plain, one)["tries"] == 0 and row(plain, one)["params"] is not None


GATEWAY = "legalnet_notice_gateway main http://127.0.0.1:1/ "


@pytest.mark.parametrize(
    "line,said",
    [
        ("legalnet_notice_gateway main http://127.0.0.1:1/;", "needs key_file="),
        ("legalnet_notice_gateway main ftp://127.0.0.1/ key_file={key};", "begins with https://"),
        (GATEWAY + "key_file={key} color=red;", "none of key_file="),
        (GATEWAY + "key_file={key} timeout=11s;", "longer than 10s"),
        (GATEWAY + "key_file={key} timeout=soon;", "timeout that is none"),
        (GATEWAY + "key_file={none};", "cannot be read"),
        (GATEWAY + "key_file={short};", "shorter than 32 bytes"),
        (GATEWAY + "key_file={open};", "must be 600"),
        ((GATEWAY + "key_file={key};") * 2, "stands twice"),
        (
            "".join(f"legalnet_notice_gateway g{n} http://x/ key_file={{key}};" for n in range(5)),
            "more often than",
        ),
        (GATEWAY + "key_file={key}; legalnet_notice_file f;", "beside a gateway"),
        ("legalnet_notice_file no/such/folder/f;", "cannot be opened"),
    ],
)
def test_mistakes_are_named(plain, line, said):
    names = {
        "key": key_file(),
        "none": "/nowhere/notice.key",
        "short": key_file("k" * 31 + "\n"),
        "open": key_file(mode=0o644),
    }
    fine, output = plain.test_configuration(http=line.format(**names))
    assert not fine and said in output, output
