"""The database behind TLS and a slow link: nothing in the event loop waits for it."""

import time

import pytest

from fault.outage import ask, together, until_well
from harness import Database, Relay
from plugin import notes

DELAY = 0.05
NAP = 0.6


@pytest.fixture(scope="module")
def far_stack(module_stack_factory):
    database = Database(tls=True)
    relay = Relay("127.0.0.1", database.port, delay=DELAY)
    stack = module_stack_factory(
        database=database, hosts=[f"localhost:{relay.port}"], ready=False, **notes.settings()
    )
    notes.install(stack)
    until_well(stack, nap(0), 20)
    yield stack
    stack.stop()
    relay.close()
    database.close()


def nap(seconds):
    return f"/api/v1/note-naps?seconds={seconds}"


def test_the_session_is_encrypted(far_stack):
    assert ask(far_stack, nap(0)).status == 200
    rows = far_stack.sql(
        "SELECT variable_value AS cipher FROM information_schema.session_status"
        " WHERE variable_name = 'Ssl_accepts'"
    )
    assert rows
    accepted = far_stack.sql("SHOW GLOBAL STATUS LIKE 'Ssl_finished_accepts'")
    assert int(accepted[0]["Value"]) > 0


def test_sleeping_queries_of_one_worker_do_not_wait_for_each_other(far_stack):
    together(far_stack, *[nap(0.2)] * 3)
    began = time.monotonic()
    answers = together(far_stack, *[nap(NAP)] * 3)
    took = time.monotonic() - began
    assert [answer.status for answer in answers] == [200] * 3
    assert took < 2.5 * NAP, f"three naps of {NAP} s took {took:.2f} s: one blocked the others"


def test_a_connection_that_dies_takes_no_other_with_it(far_stack):
    """OpenSSL's errors are a queue of the thread: a dead connection's must not reach the others."""
    naps = [nap(1.2)] * 2
    answers = together(far_stack, nap(10), *naps)
    assert [answer.status for answer in answers] == [504, 200, 200]
    lost = [line for line in far_stack.error_log() if "error 2013" in line]
    answers = [ask(far_stack, nap(0)) for _ in range(10)]
    assert {answer.status for answer in answers} == {200}
    assert [line for line in far_stack.error_log() if "error 2013" in line] == lost


def test_the_event_loop_serves_while_queries_and_connects_are_under_way(far_stack):
    """A static page asked beside sleeping queries comes at once."""
    answers = together(far_stack, *[nap(NAP)] * 4, *["/"] * 10)
    assert max(answer.seconds for answer in answers[4:]) < NAP / 2
    assert min(answer.seconds for answer in answers[:4]) >= NAP


def test_rows_arrive_whole(far_stack):
    title = "律" * 60
    note = notes.note(far_stack, title=title)
    assert far_stack.get(f"/api/v1/notes/{note['id']}").json()["title"] == title
