"""Passwords: set, changed, guessed, expired; one Argon2 for whoever is asked about."""

import concurrent.futures
import re

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import PASSWORD, STACK  # noqa: F401
from api.contract import Contract

PUT = "/api/v1/me/password"


@pytest.fixture(autouse=True)
def fresh(request):
    if "stack" in request.fixturenames:
        forget(request.getfixturevalue("stack"))


def with_password(stack, password=PASSWORD):
    person = Person(stack).sign_in()
    answer = person.call("PUT", PUT, json={"new": password, "device": person.device})
    assert answer.status_code == 204, answer.text
    forget(stack)
    return person


def hashed(stack):
    """How many tasks the hashing threads have done."""
    text = stack.ops.get("/metrics").text
    found = re.findall(r'^legalnet_task\w*total\{[^}]*legalnet_cpu[^}]*\} (\d+)$', text, re.M)
    assert found, [line for line in text.splitlines() if "legalnet_cpu" in line]
    return sum(map(int, found))


def test_set_and_use(stack):
    contract = Contract(stack)
    person = with_password(stack)
    problem(person.call("GET", "/api/v1/me"), 401, "token_stale")
    person.refresh()
    assert person.ask("GET", "/api/v1/me").json()["has_password"] is True
    answer = person.try_sign_in(password=PASSWORD)
    contract.check(answer)
    assert answer.status_code == 200
    problem(person.try_sign_in(password=PASSWORD + "x"), 401, "sign_in_refused")
    stored = stack.sql("SELECT password_hash FROM account WHERE id = %s", person.account.bytes)
    assert stored[0]["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_change_needs_the_old_one_and_ends_other_sessions(stack):
    person = with_password(stack).refresh()
    other = Person(stack, person.phone).sign_in(password=PASSWORD)
    put = lambda **body: person.ask("PUT", PUT, json=body)
    assert problem(put(new="Another-Lake 28"), 422, "validation_failed")["errors"][0]["name"] == "current"
    wrong = problem(put(new="Another-Lake 28", current="not it"), 422, "validation_failed")
    assert wrong["errors"][0]["code"] == "password_wrong"
    same = problem(put(new=PASSWORD, current=PASSWORD), 422, "validation_failed")
    assert same["errors"][0]["code"] == "password_used"
    assert put(new="Another-Lake 28", current=PASSWORD).status_code == 204
    wait_until_refused(other)
    problem(other.try_refresh(), 401, "refresh_refused")
    assert person.ask("GET", "/api/v1/me").status_code == 200
    forget(stack)
    problem(person.try_sign_in(password=PASSWORD), 401, "sign_in_refused")
    assert person.try_sign_in(password="Another-Lake 28").status_code == 200


def test_two_who_change_it_at_once(stack):
    """Whose session the other's change has ended does not change it back."""
    first = with_password(stack).refresh()
    other = Person(stack, first.phone).sign_in(password=PASSWORD)
    bodies = {first: "Another-Lake 28", other: "Yet-Another-Lake 29"}
    put = lambda who: who.call("PUT", PUT, json={"current": PASSWORD, "new": bodies[who]})
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = dict(zip(bodies, pool.map(put, bodies)))
    done = [who for who in bodies if answers[who].status_code == 204]
    assert len(done) == 1 and {answer.status_code for answer in answers.values()} <= {204, 401, 422}
    forget(stack)
    assert Person(stack, first.phone).try_sign_in(password=bodies[done[0]]).status_code == 200


def test_a_session_that_has_just_ended_changes_nothing(stack):
    """The node may not have heard of it: the token is good still, the session is not."""
    person = Person(stack).sign_in()
    stack.sql("UPDATE session SET ended_at = UTC_TIMESTAMP(6) WHERE id = %s", person.session.bytes)
    problem(person.call("PUT", PUT, json={"new": PASSWORD}), 401, "refresh_refused")
    forget(stack)
    phone = new_phone()
    code, old = (ask_code(stack, one, purpose="change_phone") for one in (phone, person.phone))
    body = {"phone": phone, "code": code, "old_code": old}
    problem(person.call("POST", "/api/v1/me/phone", json=body), 401, "refresh_refused")
    row = stack.sql("SELECT password_hash FROM account WHERE id = %s", person.account.bytes)
    assert row == [{"password_hash": None}]


def test_forgotten(stack):
    person = with_password(stack).refresh()
    code = ask_code(stack, person.phone, purpose="set_password")
    wrong = "000000" if code != "000000" else "111111"
    refused = person.ask("PUT", PUT, json={"new": "Another-Lake 28", "code": wrong})
    assert problem(refused, 422, "validation_failed")["errors"][0]["name"] == "code"
    assert person.ask("PUT", PUT, json={"new": "Another-Lake 28", "code": code}).status_code == 204
    person.refresh()
    again = person.ask("PUT", PUT, json={"new": "Third-Lake 29", "code": code})
    problem(again, 422, "validation_failed")
    assert person.try_sign_in(password="Another-Lake 28").status_code == 200


@pytest.mark.parametrize(
    "password,code",
    [
        ("short", "password_short"),
        ("password123", "password_common"),
        ("1234567890", "password_common"),
        ("x" * 129, "too_long"),
        ("tab\there and more", "password_character"),
    ],
)
def test_what_may_be_a_password(stack, password, code):
    person = Person(stack).sign_in()
    answer = person.call("PUT", PUT, json={"new": password})
    assert problem(answer, 422, "validation_failed")["errors"][0]["code"] == code


def test_one_hash_for_known_and_unknown(stack):
    person = with_password(stack)
    counts = []
    for phone in (person.phone, new_phone(), Person(stack).sign_in().phone):
        forget(stack)
        before = hashed(stack)
        problem(Person(stack, phone).try_sign_in(password="some wrong one"), 401, "sign_in_refused")
        counts.append(hashed(stack) - before)
    assert counts == [1, 1, 1]


def test_guessing_is_slowed_down_and_the_owner_is_not(stack):
    owner = with_password(stack)
    guesser = Person(stack, owner.phone)
    for _ in range(5):
        problem(guesser.try_sign_in(password="a wrong guess"), 401, "sign_in_refused")
    before = hashed(stack)
    answer = problem(guesser.try_sign_in(password=PASSWORD), 429, "too_many_tries")
    assert hashed(stack) == before, "what is throttled is not hashed"
    wait = int(guesser.try_sign_in(password="x").headers["retry-after"])
    assert 1 <= wait <= 30
    assert answer["title"]

    # the device that he has used before counts for itself; and there are codes
    assert owner.try_sign_in(password=PASSWORD).status_code == 200
    code = ask_code(stack, owner.phone)
    assert guesser.try_sign_in(code=code).status_code == 200


def test_the_pause_doubles_and_ends(stack):
    owner = with_password(stack)
    guesser = Person(stack, owner.phone)
    for n, most in ((5, 30), (6, 60), (7, 120), (11, 900), (40, 900)):
        forget(stack)
        subject = "SELECT phone_index FROM account WHERE id = %s"
        index = stack.sql(subject, owner.account.bytes)[0]["phone_index"]
        stack.sql_many(
            "INSERT INTO sign_in_attempt (id, at, method, subject_index, address_index, accepted)"
            " VALUES (%s, UTC_TIMESTAMP(6), 'password', %s, %s, 0)",
            [(uuid.uuid4().bytes, index, b"0" * 16) for _ in range(n)],
        )
        answer = guesser.try_sign_in(password=PASSWORD)
        problem(answer, 429, "too_many_tries")
        assert most - 20 <= int(answer.headers["retry-after"]) <= most
    stack.sql("UPDATE sign_in_attempt SET at = at - INTERVAL 16 MINUTE")
    assert guesser.try_sign_in(password=PASSWORD).status_code == 200


def test_an_unknown_phone_is_throttled_the_same(stack):
    person = Person(stack)
    for _ in range(5):
        problem(person.try_sign_in(password="a wrong guess"), 401, "sign_in_refused")
    problem(person.try_sign_in(password="a wrong guess"), 429, "too_many_tries")


def test_an_address_is_throttled(stack):
    stack.sql("UPDATE rule SET value = 3 WHERE name = 'sign_in.address_failures'")
    try:
        for _ in range(3):
            problem(Person(stack).try_sign_in(password="wrong one"), 401, "sign_in_refused")
        problem(Person(stack).try_sign_in(password="wrong one"), 429, "too_many_tries")
    finally:
        stack.sql("UPDATE rule SET value = 100 WHERE name = 'sign_in.address_failures'")


def test_many_at_once_are_told_to_wait_and_none_is_lost(stack):
    person = with_password(stack)
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(
            pool.map(lambda _: person.try_sign_in(password=PASSWORD).status_code, range(16))
        )
    assert set(answers) <= {200, 503} and 200 in answers


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(stack):
    """Twenty at once cost twenty, but no more than five are told whether they were right."""
    owner = with_password(stack)
    guesser = Person(stack, owner.phone)
    guess = lambda n: guesser.try_sign_in(password=f"a wrong guess {n}").status_code
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(guess, range(20)))
    assert answers.count(401) == 5, answers
    assert set(answers) <= {401, 429, 503}
    counted = stack.sql("SELECT COUNT(*) AS n FROM sign_in_attempt WHERE accepted = 0")
    assert counted[0]["n"] >= 5
    problem(guesser.try_sign_in(password=PASSWORD), 429, "too_many_tries")


def test_the_right_guess_among_many_comes_too_late(stack):
    """Five failures stand; of those in flight beside them none is told that it was right."""
    owner = with_password(stack)
    guesser = Person(stack, owner.phone)
    for _ in range(4):
        problem(guesser.try_sign_in(password="a wrong guess"), 401, "sign_in_refused")
    index = stack.sql("SELECT phone_index FROM account WHERE id = %s", owner.account.bytes)
    connection = stack.database.connect()
    try:
        connection.begin()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT at FROM sign_in_turn WHERE subject_index = %s FOR UPDATE",
                (index[0]["phone_index"],),
            )
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                # passes the first look at four failures, and waits for its turn
                late = pool.submit(guesser.try_sign_in, password=PASSWORD)
                wait_for(lambda: waits(stack), "guess that waits for its turn")
                cursor.execute(
                    "INSERT INTO sign_in_attempt"
                    " (id, at, method, subject_index, address_index, accepted)"
                    " VALUES (%s, UTC_TIMESTAMP(6), 'password', %s, %s, 0)",
                    (uuid.uuid4().bytes, index[0]["phone_index"], b"0" * 16),
                )
                connection.commit()
                problem(late.result(), 429, "too_many_tries")
    finally:
        connection.close()


def waits(stack):
    running = [one["Info"] for one in stack.database.processes()]
    return any(info.startswith("INSERT INTO sign_in_turn") for info in running)
