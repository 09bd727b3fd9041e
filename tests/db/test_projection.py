"""What search reads, rebuilt by `legalnet reindex` from rows written by hand."""

import datetime
import hashlib
import json
import os
import subprocess

import pytest

from db.schema import run_sql_file, url

PRIVATE = "13900001234"
AWKWARD = "引号\"反斜线\\斜线/\t换行\n\x01表情🙂'单引号'"
PROJECTIONS = [
    f"{kind}_{what}"
    for kind in ("practitioner", "organization")
    for what in ("listing", "detail", "place", "token")
] + ["suggestion"]


class Directory:
    """Regions 100000 > 100100 > 100101 > 100101001 and 200000; rows as a test wants them."""

    def __init__(self, database, tool):
        self.database = database
        self.tool = tool
        self.regions = {}
        parents = {"100000": None, "100100": "100000", "100101": "100100", "100101001": "100101"}
        for level, (code, parent) in enumerate({**parents, "200000": None}.items(), 1):
            database.sql(
                "INSERT INTO region (code, name, full_name, level, parent_id, pinyin, initials)"
                " VALUES (%s, %s, %s, %s, %s, 'a', 'a')",
                *(code, f"区{code}", f"全{code}", level if parent or level == 1 else 1),
                self.regions.get(parent),
            )
            self.regions[code] = self.value("SELECT id FROM region WHERE code = %s", code)
            above, depth = code, 0
            while above:
                database.sql(
                    "INSERT INTO region_closure VALUES (%s, %s, %s)",
                    *(self.regions[above], self.regions[code], depth),
                )
                above, depth = parents.get(above), depth + 1

    def value(self, statement, *values):
        rows = self.database.sql(statement, *values)
        return next(iter(rows[0].values())) if rows else None

    def id_of(self, table, code):
        return self.value(f"SELECT id FROM {table} WHERE code = %s", code)

    def insert(self, table, **row):
        if table in ("organization", "practitioner"):
            now = datetime.datetime(2026, 1, 1)
            row = {"source": "test", "source_key": f"{row['id']}", **row}
            row |= {"created_at": now, "updated_at": now}
        self.database.sql(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
            *row.values(),
        )

    def reindex(self):
        result = subprocess.run(
            [self.tool, "reindex"],
            env={**os.environ, "LEGALNET_DATABASE": url(self.database)},
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr

    def keys(self, table, thing):
        ids = {table: f"{table}_id"}
        kind = "kind_id" if table == "practitioner" else "type_id"
        return {
            (row["k"], row["a"], row["r"])
            for row in self.database.sql(
                f"SELECT {kind} AS k, area_id AS a, region_id AS r FROM {table}_listing"
                f" WHERE {ids[table]} = %s",
                thing,
            )
        }

    def doc(self, table, what, thing):
        text = self.value(f"SELECT {what} FROM {table}_detail WHERE {table}_id = %s", thing)
        return text and json.loads(text)


@pytest.fixture(scope="module")
def directory(database, built):
    found = Directory(database, built / "legalnet")
    today = found.value("SELECT DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR)")
    day = datetime.timedelta(days=1)
    lawyer, mediator, notary = (
        found.id_of("qualification_kind", code) for code in ("lawyer", "mediator", "notary")
    )
    insert = found.insert
    insert("organization", id=1, name=AWKWARD, region_id=found.regions["100101001"],
           address="路1号", longitude=120.5, latitude=28.07, location_quality="demo",
           phone=PRIVATE, phone_private=1,
           opening_hours='[{"days":[1],"opens":"09:00","closes":"12:00"}]')  # fmt: skip
    town = found.id_of("organization_type", "mediation_town")
    insert("organization_hat", organization_id=1, type_id=town)
    insert("organization_area", organization_id=1, area_id=found.id_of("practice_area", "divorce"))
    elsewhere = found.regions["200000"]
    insert("outreach_place", organization_id=1, region_id=elsewhere, name="点" + AWKWARD)
    insert("organization", id=2, name="已关", region_id=found.regions["100101"], status="closed")

    insert("practitioner", id=1, name=AWKWARD, sex="female", organization_id=1, phone=PRIVATE,
           region_id=found.regions["100101001"], legal_aid=1, introduction=AWKWARD,
           practicing_since=datetime.date(2001, 2, 3))  # fmt: skip
    insert("practitioner_area", practitioner_id=1, area_id=found.id_of("practice_area", "divorce"))
    insert("practitioner_language", practitioner_id=1, language_id=found.id_of("language", "ii"))
    insert("practitioner_region", practitioner_id=1, region_id=found.regions["200000"])
    insert("qualification", practitioner_id=1, kind_id=notary, status="cancelled", source="test")
    insert("qualification", practitioner_id=1, kind_id=lawyer, source="test",
           licence_number="11100200110000001", valid_from=today, valid_to=today)  # fmt: skip
    insert("qualification", practitioner_id=1, kind_id=mediator, source="test",
           valid_from=today + day)  # fmt: skip

    insert("practitioner", id=2, name="过期", region_id=found.regions["100101"])
    insert("qualification", practitioner_id=2, kind_id=lawyer, source="test", valid_to=today - day)
    insert("practitioner", id=3, name="停用", region_id=found.regions["100101"], status="inactive")
    insert("qualification", practitioner_id=3, kind_id=lawyer, source="test")
    found.lawyer, found.today = lawyer, today
    found.reindex()
    return found


def test_a_practitioner_is_listed_under_everything_that_holds_him(directory):
    regions = {0, *directory.regions.values()}
    divorce, family = (directory.id_of("practice_area", c) for c in ("divorce", "family"))
    keys = {(0, 0), (0, divorce), (0, family), (directory.lawyer, 0)}
    assert directory.keys("practitioner", 1) == {(k, a, r) for k, a in keys for r in regions}


def test_an_organization_is_listed_under_its_hats_and_their_parents(directory):
    regions = {0, *(id for code, id in directory.regions.items() if code != "200000")}
    hats = ("mediation_town", "mediation_committee")
    types = [directory.id_of("organization_type", c) for c in hats]
    areas = [directory.id_of("practice_area", c) for c in ("divorce", "family")]
    keys = {(0, 0), *((t, 0) for t in types), *((0, a) for a in areas)}
    assert directory.keys("organization", 1) == {(k, a, r) for k, a in keys for r in regions}


def test_the_item_holds_what_is_current(directory):
    assert directory.doc("practitioner", "item", 1) == {
        "id": "1",
        "name": AWKWARD,
        "sex": "female",
        "organization": {"id": "1", "name": AWKWARD},
        "region": {"code": "100101001", "full_name": "全100101001"},
        "qualifications": [{"kind": "lawyer", "kind_name": "律师", "status": "active"}],
        "areas": [{"code": "divorce", "name": "离婚"}],
        "languages": [{"code": "ii", "name": "彝语"}],
        "legal_aid": True,
    }


def test_the_record_keeps_history(directory):
    doc = directory.doc("practitioner", "doc", 1)
    assert [(q["kind"], q["status"], q["current"]) for q in doc["qualifications"]] == [
        ("lawyer", "active", True),
        ("notary", "cancelled", False),
        ("mediator", "active", False),
    ]
    assert doc["qualifications"][0]["licence_number"] == "11100200110000001"
    assert doc["phone"] == "139****1234"
    assert doc["introduction"] == AWKWARD
    assert doc["practicing_since"] == "2001-02-03"
    assert [region["code"] for region in doc["regions_served"]] == ["200000"]
    home = doc["organization"]
    assert home["phone"] == "139****1234" and home["opening_hours"][0]["opens"] == "09:00"
    assert (home["longitude"], home["latitude"]) == (120.5, 28.07)


def test_the_organization_s_record(directory):
    doc = directory.doc("organization", "doc", 1)
    assert doc["name"] == AWKWARD and doc["practitioner_count"] == 1
    assert doc["languages"] == [{"code": "ii", "name": "彝语"}]
    assert doc["outreach_places"][0]["name"] == "点" + AWKWARD
    assert doc["uscc"] is None and doc["established_on"] is None
    assert doc["types"] == [{"code": "mediation_town", "name": "乡镇（街道）人民调解委员会"}]


def test_who_is_not_current_is_not_found_but_can_be_read(directory):
    assert directory.keys("practitioner", 2) == set()
    assert directory.doc("practitioner", "doc", 2)["qualifications"][0]["current"] is False
    assert directory.doc("practitioner", "item", 2) is None
    assert directory.keys("practitioner", 3) == set()
    assert directory.doc("practitioner", "doc", 3) is None
    assert directory.keys("organization", 2) == set()
    assert directory.doc("organization", "doc", 2)["status"] == "closed"


def test_no_private_number_stands_in_any_projection(directory):
    for table in PROJECTIONS:
        for row in directory.database.sql(f"SELECT * FROM {table}"):
            assert PRIVATE not in json.dumps(row, default=str), table


def test_the_place_is_that_of_the_organization(directory):
    rows = directory.database.sql("SELECT * FROM practitioner_place WHERE practitioner_id = 1")
    assert {(row["latitude_band"], row["longitude"], row["latitude"]) for row in rows} == {
        (561, 120.5, 28.07)
    }
    assert len(rows) == 3


def test_rank_is_the_published_rule(directory):
    for table in ("practitioner", "organization"):
        ranks = f"SELECT id, rank_order, ranked_on FROM {table} WHERE id = 1"
        for row in directory.database.sql(ranks):
            digest = hashlib.sha256(f"{row['ranked_on']}:{row['id']}".encode()).hexdigest()
            assert 0 <= (directory.today - row["ranked_on"]).days < 7
            assert row["rank_order"] == int(digest[:6], 16)


def contents(database):
    return {
        table: sorted(json.dumps(row, default=str, sort_keys=True)
                      for row in database.sql(f"SELECT * FROM {table}"))
        for table in PROJECTIONS
    }  # fmt: skip


def test_rebuilding_gives_the_same(directory):
    before = contents(directory.database)
    directory.reindex()
    assert contents(directory.database) == before


def test_what_stands_there_wrongly_goes_away(directory):
    before = contents(directory.database)
    directory.database.sql(
        "INSERT INTO practitioner_listing (kind_id, area_id, region_id, rank_order,"
        " practitioner_id, kind_mask, language_mask, legal_aid, practicing_since)"
        " VALUES (0, 0, 0, 1, 2, 2, 2, 0, '2000-01-01')"
    )
    directory.database.sql("DELETE FROM practitioner_token WHERE practitioner_id = 1")
    directory.reindex()
    assert contents(directory.database) == before


def test_a_change_arrives(directory):
    directory.database.sql(
        "UPDATE qualification SET status = 'suspended' WHERE practitioner_id = 1"
    )
    directory.reindex()
    assert directory.keys("practitioner", 1) == set()
    for table in ("practitioner_place", "practitioner_token"):
        assert not directory.database.sql(f"SELECT 1 FROM {table} WHERE practitioner_id = 1")
    assert not directory.database.sql(
        "SELECT 1 FROM suggestion WHERE kind = 'practitioner' AND ref = '1'"
    )
