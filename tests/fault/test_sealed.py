"""Personal data: never clear in the database, masked on the way out, openable for years."""

import os

import pytest

from harness.module import build_module
from harness.process import TOP, workshop
from harness.stack import BUILD, SANITIZE

SOURCE = TOP / "tests/fault/sealed.c"
TABLE = """
CREATE TABLE sealed_person (
    id          BINARY(16)     NOT NULL PRIMARY KEY,
    name        VARBINARY(300) NOT NULL,
    phone       VARBINARY(100) NOT NULL,
    phone_index BINARY(16)     NOT NULL,
    id_number   VARBINARY(100) NULL,
    KEY phone_index (phone_index)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
"""
PERSON = {"name": "张伟丽", "phone": "13800138000", "id_number": "11010519491231002x"}
MASKED = {"name": "张**", "phone": "138****8000", "id_number": "110***********002x"}


def build(variant=""):
    name = f"sealed{variant.lower()}-{'asan' if SANITIZE else 'plain'}"
    directory = workshop(name)
    directory.mkdir(parents=True, exist_ok=True)
    source = SOURCE
    if variant:
        source = directory / "variant.c"
        source.write_text(f'#define {variant}\n#include "{SOURCE}"\n')
    return build_module(source, directory, "ngx_http_sealed_module", BUILD, SANITIZE)


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(modules=[build()], features="directory sealed", workers=2)
    stack.sql(TABLE)
    return stack


@pytest.fixture(autouse=True)
def empty(stack):
    stack.sql("DELETE FROM sealed_person")


def store(stack, **person):
    answer = stack.post("/api/v1/sealed", json=person)
    assert answer.status_code in (200, 201, 204), answer.text


def find(stack, phone):
    return stack.get("/api/v1/sealed", params={"phone": phone})


def rows(stack):
    return stack.sql("SELECT name, phone, phone_index, id_number FROM sealed_person ORDER BY id")


def test_the_database_holds_nothing_clear(stack):
    store(stack, **PERSON)
    store(stack, **PERSON)
    one, two = rows(stack)
    text = b"".join(value for row in (one, two) for value in row.values())
    for value in PERSON.values():
        assert value.encode() not in text
    assert one["phone"] != two["phone"] and one["phone_index"] == two["phone_index"]
    assert one["phone"][:2] == bytes([1, 1]), "AES-256-GCM, key 1"


def test_answers_are_masked_and_found_by_any_spelling(stack):
    store(stack, **PERSON)
    for phone in ("13800138000", "138 0013 8000", "+86 138-0013-8000"):
        answer = find(stack, phone)
        assert answer.status_code == 200 and answer.json() == MASKED
    assert find(stack, "13800138001").status_code == 404


def test_what_is_missing_is_null(stack):
    store(stack, name="王", phone="057788888888")
    assert find(stack, "0577-88888888").json() == {
        "name": "*",
        "phone": "057*****8888",
        "id_number": None,
    }


def test_clear_is_a_right_of_its_own_and_leaves_a_trace(stack):
    store(stack, **PERSON)
    reveal = lambda headers: stack.post(
        "/api/v1/sealed/reveal", json={"phone": PERSON["phone"]}, headers=headers
    ).json()
    assert reveal({}) == MASKED
    assert reveal({"X-Clerk": "no"}) == MASKED
    before = stack.sql("SELECT COUNT(*) AS n FROM audit_event")[0]["n"]
    assert reveal({"X-Clerk": "yes"}) == PERSON
    assert stack.sql("SELECT COUNT(*) AS n FROM audit_event")[0]["n"] == before + 1
    # the right alone does not show it elsewhere
    answer = stack.get(
        "/api/v1/sealed", params={"phone": PERSON["phone"]}, headers={"X-Clerk": "yes"}
    )
    assert answer.json() == MASKED


def test_a_masked_value_is_not_taken_back(stack):
    answer = stack.post("/api/v1/sealed", json={**PERSON, "phone": MASKED["phone"]})
    assert answer.status_code == 422
    assert [error["code"] for error in answer.json()["errors"]] == ["masked_value"]
    assert rows(stack) == []


def test_a_value_in_the_wrong_place_does_not_open(stack):
    store(stack, **PERSON)
    stack.sql("UPDATE sealed_person SET name = phone, id_number = 'clear text'")
    assert find(stack, PERSON["phone"]).json() == {**MASKED, "name": None, "id_number": None}
    lines = [line for line in stack.error_log() if "does not open" in line]
    assert any("sealed_person.name does not open, its key is 1" in line for line in lines)


def test_new_keys_and_the_other_cipher_read_what_is_there(stack):
    store(stack, **PERSON)
    key = stack.directory / "keys/field-2.key"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    try:
        stack.configure(http="legalnet_cipher sm4-ctr;\n")
        stack.reload()
        assert find(stack, PERSON["phone"]).json() == MASKED
        store(stack, name="李四", phone="13900139000")
        new = [row for row in rows(stack) if row["phone"][0] == 2]
        assert len(new) == 1 and new[0]["phone"][1] == 2, "SM4-CTR, key 2"
        assert find(stack, "13900139000").json()["name"] == "李*"
    finally:
        stack.sql("DELETE FROM sealed_person WHERE LEFT(phone, 1) = X'02'")
        key.unlink()
        stack.configure(http="")
        stack.reload()
    assert find(stack, PERSON["phone"]).json() == MASKED


def test_nothing_personal_in_the_logs(stack):
    store(stack, **PERSON)
    find(stack, PERSON["phone"])
    text = "\n".join(stack.error_log() + stack.access_log())
    assert PERSON["phone"] not in text and "1949" not in text


@pytest.mark.parametrize(
    "name, text, mode, said",
    [
        ("token-1.key", b"", 0o600, "token-1.key: it is shorter than 32 bytes"),
        ("field-1.key", b"short", 0o600, "field-1.key: it is shorter"),
        ("index.key", b"k" * 32, 0o640, "index.key: others than its owner"),
        ("index.key", None, 0, "there is no index.key"),
    ],
)
def test_a_bad_key_stops_nginx(stack, name, text, mode, said):
    path = stack.directory / "keys" / name
    before = path.read_bytes()
    path.unlink()
    try:
        if text is not None:
            path.write_bytes(text)
            path.chmod(mode)
        fine, output = stack.test_configuration()
        assert not fine and "[emerg]" in output and said in output, output
    finally:
        path.write_bytes(before)
        path.chmod(0o600)
    assert stack.test_configuration()[0]


@pytest.mark.parametrize(
    "variant, said",
    [
        ("SEALED_CACHED", "has a .cache, and selects the sealed column"),
        ("SEALED_UNSEEN", "without .steps, so without an audit event"),
    ],
)
def test_mistakes_are_named(stack, variant, said):
    fine, output = stack.test_configuration(modules=[build(variant)])
    assert not fine and said in output
