"""The audit trail: every write in it, sealed in time, and nothing taken away unnoticed."""

import concurrent.futures
import datetime
import hashlib
import hmac
import os
import subprocess
import time
import uuid

import pytest

from harness.process import SLACK, wait_for
from harness.stack import BUILD
from plugin import notes

ACCOUNT = "ab" * 16
LATE = 2.0  # seconds until a committed row is sealed
KEY_FILE = b"k" * 64  # what a Stack writes
LEGALNET = BUILD / "legalnet"
COLUMNS = ("account_id", "action", "subject_type", "subject_id", "request_id", "detail")


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(ready=False, workers=2, **notes.settings())
    notes.install(stack)
    serves(stack)
    return stack


def serves(stack):
    well = lambda: all(stack.get("/api/v1/notes").status_code == 200 for _ in range(8))
    wait_for(well, "answers of every worker")


@pytest.fixture
def trail(stack):
    """Three seals, the second of several events; what a test breaks is mended after it."""
    for count in (1, 5, 2):
        with concurrent.futures.ThreadPoolExecutor(count) as pool:
            list(pool.map(lambda n: notes.note(stack, str(n)), range(count)))
        sealed(stack)
    assert verify(stack)[0] == 0
    saved = {table: stack.sql(f"SELECT * FROM {table}") for table in ("audit_event", "audit_seal")}
    yield stack
    for table, rows in saved.items():
        stack.sql(f"DELETE FROM {table}")
        names = list(rows[0])
        places = ", ".join(["%s"] * len(names))
        stack.sql_many(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})",
            [tuple(row.values()) for row in rows],
        )
    assert verify(stack)[0] == 0


def sealed(stack):
    open_rows = lambda: stack.sql("SELECT COUNT(*) AS n FROM audit_event WHERE sealed_seq IS NULL")
    wait_for(lambda: open_rows()[0]["n"] == 0, "sealed rows", pause=0.05)


def events(stack):
    return stack.sql("SELECT * FROM audit_event ORDER BY id")


def seals(stack):
    return stack.sql("SELECT * FROM audit_seal ORDER BY seq")


def verify(stack, *options, key=None):
    """legalnet audit verify; (exit status, what it said)."""
    database = stack.database
    socket = f"?socket={database.socket}" if database.private else ""
    host = "localhost" if database.private else f"{database.host}:{database.port}"
    password = stack.directory / "keys/database_password"
    run = subprocess.run(
        [
            *[LEGALNET, "audit", "verify", "--password-file", password],
            *["--database", f"mysql://{database.user}@{host}/{database.name}{socket}"],
            *["--key-file", key or stack.directory / "keys/legalnet.key", *options],
        ],
        capture_output=True,
        text=True,
    )
    return run.returncode, run.stdout + run.stderr


def dashed(row_id):
    return str(uuid.UUID(bytes=row_id))


# A second implementation of what modules/core/ln_audit_chain.h says


def derived(purpose):
    prk = hmac.digest(b"legalnet".ljust(32, b"\0"), KEY_FILE, "sha256")
    return hmac.digest(prk, purpose + b"\1", "sha256")


def column(value):
    if value is None:
        return b"\0"
    data = value if isinstance(value, bytes) else str(value).encode()
    return b"\1" + len(data).to_bytes(4, "big") + data


def at(row):
    return row["at"].strftime("%Y-%m-%d %H:%M:%S.%f")


def mac(row):
    fields = [row["id"], at(row), *[row[name] for name in COLUMNS]]
    text = b"legalnet-audit-1" + b"".join(column(field) for field in fields)
    return hmac.digest(derived(b"audit"), text, "sha256")


def seal_hash(algorithm, previous, seal, rows):
    content = b"legalnet-seal-1" + previous + seal["seq"].to_bytes(8, "big")
    content += b"".join(row["id"] + row["mac"] for row in rows)
    content += len(rows).to_bytes(4, "big") + at(seal).encode()
    return hashlib.new(algorithm, content).digest()


# What is written


def test_a_write_says_who_did_what(stack):
    now = lambda: stack.sql("SELECT UTC_TIMESTAMP(6) AS now")[0]["now"]
    before, began = {row["id"] for row in events(stack)}, now()
    answer = stack.post(
        "/api/v1/me/notes",
        json={"title": "mine"},
        headers={**notes.key(), "X-Test-Account": ACCOUNT},
    )
    assert answer.status_code == 201, answer.text
    (row,) = [row for row in events(stack) if row["id"] not in before]
    assert row["account_id"] == bytes.fromhex(ACCOUNT)
    assert row["action"] == "POST /api/v1/me/notes"
    assert (row["subject_type"], row["subject_id"]) == ("note", answer.json()["id"])
    assert row["request_id"] == answer.headers["x-request-id"]
    assert row["mac"] == mac(row)
    assert began <= row["at"] <= now()


def test_the_public_has_no_account_and_refusals_leave_no_row(stack):
    before = {row["id"] for row in events(stack)}
    note = notes.note(stack)
    stale = {"If-Match": '"99"'}
    answer = stack.client.put(f"/api/v1/notes/{note['id']}", json={"title": "x"}, headers=stale)
    assert answer.status_code == 412
    (row,) = [row for row in events(stack) if row["id"] not in before]
    assert row["account_id"] is None and row["detail"] is None


def test_ids_are_version_7_in_the_order_of_time_and_never_twice(stack):
    began = time.time() * 1000
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: notes.note(stack, str(n))["id"], range(200)))
    found = [uuid.UUID(one) for one in made]
    assert len(set(found)) == 200
    assert {one.version for one in found} == {7} and {one.variant for one in found} == {
        uuid.RFC_4122
    }
    times = [one.int >> 80 for one in found]
    assert min(times) >= began - 1000 and max(times) <= time.time() * 1000 + 1000
    # one connection, one worker: in order even within a millisecond
    mine = [notes.note(stack, str(number))["id"] for number in range(40)]
    assert mine == sorted(mine)
    # no two of them share their random end
    assert len({one.int & 0xFFFFFFFF for one in found}) >= 199


# Seals


def test_rows_are_sealed_within_two_seconds(stack):
    sealed(stack)
    time.sleep(0.3)
    notes.note(stack)
    began = time.monotonic()
    sealed(stack)
    assert time.monotonic() - began < LATE + SLACK


def test_the_chain_is_what_it_says_it_is(trail):
    previous = {"sha256": bytes(32), "sm3": bytes(32)}
    rows = events(trail)
    for number, seal in enumerate(seals(trail), 1):
        assert seal["seq"] == number
        mine = [row for row in rows if row["sealed_seq"] == number]
        assert seal["events"] == len(mine)
        assert (seal["first_id"], seal["last_id"]) == (mine[0]["id"], mine[-1]["id"])
        assert all(row["mac"] == mac(row) for row in mine)
        assert seal["sha256"] == seal_hash("sha256", previous["sha256"], seal, mine)
        if "sm3" in hashlib.algorithms_available:
            inner = seal_hash("sm3", previous["sm3"], seal, mine)
            assert seal["sm3"] == hmac.new(derived(b"audit"), inner, "sm3").digest()
        previous = seal


def test_many_rows_are_sealed_in_several_seals(stack):
    """More than one seal takes, committed at once, with MACs that this test makes."""
    start = len(seals(stack))
    rows = []
    for number in range(1100):
        row = {
            "id": b"\1" * 12 + number.to_bytes(4, "big"),
            "at": datetime.datetime(2026, 1, 2, 3, 4, 5, 678),
            "account_id": None,
            "action": "import",
            "subject_type": "note",
            "subject_id": str(number),
            "request_id": "f" * 32,
            "detail": '{"说明": "批量"}',
        }
        rows.append((*row.values(), mac(row)))
    names = ("id", "at", *COLUMNS, "mac")
    stack.sql_many(
        f"INSERT INTO audit_event ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})",
        rows,
    )
    sealed(stack)
    assert len(seals(stack)) - start in (3, 4)
    assert max(seal["events"] for seal in seals(stack)) == 480
    assert verify(stack)[0] == 0


def test_a_row_that_commits_late_gets_a_later_seal(stack):
    """Its id is lower than that of rows sealed before it: the order is that of the seals."""
    sealed(stack)
    row = {
        "id": b"\0" * 15 + b"\7",
        "at": datetime.datetime(2026, 1, 2, 3, 4, 5),
        **dict.fromkeys(COLUMNS),
        "action": "slow",
        "subject_type": "note",
        "subject_id": "1",
        "request_id": "e" * 32,
    }
    row["mac"] = mac(row)
    connection = stack.database.connect()
    try:
        connection.begin()
        with connection.cursor() as cursor:
            names = list(row)
            cursor.execute(
                f"INSERT INTO audit_event ({', '.join(names)})"
                f" VALUES ({', '.join(['%s'] * len(names))})",
                list(row.values()),
            )
            notes.note(stack)
            wait_for(
                lambda: stack.sql(
                    "SELECT 1 FROM audit_event WHERE action LIKE 'POST%' AND sealed_seq ="
                    " (SELECT MAX(seq) FROM audit_seal)"
                ),
                "seal that does not wait for the open transaction",
            )
            time.sleep(1.2)
            connection.commit()
    finally:
        connection.close()
    sealed(stack)
    last = seals(stack)[-1]
    assert last["first_id"] == row["id"] and last["events"] == 1
    assert verify(stack)[0] == 0


def test_two_nodes_make_one_chain(stack, stack_factory):
    other = stack_factory(ready=False, database=stack.database, **notes.settings())
    serves(other)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: notes.note((stack, other)[n % 2], str(n)), range(120)))
    sealed(stack)
    code, said = verify(stack)
    assert code == 0, said
    assert f"sound: {len(events(stack))} events, 0 of them" in said


# Breaking it


def test_a_sound_trail_and_its_head(trail):
    code, said = verify(trail)
    assert code == 0, said
    head = said.split("head: ")[1].strip()
    assert head == f"{seals(trail)[-1]['seq']}:{seals(trail)[-1]['sha256'].hex()}"
    assert verify(trail, "--head", head)[0] == 0
    first = seals(trail)[0]["sha256"].hex()
    assert verify(trail, "--head", f"1:{first}")[0] == 0
    assert verify(trail, "--head", f"2:{first}") == (
        1,
        "BROKEN: seal 2 is not the one that was noted\n",
    )
    assert verify(trail, "--head", f"999:{first}") == (
        1,
        "BROKEN: seal 999, which was noted, is missing\n",
    )
    assert verify(trail, "--head", "nonsense")[0] == 2


@pytest.mark.parametrize(
    "assignment",
    [
        "subject_id = 'other'",
        "account_id = REPEAT('x', 16)",
        "at = at + INTERVAL 1 MICROSECOND",
        "detail = ''",
        "mac = REPEAT('x', 32)",
    ],
)
def test_a_changed_row_is_named(trail, assignment):
    row = events(trail)[-4]
    trail.sql(f"UPDATE audit_event SET {assignment} WHERE id = %s", row["id"])
    code, said = verify(trail)
    assert code == 1
    assert said == (
        f"BROKEN: event {dashed(row['id'])} (seal {row['sealed_seq']}) was changed:"
        " its MAC does not match\n"
    )


@pytest.mark.parametrize("end", ["first_id", "last_id"])
def test_the_first_and_the_last_row_of_a_seal_are_named_when_missing(trail, end):
    seal = max(seals(trail), key=lambda one: one["events"])
    trail.sql("DELETE FROM audit_event WHERE id = %s", seal[end])
    said = f"BROKEN: event {dashed(seal[end])} (seal {seal['seq']}) is missing\n"
    assert verify(trail) == (1, said)


def test_a_row_missing_from_the_middle_is_noticed(trail):
    seal = max(seals(trail), key=lambda one: one["events"])
    middle = [row for row in events(trail) if row["sealed_seq"] == seal["seq"]][1]
    assert seal["events"] > 2
    trail.sql("DELETE FROM audit_event WHERE id = %s", middle["id"])
    count = seal["events"]
    assert verify(trail) == (
        1,
        f"BROKEN: seal {seal['seq']} covers {count} events, but {count - 1} are there\n",
    )


def test_a_removed_seal_is_named(trail):
    number = seals(trail)[-2]["seq"]
    trail.sql("DELETE FROM audit_seal WHERE seq = %s", number)
    assert verify(trail) == (1, f"BROKEN: seal {number} is missing\n")


def test_the_last_seal_cannot_go_alone(trail):
    seal = seals(trail)[-1]
    trail.sql("DELETE FROM audit_seal WHERE seq = %s", seal["seq"])
    code, said = verify(trail)
    assert code == 1
    assert f"names seal {seal['seq']}, which is missing" in said


@pytest.mark.parametrize("assignment", ["sha256 = REPEAT('x', 32)", "sm3 = REPEAT('x', 32)"])
def test_a_changed_seal_is_named(trail, assignment):
    number = seals(trail)[-2]["seq"]
    trail.sql(f"UPDATE audit_seal SET {assignment} WHERE seq = %s", number)
    code, said = verify(trail)
    assert code == 1 and said.startswith(f"BROKEN: seal {number} was changed")


def test_a_chain_that_was_made_anew_without_the_key_is_noticed(trail):
    """Whoever can write the database takes a row out and follows the public recipe."""
    largest = max(seals(trail), key=lambda seal: seal["events"])
    victim = [row for row in events(trail) if row["sealed_seq"] == largest["seq"]][1]
    trail.sql("DELETE FROM audit_event WHERE id = %s", victim["id"])
    previous = bytes(32)
    for seal in seals(trail):
        mine = [row for row in events(trail) if row["sealed_seq"] == seal["seq"]]
        previous = seal_hash("sha256", previous, seal, mine)
        trail.sql(
            "UPDATE audit_seal SET sha256 = %s, events = %s WHERE seq = %s",
            *(previous, len(mine), seal["seq"]),
        )
    said = f"BROKEN: seal {largest['seq']} was changed: HMAC-SM3 does not match\n"
    assert verify(trail) == (1, said)


def test_another_key_finds_nothing_sound(trail, tmp_path):
    other = tmp_path / "key"
    other.write_bytes(os.urandom(64))
    assert "its MAC does not match" in verify(trail, key=other)[1]
    other.write_bytes(b"short")
    assert verify(trail, key=other)[0] == 2
