"""Half a minute without the database, databases killed under load: promises at full size."""

import json
import time
import uuid

import pytest

from fault.outage import until_well
from harness.traffic import Traffic
from plugin import notes

OUTAGE = 30.0
NAP = "/api/v1/note-naps?seconds=0.005"


@pytest.fixture
def noted(stack_factory):
    stack = stack_factory(ready=False, workers=2, **notes.settings())
    notes.install(stack)
    stack.sql("INSERT INTO note_box (id, capacity) VALUES (1, 1000000)")
    until_well(stack, NAP, 20)
    return stack


def questions(number):
    return "GET", NAP, {}, None


def pages(number):
    return "GET", "/assets/none.js", {}, None  # nginx's own 404: as quick as a file


def takes(number):
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    body = json.dumps({"count": 1, "seconds": 0}).encode()
    return "POST", "/api/v1/note-boxes/1/slow", headers, body


def busy(stack, seconds):
    """Questions and pages at the same time: (traffic of questions, traffic of pages)."""
    with Traffic(stack.port, 16, questions, pause=0.05) as asked:
        with Traffic(stack.port, 4, pages, pause=0.02) as served:
            time.sleep(seconds)
    assert asked.failures == []
    assert served.failures == []
    return asked, served


@pytest.mark.prove
@pytest.mark.kills_database
@pytest.mark.parametrize("kind", ["hung", "gone"])
def test_half_a_minute_without_the_database(noted, kind):
    asked, usual = busy(noted, 5)
    assert set(asked.statuses()) == {200}

    noted.pause_db() if kind == "hung" else noted.kill_db()
    asked, served = busy(noted, OUTAGE)
    noted.resume_db() if kind == "hung" else noted.start_db()

    until_well(noted, NAP, 2)
    assert set(asked.statuses()) <= {503, 504}
    assert asked.percentile(0.99) < 1
    assert set(served.statuses()) == {404}
    # the clients of this test share the processors: twice the usual, and a tick of the scheduler
    assert served.percentile(0.99) < 2 * usual.percentile(0.99) + 0.02


def check_killed_databases(stack, kills, clients):
    """Whoever repeats with his key until he hears of it has it exactly once."""
    lost = {503, 504}
    with Traffic(stack.port, clients, takes, pause=0.01, repeats=2000, lost=lost) as traffic:
        for _ in range(kills):
            traffic.more(60)
            stack.kill_db()
            stack.start_db()
        traffic.more(60)
    assert traffic.failures == []
    assert set(traffic.statuses()) == {204}
    assert stack.sql("SELECT used FROM note_box WHERE id = 1") == [{"used": len(traffic.answers)}]


@pytest.mark.kills_database
def test_a_killed_database_loses_and_doubles_nothing(noted):
    check_killed_databases(noted, 2, 6)


@pytest.mark.prove
@pytest.mark.kills_database
def test_databases_killed_again_and_again_lose_and_double_nothing(noted):
    check_killed_databases(noted, 10, 16)
