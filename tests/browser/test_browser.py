"""The pages in Debian's chromium, on the real server with the demonstration data.

Each *.test.mjs holds scenarios for node's own test runner; the tests here give them a site.
"""

import os
import subprocess

import httpx
import pytest

from harness.database import PASSWORD
from harness.process import TOP

HERE = TOP / "tests/browser"
PROGRAMS = f"{TOP}/node_modules/.bin:{os.environ['PATH']}"


def load_demo(database):
    url = getattr(database, "url", None) or (
        f"mysql://{database.user}_admin:{PASSWORD}@localhost/{database.name}"
        f"?socket={database.socket}"
    )
    command([TOP / "migrations/demo/load.sh", ""], LEGALNET_DATABASE=url)


def command(arguments, **environment):
    """Run to the end; what it said is the failure's text."""
    result = subprocess.run(
        [str(one) for one in arguments],
        cwd=HERE,
        env={**os.environ, "PATH": PROGRAMS, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout[-8000:]
    return result.stdout


@pytest.fixture(scope="module")
def site(shared_stack):
    load_demo(shared_stack.database)
    return shared_stack


@pytest.fixture(scope="module")
def entries(site):
    """Ids of a lawyer and of a center in Wenzhou, for the detail pages."""

    def first(resource, **query):
        return site.get(f"/api/v1/{resource}", params=query).raise_for_status().json()["items"][0]

    return {
        "LEGALNET_PRACTITIONER": first("practitioners", region="330300", area="labor")["id"],
        "LEGALNET_ORGANIZATION": first("organizations", region="330300", type="service_center")[
            "id"
        ],
    }


def scenarios(stack, entries, name, *options, path="/"):
    command(
        ["node", "--test", "--test-reporter=spec", *options, f"{name}.test.mjs"],
        LEGALNET_URL=f"{stack.url}{path}",
        **entries,
    )


def test_search(site, entries, stack):
    scenarios(site, entries, "search")


def test_pages(site, entries, stack):
    scenarios(site, entries, "pages")


def test_below_a_path_of_a_portal(site, entries, stack_factory):
    """The same files, mounted elsewhere without a new build."""
    portal = stack_factory(database=site.database, prefix="/legal")
    scenarios(portal, entries, "search", "--test-name-pattern=on a phone", path="/legal/")
    scenarios(portal, entries, "pages", "--test-name-pattern=at 360 px", path="/legal/")


@pytest.mark.kills_database
def test_database_away(site, entries, stack_factory):
    lame = stack_factory(database=site.database)
    site.database.stop()
    try:
        scenarios(lame, entries, "away")
    finally:
        site.database.start()


def test_types_are_those_of_the_server(site, tmp_path):
    """`npm run types -w web` after a change of the API makes this pass again."""
    document = tmp_path / "openapi.json"
    document.write_bytes(site.get("/api/v1/openapi.json").raise_for_status().content)
    types = tmp_path / "api.generated.ts"
    command(["openapi-typescript", document, "--output", types])

    assert types.read_text() == (TOP / "web/src/api.generated.ts").read_text()


def assets(page):
    return [part.split('"')[0] for part in page.split('="./')[1:] if part.startswith("assets/")]


def test_files_are_sent_as_they_lie(site):
    page = site.get("/")
    assert page.headers["Cache-Control"] == "no-cache"
    assert "ETag" in page.headers
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert page.headers["Referrer-Policy"] == "no-referrer"

    for name in assets(page.text):
        answer = site.get(f"/{name}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.content == (TOP / "build/web" / name).read_bytes()
    assert len(assets(page.text)) >= 2


def test_every_path_of_the_application_is_a_page(site):
    start = site.get("/").text
    for path in ("/practitioners/1", "/organizations", "/developers", "/no/such/page"):
        answer = site.get(path)
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.text == start
    assert site.get("/assets/gone-00000000.js").status_code == 404


def test_an_unchanged_page_is_not_sent_again(site):
    first = site.get("/")
    again = site.get("/", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_pages_answer_without_the_database(site, stack_factory):
    """Nothing that lies on disk waits for MariaDB."""
    alone = stack_factory(database=site.database, hosts=["unix:/nowhere.sock"], ready=False)
    assert httpx.get(alone.url).status_code == 200
    assert httpx.get(f"{alone.url}/api/v1/openapi.json").status_code == 200
