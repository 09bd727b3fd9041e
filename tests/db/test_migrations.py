"""Migrations: from nothing, twice, back, by hand, changed and broken."""

import os
import shutil
import subprocess

import pytest

from db.schema import MIGRATIONS, NODE_PATH, SQL_FILES, dbmate, statements, tables, up_and_down, url
from harness.process import TOP


def sums(directory, word="check"):
    return subprocess.run([directory / "sums.sh", word], capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path):
    """A checkout's migrations and the scripts that apply them, to be spoiled."""
    for part in ("conf/bin", "migrations"):
        shutil.copytree(TOP / part, tmp_path / part)
    (tmp_path / "node_modules").symlink_to(TOP / "node_modules")
    return tmp_path


def make_migrate(checkout, database):
    return subprocess.run(
        [checkout / "conf/bin/migrate.sh", "up"],
        env={**os.environ, "DATABASE_URL": url(database), "PATH": NODE_PATH, "VAR": "var"},
        capture_output=True,
        text=True,
    )


def structure(database):
    return database.sql(
        "SELECT table_name AS t, column_name AS c, ordinal_position AS n, column_type AS y,"
        "       is_nullable AS o, column_default AS d, collation_name AS l"
        "  FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND table_name <> 'schema_migrations'"
        " ORDER BY 1, 3"
    )


def test_numbers_are_unique_and_files_are_named_after_what_they_make():
    numbers = [path.name[:4] for path in SQL_FILES]
    assert len(numbers) == len(set(numbers))
    for path in SQL_FILES:
        up, _ = up_and_down(path)
        name = path.stem[5:]
        if up.startswith("CREATE TABLE"):
            assert up.startswith(f"CREATE TABLE {name} ("), path.name


def test_one_ddl_statement_a_file():
    for path in SQL_FILES:
        up, down = (statements(part) for part in up_and_down(path))
        assert up and down, path.name
        kinds = {text.split()[0] for text in up}
        if kinds & {"CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE"}:
            assert len(up) == 1, path.name


def test_applied_twice_and_taken_back(database):
    before = structure(database)
    again = dbmate(url(database), "migrate")
    assert again.returncode == 0 and "Applied" not in again.stdout, again

    for path in reversed(SQL_FILES):
        back = dbmate(url(database), "rollback")
        assert back.returncode == 0, f"{path.name}: {back.stderr}"
    assert set(tables(database)) == {"schema_migrations"}

    forth = dbmate(url(database), "migrate")
    assert forth.returncode == 0, forth.stderr
    assert structure(database) == before


def test_by_hand_gives_the_same(database):
    """Any DBA may run the upper parts himself."""
    before = structure(database)
    for path in reversed(SQL_FILES):
        for text in statements(up_and_down(path)[1]):
            database.sql(text)
    assert set(tables(database)) == {"schema_migrations"}
    for path in SQL_FILES:
        for text in statements(up_and_down(path)[0]):
            database.sql(text)
    assert structure(database) == before


def test_checksums_are_those_of_the_files():
    result = sums(MIGRATIONS)
    assert result.returncode == 0, result.stderr


def test_a_changed_migration_is_named(copy):
    victim = copy / "migrations" / SQL_FILES[3].name
    victim.write_text(victim.read_text() + "\n")
    result = sums(copy / "migrations")
    assert result.returncode == 1
    assert victim.name in result.stdout + result.stderr
    assert "never edited" in result.stderr


def test_an_unlisted_and_a_missing_migration_are_noticed(copy):
    extra = copy / "migrations/9998_extra.sql"
    extra.write_text("-- migrate:up\nSELECT 1;\n\n-- migrate:down\nSELECT 1;\n")
    assert sums(copy / "migrations").returncode == 1
    assert sums(copy / "migrations", "write").returncode == 0
    assert sums(copy / "migrations").returncode == 0
    extra.unlink()
    assert sums(copy / "migrations").returncode == 1


def test_a_changed_migration_is_not_applied(copy, database):
    victim = copy / "migrations" / SQL_FILES[0].name
    victim.write_text(victim.read_text() + "\n")
    result = make_migrate(copy, database)
    assert result.returncode != 0
    assert victim.name in result.stdout + result.stderr


def test_a_broken_migration_leaves_a_clear_message(copy, database):
    good, broken = (copy / "migrations" / name for name in ("9997_good.sql", "9998_broken.sql"))
    good.write_text(
        "-- migrate:up\nCREATE TABLE good (\n    id INT NOT NULL,\n    PRIMARY KEY (id)\n);\n\n"
        "-- migrate:down\nDROP TABLE good;\n"
    )
    broken.write_text(
        "-- migrate:up\nALTER TABLE good\n  ADD COLUMN name NONSENSE;\n\n"
        "-- migrate:down\nALTER TABLE good\n DROP COLUMN name;\n"
    )
    sums(copy / "migrations", "write")

    result = make_migrate(copy, database)
    said = result.stdout + result.stderr
    assert result.returncode == 1
    assert "9998_broken.sql" in said and "NONSENSE" in said
    assert "[X] 9997_good.sql" in said and "[ ] 9998_broken.sql" in said
    assert "make migrate again" in said
    assert "good" in tables(database)

    broken.write_text(broken.read_text().replace("NONSENSE", "VARCHAR(8) NULL"))
    sums(copy / "migrations", "write")
    result = make_migrate(copy, database)
    assert result.returncode == 0, result.stdout + result.stderr
    for _ in range(2):
        assert dbmate(url(database), "rollback", directory=copy / "migrations").returncode == 0
    assert "good" not in tables(database)
