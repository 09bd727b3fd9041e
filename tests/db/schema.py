"""What the database tests share: the migrations as files, and ways to run them."""

import os
import pathlib
import subprocess

from harness.database import ExistingDatabase, PASSWORD
from harness.process import TOP

MIGRATIONS = TOP / "migrations"
SQL_FILES = sorted(MIGRATIONS.glob("[0-9]*.sql"))
NODE_PATH = f"{TOP}/node_modules/.bin:/usr/bin:/bin:/usr/sbin"


def up_and_down(path):
    """The two parts of a migration."""
    up, down = path.read_text().split("-- migrate:down")
    return up.replace("-- migrate:up", "").strip(), down.strip()


def statements(text):
    return [part.strip() for part in text.split(";\n") if part.strip(" ;\n")]


def url(database, name=None):
    """The address of a database of the harness, for dbmate and legalnet."""
    if isinstance(database, ExistingDatabase):
        return database.url
    return (
        f"mysql://legalnet_admin:{PASSWORD}@localhost/{name or database.name}"
        f"?socket={database.socket}"
    )


def dbmate(address, *arguments, directory=MIGRATIONS):
    return subprocess.run(
        ["dbmate", "--no-dump-schema", "--migrations-dir", directory, *arguments],
        env={**os.environ, "DATABASE_URL": address, "PATH": NODE_PATH},
        capture_output=True,
        text=True,
    )


def run_sql_file(database, path):
    """As a DBA would: the client reads the file."""
    with path.open("rb") as file:
        result = subprocess.run(
            [MIGRATIONS / "client.sh"],
            stdin=file,
            env={**os.environ, "LEGALNET_DATABASE": url(database)},
            capture_output=True,
            text=True,
        )
    assert result.returncode == 0, result.stderr


def build_regions(directory: pathlib.Path):
    subprocess.run(
        ["node", MIGRATIONS / "regions/build.mjs", directory],
        env={**os.environ, "PATH": NODE_PATH},
        check=True,
        capture_output=True,
    )
    return directory


def tables(database):
    return {
        row["name"]: row
        for row in database.sql(
            "SELECT table_name AS name, engine AS engine, table_collation AS collation,"
            "       table_comment AS comment"
            "  FROM information_schema.tables"
            " WHERE table_schema = DATABASE()"
        )
    }


