"""What everybody sees, and how it is served."""

import html

import pytest

from browser.browser_world import *  # noqa: F403
from browser.browser_world import STACK, centers, command, scenarios  # noqa: F401
from harness.process import TOP
from harness.stack import PATIENT


def test_search(stack, entries):
    scenarios(stack, entries, "search")


def test_portal(stack, entries):
    scenarios(stack, entries, "portal")


def test_citizen(stack, entries):
    scenarios(stack, entries, "citizen")


def test_list_of_centers_is_what_the_api_says(stack, entries):
    centers(stack)  # other scenarios have edited what it says
    page = stack.get("/centers.html").text
    query = {"type": "service_center", "limit": 100}
    items = stack.get("/api/v1/organizations", params=query).json()["items"]
    assert len(items) > 20
    assert page.count("<h3>") == len(items)
    for item in items:
        for said in (item["name"], item["address"], item["phone"]):
            assert said is None or html.escape(said) in page


def test_below_a_path_of_a_portal(stack, entries, stack_factory):
    """The same files, mounted elsewhere without a new build."""
    portal = stack_factory(database=stack.database, prefix="/legal", lanes=PATIENT)
    scenarios(portal, entries, "search", "--test-name-pattern=on a phone", path="/legal/")
    scenarios(portal, entries, "pages", "--test-name-pattern=^/practitioners|^no page", path="/legal/")


@pytest.mark.kills_database
def test_database_away(stack, entries, stack_factory):
    lame = stack_factory(database=stack.database)
    stack.database.stop()
    try:
        scenarios(lame, entries, "away")
    finally:
        stack.database.start()


def test_types_are_those_of_the_server(stack, tmp_path):
    """`npm run types -w web` after a change of the API makes this pass again."""
    document = tmp_path / "openapi.json"
    document.write_bytes(stack.get("/api/v1/openapi.json").content)
    types = tmp_path / "api.generated.ts"
    command(["node", TOP / "web/types.mjs", document, types])

    assert types.read_text() == (TOP / "web/src/api.generated.ts").read_text()


def test_an_unchanged_page_is_not_sent_again(stack):
    first = stack.get("/")
    again = stack.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)


def test_compressed_files_are_the_files(stack):
    page = stack.get("/").text
    names = [part.split('"')[0] for part in page.split('="./')[1:] if part.startswith("assets/")]
    assert len(names) >= 2
    for name in names:
        answer = stack.get(f"/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.content == (TOP / "build/web" / name).read_bytes()


def test_pages_answer_without_the_database(stack_factory, stack):
    """Nothing that lies on disk waits for MariaDB."""
    alone = stack_factory(database=stack.database, hosts=["unix:/nowhere.sock"], ready=False)
    assert alone.get("/").status_code == 200
    assert alone.get("/api/v1/openapi.json").status_code == 200


def test_language(stack, entries, people):
    scenarios(stack, entries, "language", **people)
