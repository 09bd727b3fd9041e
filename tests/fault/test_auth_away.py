"""Sign-in and renewal while the database is away, and a worker that dies in a renewal."""

import concurrent.futures
import time

import pytest

from api.auth_world import *  # noqa: F403

STACK = {"features": "directory auth", "workers": 2}


@pytest.mark.kills_database
def test_database_away(fresh_stack):
    """Clear answers, nothing half made, and nobody signed out by it."""
    stack = fresh_stack
    person = Person(stack).sign_in()
    forget(stack)
    other = Person(stack)
    code = ask_code(stack, other.phone)

    stack.kill_db()
    for ask in (
        lambda: person.try_refresh(),
        lambda: other.try_sign_in(code=code),
        lambda: other.try_sign_in(password="some password"),
        lambda: stack.post("/api/v1/auth/codes", json={"phone": new_phone()}),
    ):
        began = time.monotonic()
        answer = ask()
        assert answer.status_code == 503, answer.text
        assert "retry-after" in answer.headers
        assert time.monotonic() - began < 10

    stack.start_db()
    wait_for(lambda: stack.post("/api/v1/auth/codes", json={"phone": new_phone()}).status_code == 200,
             "database that is back", 30)
    assert stack.sql("SELECT COUNT(*) AS n FROM session") == [{"n": 1}]
    assert person.try_refresh().status_code == 200
    assert other.try_sign_in(code=code).status_code == 200


def test_a_worker_dies_in_a_renewal(fresh_stack):
    """Whatever was committed: the same device asks again and stays signed in."""
    stack = fresh_stack
    person = Person(stack).sign_in()
    for _ in range(3):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(lambda: attempt(person))
            stack.kill_worker()
            asked.result()
        person.refresh()
        assert person.call("GET", "/api/v1/me").status_code == 200
    assert stack.sql("SELECT COUNT(*) AS n FROM session WHERE ended_at IS NOT NULL") == [{"n": 0}]


def attempt(person):
    try:
        return person.try_refresh()
    except httpx.TransportError:
        return None
