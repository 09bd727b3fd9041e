"""The database behind TLS and a slow link: nothing in the event loop waits for it."""

import concurrent.futures

import pytest

from fault.outage import ask, sessions, together, until_well
from harness import Database, Relay
from harness.process import wait_for
from plugin import notes

DELAY = 0.05
NAP = 2.0
LANES = "lane read connections=4 timeout=6s;"


@pytest.fixture(scope="module")
def far_stack(module_stack_factory):
    database = Database(tls=True)
    relay = Relay("127.0.0.1", database.port, delay=DELAY)
    stack = module_stack_factory(
        database=database,
        hosts=[f"localhost:{relay.port}"],
        lanes=LANES,
        ready=False,
        **notes.settings(),
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
    together(far_stack, *[nap(0.3)] * 3)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        naps = pool.submit(together, far_stack, *[nap(NAP)] * 3)
        asleep = lambda: sum("SLEEP" in info for info in sessions(far_stack).values())
        wait_for(lambda: asleep() == 3 or naps.done(), "three naps at the same time")
        assert not naps.done(), "one blocked the others"
        assert [answer.status for answer in naps.result()] == [200] * 3


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
    assert max(answer.seconds for answer in answers[4:]) < 0.8 * NAP
    assert min(answer.seconds for answer in answers[:4]) >= NAP


def test_rows_arrive_whole(far_stack):
    title = "律" * 60
    note = notes.note(far_stack, title=title)
    assert far_stack.get(f"/api/v1/notes/{note['id']}").json()["title"] == title
