"""The rotation: a published rule, kept by a job, the same in all projections."""

import datetime

import pytest

from api.directory_world import World, walk
from harness.process import wait_for
from harness.stack import PATIENT

PROJECTIONS = {
    "practitioner": ("practitioner_listing", "practitioner_place", "practitioner_token"),
    "organization": ("organization_listing", "organization_place", "organization_token"),
}


@pytest.fixture(scope="module")
def world(module_stack_factory, tool):
    """Everybody's place is a week old before nginx starts; its job has work at once."""
    stack = module_stack_factory(lanes=PATIENT)
    found = World(stack.database, tool, seed=5, organizations=80, practitioners=150)
    stack.stop()
    age(found, days=7)
    found.database.sql("UPDATE job SET last_run = NULL")
    stack.start()
    found.stack = stack
    return found


def age(world, days):
    """As if the last rotation had been so long ago."""
    for table, projections in PROJECTIONS.items():
        world.database.sql(
            f"UPDATE {table} SET ranked_on = ranked_on - INTERVAL %s DAY, rank_order = id", days
        )
        for projection in projections:
            world.database.sql(f"UPDATE {projection} SET rank_order = {table}_id")


def due(world):
    return sum(
        world.value(
            f"SELECT COUNT(*) FROM {table} WHERE ranked_on <= %s",
            world.today - datetime.timedelta(days=7),
        )
        for table in PROJECTIONS
    )


def test_the_job_gives_everybody_who_is_due_the_place_of_the_rule(world):
    wait_for(lambda: due(world) == 0, "end of the rotation", 90)
    for table, projections in PROJECTIONS.items():
        for row in world.database.sql(f"SELECT id, rank_order, ranked_on FROM {table}"):
            assert row["ranked_on"] == world.ranked_on(row["id"])
            assert row["rank_order"] == world.rank(row["id"])
        for projection in projections:
            rows = world.database.sql(f"SELECT DISTINCT {table}_id AS id, rank_order FROM {projection}")
            assert rows
            assert all(row["rank_order"] == world.rank(row["id"]) for row in rows)
    jobs = {row["name"]: row["last_result"] for row in world.database.sql("SELECT * FROM job")}
    assert [name for name in jobs if "rank" in name] and "failed" not in str(jobs)


def test_searches_follow(world):
    ids = [int(item["id"]) for item in walk(world.stack, "/api/v1/practitioners", {"sex": "male"})]
    assert ids == world.practitioners(sex="male")
    ids = [int(item["id"]) for item in walk(world.stack, "/api/v1/organizations", {"area": ["labor"]})]
    assert ids == world.organizations(area=["labor"])


def test_a_seventh_is_due_each_day(world):
    """On every day of the week somebody moves, and everybody within seven."""
    days = {world.ranked_on(one.id) for one in world.people}
    assert len(days) == 7
    assert max(days) == world.today


def test_the_rule_is_published(world):
    document = world.stack.get("/api/v1/openapi.json").json()
    for path in ("practitioners", "organizations"):
        text = document["paths"][f"/api/v1/{path}"]["get"]["description"]
        assert "SHA-256" in text and "seven days" in text
