"""Every parameter of the searches at its bounds, and beyond them."""

import pytest

from api.directory_world import CENTERS, World, walk
from harness.stack import PATIENT

PRACTITIONERS = "/api/v1/practitioners"
ORGANIZATIONS = "/api/v1/organizations"
BOTH = [PRACTITIONERS, ORGANIZATIONS]


@pytest.fixture(scope="module")
def world(module_stack_factory, tool):
    stack = module_stack_factory(lanes=PATIENT)
    found = World(stack.database, tool, seed=7, organizations=150, practitioners=320)
    found.stack = stack
    return found


def refused(answer):
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    return sorted({(error["name"], error["code"]) for error in answer.json()["errors"]})


WRONG = [
    ({"q": "x" * 65}, "q", "too_long"),
    ({"q": "张" * 65}, "q", "too_long"),
    ({"region": "330"}, "region", "too_short"),
    ({"region": "999999"}, "region", "unknown_value"),
    ({"region": "33030a"}, "region", "unknown_value"),
    ({"type": "plumber"}, "type", "unknown_value"),
    ({"type": "x" * 49}, "type", "too_long"),
    ({"area": "nothing"}, "area", "unknown_value"),
    ({"area": ["labor", "nothing"]}, "area", "unknown_value"),
    ({"area": ["labor"] * 9}, "area", "too_many"),
    ({"language": "tlh"}, "language", "unknown_value"),
    ({"near": "120.7"}, "near", "bad_point"),
    ({"near": "120.7;28"}, "near", "bad_point"),
    ({"near": "181,28"}, "near", "bad_point"),
    ({"near": "120,91"}, "near", "bad_point"),
    ({"near": "120.7,28", "radius": "0.9"}, "radius", "out_of_range"),
    ({"near": "120.7,28", "radius": "100.1"}, "radius", "out_of_range"),
    ({"near": "120.7,28", "radius": "far"}, "radius", "not_a_number"),
    ({"sort": "price"}, "sort", "unknown_value"),
    ({"sort": "distance"}, "sort", "bad_combination"),
    ({"sort": "relevance"}, "sort", "bad_combination"),
    ({"facets": "maybe"}, "facets", "bad_boolean"),
    ({"limit": "0"}, "limit", "out_of_range"),
    ({"limit": "-1"}, "limit", "out_of_range"),
    ({"limit": "ten"}, "limit", "not_an_integer"),
    ({"cursor": "nonsense"}, "cursor", "bad_cursor"),
    ({"cursor": "%"}, "cursor", "bad_cursor"),
    ({"page": "2"}, "page", "unknown_parameter"),
    ({"q": ["a", "b"]}, "q", "repeated"),
]


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("params, field, code", WRONG, ids=lambda value: str(value)[:40])
def test_what_is_out_of_bounds_is_named(world, path, params, field, code):
    assert refused(world.stack.get(path, params=params)) == [(field, code)]


@pytest.mark.parametrize(
    "params, field, code",
    [
        ({"sex": "other"}, "sex", "unknown_value"),
        ({"legal_aid": "sometimes"}, "legal_aid", "bad_boolean"),
        ({"min_years": "-1"}, "min_years", "out_of_range"),
        ({"min_years": "81"}, "min_years", "out_of_range"),
        ({"min_years": "1.5"}, "min_years", "not_an_integer"),
    ],
)
def test_practitioners_own_parameters(world, params, field, code):
    assert refused(world.stack.get(PRACTITIONERS, params=params)) == [(field, code)]
    assert refused(world.stack.get(ORGANIZATIONS, params=params)) == [(field, "unknown_parameter")]


def test_all_bad_fields_are_named_at_once(world):
    params = {"sex": "x", "min_years": "999", "near": "here", "limit": "0", "nonsense": "1"}
    assert [name for name, _ in refused(world.stack.get(PRACTITIONERS, params=params))] == sorted(
        params
    )
    codes = {"region": "999999", "type": "nobody", "area": "nothing", "language": "xx"}
    assert [name for name, _ in refused(world.stack.get(PRACTITIONERS, params=codes))] == sorted(
        codes
    )


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize(
    "params",
    [
        {"q": "张" * 64},
        {"area": ["labor"] * 8},
        {"near": "180,90", "radius": "1"},
        {"near": "-180,-90", "radius": "100"},
        {"near": "0,0"},
        {"near": "120.70,28.00", "radius": "1.5"},
        {"limit": "1"},
        {"limit": "100"},
        {"facets": "1"},
        {"facets": "0"},
        {"q": "", "region": "", "area": "", "near": "", "limit": "", "cursor": ""},
    ],
    ids=str,
)
def test_what_is_just_within_is_answered(world, path, params):
    answer = world.stack.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert ("types" in answer.json()) == (params.get("facets") == "1")


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("asked", [101, 100000])
def test_more_than_a_hundred_are_answered_with_a_hundred_and_it_is_said(world, path, asked):
    body = world.stack.get(path, params={"limit": asked}).json()
    assert body["limit"] == 100
    assert len(body["items"]) == 100
    assert body["next"]


@pytest.mark.parametrize("path", BOTH)
def test_a_cursor_belongs_to_its_question(world, path):
    near = "%s,%s" % CENTERS["330302"]
    questions = [{}, {"region": "330000"}, {"near": near}, {"near": near, "sort": "rank"}]
    cursors = [
        world.stack.get(path, params=asked | {"limit": 2}).json()["next"] for asked in questions
    ]
    assert all(cursors)
    for i, asked in enumerate(questions):
        for j, cursor in enumerate(cursors):
            answer = world.stack.get(path, params=asked | {"cursor": cursor, "limit": 3})
            assert answer.status_code == (200 if i == j else 422)
    other = {PRACTITIONERS: ORGANIZATIONS, ORGANIZATIONS: PRACTITIONERS}[path]
    assert world.stack.get(other, params={"cursor": cursors[0]}).status_code == 422
    flipped = ("A" if cursors[0][0] != "A" else "B") + cursors[0][1:]
    assert world.stack.get(path, params={"cursor": flipped}).status_code == 422


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("sort", [None, "rank", "distance"])
def test_pages_of_every_size_make_the_same_list(world, path, sort):
    asked = {"near": CENTERS["330302"], "radius": 100} | ({"sort": sort} if sort else {})
    lists = [
        [item["id"] for item in walk(world.stack, path, asked, limit)] for limit in (1, 3, 100)
    ]
    assert lists[0] == lists[1] == lists[2]
    assert len(lists[0]) == len(set(lists[0])) > 10


def test_distance_is_shown_in_metres_and_never_less_than_before(world):
    for path in BOTH:
        items = walk(world.stack, path, {"near": CENTERS["330302"], "radius": 100})
        metres = [item["distance"] for item in items]
        assert metres == sorted(metres)
        assert all(isinstance(one, int) and 0 <= one <= 100_000 for one in metres)
    assert "distance" not in walk(world.stack, PRACTITIONERS, {"region": "330000"})[0]


def test_years_are_whole_years_and_unknown_ones_are_null(world):
    people = {one.id: one for one in world.people}
    items = walk(world.stack, PRACTITIONERS, {"sort": "years"})
    for item in items:
        since = people[int(item["id"])].since
        if since is None:
            assert item["years"] is None
        else:
            before = (world.today.month, world.today.day) < (since.month, since.day)
            assert item["years"] == world.today.year - since.year - before
    known = [item["years"] for item in items if item["years"] is not None]
    assert known == sorted(known, reverse=True)
    assert [item["years"] for item in items][: len(known)] == known
