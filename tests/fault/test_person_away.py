"""Persons while the database is away, and workers that die in a claim; the trail stays sound."""

import concurrent.futures

import pytest

from api.person_world import *  # noqa: F403
from api.test_auth_admin import BRANCHES, administrator
from api.test_person_counter import claim, code_for, verified
from fault.outage import quiet
from fault.test_audit import verify as verify_trail

STACK = {"features": "directory auth person", "workers": 2}


@pytest.fixture
def world(fresh_stack, tool):
    admins = {branch: administrator(tool, fresh_stack, branch) for branch in BRANCHES}
    return fresh_stack, counter(fresh_stack, admins)


@pytest.mark.kills_database
def test_database_away(world):
    stack, clerk = world
    person = Person(stack).sign_in()
    consent(person)
    record = verified(clerk)
    code = code_for(clerk, record)
    body = {
        "name": "张三",
        "document_kind": "identity_card",
        "document_number": new_identity(),
        "version": 0,
    }
    quiet(stack)
    person.refresh()
    clerk.refresh()
    stack.kill_db()
    for method, path, sent in (
        ("PUT", "/api/v1/me/person", body),
        ("POST", "/api/v1/me/claim", {"claim_code": code}),
        ("GET", "/api/v1/me/access-log", None),
        ("POST", "/api/v1/me/data-requests", {"kind": "export"}),
    ):
        answer = person.call(method, path, **({"json": sent} if sent else {}))
        assert answer.status_code == 503, answer.text
        assert "retry-after" in answer.headers
    opened = clerk.call("GET", f"/api/v1/persons/{record['id']}")
    assert opened.status_code == 503, "what cannot be told to the trail is not shown"
    stack.start_db()
    wait_for(
        lambda: person.ask("GET", "/api/v1/me/person").status_code == 200, "database again", 30
    )
    assert person.ask("GET", "/api/v1/me/person").json()["id"] is None, "nothing half made"
    assert claim(person, code).status_code == 200


def test_a_worker_dies_in_a_claim(world):
    """Whatever was committed: who repeats has the record, once."""
    stack, clerk = world
    for _ in range(3):
        person = Person(stack).sign_in()
        record = verified(clerk)
        code = code_for(clerk, record)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            asked = pool.submit(attempt, person, code)
            stack.kill_worker()
            asked.result()
        again = wait_for(lambda: attempt(person, code), "an answer", 30)
        assert again.status_code == 200, again.text
        assert again.json()["id"] == record["id"]
        held = stack.sql(
            "SELECT COUNT(*) AS n FROM account WHERE person_id = %s",
            uuid.UUID(record["id"]).bytes,
        )
        assert held == [{"n": 1}]


def attempt(person, code):
    """None: no answer, or one that says to come again."""
    try:
        answer = claim(person, code)
    except httpx.TransportError:
        return None
    return None if answer.status_code in (401, 503) else answer


def test_the_trail_with_details_is_sound(world, tool):
    stack, clerk = world
    record = verified(clerk)
    assert clerk.ask("GET", f"/api/v1/persons/{record['id']}", params={"reason": "办理"}).is_success
    rows = stack.sql("SELECT detail FROM audit_event WHERE detail LIKE '%reason%'")
    assert [json.loads(row["detail"])["reason"] for row in rows] == ["办理"]
    unsealed = "SELECT 1 FROM audit_event WHERE sealed_seq IS NULL"
    wait_for(lambda: stack.sql(unsealed) == [], "sealed events", 30)
    code, said = verify_trail(stack)
    assert code == 0, said
    stack.sql("UPDATE audit_event SET detail = REPLACE(detail, '办理', '没事')")
    code, said = verify_trail(stack)
    assert code != 0, "another reason is noticed"
