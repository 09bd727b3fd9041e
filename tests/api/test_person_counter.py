"""At the counter: records of one's regions, verified, claimed, opened before witnesses."""

import concurrent.futures
import re

import pytest

from api.contract import Contract
from api.person_world import *  # noqa: F403
from api.person_world import (  # noqa: F401
    STACK,
    Person,
    counter,
    declared,
    identity,
    new_identity,
    problem,
)
from api.test_auth_admin import admins, fresh, grant, key  # noqa: F401

PERSONS = "/api/v1/persons"


@pytest.fixture(scope="module")
def staff(shared_stack, admins):
    return {
        "clerk": counter(shared_stack, admins),
        "city": counter(shared_stack, admins, region="330300"),
        "elsewhere": counter(shared_stack, admins, region="340600"),
        "manager": counter(shared_stack, admins, "bureau_manager", "330300"),
    }


def make(clerk, number=None, name="王小明", region="330302", **more):
    body = {
        "name": name,
        "document_kind": "identity_card",
        "document_number": number or new_identity(),
        "region": region,
        **more,
    }
    return clerk.ask("POST", PERSONS, json=body, headers=key())


def made(clerk, number=None, **more):
    answer = make(clerk, number, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


def verify(clerk, record, number, name="王小明", **more):
    body = {
        "name": name,
        "document_kind": "identity_card",
        "document_number": number,
        "version": record["version"],
        **more,
    }
    return clerk.ask("POST", f"{PERSONS}/{record['id']}/verify", json=body)


def verified(clerk, number=None, **more):
    number = number or new_identity()
    answer = verify(clerk, made(clerk, number, **more), number)
    assert answer.status_code == 200, answer.text
    return answer.json()


def code_for(clerk, record):
    answer = clerk.ask("POST", f"{PERSONS}/{record['id']}/claim-code", json={})
    assert answer.status_code == 200, answer.text
    return answer.json()["claim_code"]


def claim(person, code):
    return person.ask("POST", "/api/v1/me/claim", json={"claim_code": code})


def test_a_record_is_made_found_and_opened(stack, staff):
    contract = Contract(stack)
    number = new_identity()
    answer = make(staff["clerk"], number)
    contract.check(answer)
    record = answer.json()
    assert answer.headers["location"].endswith(record["id"])
    assert (record["assurance"], record["has_account"]) == (0, False)
    assert record["name"].startswith("王*") and number not in answer.text
    for clerk, sees in (("clerk", True), ("city", True), ("elsewhere", False)):
        who = staff[clerk]
        for query in ({"document_number": number}, {"document_number": number.lower()}, {}):
            found = who.ask("GET", PERSONS, params=query)
            contract.check(found)
            assert (record["id"] in [one["id"] for one in found.json()["items"]]) is sees
        opened = who.ask("GET", f"{PERSONS}/{record['id']}")
        contract.check(opened)
        assert opened.status_code == (200 if sees else 404)
    problem(staff["clerk"].ask("GET", f"{PERSONS}/{uuid.uuid4()}"), 404, "not_found")


def test_a_page_and_the_next(stack, staff):
    ids = [made(staff["clerk"])["id"] for _ in range(3)]
    page = staff["clerk"].ask("GET", PERSONS, params={"limit": 2}).json()
    more = staff["clerk"].ask("GET", PERSONS, params={"limit": 2, "cursor": page["next"]}).json()
    seen = [one["id"] for one in page["items"] + more["items"]]
    assert seen[:3] == ids[::-1]


def test_old_numbers_find(stack, staff):
    number = identity(birth="19490731", sequence="417")
    record = made(staff["clerk"], number)
    found = staff["clerk"].ask(
        "GET", PERSONS, params={"document_number": number[:6] + number[8:17]}
    )
    assert [one["id"] for one in found.json()["items"]] == [record["id"]]


def test_out_of_his_scope_a_clerk_makes_nothing(stack, staff):
    problem(make(staff["elsewhere"]), 403, "forbidden")
    answer = make(staff["clerk"], region="999999")
    assert problem(answer, 422, "validation_failed")["errors"][0]["code"] == "unknown"
    assert make(staff["clerk"], identity("199999")).status_code == 422


def test_one_key_one_record(stack, staff):
    body = {"name": "王", "region": "330302"}
    header = key()
    answers = [staff["clerk"].ask("POST", PERSONS, json=body, headers=header) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]


def test_a_verified_document_is_of_one_record(stack, staff):
    number = new_identity()
    first, second = made(staff["clerk"], number), made(staff["clerk"], number)
    answer = verify(staff["clerk"], first, number)
    Contract(stack).check(answer)
    assert answer.json()["assurance"] == 4
    problem(verify(staff["clerk"], second, number), 409, "document_taken")
    problem(make(staff["clerk"], number), 409, "person_exists")
    problem(verify(staff["elsewhere"], second, new_identity()), 404, "not_found")
    problem(verify(staff["clerk"], {**first, "version": 1}, number), 412, "stale")


def test_two_counters_verify_one_document_at_once(stack, staff):
    number = new_identity()
    records = [made(staff["clerk"], number) for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda record: verify(staff["clerk"], record, number), records))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


def test_an_unknown_division_needs_a_clerk_who_says_so(stack, staff):
    number = identity("199998")
    record = made(staff["clerk"], None)
    assert verify(staff["clerk"], record, number).status_code == 422
    assert verify(staff["clerk"], record, number, accept_division=True).status_code == 200


def test_who_declared_himself_is_verified_with_his_paper(stack, staff):
    """He gave no region: the clerk reaches him by the whole number, and the record is his now."""
    person = Person(stack).sign_in()
    mine = declared(person, "王小明")
    found = staff["clerk"].ask("GET", PERSONS, params={"document_number": person.number}).json()
    assert mine["id"] in [one["id"] for one in found["items"]]
    problem(staff["clerk"].ask("GET", f"{PERSONS}/{mine['id']}"), 404, "not_found")
    problem(verify(staff["clerk"], mine, new_identity(), region="330302"), 404, "not_found")
    problem(verify(staff["clerk"], mine, person.number), 404, "not_found")
    answer = verify(staff["clerk"], mine, person.number, region="330302")
    assert answer.status_code == 200 and answer.json()["region"]["code"] == "330302"
    wait_for(lambda: person.call("GET", "/api/v1/me").status_code == 401, "a stale token", 10)
    person.refresh()
    assert claims(person.tokens["access_token"])["ial"] == 4
    assert person.ask("GET", "/api/v1/me/person").json()["assurance"] == 4


def test_nobody_verifies_himself(stack, staff):
    mine = declared(staff["clerk"], "李职员", region="330302")
    answer = verify(staff["clerk"], mine, staff["clerk"].number, name="李职员")
    problem(answer, 409, "own_person")
    assert verify(staff["city"], mine, staff["clerk"].number, name="李职员").status_code == 200


def test_claimed_by_who_has_the_code(stack, staff):
    record = verified(staff["clerk"])
    code = code_for(staff["clerk"], record)
    assert re.fullmatch(r"[0-9A-Z]{6}-[0-9A-Z]{5}-[0-9A-Z]{5}", code)
    row = stack.sql("SELECT * FROM person WHERE id = %s", uuid.UUID(record["id"]).bytes)[0]
    assert code.replace("-", "").encode() not in row["claim_hash"]
    person, other = Person(stack).sign_in(), Person(stack).sign_in()
    answer = claim(person, code.lower())
    Contract(stack).check(answer)
    assert answer.json() == {"id": record["id"], "assurance": 4}
    assert person.ask("GET", "/api/v1/me/person").json()["id"] == record["id"]
    problem(claim(other, code), 409, "claim_refused")
    again = claim(person, code)
    assert again.json() == answer.json(), "who lost the answer asks again"
    assert person.ask("GET", "/api/v1/me/person").json()["id"] == record["id"]
    refused = staff["clerk"].ask("POST", f"{PERSONS}/{record['id']}/claim-code", json={})
    problem(refused, 409, "has_account")


def test_no_code_for_who_is_not_verified_or_not_there(stack, staff):
    record = made(staff["clerk"])
    path = f"{PERSONS}/{record['id']}/claim-code"
    problem(staff["clerk"].ask("POST", path, json={}), 409, "not_verified")
    problem(staff["elsewhere"].ask("POST", path, json={}), 404, "not_found")


def test_five_wrong_tries_end_a_code(stack, staff):
    code = code_for(staff["clerk"], verified(staff["clerk"]))
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    person = Person(stack).sign_in()
    for _ in range(5):
        problem(claim(person, wrong), 409, "claim_refused")
    problem(claim(person, code), 409, "claim_refused")
    for text in ("x" * 15, "x" * 33, "!" * 16):
        assert claim(person, text).status_code == 422


def test_an_account_has_ten_tries_a_day(stack, staff):
    person = Person(stack).sign_in()
    for n in range(10):
        problem(claim(person, f"{n:016}"), 409, "claim_refused")
    problem(claim(person, "1" * 16), 429, "too_many_claims")


def test_old_codes_and_replaced_codes(stack, staff):
    record = verified(staff["clerk"])
    first, second = code_for(staff["clerk"], record), code_for(staff["clerk"], record)
    person = Person(stack).sign_in()
    problem(claim(person, first), 409, "claim_refused")
    stack.sql(
        "UPDATE person SET claim_expires_at = UTC_TIMESTAMP(6) WHERE id = %s",
        uuid.UUID(record["id"]).bytes,
    )
    problem(claim(person, second), 409, "claim_refused")


def test_two_claim_at_once_one_wins(stack, staff):
    record = verified(staff["clerk"])
    code = code_for(staff["clerk"], record)
    people = [Person(stack).sign_in() for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda person: claim(person, code), people))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    rows = stack.sql(
        "SELECT COUNT(*) AS n FROM account WHERE person_id = %s", uuid.UUID(record["id"]).bytes
    )
    assert rows == [{"n": 1}]


def test_what_one_declared_gives_way_to_the_counters_record(stack, staff):
    person, other = Person(stack).sign_in(), Person(stack).sign_in()
    mine = declared(person)
    record = verified(staff["clerk"], person.number)
    assert claim(person, code_for(staff["clerk"], record)).status_code == 200
    old = stack.sql("SELECT * FROM person WHERE id = %s", uuid.UUID(mine["id"]).bytes)[0]
    assert (old["name"], old["document_number"], old["document_index"]) == (None, None, None)
    assert old["merged_into"] == uuid.UUID(record["id"]).bytes and old["erased_at"]
    log = person.ask("GET", "/api/v1/me/access-log").json()["items"]
    assert "PUT /api/v1/me/person" in [one["action"] for one in log], "the old record's events too"

    declared(other)
    foreign = verified(staff["clerk"])
    problem(claim(other, code_for(staff["clerk"], foreign)), 409, "other_document")
    third = verified(staff["clerk"])
    problem(claim(person, code_for(staff["clerk"], third)), 409, "already_verified")


def test_clear_only_with_the_right_and_a_reason_and_seen(stack, staff, admins):
    contract = Contract(stack)
    number = new_identity()
    record = verified(staff["clerk"], number)
    person = Person(stack).sign_in()
    claim(person, code_for(staff["clerk"], record))
    path = f"{PERSONS}/{record['id']}/clear"
    problem(staff["clerk"].ask("GET", path, params={"reason": "办理业务"}), 403, "forbidden")
    assert staff["manager"].ask("GET", path).status_code == 422
    numbered = staff["manager"].ask("GET", path, params={"reason": f"核对 {number}"})
    assert problem(numbered, 422, "validation_failed")["errors"][0]["code"] == "personal_number"
    opened = staff["manager"].ask("GET", path, params={"reason": "核对公证申请"})
    contract.check(opened)
    assert (opened.json()["name"], opened.json()["document_number"]) == ("王小明", number)
    assert opened.json()["phone"] == person.phone
    assert opened.headers["cache-control"] == "no-store"
    assert staff["manager"].ask("GET", f"{PERSONS}/{record['id']}").status_code == 200

    trail = admins["audit"].ask(
        "GET",
        "/api/v1/admin/audit-events",
        params={"subject_type": "person", "subject_id": record["id"]},
    )
    contract.check(trail)
    told = next(one for one in trail.json()["items"] if one["action"].endswith("/clear"))
    assert (told["reason"], told["assurance"]) == ("核对公证申请", 0), "staff without a record"

    answer = person.ask("GET", "/api/v1/me/access-log")
    contract.check(answer)
    log = answer.json()["items"]
    clear = next(one for one in log if one["clear"])
    assert (clear["who"], clear["reason"]) == ("staff", "核对公证申请")
    assert clear["role"] == "司法行政机关业务主管" and clear["organization"] == "R330300"
    masked = next(one for one in log if one["action"] == "GET /api/v1/persons/{id}")
    assert masked["reason"] is None and masked["clear"] is False
    assert {"POST /api/v1/persons", "POST /api/v1/persons/{id}/verify"} <= {
        one["action"] for one in log
    }
    assert str(staff["manager"].account) not in answer.text
    assert staff["manager"].name not in answer.text
    first = person.ask("GET", "/api/v1/me/access-log", params={"limit": 1}).json()
    rest = person.ask("GET", "/api/v1/me/access-log", params={"cursor": first["next"]}).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in log]
    other = Person(stack).sign_in()
    assert other.ask("GET", "/api/v1/me/access-log").json()["items"] == []


def test_a_reading_changes_no_cache(stack, staff):
    record = made(staff["clerk"])
    before = stack.sql("SELECT COUNT(*) AS n FROM change_event")
    assert staff["clerk"].ask("GET", f"{PERSONS}/{record['id']}").status_code == 200
    assert stack.sql("SELECT COUNT(*) AS n FROM change_event") == before


def test_nothing_of_it_in_the_logs(stack, staff):
    number = new_identity()
    record = verified(staff["clerk"], number)
    code = code_for(staff["clerk"], record)
    staff["clerk"].ask("GET", PERSONS, params={"document_number": number})
    staff["manager"].ask("GET", f"{PERSONS}/{record['id']}/clear", params={"reason": "核对"})
    stack.reopen()
    for line in stack.error_log() + stack.access_log():
        for secret in (number, "王小明", "核对", code, code.replace("-", "")):
            assert secret not in line
    for row in stack.sql("SELECT detail FROM audit_event"):
        assert number not in (row["detail"] or "")
