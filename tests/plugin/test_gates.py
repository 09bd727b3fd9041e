"""A decision in C between a look-up and the steps: what is written, answered, refused."""

import pathlib

import pytest

from harness.module import build_module
from harness.process import wait_for, workshop
from harness.stack import BUILD, SANITIZE

HERE = pathlib.Path(__file__).resolve().parent
TABLES = (
    "CREATE TABLE gate (name VARCHAR(20) NOT NULL, word VARCHAR(20) NOT NULL,"
    " opened INT NOT NULL DEFAULT 0, PRIMARY KEY (name))",
    "CREATE TABLE gate_try (id BINARY(16) NOT NULL, name VARCHAR(20) NOT NULL,"
    " opened TINYINT NOT NULL, PRIMARY KEY (id))",
    "INSERT INTO gate (name, word) VALUES ('north', 'sesame')",
)
MISTAKES = {
    "GATES_LOOKUP_WITHOUT_ROWS": ".lookup",
    "GATES_UNKNOWN_WHEN": "openned",
    "GATES_KEY": ".finish",
    "GATES_CACHED": ".cache",
}


def build(mistake=None):
    name = "-".join(("gates", mistake or "", "asan" if SANITIZE else "plain")).lower()
    directory = workshop(name)
    source = HERE / "gates.c"
    if mistake:
        source = directory / "variant.c"
        source.write_text(f'#define {mistake}\n#include "{HERE}/gates.c"\n')
    return build_module(source, directory, "ngx_http_gates_module", BUILD, SANITIZE)


def load(factory):
    stack = factory(modules=[build()], features="directory gates")
    for statement in TABLES:
        stack.sql(statement)
    return stack


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    return load(module_stack_factory)


def say(stack, word, gate="north"):
    return stack.post(f"/api/v1/gates/{gate}", json={"said": word})


def tries(stack):
    return [row["opened"] for row in stack.sql("SELECT opened FROM gate_try ORDER BY id")]


def test_the_word_opens_and_is_written_down(stack):
    before = len(tries(stack))
    answer = say(stack, "sesame")
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"tries": before + 1}
    assert tries(stack)[-1] == 1


def test_another_word_is_refused_and_written_down_all_the_same(stack):
    before = len(tries(stack))
    opened = stack.sql("SELECT opened FROM gate")
    assert say(stack, "barley").status_code == 403
    assert tries(stack)[before:] == [0]
    assert stack.sql("SELECT opened FROM gate") == opened


def test_no_such_gate(stack):
    before = len(tries(stack))
    assert say(stack, "sesame", "south").status_code == 403
    assert tries(stack)[before:] == [0]


def test_a_refusal_before_the_steps_writes_nothing(stack):
    before = len(tries(stack))
    assert say(stack, "!").status_code == 403
    assert len(tries(stack)) == before


def test_a_computed_value_does_not_come_from_a_client(stack):
    body = {"said": "barley", "opened": True}
    assert stack.post("/api/v1/gates/north", json=body).status_code == 422
    assert stack.get("/api/v1/doubles?number=4&twice=9").status_code == 422
    document = stack.get("/api/v1/openapi.json").text
    assert "opened" not in document


def test_a_get_binds_what_was_decided(stack):
    assert stack.get("/api/v1/doubles?number=21").json() == {"twice": 42}


def test_the_answer_is_described(stack):
    operation = stack.get("/api/v1/openapi.json").json()["paths"]["/api/v1/gates/{name}"]["post"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert "tries" in schema["properties"]


def test_the_trail_names_the_gate(stack):
    say(stack, "sesame")
    rows = stack.sql("SELECT subject_id FROM audit_event WHERE subject_type = 'gate'")
    assert {"subject_id": "north"} in rows


@pytest.mark.kills_database
def test_the_database_is_away_in_the_look_up(stack_factory):
    stack = load(stack_factory)
    assert say(stack, "sesame").status_code == 200
    stack.database.kill()
    stack.expect_log("legalnet")
    answer = say(stack, "sesame")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    stack.database.start()
    wait_for(lambda: say(stack, "sesame").status_code == 200, "the gate again")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake(stack, mistake):
    passed, said = stack.test_configuration(modules=[build(mistake)])
    assert not passed, said
    line = next(line for line in said.splitlines() if "[emerg]" in line)
    assert 'feature "gates"' in line
    assert MISTAKES[mistake] in line, line
