"""What core does with each kind of table, seen through a third party's feature."""

import concurrent.futures
import json
import uuid

import pytest

from plugin import notes

ACCOUNT = "ab" * 16
SIGNED_IN = {"X-Test-Account": ACCOUNT}
MODERATOR = {**SIGNED_IN, "X-Test-Permission": "note.delete"}


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(ready=False, workers=2, **notes.settings())
    notes.install(stack)
    return stack


@pytest.fixture(autouse=True)
def empty(request):
    if "stack" in request.fixturenames:
        stack = request.getfixturevalue("stack")
        for table in ("note", "note_box", "note_in_box"):
            stack.sql(f"DELETE FROM {table}")


def problem(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == code, answer.text
    return answer.json()


# Reading


def test_a_note_reads_back_as_it_was_written(stack):
    made = notes.note(stack, "买菜", color="red", position=3, due="2025-03-09")
    assert made == {
        "id": made["id"],
        "title": "买菜",
        "color": "red",
        "place": {"position": 3},
        "due": "2025-03-09",
        "version": 1,
    }
    assert stack.get(f"/api/v1/notes/{made['id']}").json() == made


def test_null_and_left_out_members(stack):
    made = notes.note(stack)
    assert made["color"] is None
    assert "due" not in made


def test_pages_neither_repeat_nor_drop_a_note(stack):
    stack.sql_many(
        "INSERT INTO note (id, title, position) VALUES (%s, %s, %s)",
        [(uuid.uuid4().bytes, f"n{i}", i // 4) for i in range(53)],
    )
    seen, cursor, pages = [], None, 0
    while True:
        asked = {"limit": 7, **({"cursor": cursor} if cursor else {})}
        page = stack.get("/api/v1/notes", params=asked).json()
        assert page["limit"] == 7
        seen += [item["id"] for item in page["items"]]
        pages += 1
        cursor = page["next"]
        if cursor is None:
            break
    assert pages == 8
    assert len(seen) == len(set(seen)) == 53
    rows = stack.sql("SELECT LOWER(HEX(id)) AS id FROM note ORDER BY position, id")
    assert [one.replace("-", "") for one in seen] == [row["id"] for row in rows]


@pytest.mark.parametrize("count", [1, 6, 7, 8, 14])
def test_the_last_page_has_no_next(stack, count):
    stack.sql_many(
        "INSERT INTO note (id, title) VALUES (%s, 'x')",
        [(uuid.uuid4().bytes,) for _ in range(count)],
    )
    page = stack.get("/api/v1/notes?limit=7").json()
    assert len(page["items"]) == min(count, 7)
    assert (page["next"] is None) == (count <= 7)


def test_a_choice_by_parameter_and_a_second_result(stack):
    for color in ("red", "red", "blue", "green"):
        notes.note(stack, color, color=color)
    page = stack.get("/api/v1/notes?color=red&color=blue&counts=true").json()
    assert [item["title"] for item in page["items"]].count("red") == 2
    assert len(page["items"]) == 3
    assert page["counts"] == [
        {"color": "blue", "count": 1},
        {"color": "green", "count": 1},
        {"color": "red", "count": 2},
    ]
    assert "counts" not in stack.get("/api/v1/notes").json()


def test_a_write_is_seen_at_once_in_spite_of_the_cache(stack):
    made = notes.note(stack, "v1")
    path = f"/api/v1/notes/{made['id']}"
    for version in range(1, 20):
        assert stack.get(path).json()["version"] == version
        answer = stack.client.put(path, json={"title": f"v{version + 1}", "version": version})
        assert answer.json()["version"] == version + 1


# Writing


def test_created_says_where(stack):
    answer = stack.post("/api/v1/notes", json={"title": "x"}, headers=notes.key())
    assert answer.status_code == 201
    path = f"/api/v1/notes/{answer.json()['id']}"
    assert answer.headers["location"] == stack.settings.get("prefix", "") + path
    assert stack.get(path).status_code == 200
    assert uuid.UUID(answer.json()["id"]).version == 7


def test_the_same_key_twenty_times_at_once_is_one_note(stack):
    key = notes.key()

    def send(_):
        return stack.post("/api/v1/notes", json={"title": "once"}, headers=key)

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert stack.sql("SELECT COUNT(*) AS n FROM note")[0]["n"] == 1


def test_the_stored_answer_outlives_what_it_was_about(stack):
    key = notes.key()
    first = stack.post("/api/v1/notes", json={"title": "x"}, headers=key)
    stack.sql("DELETE FROM note")
    again = stack.post("/api/v1/notes", json={"title": "x"}, headers=key)
    assert (again.status_code, again.text) == (201, first.text)
    stored = stack.sql("SELECT body FROM idempotency ORDER BY created_at DESC LIMIT 1")[0]["body"]
    assert b"title" not in stored, "stored answers are encrypted"


def test_another_body_under_the_same_key(stack):
    key = notes.key()
    stack.post("/api/v1/notes", json={"title": "x"}, headers=key)
    answer = stack.post("/api/v1/notes", json={"title": "y"}, headers=key)
    problem(answer, 422, "idempotency_key_reused")


def test_a_key_belongs_to_its_account(stack):
    key = notes.key("0" * 20)
    for account in ("11" * 16, "22" * 16):
        headers = {**key, "X-Test-Account": account}
        made = stack.post("/api/v1/me/notes", json={"title": "x"}, headers=headers)
        assert made.status_code == 201
    assert stack.sql("SELECT COUNT(DISTINCT account_id) AS n FROM note")[0]["n"] == 2


def test_a_required_key(stack):
    problem(stack.post("/api/v1/notes", json={"title": "x"}), 400, "idempotency_key_required")


def test_a_refusal_is_not_stored(stack):
    stack.sql("INSERT INTO note_box VALUES (1, 1, 1)")
    key = notes.key()
    body = {"count": 1, "items": [{"note": str(uuid.uuid4()), "copies": 1}]}
    problem(stack.post("/api/v1/note-boxes/1/fill", json=body, headers=key), 409, "full")
    stack.sql("UPDATE note_box SET used = 0")
    assert stack.post("/api/v1/note-boxes/1/fill", json=body, headers=key).status_code == 200


def test_versions(stack):
    path = f"/api/v1/notes/{notes.note(stack)['id']}"
    put = stack.client.put
    problem(put(path, json={"title": "b"}), 428, "version_required")
    assert put(path, json={"title": "b", "version": 1}).json()["version"] == 2
    assert put(path, json={"title": "c"}, headers={"If-Match": '"2"'}).json()["version"] == 3
    problem(put(path, json={"title": "d"}, headers={"If-Match": '"2"'}), 412, "stale")
    problem(put(path, json={"title": "d", "version": 2}), 412, "stale")
    wrong = put(path, json={"title": "d"}, headers={"If-Match": "three"})
    assert problem(wrong, 422, "validation_failed")["errors"][0]["code"] == "bad_entity_tag"
    assert stack.get(path).json()["title"] == "c"
    missing = f"/api/v1/notes/{uuid.uuid4()}"
    problem(put(missing, json={"title": "d", "version": 1}), 404, "not_found")


def test_null_clears_and_leaving_out_does_not(stack):
    path = f"/api/v1/notes/{notes.note(stack, due='2025-03-09')['id']}"
    for version, (members, due) in enumerate(
        [
            ({}, "2025-03-09"),
            ({"due": "2025-03-10"}, "2025-03-10"),
            ({"due": None}, None),
            ({}, None),
            ({"due": "2025-03-11"}, "2025-03-11"),
        ],
        1,
    ):
        put = stack.client.put(path, json={"title": "a", "version": version, **members})
        assert put.status_code == 200, put.text
        assert put.json().get("due") == due
    problem(stack.client.put(path, json={"title": "a", "version": 6, "due": ""}), 422, "validation_failed")
    problem(stack.client.put(path, json={"title": None, "version": 6}), 422, "validation_failed")
    # a null that says nothing takes nothing back that a header said
    body = {"title": "a", "version": None}
    assert stack.client.put(path, json=body, headers={"If-Match": '"6"'}).status_code == 200
    document = stack.get("/api/v1/openapi.json").json()["paths"]["/api/v1/notes/{id}"]["put"]
    schema = document["requestBody"]["content"]["application/json"]["schema"]
    types = {name: member["type"] for name, member in schema["properties"].items()}
    assert types == {"version": "integer", "title": "string", "due": ["string", "null"]}


def test_of_two_who_change_the_same_version_one_wins(stack):
    path = f"/api/v1/notes/{notes.note(stack)['id']}"

    def change(title):
        return stack.client.put(path, json={"title": title, "version": 1}).status_code

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = sorted(pool.map(change, "abcdefgh"))
    assert results == [200] + [412] * 7


def test_delete(stack):
    path = f"/api/v1/notes/{notes.note(stack)['id']}"
    headers = {**MODERATOR, "If-Match": '"1"'}
    answer = stack.client.delete(path, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    problem(stack.client.delete(path, headers=headers), 404, "not_found")
    problem(stack.get(path), 404, "not_found")


# Transactions


def fill(stack, box=1, count=1, items=1, headers=None):
    body = {
        "count": count,
        "items": [{"note": str(uuid.uuid4()), "copies": n + 1} for n in range(items)],
    }
    return stack.post(f"/api/v1/note-boxes/{box}/fill", json=body, headers=headers or {})


def test_steps_over_an_array(stack):
    stack.sql("INSERT INTO note_box VALUES (1, 5, 0)")
    assert fill(stack, count=3, items=3).json() == {"id": "1", "capacity": 5, "used": 3}
    rows = stack.sql("SELECT box_id, copies FROM note_in_box ORDER BY copies")
    assert rows == [{"box_id": 1, "copies": n} for n in (1, 2, 3)]


def test_otherwise_explains(stack):
    stack.sql("INSERT INTO note_box VALUES (1, 5, 4)")
    problem(fill(stack, count=2), 409, "full")
    problem(fill(stack, box=2), 404, "not_found")
    assert stack.sql("SELECT used FROM note_box")[0]["used"] == 4


def test_a_check_that_refuses_rolls_back(stack):
    stack.sql("INSERT INTO note_box VALUES (1, 50, 0)")
    said = problem(fill(stack, count=13), 422, "validation_failed")
    assert [(one["name"], one["in"], one["code"]) for one in said["errors"]] == [
        ("count", "body", "unlucky")
    ]
    assert stack.sql("SELECT used FROM note_box")[0]["used"] == 0
    assert stack.sql("SELECT COUNT(*) AS n FROM audit_event WHERE subject_id = '1'")[0]["n"] >= 0


def test_a_duplicate_is_a_conflict_and_leaves_nothing(stack):
    stack.sql("INSERT INTO note_box VALUES (1, 50, 0)")
    note = str(uuid.uuid4())
    body = {"count": 1, "items": [{"note": note, "copies": 1}, {"note": note, "copies": 1}]}
    problem(stack.post("/api/v1/note-boxes/1/fill", json=body), 409, "conflict")
    assert stack.sql("SELECT used FROM note_box")[0]["used"] == 0
    assert stack.sql("SELECT COUNT(*) AS n FROM note_in_box")[0]["n"] == 0


def test_forty_who_want_ten_places(stack):
    stack.sql("INSERT INTO note_box VALUES (1, 10, 0)")
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: fill(stack).status_code, range(40)))
    assert sorted(answers) == [200] * 10 + [409] * 30
    assert stack.sql("SELECT used FROM note_box")[0]["used"] == 10
    assert stack.sql("SELECT COUNT(*) AS n FROM note_in_box")[0]["n"] == 10


def test_audit_and_change_rows_stand_with_the_write(stack):
    made = notes.note(stack)
    audit = stack.sql("SELECT * FROM audit_event WHERE subject_id = %s", made["id"])
    assert [row["action"] for row in audit] == ["POST /api/v1/notes"]
    assert audit[0]["subject_type"] == "note"
    changes = stack.sql("SELECT topic FROM change_event WHERE subject = %s", made["id"])
    assert [row["topic"] for row in changes] == ["note"]


# Who may


def test_signed_in_and_permissions(stack):
    path = f"/api/v1/notes/{notes.note(stack)['id']}"
    version = {"If-Match": '"1"'}
    problem(stack.get("/api/v1/me/notes"), 401, "sign_in_required")
    problem(stack.client.delete(path, headers=version), 401, "sign_in_required")
    problem(stack.client.delete(path, headers={**version, **SIGNED_IN}), 403, "forbidden")
    problem(stack.get("/api/v1/notes", headers={"X-Test-Account": "zz"}), 401, "sign_in_required")
    assert stack.client.delete(path, headers={**version, **MODERATOR}).status_code == 204


def test_self_sees_its_own(stack):
    other = {"X-Test-Account": "cd" * 16}
    for who, count in ((SIGNED_IN, 2), (other, 3)):
        for _ in range(count):
            assert stack.post("/api/v1/me/notes", json={"title": "x"}, headers=who).is_success
    assert len(stack.get("/api/v1/me/notes", headers=SIGNED_IN).json()["items"]) == 2
    assert len(stack.get("/api/v1/me/notes", headers=other).json()["items"]) == 3


def test_the_account_as_a_variable(stack_factory):
    """Also where nothing of legalnet has looked at the request yet."""
    http = """
map $legalnet_account $limited { default $legalnet_account; }
limit_req_zone $limited zone=accounts:1m rate=1r/m;
limit_req_status 429;
"""
    location = "limit_req zone=accounts; add_header X-Account $legalnet_account always;"
    stack = stack_factory(ready=False, **notes.settings(http=http, location=location))
    notes.install(stack)
    assert "x-account" not in stack.get("/api/v1/note-hello").headers
    first = stack.get("/api/v1/note-hello", headers=SIGNED_IN)
    assert first.headers["x-account"] == str(uuid.UUID(ACCOUNT))
    assert stack.get("/api/v1/note-hello", headers=SIGNED_IN).status_code == 429
    other = stack.get("/api/v1/note-hello", headers={"X-Test-Account": "cd" * 16})
    assert other.status_code == 200


# Handlers, and the feature in what core says of itself


def test_a_handler_answers_and_refuses(stack):
    assert stack.get("/api/v1/note-hello").json() == {"hello": "world"}
    problem(stack.get("/api/v1/note-hello?name=full"), 409, "full")
    said = problem(stack.get("/api/v1/note-hello?name=x"), 422, "validation_failed")
    assert said["errors"][0]["in"] == "query"


def test_own_texts_in_every_language(stack):
    chinese = stack.get("/api/v1/note-hello?name=full")
    english = stack.get("/api/v1/note-hello?name=full", headers={"Accept-Language": "en-GB"})
    assert chinese.json()["title"] == "盒子已经满了"
    assert english.json()["title"] == "The box is full"
    assert english.headers["content-language"] == "en"


def test_shows_in_openapi_and_metrics(stack):
    document = stack.get("/api/v1/openapi.json").json()
    assert "notes" in [tag["name"] for tag in document["tags"]]
    assert set(document["paths"]["/api/v1/notes/{id}"]) == {"get", "put", "delete"}
    assert document["paths"]["/api/v1/me/notes"]["get"]["security"] == [{"account": []}]
    assert 'route="GET /api/v1/note-hello",status="2xx"' in stack.ops.get("/metrics").text


def test_a_feature_that_is_off_here_is_not_there(stack_factory):
    stack = stack_factory(ready=False, **notes.settings(features="directory"))
    notes.install(stack)
    assert stack.get("/api/v1/note-hello").status_code == 404
    assert stack.get("/api/v1/openapi.json").status_code == 200


def test_every_kind_of_value_comes_back_as_it_went_in(stack):
    asked = {
        "text": "你好",
        "count": "-3",
        "ratio": "1.5",
        "flag": "true",
        "color": "red",
        "number": "9007199254740993",
        "key": "01234567-89ab-cdef-0123-456789abcdef",
        "day": "2024-02-29",
        "at": "2024-02-29T01:02:03.000004Z",
        "near": "120.5,28.25",
    }
    assert stack.get("/api/v1/note-kinds", params=asked).json() == {
        **asked,
        "count": -3,
        "ratio": 1.5,
        "flag": True,
        "near": {"longitude": 120.5, "latitude": 28.25},
    }
    nothing = stack.get("/api/v1/note-kinds").json()
    assert json.dumps(nothing).count("null") == 11
