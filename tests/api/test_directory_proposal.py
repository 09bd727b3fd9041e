"""Practitioners: edited by staff, proposed by themselves, stopped; and what citizens report."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import STACK  # noqa: F401
from api.directory_edits import *  # noqa: F403
from api.directory_edits import BASIS, Described
from api.directory_world import World
from api.test_auth_admin import admins, fresh  # noqa: F401


@pytest.fixture(scope="module")
def world(shared_stack, tool):
    found = World(shared_stack.database, tool, seed=6, organizations=10, practitioners=60)
    found.tool = tool
    return found


@pytest.fixture(scope="module")
def bureau(shared_stack, admins):
    forget(shared_stack)
    return staff(shared_stack, admins)


def people(world):
    """Those whom searches find, with an organization."""
    return [p for p in world.people if p.status == "active" and p.kinds and p.organization]


MANAGED = set()


def manager(stack, admins, organization):
    MANAGED.add(organization.id)
    return staff(stack, admins, "organization_manager", organization=str(organization.id))


def practitioner(stack, admins, bureau, one):
    """His account: staff, linked by the bureau."""
    person = staff(stack, admins, "practitioner", region="330000")
    linked = ask(bureau, "PUT", path_of(one, "/account"), json={"account": str(person.account)})
    assert linked.status_code == 204, linked.text
    return person


def propose(person, one, **members):
    path = path_of(one, "/proposals")
    return ask(person, "POST", path, json=members, headers=key())


def decide(person, proposal, act="confirm", **members):
    options = {"json": members} if members else {}
    return ask(person, "POST", f"/api/v1/proposals/{proposal}/{act}", **options)


def waits(person, **asked):
    answer = ask(person, "GET", "/api/v1/proposals", params={"limit": 100, **asked})
    assert answer.status_code == 200, answer.text
    return {item["id"]: item for item in answer.json()["items"]}


def test_an_edit_is_seen_by_the_next_search(stack, world, bureau):
    one = people(world)[0]
    other = next(o for o in world.orgs if o is not one.organization and o.status == "active")
    answer = edited(
        bureau,
        one,
        name="欧阳春晓",
        organization=str(other.id),
        areas="work_injury divorce",
        languages="ii en",
        regions_served="511133",
        legal_aid=True,
        phone="13800138000",
        introduction="新的简介",
        practicing_since="2001-02-03",
    )
    assert (answer["areas"], answer["phone"]) == ("work_injury divorce", "138****8000")
    item = found(stack, kind="practitioners", q="欧阳春晓")[one.id]
    assert item["organization"]["id"] == str(other.id)
    assert one.id in found(stack, kind="practitioners", region="511133", language="ii")
    record = stack.get(path_of(one)).json()
    assert record["introduction"] == "新的简介" and record["phone"] == "138****8000"
    fields = {c["field"]: c for c in corrections(bureau, one)}
    assert {"name", "areas", "organization", "phone"} <= set(fields)
    assert fields["phone"]["value"] is None
    equal_to_reindex(stack, world)


def test_what_an_edit_may_say(stack, world, bureau, admins):
    one = people(world)[1]
    for members, field, code in (
        ({"areas": "nonsense"}, "areas", "unknown"),
        ({"languages": "xx"}, "languages", "unknown"),
        ({"regions_served": "999999"}, "regions_served", "unknown"),
        ({"region": "999999"}, "region", "unknown"),
        ({"organization": "99999"}, "organization", "unknown"),
        ({"phone": "138****8000"}, "phone", "masked_value"),
        ({"phone": "13800138000;13800138001"}, "phone", "bad_phone"),
        ({"practitioner": "3"}, "practitioner", "unknown_parameter"),
    ):
        errors = problem(edit(bureau, one, **members), 422, "validation_failed")["errors"]
        assert [(e["name"], e["code"]) for e in errors] == [(field, code)]
    version = entry(bureau, one)["version"]
    edited(bureau, one, version=version, introduction="甲")
    problem(edit(bureau, one, version=version, introduction="乙"), 412, "stale")
    boss = manager(stack, admins, one.organization)
    edited(boss, one, introduction="机构改的")
    problem(edit(boss, one, name="别名"), 403, "forbidden")
    foreign = next(p for p in people(world) if p.organization is not one.organization)
    problem(edit(boss, foreign, version=1, introduction="别家"), 403, "forbidden")


def told(stack, person):
    """Notices that a proposal of his was decided, which name no number: it is his own."""
    rows = stack.sql(
        "SELECT * FROM outbox WHERE template = 'proposal_decided' AND account_id = %s",
        person.account.bytes,
    )
    assert not [row for row in rows if row["recipient"] or row["params"]]
    assert {row["state"] for row in rows} <= {"waiting"}
    return len(rows)


def test_a_proposal_goes_by_the_organization_to_the_bureau(stack, world, admins, bureau):
    one = people(world)[2]
    boss = manager(stack, admins, one.organization)
    me = practitioner(stack, admins, bureau, one)
    made = propose(me, one, introduction="我的新简介", areas="divorce", phone="13900139000")
    assert made.status_code == 200, made.text
    id = made.json()["id"]
    assert made.json()["fields"] == "areas phone introduction"
    assert made.json()["after"]["phone"] == "139****9000" and made.json()["after"]["legal_aid"] is None
    problem(propose(me, one, introduction="又", areas="labor", phone="12348"), 409, "already_proposed")
    problem(decide(bureau, id), 409, "not_your_turn")
    assert id in waits(boss) and waits(bureau, status="open")[id]["stale"] is False
    assert decide(boss, id).json()["status"] == "endorsed"
    assert stack.get(path_of(one)).json()["introduction"] != "我的新简介"
    assert told(stack, me) == 0, "nothing is decided yet"
    problem(decide(boss, id), 409, "own_proposal")
    assert decide(bureau, id).json() == {"id": id, "status": "confirmed"}
    record = stack.get(path_of(one)).json()
    assert record["introduction"] == "我的新简介"
    assert [a["code"] for a in record["areas"]] == ["divorce"]
    assert one.id in found(stack, kind="practitioners", q=f"{one.name}", area=["family"])
    problem(decide(bureau, id), 409, "conflict")
    assert told(stack, me) == 1
    mine = ask(me, "GET", "/api/v1/me/proposals").json()["items"]
    assert [(m["id"], m["status"]) for m in mine] == [(id, "confirmed")]
    assert {"areas", "introduction", "phone"} <= {c["field"] for c in corrections(bureau, one)}
    equal_to_reindex(stack, world)


def test_refused_stale_and_own_proposals(stack, world, admins, bureau):
    one = next(p for p in people(world)[3:] if p.organization.id not in MANAGED)
    me = practitioner(stack, admins, bureau, one)
    id = propose(me, one, introduction="一").json()["id"]
    # another field does not matter, the same one does
    edited(bureau, one, legal_aid=True)
    assert waits(bureau)[id]["stale"] is False
    edited(bureau, one, introduction="职员写的")
    assert waits(bureau)[id]["stale"] is True
    problem(decide(bureau, id), 409, "proposal_stale")
    problem(decide(bureau, id, "refuse"), 422, "validation_failed")
    assert told(stack, me) == 0
    for _ in range(2):
        body = {"json": {"reason": "与执照不符"}, "headers": {"Idempotency-Key": "refused" * 3}}
        refused = ask(bureau, "POST", f"/api/v1/proposals/{id}/refuse", **body)
        assert refused.json()["status"] == "refused"
    assert told(stack, me) == 1
    assert ask(me, "GET", "/api/v1/me/proposals").json()["items"][0]["reason"] == "与执照不符"
    again = propose(me, one, introduction="二")
    assert again.status_code == 200
    # without a manager the bureau decides alone
    assert decide(bureau, again.json()["id"]).json()["status"] == "confirmed"
    # nobody decides on his own
    own = propose(me, one, introduction="三").json()["id"]
    assert grant(admins["security"], me.account, "bureau_manager").status_code == 200
    me.refresh()
    problem(decide(me, own), 409, "own_proposal")
    problem(decide(me, own, "refuse", reason="自己"), 409, "own_proposal")


def test_only_one_s_own_entry(stack, world, admins, bureau):
    one, other = people(world)[4:6]
    me = practitioner(stack, admins, bureau, one)
    known = lambda who: ask(who, "GET", "/api/v1/me/entries").json()["items"]
    assert [(mine["id"], mine["name"], mine["shown"]) for mine in known(me)] == [
        (str(one.id), one.name, True)
    ]
    assert known(bureau) == []
    assert entry(bureau, one)["linked"] is True and entry(bureau, other)["linked"] is False
    problem(propose(me, other, introduction="别人的"), 403, "forbidden")
    problem(propose(me, one), 422, "validation_failed")
    problem(propose(me, one, phone="139****9000"), 422, "validation_failed")
    link = lambda by, account: by.ask("PUT", path_of(other, "/account"), json={"account": str(account)})
    problem(link(bureau, bureau.account), 409, "own_account")
    problem(link(bureau, me.account), 409, "already_linked")
    problem(link(bureau, uuid.uuid4()), 404, "not_found")
    here = staff(stack, admins, "bureau_manager", region="510000")
    away = next(p for p in people(world) if p.region.startswith("33"))
    answer = here.ask("PUT", path_of(away, "/account"), json={"account": str(me.account)})
    problem(answer, 403, "forbidden")
    assert ask(bureau, "DELETE", path_of(one, "/account")).status_code == 204
    assert known(me) == []
    problem(propose(me, one, introduction="不再是我"), 403, "forbidden")


def test_two_who_confirm_at_once(stack, world, admins, bureau):
    one = free(stack, world)
    me = practitioner(stack, admins, bureau, one)
    others = [bureau, staff(stack, admins)]
    id = propose(me, one, introduction="并行").json()["id"]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: who.ask("POST", f"/api/v1/proposals/{id}/confirm"), others))
    assert sorted(a.status_code for a in answers) == [200, 409]
    assert told(stack, me) == 1


def free(stack, world):
    """Somebody whom nobody's account is yet, of an organization without a manager."""
    linked = {row["practitioner_id"] for row in stack.sql("SELECT * FROM practitioner_account")}
    return next(
        p for p in people(world) if p.organization.id not in MANAGED and p.id not in linked
    )


def withdraw(person, proposal, **options):
    return ask(person, "POST", f"/api/v1/me/proposals/{proposal}/withdraw", **options)


def test_a_proposal_is_taken_back_by_whom_it_is(stack, world, admins, bureau):
    one = free(stack, world)
    me = practitioner(stack, admins, bureau, one)
    colleague = staff(stack, admins, "practitioner", region="330000")
    id = propose(me, one, introduction="写错了").json()["id"]
    problem(withdraw(colleague, id), 404, "not_found")
    problem(withdraw(me, uuid.uuid4()), 404, "not_found")
    problem(withdraw(bureau, id), 403, "forbidden")
    for _ in range(2):
        again = {"headers": {"Idempotency-Key": "withdrawn" * 2}}
        assert withdraw(me, id, **again).json() == {"id": id, "status": "withdrawn"}
    problem(withdraw(me, id), 409, "conflict")
    problem(decide(bureau, id), 409, "conflict")
    problem(decide(bureau, id, "refuse", reason="太晚了"), 409, "conflict")
    assert id in waits(bureau, status="withdrawn") and id not in waits(bureau, status="open")
    assert stack.get(path_of(one)).json()["introduction"] != "写错了"
    # the way is free for another one, and what is decided stays decided
    other = propose(me, one, introduction="写对了").json()["id"]
    assert decide(bureau, other).json()["status"] == "confirmed"
    problem(withdraw(me, other), 409, "conflict")
    assert stack.get(path_of(one)).json()["introduction"] == "写对了"
    assert told(stack, me) == 1, "of what he did himself he needs no notice"


def test_what_the_organization_agreed_to_is_taken_back(stack, world, admins, bureau):
    one = free(stack, world)
    boss = manager(stack, admins, one.organization)
    me = practitioner(stack, admins, bureau, one)
    id = propose(me, one, legal_aid=True).json()["id"]
    assert decide(boss, id).json()["status"] == "endorsed"
    assert withdraw(me, id).json()["status"] == "withdrawn"
    problem(decide(bureau, id), 409, "conflict")


def test_taken_back_and_confirmed_at_once(stack, world, admins, bureau):
    one = free(stack, world)
    me = practitioner(stack, admins, bureau, one)
    for round in range(4):
        text = f"第{round}次"
        id = propose(me, one, introduction=text).json()["id"]
        acts = [
            lambda: me.ask("POST", f"/api/v1/me/proposals/{id}/withdraw"),
            lambda: bureau.ask("POST", f"/api/v1/proposals/{id}/confirm"),
        ]
        before = told(stack, me)
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda act: act(), acts[:: 1 if round % 2 else -1]))
        assert sorted(a.status_code for a in answers) == [200, 409]
        mine = ask(me, "GET", "/api/v1/me/proposals").json()["items"][0]
        confirmed = mine["status"] == "confirmed"
        assert confirmed or mine["status"] == "withdrawn"
        shown = stack.get(path_of(one)).json()["introduction"]
        assert (shown == text) is confirmed
        assert told(stack, me) - before == confirmed


def test_staff_see_the_qualifications_with_their_ids(stack, world, bureau):
    for one in world.people:
        mine = entry(bureau, one)["qualifications"]
        rows = stack.sql("SELECT id FROM qualification WHERE practitioner_id = %s", one.id)
        assert {q.pop("id") for q in mine} == {str(row["id"]) for row in rows}
        if one.status == "active":
            public = stack.get(path_of(one)).json()["qualifications"]
            for q in public:
                del q["source"], q["last_verified_on"]
            assert mine == public


def test_killed_among_decisions(stack, world, admins, bureau):
    """Decided, changed and told are one thing: all of it is there, or nothing."""
    one = free(stack, world)
    me = practitioner(stack, admins, bureau, one)
    decided = lambda: stack.sql(
        "SELECT introduction FROM practitioner_proposal"
        " WHERE account_id = %s AND status = 'confirmed' ORDER BY id DESC",
        me.account.bytes,
    )

    def decisions():
        for n in range(40):
            try:
                decide(bureau, propose(me, one, introduction=f"断电{n}").json()["id"])
            except httpx.TransportError:
                return

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(decisions)
        wait_for(lambda: len(decided()) > 3, "some decisions")
        stack.kill_worker()
        running.result()
    wait_for(lambda: told(stack, me) == len(decided()), "as many notices as decisions")
    assert entry(bureau, one)["introduction"] == decided()[0]["introduction"]
    equal_to_reindex(stack, world)


def test_what_is_no_text_is_cleared_by_null(stack, world, bureau, admins):
    one = free(stack, world)
    firm = one.organization
    boss = manager(stack, admins, firm)
    edited(boss, one, practicing_since="2001-02-03", sex="female", introduction="留着")
    problem(edit(boss, one, organization=None), 403, "forbidden")
    kept = edited(boss, one, introduction="也留着", name=None)
    assert (kept["practicing_since"], kept["sex"]) == ("2001-02-03", "female")
    assert (kept["name"], kept["organization"]) == (one.name, str(firm.id))
    gone = edited(boss, one, practicing_since=None, sex=None)
    assert (gone["practicing_since"], gone["sex"]) == (None, None)
    assert (gone["introduction"], gone["organization"]) == ("也留着", str(firm.id))
    assert edited(bureau, one, organization=None)["organization"] is None
    record = stack.get(path_of(one)).json()
    assert record["organization"] is None and record["practicing_since"] is None
    assert found(stack, kind="practitioners", q=one.name)[one.id]["organization"] is None
    rows = {c["field"]: c for c in corrections(bureau, one)}
    assert rows["organization"]["value"] is None
    problem(edit(boss, one, version=gone["version"] + 1, introduction="不归我"), 403, "forbidden")
    equal_to_reindex(stack, world)


def test_who_stops_is_out_at_once(stack, world, admins, bureau):
    linked = {row["practitioner_id"] for row in stack.sql("SELECT * FROM practitioner_account")}
    one = next(p for p in people(world) if len(p.kinds) == 1 and p.id not in linked)
    me = practitioner(stack, admins, bureau, one)
    held = [q for q in entry(bureau, one)["qualifications"] if q["status"] == "active"]
    assert {q["kind"] for q in held if q["current"]} == one.kinds
    assert me.ask("GET", "/api/v1/me/proposals").status_code == 200
    here = staff(stack, admins, "bureau_manager", region="510000" if one.region < "5" else "330000")
    problem(
        here.ask("POST", f"/api/v1/qualifications/{held[0]['id']}/stop", json={"basis": BASIS}),
        *(403, "forbidden"),
    )
    for row in held:
        stop = lambda: ask(
            bureau, "POST", f"/api/v1/qualifications/{row['id']}/stop", json={"basis": "停止执业决定"}
        )
        assert stop().json()["status"] == "suspended"
        problem(stop(), 409, "conflict")
    assert {q["status"] for q in entry(bureau, one)["qualifications"]}.isdisjoint({"active"})
    assert one.id not in found(stack, kind="practitioners", q=one.name)
    assert stack.get(path_of(one)).json()["qualifications"][0]["current"] is False
    wait_for(lambda: me.call("GET", "/api/v1/me").status_code == 401, "stale token")
    me.refresh()
    problem(me.ask("GET", "/api/v1/me/proposals"), 403, "forbidden")
    assert stack.sql(
        "SELECT COUNT(*) AS n FROM access_grant WHERE account_id = %s AND revoked_at IS NULL",
        me.account.bytes,
    ) == [{"n": 0}]
    assert "qualifications" in {c["field"] for c in corrections(bureau, one)}
    equal_to_reindex(stack, world)


def test_reports_are_settled_in_scope(stack, world, admins, bureau):
    one = next(o for o in world.orgs if o.region.startswith("33"))
    sent = stack.post(
        path_of(one, "/reports"), json={"field": "phone", "message": "空号"}, headers=key()
    )
    id = sent.json()["id"]
    mine = lambda who, **a: {
        item["id"]: item
        for item in ask(who, "GET", "/api/v1/entry-reports", params={"limit": 100, **a}).json()["items"]
    }
    here = staff(stack, admins, "clerk", region="330000")
    away = staff(stack, admins, "clerk", region="510000")
    assert mine(here)[id]["organization"]["id"] == str(one.id) and id not in mine(away)
    settle = lambda who: ask(
        who, "POST", f"/api/v1/entry-reports/{id}/settle", json={"outcome": "accepted", "answer": "已改"}
    )
    problem(settle(away), 404, "not_found")
    answer = settle(here)
    assert (answer.json()["status"], answer.json()["answer"]) == ("accepted", "已改")
    problem(settle(here), 409, "conflict")
    assert id not in mine(here) and id in mine(here, status="accepted")


def test_answers_are_as_described(stack, world, bureau):
    """Comes last: every route of the directory that wants a permission was called by the tests."""
    one = next(o for o in world.orgs if o.status == "active")
    edited(bureau, one, address="路")
    corrections(bureau, one)
    assert place(bureau, one, name="点", region="330302").status_code == 200
    assert place(bureau, one, "/close", place=places(bureau, one)[0]["id"]).status_code == 200
    described = {
        (method, path)
        for method, path, operation in Described.contract.operations()
        if "directory" in operation["tags"] and operation["x-legalnet-needs"] != "public"
    }
    seen = {(method, path) for method, path, status in Described.contract.seen if status < "3"}
    assert described <= seen
