"""How somebody may be reached: /me/contact, with versions, and nobody else's."""

import concurrent.futures

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import forget, problem
from api.contract import Contract
from api.notice_world import STACK  # noqa: F401
from api.notice_world import new_phone, signed_in, unseal

YES = dict.fromkeys(("may_call", "may_text", "may_leave_message", "may_name_us"), True)


@pytest.fixture
def person(stack):
    forget(stack)
    return signed_in(stack)


def put_contact(person, **members):
    return person.call("PUT", "/api/v1/me/contact", json={**YES, **members})


def test_thin_thread(stack, person):
    contract = Contract(stack)
    first = person.call("GET", "/api/v1/me/contact")
    contract.check(first)
    assert first.json() == {
        "decided": False,
        "may_call": False,
        "may_text": True,
        "may_leave_message": False,
        "may_name_us": False,
        "quiet_from": None,
        "quiet_to": None,
        "safe_phone": None,
        "version": 0,
    }
    phone = new_phone()
    said = {**YES, "may_call": False, "quiet_from": "21:30", "quiet_to": "07:05"}
    answer = put_contact(person, **said, safe_phone=phone, version=0)
    contract.check(answer)
    expected = {
        **said,
        "decided": True,
        "version": 1,
        "safe_phone": phone[:3] + "****" + phone[-4:],
    }
    assert answer.json() == expected
    assert person.call("GET", "/api/v1/me/contact").json() == expected
    row = stack.sql(
        "SELECT safe_phone FROM contact_preference WHERE account_id = %s", person.account.bytes
    )[0]
    assert unseal(row["safe_phone"], "contact_preference.safe_phone") == phone
    audit = stack.sql(
        "SELECT action, subject_type, subject_id FROM audit_event WHERE account_id = %s"
        " ORDER BY at DESC LIMIT 1",
        person.account.bytes,
    )[0]
    assert audit["action"] == "PUT /api/v1/me/contact" and audit["subject_type"] == "contact"


def test_versions(stack, person):
    problem(put_contact(person), 428, "version_required")
    problem(put_contact(person, version=3), 412, "stale")
    assert person.call("GET", "/api/v1/me/contact").json()["decided"] is False, "nothing half made"
    assert put_contact(person, version=0).status_code == 200
    problem(put_contact(person, version=0), 412, "stale")
    assert put_contact(person, version=1, may_text=False).json()["version"] == 2


def test_two_at_once_one_wins(stack, person):
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for version in (0, 1):
            answers = list(pool.map(lambda _: put_contact(person, version=version), range(8)))
            assert sorted(one.status_code for one in answers) == [200] + [412] * 7
    assert person.call("GET", "/api/v1/me/contact").json()["version"] == 2


def test_the_safe_number_stays_until_it_is_removed(stack, person):
    phone = new_phone()
    put_contact(person, version=0, safe_phone=phone)
    shown = put_contact(person, version=1).json()["safe_phone"]
    assert shown == phone[:3] + "****" + phone[-4:]
    errors = problem(put_contact(person, version=2, safe_phone=shown), 422, "validation_failed")
    assert errors["errors"][0]["code"] == "masked_value"
    assert put_contact(person, version=2, no_safe_phone=True).json()["safe_phone"] is None


@pytest.mark.parametrize(
    "members,field,code",
    [
        ({"quiet_from": "22:00"}, "quiet_to", "required"),
        ({"quiet_to": "22:00"}, "quiet_from", "required"),
        ({"quiet_from": "22:00", "quiet_to": "22:00"}, "quiet_to", "bad_time"),
        ({"quiet_from": "24:00", "quiet_to": "08:00"}, "quiet_from", "bad_time"),
        ({"quiet_from": "22:60", "quiet_to": "08:00"}, "quiet_from", "bad_time"),
        ({"quiet_from": "22.00", "quiet_to": "08:00"}, "quiet_from", "bad_time"),
        ({"quiet_from": "22:00", "quiet_to": "-1:00"}, "quiet_to", "bad_time"),
        ({"quiet_from": "22:00", "quiet_to": "0:000"}, "quiet_to", "bad_time"),
        ({"quiet_from": "9:00", "quiet_to": "08:00"}, "quiet_from", "too_short"),
        ({"safe_phone": "12345"}, "safe_phone", "bad_mobile"),
        ({"safe_phone": "0577-88001234"}, "safe_phone", "bad_mobile"),
        ({"may_text": None}, "may_text", "required"),
        ({"may_text": "yes"}, "may_text", "wrong_type"),
        ({"account": "x"}, "account", "unknown_parameter"),
        ({"mobile": "13800138000"}, "mobile", "unknown_parameter"),
        ({"from_minute": 1}, "from_minute", "unknown_parameter"),
    ],
)
def test_bad_values_are_named(stack, person, members, field, code):
    said = problem(put_contact(person, version=0, **members), 422, "validation_failed")
    assert [(error["name"], error["code"]) for error in said["errors"]] == [(field, code)]
    assert person.call("GET", "/api/v1/me/contact").json()["decided"] is False


def test_everybody_has_his_own(stack, person):
    other = signed_in(stack)
    put_contact(person, version=0, safe_phone=new_phone())
    assert other.call("GET", "/api/v1/me/contact").json()["decided"] is False
    assert put_contact(other, version=0).status_code == 200
    problem(stack.get("/api/v1/me/contact"), 401, "sign_in_required")


def test_nothing_of_it_in_the_logs(stack, person):
    phone = new_phone()
    put_contact(person, version=0, safe_phone=phone)
    put_contact(person, version=0, safe_phone=phone + "9")
    stack.reopen()
    assert phone not in "\n".join(stack.error_log() + stack.access_log())
