"""What core makes of any request: each kind of parameter, bodies, methods, conditions."""

import json
import urllib.parse
import uuid

import pytest

from plugin import notes

KINDS = "/api/v1/note-kinds"
UUID = "01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(ready=False, **notes.settings())
    notes.install(stack)
    return stack


def problem(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert said["code"] == code, answer.text
    assert said["type"] == f"urn:legalnet:problem:{code}"
    assert said["status"] == status
    assert said["request_id"] == answer.headers["x-request-id"]
    assert said["title"]
    return said


def fields(answer):
    said = problem(answer, 422, "validation_failed")
    return [(one["name"], one["in"], one["code"]) for one in said["errors"]]


# Query parameters


@pytest.mark.parametrize(
    "name, value, code",
    [
        ("text", "a", "too_short"),
        ("text", "你", "too_short"),
        ("text", "abcdef", "too_long"),
        ("text", "一二三四五六", "too_long"),
        ("text", b"%ff%fe", "bad_utf8"),
        ("text", b"%e4%bd", "bad_utf8"),
        ("text", b"%c0%af", "bad_utf8"),
        ("text", b"%ed%a0%80", "bad_utf8"),
        ("text", b"%f4%90%80%80", "bad_utf8"),
        ("text", b"a%00b", "control_character"),
        ("text", b"a%1bb", "control_character"),
        ("count", "-6", "out_of_range"),
        ("count", "6", "out_of_range"),
        ("count", "99999999999999999999", "not_an_integer"),
        ("count", "1.5", "not_an_integer"),
        ("count", "0x1", "not_an_integer"),
        ("count", "-", "not_an_integer"),
        ("count", "--1", "not_an_integer"),
        ("ratio", "2.01", "out_of_range"),
        ("ratio", "-0.1", "out_of_range"),
        ("ratio", "1e1", "not_a_number"),
        ("ratio", "nan", "not_a_number"),
        ("ratio", "inf", "not_a_number"),
        ("ratio", ".", "not_a_number"),
        ("flag", "yes", "bad_boolean"),
        ("flag", "TRUE", "bad_boolean"),
        ("color", "Red", "unknown_value"),
        ("number", "0", "bad_id"),
        ("number", "-1", "bad_id"),
        ("number", "01", "bad_id"),
        ("number", "9223372036854775808", "bad_id"),
        ("key", UUID[:-1], "bad_uuid"),
        ("key", UUID + "0", "bad_uuid"),
        ("key", UUID.replace("-", ""), "bad_uuid"),
        ("key", UUID.replace("a", "g"), "bad_uuid"),
        ("day", "2023-02-29", "bad_date"),
        ("day", "2024-13-01", "bad_date"),
        ("day", "2024-1-1", "bad_date"),
        ("day", "0000-01-01", "bad_date"),
        ("at", "2024-02-29T24:00:00Z", "bad_instant"),
        ("at", "2024-02-29T01:02:03", "bad_instant"),
        ("at", "2024-02-29T01:02:03+08:00", "bad_instant"),
        ("at", "2024-02-29T01:02:03.1234567Z", "bad_instant"),
        ("near", "181,0", "bad_point"),
        ("near", "0,91", "bad_point"),
        ("near", "1", "bad_point"),
        ("near", "1,2,3", "bad_point"),
        ("near", ",", "bad_point"),
        ("nonsense", "1", "unknown_parameter"),
    ],
)
def test_bad_values_are_named(stack, name, value, code):
    text = value.decode() if isinstance(value, bytes) else urllib.parse.quote(value)
    assert fields(stack.get(f"{KINDS}?{name}={text}")) == [(name, "query", code)]


@pytest.mark.parametrize(
    "name, value, shown",
    [
        ("text", "ab", "ab"),
        ("text", "一二三四五", "一二三四五"),
        ("text", "😀😀", "😀😀"),
        ("text", 'a"\\b', 'a"\\b'),
        ("count", "-5", -5),
        ("count", "5", 5),
        ("count", "-0", 0),
        ("ratio", "0", 0),
        ("ratio", "2", 2),
        ("ratio", "0.125", 0.125),
        ("flag", "0", False),
        ("flag", "1", True),
        ("number", "9223372036854775807", "9223372036854775807"),
        ("key", UUID.upper(), UUID),
        ("day", "9999-12-31", "9999-12-31"),
        ("at", "2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z"),
        ("near", "-180,-90", {"longitude": -180, "latitude": -90}),
    ],
)
def test_good_values_come_back(stack, name, value, shown):
    answer = stack.get(KINDS, params={name: value})
    assert answer.status_code == 200, answer.text
    assert answer.json()[name] == shown


def test_an_empty_value_is_none(stack):
    """Forms send their empty fields too."""
    answer = stack.get(f"{KINDS}?text=&count=&color=&day=&near=")
    assert answer.status_code == 200
    assert answer.json()["count"] is None
    assert fields(stack.get("/api/v1/note-naps?seconds=")) == [("seconds", "query", "required")]


def test_all_bad_fields_at_once(stack):
    answer = stack.get(f"{KINDS}?text=a&count=9&flag=x&nonsense=1")
    assert sorted(name for name, _, _ in fields(answer)) == ["count", "flag", "nonsense", "text"]


def test_a_single_parameter_twice(stack):
    assert fields(stack.get(f"{KINDS}?count=1&count=2")) == [("count", "query", "repeated")]


def test_a_repeated_parameter_has_a_limit(stack):
    answer = stack.get("/api/v1/notes?color=red&color=red&color=red&color=blue")
    assert fields(answer) == [("color", "query", "too_many")]
    assert "3" in answer.json()["errors"][0]["message"]


def test_a_required_parameter(stack):
    assert fields(stack.get("/api/v1/note-naps")) == [("seconds", "query", "required")]


def test_a_hundred_pairs(stack):
    answer = stack.get(KINDS + "?" + "&".join(f"p{n}=1" for n in range(100)))
    assert 1 <= len(fields(answer)) <= 32


@pytest.mark.parametrize("query", ["?", "?&&", "?=", "?=1", "?%", "?count", "?%zz=1", "?count=%zz"])
def test_odd_query_strings_do_no_harm(stack, query):
    answer = stack.raw(
        f"GET {KINDS}{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    )
    assert answer.split()[1] in (b"200", b"422"), answer


def test_headers_are_parameters_too(stack):
    good = stack.get(KINDS, headers={"X-Notes-Text": "ok"})
    assert good.status_code == 200
    bad = stack.get(KINDS, headers={"X-Notes-Text": "x" * 11})
    assert fields(bad) == [("X-Notes-Text", "header", "too_long")]


@pytest.mark.parametrize("value", ["1", "x" * 36, UUID[:-1] + "z", "%00", "..%2f..", "你"])
def test_bad_keys_in_the_path(stack, value):
    answer = stack.get(f"/api/v1/notes/{value}")
    assert answer.status_code in (400, 404, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing", "/api/v1/notes/", "/api/v1/notes//", "/api/v2/notes", "/api/", "/api/v1"],
)
def test_paths_that_are_no_routes(stack, path):
    problem(stack.get(path), 404, "not_found")


# Methods


@pytest.mark.parametrize(
    "path, allow",
    [
        ("/api/v1/notes", "GET, HEAD, POST"),
        (f"/api/v1/notes/{UUID}", "GET, HEAD, PUT, DELETE"),
        ("/api/v1/note-boxes/1/fill", "POST"),
        ("/api/v1/openapi.json", "GET, HEAD"),
    ],
)
def test_methods(stack, path, allow):
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "PROPFIND"):
        if method in allow.split(", "):
            continue
        answer = stack.client.request(method, path)
        assert answer.headers["allow"] == allow
        if method != "HEAD":
            problem(answer, 405, "method_not_allowed")
    options = stack.client.options(path)
    assert (options.status_code, options.headers["allow"]) == (204, allow)


def test_head_is_get_without_the_body(stack):
    note = notes.note(stack)
    path = f"/api/v1/notes/{note['id']}"
    for asked in (path, "/api/v1/notes", "/api/v1/openapi.json", "/api/v1/nothing", KINDS):
        get, head = stack.get(asked), stack.client.head(asked)
        assert head.status_code == get.status_code
        assert head.content == b""
        for name in ("content-type", "content-length", "cache-control", "etag"):
            if name != "content-length" or get.status_code == 200:
                assert head.headers.get(name) == get.headers.get(name), name


# Conditions


def test_if_none_match(stack):
    path = f"/api/v1/notes/{notes.note(stack)['id']}"
    first = stack.get(path)
    assert first.headers["cache-control"] == "public, no-cache"
    same = stack.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["etag"] == first.headers["etag"]
    assert same.headers["x-request-id"] != first.headers["x-request-id"]
    stack.client.put(path, json={"title": "new", "version": 1})
    changed = stack.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_a_committed_write_with_if_match_is_not_turned_into_412(stack):
    path = f"/api/v1/notes/{notes.note(stack)['id']}"
    answer = stack.client.put(path, json={"title": "b"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200
    answer = stack.client.put(
        path, json={"title": "c"}, headers={"If-Match": '"2"', "If-None-Match": "*"}
    )
    assert answer.status_code == 200


# Bodies


def post(stack, content, kind="application/json", **headers):
    return stack.post(
        "/api/v1/notes",
        content=content,
        headers={"Content-Type": kind, **notes.key(), **headers},
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"1",
        b"null",
        b'"title"',
        b"{'title': 'x'}",
        b'{"title": "x"} x',
        b'{"title": "x",}',
        b'{"title": "x", "title": "y"}',
        b'{"title": "\xff\xfe"}',
        b'{"title": "\xed\xa0\x80"}',
        b'{"title": "\\ud800"}',
        b'\xef\xbb\xbf{"title": "x"}',
        b'{"title": "x\x00"}',
        b"{" + b'"a":{' * 5000,
        b'{"title":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"a": 1e999}',
    ],
)
def test_bodies_that_are_not_an_object(stack, content):
    answer = post(stack, content)
    if answer.status_code == 422:  # read, and not what the table says
        assert fields(answer)
    else:
        problem(answer, 400, "malformed_body")


@pytest.mark.parametrize(
    "body, expected",
    [
        ({}, ("title", "body", "required")),
        ({"title": None}, ("title", "body", "required")),
        ({"title": ""}, ("title", "body", "too_short")),
        ({"title": "字" * 61}, ("title", "body", "too_long")),
        ({"title": 1}, ("title", "body", "wrong_type")),
        ({"title": ["x"]}, ("title", "body", "wrong_type")),
        ({"title": {"x": 1}}, ("title", "body", "wrong_type")),
        ({"title": "a\u0000b"}, ("title", "body", "control_character")),
        ({"title": "x", "position": "1"}, ("position", "body", "wrong_type")),
        ({"title": "x", "position": 1.5}, ("position", "body", "wrong_type")),
        ({"title": "x", "position": -1}, ("position", "body", "out_of_range")),
        ({"title": "x", "position": True}, ("position", "body", "wrong_type")),
        ({"title": "x", "color": "pink"}, ("color", "body", "unknown_value")),
        ({"title": "x", "due": "2023-02-29"}, ("due", "body", "bad_date")),
        ({"title": "x", "nonsense": 1}, ("nonsense", "body", "unknown_parameter")),
    ],
)
def test_members_that_are_wrong(stack, body, expected):
    content = json.dumps(body).encode()
    answer = post(stack, content)
    if answer.status_code == 400:  # jansson itself refuses NUL
        assert b"\\u0000" in content
        return
    assert expected in fields(answer), answer.text


def test_a_title_of_sixty_characters_fits(stack):
    assert post(stack, json.dumps({"title": "字" * 60}).encode()).status_code == 201


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
)
def test_other_media_types(stack, kind):
    problem(post(stack, b'{"title": "x"}', kind), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"]
)
def test_json_by_any_other_name(stack, kind):
    assert post(stack, b'{"title": "x"}', kind).status_code == 201


def test_bodies_that_are_too_large(stack):
    content = json.dumps({"title": "x" * 70000}).encode()
    problem(post(stack, content), 413, "body_too_large")
    problem(post(stack, iter([content])), 413, "body_too_large")  # chunked


def test_a_chunked_body(stack):
    assert post(stack, iter([b'{"tit', b'le": "', b'x"}'])).status_code == 201


def test_arrays(stack):
    stack.sql("REPLACE INTO note_box VALUES (7, 1000, 0)")

    def fill(items):
        return stack.post("/api/v1/note-boxes/7/fill", json={"count": 1, "items": items})

    item = {"note": str(uuid.uuid4()), "copies": 1}
    assert fill([item]).status_code == 200
    assert fields(fill([])) == [("items", "body", "too_few")]
    assert fields(fill([item] * 6)) == [("items", "body", "too_many")]
    assert fields(fill(item)) == [("items", "body", "not_an_array")]
    assert ("items[1]", "body", "not_an_object") in fields(fill([item, 1]))
    wrong = fields(fill([item, {"note": "x", "copies": 0}]))
    assert wrong == [
        ("items[1].note", "body", "bad_uuid"),
        ("items[1].copies", "body", "out_of_range"),
    ]


@pytest.mark.parametrize("value", ["", "x" * 300, "a b\tc", "你"])
def test_bad_idempotency_keys(stack, value):
    answer = stack.post(
        "/api/v1/notes",
        json={"title": "x"},
        headers={"Idempotency-Key": value.encode()},
    )
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


# Cursors


def page_of_two(stack):
    for _ in range(5):
        notes.note(stack)
    return stack.get("/api/v1/notes?limit=2").json()["next"]


def test_forged_cursors(stack):
    cursor = page_of_two(stack)
    assert stack.get("/api/v1/notes", params={"limit": 2, "cursor": cursor}).status_code == 200
    flipped = [
        cursor[:n] + ("A" if letter != "A" else "B") + cursor[n + 1 :]
        for n, letter in enumerate(cursor)
    ]
    for forged in [*flipped, cursor[:-1], cursor + "A", "A", "=" * 8, "x" * 2000, "你"]:
        answer = stack.get("/api/v1/notes", params={"limit": 2, "cursor": forged})
        if answer.status_code == 200:  # the last character has bits to spare
            assert forged[:-1] == cursor[:-1], forged
        else:
            assert fields(answer) == [("cursor", "query", "bad_cursor")], forged


def test_a_cursor_of_another_question(stack):
    cursor = page_of_two(stack)
    for asked in ({"color": "red"}, {"counts": "true"}):
        answer = stack.get("/api/v1/notes", params={**asked, "limit": 2, "cursor": cursor})
        assert fields(answer) == [("cursor", "query", "bad_cursor")]
    other = stack.get(
        "/api/v1/me/notes",
        params={"limit": 2, "cursor": cursor},
        headers={"X-Test-Account": "ab" * 16},
    )
    assert fields(other) == [("cursor", "query", "bad_cursor")]


def test_the_size_of_a_page_may_change_on_the_way(stack):
    cursor = page_of_two(stack)
    answer = stack.get("/api/v1/notes", params={"limit": 3, "cursor": cursor})
    assert answer.status_code == 200, answer.text


# Languages


@pytest.mark.parametrize(
    "accept, language",
    [
        (None, "zh-CN"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-Hant-TW", "zh-CN"),
        ("zh;q=0.4, en;q=0.5", "en"),
        ("EN;q=1.0", "en"),
        ("fr", "zh-CN"),
        ("fr, en;q=0.1", "en"),
        ("*", "zh-CN"),
        ("en;q=0", "zh-CN"),
        ("en;q=2", "zh-CN"),
        ("en;q=x", "zh-CN"),
        (";;,,;q=,en;", "zh-CN"),
        ("x" * 3000, "zh-CN"),
    ],
)
def test_accept_language(stack, accept, language):
    headers = {"Accept-Language": accept} if accept else {}
    answer = stack.get("/api/v1/nothing", headers=headers)
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == {"en": "Not found", "zh-CN": "没有找到"}[language]


def test_bounds_stand_in_the_text(stack):
    answer = stack.get(f"{KINDS}?count=9", headers={"Accept-Language": "en"})
    assert answer.json()["errors"][0]["message"] == "must be between -5 and 5"


# Read only


def test_read_only(stack_factory):
    stack = stack_factory(ready=False, **notes.settings(location="legalnet_read_only on;"))
    notes.install(stack)
    assert stack.get("/api/v1/notes").status_code == 200
    answer = stack.post("/api/v1/notes", json={"title": "x"}, headers=notes.key())
    problem(answer, 503, "read_only")
    assert int(answer.headers["retry-after"]) >= 1
