"""One's own record: declared, masked, checked, and never more sure than it is."""

import concurrent.futures

import pytest

from api.contract import Contract
from api.person_world import *  # noqa: F403
from api.person_world import (  # noqa: F401
    STACK,
    Person,
    consent,
    declared,
    identity,
    new_identity,
    problem,
    unseal,
)
from api.test_auth_admin import fresh  # noqa: F401

ME = "/api/v1/me/person"


def put(person, **members):
    body = {"name": "张三", "version": 0, **members}
    return person.ask("PUT", ME, json=body)


def refused(answer, field):
    errors = problem(answer, 422, "validation_failed")["errors"]
    return next(error["code"] for error in errors if error["name"] == field)


def test_declared_sealed_masked(stack):
    person = Person(stack).sign_in()
    contract = Contract(stack)
    empty = person.call("GET", ME)
    contract.check(empty)
    assert empty.json()["version"] == 0 and empty.json()["id"] is None
    assert empty.json()["assurance"] == 1

    made = declared(person, "欧阳修", "11010519491231002x")
    contract.check(person.ask("GET", ME))
    assert made == person.ask("GET", ME).json()
    assert made["name"] == "欧***" or made["name"].startswith("欧*"), made
    assert "19491231" not in made["document_number"] and "*" in made["document_number"]
    assert (made["assurance"], made["version"], made["kind"]) == (2, 1, "natural")

    row = stack.sql("SELECT * FROM person WHERE id = %s", uuid.UUID(made["id"]).bytes)[0]
    assert unseal(row["name"], "person.name") == "欧阳修"
    assert unseal(row["document_number"], "person.document_number") == "11010519491231002X"
    assert row["document_key"] is None, "who only declares occupies no document"
    assert person.ask("GET", "/api/v1/me").json()["assurance"] == 2


def test_the_same_number_has_the_same_index_however_it_is_written(stack):
    number = new_identity()
    one, other = (Person(stack).sign_in() for _ in range(2))
    ids = [declared(one, number=number)["id"]]
    ids += [declared(other, number=f"{number[:6]} {number[6:14]}-{number[14:]}".lower())["id"]]
    rows = stack.sql(
        "SELECT document_index AS i FROM person WHERE id IN (%s, %s)",
        *(uuid.UUID(one).bytes for one in ids),
    )
    assert rows[0]["i"] == rows[1]["i"]


def test_without_consent_no_number(stack):
    person = Person(stack).sign_in()
    number = {"document_kind": "identity_card", "document_number": new_identity()}
    problem(put(person, **number), 409, "consent_missing")
    assert stack.sql("SELECT person_id FROM account WHERE id = %s", person.account.bytes) == [
        {"person_id": None}
    ], "nothing half made"
    only_name = put(person)
    assert (only_name.status_code, only_name.json()["assurance"]) == (200, 1)
    given = consent(person)
    assert put(person, version=1, **number).json()["assurance"] == 2
    gone = person.ask("POST", f"/api/v1/me/consents/{given['id']}/withdraw")
    assert gone.status_code == 204
    mine = person.ask("GET", ME).json()
    assert (mine["document_number"], mine["assurance"]) == (None, 1)
    problem(put(person, version=mine["version"], **number), 409, "consent_missing")


@pytest.mark.parametrize(
    "kind,number,code",
    [
        ("identity_card", "11010519491231002", "document_length"),
        ("identity_card", "110105194912310021", "document_check"),
        ("identity_card", "11010519490231002X", "document_date"),
        ("identity_card", "1101051949123100A1", "document_character"),
        ("identity_card", identity("810000", sequence="207"), "document_prefix"),
        ("identity_card", identity("199999", sequence="207"), "document_division"),
        ("identity_card", "110105491231002", "document_length"),
        ("identity_card", "110105********002X", "masked_value"),
        ("hk_macao_taiwan_residence", identity("110105", sequence="207"), "document_prefix"),
        ("foreigner_residence", identity("110105", sequence="207"), "document_prefix"),
        ("passport", "E123", "too_short"),
        ("uscc", "91350211M0000XUF46", "document_check"),
    ],
)
def test_numbers_that_are_none(stack, kind, number, code):
    person = Person(stack).sign_in()
    answer = put(person, document_kind=kind, document_number=number)
    if code == "too_short":
        assert refused(answer, "document_number") in ("too_short", "document_length")
    else:
        assert refused(answer, "document_number") == code
    assert number not in answer.text


@pytest.mark.parametrize(
    "kind,number,becomes",
    [
        ("identity_card", "440524188001010014", "natural"),
        ("hk_macao_taiwan_residence", identity("830000", sequence="207"), "natural"),
        ("foreigner_residence", identity("931156", sequence="207"), "natural"),
        ("foreigner_residence", "FRA330390010112", "natural"),
        ("passport", "E 1234 5678", "natural"),
        ("uscc", "91350100M000100Y43", "legal"),
    ],
)
def test_numbers_that_are_good(stack, kind, number, becomes):
    person = Person(stack).sign_in()
    consent(person)
    made = put(person, document_kind=kind, document_number=number)
    assert made.status_code == 200, made.text
    assert made.json()["kind"] == becomes


def test_members_that_belong_together(stack):
    person = Person(stack).sign_in()
    assert refused(put(person, document_kind="passport"), "document_number") == "required"
    assert refused(put(person, document_number="E12345678"), "document_kind") == "required"
    assert refused(put(person, name="张**"), "name") == "masked_value"
    assert refused(put(person, region="999999"), "region") == "unknown"
    answer = person.ask("PUT", ME, json={"name": "张三"})
    problem(answer, 428, "version_required")
    for member in ("assurance", "number", "document_index", "person"):
        answer = person.ask("PUT", ME, json={"name": "张三", "version": 0, member: "4"})
        assert refused(answer, member) == "unknown_parameter"


def test_two_at_once_one_is_stale(stack):
    person = Person(stack).sign_in()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: put(person, name=f"张{n}"), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    rows = stack.sql(
        "SELECT p.version AS v FROM person p JOIN account a ON a.person_id = p.id WHERE a.id = %s",
        person.account.bytes,
    )
    assert rows == [{"v": 1}]


def test_what_a_counter_verified_stays(stack):
    person = Person(stack).sign_in()
    made = declared(person)
    stack.sql("UPDATE person SET assurance = 4 WHERE id = %s", uuid.UUID(made["id"]).bytes)
    problem(put(person, version=made["version"], name="李四"), 409, "person_verified")


def test_the_audit_tells_how_sure_it_was(stack):
    person = Person(stack).sign_in()
    declared(person)
    person.refresh()
    declared(person, name="李四")
    rows = stack.sql(
        "SELECT detail FROM audit_event WHERE account_id = %s AND action = %s ORDER BY id",
        *(person.account.bytes, f"PUT {ME}"),
    )
    assert [json.loads(row["detail"])["assurance"] for row in rows] == [1, 2]


def test_nothing_of_it_in_the_logs(stack):
    person = Person(stack).sign_in()
    declared(person, "司马相如")
    problem(put(person, version=7, name="司马相如"), 412, "stale")
    stack.reopen()
    for line in stack.error_log() + stack.access_log():
        assert "司马" not in line and person.number not in line


def test_notices_are_public_and_consents_ones_own(stack):
    contract = Contract(stack)
    notices = stack.get("/api/v1/privacy-notices")
    contract.check(notices)
    assert {one["document"] for one in notices.json()["items"]} >= {
        "privacy_notice",
        "sensitive_data",
    }
    person, other = Person(stack).sign_in(), Person(stack).sign_in()
    listed = person.call("GET", "/api/v1/me/consents")
    contract.check(listed)
    needs = {one["document"]: one["needs_consent"] for one in listed.json()["items"]}
    assert needs["privacy_notice"] is True and needs["sensitive_data"] is False
    given = consent(person, "privacy_notice")
    assert consent(person, "privacy_notice")["id"] == given["id"], "given twice it is given once"
    theirs = other.call("POST", f"/api/v1/me/consents/{given['id']}/withdraw")
    problem(theirs, 404, "not_found")
    listed = person.call("GET", "/api/v1/me/consents").json()
    assert [one["id"] for one in listed["given"]] == [given["id"]]
    assert person.call("POST", f"/api/v1/me/consents/{given['id']}/withdraw").status_code == 204
    problem(person.call("POST", f"/api/v1/me/consents/{given['id']}/withdraw"), 404, "not_found")
    again = consent(person, "privacy_notice")
    assert again["id"] != given["id"]
    for document, version, status, code in (
        ("privacy_notice", "0", 409, "old_version"),
        ("nothing", "1", 404, "not_found"),
    ):
        body = {"document": document, "version": version}
        problem(person.call("POST", "/api/v1/me/consents", json=body), status, code)


def test_a_new_version_asks_again(stack):
    person = Person(stack).sign_in()
    consent(person, "privacy_notice")
    stack.sql(
        "INSERT INTO privacy_notice (document, version, published_at, text_key, required)"
        " VALUES ('privacy_notice', '2', UTC_TIMESTAMP(6), 'notice.privacy_notice.2', 1)"
    )
    try:
        listed = person.call("GET", "/api/v1/me/consents").json()["items"]
        asked = next(one for one in listed if one["document"] == "privacy_notice")
        assert (asked["version"], asked["needs_consent"]) == ("2", True)
    finally:
        stack.sql("DELETE FROM privacy_notice WHERE version = '2'")
