"""The browser's way to an identity provider and back: only he comes back who went."""

import re
import urllib.parse

import pytest

from api.auth_world import *  # noqa: F403
from api.contract import Contract
from api.oidc import RETURN, SECRET, Hostile, Surfer, come_back, error_of, signed_in

STACK = {"features": "directory auth"}
INDEX_KEY = bytes([3]) * 32


@pytest.fixture(scope="module")
def one_provider(shared_stack):
    one = Hostile(shared_stack)
    shared_stack.configure(http=one.directive())
    shared_stack.reload()
    yield one
    one.shutdown()


@pytest.fixture
def provider(stack, one_provider):
    forget(stack)
    one_provider.reset()
    return one_provider


def went(surfer, provider, **claims):
    """Away; the code and state with which he would come back."""
    return provider.code(surfer.start().headers["location"], **claims)


def test_what_the_provider_is_asked(stack, provider):
    answer = Surfer(stack).start("/me")
    where, _, query = answer.headers["location"].partition("?")
    query = dict(urllib.parse.parse_qsl(query))
    assert where == provider.issuer + "/auth"
    assert query.pop("redirect_uri") == stack.url + RETURN
    assert all(len(query.pop(name)) == 43 for name in ("state", "nonce", "code_challenge"))
    assert query == {
        **{"response_type": "code", "client_id": "legalnet", "scope": "openid"},
        "code_challenge_method": "S256",
    }
    assert answer.headers["cache-control"] == "no-store"


def test_the_cookie_meanwhile(stack, provider):
    """Scripts do not read it, other sites' requests do not send it but for the way back."""
    answer = Surfer(stack).start("/me")
    (text,) = answer.headers.get_list("set-cookie")
    assert re.fullmatch(
        r"ln_oidc=[\w-]{43}\.\d+\.[\w-]+\.\.[\w-]*; Path=/api/v1/auth/oidc/; Max-Age=600; HttpOnly;"
        r" SameSite=Lax",
        text,
    )
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["location"]).query)
    assert not any(query[name][0] in text for name in ("state", "nonce", "code_challenge"))


def test_signed_in_by_cookies(stack, provider):
    contract = Contract(stack)
    surfer = Surfer(stack)
    answer = come_back(provider, surfer)
    contract.check(answer)
    assert signed_in(answer) and answer.content == b""
    cookies = {text.split("=")[0]: text for text in answer.headers.get_list("set-cookie")}
    assert set(cookies) == {"ln_at", "ln_rt", "ln_dv", "ln_oidc"}
    assert all("HttpOnly" in text for text in cookies.values())
    assert all("SameSite=Strict" in cookies[name] for name in ("ln_at", "ln_rt", "ln_dv"))
    assert "Max-Age=0" in cookies["ln_oidc"]
    me = surfer.get("/api/v1/me").json()
    assert me["kind"] == "citizen"
    assert surfer.client.post(stack.url + "/api/v1/auth/refresh", json={}).status_code == 200
    form, authorization = provider.bodies[-1]
    assert set(form) == {"grant_type", "code", "redirect_uri", "code_verifier"}
    assert authorization.startswith("Basic ")


def test_the_secret_in_the_body(stack, provider, stack_factory):
    other = stack_factory(features="directory auth")
    there = Hostile(other)
    other.configure(http=there.directive(auth="post"))
    other.reload()
    assert signed_in(come_back(there))
    form, authorization = there.bodies[-1]
    assert form["client_secret"] == SECRET and form["client_id"] == "legalnet"
    assert authorization is None
    there.shutdown()


def test_the_same_account_each_time(stack, provider):
    ids = set()
    for _ in range(2):
        surfer = Surfer(stack)
        come_back(provider, surfer, sub="thesame")
        ids.add(surfer.get("/api/v1/me").json()["id"])
    assert len(ids) == 1


def test_a_disabled_account(stack, provider):
    surfer = Surfer(stack)
    come_back(provider, surfer, sub="disabled")
    id = uuid.UUID(surfer.get("/api/v1/me").json()["id"])
    stack.sql("UPDATE account SET status = 'disabled' WHERE id = %s", id.bytes)
    assert error_of(come_back(provider, sub="disabled")) == "sign_in_refused"


def test_the_device_stays_known(stack, provider):
    """Its cookie does not travel with the way back, so it goes with the other one."""
    surfer = Surfer(stack)
    come_back(provider, surfer)
    device = surfer.cookie("ln_dv")
    answer = surfer.start()
    code, state = provider.code(answer.headers["location"])
    away = surfer.cookie("ln_oidc")
    answer = httpx.get(
        stack.url + RETURN,
        params={"code": code, "state": state},
        headers={"Cookie": f"ln_oidc={away}"},
    )
    assert signed_in(answer) and answer.cookies["ln_dv"] == device


def test_a_new_device_is_told(stack, provider):
    """To the phone that the account has; who has none cannot be told."""
    told = "SELECT recipient FROM outbox WHERE template = 'new_sign_in'"
    surfer = Surfer(stack)
    come_back(provider, surfer, sub="told")
    come_back(provider, sub="told")
    assert stack.sql(told) == []
    phone, id = new_phone(), uuid.UUID(surfer.get("/api/v1/me").json()["id"])
    stack.sql(
        "UPDATE account a JOIN account b ON b.id = %s"
        " SET a.phone = b.phone, a.phone_at = b.phone_at, b.phone = NULL, b.phone_index = NULL"
        " WHERE a.id = %s",
        Person(stack, phone).sign_in().account.bytes,
        id.bytes,
    )
    come_back(provider, surfer, sub="told")
    assert stack.sql(told) == [], "the same browser"
    provider.claims = {"nonce": "another"}
    assert error_of(come_back(provider, sub="told")) == "oidc_failed"
    assert stack.sql(told) == [], "only who got in is news"
    provider.claims = {}
    come_back(provider, sub="told")
    assert [unseal(row["recipient"], "outbox.recipient") for row in stack.sql(told)] == [phone]


# Only who went


def test_login_csrf(stack, provider):
    """Somebody sends another a way back of his own: it signs nobody in."""
    attacker, victim = Surfer(stack), Surfer(stack)
    code, state = went(attacker, provider, sub="attacker")
    assert error_of(victim.back(code=code, state=state)) == "oidc_state"
    went(victim, provider)
    assert error_of(victim.back(code=code, state=state)) == "oidc_state"
    assert victim.get("/api/v1/me").status_code == 401 and not provider.bodies


def test_a_code_of_another_sign_in(stack, provider):
    """The attacker's code with the victim's own state: PKCE and nonce are the victim's."""
    attacker, victim = Surfer(stack), Surfer(stack)
    stolen, _ = went(attacker, provider, sub="attacker")
    _, state = went(victim, provider)
    provider.started[stolen] = None, {}  # as a provider that checks the verifier answers
    assert error_of(victim.back(code=stolen, state=state)) == "oidc_failed"
    attacker, victim = Surfer(stack), Surfer(stack)
    query, claims = provider.started[went(attacker, provider, sub="attacker")[0]]
    code, state = went(victim, provider)
    # a provider that does not: the token is then for the attacker's nonce
    provider.claims = {"nonce": query["nonce"]}
    assert error_of(victim.back(code=code, state=state)) == "oidc_failed"
    assert victim.get("/api/v1/me").status_code == 401


def test_fixation(stack, provider):
    """What a browser had before is not what it has after."""
    surfer = Surfer(stack)
    surfer.client.cookies.set("ln_at", "a.b.c", domain="127.0.0.1", path="/")
    come_back(provider, surfer)
    first = surfer.get("/api/v1/me/sessions").json()["items"]
    come_back(provider, surfer)
    second = surfer.get("/api/v1/me/sessions").json()["items"]
    current = lambda items: next(one["id"] for one in items if one["current"])
    assert current(first) != current(second)
    assert "a.b.c" not in {cookie.value for cookie in surfer.client.cookies.jar}


def test_once(stack, provider):
    surfer = Surfer(stack)
    code, state = went(surfer, provider)
    away = surfer.cookie("ln_oidc")
    assert signed_in(surfer.back(code=code, state=state))
    assert error_of(surfer.back(code=code, state=state)) == "oidc_state", "the cookie is gone"
    surfer.client.cookies.set("ln_oidc", away, domain="127.0.0.1", path="/api/v1/auth/oidc/")
    assert error_of(surfer.back(code=code, state=state)) == "oidc_failed", "and so is the code"


@pytest.mark.parametrize(
    "change",
    [
        lambda cookie: "",
        lambda cookie: "x",
        lambda cookie: "." * 50,
        lambda cookie: "A" + cookie[1:],
        lambda cookie: cookie + "x",
        lambda cookie: cookie[:43],
        lambda cookie: cookie.replace(cookie.split(".")[1], "9999999999"),
        lambda cookie: cookie.replace(cookie.split(".")[2], "Ly9ldmlsLmV4YW1wbGU"),
        lambda cookie: cookie.replace(cookie.split(".")[2], "L21lL2FkbWlu"),
        lambda cookie: cookie + "y" * 4000,
        lambda cookie: f"{cookie}; ln_oidc={cookie}",
    ],
)
def test_a_cookie_that_was_changed(stack, provider, change):
    surfer = Surfer(stack)
    code, state = went(surfer, provider)
    cookie = change(surfer.cookie("ln_oidc"))
    answer = httpx.get(
        stack.url + RETURN,
        params={"code": code, "state": state},
        headers={"Cookie": f"ln_oidc={cookie}"},
    )
    assert error_of(answer) == "oidc_state" and "ln_at" not in answer.cookies


def test_ten_minutes(stack, provider):
    """An old cookie with the state that belongs to it, made by whoever has the keys."""
    halves = [blind(f"auth.secret.{half}", "OIDC") for half in ("first", "second")]
    surfer = Surfer(stack)
    code, state = went(surfer, provider)
    cookie = surfer.cookie("ln_oidc")
    assert state == sign(b"".join(halves), "state", cookie), "this test makes them as C does"
    random, until, rest = cookie.split(".", 2)
    old = f"{random}.{int(until) - 660}.{rest}"
    answer = httpx.get(
        stack.url + RETURN,
        params={"code": code, "state": sign(b"".join(halves), "state", old)},
        headers={"Cookie": f"ln_oidc={old}"},
    )
    assert error_of(answer) == "oidc_state"


def blind(field, text):
    """ln_blind() under the key that the harness writes into index.key."""
    return hmac.digest(INDEX_KEY, f"{field}|{text}".encode(), "sha256")[:16]


def sign(key, label, text):
    digest = hmac.digest(key, label.encode() + b"\0" + text.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@pytest.mark.parametrize("state", ["", "x", "s" * 43, "s" * 256, "\u4e2d" * 20, None])
def test_wrong_states(stack, provider, state):
    surfer = Surfer(stack)
    code, _ = went(surfer, provider)
    query = {"code": code} | ({} if state is None else {"state": state})
    assert error_of(surfer.back(**query)) in ("oidc_state", "validation_failed")


# What else comes back


@pytest.mark.parametrize(
    "query,code",
    [
        ({"error": "access_denied"}, "oidc_denied"),
        ({"error": "access_denied", "error_description": "<script>"}, "oidc_denied"),
        ({"error": "server_error"}, "oidc_failed"),
        ({"error": "x\r\nSet-Cookie: a=b"}, "oidc_failed"),
        ({}, "oidc_failed"),
        ({"code": "never was one"}, "oidc_failed"),
        ({"code": "x" * 2049}, "validation_failed"),
        ({"code": "good", "iss": "https://other.example.org"}, "oidc_failed"),
    ],
)
def test_errors_are_pages(stack, provider, query, code):
    surfer = Surfer(stack)
    good, state = went(surfer, provider)
    query = {name: good if value == "good" else value for name, value in query.items()}
    answer = surfer.back(state=state, **query)
    assert error_of(answer) == code
    assert "ln_at" not in answer.cookies and answer.headers["cache-control"] == "no-store"


def test_who_answers(stack, provider):
    """RFC 9207: a provider that says it always tells must tell."""
    surfer = Surfer(stack)
    code, state = went(surfer, provider)
    assert signed_in(surfer.back(code=code, state=state, iss=provider.issuer))
    provider.document = {"authorization_response_iss_parameter_supported": True}
    stack.reload()
    code, state = went(surfer, provider)
    assert error_of(surfer.back(code=code, state=state)) == "oidc_failed"
    code, state = went(surfer, provider)
    assert signed_in(surfer.back(code=code, state=state, iss=provider.issuer))
    stack.reload()


def test_parameters_that_are_the_providers_own(stack, provider):
    surfer = Surfer(stack)
    code, state = went(surfer, provider)
    assert signed_in(surfer.back(code=code, state=state, session_state="x", scope="openid"))


def test_only_get(stack, provider):
    """HEAD would sign in, and is what programs send that look at links."""
    surfer = Surfer(stack)
    code, state = went(surfer, provider)
    for path in ("start", "return"):
        for method in ("HEAD", "POST", "PUT", "DELETE"):
            answer = surfer.client.request(
                method, f"{stack.url}/api/v1/auth/oidc/{path}", params={"code": code, "state": state}
            )
            assert answer.status_code == 405 and answer.headers["allow"] == "GET"
    assert signed_in(surfer.back(code=code, state=state))


# Where to afterwards


@pytest.mark.parametrize(
    "path", ["/", "/me", "/me?tab=1&x=%2F%2Fevil", "/practitioners/7#top", "/a//".rstrip("/"), "/a-b_c~d"]
)
def test_paths_of_our_own(stack, provider, path):
    assert signed_in(come_back(provider, path=path), path)


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/ /evil.example",
        "/\r\nLocation: //evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/javascript:alert(1)",
        "evil.example",
        "@evil.example",
        "/../evil",
        "/me/../../evil",
        "/.",
        "/%2e%2e/evil",
        "/%2F/evil.example",
        "/me//evil",
        "/api/v1/auth/oidc/start",
        "/API/v1/me",
        "/" + "x" * 256,
        "/\u4e2d",
        "?x",
        "#x",
    ],
)
def test_paths_that_lead_elsewhere(stack, provider, path):
    answer = Surfer(stack).start(path)
    assert error_of(answer) == "validation_failed"
    assert "set-cookie" not in answer.headers


def test_under_a_prefix(stack_factory):
    stack = stack_factory(features="directory auth", prefix="/legal")
    provider = Hostile(stack)
    stack.configure(http=provider.directive().replace(RETURN, "/legal" + RETURN))
    stack.reload()
    client = httpx.Client(base_url=stack.url)
    answer = client.get("/legal/api/v1/auth/oidc/start", params={"return": "/me"})
    assert "Path=/legal/api/v1/auth/oidc/" in answer.headers["set-cookie"]
    code, state = provider.code(answer.headers["location"])
    query = {"code": code, "state": state}
    provider.stack.url += "/legal"  # of redirect_uri
    answer = client.get("/legal" + RETURN, params=query)
    assert answer.headers["location"] == "/legal/me"
    answer = client.get("/legal" + RETURN, params=query)
    assert answer.headers["location"] == "/legal/sign-in?error=oidc_state"
    provider.shutdown()


# Configuration


@pytest.mark.parametrize(
    "change,said",
    [
        (("insecure=on", "insecure=off"), "does not begin with https://"),
        (("issuer=http://127.0.0.1", "issuer=http://192.0.2.1"), "does not begin with https://"),
        (("issuer=http://127.0.0.1", "issuer=ftp://127.0.0.1"), "does not begin with https://"),
        (("issuer=http://127", "issuer=http://user@127"), "no plain address"),
        (("auth/oidc/return", "auth/oidc/back"), "does not end with"),
        (("client_id=legalnet", "client_id="), "no value of"),
        (("client_id=legalnet", ""), "no value of"),
        (("insecure=on", "insecure=on auth=none"), "neither basic nor post"),
        (("insecure=on", "insecure=on name=real_name"), "belong together"),
        (("insecure=on", "colour=blue"), "unknown option"),
    ],
)
def test_mistakes_show_at_nginx_t(stack, provider, change, said):
    text = provider.directive(auth=None).replace('"insecure=on"', "insecure=on")
    assert change[0] in text
    fine, output = stack.test_configuration(http=text.replace(*change))
    assert not fine and said in output and SECRET not in output


def test_not_offered(stack_factory):
    stack = stack_factory(features="directory auth")
    assert stack.get("/api/v1/auth/ways").json()["oidc"] is False
    assert error_of(Surfer(stack).start()) == "way_not_offered"
    assert error_of(Surfer(stack).back(code="x", state="y")) == "way_not_offered"


def test_read_only(stack, provider):
    surfer = Surfer(stack)
    code, state = went(surfer, provider)
    stack.configure(location="legalnet_read_only on;")
    stack.reload()
    try:
        assert error_of(surfer.back(code=code, state=state)) == "read_only"
    finally:
        stack.configure(location="")
        stack.reload()
