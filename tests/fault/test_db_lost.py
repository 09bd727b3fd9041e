"""Connections that are lost, workers that must quit, clients that go away."""

import asyncio
import random
import threading

import pytest

from fault.outage import ask, kill_sessions, metric, sessions, together, until_well
from harness.process import wait_for
from plugin import notes


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(
        ready=False, lanes="lane read timeout=8s; lane write timeout=8s;", **notes.settings()
    )
    notes.install(stack)
    until_well(stack, nap(0), 20)
    return stack


def nap(seconds):
    return f"/api/v1/note-naps?seconds={seconds}"


def in_background(function, *arguments):
    """Start function in a thread; the result is a call that waits for its value."""
    found = []
    thread = threading.Thread(target=lambda: found.append(function(*arguments)))
    thread.start()

    def value():
        thread.join()
        return found[0]

    return value


def test_a_killed_idle_connection_is_noticed_before_it_is_used(stack):
    assert ask(stack, nap(0)).status == 200
    connections = lambda: metric(stack, "legalnet_db_connections", lane="read")
    lost = metric(stack, "legalnet_db_retries_total", lane="read")
    assert connections() >= 1
    kill_sessions(stack)
    wait_for(lambda: connections() == 0, "notice of the killed connections")
    assert ask(stack, nap(0)).status == 200
    assert metric(stack, "legalnet_db_retries_total", lane="read") == lost, "it was used first"
    assert any("closed an idle connection" in line for line in stack.error_log())


def test_a_read_whose_connection_is_killed_is_asked_again(stack):
    answer = in_background(ask, stack, nap(2))
    wait_for(lambda: kill_sessions(stack, "SLEEP"), "running statement")
    assert answer().status == 200


def test_a_write_whose_connection_is_killed_is_replayed_whole(stack):
    stack.sql("INSERT INTO note_box (id, capacity) VALUES (1, 100)")
    request = (
        "POST",
        "/api/v1/note-boxes/1/slow",
        {"json": {"count": 3, "seconds": 2}, "headers": notes.key()},
    )
    answer = in_background(together, stack, request)
    wait_for(lambda: kill_sessions(stack, "SLEEP"), "running statement")
    assert answer()[0].status in (200, 204), answer()
    assert stack.sql("SELECT used FROM note_box WHERE id = 1") == [{"used": 3}]


def test_a_query_in_flight_survives_a_reload(stack):
    old = set(stack.workers())
    answer = in_background(ask, stack, nap(3))
    wait_for(lambda: any("SLEEP" in info for info in sessions(stack).values()), "running nap")
    stack.reload()
    assert answer().status == 200
    wait_for(lambda: not old & set(stack.workers()), "end of the old worker")


def test_a_transaction_in_flight_survives_a_reload(stack):
    stack.sql("INSERT INTO note_box (id, capacity) VALUES (2, 100)")
    request = (
        "POST",
        "/api/v1/note-boxes/2/slow",
        {"json": {"count": 5, "seconds": 3}, "headers": notes.key()},
    )
    answer = in_background(together, stack, request)
    wait_for(lambda: any("SLEEP" in info for info in sessions(stack).values()), "running nap")
    stack.reload()
    assert answer()[0].status in (200, 204), answer()
    assert stack.sql("SELECT used FROM note_box WHERE id = 2") == [{"used": 5}]


def test_old_workers_leave_no_session_behind(stack):
    together(stack, *[nap(0.1)] * 4)
    old = set(sessions(stack))
    stack.reload()
    wait_for(lambda: not old & set(sessions(stack)), "end of the old sessions")


def test_a_thousand_aborted_calls_cost_nobody_anything(stack):
    assert ask(stack, nap(0)).status == 200
    connects = metric(stack, "legalnet_db_connects_total")

    async def abort():
        """Ask, and close the connection before the answer, as a typing person's browser does."""
        _, writer = await asyncio.open_connection("127.0.0.1", stack.port)
        writer.write(f"GET {nap(0.02)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        await asyncio.sleep(random.uniform(0.0, 0.02))
        writer.transport.abort()

    async def flood():
        for _ in range(20):
            await asyncio.gather(*(abort() for _ in range(50)))

    asyncio.run(flood())
    answer = ask(stack, nap(0))
    assert answer.status == 200
    assert answer.seconds < 3
    assert metric(stack, "legalnet_db_connects_total") - connects <= 4, "connections were dropped"
    wait_for(lambda: metric(stack, "legalnet_db_waiting") == 0, "empty queue")
    wait_for(lambda: metric(stack, "legalnet_db_busy", lane="read") == 0, "idle lane")
