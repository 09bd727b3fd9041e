"""One organization, one practitioner, what may be reported about them, and suggestions."""

import json
import uuid

import pytest

from api.directory_world import World, query
from harness.stack import PATIENT

API = "/api/v1"


@pytest.fixture(scope="module")
def world(module_stack_factory, tool):
    stack = module_stack_factory(lanes=PATIENT)
    found = World(stack.database, tool, seed=4, organizations=30, practitioners=60)
    found.stack = stack
    return found


def masked(phone):
    return f"{phone[:3]}****{phone[-4:]}"


def test_every_practitioner_is_described(world):
    for one in world.people:
        answer = world.stack.get(f"{API}/practitioners/{one.id}")
        if one.status != "active":
            assert answer.status_code == 404
            continue
        assert answer.status_code == 200, answer.text
        record = answer.json()
        assert (record["id"], record["name"], record["sex"]) == (str(one.id), one.name, one.sex)
        assert record["legal_aid"] is one.legal_aid
        assert record["practicing_since"] == (one.since and one.since.isoformat())
        assert record["introduction"] == '说“好”\n\\ "人"'
        assert {area["code"] for area in record["areas"]} == set(one.areas)
        assert {language["code"] for language in record["languages"]} == set(one.languages)
        assert {region["code"] for region in record["regions_served"]} == set(one.served)
        assert record["region"] == {"code": one.region, "full_name": f"全{one.region}"}
        if one.organization is None:
            assert record["organization"] is None
        else:
            assert record["organization"]["name"] == one.organization.name
            assert record["organization"]["opening_hours"] == [
                {"days": [1, 2], "opens": "09:00", "closes": "17:00"}
            ]


def test_the_history_of_qualifications_is_kept_behind_those_in_force(world):
    for one in world.people:
        if one.status != "active":
            continue
        titles = world.stack.get(f"{API}/practitioners/{one.id}").json()["qualifications"]
        rows = world.stack.sql(
            "SELECT COUNT(*) AS n FROM qualification WHERE practitioner_id = %s", one.id
        )
        assert len(titles) == rows[0]["n"]
        assert {title["kind"] for title in titles if title["current"]} == one.kinds
        flags = [title["current"] for title in titles]
        assert flags == sorted(flags, reverse=True)
        assert all(title["licence_number"] == f"1{one.id:016d}" for title in titles)


def test_who_has_no_qualification_in_force_is_described_but_not_found(world):
    lapsed = [one for one in world.people if one.status == "active" and not one.kinds]
    assert lapsed
    for one in lapsed:
        assert world.stack.get(f"{API}/practitioners/{one.id}").status_code == 200
        found = world.stack.get(f"{API}/practitioners", params={"q": one.name, "limit": 100})
        assert str(one.id) not in [item["id"] for item in found.json()["items"]]


def test_every_organization_is_described(world):
    for one in world.orgs:
        answer = world.stack.get(f"{API}/organizations/{one.id}")
        assert answer.status_code == 200, answer.text
        record = answer.json()
        assert (record["id"], record["name"], record["status"]) == (
            str(one.id),
            one.name,
            one.status,
        )
        assert [kind["code"] for kind in record["types"]] == one.types
        assert {area["code"] for area in record["areas"]} == set(one.areas)
        assert {language["code"] for language in record["languages"]} == one.languages
        point = (record["longitude"], record["latitude"])
        assert point == (one.point or (None, None))


def test_a_list_says_when_an_organization_is_open(world):
    items = world.stack.get(f"{API}/organizations", params={"limit": 100}).json()["items"]
    assert items
    for item in items:
        record = world.stack.get(f"{API}/organizations/{item['id']}").json()
        assert item["opening_hours"] == record["opening_hours"] != []


def test_private_phones_are_masked_everywhere(world):
    texts = []
    for path in ("practitioners", "organizations"):
        asked = {"limit": 100, "facets": "true"}
        texts.append(world.stack.get(f"{API}/{path}", params=asked).text)
        for one in world.people if path == "practitioners" else world.orgs:
            texts.append(world.stack.get(f"{API}/{path}/{one.id}").text)
    everything = "\n".join(texts)
    assert not [one for one in world.people if one.phone in everything]
    someone = next(one for one in world.people if one.status == "active")
    record = world.stack.get(f"{API}/practitioners/{someone.id}").json()
    assert record["phone"] == masked(someone.phone)

    for one in world.orgs:
        shown = world.stack.get(f"{API}/organizations/{one.id}").json()["phone"]
        if one.phone_private:
            assert "****" in shown and one.phone not in shown
        else:
            assert shown == one.phone
    kept = {json.dumps(one.phone) for one in world.orgs if not one.phone_private}
    for table in ("organization_detail", "practitioner_detail"):
        for row in world.stack.sql(f"SELECT CONCAT(COALESCE(item, ''), doc) AS doc FROM {table}"):
            if '"13812345678"' in row["doc"]:
                assert '"13812345678"' in kept


@pytest.mark.parametrize("thing", ["practitioners", "organizations"])
@pytest.mark.parametrize(
    "key, statuses",
    [
        ("999999", {404}),
        ("0", {404, 422}),
        ("-1", {404, 422}),
        ("9223372036854775807", {404}),
        ("9223372036854775808", {404, 422}),
        ("1x", {404, 422}),
        ("%00", {400, 404, 422}),
        ("张伟", {404, 422}),
    ],
)
def test_what_is_not_there_is_a_problem(world, thing, key, statuses):
    answer = world.stack.get(f"{API}/{thing}/{key}")
    assert answer.status_code in statuses
    assert answer.headers["content-type"].startswith("application/problem+json")


# Reports

REPORT = {"field": "phone", "message": "电话已停机"}


def report(world, thing="organizations", key="1", body=None, idempotency=None):
    return world.stack.post(
        f"{API}/{thing}/{key}/reports",
        json=REPORT if body is None else body,
        headers={"Idempotency-Key": idempotency or uuid.uuid4().hex},
    )


@pytest.mark.parametrize("thing, column", [
    ("organizations", "organization_id"),
    ("practitioners", "practitioner_id"),
])
def test_an_error_is_reported_once_however_often_it_is_sent(world, thing, column):
    key = str(next(one.id for one in world.people if one.status == "active"))
    idempotency = uuid.uuid4().hex
    answers = [report(world, thing, key, idempotency=idempotency) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    body = answers[0].json()
    assert body["status"] == "open"
    assert all(answer.json() == body for answer in answers)
    rows = world.stack.sql(
        f"SELECT field, message, contact, status FROM entry_report WHERE {column} = %s", key
    )
    assert rows == [{**REPORT, "contact": None, "status": "open"}]
    stored = world.stack.sql("SELECT HEX(id) AS id FROM entry_report WHERE id = %s",
                             uuid.UUID(body["id"]).bytes)
    assert len(stored) == 1
    other = report(world, thing, key, {**REPORT, "field": "name"}, idempotency)
    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_reused"


def test_a_report_is_audited_without_its_text(world):
    answer = report(world, key="2")
    rows = world.stack.sql(
        "SELECT * FROM audit_event WHERE subject_type = 'entry_report' AND subject_id = %s",
        answer.json()["id"],
    )
    assert len(rows) == 1
    assert rows[0]["account_id"] is None
    assert REPORT["message"] not in str(rows[0]["detail"])


def test_an_entry_takes_twenty_unanswered_reports_a_day(world):
    answers = [report(world, key="3").status_code for _ in range(21)]
    assert answers == [200] * 20 + [409]
    refused = report(world, key="3")
    assert refused.json()["code"] == "reported_enough"
    world.stack.sql("UPDATE entry_report SET status = 'declined' WHERE organization_id = 3 LIMIT 1")
    assert report(world, key="3").status_code == 200
    assert report(world, key="4").status_code == 200


def test_what_is_not_shown_cannot_be_reported(world):
    hidden = next(one.id for one in world.people if one.status != "active")
    assert report(world, "practitioners", hidden).status_code == 404
    assert report(world, "organizations", "999999").status_code == 404


@pytest.mark.parametrize(
    "body, field, code",
    [
        ({}, {"field", "message"}, "required"),
        ({"field": "phone"}, {"message"}, "required"),
        ({**REPORT, "field": "nothing"}, {"field"}, "unknown_value"),
        ({**REPORT, "message": "x"}, {"message"}, "too_short"),
        ({**REPORT, "message": "字" * 1001}, {"message"}, "too_long"),
        ({**REPORT, "message": 7}, {"message"}, "wrong_type"),
        ({**REPORT, "contact": "13812345678"}, {"contact"}, "unknown_parameter"),
    ],
)
def test_bad_reports_are_refused_by_field(world, body, field, code):
    answer = report(world, body=body)
    assert answer.status_code == 422, answer.text
    assert {error["name"] for error in answer.json()["errors"]} == field
    assert {error["code"] for error in answer.json()["errors"]} == {code}


def test_a_report_needs_a_key_and_a_thousand_characters_are_enough(world):
    answer = world.stack.post(f"{API}/organizations/5/reports", json=REPORT)
    assert answer.status_code in (400, 422, 428)
    assert answer.json()["code"] == "idempotency_key_required"
    long = {**REPORT, "message": "𠮷" * 1000}
    assert report(world, key="5", body=long).status_code == 200


# Suggestions


def suggestions(world, q, **more):
    answer = world.stack.get(f"{API}/suggest", params={"q": q, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


@pytest.mark.parametrize("by", ["name", "pinyin", "initials"])
def test_people_are_suggested_by_name_reading_and_initials(world, by):
    one = next(one for one in world.people if one.status == "active" and one.kinds)
    typed = getattr(one, by)
    items = suggestions(world, typed)
    same = {
        str(other.id)
        for other in world.people
        if getattr(other, by) == typed and other.status == "active" and other.kinds
    }
    found = {item["ref"] for item in items if item["kind"] == "practitioner"}
    assert found and (str(one.id) in found or len(items) == 10)
    assert all(item["label"] for item in items)
    assert same & found


def test_areas_and_organizations_are_suggested(world):
    assert ("area", "divorce") in [(i["kind"], i["ref"]) for i in suggestions(world, "离")]
    assert ("area", "divorce") in [(i["kind"], i["ref"]) for i in suggestions(world, "LIHUN")]
    kinds = {item["kind"] for item in suggestions(world, "海平")}
    assert kinds == {"organization"}


def test_what_begins_with_the_letters_is_suggested_once(world):
    for typed in ("z", "zh", "w", "王", "l", "工"):
        items = suggestions(world, typed)
        assert items
        assert len({(item["kind"], item["ref"]) for item in items}) == len(items)
    kinds = [item["kind"] for item in suggestions(world, "l")]
    assert kinds == sorted(kinds, key=["area", "region", "organization", "practitioner"].index)
    exact = {one.id for one in world.people if one.name == "王芳" and one.kinds}
    first = [item for item in suggestions(world, "王芳") if item["kind"] == "practitioner"]
    assert {int(item["ref"]) for item in first[: len(exact)]} <= {
        one.id for one in world.people if one.name == "王芳"
    }


def test_suggestions_are_at_most_ten(world):
    assert len(suggestions(world, "z")) <= 10
    assert len(suggestions(world, "l", limit=2)) <= 2
    for params in ({}, {"q": ""}, {"q": "x", "limit": 11}, {"q": "x", "limit": 0}, {"q": "x" * 65}):
        assert world.stack.get(f"{API}/suggest", params=params).status_code == 422


@pytest.mark.parametrize("q", ["！", "%", "'; DROP TABLE region", "\u200b", "🙂", "-"])
def test_nothing_is_suggested_for_noise(world, q):
    assert suggestions(world, q) == []


@pytest.mark.parametrize("q", ["！", "%", "。。", "🙂"])
@pytest.mark.parametrize("more", [{}, {"near": (120.7, 28.0)}, {"sort": "years"}])
def test_nothing_is_found_for_noise(world, q, more):
    answer = world.stack.get(f"{API}/practitioners", params=query({"q": q, **more}))
    assert answer.status_code == 200
    assert answer.json()["items"] == []


def test_what_follows_a_name_says_which_organization_is_meant(world):
    def found(q):
        asked = {"q": q, "limit": 100, "sort": "rank"}
        items = world.stack.get(f"{API}/organizations", params=asked).json()["items"]
        return [int(item["id"]) for item in items]

    notaries = [one for one in world.orgs if "notary_office" in one.types]
    word = next(one.word for one in notaries if one.status == "active")
    named = world.organizations(q=word, sort="rank")
    assert found(f"{word}律师") == named
    assert found(f"{word}公证") == [key for key in named if key in {one.id for one in notaries}]
