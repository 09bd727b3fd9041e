"""One's own account: settings, another phone; reset by an administrator; notices of all that."""

import concurrent.futures

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import PASSWORD, STACK  # noqa: F401
from api.contract import Contract
from api.test_auth_admin import admins, clerk, grant  # noqa: F401
from api.test_auth_factor import enroll, second
from api.test_auth_password import with_password

ME = "/api/v1/me"
PHONE = "/api/v1/me/phone"


@pytest.fixture(autouse=True)
def fresh(request):
    if "stack" in request.fixturenames:
        forget(request.getfixturevalue("stack"))


def notices(stack, template):
    """To whom notices of this kind went."""
    rows = stack.sql("SELECT recipient FROM outbox WHERE template = %s ORDER BY id", template)
    return [unseal(row["recipient"], "outbox.recipient") for row in rows]


def send(stack, phone):
    return ask_code(stack, phone, purpose="change_phone")


def wrong_code(code):
    return "000000" if code != "000000" else "111111"


def errors(answer):
    found = problem(answer, 422, "validation_failed")["errors"]
    return {(error["name"], error["code"]) for error in found}


# PUT /me


def test_settings(stack):
    contract = Contract(stack)
    person = Person(stack).sign_in()
    me = person.ask("GET", ME).json()
    answer = person.ask("PUT", ME, json={"locale": "en", "version": me["version"]})
    contract.check(answer)
    assert answer.json() == {**me, "locale": "en", "version": me["version"] + 1}
    problem(person.ask("PUT", ME, json={"locale": "en", "version": me["version"]}), 412, "stale")
    problem(person.ask("PUT", ME, json={"locale": "en"}), 428, "version_required")
    headers = {"If-Match": f'"{me["version"] + 1}"'}
    assert person.ask("PUT", ME, json={}, headers=headers).json()["locale"] is None


@pytest.mark.parametrize("locale", ["e", "x" * 17, "en-", "-en", "e n", "en--us", "en'", "中文"])
def test_what_is_no_locale(stack, locale):
    person = Person(stack).sign_in()
    answer = person.ask("PUT", ME, json={"locale": locale, "version": 1})
    assert {name for name, _ in errors(answer)} == {"locale"}


@pytest.mark.parametrize("member", ["kind", "status", "phone", "person_id", "password_hash", "id"])
def test_members_that_are_not_settings(stack, member):
    person = Person(stack).sign_in()
    answer = person.ask("PUT", ME, json={"version": 1, member: "staff"})
    assert (member, "unknown_parameter") in errors(answer)


def test_of_two_who_change_at_once_one_is_stale(stack):
    person = Person(stack).sign_in()
    put = lambda locale: person.ask("PUT", ME, json={"locale": locale, "version": 1}).status_code
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(put, ["en", "zh-CN", "fr", "de"])) == [200, 412, 412, 412]


# POST /me/phone


def test_another_phone_with_a_code_to_the_old(stack):
    contract = Contract(stack)
    person = Person(stack).sign_in()
    old, new = person.phone, new_phone()
    forget(stack)
    body = {"phone": new, "code": send(stack, new), "old_code": send(stack, old)}
    answer = person.ask("POST", PHONE, json=body)
    contract.check(answer)
    assert answer.status_code == 204, answer.text
    assert person.ask("GET", ME).json()["phone"] == new[:3] + "****" + new[-4:]
    assert notices(stack, "phone_changed") == [old]
    forget(stack)
    same = Person(stack, new).sign_in()
    assert same.account == person.account
    other = Person(stack, old).sign_in()
    assert other.account != person.account, "who has the old number now is somebody else"


def test_another_phone_with_the_password(stack):
    person = with_password(stack).refresh()
    new = new_phone()
    code = send(stack, new)
    change = lambda **body: person.ask("POST", PHONE, json={"phone": new, "code": code, **body})
    assert errors(change(password="not this one")) == {("password", "password_wrong")}
    assert change(password=PASSWORD).status_code == 204, "the slip did not cost the code"
    assert notices(stack, "phone_changed") == [person.phone]
    assert errors(change(password=PASSWORD)) == {("phone", "phone_same")}


def test_proof_of_both_numbers(stack):
    person = Person(stack).sign_in()
    forget(stack)
    new = new_phone()
    code, old = send(stack, new), send(stack, person.phone)
    change = lambda **body: person.ask("POST", PHONE, json={"phone": new, **body})
    assert errors(change(code=code)) == {("old_code", "required")}
    assert errors(change(old_code=old)) == {("code", "required")}
    assert errors(change(code=wrong_code(code), old_code=old)) == {("code", "code_wrong")}
    assert errors(change(code=code, old_code=wrong_code(old))) == {("old_code", "code_wrong")}
    assert errors(change(code=code, password="x")) == {("password", "password_wrong")}
    both = change(code=code, old_code=old, password="x")
    assert errors(both) == {("old_code", "bad_combination")}
    body = {"phone": new_phone(), "code": code, "old_code": old}
    elsewhere = person.ask("POST", PHONE, json=body)
    assert errors(elsewhere) == {("code", "code_wrong")}
    assert change(code=code, old_code=old).status_code == 204
    assert notices(stack, "phone_changed") == [person.phone]


def test_codes_of_another_purpose(stack):
    person = Person(stack).sign_in()
    forget(stack)
    new = new_phone()
    code = ask_code(stack, new)
    old = send(stack, person.phone)
    answer = person.ask("POST", PHONE, json={"phone": new, "code": code, "old_code": old})
    assert errors(answer) == {("code", "code_wrong")}
    problem(Person(stack, person.phone).try_sign_in(code=old), 401, "sign_in_refused")


def test_five_tries_for_a_code(stack):
    person = Person(stack).sign_in()
    stack.sql("UPDATE rule SET value = 50 WHERE name = 'sign_in.failures'")
    try:
        forget(stack)
        new = new_phone()
        code, old = send(stack, new), send(stack, person.phone)
        change = lambda code: person.ask(
            "POST", PHONE, json={"phone": new, "code": code, "old_code": old}
        )
        for _ in range(5):
            assert errors(change(wrong_code(code))) == {("code", "code_wrong")}
        assert errors(change(code)) == {("code", "code_wrong")}
        assert person.ask("GET", ME).json()["phone"].endswith(person.phone[-4:])
    finally:
        stack.sql("UPDATE rule SET value = 5 WHERE name = 'sign_in.failures'")


def test_guesses_are_slowed_down(stack):
    person = Person(stack).sign_in()
    forget(stack)
    new = new_phone()
    code, old = send(stack, new), send(stack, person.phone)
    bad = {"phone": new, "code": wrong_code(code), "old_code": old}
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: person.ask("POST", PHONE, json=bad).status_code, range(8))
        )
    assert sorted(answers) == [422] * 5 + [429] * 3
    problem(person.ask("POST", PHONE, json={**bad, "code": code}), 429, "too_many_tries")


def test_a_number_belongs_to_one(stack):
    mine, other = Person(stack).sign_in(), Person(stack).sign_in()
    forget(stack)
    body = {
        "phone": other.phone,
        "code": send(stack, other.phone),
        "old_code": send(stack, mine.phone),
    }
    problem(mine.ask("POST", PHONE, json=body), 409, "phone_taken")
    assert mine.ask("GET", ME).json()["phone"].endswith(mine.phone[-4:])
    assert notices(stack, "phone_changed") == []


def test_two_who_want_the_same_number_at_once(stack):
    people = [with_password(stack).refresh() for _ in range(2)]
    new = new_phone()
    code = send(stack, new)
    body = {"phone": new, "code": code, "password": PASSWORD}
    change = lambda person: person.ask("POST", PHONE, json=body).status_code
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(change, people))
    assert answers[0] == 204 and answers[1] in (409, 422), answers
    assert len(notices(stack, "phone_changed")) == 1


def test_the_same_request_twice_at_once(stack):
    person = with_password(stack).refresh()
    new = new_phone()
    body = {"phone": new, "code": send(stack, new), "password": PASSWORD}
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        answers = list(
            pool.map(lambda _: person.ask("POST", PHONE, json=body).status_code, range(3))
        )
    assert answers.count(204) == 1 and set(answers) <= {204, 409, 422}, answers
    assert notices(stack, "phone_changed") == [person.phone]


# Notices


def test_a_new_device_is_told(stack):
    phone = new_phone()
    first = Person(stack, phone).sign_in()
    assert notices(stack, "new_sign_in") == [], "the first device is no news"
    forget(stack)
    Person(stack, phone, first.device).sign_in()
    assert notices(stack, "new_sign_in") == []
    forget(stack)
    Person(stack, phone).sign_in()
    assert notices(stack, "new_sign_in") == [phone]
    row = stack.sql("SELECT account_id, params FROM outbox WHERE template = 'new_sign_in'")
    assert row == [{"account_id": first.account.bytes, "params": None}]
    forget(stack)
    first.call("PUT", "/api/v1/me/password", json={"new": PASSWORD})
    other = Person(stack, phone)
    problem(other.try_sign_in(password="not this one"), 401, "sign_in_refused")
    assert notices(stack, "new_sign_in") == [], "only who got in is news"
    other.sign_in(password=PASSWORD)
    assert notices(stack, "new_sign_in") == [phone]


def test_a_new_password_is_told(stack):
    person = Person(stack).sign_in()
    answer = person.ask("PUT", "/api/v1/me/password", json={"new": "123"})
    assert answer.status_code == 422 and notices(stack, "password_changed") == []
    assert person.ask("PUT", "/api/v1/me/password", json={"new": PASSWORD}).status_code == 204
    assert notices(stack, "password_changed") == [person.phone]


# POST /admin/accounts/{id}/reset


def reset(admin, account):
    return admin.ask("POST", f"/api/v1/admin/accounts/{account}/reset", json={})


def test_reset(stack, admins):
    contract = Contract(stack)
    person = enroll(clerk(stack, admins))
    phone = new_phone()
    code = send(stack, phone)
    body = {"phone": phone, "code": code, "password": PASSWORD}
    assert person.ask("POST", PHONE, json=body).status_code == 204
    answer = reset(admins["security"], person.account)
    contract.check(answer)
    assert answer.status_code == 200, answer.text
    password = answer.json()["password"]
    wait_until_refused(person)
    problem(person.try_refresh(), 401, "refresh_refused")
    problem(person.try_sign_in(password=PASSWORD), 401, "sign_in_refused")
    assert notices(stack, "account_reset") == [phone]
    again = Person(stack, name=person.name).sign_in(password=password)
    assert again.tokens["must_change_password"] is True and "factor" not in again.tokens
    assert claims(again.tokens["access_token"])["scope"] == ""
    me = again.ask("GET", ME).json()
    assert me["factor"] == "none"
    old = again.ask("PUT", "/api/v1/me/password", json={"current": password, "new": PASSWORD})
    assert ("new", "password_used") in errors(old), "the lost one may not come back"
    left = stack.sql("SELECT * FROM recovery_code WHERE account_id = %s", person.account.bytes)
    assert left == []
    trail = stack.sql(
        "SELECT account_id, subject_id FROM audit_event WHERE action LIKE %s"
        " ORDER BY id DESC LIMIT 1",
        "%/reset",
    )
    assert trail[0]["account_id"] == admins["security"].account.bytes
    assert str(person.account) in str(trail[0]["subject_id"])
    stack.reopen()
    logs = "\n".join(stack.error_log() + stack.access_log())
    assert password not in logs and password not in repr(stack.sql("SELECT * FROM audit_event"))


def test_a_reset_ends_every_other_way_in(stack, admins):
    """Whoever had the account may have bound his own; but the only way in stays."""
    person, lonely = Person(stack).sign_in(), Person(stack).sign_in()
    bind = (
        "INSERT INTO account_identity (kind, issuer, subject, account_id, created_at, used_at)"
        " VALUES (%s, 'x', %s, %s, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))"
    )
    for one in (person, lonely):
        for kind in ("wechat", "wechat_union", "oidc", "certificate"):
            stack.sql(bind, kind, str(one.account), one.account.bytes)
    stack.sql(
        "UPDATE account SET phone = NULL, phone_index = NULL WHERE id = %s", lonely.account.bytes
    )
    for one in (person, lonely):
        assert reset(admins["security"], one.account).status_code == 200
    left = "SELECT kind FROM account_identity WHERE account_id = %s"
    assert stack.sql(left, person.account.bytes) == []
    assert len(stack.sql(left, lonely.account.bytes)) == 3


def test_nobody_resets_himself(stack, admins):
    admin = admins["security"]
    problem(reset(admin, admin.account), 409, "own_account")
    problem(reset(admin, uuid.uuid4()), 404, "not_found")
    assert admin.ask("GET", ME).status_code == 200
    for branch in ("system", "audit"):
        problem(reset(admins[branch], admin.account), 403, "forbidden")


def test_rights_taken_a_moment_ago_reset_nobody(stack, admins):
    """The token still says yes, the grant does not: the statement asks the grant."""
    person, helper = clerk(stack, admins), clerk(stack, admins)
    made = grant(admins["security"], helper.account, "security_administrator").json()
    helper.refresh()
    stack.sql(
        "UPDATE access_grant SET revoked_at = UTC_TIMESTAMP(6) WHERE id = %s",
        uuid.UUID(made["id"]).bytes,
    )
    problem(reset(helper, person.account), 404, "not_found")
    assert person.ask("GET", ME).status_code == 200


def test_two_who_reset_at_once(stack, admins):
    person = clerk(stack, admins)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: reset(admins["security"], person.account), range(3)))
    assert {answer.status_code for answer in answers} <= {200, 503}
    good = [
        Person(stack, name=person.name).try_sign_in(password=answer.json()["password"]).status_code
        for answer in answers
        if answer.status_code == 200
    ]
    assert good.count(200) == 1, "the last one's password is the account's"


def test_a_citizen_who_lost_his_second_factor(stack, admins):
    person = enroll(Person(stack).sign_in())
    assert reset(admins["security"], person.account).status_code == 200
    assert "factor" not in second(person).tokens
