"""Search equals a plain model: sets, orders and pages, on random worlds and random questions."""

import itertools

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from api.directory_world import (
    AREAS,
    CENTERS,
    FIRMS,
    GIVEN,
    KINDS,
    LANGUAGES,
    REGIONS,
    SURNAMES,
    TYPES,
    World,
    query,
    walk,
)
from harness.stack import PATIENT

PRACTITIONERS = "/api/v1/practitioners"
ORGANIZATIONS = "/api/v1/organizations"


@pytest.fixture(scope="module", params=[1, 2])
def world(request, module_stack_factory, tool):
    stack = module_stack_factory(lanes=PATIENT)
    found = World(stack.database, tool, seed=request.param)
    found.stack = stack
    yield found
    # on an existing server the next world has the schema to itself
    module_stack_factory.close()


points = st.sampled_from([(round(x + 0.1, 6), y) for x, y in CENTERS.values()])
person_words = st.one_of(
    st.sampled_from([*SURNAMES, *GIVEN]),
    st.builds(lambda a, b: a + b, st.sampled_from([*SURNAMES]), st.sampled_from([*GIVEN])),
    st.builds(
        lambda a, b, c: a + b + c,
        *(st.sampled_from([*SURNAMES]), st.sampled_from([*GIVEN]), st.sampled_from([*GIVEN])),
    ),
    st.sampled_from(["zhangwei", "wangfang", "lw", "cqm", "zhangweifang"]),
    st.sampled_from(FIRMS),
    st.sampled_from(["离婚", "工伤待遇", "欠薪讨薪", "婚姻家庭"]),
    st.sampled_from(["劳动争议", "不发工资", "家里", "退一赔三", "受伤"]),
)
areas = st.lists(st.sampled_from([*AREAS]), min_size=1, max_size=3, unique=True)


def some(**strategies):
    """Any subset of the parameters."""
    return st.fixed_dictionaries({}, optional=strategies)


practitioner_questions = some(
    q=person_words,
    region=st.sampled_from([*REGIONS]),
    type=st.sampled_from([*KINDS]),
    area=areas,
    language=st.sampled_from(LANGUAGES),
    legal_aid=st.booleans(),
    sex=st.sampled_from(["male", "female"]),
    min_years=st.integers(0, 40),
    near=points,
    radius=st.sampled_from([1, 5, 12.5, 30, 100]),
    sort=st.sampled_from(["rank", "years", "relevance", "distance"]),
)
organization_questions = some(
    q=st.sampled_from([*FIRMS, "海", "天衡"]),
    region=st.sampled_from([*REGIONS]),
    type=st.sampled_from([*TYPES]),
    area=areas,
    language=st.sampled_from(LANGUAGES),
    near=points,
    radius=st.sampled_from([1, 5, 12.5, 30, 100]),
    sort=st.sampled_from(["rank", "relevance", "distance"]),
)


def makes_sense(asked):
    needs = {"relevance": "q", "distance": "near"}.get(asked.get("sort"))
    return needs is None or needs in asked


def compare(world, path, model, asked, limit):
    if not makes_sense(asked):
        answer = world.stack.get(path, params=query(asked))
        assert answer.status_code == 422
        assert [(e["name"], e["code"]) for e in answer.json()["errors"]] == [
            ("sort", "bad_combination")
        ]
        return
    ids = [int(item["id"]) for item in walk(world.stack, path, asked, limit)]
    assert ids == model(**asked)


checked = settings(
    max_examples=250,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@checked
@given(asked=practitioner_questions, limit=st.integers(1, 25))
def test_practitioners_are_those_of_the_model(world, asked, limit):
    compare(world, PRACTITIONERS, world.practitioners, asked, limit)


@checked
@given(asked=organization_questions, limit=st.integers(1, 25))
def test_organizations_are_those_of_the_model(world, asked, limit):
    compare(world, ORGANIZATIONS, world.organizations, asked, limit)


def test_the_questions_are_worth_asking(world):
    """Most find something, so that agreement with the model means something."""
    for values, model in (
        (PRACTITIONER_VALUES, world.practitioners),
        (ORGANIZATION_VALUES, world.organizations),
    ):
        asked = [dict(pair) for pair in itertools.combinations(values.items(), 2)]
        assert sum(bool(model(**one)) for one in asked) > len(asked) * 0.8


# Every pair of parameters together, whatever chance draws above.

PRACTITIONER_VALUES = {
    "q": "张",
    "region": "330300",
    "type": "lawyer",
    "area": ["labor", "divorce"],
    "language": "ii",
    "legal_aid": False,
    "sex": "female",
    "min_years": 10,
    "near": CENTERS["330302"],
}
ORGANIZATION_VALUES = {
    "q": "海平",
    "region": "330300",
    "type": "mediation_committee",
    "area": ["labor", "divorce"],
    "language": "ii",
    "near": CENTERS["330302"],
}


def pairs(values, sorts):
    for sort in (None, *sorts):
        for names in itertools.combinations(values, 2):
            asked = {name: values[name] for name in names} | ({"sort": sort} if sort else {})
            yield pytest.param(asked, id="-".join([*names, sort or "default"]))


@pytest.mark.parametrize(
    "asked", pairs(PRACTITIONER_VALUES, ["rank", "years", "relevance", "distance"])
)
def test_pairs_of_practitioner_parameters(world, asked):
    compare(world, PRACTITIONERS, world.practitioners, asked, 7)


@pytest.mark.parametrize("asked", pairs(ORGANIZATION_VALUES, ["rank", "relevance", "distance"]))
def test_pairs_of_organization_parameters(world, asked):
    compare(world, ORGANIZATIONS, world.organizations, asked, 7)


# Counts

FACET_QUESTIONS = [
    {},
    {"region": "330300"},
    {"type": "lawyer"},
    {"area": ["labor"]},
    {"area": ["labor", "divorce"], "language": "zh"},
    {"q": "张"},
    {"q": "张", "area": ["divorce"], "type": "mediator"},
    {"near": CENTERS["330302"], "radius": 30},
    {"near": CENTERS["330302"], "type": "lawyer", "area": ["labor"], "region": "330000"},
    {"near": CENTERS["330302"], "q": "王", "legal_aid": True},
]


def counted(answer, member):
    return {entry["code"]: entry["count"] for entry in answer.json()[member]}


def expected(model, asked, name, codes, many):
    counts = {}
    for code in codes:
        found = len(model(**asked | {name: [code] if many else code}))
        if found:
            counts[code] = found
    return counts


def known(counts, codes):
    """Areas and types outside of the world's are parents of its own."""
    return {code: count for code, count in counts.items() if code in codes}


@pytest.mark.parametrize("asked", FACET_QUESTIONS, ids=str)
def test_practitioner_facets_count_what_a_search_would_find(world, asked):
    answer = world.stack.get(PRACTITIONERS, params=query(asked | {"facets": True}))
    assert answer.status_code == 200
    model = world.practitioners
    assert counted(answer, "types") == expected(model, asked, "type", KINDS, False)
    assert known(counted(answer, "areas"), AREAS) == expected(model, asked, "area", AREAS, True)
    assert not any(entry["more"] for entry in answer.json()["types"] + answer.json()["areas"])


@pytest.mark.parametrize(
    "asked",
    [
        {name: value for name, value in asked.items() if name != "legal_aid"}
        | ({"type": "mediation_committee"} if "type" in asked else {})
        | ({"q": "海平"} if "q" in asked else {})
        for asked in FACET_QUESTIONS
    ],
    ids=str,
)
def test_organization_facets_count_what_a_search_would_find(world, asked):
    answer = world.stack.get(ORGANIZATIONS, params=query(asked | {"facets": True}))
    assert answer.status_code == 200
    model = world.organizations
    assert counted(answer, "types") == expected(model, asked, "type", TYPES, False)
    assert known(counted(answer, "areas"), AREAS) == expected(model, asked, "area", AREAS, True)
