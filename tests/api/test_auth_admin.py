"""Administrators: made by the program, apart from each other, and never by themselves."""

import os
import subprocess

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import PASSWORD, STACK  # noqa: F401
from api.contract import Contract

BRANCHES = ("system", "security", "audit")


def create(tool, stack, name, *options):
    return subprocess.run(
        [tool, "admin", "create", name, *options],
        env={
            **os.environ,
            "LEGALNET_DATABASE": stack.database.url,
            "LEGALNET_KEY_FILE": str(stack.directory / "keys/legalnet.key"),
        },
        capture_output=True,
        text=True,
    )


def administrator(tool, stack, branch):
    """One who has changed the password that he was given."""
    name = f"{branch}.{secrets.token_hex(4)}"
    made = create(tool, stack, name, "--role", f"{branch}_administrator")
    assert made.returncode == 0, made.stderr
    printed, password = made.stdout.split()
    assert printed == name
    return first_sign_in(Person(stack, name=name), password)


def first_sign_in(person, password):
    person.sign_in(password=password)
    assert person.tokens["must_change_password"] is True
    assert claims(person.tokens["access_token"])["scope"] == ""
    body = {"current": password, "new": PASSWORD}
    assert person.ask("PUT", "/api/v1/me/password", json=body).status_code == 204
    person.refresh()
    assert person.tokens["must_change_password"] is False
    return person


@pytest.fixture(scope="module")
def admins(tool, shared_stack):
    return {branch: administrator(tool, shared_stack, branch) for branch in BRANCHES}


@pytest.fixture(autouse=True)
def fresh(request):
    if "stack" in request.fixturenames:
        forget(request.getfixturevalue("stack"))


def key():
    return {"Idempotency-Key": secrets.token_hex(12)}


def clerk(stack, admins):
    """A new account of staff, without any grant."""
    name = f"clerk.{secrets.token_hex(4)}"
    made = admins["system"].ask("POST", "/api/v1/admin/accounts", json={"name": name})
    assert made.status_code == 200, made.text
    return first_sign_in(Person(stack, name=name), made.json()["password"])


def grant(admin, account, role="clerk", **more):
    body = {"account": str(account), "role": role, **more}
    return admin.ask("POST", "/api/v1/admin/grants", json=body, headers=key())


def test_the_program_refuses(tool, stack, admins):
    taken = admins["audit"].name
    for arguments, status, said in (
        ((taken,), 1, "in use"),
        (("other.name", "--role", "clerk"), 1, "no such role"),
        (("Bad Name",), 2, "login name"),
        (("ab",), 2, "login name"),
    ):
        result = create(tool, stack, *arguments)
        assert (result.returncode, said in result.stderr) == (status, True), result.stderr
        assert result.stdout == ""
    assert stack.sql("SELECT 1 FROM account WHERE login_name = 'other.name'") == []


def test_each_branch_has_its_own_rights(stack, admins):
    scopes = {b: claims(admins[b].tokens["access_token"])["scope"].split() for b in BRANCHES}
    assert "account.create" in scopes["system"] and "grant.write" in scopes["security"]
    assert scopes["audit"] == ["audit.read"]
    for one in BRANCHES:
        for other in BRANCHES:
            assert one == other or not set(scopes[one]) & set(scopes[other])


def test_until_the_password_is_changed_there_are_no_rights(stack, admins):
    made = admins["system"].ask("POST", "/api/v1/admin/accounts", json={"name": f"n{secrets.token_hex(4)}"})
    person = Person(stack, name=made.json()["name"]).sign_in(password=made.json()["password"])
    assert grant(admins["security"], person.account, "bureau_manager").status_code == 200
    person.refresh()
    assert claims(person.tokens["access_token"])["scope"] == ""


def test_the_rules_for_staff_passwords(stack, admins):
    person = clerk(stack, admins)
    put = lambda new: person.ask("PUT", "/api/v1/me/password", json={"current": PASSWORD, "new": new})
    code = lambda answer: problem(answer, 422, "validation_failed")["errors"][0]["code"]
    assert code(put("Ab3 efgh")) == "password_short"
    assert code(put("only small letters")) == "password_kinds"
    assert code(put(f"A1-{person.name}")) == "password_name"
    assert put("Quiet-River 31").status_code == 204
    back = person.ask("PUT", "/api/v1/me/password", json={"current": "Quiet-River 31", "new": PASSWORD})
    assert code(back) == "password_used"
    stack.sql(
        "UPDATE account SET password_at = UTC_TIMESTAMP(6) - INTERVAL 91 DAY WHERE id = %s",
        person.account.bytes,
    )
    person.sign_in(password="Quiet-River 31")
    assert person.tokens["must_change_password"] is True


def test_grant_and_revoke(stack, admins):
    contract = Contract(stack)
    person = clerk(stack, admins)
    assert "person.create" not in claims(person.tokens["access_token"])["scope"].split()
    made = grant(admins["security"], person.account)
    contract.check(made)
    assert made.json()["role"]["code"] == "clerk" and made.json()["holds"] is True
    person.refresh()
    assert "person.create" in claims(person.tokens["access_token"])["scope"].split()
    listed = person.ask("GET", "/api/v1/me/grants").json()
    assert [item["role"]["code"] for item in listed["items"]] == ["clerk"]
    assert "person.create" in [item["code"] for item in listed["permissions"]]

    problem(grant(admins["security"], person.account), 409, "already_granted")
    revoke = f"/api/v1/admin/grants/{made.json()['id']}/revoke"
    assert admins["security"].ask("POST", revoke).status_code == 204
    problem(admins["security"].ask("POST", revoke), 409, "conflict")
    wait_until_refused(person)
    person.refresh()
    assert claims(person.tokens["access_token"])["scope"] == ""
    all_of_him = admins["security"].ask("GET", f"/api/v1/admin/grants?account={person.account}")
    contract.check(all_of_him)
    assert [item["holds"] for item in all_of_him.json()["items"]] == [False]


def test_dates_decide(stack, admins):
    person = clerk(stack, admins)
    later = grant(admins["security"], person.account, valid_from="2099-01-01T00:00:00Z")
    assert later.status_code == 200 and later.json()["holds"] is False
    over = grant(admins["security"], person.account, "bureau_manager", valid_to="2020-01-01T00:00:00Z")
    assert over.status_code == 200 and over.json()["holds"] is False
    person.refresh()
    assert claims(person.tokens["access_token"])["scope"] == ""


def test_nobody_grants_himself(stack, admins):
    security = admins["security"]
    problem(grant(security, security.account), 409, "own_account")
    own = stack.sql("SELECT id FROM access_grant WHERE account_id = %s", security.account.bytes)
    path = f"/api/v1/admin/grants/{uuid.UUID(bytes=own[0]['id'])}/revoke"
    problem(security.ask("POST", path), 409, "own_account")
    problem(security.ask("POST", f"/api/v1/admin/accounts/{security.account}/disable"), 409, "own_account")


def test_system_security_and_audit_stay_apart(stack, admins):
    person = clerk(stack, admins)
    assert grant(admins["security"], person.account, "audit_administrator").status_code == 200
    for role in ("system_administrator", "security_administrator"):
        problem(grant(admins["security"], person.account, role), 409, "separate_branches")
    assert grant(admins["security"], person.account, "clerk").status_code == 200


def test_nobody_grants_beyond_his_own_region(stack, admins):
    stack.sql(
        "INSERT INTO region (id, code, name, full_name, level, parent_id, pinyin, initials) VALUES"
        " (90, '90', 'P', 'P', 1, NULL, 'p', 'p'), (91, '9001', 'C', 'PC', 2, 90, 'c', 'c'),"
        " (92, '91', 'Q', 'Q', 1, NULL, 'q', 'q')"
    )
    stack.sql("INSERT INTO region_closure VALUES (90,90,0),(90,91,1),(91,91,0),(92,92,0)")
    local, target = clerk(stack, admins), clerk(stack, admins)
    assert grant(admins["security"], local.account, "security_administrator", region="90").status_code == 200
    local.refresh()
    problem(grant(local, target.account), 403, "forbidden")
    problem(grant(local, target.account, region="91"), 403, "forbidden")
    problem(grant(local, target.account, region="404"), 404, "not_found")
    assert grant(local, target.account, region="9001").json()["region"]["code"] == "9001"
    wide = grant(admins["security"], target.account, "bureau_manager").json()
    problem(local.ask("POST", f"/api/v1/admin/grants/{wide['id']}/revoke"), 403, "forbidden")
    seen = local.ask("GET", f"/api/v1/admin/grants?account={target.account}").json()["items"]
    assert [item["region"]["code"] for item in seen] == ["9001"]
    problem(local.ask("GET", f"/api/v1/admin/accounts/{target.account}"), 404, "not_found")

    why = lambda **q: admins["security"].ask(
        "GET", "/api/v1/admin/why", params={"account": str(target.account), **q}
    )
    answer = why(permission_asked="person.create", region="9001")
    Contract(stack).check(answer)
    assert [item["allows"] for item in answer.json()["items"]] == [True]
    assert [i["covers"] for i in why(permission_asked="person.create", region="91").json()["items"]] == [False]
    assert why(permission_asked="audit.read").json()["items"] == []


def test_a_disabled_account_is_out_everywhere(stack, admins):
    contract = Contract(stack)
    person = clerk(stack, admins)
    path = f"/api/v1/admin/accounts/{person.account}"
    gone = admins["security"].ask("POST", f"{path}/disable")
    contract.check(gone)
    assert gone.json()["status"] == "disabled"
    wait_until_refused(person)
    problem(person.try_refresh(), 401, "refresh_refused")
    problem(person.try_sign_in(password=PASSWORD), 401, "sign_in_refused")
    assert admins["security"].ask("POST", f"{path}/enable").json()["status"] == "active"
    person.sign_in(password=PASSWORD)
    problem(admins["security"].ask("POST", f"{path}/enable"), 409, "conflict")


def test_accounts_are_found(stack, admins):
    contract = Contract(stack)
    citizen = Person(stack).sign_in()
    ask = lambda query: admins["security"].ask("GET", f"/api/v1/admin/accounts?{query}")
    found = ask(f"phone={citizen.phone}")
    contract.check(found)
    assert [item["id"] for item in found.json()["items"]] == [str(citizen.account)]
    assert found.json()["items"][0]["phone"].endswith(citizen.phone[-4:])
    assert citizen.phone not in found.text
    named = ask(f"name={admins['audit'].name[:8]}").json()["items"]
    assert str(admins["audit"].account) in [item["id"] for item in named]
    page = ask("limit=2").json()
    assert len(page["items"]) == 2 and page["next"]
    rest = ask(f"limit=100&cursor={page['next']}").json()["items"]
    assert not {item["id"] for item in page["items"]} & {item["id"] for item in rest}


def test_names_of_accounts(stack, admins):
    system = admins["system"]
    post = lambda name: system.ask("POST", "/api/v1/admin/accounts", json={"name": name})
    for name in ("Upper.case", "1digit", "with space", "a'b"):
        assert problem(post(name), 422, "validation_failed")["errors"][0]["code"] == "bad_name"
    problem(post(system.name), 409, "name_taken")


def test_the_trail(stack, admins):
    contract = Contract(stack)
    person = clerk(stack, admins)
    grant(admins["security"], person.account)
    ask = lambda query: admins["audit"].ask("GET", f"/api/v1/admin/audit-events?{query}")
    events = ask(f"account={admins['security'].account}&action=POST /api/v1/admin/grants")
    contract.check(events)
    assert str(person.account) in [event["subject"]["id"] for event in events.json()["items"]]
    mine = ask(f"subject_type=account&subject_id={person.account}")
    assert mine.json()["items"], mine.text
    assert PASSWORD not in ask("limit=100").text
    problem(ask("subject_id=x"), 422, "validation_failed")
    stamps = [event["at"] for event in ask("limit=50").json()["items"]]
    assert stamps == sorted(stamps, reverse=True)


def test_a_citizen_is_never_given_a_role(stack, admins):
    citizen = Person(stack).sign_in()
    problem(grant(admins["security"], citizen.account), 404, "not_found")
