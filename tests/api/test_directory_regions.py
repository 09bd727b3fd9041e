"""Regions and vocabularies."""

import pytest

from api.directory_world import REGIONS, TYPES, World, ancestors, walk
from harness.stack import PATIENT

API = "/api/v1"


@pytest.fixture(scope="module")
def world(module_stack_factory, tool):
    stack = module_stack_factory(lanes=PATIENT)
    found = World(stack.database, tool, seed=3, organizations=1, practitioners=1)
    found.stack = stack
    ids = found.region_ids
    stack.sql("UPDATE region SET name = '鹿城区', pinyin = 'luchengqu', initials = 'lcq'"
              " WHERE code = '330302'")
    stack.sql(
        "INSERT INTO region (code, name, full_name, level, parent_id, pinyin, initials, valid_to)"
        " VALUES ('330399', '旧区', '浙江省温州市旧区', 3, %s, 'jiuqu', 'jq', '2001-01-01')",
        ids["330300"],
    )
    found.reindex(tool)
    return found


def codes(world, limit=5, **asked):
    return [item["code"] for item in walk(world.stack, f"{API}/regions", asked, limit)]


def level(code):
    return len(ancestors(code))


def test_all_regions_in_the_order_of_their_codes(world):
    assert codes(world) == sorted(REGIONS)


@pytest.mark.parametrize("wanted", [1, 2, 3, 4])
def test_by_level(world, wanted):
    assert codes(world, level=wanted) == sorted(code for code in REGIONS if level(code) == wanted)


@pytest.mark.parametrize("parent", ["330000", "330302", "511100", "330302001"])
def test_children(world, parent):
    assert codes(world, parent=parent) == sorted(c for c in REGIONS if REGIONS[c] == parent)


def test_all_of_a_level_below_a_region(world):
    streets = sorted(c for c in REGIONS if level(c) == 4 and "330300" in ancestors(c))
    assert codes(world, limit=2, parent="330300", level=4) == streets
    assert codes(world, parent="330302", level=3) == []


@pytest.mark.parametrize("q", ["鹿", "城区", "lu", "LuCheng", "lcq"])
def test_by_part_of_the_name_and_beginning_of_its_reading(world, q):
    assert codes(world, q=q) == ["330302"]
    assert codes(world, q=q, parent="330300") == ["330302"]
    assert codes(world, q=q, parent="330000", level=3) == ["330302"]
    assert codes(world, q=q, level=1) == []


def test_pages_of_what_is_found(world):
    assert codes(world, limit=3, q="区") == sorted(REGIONS)
    assert codes(world, limit=1, q="区33", level=4) == sorted(c for c in REGIONS if len(c) == 9)[:3]


@pytest.mark.parametrize("q", ["%", "_", "'", "cheng", "区%"])
def test_wildcards_are_letters(world, q):
    assert codes(world, q=q) == []


def test_an_item_and_a_record(world):
    item = walk(world.stack, f"{API}/regions", {"parent": "330300"})[0]
    assert item == {
        "code": "330302",
        "name": "鹿城区",
        "level": 3,
        "parent_code": "330300",
        "full_name": "全330302",
        "has_children": True,
    }
    record = world.stack.get(f"{API}/regions/330302").json()
    assert record == item | {
        "valid_from": None,
        "valid_to": None,
        "path": [
            {"code": "330000", "name": "区330000", "level": 1},
            {"code": "330300", "name": "区330300", "level": 2},
            {"code": "330302", "name": "鹿城区", "level": 3},
        ],
    }
    assert world.stack.get(f"{API}/regions/330000").json()["parent_code"] is None
    assert world.stack.get(f"{API}/regions/330302001").json()["has_children"] is False


def test_an_abolished_region_has_a_record_but_is_not_listed(world):
    record = world.stack.get(f"{API}/regions/330399").json()
    assert record["valid_to"] == "2001-01-01"
    assert "330399" not in codes(world, parent="330300")


@pytest.mark.parametrize("code", ["999999", "33030", "%27", "3303020010001", "鹿城区"])
def test_an_unknown_region_is_404(world, code):
    answer = world.stack.get(f"{API}/regions/{code}")
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "params, field, code",
    [
        ({"parent": "999999"}, "parent", "unknown_value"),
        ({"parent": "3"}, "parent", "too_short"),
        ({"parent": "3" * 13}, "parent", "too_long"),
        ({"level": "0"}, "level", "out_of_range"),
        ({"level": "6"}, "level", "out_of_range"),
        ({"level": "x"}, "level", "not_an_integer"),
        ({"limit": "0"}, "limit", "out_of_range"),
        ({"q": "x" * 65}, "q", "too_long"),
        ({"cursor": "eA"}, "cursor", "bad_cursor"),
        ({"parents": "330000"}, "parents", "unknown_parameter"),
    ],
)
def test_bad_parameters_are_named(world, params, field, code):
    answer = world.stack.get(f"{API}/regions", params=params)
    assert answer.status_code == 422
    assert [(e["name"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]


def test_practice_areas_come_with_their_parents_first(world):
    items = world.stack.get(f"{API}/practice-areas").json()["items"]
    rows = {row["code"]: row for row in world.stack.sql("SELECT * FROM practice_area")}
    assert len(items) == len(rows)
    seen = set()
    for item in items:
        assert set(item) == {"code", "name", "parent_code", "plain"}
        assert item["parent_code"] is None or item["parent_code"] in seen
        assert item["plain"] == rows[item["code"]]["plain"]
        seen.add(item["code"])
    first = [item["code"] for item in items[:2]]
    assert first == ["labor", "wage_arrears"]


def test_organization_types_come_with_their_parents_first(world):
    items = world.stack.get(f"{API}/organization-types").json()["items"]
    parents = {item["code"]: item["parent_code"] for item in items}
    assert {code: parents[code] for code in TYPES} == TYPES
    order = [item["code"] for item in items]
    assert all(order.index(p) < order.index(c) for c, p in parents.items() if p)


@pytest.mark.parametrize(
    "path, table, some",
    [
        ("languages", "language", "ii"),
        ("qualification-kinds", "qualification_kind", "lawyer"),
    ],
)
def test_other_vocabularies(world, path, table, some):
    body = world.stack.get(f"{API}/{path}").json()
    rows = world.stack.sql(f"SELECT code, name FROM {table} ORDER BY position, code")
    assert body["items"] == rows
    assert body["next"] is None
    assert some in [item["code"] for item in body["items"]]


def test_vocabularies_take_no_parameters(world):
    assert world.stack.get(f"{API}/languages", params={"q": "x"}).status_code == 422
