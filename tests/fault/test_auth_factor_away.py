"""Second factors while the database is away or the worker dies: proved once, or not at all."""

import concurrent.futures
import time

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import PASSWORD
from api.test_auth_factor import again, enroll, prove, second, totp
from api.test_auth_idle import unlock
from fault.outage import quiet

STACK = {"features": "directory auth", "workers": 2}


def attempt(ask):
    """The answer, or None when the connection ended."""
    try:
        return ask()
    except httpx.TransportError:
        return None


@pytest.mark.kills_database
def test_database_away(fresh_stack):
    stack = fresh_stack
    person = enroll(Person(stack).sign_in())
    answer = person.ask("PUT", "/api/v1/me/password", json={"new": PASSWORD})
    assert answer.status_code == 204, answer.text
    quiet(stack)
    person.refresh()
    other = second(person)
    code = totp(person.secret)
    recovery = person.codes[0]

    stack.kill_db()
    for ask in (
        lambda: prove(other, code=code),
        lambda: prove(other, recovery_code=recovery),
        lambda: unlock(person),
        lambda: person.call("POST", "/api/v1/me/recovery-codes", json={"code": code}),
        lambda: person.call(
            "POST",
            "/api/v1/me/phone",
            json={"phone": new_phone(), "code": "123456", "password": PASSWORD},
        ),
        lambda: person.call("PUT", "/api/v1/me", json={"locale": "en", "version": 1}),
    ):
        began = time.monotonic()
        answer = ask()
        assert answer.status_code == 503, answer.text
        assert "retry-after" in answer.headers
        assert time.monotonic() - began < 10

    stack.start_db()
    wait_for(lambda: person.try_refresh().status_code == 200, "database that is back", 30)
    assert stack.sql("SELECT COUNT(*) AS n FROM recovery_code WHERE used_at IS NULL") == [{"n": 10}]
    again(person)
    assert prove(other, recovery_code=recovery).status_code == 200


def test_a_worker_dies_while_it_is_proved(fresh_stack):
    """A recovery code is used and the session proved, or neither: never one without the other."""
    stack = fresh_stack
    person = enroll(Person(stack).sign_in())
    for code in person.codes[:4]:
        other = second(person)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(lambda: attempt(lambda: prove(other, recovery_code=code)))
            stack.kill_worker()
            asked.result()
        states = stack.sql(
            "SELECT s.second_factor AS proved, (SELECT COUNT(*) FROM recovery_code c"
            " WHERE c.account_id = s.account_id AND c.used_at IS NOT NULL) AS used"
            " FROM session s WHERE s.id = %s",
            other.session.bytes,
        )
        other.refresh()
        if states[0]["proved"]:
            assert claims(other.tokens["access_token"])["aal"] == 2
        else:
            assert prove(other, recovery_code=code).status_code == 200
    used = stack.sql("SELECT COUNT(*) AS n FROM recovery_code WHERE used_at IS NOT NULL")
    assert used == [{"n": 4}]
