"""How the server finds what the searches ask for: by the intended index, already in order.

The statements are those that nginx really sends, values and all: they are taken from the
server's general log, then explained.
"""

import os
import re
import time

import pytest

from api.directory_world import World
from harness.database import Database

if os.environ.get("DATABASE"):
    pytest.skip("reads the general log, which needs a server of ours", allow_module_level=True)

EXECUTE = re.compile(
    r"Execute\t(SELECT.*?)(?=\n(?:\d{6} +[\d:]+|)\t+ *\d+ [A-Z][a-z]+|\Z)", re.S
)


class Log:
    """The general log of a private MariaDB, from where it was read last."""

    def __init__(self, directory):
        self.path = directory / "general.log"
        self.at = 0

    def new(self):
        time.sleep(0.05)
        with open(self.path, encoding="utf-8", errors="replace") as file:
            file.seek(self.at)
            text = file.read()
            self.at = file.tell()
        return [match.strip() for match in EXECUTE.findall(text)]


@pytest.fixture(scope="module")
def site(module_stack_factory, built):
    database = Database(options=["--general-log=1", "--general-log-file=general.log"])
    try:
        stack = module_stack_factory(database=database, workers=1)
        World(database, built / "legalnet", seed=7, organizations=50, practitioners=300)
        database.sql(
            "ANALYZE TABLE practitioner_listing, practitioner_token, practitioner_place,"
            " organization_listing, organization_token, suggestion, region"
        )
        stack.log = Log(database.directory)
        yield stack
        stack.stop()
    finally:
        database.close()


def explain(site, path, pattern):
    """The plan of the one statement that answers this path and holds the pattern."""
    site.log.new()
    answer = site.client.get("/api/v1" + path)
    assert answer.status_code == 200, answer.text
    statements = [text for text in site.log.new() if re.search(pattern, text)]
    assert len(statements) == 1, statements
    return site.database.sql("EXPLAIN " + statements[0])


LISTING = r"FROM practitioner_listing l "  # a job that looks for lapses joins it


@pytest.mark.parametrize(
    "path",
    [
        "/practitioners",
        "/practitioners?region=330300",
        "/practitioners?region=330300&area=divorce",
        "/practitioners?region=330000&area=labor&limit=100",
        "/practitioners?type=lawyer&region=511100",
        "/practitioners?area=divorce&legal_aid=true&language=ii&sex=female&min_years=3",
        "/practitioners?area=divorce&area=consumer",
    ],
)
def test_a_list_is_read_in_order_from_where_it_stands(site, path):
    plan = explain(site, path, LISTING)
    assert plan[0]["table"] == "l" and plan[0]["key"] == "PRIMARY", plan
    assert plan[0]["type"] in ("range", "ref"), plan
    assert not [row for row in plan if "filesort" in row["Extra"] or "temporary" in row["Extra"]]


@pytest.mark.parametrize(
    "path",
    [
        "/practitioners?q=张",
        "/practitioners?q=zhang",
        "/practitioners?q=张&region=330300",
        "/practitioners?q=离婚&area=divorce",
    ],
)
def test_words_are_read_in_order_of_their_weight(site, path):
    plan = explain(site, path, "practitioner_token t")
    found = {row["table"]: row for row in plan if row["table"]}
    assert found["t"]["key"] == "PRIMARY" and found["l"]["key"] == "PRIMARY", plan
    assert found["l"]["type"] == "eq_ref", plan
    assert not [row for row in plan if "filesort" in row["Extra"]]


def test_a_second_word_is_looked_up(site):
    plan = explain(site, "/practitioners?q=张 离婚", "practitioner_token t")
    found = {row["table"]: row for row in plan if row["table"]}
    assert found["w"]["key"] == "practitioner_token_practitioner", plan
    assert found["t"]["key"] == "PRIMARY", plan


@pytest.mark.parametrize(
    "path,table",
    [("/practitioners", "practitioner_place"), ("/organizations", "organization_place")],
)
def test_the_neighborhood_is_a_range_of_bands(site, path, table):
    plan = explain(site, path + "?near=120.65,28.01&radius=20", table + " l")
    place = next(row for row in plan if row["table"] == "l")
    assert place["key"] == "PRIMARY" and place["type"] == "range", plan


@pytest.mark.parametrize(
    "path",
    [
        "/organizations",
        "/organizations?type=law_firm&region=330300",
        "/organizations?area=labor&region=330300",
    ],
)
def test_organizations_are_read_in_order(site, path):
    plan = explain(site, path, "organization_listing l ")
    assert plan[0]["table"] == "l" and plan[0]["key"] == "PRIMARY", plan
    assert not [row for row in plan if "filesort" in row["Extra"]]


def test_suggestions_are_ranges_of_keys(site):
    plan = explain(site, "/suggest?q=zh", "suggestion")
    arms = [row for row in plan if row["table"] == "suggestion"]
    assert len(arms) == 7 and {row["key"] for row in arms} == {"PRIMARY"}, plan
    assert {row["type"] for row in arms} == {"range"}, plan
    assert not [row for row in arms if "filesort" in row["Extra"]], plan


@pytest.mark.parametrize("kind", ["practitioner", "organization"])
def test_one_entry_is_one_row(site, kind):
    answer = site.client.get(f"/api/v1/{kind}s")
    one = answer.json()["items"][0]["id"]
    plan = explain(site, f"/{kind}s/{one}", f"{kind}_detail")
    assert [row["type"] for row in plan] == ["const"], plan
