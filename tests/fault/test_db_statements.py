"""Prepared statements: kept, forgotten by the server, too many, changed under our feet."""

import pymysql
import pytest

from fault.outage import ask, metric, until_well
from plugin import notes

LANES = "lane read connections=1;"


def nap(seconds):
    return f"/api/v1/note-naps?seconds={seconds}"


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(ready=False, lanes=LANES, **notes.settings())
    notes.install(stack)
    until_well(stack, nap(0), 20)
    return stack


def status(stack, name):
    return int(stack.sql(f"SHOW GLOBAL STATUS LIKE '{name}'")[0]["Value"])


def test_a_statement_is_prepared_once_a_connection(stack):
    assert ask(stack, nap(0)).status == 200
    before = metric(stack, "legalnet_db_prepares_total", lane="read")
    for _ in range(20):
        assert ask(stack, nap(0)).status == 200
    assert metric(stack, "legalnet_db_prepares_total", lane="read") == before


def test_a_table_that_changes_is_no_trouble(stack):
    """A migration adds a column and widens another while statements stay prepared."""
    note = notes.note(stack, title="before")
    assert ask(stack, "/api/v1/notes").status == 200
    stack.sql("ALTER TABLE note ADD COLUMN remark VARCHAR(20) NULL")
    stack.sql("ALTER TABLE note MODIFY title VARCHAR(120) NOT NULL")
    answer = stack.get("/api/v1/notes")
    assert answer.status_code == 200
    assert note["id"] in {item["id"] for item in answer.json()["items"]}
    assert notes.note(stack, title="after")["title"] == "after"


def limit(stack, count):
    """What only the server's own administrator may set."""
    connection = pymysql.connect(unix_socket=str(stack.database.socket), user="root")
    with connection.cursor() as cursor:
        cursor.execute(f"SET GLOBAL max_prepared_stmt_count = {count}")
    connection.close()


@pytest.mark.kills_database
def test_too_many_statements_of_all_sessions_make_room(stack):
    """1461: half of the connection's own statements go, and the new one is prepared."""
    for path in (nap(0), "/api/v1/notes", "/api/v1/notes?color=red"):
        assert ask(stack, path).status == 200
    limit(stack, status(stack, "Prepared_stmt_count"))
    try:
        assert ask(stack, "/api/v1/note-kinds").status == 200
        for path in (nap(0), "/api/v1/notes", "/api/v1/notes?color=red", "/api/v1/note-kinds"):
            assert ask(stack, path).status == 200, path
    finally:
        limit(stack, 16382)
