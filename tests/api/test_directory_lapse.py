"""A qualification ends by its date, without an import."""

import datetime

import pytest

from api.directory_world import KINDS, World, walk
from harness.process import wait_for
from harness.stack import PATIENT

PRACTITIONERS = "/api/v1/practitioners"


@pytest.fixture(scope="module")
def world(module_stack_factory, tool):
    """Projected as of today, then a third of the people loses what is in force."""
    stack = module_stack_factory(lanes=PATIENT)
    found = World(stack.database, tool, seed=6, organizations=20, practitioners=90)
    found.before = found.practitioners()
    stack.stop()
    yesterday = found.today - datetime.timedelta(days=1)
    for one in found.people:
        if one.id % 3:
            continue
        lost = sorted(one.kinds)[: 1 + one.id % 2]
        one.kinds -= set(lost)
        for kind in lost:
            found.database.sql(
                "UPDATE qualification SET valid_from = NULL, valid_to = %s"
                " WHERE practitioner_id = %s AND kind_id = %s AND status = 'active'",
                *(yesterday, one.id, found.kind_ids[kind]),
            )
    found.database.sql("UPDATE job SET last_run = NULL")
    stack.start()
    found.stack = stack
    return found


def listed(world):
    rows = world.database.sql(
        "SELECT k.code, l.practitioner_id AS id FROM practitioner_listing l"
        " JOIN qualification_kind k ON k.id = l.kind_id WHERE l.region_id = 0"
    )
    return {(row["code"], row["id"]) for row in rows}


def test_who_lost_a_qualification_is_no_longer_found_by_it(world):
    valid = {
        (kind, one.id) for one in world.people if one.status == "active" for kind in one.kinds
    }
    assert world.before != world.practitioners()
    wait_for(lambda: listed(world) == valid, "end of what has lapsed", 60)
    for asked in [{}, {"sex": "male"}, {"q": "张"}, *({"type": kind} for kind in KINDS)]:
        items = walk(world.stack, PRACTITIONERS, asked)
        assert [int(item["id"]) for item in items] == world.practitioners(**asked)
    people = {one.id: one for one in world.people}
    for item in walk(world.stack, PRACTITIONERS, {}):
        kinds = {title["kind"] for title in item["qualifications"]}
        assert kinds == people[int(item["id"])].kinds


def test_nothing_remains_of_who_has_none_left(world):
    gone = [one.id for one in world.people if one.status == "active" and not one.kinds]
    assert gone
    for table in ("practitioner_listing", "practitioner_place", "practitioner_token"):
        ids = {row["id"] for row in world.database.sql(f"SELECT practitioner_id AS id FROM {table}")}
        assert ids and not ids & set(gone)
    refs = world.database.sql("SELECT ref FROM suggestion WHERE kind = 'practitioner'")
    assert refs and not {int(row["ref"]) for row in refs} & set(gone)
    for key in gone:
        assert world.stack.get(f"{PRACTITIONERS}/{key}").status_code == 200
