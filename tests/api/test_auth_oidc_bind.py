"""Binding the identity provider's sign-in to an account that is there already."""

import concurrent.futures
import re
import urllib.parse

import pytest

from api.auth_world import *  # noqa: F403
from api.contract import Contract
from api.oidc import Hostile, Provider, Surfer, come_back, error_of, signed_in
from api.test_auth_admin import admins, clerk  # noqa: F401
from api.test_auth_oidc_person import CLAIMS, known, number
from api.test_auth_password import with_password

STACK = {"features": "directory auth person"}
BIND = "/api/v1/me/oidc"
PAGE = "/account"


@pytest.fixture(scope="module")
def one_provider(shared_stack):
    one = Hostile(shared_stack)
    shared_stack.configure(http=one.directive(**CLAIMS))
    shared_stack.reload()
    yield one
    one.shutdown()


@pytest.fixture
def provider(stack, one_provider):
    forget(stack)
    one_provider.reset()
    yield one_provider
    stack.sql("DELETE FROM account_identity")
    stack.sql("UPDATE account SET person_id = NULL")
    stack.sql("DELETE FROM person")


class Holder(Surfer):
    """Somebody who signed in by phone, in a browser."""

    def __init__(self, stack, phone=None):
        super().__init__(stack)
        self.phone = phone or new_phone()
        self.renew()

    def renew(self):
        forget(self.stack)
        body = {"phone": self.phone, "code": ask_code(self.stack, self.phone)}
        answer = self.post("/api/v1/auth/sessions", **body, transport="cookie")
        assert answer.status_code == 200, answer.text
        self.account = uuid.UUID(self.get("/api/v1/me").json()["id"])

    def post(self, path, **body):
        return self.client.post(self.stack.url + path, json=body)

    def begin(self, page=PAGE):
        return self.post(BIND + "/start", **{"return": page})

    def away(self, provider, **claims):
        """There and back; where the browser is sent then."""
        answer = self.begin()
        assert answer.status_code == 200, answer.text
        code, state = provider.code(answer.json()["url"], **claims)
        return self.back(code=code, state=state)

    def bind(self, provider, **claims):
        answer = self.away(provider, **claims)
        assert answer.headers.get("location") == PAGE + "#oidc_back", answer.text
        return self.post(BIND)

    def bound(self):
        rows = self.stack.sql(
            "SELECT subject FROM account_identity WHERE account_id = %s AND kind = 'oidc'",
            self.account.bytes,
        )
        return [row["subject"] for row in rows]


def test_thin_thread(stack, provider):
    """signed in by phone -> to the provider -> back -> bound -> the next time by the provider"""
    contract = Contract(stack)
    one = Holder(stack)
    assert one.get("/api/v1/me/identities").json()["items"] == []
    answer = one.begin()
    contract.check(answer)
    where, _, query = answer.json()["url"].partition("?")
    query = dict(urllib.parse.parse_qsl(query))
    assert where == provider.issuer + "/auth" and query["prompt"] == "login"
    code, state = provider.code(answer.json()["url"], sub="mine")
    answer = one.back(code=code, state=state)
    contract.check(answer)
    assert answer.headers["location"] == PAGE + "#oidc_back" and answer.content == b""
    assert not provider.bodies, "the code waits for our own page"
    assert one.bound() == []
    answer = one.post(BIND)
    contract.check(answer)
    assert answer.status_code == 204 and one.bound() == ["mine"]
    answer = one.get("/api/v1/me/identities")
    contract.check(answer)
    assert [item["kind"] for item in answer.json()["items"]] == ["oidc"]
    other = Surfer(stack)
    assert signed_in(come_back(provider, other, sub="mine"))
    assert uuid.UUID(other.get("/api/v1/me").json()["id"]) == one.account
    audit = stack.sql("SELECT subject_id FROM audit_event WHERE action = 'POST /api/v1/me/oidc'")
    assert audit == [{"subject_id": str(one.account)}]


def test_ended_again(stack, provider):
    one = Holder(stack)
    assert one.bind(provider, sub="ended").status_code == 204
    answer = one.client.delete(stack.url + "/api/v1/me/identities/oidc")
    assert answer.status_code == 204 and one.bound() == []
    other = Surfer(stack)
    assert signed_in(come_back(provider, other, sub="ended"))
    assert uuid.UUID(other.get("/api/v1/me").json()["id"]) != one.account


def test_a_second_time_is_the_same(stack, provider):
    one = Holder(stack)
    assert one.bind(provider, sub="again").status_code == 204
    assert one.bind(provider, sub="again").status_code == 204
    assert one.bound() == ["again"]
    told = stack.sql("SELECT recipient, account_id FROM outbox WHERE template = 'identity_bound'")
    assert [unseal(row["recipient"], "outbox.recipient") for row in told] == [one.phone]
    assert told[0]["account_id"] == one.account.bytes


# What is refused


def test_what_is_anothers(stack, provider):
    come_back(provider, sub="anothers")
    one = Holder(stack)
    problem(one.bind(provider, sub="anothers"), 409, "oidc_bound_elsewhere")
    assert one.bound() == []


def test_one_person_an_account(stack, provider):
    one = Holder(stack)
    assert one.bind(provider, sub="first").status_code == 204
    problem(one.bind(provider, sub="second"), 409, "oidc_bound_other")
    assert one.bound() == ["first"]


def test_the_record_is_somebody_elses(stack, provider):
    """Who is known for certain binds only himself."""
    one = Holder(stack)
    assert one.bind(provider, **known("sure", id_number=number(11))).status_code == 204
    assert one.get("/api/v1/me").json()["assurance"] == 3
    one.client.delete(stack.url + "/api/v1/me/identities/oidc")
    answer = one.bind(provider, **known("wife", name="李四", id_number=number(12)))
    problem(answer, 409, "oidc_other_person")
    assert one.bound() == []
    assert one.bind(provider, **known("sure", id_number=number(11))).status_code == 204


def test_staff(stack, provider, admins):
    person = clerk(stack, admins)
    headers = {**person.headers(), "Sec-Fetch-Site": "same-origin"}
    surfer = Surfer(stack)
    surfer.client.headers.update(headers)
    answer = surfer.client.post(stack.url + BIND + "/start", json={"return": PAGE})
    code, state = provider.code(answer.json()["url"], sub="clerk")
    assert surfer.back(code=code, state=state).headers["location"] == PAGE + "#oidc_back"
    problem(surfer.client.post(stack.url + BIND, json={}), 409, "oidc_not_for_staff")


def test_nobody_leaves_himself_a_way_in(stack, provider):
    """Not by a first password that others know, nor by a session that has just ended."""
    one = Holder(stack)
    mark = "UPDATE account SET password_must_change = %s WHERE id = %s"
    stack.sql(mark, 1, one.account.bytes)
    problem(one.bind(provider, sub="left"), 409, "password_first")
    stack.sql(mark, 0, one.account.bytes)
    stack.sql(
        "UPDATE session SET ended_at = UTC_TIMESTAMP(6) WHERE account_id = %s", one.account.bytes
    )
    problem(one.bind(provider, sub="left"), 401, "refresh_refused")
    assert one.bound() == []


def test_who_denies(stack, provider):
    one = Holder(stack)
    state = dict(urllib.parse.parse_qsl(one.begin().json()["url"]))["state"]
    answer = one.back(error="access_denied", state=state)
    assert answer.headers["location"] == PAGE + "#oidc_denied"
    problem(one.post(BIND), 409, "oidc_state")
    state = dict(urllib.parse.parse_qsl(one.begin().json()["url"]))["state"]
    assert one.back(error="any", state=state).headers["location"] == PAGE + "#oidc_failed"
    state = dict(urllib.parse.parse_qsl(one.begin().json()["url"]))["state"]
    answer = one.back(code="x" * 2000, state=state)
    assert answer.headers["location"] == PAGE + "#oidc_failed", "no cookie is that long"


@pytest.mark.parametrize(
    "page", ["//evil.example", "/api/v1/me", "/account#x", "https://evil.example", "/a/../b", "x"]
)
def test_pages_that_lead_elsewhere(stack, provider, page):
    errors = problem(Holder(stack).begin(page), 422, "validation_failed")["errors"]
    assert [(error["name"], error["code"]) for error in errors] == [("return", "bad_return")]


def test_a_token_that_does_not_hold(stack, provider):
    one = Holder(stack)
    provider.claims = {"nonce": "another"}
    problem(one.bind(provider), 409, "oidc_failed")
    assert one.bound() == []
    provider.claims = {}
    problem(one.post(BIND), 409, "oidc_state")


# Only who began, and only he


def test_other_sites_neither_begin_nor_end(stack, provider):
    one = Holder(stack)
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        answer = one.client.post(stack.url + BIND + "/start", json={"return": PAGE}, headers=headers)
        problem(answer, 403, "origin_refused")
    one.away(provider, sub="mine")
    answer = one.client.post(stack.url + BIND, json={}, headers={"Sec-Fetch-Site": "cross-site"})
    problem(answer, 403, "origin_refused")
    assert one.client.get(stack.url + BIND + "/start").status_code == 405
    assert one.post(BIND).status_code == 204


def test_the_cookies_meanwhile(stack, provider):
    """Nothing that scripts see; the second cookie does not even leave with links from elsewhere."""
    one = Holder(stack)
    answer = one.begin()
    (text,) = answer.headers.get_list("set-cookie")
    assert re.fullmatch(
        r"ln_oidc=[\w-]{43}\.\d+\.[\w-]+\.[\w-]{22}\.; Path=/api/v1/auth/oidc/; Max-Age=600;"
        r" HttpOnly; SameSite=Lax",
        text,
    )
    code, state = provider.code(answer.json()["url"], sub="mine")
    answer = one.back(code=code, state=state)
    assert "set-cookie" in answer.headers and code not in answer.headers["location"]
    cookies = {text.split("=")[0]: text for text in answer.headers.get_list("set-cookie")}
    assert set(cookies) == {"ln_oidc", "ln_bind"} and "Max-Age=0" in cookies["ln_oidc"]
    assert "Path=/api/v1/me/oidc;" in cookies["ln_bind"]
    assert "HttpOnly" in cookies["ln_bind"] and "SameSite=Strict" in cookies["ln_bind"]
    (text,) = one.post(BIND).headers.get_list("set-cookie")
    assert text.startswith("ln_bind=;") and "Max-Age=0" in text


def test_login_csrf(stack, provider):
    """Somebody sends another the end of what he began himself: it binds nothing."""
    attacker, victim = Holder(stack), Holder(stack)
    code, state = provider.code(attacker.begin().json()["url"], sub="attacker")
    assert error_of(victim.back(code=code, state=state)) == "oidc_state"
    problem(victim.post(BIND), 409, "oidc_state")
    victim.begin()
    assert error_of(victim.back(code=code, state=state)) == "oidc_state"
    assert not provider.bodies and victim.bound() == []


def test_cookies_that_were_planted(stack, provider):
    """Even who can set cookies in a browser binds neither his subject to it nor its to him."""
    attacker, victim = Holder(stack), Holder(stack)
    attacker.away(provider, sub="attacker")
    planted = attacker.cookie("ln_bind")
    victim.client.cookies.set("ln_bind", planted, domain="127.0.0.1", path=BIND)
    problem(victim.post(BIND), 409, "oidc_state")
    # with the victim's session instead of his own: `state` does not prove that
    victim.begin()
    mine, his = (one.cookie("ln_oidc") for one in (victim, attacker))
    parts = planted.split(".")
    assert len(parts) == 7 and his is None
    parts[5] = mine.split(".")[3]
    victim.client.cookies.set("ln_bind", ".".join(parts), domain="127.0.0.1", path=BIND)
    problem(victim.post(BIND), 409, "oidc_state")
    assert victim.bound() == attacker.bound() == [] and not provider.bodies
    # what was begun as a sign-in binds nothing, and the other way round
    parts[5] = ""
    victim.client.cookies.set("ln_bind", ".".join(parts), domain="127.0.0.1", path=BIND)
    problem(victim.post(BIND), 409, "oidc_state")


def test_a_sign_in_is_no_binding(stack, provider):
    one = Holder(stack)
    answer = one.start(PAGE)
    code, state = provider.code(answer.headers["location"], sub="signs in")
    away = one.cookie("ln_oidc")
    coded = base64.urlsafe_b64encode(code.encode()).rstrip(b"=").decode()
    one.client.cookies.set("ln_bind", f"{state}.{coded}.{away}", domain="127.0.0.1", path=BIND)
    problem(one.post(BIND), 409, "oidc_state")
    assert one.bound() == [] and not provider.bodies


def test_another_session_of_the_same_person(stack, provider):
    """Who signed out, or in anew, meanwhile begins again."""
    one = Holder(stack)
    one.away(provider, sub="mine")
    one.renew()
    problem(one.post(BIND), 409, "oidc_state")
    assert one.bound() == []


def test_nobody_any_more(stack, provider):
    one = Holder(stack)
    one.away(provider, sub="mine")
    assert one.post("/api/v1/auth/sign-out").status_code == 204
    problem(one.post(BIND), 401, "sign_in_required")
    assert one.bound() == [] and not provider.bodies


def test_a_disabled_account(stack, provider):
    one = Holder(stack)
    one.away(provider, sub="mine")
    stack.sql("UPDATE account SET status = 'disabled' WHERE id = %s", one.account.bytes)
    assert one.post(BIND).status_code in (401, 404) and one.bound() == []


def test_once(stack, provider):
    one = Holder(stack)
    one.away(provider, sub="mine")
    kept = one.cookie("ln_bind")
    assert one.post(BIND).status_code == 204
    problem(one.post(BIND), 409, "oidc_state")
    one.client.cookies.set("ln_bind", kept, domain="127.0.0.1", path=BIND)
    problem(one.post(BIND), 409, "oidc_failed")
    assert one.bound() == ["mine"]


def test_two_accounts_for_one_subject_at_once(stack, provider):
    people = [Holder(stack) for _ in range(4)]
    for one in people:
        one.away(provider, sub="wanted")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one: one.post(BIND).status_code, people))
    assert sorted(answers) == [204, 409, 409, 409]
    assert sum(one.bound() == ["wanted"] for one in people) == 1


def test_two_subjects_for_one_account_at_once(stack, provider):
    """In two windows of one session: the cookies of one browser would not even allow it."""
    one = Holder(stack)
    windows = []
    for sub in ("left", "right"):
        one.away(provider, sub=sub)
        windows.append(f"ln_bind={one.cookie('ln_bind')}; ln_at={one.cookie('ln_at')}")

    def end(cookies):
        headers = {"Cookie": cookies, "Sec-Fetch-Site": "same-origin"}
        return httpx.post(stack.url + BIND, json={}, headers=headers).status_code

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(end, windows))
    assert sorted(answers) == [204, 409] and len(one.bound()) == 1


def test_the_provider_is_away(stack, provider):
    one = Holder(stack)
    one.away(provider, sub="mine")
    provider.answers["/token"] = (503, (), b"")
    problem(one.post(BIND), 503, "oidc_unavailable")
    assert one.bound() == []


def test_not_offered(stack_factory):
    stack = stack_factory(features="directory auth")
    one = Holder(stack)
    problem(one.begin(), 404, "way_not_offered")
    problem(one.post(BIND), 404, "way_not_offered")


def test_logs_hold_no_code(stack, provider):
    one = Holder(stack)
    code, state = provider.code(one.begin().json()["url"], sub="unlogged")
    one.back(code=code, state=state)
    assert one.post(BIND).status_code == 204
    text = "\n".join(stack.error_log() + stack.access_log())
    assert code not in text and state not in text and "unlogged" not in text


def test_the_real_provider(stack_factory):
    """npm oidc-provider asks for the password once more, although somebody is signed in there."""
    stack = stack_factory(features="directory auth")
    provider = Provider(stack)
    stack.configure(http=provider.directive())
    stack.reload()
    one = Holder(stack)
    one.sign_in_there(one.start().headers["location"], "alice")
    assert one.sign_in_there(one.start().headers["location"], "nobody is asked")
    url = one.begin().json()["url"]
    assert 'value="login"' in one.client.get(url, follow_redirects=True).text
    back = one.sign_in_there(url, "alice")
    assert one.come_back(back).headers["location"] == PAGE + "#oidc_back"
    assert one.post(BIND).status_code == 204 and one.bound() == ["alice"]
    again = Surfer(stack)
    again.sign_in("alice")
    assert uuid.UUID(again.get("/api/v1/me").json()["id"]) == one.account
    provider.close()
