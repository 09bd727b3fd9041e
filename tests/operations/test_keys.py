"""legalnet keys: a new key, everything moved to it while nginx serves, cut off and started again."""

import os
import pathlib
import re
import signal
import subprocess

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import FIELD_KEY, STACK, derive  # noqa: F401
from harness.process import TOP, wait_for


def keys(tool, stack, command, *options):
    return subprocess.run(command_of(tool, stack, command, *options), capture_output=True, text=True,
                          env=environment(stack))  # fmt: skip


def environment(stack):
    return {**os.environ, "LEGALNET_DATABASE": stack.database.url}


def command_of(tool, stack, command, *options):
    return [tool, "keys", command, "--keys", f"{stack.directory}/keys", *options]


def key_ids(stack, table, column):
    rows = stack.sql(f"SELECT {column} AS v FROM {table} WHERE {column} IS NOT NULL")
    return {row["v"][1] for row in rows}


def seal(text, field, id=1, secret=FIELD_KEY):
    nonce, head = secrets.token_bytes(12), bytes([1, id])
    cipher = AESGCM(derive(secret, "field aes-256-gcm"))
    return head + nonce + cipher.encrypt(nonce, text.encode(), head + field.encode())


def test_every_sealed_field_is_known(tool):
    """What the features seal is what the migrations call encrypted, and the program knows it."""
    generated = (TOP / "build/gen/ln_tool_sealed.h").read_text()
    known = set(re.findall(r'\{ "([a-z_.]+)"', generated))
    sealed = set()
    for path in (TOP / "modules").glob("*/*.[ch]"):
        if path.parent.name not in ("core", "tool"):
            text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
            sealed |= set(re.findall(r'(?:\.seal = |unseal\(\w+,\s*)"([a-z_.]+)"', text))
    assert sealed and sealed <= known, sealed - known


def test_rotation(stack, tool):
    people = [Person(stack).sign_in() for _ in range(3)]
    index = stack.sql("SELECT id, phone_index FROM account ORDER BY id")
    rows = [
        (uuid.uuid4().bytes, seal(f"138{n:08d}", "account.phone"), secrets.token_bytes(16))
        for n in range(1600)
    ]
    stack.sql_many(
        "INSERT INTO account (id, phone, phone_index, created_at, updated_at)"
        " VALUES (%s, %s, %s, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
        rows,
    )
    for options, status in ((("--kind", "other"), 2), ((), 0)):
        made = keys(tool, stack, "add", *options)
        assert made.returncode == status, made.stderr
    path = pathlib.Path(made.stdout.strip())
    assert path.name == "field-2.key" and path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_text().strip()) == 64
    assert not [p for p in path.parent.iterdir() if p.name.startswith(".")]
    stack.reload()
    assert people[0].call("GET", "/api/v1/me").status_code == 200

    # killed in the middle, then once more
    process = subprocess.Popen(
        command_of(tool, stack, "rotate"),
        env=environment(stack),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    wait_for(lambda: 2 in key_ids(stack, "account", "phone"), "first moved values")
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert people[1].call("GET", "/api/v1/me").json()["phone"].endswith(people[1].phone[-4:])
    again = keys(tool, stack, "rotate")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "account.phone: 1603 of 1603" in again.stderr
    assert re.search(r"values moved to field-2\.key, 0 left", again.stdout)
    assert key_ids(stack, "account", "phone") == {2} == key_ids(stack, "outbox", "params")
    assert "0 values moved" in keys(tool, stack, "rotate").stdout

    # everything opens, indexes stay, nothing was said of any value
    for person in people:
        assert person.call("GET", "/api/v1/me").json()["phone"].endswith(person.phone[-4:])
        assert person.phone not in again.stdout + again.stderr
    now = {row["id"]: row["phone_index"] for row in stack.sql("SELECT id, phone_index FROM account")}
    assert all(now[row["id"]] == row["phone_index"] for row in index)
    checked = keys(tool, stack, "check")
    assert "field-1.key: 0 values; the file may be removed" in checked.stdout
    assert re.search(r"field-2\.key: \d{4} values, the newest", checked.stdout)


def test_what_does_not_open_is_left(stack, tool):
    id = uuid.uuid4().bytes
    stack.sql(
        "INSERT INTO account (id, phone, created_at, updated_at)"
        " VALUES (%s, %s, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
        *(id, seal("13800000000", "account.phone", id=9)),
    )
    result = keys(tool, stack, "rotate")
    assert result.returncode == 1 and "1 left as they are" in result.stdout
    assert keys(tool, stack, "check").returncode == 1
    stack.sql("DELETE FROM account WHERE id = %s", id)


@pytest.mark.parametrize("command", ["add", "rotate", "check"])
def test_without_keys(stack, tool, command, tmp_path):
    for where in ([], ["--keys", tmp_path]):
        result = subprocess.run([tool, "keys", command, *where], env=environment(stack),
                                capture_output=True, text=True)  # fmt: skip
        assert result.returncode in (2, 3) and result.stderr, command
