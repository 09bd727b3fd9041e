"""Roles and rules as data, and finding things in the audit trail."""

import datetime
import os
import subprocess

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import STACK  # noqa: F401
from api.contract import Contract
from api.test_auth_admin import admins, clerk, fresh, grant  # noqa: F401
from harness.process import wait_for


@pytest.fixture(scope="module")
def contract(shared_stack):
    return Contract(shared_stack)


def ask(contract, person, method, path, status=200, code=None, **options):
    answer = person.ask(method, f"/api/v1/admin/{path}", **options)
    contract.check(answer)
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code, answer.text
    return answer.json() if answer.content else None


def new_role(contract, person, scope="person.read", status=200, code=None, **more):
    body = {"code": f"r{secrets.token_hex(4)}", "name": "新角色", "scope": scope, **more}
    return ask(contract, person, "POST", "roles", status, code, json=body)


def put_role(contract, person, role, status=200, code=None, version=None, **body):
    headers = {"If-Match": f'"{version or role["version"]}"'}
    return ask(contract, person, "PUT", f"roles/{role['id']}", status, code, json=body, headers=headers)


def roles(contract, person):
    return {role["code"]: role for role in ask(contract, person, "GET", "roles")["items"]}


def test_a_role_is_made_given_edited_and_taken(stack, contract, admins):
    me = admins["security"]
    permissions = {p["code"]: p for p in ask(contract, me, "GET", "permissions")["items"]}
    assert permissions["directory.edit"]["branch"] == "business"
    role = new_role(contract, me, "person.read directory.edit")
    assert (role["scope"], role["branch"], role["built_in"]) == (
        "directory.edit person.read",
        "business",
        False,
    )
    person = clerk(stack, admins)
    assert grant(me, person.account, role["code"]).status_code == 200
    person.refresh()
    scope = lambda: set(claims(person.tokens["access_token"])["scope"].split())
    assert scope() == {"directory.edit", "person.read"}
    assert roles(contract, me)[role["code"]]["holders"] == 1

    changed = put_role(contract, me, role, scope="person.create", name="改名")
    assert (changed["scope"], changed["name"], changed["version"]) == ("person.create", "改名", 2)
    wait_for(lambda: person.call("GET", "/api/v1/me").status_code == 401, "stale token")
    person.refresh()
    assert scope() == {"person.create"}
    put_role(contract, me, role, 412, "stale", scope="")
    put_role(contract, me, changed, scope="")
    person.refresh()
    assert scope() == set()
    ask(contract, me, "DELETE", f"roles/{role['id']}", 409, "role_in_use")
    unused = new_role(contract, me, "")
    ask(contract, me, "DELETE", f"roles/{unused['id']}", 204)
    ask(contract, me, "DELETE", f"roles/{unused['id']}", 404, "not_found")


def test_branches_never_mix(stack, contract, admins):
    me = admins["security"]
    for scope, branch in (
        ("audit.read", "business"),
        ("person.read audit.read", "business"),
        ("rule.read grant.read", "system"),
        ("rule.read audit.read", "audit"),
        ("person.read", "security"),
    ):
        new_role(contract, me, scope, 409, "mixed_branches", branch=branch)
    new_role(contract, me, "rule.read", branch="system")
    role = new_role(contract, me)
    put_role(contract, me, role, 409, "mixed_branches", scope="person.read grant.write")
    put_role(contract, me, role, 422, scope="person.read nothing.such")
    put_role(contract, me, role, 422, scope="person.read", branch="security")
    new_role(contract, me, "nothing.such", 422)
    for code in ("Bad", "1st", "a-b", "ab"):
        body = {"code": code, "name": "x", "scope": ""}
        ask(contract, me, "POST", "roles", 422, json=body)
    same = {"code": role["code"], "name": "x", "scope": ""}
    ask(contract, me, "POST", "roles", 409, "conflict", json=same)


def test_built_in_roles_and_one_s_own(stack, contract, admins):
    me = admins["security"]
    known = roles(contract, me)
    for branch in ("system", "audit"):
        role = known[f"{branch}_administrator"]
        put_role(contract, me, role, 409, "built_in_role", scope=role["scope"])
        ask(contract, me, "DELETE", f"roles/{role['id']}", 409, "built_in_role")
    own = known["security_administrator"]
    put_role(contract, me, own, 409, "own_account", scope=own["scope"])
    ask(contract, me, "DELETE", f"roles/{known['clerk']['id']}", 409, "built_in_role")
    clerk_role = known["clerk"]
    more = put_role(contract, me, clerk_role, scope=clerk_role["scope"] + " qualification.stop")
    assert "qualification.stop" in more["scope"] and more["branch"] == "business"
    put_role(contract, me, more, scope=clerk_role["scope"])
    ask(contract, admins["system"], "GET", "roles", 403, "forbidden")


def test_a_rule_changes_from_a_day_on(stack, contract, admins):
    me = admins["system"]
    today = stack.sql("SELECT DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR) AS d")[0]["d"]
    day = datetime.timedelta(days=1)
    rules = lambda name: ask(contract, me, "GET", "rules", params={"name": name})["items"]
    assert [(r["value"], r["holds"]) for r in rules("code.tries")] == [(5, True)]

    def post(status=200, code=None, **more):
        body = {"name": "code.tries", "valid_from": str(today + day), "value": 4, "basis": "决定"}
        return ask(contract, me, "POST", "rules", status, code, json={**body, **more})

    made = post()
    assert (made["value"], made["unit"], made["holds"]) == (4, "count", False)
    post(409, "conflict")
    post(409, "past_rule", valid_from=str(today - day))
    post(404, "not_found", name="no.such")
    post(422, value=-1)
    post(422, basis="")
    assert post(valid_from=str(today), value=6)["holds"] is True
    assert [(r["value"], r["holds"]) for r in rules("code.tries")] == [
        (5, False),
        (6, True),
        (4, False),
    ]
    stack.sql("DELETE FROM rule WHERE name = 'code.tries' AND basis = '决定'")
    ask(contract, admins["security"], "GET", "rules", 403, "forbidden")


def test_grants_for_one_organization(stack, contract, admins):
    me = admins["security"]
    stack.sql(
        "INSERT IGNORE INTO region (id, code, name, full_name, level, pinyin, initials)"
        " VALUES (1, '330302', 'a', 'a', 3, 'a', 'a')"
    )
    stack.sql(
        "INSERT INTO organization (id, name, region_id, source, source_key, created_at, updated_at)"
        " VALUES (77, '某所', 1, 't', 'k', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))"
    )
    person = clerk(stack, admins)
    give = lambda **where: grant(me, person.account, "organization_manager", **where)
    problem(give(organization="78"), 404, "not_found")
    problem(give(organization="77", region="330302"), 409, "conflict")
    made = give(organization="77")
    assert made.json()["organization"] == {"id": "77", "name": "某所"}
    problem(give(organization="77"), 409, "already_granted")
    admin_role = grant(me, clerk(stack, admins).account, "audit_administrator", organization="77")
    problem(admin_role, 409, "separate_branches")
    why = lambda **where: [
        item["allows"]
        for item in ask(
            contract,
            me,
            *("GET", "why"),
            params={"account": str(person.account), "permission_asked": "directory.edit", **where},
        )["items"]
    ]
    assert (why(organization="77"), why(organization="78"), why()) == ([True], [False], [False])
    gone = me.ask("POST", f"/api/v1/admin/grants/{made.json()['id']}/revoke")
    assert gone.status_code == 204, gone.text


def test_finding_things_in_the_trail(stack, contract, admins, tool):
    me = admins["audit"]
    role = new_role(contract, admins["security"])
    mark = stack.sql("SELECT MAX(at) AS at FROM audit_event")[0]["at"]
    asked = lambda **f: ask(contract, me, "GET", "audit-events", params={"limit": 100, **f})["items"]
    security = str(admins["security"].account)
    by_actor = asked(account=security)
    assert by_actor and {e["account"] for e in by_actor} == {security}
    exact = asked(action_exact="POST /api/v1/admin/roles")
    assert exact and {e["action"] for e in exact} == {"POST /api/v1/admin/roles"}
    both = asked(account=security, action_exact="POST /api/v1/admin/roles", subject_type="role")
    assert role["code"] in [e["subject"]["id"] for e in both]
    assert asked(account=str(admins["system"].account), action_exact="POST /api/v1/admin/roles") == []
    stamp = lambda minutes: (mark + datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert len(asked(**{"from": stamp(-60), "to": stamp(60)})) == len(asked())
    assert asked(**{"from": stamp(1)}) == [] and asked(to=stamp(-600)) == []
    made = asked(action_exact="legalnet admin create")
    assert len(made) == 3 and {e["account"] for e in made} == {None}
    account = stack.sql("SELECT id FROM account WHERE login_name = %s", admins["audit"].name)[0]["id"]
    assert str(uuid.UUID(bytes=account)) in {e["subject"]["id"] for e in made}
    verified = subprocess.run(
        [tool, "audit", "verify", "--key-file", stack.directory / "keys/legalnet.key"],
        env={**os.environ, "LEGALNET_DATABASE": stack.database.url},
        capture_output=True,
        text=True,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
