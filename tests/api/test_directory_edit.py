"""Staff edit the directory: within their regions, seen by searches at once, kept by imports."""

import json
import os
import subprocess
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
    found = World(shared_stack.database, tool, seed=5, organizations=12, practitioners=40)
    found.tool = tool
    return found


@pytest.fixture(scope="module")
def bureau(shared_stack, admins):
    forget(shared_stack)
    return staff(shared_stack, admins)


def active(world):
    return [one for one in world.orgs if one.status == "active"]


def test_an_edit_is_seen_by_the_next_search(stack, world, bureau):
    one = active(world)[0]
    assert one.id not in found(stack, q="朝霞")
    before = entry(bureau, one)
    answer = edited(
        bureau,
        one,
        name="朝霞律师事务所",
        address="新路1号",
        phone="0577 88001234; 13800138000",
        opening_hours="1-5 09:00-12:00 13:30-17:00; 6 24h",
        areas="work_injury divorce",
        types="law_firm legal_aid_center",
        location="121.5,29.5",
        established_on="1999-09-09",
    )
    assert answer["version"] == before["version"] + 1
    assert answer["phone"] in ("0577-88001234; 13800138000", "057****")
    item = found(stack, q="朝霞")[one.id]
    assert item["address"] == "新路1号"
    assert [t["code"] for t in item["types"]] == ["law_firm", "legal_aid_center"]
    assert item["opening_hours"][0] == {"days": [1, 2, 3, 4, 5], "opens": "09:00", "closes": "12:00"}
    assert one.id in found(stack, q="zhaoxia")
    assert one.id in found(stack, area=["family"]) and one.id in found(stack, type="legal_aid")
    assert one.id in found(stack, near=(121.5, 29.5), radius=1)
    names = [s["label"] for s in stack.get("/api/v1/suggest", params={"q": "朝霞"}).json()["items"]]
    assert names == ["朝霞律师事务所"]
    assert stack.get(path_of(one)).json()["established_on"] == "1999-09-09"
    equal_to_reindex(stack, world)


def test_its_practitioners_follow(stack, world, bureau):
    person = next(p for p in world.people if p.organization and p.status == "active" and p.kinds)
    edited(bureau, person.organization, name="春江律师事务所", status="active")
    followed(stack)
    record = stack.get(path_of(person)).json()
    assert record["organization"]["name"] == "春江律师事务所"
    assert person.id in found(stack, kind="practitioners", q=f"春江 {person.name}")
    equal_to_reindex(stack, world)


def test_closed_ones_are_not_found(stack, world, bureau):
    one = active(world)[1]
    edited(bureau, one, status="closed", name="灯塔律师事务所")
    assert one.id not in found(stack, q="灯塔")
    assert stack.get(path_of(one)).json()["status"] == "closed"
    equal_to_reindex(stack, world)
    edited(bureau, one, status="active")
    assert one.id in found(stack, q="灯塔")


def test_what_an_edit_may_say(stack, world, bureau):
    one = active(world)[2]
    for members, field, code in (
        ({"types": "law_firm nonsense"}, "types", "unknown"),
        ({"areas": "nonsense"}, "areas", "unknown"),
        ({"region": "999999"}, "region", "unknown"),
        ({"uscc": "91110000I000000000"}, "uscc", "bad_uscc"),
        ({"phone": "138****8000"}, "phone", "masked_value"),
        ({"phone": "12"}, "phone", "bad_phone"),
        ({"phone": ";".join(["12348"] * 5)}, "phone", "bad_phone"),
        ({"opening_hours": "1-5"}, "opening_hours", "bad_hours"),
        ({"opening_hours": "1-5 09:00-25:00"}, "opening_hours", "bad_hours"),
        ({"opening_hours": "5-1 09:00-10:00"}, "opening_hours", "bad_hours"),
        ({"opening_hours": "1 10:00-09:00"}, "opening_hours", "bad_hours"),
        ({"name": ""}, "name", "too_short"),
        ({"status": "gone"}, "status", "unknown_value"),
        ({"location": "1,2,3"}, "location", "bad_point"),
        ({"hours": "[]"}, "hours", "unknown_parameter"),
        ({"entry": 3}, "entry", "unknown_parameter"),
        ({"basis": None}, "basis", "required"),
    ):
        answer = edit(bureau, one, **members)
        errors = problem(answer, 422, "validation_failed")["errors"]
        assert [e["name"] for e in errors] == [field], answer.text
        assert errors[0]["code"] == code, answer.text
    answer = bureau.ask("PUT", path_of(one), json={"basis": BASIS})
    assert answer.status_code == 428
    problem(edit(bureau, one, version=99), 412, "stale")
    missing = bureau.ask(
        "PUT", "/api/v1/organizations/999", json={"basis": BASIS}, headers={"If-Match": '"1"'}
    )
    problem(missing, 404, "not_found")


def test_texts_are_cleared_by_empty_ones(stack, world, bureau):
    one = active(world)[2]
    edited(bureau, one, address="路", phone="12348", opening_hours="24h", areas="labor")
    now = edited(bureau, one, address="", phone="", opening_hours="", areas="")
    assert [now[f] for f in ("address", "phone", "opening_hours", "areas")] == [None] * 4


def test_days_and_coordinates_are_cleared_by_null(stack, world, bureau):
    one = active(world)[2]
    edited(bureau, one, location="121.25,29.25", established_on="1999-09-09")
    assert one.id in found(stack, near=(121.25, 29.25), radius=1)
    kept = edited(bureau, one, address="路")
    assert (kept["longitude"], kept["latitude"]) == (121.25, 29.25)
    assert (kept["location_quality"], kept["established_on"]) == ("exact", "1999-09-09")
    now = edited(bureau, one, location=None, established_on=None)
    fields = ("longitude", "latitude", "location_quality", "established_on")
    assert [now[field] for field in fields] == [None, None, "unknown", None]
    assert one.id not in found(stack, near=(121.25, 29.25), radius=1)
    record = stack.get(path_of(one)).json()
    assert (record["longitude"], record["established_on"]) == (None, None)
    again = edited(bureau, one, location=None, location_quality="unknown", name=None, status=None)
    assert again["name"] == now["name"] and again["longitude"] is None
    answer = edit(bureau, one, location=None, location_quality="exact")
    errors = problem(answer, 422, "validation_failed")["errors"]
    assert [(e["name"], e["code"]) for e in errors] == [("location_quality", "bad_combination")]
    for members in ({"established_on": ""}, {"location": ""}):
        problem(edit(bureau, one, **members), 422, "validation_failed")
    equal_to_reindex(stack, world)


def test_scope(stack, world, admins, bureau):
    one = next(o for o in active(world) if o.region.startswith("33"))
    other = next(o for o in active(world) if o.region.startswith("51"))
    here = staff(stack, admins, "clerk", region="330000")
    edited(here, one, address="本地")
    assert here.ask("GET", path_of(other, "/entry")).status_code == 404
    problem(edit(here, other, version=1, address="外地"), 403, "forbidden")
    problem(edit(here, one, region="511100"), 403, "forbidden")
    edited(here, one, region="330302")
    none = clerk(stack, admins)
    problem(none.ask("GET", path_of(one, "/entry")), 403, "forbidden")


def test_of_two_editors_one_is_told(stack, world, bureau):
    one = active(world)[3]
    version = entry(bureau, one)["version"]
    assert edit(bureau, one, version=version, address="甲").status_code == 200
    problem(edit(bureau, one, version=version, address="乙"), 412, "stale")
    assert entry(bureau, one)["address"] == "甲"


def test_corrections_say_what_the_source_said(stack, world, bureau):
    one = active(world)[4]
    was = entry(bureau, one)["address"]
    edited(bureau, one, address="更正", basis="执照")
    rows = {c["field"]: c for c in corrections(bureau, one)}
    assert set(rows) == {"address", "last_verified_on"}
    assert (rows["address"]["source_value"], rows["address"]["value"]) == (was, "更正")
    assert rows["address"]["basis"] == "执照"
    assert rows["address"]["account"] == str(bureau.account)
    edited(bureau, one, address="再更正")
    rows = {c["field"]: c for c in corrections(bureau, one)}
    assert (rows["address"]["source_value"], rows["address"]["value"]) == (was, "再更正")
    edited(bureau, one, address="")
    assert "address" not in {c["field"] for c in corrections(bureau, one)}
    action = json.dumps(
        stack.sql("SELECT action FROM audit_event WHERE subject_id = %s", str(one.id)), default=str
    )
    assert "PUT /api/v1/organizations/{id}" in action


def test_outreach_places_open_and_close(stack, world, admins, bureau):
    one = active(world)[5]
    opened = place(
        *(bureau, one),
        name="河埠头服务点",
        region="330302001",
        address="埠头1号",
        location="120.6,28",
        schedule="每周三上午",
        phone="0577 88001234",
    )
    assert opened.status_code == 200, opened.text
    shown = stack.get(path_of(one)).json()["outreach_places"]
    assert [(p["name"], p["phone"], p["longitude"]) for p in shown] == [
        ("河埠头服务点", "0577-88001234", 120.6)
    ]
    assert "outreach_places" in {c["field"] for c in corrections(bureau, one)}
    problem(place(bureau, one, version=1, name="旧", region="330302"), 412, "stale")
    problem(place(bureau, one, name="旧", region="999999"), 422, "validation_failed")
    problem(place(bureau, one, name="旧", region="330302", phone="13*"), 422, "validation_failed")
    away = staff(stack, admins, "clerk", region="510000" if one.region < "5" else "330000")
    problem(place(away, one, version=2, name="旧", region="330302"), 403, "forbidden")
    problem(place(bureau, one, "/close", place="99999"), 404, "not_found")
    equal_to_reindex(stack, world)
    closed = place(bureau, one, "/close", place=places(bureau, one)[0]["id"])
    assert closed.status_code == 200 and stack.get(path_of(one)).json()["outreach_places"] == []
    assert "outreach_places" not in {c["field"] for c in corrections(bureau, one)}


def test_two_at_once_and_a_killed_worker(stack, world, bureau):
    one = active(world)[3]
    version = entry(bureau, one)["version"]
    put = lambda text: bureau.call(
        "PUT",
        path_of(one),
        json={"basis": BASIS, "address": text},
        headers={"If-Match": f'"{version}"'},
    )
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(put, [f"并行{n}" for n in range(6)]))
    assert sorted(a.status_code for a in answers) == [200, 412, 412, 412, 412, 412]
    won = next(a.json()["address"] for a in answers if a.status_code == 200)
    assert entry(bureau, one)["address"] == won

    # killed among edits: each is there as a whole, or not at all
    with ThreadPoolExecutor(1) as pool:

        def edits():
            for n in range(30):
                try:
                    edit(bureau, one, name=f"断电{n}律师事务所")
                except httpx.TransportError:
                    return

        running = pool.submit(edits)
        wait_for(lambda: entry(bureau, one)["version"] > version + 3, "some edits")
        stack.kill_worker()
        running.result()
    equal_to_reindex(stack, world)


def imported(world, folder, *rows):
    """The import of these organizations: what it said."""
    heads = ["source_key", "name", "types", "region", "address", "established_on", "status"]
    path = folder / "organizations.csv"
    lines = [",".join(heads), *(",".join(row.get(head, "") for head in heads) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    result = subprocess.run(
        [world.tool, "import", "organizations", path, "--source", "register"],
        env={**os.environ, "LEGALNET_DATABASE": world.database.url},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout + result.stderr


def test_imports_leave_corrections_alone_until_the_source_says_something_new(
    stack, world, bureau, folder
):
    row = {"source_key": "k1", "name": "河口律师事务所", "types": "law_firm", "region": "330302"}
    row |= {"address": "旧址", "established_on": "1999-09-09", "status": "active"}
    imported(world, folder, row)
    one = Entry(stack.sql("SELECT id FROM organization WHERE source_key = 'k1'")[0]["id"])
    edited(bureau, one, address="新址", types="notary_office", established_on=None)
    established = lambda: entry(bureau, one)["established_on"]
    stands = lambda: (entry(bureau, one)["address"], entry(bureau, one)["types"])

    said = imported(world, folder, row)
    assert stands() == ("新址", "notary_office") and "0 changed" in said
    assert established() is None
    # another field of the same row comes through
    said = imported(world, folder, row | {"name": "河口新律师事务所"})
    assert stands() == ("新址", "notary_office") and "1 changed" in said
    assert one.id in found(stack, q="河口新")

    # the source says something new: it wins, and says so
    said = imported(world, folder, row | {"address": "第三处"})
    assert stands() == ("第三处", "notary_office")
    assert "1 warnings" in said and "the source wins" in said
    assert "address" not in {c["field"] for c in corrections(bureau, one)}
    assert "types" in {c["field"] for c in corrections(bureau, one)}
    # the source says what staff said: nothing to remember any more
    said = imported(world, folder, row | {"address": "第三处", "types": "notary_office"})
    assert "0 warnings" in said
    assert "types" not in {c["field"] for c in corrections(bureau, one)}
    imported(world, folder, row)
    assert stands() == ("旧址", "law_firm") and established() is None
    imported(world, folder, row | {"established_on": "2001-01-01"})
    assert established() == "2001-01-01"
    equal_to_reindex(stack, world)
