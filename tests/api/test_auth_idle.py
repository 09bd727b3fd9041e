"""Machines that many use: a session that is not used locks, and goes on with the password."""

import concurrent.futures

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import PASSWORD, STACK  # noqa: F401
from api.contract import Contract
from api.test_auth_password import with_password

UNLOCK = "/api/v1/auth/unlock"


@pytest.fixture(autouse=True)
def fresh(request):
    if "stack" in request.fixturenames:
        forget(request.getfixturevalue("stack"))


def idle(person, minutes=11):
    person.stack.sql(
        "UPDATE session SET used_at = UTC_TIMESTAMP(6) - INTERVAL %s MINUTE WHERE id = %s",
        minutes,
        person.session.bytes,
    )


def shared(stack):
    """Signed in on a shared machine by somebody with a password."""
    person = with_password(stack)
    person.sign_in(password=PASSWORD, shared=True)
    return person


def unlock(person, password=PASSWORD, **more):
    body = {"refresh_token": person.tokens["refresh_token"], "device": person.device, **more}
    return person.stack.post(UNLOCK, json={"password": password, **body})


def test_a_shared_machine_locks(stack):
    contract = Contract(stack)
    person = shared(stack)
    rows = stack.sql("SELECT idle_minutes FROM session WHERE id = %s", person.session.bytes)
    assert rows == [{"idle_minutes": 10}]
    assert person.tokens["expires_in"] == 120, "so that being used is seen"
    body = claims(person.tokens["access_token"])
    assert body["exp"] - body["iat"] == 120
    idle(person, 9)
    person.refresh()
    idle(person)
    problem(person.try_refresh(), 401, "session_idle")
    problem(person.try_refresh(), 401, "session_idle")

    wrong = unlock(person, "not the password")
    assert problem(wrong, 422, "validation_failed")["errors"][0]["code"] == "password_wrong"
    answer = unlock(person)
    contract.check(answer)
    assert answer.status_code == 200, answer.text
    assert answer.json()["session"] == str(person.session)
    person.tokens = answer.json()
    assert person.ask("GET", "/api/v1/me").status_code == 200
    person.refresh()


def test_not_shared_does_not_lock(stack):
    person = Person(stack).sign_in(shared=False)
    idle(person, 24 * 60)
    assert person.tokens["expires_in"] == 900
    person.refresh()


def test_staff_lock_by_rule(stack):
    person = Person(stack).sign_in()
    stack.sql("UPDATE account SET kind = 'staff' WHERE id = %s", person.account.bytes)
    for members, minutes in (({}, 30), ({"shared": True}, 10)):
        forget(stack)
        person.sign_in(**members)
        row = stack.sql("SELECT idle_minutes FROM session WHERE id = %s", person.session.bytes)
        assert row == [{"idle_minutes": minutes}]
        assert person.tokens["expires_in"] == minutes * 60 // 5


def test_the_lock_takes_no_cookies(stack):
    browser = Browser(stack)
    first = Person(stack, browser.phone).sign_in()
    first.call("PUT", "/api/v1/me/password", json={"new": PASSWORD})
    body = {"phone": browser.phone, "password": PASSWORD, "transport": "cookie", "shared": True}
    forget(stack)
    answer = browser.client.post("/api/v1/auth/sessions", json=body)
    assert answer.status_code == 200, answer.text
    session = uuid.UUID(answer.json()["session"])
    stack.sql(
        "UPDATE session SET used_at = UTC_TIMESTAMP(6) - INTERVAL 1 HOUR WHERE id = %s",
        session.bytes,
    )
    locked = browser.client.post("/api/v1/auth/refresh", json={})
    problem(locked, 401, "session_idle")
    assert "set-cookie" not in locked.headers
    evil = {"Origin": "https://evil.example"}
    body = {"password": PASSWORD}
    problem(browser.client.post(UNLOCK, json=body, headers=evil), 403, "origin_refused")
    again = browser.client.post(UNLOCK, json=body)
    assert again.status_code == 200 and uuid.UUID(again.json()["session"]) == session
    assert browser.client.get("/api/v1/me").status_code == 200


def test_what_is_over_is_not_unlocked(stack):
    person = shared(stack)
    used = person.tokens["refresh_token"]
    person.refresh().refresh()
    problem(unlock(person, refresh_token=used, device=new_device()), 401, "refresh_refused")
    problem(unlock(person, refresh_token="A" * 43), 401, "refresh_refused")
    over = "UPDATE session SET expires_at = UTC_TIMESTAMP(6) WHERE id = %s"
    stack.sql(over, person.session.bytes)
    problem(unlock(person), 401, "refresh_refused")


def test_without_a_password_there_is_nothing_to_prove(stack):
    person = Person(stack).sign_in(shared=True)
    idle(person)
    errors = problem(unlock(person, "any"), 422, "validation_failed")["errors"]
    assert errors[0]["name"] == "password"


def test_guesses_at_the_lock_are_slowed_down(stack):
    person = shared(stack)
    idle(person)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: unlock(person, "a wrong guess").status_code, range(8)))
    assert sorted(answers) == [422] * 5 + [429] * 3
    problem(unlock(person), 429, "too_many_tries")
    stack.sql("UPDATE sign_in_attempt SET at = at - INTERVAL 16 MINUTE")
    assert unlock(person).status_code == 200


def test_a_lost_answer_to_the_unlocking(stack):
    person = shared(stack)
    idle(person)
    assert unlock(person).status_code == 200
    assert unlock(person).status_code == 200, "the same device asks once more"


def test_two_windows_unlock_at_once(stack):
    person = shared(stack)
    idle(person)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: unlock(person), range(3)))
    assert {answer.status_code for answer in answers} == {200}
