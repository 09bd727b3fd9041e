"""legalnet beside another site in one nginx: the site does not notice."""

import re

import pytest

from harness.process import wait_for
from harness.stack import Stack
from plugin import notes

MARK = "geheim4711"
SITE = """
    server_name portal.example;
    location / {{ root {folder}; index index.html; error_page 404 /404.html; }}
    location = /404.html {{ internal; root {folder}; }}
    location /api/ {{ add_header X-Portal yes always; return 200 "the portal's own API\\n"; }}
    location /old/ {{ return 301 /new/; }}
    location /post/ {{ client_max_body_size 1k; return 200 "ok"; }}
    location /limited/ {{ limit_req zone=portal; root {folder}; }}
    location /secret/ {{ auth_basic portal; auth_basic_user_file {folder}/users; root {folder}; }}
    location /gone/ {{ proxy_pass http://127.0.0.1:9; }}
    access_log {log} portal;
"""
HTTP = """
log_format portal '$request $status $body_bytes_sent "$http_referer" $http_x_own';
limit_req_zone $binary_remote_addr zone=portal:1m rate=1r/m;
"""
REQUESTS = [
    ("GET", "/", {}),
    ("GET", "/page.html?q=a+b", {"Referer": "http://elsewhere/"}),
    ("GET", "/page.html", {"If-None-Match": "*"}),
    ("GET", "/page.html", {"Range": "bytes=0-3"}),
    ("HEAD", "/page.html", {}),
    ("GET", "/missing", {"X-Own": "a"}),
    ("GET", "/missing.html", {}),
    ("GET", "/api/v1/regions", {}),
    ("GET", "/api/v1/nothing?x=1", {}),
    ("POST", "/api/v1/notes", {"Content-Type": "application/json"}),
    ("DELETE", "/api/v1/notes", {}),
    ("OPTIONS", "/page.html", {}),
    ("PUT", "/page.html", {}),
    ("GET", "/old/x", {}),
    ("POST", "/post/", {"Content-Length": "5000"}),
    ("GET", "/secret/x", {}),
    ("GET", "/secret/x", {"Authorization": "Basic bm86bm8="}),
    ("GET", "/gone/x?y=z", {}),
    ("GET", "/limited/", {}),
    ("GET", "/limited/", {}),
    ("GET", "/legalities", {}),
]
RAW = [
    b"BAD\r\n\r\n",
    b"GET /x HTTP/1.1\r\n\r\n",
    b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /x HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 40000 + b"\r\n\r\n",
    b"GET /x HTTP/1.0\r\n\r\n",
]


class Portal(Stack):
    """The portal's server; with `guest` legalnet is under /legal/ of it."""

    def _render(self, guest=True, folder=None, **settings):
        texts = super()._render(**settings)
        site = SITE.format(folder=folder, log=f"{self.directory}/log/portal.log")
        body = texts["nginx.conf"]
        start = body.index("# Refused before a location")
        end = body.index("include", start)
        assert "legalnet.conf" in body[end : end + 200]
        line_end = body.index("\n", end)
        included = body[end:line_end] if guest else ""
        texts["nginx.conf"] = (
            body[:start].replace("server_name _;", "") + site + included + body[line_end:]
        )
        if not guest:
            texts["nginx.conf"] = re.sub(
                r"\n *log_format legalnet[^;]*;|\n *access_log [^;]* legalnet[^;]*;"
                r"|\n *include [^;]*legalnet-http.conf;"
                r"|\n    # Operations.*?\n    \}\n",
                "\n",
                texts["nginx.conf"],
                flags=re.S,
            )
            texts["nginx.conf"] = texts["nginx.conf"].replace("\nhttp {", "\nhttp {" + HTTP)
            texts["modules.conf"] = ""
        return texts

    def check_logs(self):
        """The portal has errors of its own."""

    def portal_log(self, name):
        lines = (self.directory / "log" / name).read_text().splitlines()
        return [line for line in lines if "/legal/api/" not in line]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal")
    for one in [folder, *folder.parents]:
        if one.stat().st_uid == folder.stat().st_uid and one.name not in ("tmp", ""):
            one.chmod(0o755)
    (folder / "index.html").write_text("the portal")
    (folder / "page.html").write_text("a page of the portal")
    (folder / "404.html").write_text("the portal's own 404")
    (folder / "users").write_text("yes:{PLAIN}yes\n")
    return folder


def tell(stack):
    """What somebody outside sees, without what differs from day to day."""
    seen = []
    for method, path, headers in REQUESTS:
        content = b"x" * int(headers.get("Content-Length", 0))
        answer = stack.client.request(method, path, headers=headers, content=content)
        kept = {name: value for name, value in answer.headers.items() if name != "date"}
        kept["location"] = kept.get("location", "").replace(str(stack.port), "PORT")
        seen.append((method, path, answer.status_code, kept, answer.content))
    for request in RAW:
        answer = re.sub(rb"Date: [^\r]*", b"", stack.raw(request))
        seen.append((request[:20], answer))
    return seen


def plain(lines, stack):
    """Log lines without times, numbers of processes and connections, and ports."""
    out = []
    for line in lines:
        line = re.sub(r"^\S+ \S+ \[(\w+)\] \d+#\d+: (\*\d+ )?", r"[\1] ", line)
        line = line.replace(str(stack.port), "PORT").replace(str(stack.directory), "DIR")
        if re.search(r"\[notice\]|legalnet: an error_log|\[info\]|excess: ", line):
            continue
        out.append(line)
    return out


@pytest.fixture(scope="module")
def both(built, folder):
    alone = Portal(guest=False, ready=False, folder=folder, http="", workers=1)
    guest = Portal(
        guest=True,
        ready=False,
        folder=folder,
        database=alone.database,
        prefix="/legal",
        workers=1,
        **{**notes.settings(), "http": HTTP + notes.MESSAGES},
    )
    notes.install(guest)
    yield alone, guest
    guest.close()
    alone.close()


def test_answers_headers_and_logs_are_as_before(both):
    alone, guest = both
    before, after = tell(alone), tell(guest)
    for one, other in zip(before, after):
        assert one == other
    wait_for(lambda: len(guest.portal_log("portal.log")) >= len(REQUESTS) + len(RAW), "log lines")
    assert plain(guest.portal_log("portal.log"), guest) == plain(
        alone.portal_log("portal.log"), alone
    )
    errors = plain(alone.portal_log("error.log"), alone)
    assert [line for line in errors if "request: " in line]
    assert plain(guest.portal_log("error.log"), guest) == errors


def test_the_guest_is_at_home_under_its_prefix(both):
    _, guest = both
    made = notes.note(guest, prefix="/legal")
    answer = guest.get(f"/legal/api/v1/notes/{made['id']}", headers={"X-Own": MARK})
    assert answer.json() == made
    made = guest.post("/legal/api/v1/notes", json={"title": "x"}, headers=notes.key())
    assert made.headers["location"].startswith("/legal/api/v1/notes/")
    assert guest.get(made.headers["location"]).status_code == 200
    nothing = guest.get(f"/legal/api/v1/nothing?q={MARK}")
    assert nothing.json()["code"] == "not_found"
    assert guest.get("/legal/api/v1/regions").status_code == 200
    body = {"title": MARK * 8000}
    large = guest.post("/legal/api/v1/notes", json=body, headers=notes.key())
    assert large.json()["code"] == "body_too_large"
    assert not [line for line in guest.portal_log("error.log") if MARK in line]
