"""What administrators see of notices, and what they may send again."""

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import problem
from api.contract import Contract
from api.notice_world import *  # noqa: F403
from api.notice_world import STACK  # noqa: F401
from api.test_auth_admin import administrator


@pytest.fixture(scope="module")
def admin(tool, shared_stack):
    return administrator(tool, shared_stack, "system")


@pytest.fixture(autouse=True)
def empty(stack):
    stack.sql("DELETE FROM outbox")
    never_quiet(stack)


def notices(admin, **params):
    answer = admin.ask("GET", "/api/v1/admin/notices", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def failed(stack, **columns):
    """A notice that was given up: its template came too late."""
    stack.sql("UPDATE rule SET value = 1 WHERE name = 'notice.tries'")
    one = put(stack, "sign_in_code", params={"other": "x"}, **columns)
    until(stack, one, "failed")
    stack.sql("UPDATE rule SET value = 20 WHERE name = 'notice.tries'")
    return one


def retry(admin, one, **options):
    return admin.ask("POST", f"/api/v1/admin/notices/{one}/retry", json={}, **options)


def test_thin_thread(stack, admin):
    phone, code = new_phone(), "917364"
    one = put(stack, "sign_in_code", phone, {"code": code})
    until(stack, one, "sent")
    answer = admin.ask("GET", "/api/v1/admin/notices")
    Contract(stack).check(answer)
    shown = answer.json()["items"][0]
    assert shown["id"] == str(one) and shown["state"] == "sent" and shown["tries"] == 1
    assert shown["recipient"] == phone[:3] + "****" + phone[-4:]
    assert shown["gateway"] == "file" and shown["wording"] == "plain" and shown["version"] == 1
    assert code not in answer.text and phone not in answer.text


def test_filters_and_pages(stack, admin):
    waiting = [put(stack, due=3600) for _ in range(5)]
    gone = put(stack, "sign_in_code", params={"code": "1"}, expires=-1)
    until(stack, gone, "expired")
    assert {one["id"] for one in notices(admin, state="waiting")} == {str(one) for one in waiting}
    assert [one["id"] for one in notices(admin, state="expired")] == [str(gone)]
    assert [one["id"] for one in notices(admin, template="sign_in_code")] == [str(gone)]
    assert notices(admin, account=str(uuid.uuid4())) == []
    assert notices(admin, account=str(uuid.uuid4()), state="waiting") == []
    assert notices(admin, template="sign_in_code", state="waiting") == []
    seen, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = admin.ask("GET", "/api/v1/admin/notices", params=params).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert sorted(seen) == sorted(str(one) for one in [*waiting, gone]) and len(set(seen)) == 6
    errors = problem(
        admin.ask("GET", "/api/v1/admin/notices", params={"state": "lost"}), 422, "validation_failed"
    )
    assert errors["errors"][0]["name"] == "state"


def test_what_failed_is_sent_again(stack, admin):
    phone = new_phone()
    one = failed(stack, phone=phone)
    shown = notices(admin, state="failed")[0]
    assert shown["reason"] == "bad_params" and shown["tries"] == 1
    stack.sql(
        "UPDATE outbox SET params = %s WHERE id = %s",
        seal('{"code": "424242"}', "outbox.params"),
        one.bytes,
    )
    answer = retry(admin, one)
    Contract(stack).check(answer)
    assert answer.status_code == 200 and answer.json()["tries"] == 0
    until(stack, one, "sent")
    assert message_to(stack, phone)["params"] == {"code": "424242"}
    problem(retry(admin, one), 409, "conflict")
    audit = stack.sql("SELECT action FROM audit_event WHERE subject_id = %s", str(one))
    assert audit == [{"action": "POST /api/v1/admin/notices/{id}/retry"}]


def test_a_repeated_request_is_one(stack, admin):
    one = failed(stack)
    stack.sql("UPDATE job SET until = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR, holder = 'test'")
    key = {"Idempotency-Key": secrets.token_hex(12)}
    try:
        first, second = (retry(admin, one, headers=key) for _ in range(2))
    finally:
        stack.sql("UPDATE job SET until = NULL")
    assert first.status_code == second.status_code == 200 and first.json() == second.json()


@pytest.mark.parametrize("case", ["waiting", "expired", "over", "erased", "nobody's"])
def test_what_is_not_sent_again(stack, admin, case):
    if case == "waiting":
        one = put(stack, due=3600)
    elif case == "expired":
        one = put(stack, "sign_in_code", params={"code": "1"}, expires=-1)
        until(stack, one, "expired")
    elif case == "over":
        one = failed(stack, expires=3600)
        stack.sql("UPDATE outbox SET expires_at = UTC_TIMESTAMP(6) WHERE id = %s", one.bytes)
    elif case == "erased":
        one = failed(stack)
        stack.sql("UPDATE outbox SET params = NULL, reason = 'erased' WHERE id = %s", one.bytes)
    else:
        one = uuid.uuid4()
    before = None if case == "nobody's" else row(stack, one)
    found = ("not_found", 404) if before is None else ("conflict", 409)
    problem(retry(admin, one), found[1], found[0])
    assert before is None or row(stack, one) == before


def test_rights_that_were_taken_count_at_once(tool, stack):
    """The token still says yes; the grant is asked in SQL."""
    person = administrator(tool, stack, "system")
    one = failed(stack)
    assert notices(person)
    stack.sql(
        "UPDATE access_grant SET revoked_at = UTC_TIMESTAMP(6) WHERE account_id = %s",
        person.account.bytes,
    )
    assert person.call("GET", "/api/v1/admin/notices").json()["items"] == []
    problem(person.call("POST", f"/api/v1/admin/notices/{one}/retry", json={}), 404, "not_found")
    assert state(stack, one) == "failed"
