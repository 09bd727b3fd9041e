"""The second factor: set up, asked for, proved once each, guessed in vain, removed."""

import base64
import concurrent.futures
import hmac
import time
import urllib.parse

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import PASSWORD, STACK  # noqa: F401
from api.contract import Contract
from api.test_auth_admin import admins, clerk, grant  # noqa: F401

FACTOR = "/api/v1/auth/factor"


@pytest.fixture(autouse=True)
def fresh(request):
    if "stack" in request.fixturenames:
        forget(request.getfixturevalue("stack"))


def totp(secret, at=None):
    """RFC 6238, from the text that a person would type into an authenticator."""
    key = base64.b32decode(secret)
    step = int((time.time() if at is None else at) // 30)
    mac = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def wrong(secret):
    """A code that no step near now has."""
    near = {totp(secret, time.time() + 30 * n) for n in range(-4, 5)}
    return next(code for code in ("000000", "111111", "222222") if code not in near)


def again(person):
    """As if the steps that were used had been used long ago."""
    person.stack.sql(
        "UPDATE totp_secret SET last_step = last_step - 10 WHERE account_id = %s",
        person.account.bytes,
    )


def enroll(person):
    """Set up an authenticator; the person then has .secret and .codes."""
    begun = person.ask("POST", "/api/v1/me/totp", json={})
    assert begun.status_code == 200, begun.text
    person.secret = begun.json()["secret"]
    body = {"code": totp(person.secret), "device": person.device}
    confirmed = person.ask("POST", "/api/v1/me/totp/confirm", json=body)
    assert confirmed.status_code == 200, confirmed.text
    person.codes = confirmed.json()["recovery_codes"]
    person.refresh()
    again(person)
    return person


def second(person, device=None, **proof):
    """Another device of the same person, after the first step."""
    forget(person.stack)
    other = Person(person.stack, person.phone, device).sign_in(**proof)
    other.secret, other.codes = person.secret, person.codes
    return other


def prove(person, **body):
    return person.ask("POST", FACTOR, json={"device": person.device, **body})


def test_thin_thread(stack):
    """secret -> first code -> recovery codes -> next sign-in owes it -> proved -> renewed"""
    contract = Contract(stack)
    person = Person(stack).sign_in()
    assert "factor" not in person.tokens
    begun = person.ask("POST", "/api/v1/me/totp", json={})
    contract.check(begun)
    secret = begun.json()["secret"]
    uri = urllib.parse.urlsplit(begun.json()["uri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    masked = person.phone[:3] + "****" + person.phone[-4:]
    assert urllib.parse.unquote(uri.path) == f"/legalnet:{masked}"
    assert dict(urllib.parse.parse_qsl(uri.query)) == {
        "secret": secret, "issuer": "legalnet", "algorithm": "SHA1", "digits": "6", "period": "30"
    }
    stored = stack.sql("SELECT secret FROM totp_secret WHERE account_id = %s", person.account.bytes)
    assert secret.encode() not in stored[0]["secret"]

    confirmed = person.ask(
        "POST", "/api/v1/me/totp/confirm", json={"code": totp(secret), "device": person.device}
    )
    contract.check(confirmed)
    codes = confirmed.json()["recovery_codes"]
    assert len(set(codes)) == 10 and all(len(code) == 19 for code in codes)
    problem(person.call("GET", "/api/v1/me"), 401, "token_stale")
    person.refresh()
    assert "factor" not in person.tokens, "it was proved in this session"
    assert claims(person.tokens["access_token"])["aal"] == 2
    me = person.ask("GET", "/api/v1/me")
    contract.check(me)
    assert (me.json()["factor"], me.json()["factor_proved"]) == ("totp", True)
    assert me.json()["factor_required"] is False

    person.secret, person.codes = secret, codes
    again(person)
    other = second(person)
    assert other.tokens["factor"] == "totp"
    assert claims(other.tokens["access_token"])["aal"] == 0
    proved = prove(other, code=totp(secret))
    contract.check(proved)
    assert proved.status_code == 200 and "factor" not in proved.json(), proved.text
    assert proved.json()["refresh_token"] != other.tokens["refresh_token"]
    other.tokens = proved.json()
    assert claims(other.tokens["access_token"])["aal"] == 2
    assert other.ask("GET", "/api/v1/me").status_code == 200
    other.refresh()
    assert claims(other.tokens["access_token"])["aal"] == 2 and "factor" not in other.tokens


# The second step


def test_a_password_alone_is_nobody(stack):
    """Until the second step the session is good for that step, for nothing else."""
    person = enroll(Person(stack).sign_in())
    other = second(person)
    assert other.ask("GET", "/api/v1/me").json()["factor_proved"] is False
    for method, path in (
        ("GET", "/api/v1/me/sessions"),
        ("GET", "/api/v1/me/grants"),
        ("DELETE", "/api/v1/me/sessions"),
        ("PUT", "/api/v1/me"),
        ("PUT", "/api/v1/me/password"),
        ("POST", "/api/v1/me/phone"),
        ("POST", "/api/v1/me/totp"),
        ("POST", "/api/v1/me/totp/remove"),
        ("POST", "/api/v1/me/recovery-codes"),
        ("GET", "/api/v1/admin/accounts"),
    ):
        body = {"json": {}} if method in ("PUT", "POST") else {}
        problem(other.ask(method, path, **body), 401, "factor_required")
    assert other.ask("GET", "/api/v1/languages").status_code == 200
    other.refresh()
    assert other.tokens["factor"] == "totp", "a renewal does not prove it"
    problem(other.ask("GET", "/api/v1/me/sessions"), 401, "factor_required")


def test_other_sessions_owe_it_too(stack):
    phone = new_phone()
    before = Person(stack, phone).sign_in()
    forget(stack)
    enroll(Person(stack, phone).sign_in())
    wait_until_refused(before)
    before.refresh()
    assert before.tokens["factor"] == "totp"


def test_a_step_counts_once(stack):
    person = enroll(Person(stack).sign_in())
    one, two = second(person), second(person)
    code = totp(person.secret)
    assert prove(one, code=code).status_code == 200
    errors = problem(prove(two, code=code), 422, "validation_failed")["errors"]
    assert errors[0]["name"] == "code" and errors[0]["code"] == "code_wrong"
    # nor does an earlier one, although its time is not over
    problem(prove(two, code=totp(person.secret, time.time() - 30)), 422, "validation_failed")


def test_of_many_with_the_same_code_one_wins(stack):
    person = enroll(Person(stack).sign_in())
    others = [second(person) for _ in range(6)]
    code = totp(person.secret)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda other: prove(other, code=code), others))
    answers = [answer.status_code for answer in found]
    assert answers.count(200) == 1 and set(answers) <= {200, 422}, [a.text for a in found]
    proved = stack.sql(
        "SELECT COUNT(*) AS n FROM session WHERE account_id = %s AND second_factor = 1",
        person.account.bytes,
    )
    assert proved == [{"n": 2}], "the one that enrolled and the one that won"


def test_codes_of_the_neighbouring_steps(stack):
    person = enroll(Person(stack).sign_in())
    for shift, good in ((-90, False), (90, False), (-30, True)):
        other = second(person)
        forget(stack)
        # in the middle of a step, so that no border is crossed meanwhile
        if time.time() % 30 > 24:
            time.sleep(30 - time.time() % 30)
        answer = prove(other, code=totp(person.secret, time.time() + shift))
        assert (answer.status_code == 200) == good, (shift, answer.text)


@pytest.mark.parametrize(
    "body,field,code",
    [
        ({}, "code", "required"),
        ({"code": "123456", "recovery_code": "A" * 16}, "code", "bad_combination"),
        ({"code": "12345"}, "code", "too_short"),
        ({"code": "1234567"}, "code", "too_long"),
        ({"code": "abcdef"}, "code", "code_wrong"),
        ({"recovery_code": "A" * 16}, "recovery_code", "code_wrong"),
        ({"recovery_code": "1890-1890-1890-1890"}, "recovery_code", "code_wrong"),
        ({"recovery_code": "short"}, "recovery_code", "too_short"),
        ({"code": "123456", "step": 5}, "step", "unknown_parameter"),
        ({"code": "123456", "outcome": "accepted"}, "outcome", "unknown_parameter"),
        ({"code": "123456", "way": "none"}, "way", "unknown_parameter"),
    ],
)
def test_what_is_no_proof(stack, body, field, code):
    other = second(enroll(Person(stack).sign_in()))
    errors = problem(prove(other, **body), 422, "validation_failed")["errors"]
    assert (field, code) in {(error["name"], error["code"]) for error in errors}
    assert claims(other.tokens["access_token"])["aal"] == 0


def test_without_a_factor_nothing_is_proved(stack):
    person = Person(stack).sign_in()
    problem(prove(person, code="123456"), 422, "validation_failed")
    problem(prove(person, recovery_code="A" * 16), 422, "validation_failed")
    assert person.ask("GET", "/api/v1/me").json()["factor_proved"] is False


def test_guessing_is_slowed_down_and_the_owner_is_not(stack):
    person = enroll(Person(stack).sign_in())
    thief = second(person)
    bad = wrong(person.secret)
    for _ in range(5):
        problem(prove(thief, code=bad), 422, "validation_failed")
    answer = prove(thief, code=totp(person.secret))
    problem(answer, 429, "too_many_tries")
    assert 1 <= int(answer.headers["retry-after"]) <= 30
    # neither another name of the device nor another session starts anew
    problem(
        thief.ask("POST", FACTOR, json={"device": new_device(), "code": totp(person.secret)}),
        429,
        "too_many_tries",
    )
    attempts = stack.sql("SELECT method, accepted FROM sign_in_attempt WHERE method = 'factor'")
    assert len(attempts) == 7 and not any(row["accepted"] for row in attempts)
    # a device that proved it before counts for itself
    stack.sql("DELETE FROM login_code")
    owner = Person(stack, person.phone, person.device).sign_in()
    assert prove(owner, code=totp(person.secret)).status_code == 200


def test_many_guesses_at_once_are_no_more_than_one_after_the_other(stack):
    person = enroll(Person(stack).sign_in())
    thief = second(person)
    bad = wrong(person.secret)
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: prove(thief, code=bad).status_code, range(12)))
    assert sorted(answers) == [422] * 5 + [429] * 7


# Recovery codes


def test_recovery_codes_work_once(stack):
    person = enroll(Person(stack).sign_in())
    other = second(person)
    # as people write them
    answer = prove(other, recovery_code=person.codes[0].lower().replace("-", " "))
    assert answer.status_code == 200, answer.text
    third = second(person)
    problem(prove(third, recovery_code=person.codes[0]), 422, "validation_failed")
    assert prove(third, recovery_code=person.codes[1]).status_code == 200
    left = stack.sql(
        "SELECT COUNT(*) AS n FROM recovery_code WHERE account_id = %s AND used_at IS NULL",
        person.account.bytes,
    )
    assert left == [{"n": 8}]


def test_two_at_once_with_one_recovery_code(stack):
    person = enroll(Person(stack).sign_in())
    others = [second(person) for _ in range(5)]
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        answers = list(
            pool.map(lambda o: prove(o, recovery_code=person.codes[3]).status_code, others)
        )
    assert sorted(answers) == [200, 422, 422, 422, 422]


def test_another_persons_codes(stack):
    mine, other = enroll(Person(stack).sign_in()), enroll(Person(stack).sign_in())
    session = second(mine)
    problem(prove(session, code=totp(other.secret)), 422, "validation_failed")
    problem(prove(session, recovery_code=other.codes[0]), 422, "validation_failed")
    assert prove(second(other), recovery_code=other.codes[0]).status_code == 200


def test_new_recovery_codes_end_the_old(stack):
    contract = Contract(stack)
    person = enroll(Person(stack).sign_in())
    ask = lambda code: person.ask(
        "POST", "/api/v1/me/recovery-codes", json={"code": code, "device": person.device}
    )
    problem(ask(wrong(person.secret)), 422, "validation_failed")
    answer = ask(totp(person.secret))
    contract.check(answer)
    fresh = answer.json()["recovery_codes"]
    assert len(fresh) == 10 and not set(fresh) & set(person.codes)
    other = second(person)
    problem(prove(other, recovery_code=person.codes[0]), 422, "validation_failed")
    assert prove(other, recovery_code=fresh[0]).status_code == 200


# Setting up and removing


def test_begin_again_until_it_is_confirmed(stack):
    person = Person(stack).sign_in()
    begun = [person.ask("POST", "/api/v1/me/totp", json={}) for _ in range(2)]
    secrets_seen = [answer.json()["secret"] for answer in begun]
    assert len(set(secrets_seen)) == 2
    confirm = lambda secret: person.ask(
        "POST", "/api/v1/me/totp/confirm", json={"code": totp(secret), "device": person.device}
    )
    problem(confirm(secrets_seen[0]), 422, "validation_failed")
    assert person.ask("GET", "/api/v1/me").json()["factor"] == "none"
    forget(stack)
    other = Person(stack, person.phone).sign_in()
    assert "factor" not in other.tokens, "what is not confirmed is not asked for"
    assert confirm(secrets_seen[1]).status_code == 200
    person.refresh()
    problem(person.ask("POST", "/api/v1/me/totp", json={}), 409, "factor_exists")
    problem(confirm(secrets_seen[1]), 409, "factor_exists")


def test_two_who_begin_at_once_have_one_secret(stack):
    person = Person(stack).sign_in()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: person.ask("POST", "/api/v1/me/totp", json={}), range(4))
        )
    assert {answer.status_code for answer in answers} == {200}
    for answer in answers:
        again_ = person.ask(
            "POST", "/api/v1/me/totp/confirm",
            json={"code": totp(answer.json()["secret"]), "device": person.device},
        )
        if again_.status_code == 200:
            break
    assert again_.status_code == 200


def test_nothing_to_confirm_or_remove(stack):
    person = Person(stack).sign_in()
    body = {"code": "123456"}
    for path in ("/api/v1/me/totp/confirm", "/api/v1/me/totp/remove", "/api/v1/me/recovery-codes"):
        problem(person.ask("POST", path, json=body), 409, "factor_missing")


@pytest.mark.parametrize("by", ["code", "recovery_code"])
def test_remove(stack, by):
    person = enroll(Person(stack).sign_in())
    remove = lambda **body: person.ask(
        "POST", "/api/v1/me/totp/remove", json={"device": person.device, **body}
    )
    problem(remove(code=wrong(person.secret)), 422, "validation_failed")
    proof = {"code": totp(person.secret), "recovery_code": person.codes[0]}[by]
    assert remove(**{by: proof}).status_code == 204
    person.refresh()
    me = person.ask("GET", "/api/v1/me").json()
    assert (me["factor"], me["factor_proved"]) == ("none", False)
    assert claims(person.tokens["access_token"])["aal"] == 1
    left = stack.sql("SELECT * FROM recovery_code WHERE account_id = %s", person.account.bytes)
    assert left == []
    assert "factor" not in second(person).tokens


def test_a_browser_proves_it_by_cookie(stack):
    phone = new_phone()
    person = enroll(Person(stack, phone).sign_in())
    forget(stack)
    browser = Browser(stack, phone).sign_in()
    assert browser.answer.json()["factor"] == "totp"
    problem(browser.client.get("/api/v1/me/sessions"), 401, "factor_required")
    body = {"code": totp(person.secret)}
    evil = browser.client.post(FACTOR, json=body, headers={"Origin": "https://evil.example"})
    problem(evil, 403, "origin_refused")
    answer = browser.client.post(FACTOR, json=body)
    assert answer.status_code == 200, answer.text
    assert set(answer.json()) == {"session", "expires_in", "must_change_password"}
    assert sorted(line.split("=")[0] for line in answer.headers.get_list("set-cookie")) == [
        "ln_at", "ln_dv", "ln_rt"
    ]
    assert browser.client.get("/api/v1/me/sessions").status_code == 200
    assert browser.client.post("/api/v1/auth/refresh", json={}).status_code == 200
    assert browser.client.get("/api/v1/me").json()["factor_proved"] is True


def test_a_lost_answer_to_the_second_step(stack):
    """The same device renews with what it still has, and finds that it was proved."""
    person = enroll(Person(stack).sign_in())
    other = second(person)
    assert prove(other, code=totp(person.secret)).status_code == 200
    other.refresh()
    assert claims(other.tokens["access_token"])["aal"] == 2


def test_over_before_it_was_proved(stack):
    person = enroll(Person(stack).sign_in())
    other = second(person)
    stack.sql("UPDATE session SET ended_at = UTC_TIMESTAMP(6) WHERE id = %s", other.session.bytes)
    problem(prove(other, code=totp(person.secret)), 401, "refresh_refused")


# Roles that ask for one


@pytest.fixture
def strict(stack):
    stack.sql("UPDATE role SET second_factor = 1 WHERE code = 'clerk'")
    yield
    stack.sql("UPDATE role SET second_factor = 0 WHERE code = 'clerk'")


def test_a_role_that_asks_for_one(stack, admins, strict):
    contract = Contract(stack)
    person = clerk(stack, admins)
    assert grant(admins["security"], person.account, "clerk").status_code == 200
    assert grant(admins["security"], person.account, "bureau_manager").status_code == 200
    person.refresh()
    assert person.tokens["factor"] == "enroll"
    assert claims(person.tokens["access_token"])["scope"] == ""
    me = person.ask("GET", "/api/v1/me")
    contract.check(me)
    assert (me.json()["factor_required"], me.json()["factor"]) == (True, "none")
    assert person.ask("GET", "/api/v1/me/grants").json()["permissions"] == []
    enroll(person)
    assert "factor" not in person.tokens
    assert "person.create" in claims(person.tokens["access_token"])["scope"].split()
    assert person.ask("GET", "/api/v1/me/grants").json()["permissions"]

    other = Person(stack, name=person.name).sign_in(password=PASSWORD)
    assert other.tokens["factor"] == "totp"
    assert claims(other.tokens["access_token"])["scope"] == ""
    answer = prove(other, code=totp(person.secret))
    assert "person.create" in claims(answer.json()["access_token"])["scope"].split()

    again(person)
    removed = person.ask(
        "POST", "/api/v1/me/totp/remove", json={"code": totp(person.secret)}
    )
    assert removed.status_code == 204
    person.refresh()
    assert person.tokens["factor"] == "enroll"
    assert claims(person.tokens["access_token"])["scope"] == ""


def test_no_secret_in_logs_or_audit(stack):
    person = enroll(Person(stack).sign_in())
    other = second(person)
    code = totp(person.secret)
    assert prove(other, code=code).status_code == 200
    prove(other, recovery_code=person.codes[0])
    stack.reopen()
    text = "\n".join(stack.error_log() + stack.access_log())
    audit = repr(stack.sql("SELECT action, account_id, detail, subject_id FROM audit_event"))
    for secret in (person.secret, *person.codes[:2], person.codes[0].replace("-", "")):
        assert secret not in text and secret not in audit
    tables = repr([stack.sql(f"SELECT * FROM {t}") for t in ("totp_secret", "recovery_code")])
    assert person.secret not in tables and person.codes[0].replace("-", "") not in tables
