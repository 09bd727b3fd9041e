"""The site around the API: pages, headers, errors that nginx itself makes, logs, mounts."""

import json
import time

import pytest

from harness.process import TOP
from harness.stack import BROTLI

STACK = {"workers": 2}
needs_brotli = pytest.mark.skipif(not BROTLI.exists(), reason="nginx has no module for brotli")

POLICY = "default-src 'none'"


def test_the_page_has_the_strict_headers(stack):
    answer = stack.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith(POLICY)
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-cache"
    assert '<base href="/"' in answer.text


PAGES = ["/", "/practitioners", "/practitioners/1", "/organizations/2/", "/Practitioners"]
NO_PAGES = ["/some/deep/path", "/practitioners/x", "/practitioners/1/y", "/404.html", "/50x.html"]


@pytest.mark.parametrize("path", [*PAGES, "/index.html"])
def test_paths_of_the_application_are_its_page(stack, path):
    answer = stack.get(path)
    assert answer.status_code == 200
    assert '<div id="app">' in answer.text


@pytest.mark.parametrize("path", NO_PAGES)
def test_any_other_path_is_the_same_page_with_status_404(stack, path):
    answer = stack.get(path)
    assert answer.status_code == 404
    assert '<div id="app">' in answer.text
    assert answer.headers["content-security-policy"].startswith(POLICY)


def test_a_page_is_compressed_and_sent_once(stack):
    first = stack.get("/practitioners", headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["vary"] == "Accept-Encoding"
    tag = {"If-None-Match": first.headers["etag"]}
    again = stack.get("/organizations", headers={"Accept-Encoding": "gzip", **tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("coding", ["gzip", pytest.param("br", marks=needs_brotli)])
def test_assets_are_immutable_and_compressed_before(stack, coding):
    asset = stack.get("/").text.split('src="./')[1].split('"')[0]
    with stack.client.stream("GET", f"/{asset}", headers={"Accept-Encoding": coding}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["content-security-policy"].startswith(POLICY)
    ending = {"gzip": ".gz", "br": ".br"}[coding]
    assert sent == (TOP / f"build/web/{asset}{ending}").read_bytes()


@pytest.mark.parametrize(
    "path, status", [("/assets/missing.js", 404), ("/assets/", 403), ("/centers.html", 404)]
)
def test_errors_have_a_page_without_javascript(stack, path, status):
    answer = stack.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert 'href="tel:12348"' in answer.text
    assert "<script" not in answer.text
    assert stack.get("/plain.css").status_code == 200


def test_a_page_takes_no_post(stack):
    answer = stack.post("/organizations")
    assert answer.status_code == 405
    assert 'href="tel:12348"' in answer.text


def problem(raw):
    head, _, body = raw.partition(b"\r\n\r\n")
    assert b"Content-Type: application/problem+json" in head
    return int(head.split()[1]), json.loads(body)


@pytest.mark.parametrize(
    "request_bytes, status, code",
    [
        (b"BAD\r\n\r\n", 400, "bad_request"),
        (b"GET /api/v1/regions HTTP/1.1\r\n\r\n", 400, "bad_request"),
        (b"GET /api/v1/%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad_request"),
        (b"GET /api/%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400, "bad_request"),
        (b"TRACE /api/v1/regions HTTP/1.1\r\nHost: x\r\n\r\n", 405, "method_not_allowed"),
        (
            b"GET /api/v1/regions HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 40000 + b"\r\n\r\n",
            431,
            "header_too_large",
        ),
        (b"GET /" + b"x" * 40000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "uri_too_long"),
        (
            b"POST /api/v1/organizations/1/reports HTTP/1.1\r\nHost: x\r\n"
            b"Connection: close\r\nContent-Length: 70000\r\n\r\n",
            413,
            "body_too_large",
        ),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 505, "bad_request"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: x\r\n\r\n", 501, "bad_request"),
    ],
    ids=["line", "host", "escape", "nul", "trace", "header", "uri", "body", "version", "coding"],
)
def test_what_nginx_refuses_has_the_form_of_the_api(stack, request_bytes, status, code):
    seen, body = problem(stack.raw(request_bytes))
    assert (seen, body["status"], body["code"]) == (status, status, code)
    assert body["request_id"]


def test_rate_limits_answer_in_the_form_of_the_api(stack_factory):
    stack = stack_factory(
        http="limit_req_zone $legalnet_route zone=routes:1m rate=1r/m; limit_req_status 429;",
        location="limit_req zone=routes;",
    )
    stack.get("/api/v1/languages")
    answer = stack.get("/api/v1/languages")
    assert answer.status_code == 429
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "too_many_requests"


def test_it_lives_under_a_prefix_as_well(stack_factory, folder):
    """The neighbour's own pages and logs are as they were."""
    (folder / "index.html").write_text("the portal")
    stack = stack_factory(prefix="/legal", server=f"location / {{ root {folder}; }}")
    assert stack.get("/").text == "the portal"
    assert stack.get("/nothing").headers["content-type"] == "text/html"
    assert stack.get("/api/v1/languages").status_code == 404
    assert "problem" not in stack.get("/api/v1/languages").headers["content-type"]
    page = stack.get("/legal/")
    assert '<base href="/legal/"' in page.text
    assert '<base href="/legal/"' in stack.get("/legal/practitioners/7").text
    missing = stack.get("/legal/some/page")
    assert (missing.status_code, '<base href="/legal/"' in missing.text) == (404, True)
    assert '<base href="/legal/"' in stack.get("/legal/assets/missing.js").text
    assert stack.get("/legal/api/v1/languages").json()["items"]
    assert stack.get("/legal/api/v1/nothing").json()["code"] == "not_found"


def test_the_operations_listener_has_nothing_else(stack):
    assert stack.ops.get("/healthz").status_code == 200
    assert stack.ops.get("/metrics").headers["content-type"].startswith("text/plain")
    assert stack.ops.get("/api/v1/languages").status_code == 404
    for path in ("/healthz", "/readyz", "/metrics"):
        assert "<div id" in stack.get(path).text


def logged(stack, since, wanted):
    """nginx writes the line of a request after its answer has gone out."""
    for _ in range(100):
        if any(wanted in line for line in stack.access_log()[since:]):
            return True
        time.sleep(0.05)
    return False


def test_the_access_log_has_routes_and_no_questions(stack):
    since = len(stack.access_log())
    stack.get("/api/v1/practitioners?q=secret-of-mine")
    assert logged(stack, since, " GET /api/v1/practitioners 200 ")
    stack.get("/api/v1/nothing?q=secret-of-mine")
    assert logged(stack, since, " 404 ")
    assert not [line for line in stack.access_log() if "secret" in line]


def test_nginx_t_needs_no_database(stack):
    good, said = stack.test_configuration(hosts=["unix:/nonexistent/mysql.sock"])
    assert good, said
