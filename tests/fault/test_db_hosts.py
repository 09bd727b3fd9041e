"""Several hosts: the first that works is used, and the way back is found."""

import pytest

from fault.outage import ask, together, until_well
from harness import Database, Relay
from plugin import notes

LANES = """
    lane point connections=1 queue=64 timeout=4s;
    lane read connections=2 queue=64 timeout=4s;
    connect_timeout 1s;
"""


def nap(seconds):
    return f"/api/v1/note-naps?seconds={seconds}"


@pytest.fixture
def two_hosts(stack_factory):
    """(stack, first, second): two ways to one database."""
    database = Database(tcp=True)
    first, second = (Relay("127.0.0.1", database.port) for _ in range(2))
    stack = stack_factory(
        database=database,
        hosts=[f"127.0.0.1:{first.port}", f"127.0.0.1:{second.port}"],
        lanes=LANES,
        ready=False,
        **notes.settings(),
    )
    notes.install(stack)
    until_well(stack, nap(0), 20)
    yield stack, first, second
    stack.stop()
    for relay in (first, second):
        relay.close()
    database.close()


def test_the_second_host_takes_over_and_the_first_comes_back(two_hosts):
    stack, first, second = two_hosts
    assert first.accepted > 0
    assert second.accepted == 0

    first.refuse()
    first.cut()
    answers = together(stack, *[nap(0)] * 10)
    assert {answer.status for answer in answers} == {200}, "a read was lost with its connection"
    assert second.accepted > 0

    first.refuse(False)
    second.refuse()
    second.cut()
    until_well(stack, nap(0), 2)


def test_a_hung_host_is_left_after_one_deadline(two_hosts):
    stack, first, second = two_hosts
    together(stack, *[nap(0.1)] * 2)
    first.hang()
    answers = together(stack, *[nap(0)] * 2)
    assert {answer.status for answer in answers} <= {200, 503, 504}
    until_well(stack, nap(0), 2)
    assert second.accepted > 0
    assert {answer.status for answer in together(stack, *[nap(0)] * 10)} == {200}
    first.resume()


def test_without_any_host_the_answer_is_503_at_once(two_hosts):
    stack, first, second = two_hosts
    for relay in (first, second):
        relay.refuse()
        relay.cut()
    ask(stack, nap(0))
    answers = [ask(stack, nap(0)) for _ in range(10)]
    assert {answer.status for answer in answers} == {503}
    assert max(answer.seconds for answer in answers) < 2
    second.refuse(False)
    until_well(stack, nap(0), 2)
