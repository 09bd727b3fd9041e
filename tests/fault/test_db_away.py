"""The database hangs, is gone, has no place left: answers come in time, and come back."""

import time

import pytest

from fault.outage import ask, metric, quiet, together, until_well
from harness.process import SLACK, wait_for
from plugin import notes

DEADLINE = 4.0  # of the lanes point and read, see LANES
LANES = """
    lane point connections=1 queue=64 timeout=4s;
    lane read connections=2 queue=8 timeout=4s;
"""
LATE = DEADLINE + 1 + SLACK  # when whoever waited for the deadline has his answer


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(ready=False, lanes=LANES, **notes.settings())
    notes.install(stack)
    until_well(stack, nap(0), 20)
    return stack


def nap(seconds):
    return f"/api/v1/note-naps?seconds={seconds}"


@pytest.mark.kills_database
def test_a_hung_database_harms_only_what_needs_it(stack):
    note = f"/api/v1/notes/{notes.note(stack)['id']}"
    quiet(stack)
    assert ask(stack, note).status == 200  # now it is cached
    assert ask(stack, nap(0)).status == 200
    stack.pause_db()
    try:
        answers = together(stack, *[nap(0)] * 6, note, "/")
        assert {answer.status for answer in answers[:6]} <= {503, 504}
        assert max(answer.seconds for answer in answers[:6]) < LATE
        assert [answer.status for answer in answers[6:]] == [200, 200]
        assert max(answer.seconds for answer in answers[6:]) < DEADLINE / 2

        # silence has been noticed: nobody waits any more
        later = [ask(stack, nap(0)) for _ in range(20)]
        assert {answer.status for answer in later} == {503}
        assert max(answer.seconds for answer in later) < DEADLINE / 2
        assert ask(stack, note).status == 200
        assert metric(stack, "legalnet_db_circuit_open") == 1
        time.sleep(3)
    finally:
        stack.resume_db()
    until_well(stack, nap(0), 2)
    assert metric(stack, "legalnet_db_circuit_open") == 0


@pytest.mark.kills_database
def test_refusals_say_when_to_come_back(stack):
    stack.pause_db()
    try:
        together(stack, *[nap(0)] * 6)
        answer = stack.get(nap(0))
        assert answer.status_code == 503
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert int(answer.headers["retry-after"]) >= 1
    finally:
        stack.resume_db()
    until_well(stack, nap(0), 2)


@pytest.mark.kills_database
def test_a_database_that_is_gone_is_found_again(stack):
    assert ask(stack, nap(0)).status == 200
    stack.kill_db()
    answers = [ask(stack, nap(0)) for _ in range(20)]
    assert {answer.status for answer in answers} == {503}
    assert max(answer.seconds for answer in answers) < DEADLINE / 2
    assert ask(stack, "/").status == 200
    stack.start_db()
    until_well(stack, nap(0), 2)


def test_a_full_queue_refuses_at_once(stack):
    """Two connections at work, eight wait, whoever comes then is refused."""
    connections = lambda: metric(stack, "legalnet_db_connections", lane="read")
    wait_for(lambda: together(stack, *[nap(0.3)] * 4) and connections() == 2, "both connections")
    answers = together(stack, *[nap(1.8)] * 14)
    refused = [answer for answer in answers if answer.status == 503]
    served = [answer for answer in answers if answer.status == 200]
    late = [answer for answer in answers if answer.status == 504]
    assert len(refused) in (4, 5)  # the worker's own look for changes may take a place
    assert max(answer.seconds for answer in refused) < 1.8
    assert len(served) + len(late) == 14 - len(refused)
    assert max(answer.seconds for answer in answers) < LATE
    assert metric(stack, "legalnet_db_refused_total", lane="read") >= 4


def test_a_statement_past_its_deadline_is_504_and_harms_nobody(stack):
    answers = together(stack, nap(10), nap(0))
    assert answers[0].status == 504
    assert DEADLINE - 0.1 < answers[0].seconds < LATE
    assert answers[1].status == 200
    assert answers[1].seconds < DEADLINE / 2
    assert ask(stack, nap(0)).status == 200
