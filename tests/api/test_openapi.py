"""/api/v1/openapi.json: valid, complete, the same every time, and true."""

import json
import os
import subprocess
import uuid

import pytest

from api.contract import Contract
from api.directory_world import World
from harness.process import TOP
from plugin import notes

API = "/api/v1"
DOCUMENT = f"{API}/openapi.json"


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(ready=False, **notes.settings())
    notes.install(stack)
    return stack


@pytest.fixture(scope="module")
def world(shared_stack, tool):
    return World(shared_stack.database, tool, seed=11, organizations=20, practitioners=40)


def test_redocly_finds_no_error(stack, tmp_path):
    file = tmp_path / "openapi.json"
    file.write_text(stack.get(DOCUMENT).text)
    result = subprocess.run(
        [TOP / "node_modules/.bin/redocly", "lint", "--format=json", file],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={
            **os.environ,
            "PATH": f"{TOP}/node_modules/.bin:{os.environ['PATH']}",
            "REDOCLY_TELEMETRY": "off",
            "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        },
    )
    report = json.loads(result.stdout[result.stdout.index("{") :])
    errors = [one for one in report["problems"] if one["severity"] == "error"]
    assert result.returncode == 0 and not errors, json.dumps(errors[:5], indent=1)


def test_it_is_the_same_after_a_reload(stack):
    first = stack.get(DOCUMENT)
    stack.reload()
    second = stack.get(DOCUMENT)
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert stack.get(DOCUMENT, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_the_server_is_the_prefix(stack, stack_factory):
    assert stack.get(DOCUMENT).json()["servers"][0]["url"] == "/"
    mounted = stack_factory(prefix="/legal")
    answer = mounted.get(f"/legal{DOCUMENT}")
    assert answer.json()["servers"][0]["url"] == "/legal"
    assert answer.headers["etag"] != stack.get(DOCUMENT).headers["etag"]


def test_every_operation_is_described(stack):
    ids = set()
    for method, path, operation in Contract(stack).operations():
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["tags"], where
        assert operation["operationId"] not in ids, where
        ids.add(operation["operationId"])
        public = operation["x-legalnet-needs"] == "public"
        assert operation["security"] == ([] if public else [{"account": []}]), where
        assert {"422", "503", "504"} <= set(operation["responses"]), where
        for parameter in operation["parameters"]:
            assert parameter["description"] or parameter["name"] == "Idempotency-Key", where
            assert parameter["in"] != "path" or "{%s}" % parameter["name"] in path, where


def test_tables_become_schemas(stack):
    paths = stack.get(DOCUMENT).json()["paths"]
    color, counts, limit, cursor = paths["/api/v1/notes"]["get"]["parameters"]
    assert color["schema"]["maxItems"] == 3
    assert color["schema"]["items"]["enum"] == ["red", "green", "blue"]
    assert counts["schema"]["type"] == "boolean"
    assert limit["schema"] == {
        "type": "integer",
        "format": "int64",
        "minimum": 1,
        "maximum": 100,
        "default": 20,
    }
    assert cursor["schema"]["type"] == "string"
    body = paths["/api/v1/notes"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["title"]
    assert body["properties"]["title"]["maxLength"] == 60
    items = paths["/api/v1/note-boxes/{box}/fill"]["post"]["requestBody"]["content"]
    items = items["application/json"]["schema"]["properties"]["items"]
    assert (items["minItems"], items["maxItems"]) == (1, 5)
    assert items["items"]["required"] == ["note", "copies"]
    note = paths["/api/v1/notes/{id}"]["get"]["responses"]["200"]["content"]
    note = note["application/json"]["schema"]
    assert note["properties"]["place"]["properties"]["position"]["type"] == "integer"
    assert note["properties"]["color"]["enum"][-1] is None
    assert "due" not in note["required"]
    put = paths["/api/v1/notes/{id}"]["put"]
    assert {"412", "428"} <= set(put["responses"])
    assert [one["name"] for one in put["parameters"]] == ["id", "If-Match"]


def test_answers_of_the_notes_are_as_described(stack):
    contract = Contract(stack)
    check = lambda answer: contract.check(answer) or answer
    account = {"X-Test-Account": "ab" * 16}
    made = stack.post(f"{API}/notes", json={"title": "x", "due": "2025-01-01"}, headers=notes.key())
    check(made)
    path = f"{API}/notes/{made.json()['id']}"
    check(stack.get(path))
    check(stack.get(path, headers={"If-None-Match": stack.get(path).headers["etag"]}))
    check(stack.get(f"{API}/notes/{uuid.uuid4()}"))
    check(stack.get(f"{API}/notes?counts=true&limit=1"))
    check(stack.get(f"{API}/notes?limit=0"))
    check(stack.client.put(path, json={"title": "y", "version": 1}))
    check(stack.client.put(path, json={"title": "y", "version": 1}))
    check(stack.client.put(path, json={"title": "y"}))
    check(stack.client.delete(path))
    check(stack.client.delete(path, headers=account))
    check(
        stack.client.delete(
            path, headers={**account, "X-Test-Permission": "note.delete", "If-Match": '"2"'}
        )
    )
    check(stack.get(f"{API}/me/notes"))
    check(stack.post(f"{API}/me/notes", json={"title": "x"}, headers=account))
    check(stack.get(f"{API}/me/notes", headers=account))
    check(stack.post(f"{API}/notes", content=b"{", headers={"Content-Type": "application/json"}))
    check(stack.post(f"{API}/notes", content=b"x", headers={"Content-Type": "text/plain"}))
    check(stack.post(f"{API}/notes", json={"title": "x" * 70000}))
    stack.sql("REPLACE INTO note_box VALUES (1, 1, 0)")
    fill = {"count": 1, "items": [{"note": str(uuid.uuid4()), "copies": 1}]}
    check(stack.post(f"{API}/note-boxes/1/fill", json=fill))
    check(stack.post(f"{API}/note-boxes/1/fill", json=fill))
    check(stack.get(f"{API}/note-kinds?count=1&near=1,2&day=2025-01-01"))
    check(stack.get(f"{API}/note-naps?seconds=0"))
    statuses = {status for _, _, status in contract.seen}
    assert statuses >= {"200", "201", "204", "304", "400", "401", "403", "404", "409"}
    assert statuses >= {"412", "413", "415", "422", "428"}


def test_answers_of_the_directory_are_as_described(stack, world):
    contract = Contract(stack)
    name = stack.get(f"{API}/practitioners").json()["items"][0]["name"]
    lists = [
        "regions",
        "practice-areas",
        "organization-types",
        "languages",
        "qualification-kinds",
        "organizations",
        "organizations?near=120.65,28.01&radius=100",
        "practitioners",
        "practitioners?near=120.65,28.01&radius=100&facets=true",
        "practitioners?sort=years",
        f"suggest?q={name}",
    ]
    for asked in lists:
        answer = stack.get(f"{API}/{asked}")
        assert answer.status_code == 200, answer.text
        assert answer.json()["items"], asked
        contract.check(answer)
    for thing in ("regions", "organizations", "practitioners"):
        for item in stack.get(f"{API}/{thing}").json()["items"]:
            answer = stack.get(f"{API}/{thing}/{item.get('id') or item['code']}")
            assert answer.status_code == 200, answer.text
            contract.check(answer)
    for thing in ("organizations", "practitioners"):
        found = stack.get(f"{API}/{thing}").json()["items"][0]["id"]
        contract.check(
            stack.post(
                f"{API}/{thing}/{found}/reports",
                json={"field": "phone", "message": "空号"},
                headers=notes.key(),
            )
        )
    described = {
        (method, path)
        for method, path, operation in contract.operations()
        if "directory" in operation["tags"] and operation["x-legalnet-needs"] == "public"  # else in test_directory_edit.py
    }
    assert described == {(method, path) for method, path, _ in contract.seen}
