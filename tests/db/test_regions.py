"""The administrative divisions: made from packages, loaded twice, closed over their parents."""

import collections
import csv

import pytest

from db.schema import build_regions, run_sql_file


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return build_regions(tmp_path_factory.mktemp("regions"))


@pytest.fixture(scope="module")
def rows(made):
    with open(made / "regions.tsv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def loaded(made, database):
    run_sql_file(database, made / "regions.sql")
    return database


def test_making_is_deterministic(made, tmp_path):
    again = build_regions(tmp_path)
    for name in ("regions.tsv", "regions.sql"):
        assert (made / name).read_bytes() == (again / name).read_bytes()


def test_levels_codes_and_parents(rows):
    by_code = {row["code"]: row for row in rows}
    assert len(by_code) == len(rows)
    widths = {"1": 6, "2": 6, "3": 6, "4": 9, "5": 12}
    counts = collections.Counter(row["level"] for row in rows)
    assert counts["1"] == 34 and counts["2"] > 330 and counts["3"] > 2800 and counts["4"] > 38000
    for row in rows:
        assert row["code"].isdigit() and len(row["code"]) == widths[row["level"]]
        assert row["name"] and row["pinyin"].isascii() and row["pinyin"].islower()
        if row["level"] == "1":
            assert row["parent_code"] == ""
        else:
            parent = by_code[row["parent_code"]]
            assert int(parent["level"]) == int(row["level"]) - 1
            prefix = parent["code"].rstrip("0") if int(row["level"]) <= 3 else parent["code"]
            assert row["code"].startswith(prefix)


def test_villages_are_there_for_the_five_places_only(rows):
    villages = collections.Counter(row["code"][:4] for row in rows if row["level"] == "5")
    assert set(villages) == {"2101", "3303", "3406", "5111", "2310"}
    # 乐山's paper of 2021 speaks of 1,370 villages and communities, 沈阳's of 2,460.
    assert 1300 < villages["5111"] < 1450
    assert 2400 < villages["2101"] < 2900
    assert all(row["code"].startswith("231002") for row in rows if row["code"][:4] == "2310"
               and row["level"] == "5")  # fmt: skip


@pytest.mark.parametrize(
    "code,full_name,pinyin,initials",
    [
        ("110101", "北京市东城区", "dongchengqu", "dcq"),
        ("330302", "浙江省温州市鹿城区", "luchengqu", "lcq"),
        ("511100", "四川省乐山市", "leshanshi", "lss"),
        ("500000", "重庆市", "chongqingshi", "cqs"),
        ("330522", "浙江省湖州市长兴县", "changxingxian", "cxx"),
        ("231002001001", "黑龙江省牡丹江市东安区新安街道柴市社区", "chaishishequ", "cssq"),
    ],
)
def test_full_names_and_readings(rows, code, full_name, pinyin, initials):
    row = next(row for row in rows if row["code"] == code)
    assert (row["full_name"], row["pinyin"], row["initials"]) == (full_name, pinyin, initials)


def content(database):
    regions = database.sql(
        "SELECT r.code, r.name, r.full_name, r.level, p.code AS parent"
        "  FROM region r LEFT JOIN region p ON p.id = r.parent_id ORDER BY r.code"
    )
    codes = {row["id"]: row["code"] for row in database.sql("SELECT id, code FROM region")}
    closure = {
        (codes[row["ancestor_id"]], codes[row["descendant_id"]], row["depth"])
        for row in database.sql("SELECT ancestor_id, descendant_id, depth FROM region_closure")
    }
    return regions, closure


def test_the_database_holds_them_with_their_closure(loaded, rows):
    regions, closure = content(loaded)
    assert len(regions) == len(rows)
    parents = {row["code"]: row["parent_code"] for row in rows}
    wanted = set()
    for code in parents:
        ancestor, depth = code, 0
        while ancestor:
            wanted.add((ancestor, code, depth))
            ancestor, depth = parents[ancestor], depth + 1
    assert closure == wanted


def test_loading_again_changes_nothing_and_renews_names(loaded, made):
    before = content(loaded)
    loaded.sql("UPDATE region SET name = 'old' WHERE code = '330302'")
    run_sql_file(loaded, made / "regions.sql")
    assert content(loaded) == before


def test_caches_are_told(loaded):
    assert loaded.sql("SELECT 1 FROM change_event WHERE topic = 'region' AND subject = '*'")
