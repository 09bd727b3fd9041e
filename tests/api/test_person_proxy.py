"""Acting for another: asked, confirmed by who may, ended by either side, checked in SQL."""

import concurrent.futures
import datetime

import pytest

from api.contract import Contract
from api.person_world import *  # noqa: F403
from api.person_world import STACK, Person, counter, declared, new_identity, problem  # noqa: F401
from api.test_auth_admin import admins, fresh, grant, key  # noqa: F401
from api.test_person_counter import code_for, claim, made, verified, verify

PROXIES = "/api/v1/me/proxies"


@pytest.fixture(scope="module")
def staff(shared_stack, admins):
    return {
        "clerk": counter(shared_stack, admins),
        "elsewhere": counter(shared_stack, admins, region="340600"),
    }


def day(n):
    return str(datetime.date.today() + datetime.timedelta(days=n))


def citizen(stack, clerk, name="王小明"):
    """Somebody whose paper was seen, with an account."""
    number = new_identity()
    record = verified(clerk, number, name=name) if name == "王小明" else None
    person = Person(stack).sign_in()
    assert claim(person, code_for(clerk, record)).status_code == 200
    person.number, person.record = number, record["id"]
    return person.refresh()


def agent(stack):
    person = Person(stack).sign_in()
    person.record = declared(person, "赵六", region="330302")["id"]
    return person.refresh()


def ask(proxy, number, name="王小明", relation="agent", **more):
    body = {
        "name": name,
        "document_kind": "identity_card",
        "document_number": number,
        "relation": relation,
        "until": day(30),
        **more,
    }
    return proxy.ask("POST", PROXIES, json=body)


def asked(*arguments, **more):
    answer = ask(*arguments, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


def act(person, what, proxy, prefix=PROXIES, **body):
    return person.ask("POST", f"{prefix}/{proxy['id']}/{what}", json=body)


def acting(person):
    return person.ask("GET", "/api/v1/me/persons").json()["items"]


def notices(stack, person, template):
    rows = stack.sql(
        "SELECT recipient FROM outbox WHERE template = %s AND account_id = %s",
        *(template, person.account.bytes),
    )
    assert all(unseal(row["recipient"], "outbox.recipient") == person.phone for row in rows)
    return len(rows)


def seen_as(proxy, person):
    return proxy.ask("GET", "/api/v1/me/person", params={"acting_for": person})


def test_asked_confirmed_used_ended(stack, staff):
    contract = Contract(stack)
    person, proxy = citizen(stack, staff["clerk"]), agent(stack)
    waiting = ask(proxy, person.number)
    contract.check(waiting)
    one = waiting.json()
    assert (one["side"], one["state"], one["may_confirm"]) == ("proxy", "waiting", False)
    assert one["proxy"]["name"] is None and one["person"]["id"] == person.record
    assert stack.sql(
        "SELECT account_id AS a FROM outbox WHERE template = 'proxy_waiting'"
        " ORDER BY id DESC LIMIT 1"
    ) == [{"a": person.account.bytes}]
    problem(seen_as(proxy, person.record), 404, "not_found")
    problem(act(proxy, "confirm", one), 409, "own_person")

    listed = person.ask("GET", PROXIES)
    contract.check(listed)
    theirs = next(x for x in listed.json()["items"] if x["id"] == one["id"])
    assert (theirs["side"], theirs["may_confirm"]) == ("person", True)
    assert theirs["proxy"]["name"] == "赵六", "he must know whom he lets act"
    other = citizen(stack, staff["clerk"])
    problem(act(other, "confirm", one), 404, "not_found")
    problem(act(other, "end", one), 404, "not_found")

    assert act(person, "confirm", one).status_code == 204
    problem(act(person, "confirm", one), 409, "conflict")
    assert notices(stack, proxy, "proxy_confirmed") == 1, "who asked hears of it, once"
    shown = seen_as(proxy, person.record)
    contract.check(shown)
    assert shown.json()["id"] == person.record
    contract.check(proxy.ask("GET", "/api/v1/me/persons"))
    assert [(x["self"], x["id"]) for x in acting(proxy)] == [
        (True, proxy.record),
        (False, person.record),
    ]
    log = proxy.ask("GET", "/api/v1/me/access-log", params={"acting_for": person.record})
    assert log.json()["items"], "a proxy sees who opened the record"
    assert act(person, "end", one).status_code == 204
    problem(act(proxy, "end", one), 404, "not_found")
    problem(seen_as(proxy, person.record), 404, "not_found")
    assert [x["id"] for x in acting(proxy)] == [proxy.record]


def test_an_authority_for_something_else_or_over_does_not_hold(stack, staff):
    person, proxy = citizen(stack, staff["clerk"]), agent(stack)
    one = asked(proxy, person.number, scope="aid")
    assert act(person, "confirm", one).status_code == 204
    problem(seen_as(proxy, person.record), 404, "not_found")
    id = uuid.UUID(one["id"]).bytes
    stack.sql("UPDATE person_proxy SET scope = '*' WHERE id = %s", id)
    assert seen_as(proxy, person.record).status_code == 200
    stack.sql(
        "UPDATE person_proxy SET valid_from = UTC_TIMESTAMP(6) - INTERVAL 2 DAY,"
        " valid_to = UTC_TIMESTAMP(6) - INTERVAL 1 DAY WHERE id = %s",
        id,
    )
    problem(seen_as(proxy, person.record), 404, "not_found")
    states = {x["id"]: x["state"] for x in proxy.ask("GET", PROXIES).json()["items"]}
    assert states[one["id"]] == "expired"


def test_the_answer_does_not_tell_who_is_known(stack, staff):
    person, proxy = citizen(stack, staff["clerk"]), agent(stack)
    known = asked(proxy, person.number)
    unknown = asked(proxy, new_identity())
    wrong_name = asked(agent(stack), person.number, name="不相干")
    for one in (unknown, wrong_name):
        assert set(one) == set(known) and one["state"] == "waiting"
        assert one["person"]["id"] != person.record
    mine = [x["id"] for x in person.ask("GET", PROXIES).json()["items"]]
    assert mine == [known["id"]], "a wrong name reaches nobody"


def test_what_cannot_be_asked(stack, staff):
    proxy = agent(stack)
    problem(ask(Person(stack).sign_in(), new_identity()), 409, "assurance_too_low")
    problem(ask(proxy, proxy.number, name="赵六"), 409, "own_person")
    for until in (day(-1), day(5 * 365 + 3)):
        answer = ask(proxy, new_identity(), until=until)
        errors = problem(answer, 422, "validation_failed")["errors"]
        assert errors[0]["code"] == "bad_until"
    assert ask(proxy, "330302199003070000").status_code == 422
    number = new_identity()
    asked(proxy, number)
    problem(ask(proxy, number), 409, "proxy_exists")


def test_a_guardian_needs_the_counter(stack, staff):
    contract = Contract(stack)
    person, proxy = citizen(stack, staff["clerk"]), agent(stack)
    one = asked(proxy, person.number, relation="guardian", evidence="户口簿")
    problem(act(person, "confirm", one), 409, "counter_needed")
    clerk = staff["clerk"]
    listed = clerk.ask("GET", "/api/v1/proxies", params={"state": "waiting"})
    contract.check(listed)
    waiting = next(x for x in listed.json()["items"] if x["id"] == one["id"])
    assert waiting["evidence"] == "户口簿"
    body = {"evidence": "户口簿、出生证明", "version": waiting["version"]}
    there = staff["elsewhere"].ask("GET", "/api/v1/proxies").json()["items"]
    assert one["id"] not in [x["id"] for x in there]
    answer = act(staff["elsewhere"], "confirm", one, "/api/v1/proxies", **body)
    problem(answer, 404, "not_found")
    stale = act(clerk, "confirm", one, "/api/v1/proxies", **{**body, "version": 9})
    problem(stale, 412, "stale")
    confirmed = act(clerk, "confirm", one, "/api/v1/proxies", **body)
    contract.check(confirmed)
    assert confirmed.json()["state"] == "confirmed"
    assert notices(stack, proxy, "proxy_confirmed") == 1
    again = act(clerk, "confirm", one, "/api/v1/proxies", **{**body, "version": 2})
    problem(again, 409, "conflict")
    assert seen_as(proxy, person.record).status_code == 200
    assert act(clerk, "end", one, "/api/v1/proxies").status_code == 204
    problem(seen_as(proxy, person.record), 404, "not_found")


def test_somebody_unknown_is_verified_first(stack, staff):
    proxy, number, clerk = agent(stack), new_identity(), staff["clerk"]
    one = asked(proxy, number, relation="guardian")
    body = {"evidence": "户口簿", "version": 1}
    problem(act(clerk, "confirm", one, "/api/v1/proxies", **body), 409, "not_verified")
    record = verified(clerk, number)
    confirmed = act(clerk, "confirm", one, "/api/v1/proxies", **body)
    assert confirmed.status_code == 200, confirmed.text
    assert confirmed.json()["person"]["id"] == record["id"], "the verified record is meant"
    assert seen_as(proxy, record["id"]).status_code == 200


def test_made_at_the_counter_by_somebody_else(stack, staff):
    contract = Contract(stack)
    clerk = staff["clerk"]
    person, proxy = verified(clerk), verified(clerk)

    def make(by, one, other, **more):
        body = {
            "person": one["id"],
            "proxy": other["id"],
            "relation": "relative",
            "until": day(10),
            "evidence": "委托书",
            **more,
        }
        return by.ask("POST", "/api/v1/proxies", json=body, headers=key())

    answer = make(clerk, person, proxy)
    contract.check(answer)
    assert answer.json()["state"] == "confirmed"
    problem(make(clerk, person, proxy), 409, "proxy_exists")
    problem(make(clerk, person, person), 409, "own_person")
    problem(make(clerk, person, made(clerk)), 409, "not_verified")
    problem(make(staff["elsewhere"], person, proxy, scope="aid"), 404, "not_found")

    own = declared(clerk, "李职员", region="330302")
    stack.sql("UPDATE person SET assurance = 4 WHERE id = %s", uuid.UUID(own["id"]).bytes)
    clerk.refresh()
    problem(make(clerk, person, own), 409, "own_person")


def test_both_sides_at_once(stack, staff):
    """Confirmed and ended in the same moment: it does not hold afterwards."""
    person, proxy = citizen(stack, staff["clerk"]), agent(stack)
    one = asked(proxy, person.number)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        agreed = pool.submit(act, person, "confirm", one)
        ended = pool.submit(act, proxy, "end", one)
        assert ended.result().status_code == 204
        assert agreed.result().status_code in (204, 409)
    problem(seen_as(proxy, person.record), 404, "not_found")


def test_evidence_is_sealed(stack, staff):
    proxy = agent(stack)
    one = asked(proxy, new_identity(), evidence="公证委托书第七号")
    row = stack.sql(
        "SELECT evidence FROM person_proxy WHERE id = %s", uuid.UUID(one["id"]).bytes
    )[0]
    assert unseal(row["evidence"], "person_proxy.evidence") == "公证委托书第七号"


def test_proxies_move_with_a_claim(stack, staff):
    """What he asked for as a self-declared person goes over to the counter's record."""
    clerk = staff["clerk"]
    person, proxy = citizen(stack, clerk), agent(stack)
    one = asked(proxy, person.number)
    assert act(person, "confirm", one).status_code == 204
    record = verified(clerk, proxy.number, name="赵六")
    assert claim(proxy, code_for(clerk, record)).status_code == 200
    assert seen_as(proxy, person.record).status_code == 200
    assert [x["id"] for x in acting(proxy)] == [record["id"], person.record]


def test_nobody_asks_without_end(stack, staff):
    proxy = agent(stack)
    for _ in range(10):
        asked(proxy, new_identity())
    problem(ask(proxy, new_identity()), 429, "too_many_requests")
