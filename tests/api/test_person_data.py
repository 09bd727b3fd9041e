"""What one may ask for by law: all of one's data, and their erasure."""

import concurrent.futures

import pytest

from api.contract import Contract
from api.person_world import *  # noqa: F403
from api.person_world import STACK, Person, declared, problem  # noqa: F401
from api.test_auth_admin import admins, clerk, fresh  # noqa: F401

REQUESTS = "/api/v1/me/data-requests"


def request(person, kind):
    return person.ask("POST", REQUESTS, json={"kind": kind})


def requested(person, kind):
    answer = request(person, kind)
    assert answer.status_code == 200, answer.text
    return answer.json()


def export(person, one):
    return person.ask("GET", f"{REQUESTS}/{one['id']}/export")


def grow_old(stack, person):
    """As if the sign-in was long ago."""
    stack.sql(
        "UPDATE session SET created_at = created_at - INTERVAL 1 HOUR WHERE id = %s",
        person.session.bytes,
    )


def test_all_of_it_in_the_clear_to_oneself(stack):
    contract = Contract(stack)
    person, other = Person(stack).sign_in(), Person(stack).sign_in()
    declared(person, "诸葛孔明")
    answer = request(person, "export")
    contract.check(answer)
    one = answer.json()
    assert (one["state"], one["kept"]) == ("ready", None)
    contract.check(person.ask("GET", REQUESTS))
    stack.sql(
        "INSERT INTO outbox (id, template, account_id, due_at, created_at, updated_at)"
        " SELECT %s, 'proposal_decided', id, created_at, created_at, created_at"
        " FROM account WHERE id = %s",
        *(uuid.uuid4().bytes, person.account.bytes),
    )
    fetched = export(person, one)
    contract.check(fetched)
    body = fetched.json()
    (record,) = body["items"]
    assert (record["name"], record["document_number"]) == ("诸葛孔明", person.number)
    assert record["phone"] == person.phone and "*" not in fetched.text
    assert [x["document"] for x in body["consents"]] == ["sensitive_data"]
    assert [x["id"] for x in body["sessions"]] == [str(person.session)]
    assert "PUT /api/v1/me/person" in [x["action"] for x in body["acts"]]
    told = {x["template"]: x["recipient"] for x in body["notices"]}
    assert told == {"proposal_decided": None}, "it names no number: the account has it"
    problem(export(other, one), 404, "not_found")
    problem(export(person, {"id": str(uuid.uuid4())}), 404, "not_found")


def test_only_shortly_after_a_sign_in_and_for_seven_days(stack):
    person = Person(stack).sign_in()
    one = requested(person, "export")
    grow_old(stack, person)
    problem(export(person, one), 409, "sign_in_again")
    for kind in ("export", "erasure"):
        problem(request(person, kind), 409, "sign_in_again")
    forget(stack)
    again = Person(stack, person.phone).sign_in()
    assert export(again, one).status_code == 200
    stack.sql(
        "UPDATE data_request SET expires_at = UTC_TIMESTAMP(6) WHERE id = %s",
        uuid.UUID(one["id"]).bytes,
    )
    problem(export(again, one), 404, "not_found")
    assert again.ask("GET", REQUESTS).json()["items"][0]["state"] == "expired"


def test_an_erasure_waits_and_can_be_canceled(stack):
    contract = Contract(stack)
    person, other = Person(stack).sign_in(), Person(stack).sign_in()
    answer = request(person, "erasure")
    contract.check(answer)
    one = answer.json()
    assert one["state"] == "waiting" and one["due_at"] and one["kept"]
    problem(request(person, "erasure"), 409, "erasure_waiting")
    path = f"{REQUESTS}/{one['id']}/cancel"
    problem(other.ask("POST", path, json={}), 404, "not_found")
    assert person.ask("POST", path, json={}).status_code == 204
    problem(person.ask("POST", path, json={}), 409, "conflict")
    assert requested(person, "erasure")["id"] != one["id"]
    assert person.ask("GET", "/api/v1/me").status_code == 200


def test_two_at_once_are_one(stack):
    person = Person(stack).sign_in()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: request(person, "erasure"), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


def test_staff_are_not_erased_by_themselves(stack, admins):
    problem(request(clerk(stack, admins), "erasure"), 409, "staff_account")


@pytest.fixture
def erased(stack_factory):
    """Somebody with traces everywhere, whose time has come; and somebody beside him."""
    stack = stack_factory(**STACK)
    person, other = Person(stack).sign_in(), Person(stack).sign_in()
    for one in (person, other):
        one.record = declared(one, "诸葛孔明")["id"]
        body = {
            "name": "刘阿斗",
            "document_kind": "identity_card",
            "document_number": new_identity(),
            "relation": "guardian",
            "until": "2030-01-01",
            "evidence": "户口簿",
        }
        assert one.ask("POST", "/api/v1/me/proxies", json=body).status_code == 200
        stack.sql(
            "INSERT INTO account_identity (kind, issuer, subject, account_id, created_at, used_at)"
            " VALUES ('wechat', 'app', %s, %s, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
            *(one.phone, one.account.bytes),
        )
        requested(one, "erasure")
    stack.sql(
        "UPDATE data_request SET due_at = UTC_TIMESTAMP(6) WHERE account_id = %s",
        person.account.bytes,
    )
    stack.sql("DELETE FROM job WHERE name = 'person.erase'")
    stack.stop()
    stack.start()
    state = "SELECT state FROM data_request WHERE account_id = %s"
    done = [{"state": "done"}]
    wait_for(lambda: stack.sql(state, person.account.bytes) == done, "erasure", 90)
    return stack, person, other


def test_nothing_is_left_that_says_who_he_was(erased):
    stack, person, other = erased
    row = stack.sql("SELECT * FROM account WHERE id = %s", person.account.bytes)[0]
    assert row["status"] == "closed"
    assert (row["phone"], row["phone_index"], row["password_hash"]) == (None, None, None)
    records = stack.sql(
        "SELECT * FROM person WHERE id = %s OR created_by = %s",
        *(uuid.UUID(person.record).bytes, person.account.bytes),
    )
    assert len(records) == 2, "his own, and whom he named"
    for record in records:
        kept = [record[name] for name in ("name", "document_number", "document_index", "region_id")]
        assert kept == [None] * 4 and record["erased_at"]
    for table, column in (
        ("account_identity", "account_id"),
        ("outbox", "account_id"),
        ("contact_preference", "account_id"),
        ("password_history", "account_id"),
    ):
        found = stack.sql(f"SELECT 1 FROM {table} WHERE {column} = %s", person.account.bytes)
        assert found == [], table
    proxy = stack.sql(
        "SELECT evidence, ended_at FROM person_proxy WHERE proxy_id = %s",
        uuid.UUID(person.record).bytes,
    )[0]
    assert proxy["evidence"] is None and proxy["ended_at"]
    assert stack.sql("SELECT 1 FROM audit_event WHERE account_id = %s", person.account.bytes)

    wait_until_refused(person)
    assert person.try_refresh().status_code == 401
    assert other.refresh().ask("GET", "/api/v1/me/person").json()["id"] == other.record
    assert stack.sql("SELECT 1 FROM account_identity WHERE account_id = %s", other.account.bytes)
    forget(stack)
    anew = Person(stack, person.phone).sign_in()
    assert anew.account != person.account, "the same phone is a new account"
    assert anew.ask("GET", "/api/v1/me/person").json()["id"] is None


def test_done_once_it_is_not_done_again(erased):
    stack, person, other = erased
    before = stack.sql("SELECT version FROM account WHERE id = %s", person.account.bytes)
    stack.sql("UPDATE data_request SET due_at = UTC_TIMESTAMP(6) WHERE state = 'waiting'")
    stack.sql("DELETE FROM job WHERE name = 'person.erase'")
    stack.stop()
    stack.start()
    waiting = "SELECT 1 FROM data_request WHERE state = 'waiting'"
    wait_for(lambda: stack.sql(waiting) == [], "the other's erasure", 90)
    assert stack.sql("SELECT version FROM account WHERE id = %s", person.account.bytes) == before
    assert stack.sql("SELECT status FROM account WHERE id = %s", other.account.bytes) == [
        {"status": "closed"}
    ]
