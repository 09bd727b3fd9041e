"""What an identity provider, or somebody in its name, may answer: nothing of it signs in."""

import json
import time

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from api.auth_world import *  # noqa: F403
from api.oidc import Hostile, Surfer, b64, come_back, ec_jwk, error_of, rsa_jwk, signed_in

STACK = {"features": "directory auth"}


@pytest.fixture(scope="module")
def one_provider(shared_stack):
    one = Hostile(shared_stack)
    shared_stack.configure(http=one.directive())
    shared_stack.reload()
    yield one
    one.shutdown()


@pytest.fixture
def provider(stack, one_provider):
    """As after a start: nothing of the test before is kept."""
    forget(stack)
    one_provider.reset()
    stack.reload()
    return one_provider


def count(stack):
    tables = ("account", "session", "refresh_token", "account_identity")
    return [stack.sql(f"SELECT COUNT(*) AS n FROM {table}")[0]["n"] for table in tables]


def failed(stack, why):
    """The last such line of the log says why, by one word of ours."""
    lines = [line for line in stack.error_log() if "OpenID Connect failed: " in line]
    return bool(lines) and f"failed: {why}," in lines[-1] + ","


def test_a_good_one(stack, provider):
    assert signed_in(come_back(provider))
    provider.sign, provider.header = "ES256", {"kid": "second"}
    provider.keys.append(ec_jwk(provider.ec, "second"))
    stack.reload()
    assert signed_in(come_back(provider))


HOUR = 3600

CLAIMS = {
    "wrong iss": ({"iss": "https://other.example.org"}, "issuer"),
    "iss with a slash": ({"iss": "SLASH"}, "issuer"),
    "no iss": ({"iss": None}, "issuer"),
    "iss is a list": ({"iss": ["SELF"]}, "issuer"),
    "wrong aud": ({"aud": "somebody-else"}, "audience"),
    "no aud": ({"aud": None}, "audience"),
    "empty aud": ({"aud": []}, "audience"),
    "aud of others": ({"aud": ["somebody", "else"]}, "audience"),
    "aud of several, no azp": ({"aud": ["legalnet", "else"]}, "audience"),
    "azp of another": ({"azp": "else"}, "audience"),
    "azp of another among several": ({"aud": ["legalnet", "else"], "azp": "else"}, "audience"),
    "aud that begins so": ({"aud": "legalnet2"}, "audience"),
    "expired": ({"exp": -61}, "expired"),
    "no exp": ({"exp": None}, "malformed"),
    "exp is text": ({"exp": "9999999999"}, "malformed"),
    "exp is huge": ({"exp": 1e300}, "malformed"),
    "issued tomorrow": ({"iat": 24 * HOUR}, "time"),
    "issued an hour ago": ({"iat": -HOUR}, "time"),
    "no iat": ({"iat": None}, "malformed"),
    "not yet": ({"nbf": 300}, "time"),
    "wrong nonce": ({"nonce": "n" * 43}, "nonce"),
    "no nonce": ({"nonce": None}, "nonce"),
    "empty nonce": ({"nonce": ""}, "nonce"),
    "nonce is a number": ({"nonce": 7}, "nonce"),
    "no sub": ({"sub": None}, "subject"),
    "empty sub": ({"sub": ""}, "subject"),
    "sub is a number": ({"sub": 7}, "subject"),
    "long sub": ({"sub": "s" * 256}, "subject"),
    "sub with a blank": ({"sub": "alice "}, "subject"),
    "sub with a zero": ({"sub": "alice\0"}, None),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_claims(stack, provider, name):
    claims, why = CLAIMS[name]
    before = count(stack)
    now = int(time.time())
    for claim, value in claims.items():
        if claim in ("exp", "iat", "nbf") and isinstance(value, int):
            value += now
        if value in ("SLASH", ["SELF"]):
            value = provider.issuer + "/" if value == "SLASH" else [provider.issuer]
        provider.claims[claim] = value
    surfer = Surfer(stack)
    assert error_of(come_back(provider, surfer)) == "oidc_failed"
    assert surfer.get("/api/v1/me").status_code == 401 and count(stack) == before
    assert why is None or failed(stack, why)


def test_claims_that_are_good(stack, provider):
    now = int(time.time())
    for claims in (
        {"aud": ["legalnet"]},
        {"aud": ["legalnet", "else"], "azp": "legalnet"},
        {"exp": now - 30},
        {"iat": now + 30},
        {"nbf": now + 30},
        {"sub": "s" * 255},
        {"unknown": {"deep": [1, 2, 3]}},
    ):
        provider.claims = claims
        assert signed_in(come_back(provider)), claims


HEADERS = {
    "alg none": ("none", {}, "malformed"),  # an empty part is none
    "alg none with a signature": ("RS256", {"alg": "none"}, "algorithm"),
    "alg None": ("RS256", {"alg": "None"}, "algorithm"),
    "no alg": ("RS256", {"alg": None}, "algorithm"),
    "alg is a number": ("RS256", {"alg": 7}, "algorithm"),
    "HS256 by the public key": ("HS256", {}, "algorithm"),
    "PS256": ("PS256", {}, "algorithm"),
    "RS512": ("RS256", {"alg": "RS512"}, "algorithm"),
    "ES256 with an RSA signature": ("RS256", {"alg": "ES256"}, "unknown_key"),
    "RS256 with an EC signature": ("ES256", {"alg": "RS256"}, "signature"),
    "HMAC that says RS256": ("HS256", {"alg": "RS256"}, "signature"),
    "no signature that says RS256": ("none", {"alg": "RS256"}, "malformed"),
    "unknown kid": ("RS256", {"kid": "third"}, "unknown_key"),
    "kid is a path": ("RS256", {"kid": "../../../../dev/null"}, "unknown_key"),
    "kid is a number": ("RS256", {"kid": 7}, "malformed"),
    "critical header": ("RS256", {"crit": ["b64"], "b64": False}, "malformed"),
    "another type": ("RS256", {"typ": "at+jwt"}, "malformed"),
}


@pytest.mark.parametrize("name", HEADERS)
def test_headers(stack, provider, name):
    provider.sign, provider.header, why = HEADERS[name]
    before = count(stack)
    assert error_of(come_back(provider)) == "oidc_failed"
    assert count(stack) == before and failed(stack, why)


def test_keys_in_the_token_are_not_believed(stack, provider):
    mine = rsa.generate_private_key(65537, 2048)
    provider.rsa, theirs = mine, provider.rsa
    try:
        for header in ({"jwk": rsa_jwk(mine, "first")}, {"jku": provider.issuer + "/jwks"}):
            provider.header = header
            assert error_of(come_back(provider)) == "oidc_failed"
            assert failed(stack, "signature")
    finally:
        provider.rsa = theirs


def altered(provider, change):
    """The token with its parts changed after it was signed."""
    original = provider.token
    provider.token = lambda query, claims: change(*original(query, claims).split("."))
    try:
        return come_back(provider)
    finally:
        del provider.token


@pytest.mark.parametrize(
    "change",
    [
        lambda h, b, s: f"{h}.{b}.",
        lambda h, b, s: f"{h}.{b}",
        lambda h, b, s: f"{h}.{b}.{s}.{s}",
        lambda h, b, s: f"..{s}",
        lambda h, b, s: "",
        lambda h, b, s: f"{h}.{b}.{s}=",
        lambda h, b, s: f"{h}.{b}.{s[:-2]}",
        lambda h, b, s: f"{h}.{b}.{'A' * len(s)}",
        lambda h, b, s: f"{h}.{b}.{'A' * 20000}",
        lambda h, b, s: f"{h}.{b64(json.dumps({'sub': 'root'}).encode())}.{s}",
        lambda h, b, s: f"{b64(b'[' * 5000)}.{b}.{s}",
        lambda h, b, s: f"{b64(b'[]')}.{b}.{s}",
        lambda h, b, s: f"{b64(bytes([255, 254]))}.{b}.{s}",
    ],
)
def test_tokens_that_were_changed(stack, provider, change):
    before = count(stack)
    assert error_of(altered(provider, change)) == "oidc_failed"
    assert count(stack) == before


def test_the_same_claim_twice(stack, provider):
    def twice(header, body):
        text = json.dumps(body)[:-1] + ', "sub": "root"}'
        text = b64(json.dumps(header).encode()) + "." + b64(text.encode())
        return text + "." + b64(provider.signature(text.encode()))

    provider.signed = twice
    try:
        assert error_of(come_back(provider)) == "oidc_failed"
        assert failed(stack, "malformed")
    finally:
        del provider.signed


# Keys

SMALL = rsa.generate_private_key(65537, 1024)


@pytest.mark.parametrize(
    "keys",
    [
        [],
        [{"kty": "oct", "kid": "first", "k": b64(b"secret" * 8)}],
        [rsa_jwk(SMALL, "first")],
        [{"kty": "RSA", "kid": "first", "n": "AQAB", "e": "AQAB"}],
        [{"kty": "RSA", "kid": "first", "n": "!!!", "e": "AQAB"}],
        [{"kty": "EC", "kid": "first", "crv": "P-256", "x": b64(b"\1" * 32), "y": b64(b"\1" * 32)}],
        [7, None, "x", []],
        "first",
    ],
    ids=["none", "secret", "small", "tiny", "no base64", "not on the curve", "no objects", "text"],
)
def test_keys_of_no_use(stack, provider, keys):
    provider.keys = keys
    assert error_of(come_back(provider)) == "oidc_unavailable"
    provider.keys = [rsa_jwk(provider.rsa, "first")]
    assert signed_in(come_back(provider)), "asked again at once: there was no key before"


def test_a_key_is_for_its_own_use(stack, provider):
    good = rsa_jwk(provider.rsa, "first")
    for change in ({"use": "enc"}, {"alg": "RS512"}, {"alg": "RSA-OAEP"}):
        provider.keys = [{**good, **change}]
        stack.reload()
        assert error_of(come_back(provider)) == "oidc_unavailable"


def test_unknown_keys_are_not_asked_for_each_time(stack, provider):
    assert signed_in(come_back(provider))
    fetched = lambda: provider.asked.count("/jwks")
    assert fetched() == 1
    for n in range(5):
        provider.header = {"kid": f"unknown {n}"}
        assert error_of(come_back(provider)) == "oidc_failed"
    assert fetched() == 1, "they were fetched less than a minute ago"
    provider.header = {}
    assert signed_in(come_back(provider)), "and the others stay good"


@pytest.mark.prove
def test_keys_that_were_renewed(stack, provider):
    """The provider has other keys: a minute after the last fetch the next token fetches them."""
    assert signed_in(come_back(provider))
    provider.header = {"kid": "second"}
    provider.keys = [rsa_jwk(provider.rsa, "second")]
    assert error_of(come_back(provider)) == "oidc_failed"
    time.sleep(61)
    assert signed_in(come_back(provider))


def test_a_token_without_a_kid(stack, provider):
    provider.header = {"kid": None}
    assert signed_in(come_back(provider))
    provider.keys.append(rsa_jwk(rsa.generate_private_key(65537, 2048), "second"))
    stack.reload()
    assert error_of(come_back(provider)) == "oidc_failed", "which of two is not guessed"


# Addresses


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://other.example.org"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"token_endpoint": 7},
        {"jwks_uri": ""},
        {"token_endpoint": "http://192.0.2.1/token"},
        {"authorization_endpoint": "http://attacker.example.org/auth"},
        {"jwks_uri": "http://127.0.0.1.example.org/jwks"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://example.org/\r\nSet-Cookie: ln_at=x"},
        {"token_endpoint": "https://example.org/" + "x" * 2000},
    ],
)
def test_discovery_documents(stack, provider, document):
    provider.document = document
    assert error_of(Surfer(stack).start()) == "oidc_unavailable"
    assert [line for line in stack.error_log() if "openid-configuration" in line]


MANY = 10 * 1024 * 1024


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks", "/token"])
@pytest.mark.parametrize(
    "status,headers,body",
    [
        (200, {}, b"x" * MANY),
        (200, {}, b'{"keys": [' + b'{"kty": "oct"}, ' * 650000 + b"7]}"),
        (200, {}, b"\xff\xfe{{{"),
        (200, {}, b""),
        (200, {}, b"[" * 50000),
        (200, {}, b'{"id_token": 7, "keys": {}, "issuer": []}'),
        (302, {"Location": "SELF"}, b""),
        (500, {}, b"{}"),
        (404, {"Content-Type": "text/html"}, b"<html>"),
    ],
    ids=["huge", "many", "garbage", "empty", "deep", "types", "loop", "500", "404"],
)
def test_answers_of_every_address(stack, provider, path, status, headers, body):
    """Whatever comes from wherever: a page with a code, nothing made, no redirect followed."""
    before = count(stack)
    headers = {name: path if value == "SELF" else value for name, value in headers.items()}
    provider.answers[path] = (status, headers, body)
    surfer = Surfer(stack)
    answer = surfer.start()
    if path.startswith("/.well"):
        assert error_of(answer) == "oidc_unavailable"
    else:
        assert error_of(come_back(provider, surfer)) in ("oidc_unavailable", "oidc_failed")
    assert provider.asked.count(path) == 1
    assert count(stack) == before
    provider.answers = {}
    assert signed_in(come_back(provider))
