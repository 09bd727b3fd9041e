"""`make backup` and `make restore`: equal tables, nothing torn apart, nothing overwritten."""

import gzip
import json
import os
import subprocess
import uuid

import pymysql
import pytest

from api.directory_world import World
from harness.database import Database, PASSWORD
from harness.process import TOP, wait_for
from harness.stack import BUILD
from harness.traffic import Traffic
from plugin import notes

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("DATABASE")), reason="restores into a server of its own"
)


def make(target, database=None, **variables):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
    if database:
        environment["LEGALNET_DATABASE"] = database.url
    return subprocess.run(
        ["make", "--no-print-directory", target, *[f"{k}={v}" for k, v in variables.items()]],
        cwd=TOP,
        env=environment,
        capture_output=True,
        text=True,
    )


def backup(stack, folder, name="backup.sql.gz"):
    file = folder / name
    result = make("backup", stack.database, VAR=folder / "var", FILE=file)
    assert result.returncode == 0, result.stdout + result.stderr
    return file


def restore(database, folder, file):
    return make("restore", database, VAR=folder / "var", FILE=file)


def write(number):
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    return "POST", "/api/v1/notes", headers, json.dumps({"title": f"n{number} 律'\\"}).encode()


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory, tool):
    """Something in every table that a running instance fills."""
    stack = module_stack_factory(ready=False, workers=2, **notes.settings())
    World(stack.database, tool, seed=11, organizations=30, practitioners=120)
    notes.install(stack)
    with Traffic(stack.port, 4, write) as traffic:
        traffic.more(50)
    assert set(traffic.statuses()) == {201}
    return stack


@pytest.fixture
def empty():
    """A server whose schema has no table."""
    database = Database()
    connection = pymysql.connect(unix_socket=str(database.socket), user="root", autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE legalnet")
        cursor.execute("CREATE DATABASE legalnet CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    connection.close()
    yield database
    database.close()


def tables(database):
    return [list(row.values())[0] for row in database.sql("SHOW TABLES")]


def content(database):
    """Each table's definition and rows, in the order of all its columns."""
    found = {}
    for table in tables(database):
        definition = list(database.sql(f"SHOW CREATE TABLE `{table}`")[0].values())[1]
        rows = [tuple(row.values()) for row in database.sql(f"SELECT * FROM `{table}`")]
        found[table] = definition, sorted(rows, key=repr)
    return found


def orphans(database):
    """Foreign keys with children whose parent is not there."""
    keys = database.sql(
        "SELECT table_name AS child, column_name AS has, referenced_table_name AS parent,"
        "       referenced_column_name AS wants"
        "  FROM information_schema.key_column_usage"
        " WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL"
    )
    return [
        key
        for key in keys
        if database.sql(
            f"SELECT 1 FROM `{key['child']}` c LEFT JOIN `{key['parent']}` p"
            f" ON p.`{key['wants']}` = c.`{key['has']}`"
            f" WHERE c.`{key['has']}` IS NOT NULL AND p.`{key['wants']}` IS NULL LIMIT 1"
        )
    ]


def test_every_table_is_equal_afterwards(stack, folder, empty):
    sealed = "SELECT id FROM audit_event WHERE sealed_seq IS NULL"
    wait_for(lambda: not stack.sql(sealed), "sealed trail")
    stack.stop()  # its jobs would go on
    try:
        before = content(stack.database)
        file = backup(stack, folder)
        assert file.stat().st_mode & 0o077 == 0
        result = restore(empty, folder, file)
        assert result.returncode == 0, result.stdout + result.stderr
        after = content(empty)
    finally:
        stack.start()
    assert list(after) == list(before)
    for table, (definition, rows) in before.items():
        assert after[table] == (definition, rows), table
    filled = {table for table, (_, rows) in before.items() if rows}
    assert filled > {"note", "audit_event", "audit_seal", "practitioner", "organization_token"}

    said = subprocess.run(
        [
            *[BUILD / "legalnet", "audit", "verify", "--database", empty.url.replace(f":{PASSWORD}", "")],
            *["--password-file", stack.directory / "keys/database_password"],
            *["--key-file", stack.directory / "keys/legalnet.key"],
        ],
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout + said.stderr


def test_a_backup_under_writes_is_one_moment(stack, folder, empty):
    """A note, its audit row and its change are one transaction: all of it, or nothing."""
    with Traffic(stack.port, 8, write) as traffic:
        traffic.more(50)
        began = len(traffic.answers)
        file = backup(stack, folder)
        assert len(traffic.answers) > began, "nothing was written meanwhile"
        traffic.more(20)
    assert set(traffic.statuses()) == {201}
    assert restore(empty, folder, file).returncode == 0
    ids = {str(uuid.UUID(bytes=row["id"])) for row in empty.sql("SELECT id FROM note")}
    written = empty.sql("SELECT subject_id AS id FROM audit_event WHERE action LIKE 'POST %'")
    changed = empty.sql("SELECT subject AS id FROM change_event WHERE topic = 'note'")
    assert ids == {row["id"] for row in written}
    assert ids == {row["id"] for row in changed if row["id"] != "*"}
    assert 100 <= len(ids) < len(stack.sql("SELECT id FROM note"))
    assert orphans(empty) == []


def test_what_is_restored_serves(stack, folder, empty, stack_factory):
    assert restore(empty, folder, backup(stack, folder)).returncode == 0
    second = stack_factory(database=empty, **notes.settings())
    path = "/api/v1/practitioners?limit=100"
    assert second.get(path).json() == stack.get(path).json()
    made = notes.note(second, "after")
    assert second.get(f"/api/v1/notes/{made['id']}").json()["title"] == "after"


def test_a_database_with_tables_is_left_alone(stack, folder):
    file = backup(stack, folder)
    before = len(tables(stack.database))
    result = restore(stack.database, folder, file)
    assert result.returncode != 0
    assert f"holds {before} tables" in result.stderr
    assert stack.get("/api/v1/practitioners").json()["items"]


def spoil(file, kind):
    whole = file.read_bytes()
    text = gzip.decompress(whole)
    lines = text.split(b"\n")
    spoilt = {
        "cut": whole[: len(whole) // 2],
        "ends early": gzip.compress(b"\n".join(lines[: len(lines) // 2])),
        "no backup": gzip.compress(b"\n".join(lines[2:])),
        "does not know": gzip.compress(text.replace(b"-- migrations: ", b"-- migrations: 0999 ", 1)),
        "not gzip": b"CREATE TABLE x (id INT);\n",
    }
    file.write_bytes(spoilt[kind])


@pytest.mark.parametrize(
    "kind, said",
    [
        ("cut", "is damaged"),
        ("ends early", "ends early"),
        ("no backup", "is no backup of legalnet"),
        ("does not know", "migration 0999, which these sources do not know"),
        ("not gzip", "is damaged"),
    ],
)
def test_nothing_is_written_from_a_file_that_is_not_whole(stack, folder, empty, kind, said):
    file = backup(stack, folder)
    spoil(file, kind)
    result = restore(empty, folder, file)
    assert result.returncode != 0
    assert said in result.stderr
    assert tables(empty) == []


def test_a_backup_is_never_overwritten_and_never_half(stack, folder, tmp_path):
    file = backup(stack, folder)
    kept = file.read_bytes()
    again = make("backup", stack.database, VAR=folder / "var", FILE=file)
    assert again.returncode != 0 and "is there already" in again.stderr
    assert file.read_bytes() == kept
    # a server that goes away in the middle
    relay = f"mysql://legalnet_admin:{PASSWORD}@localhost/legalnet?socket={tmp_path}/none"
    environment = {**os.environ, "LEGALNET_DATABASE": relay, "VAR": str(folder / "var")}
    result = subprocess.run(
        ["conf/bin/backup.sh", folder / "other.sql.gz"],
        cwd=TOP,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode != 0
    assert not list(folder.glob("other*"))


def test_a_dump_that_breaks_off_leaves_no_file(stack, folder):
    """Its last table cannot be read: what was written before it is not a backup."""
    stack.sql("CREATE TABLE zz_last (id BIGINT PRIMARY KEY) ENGINE=InnoDB")
    data = stack.database.directory / "legalnet/zz_last.ibd"
    stack.sql("FLUSH TABLES")
    try:
        stack.sql("ALTER TABLE zz_last DISCARD TABLESPACE")
        file = folder / "broken.sql.gz"
        result = make("backup", stack.database, VAR=folder / "var", FILE=file)
        assert result.returncode != 0, result.stdout
        assert not list(folder.glob("broken*")) and not data.exists()
    finally:
        stack.sql("DROP TABLE zz_last")


def test_a_server_elsewhere_is_reached_by_tls_and_checked(folder, tool):
    """By migrations/client.sh, which backups, restores and loads use, and by the program."""
    database = Database(tls=True)
    try:
        url = f"mysql://legalnet_admin:{PASSWORD}@{database.hosts()[0]}/legalnet"

        def cipher(address):
            return subprocess.run(
                [TOP / "migrations/client.sh", "-N", "-e", "SHOW SESSION STATUS LIKE 'Ssl_cipher'"],
                env={**os.environ, "LEGALNET_DATABASE": address},
                capture_output=True,
                text=True,
            )

        good = cipher(f"{url}?tls_ca={database.tls.ca}")
        assert good.returncode == 0, good.stderr
        assert good.stdout.split()[1:], "the session is not encrypted"
        other = folder / "other.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
            + ["-nodes", "-days", "2", "-subj", "/CN=other", "-keyout", os.devnull, "-out", other],
            check=True,
            capture_output=True,
        )
        for authority, status, said in (database.tls.ca, 0, ""), (other, 3, "does not answer"):
            result = subprocess.run(
                [tool, "reindex"],
                env={**os.environ, "LEGALNET_DATABASE": f"{url}?tls_ca={authority}"},
                capture_output=True,
                text=True,
            )
            assert result.returncode == status and said in result.stderr, result.stderr
        bad = cipher(f"{url}?tls_ca={other}")
        assert bad.returncode == 1 and "certificate" in bad.stderr.lower(), bad.stderr
        assert cipher(f"{url}?colour=red").returncode == 2
    finally:
        database.close()
