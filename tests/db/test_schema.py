"""What every table must have, and reference rows that make sense."""

import re

import pytest

from db.schema import SQL_FILES, tables, up_and_down

CREATES = {
    path.stem[5:]: up_and_down(path)[0]
    for path in SQL_FILES
    if up_and_down(path)[0].startswith("CREATE TABLE")
}


@pytest.mark.parametrize("name", sorted(CREATES))
def test_table_says_everything_itself(name):
    """Nothing may depend on a server's defaults."""
    text = CREATES[name]
    assert "\n    PRIMARY KEY (" in text
    assert ") ENGINE = InnoDB\n  DEFAULT CHARSET = utf8mb4\n  COLLATE = utf8mb4_bin\n" in text
    assert re.search(r"\n  COMMENT = '.{10,}';$", text)
    for line in text.splitlines():
        if re.match(r"    [a-z_]+ [A-Z]", line):
            assert re.search(r" (NOT )?NULL\b", line), f"{name}: {line}"
    assert "DATETIME " not in text, f"{name}: DATETIME without microseconds"


def test_tables_are_as_they_say(database):
    found = tables(database)
    assert set(found) == set(CREATES) | {"schema_migrations"}
    for name in CREATES:
        assert found[name]["engine"] == "InnoDB"
        assert found[name]["collation"] == "utf8mb4_bin"
    other = database.sql(
        "SELECT table_name AS t, column_name AS c"
        "  FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND table_name <> 'schema_migrations'"
        "   AND collation_name IS NOT NULL AND collation_name <> 'utf8mb4_bin'"
    )
    assert other == []


@pytest.mark.parametrize("table", ["practice_area", "organization_type"])
def test_a_taxonomy_has_two_levels(database, table):
    rows = database.sql(f"SELECT * FROM {table}")
    by_id = {row["id"]: row for row in rows}
    assert len({row["code"] for row in rows}) == len(rows)
    assert len({row["name"] for row in rows}) == len(rows)
    assert len({(row["parent_id"], row["position"]) for row in rows}) == len(rows)
    for row in rows:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", row["code"]), row["code"]
        if row["parent_id"] is not None:
            assert by_id[row["parent_id"]]["parent_id"] is None


def test_practice_areas_are_said_in_everyday_words(database):
    rows = database.sql("SELECT * FROM practice_area")
    assert sum(row["parent_id"] is None for row in rows) == 12
    assert len(rows) >= 12 + 45
    for row in rows:
        assert len(row["plain"].split(" ")) >= 3, row["name"]
        assert row["name"] not in row["plain"].split(" ") or row["parent_id"], row["name"]


def test_every_type_that_the_papers_name_is_there(database):
    names = {row["name"] for row in database.sql("SELECT name FROM organization_type")}
    assert names >= {
        *("律师事务所", "基层法律服务所", "公证机构", "司法鉴定机构", "仲裁委员会", "人民调解委员会"),
        *("法律援助机构", "司法所", "律师调解工作室", "个人调解室", "评理说事点", "行政复议代收点"),
        *("公共法律服务中心", "公共法律服务工作站", "公共法律服务工作室", "人民调解中心"),
    }


def test_kinds_and_languages_fit_their_masks(database):
    for table in ("qualification_kind", "language"):
        rows = database.sql(f"SELECT * FROM {table}")
        assert all(1 <= row["id"] <= 63 for row in rows)
        assert len({row["code"] for row in rows}) == len(rows)
    codes = {row["code"]: row["name"] for row in database.sql("SELECT code, name FROM language")}
    assert codes["ii"] == "彝语" and codes["wuu-x-wenzhou"] == "温州话"
    for code in codes:
        assert re.fullmatch(r"[a-z]{2,3}(-x-[a-z]{1,8})?", code), code


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO language (id, code, name, position) VALUES (64, 'xx', 'x', 1)",
        "INSERT INTO import_run (kind, source, file_name, file_sha256, started_at, status)"
        " VALUES ('organizations', 's', 'f', '', UTC_TIMESTAMP(6), 'strange')",
        "INSERT INTO region (code, name, full_name, level, pinyin, initials)"
        " VALUES ('1', 'x', 'x', 6, '', '')",
    ],
)
def test_checks_hold(database, statement):
    with pytest.raises(Exception) as refusal:
        database.sql(statement)
    assert refusal.value.args[0] in (4025, 3819)
