"""The second factor: set up, asked for, proved once each, guessed in vain, removed."""

import base64
import concurrent.futures
import hmac
import time
import urllib.parse

import pytest

from api.auth_world import *  # noqa: F403
from api.auth_world import STACK  # noqa: F401
from api.contract import Contract
from api.test_auth_admin import admins, clerk, grant  # noqa: F401

FACTOR = "/api/v1/auth/factor"


@pytest.fixture(autouse=True)
def fresh(request):
    if "stack" in request.fixturenames:
        forget(request.getfixturevalue("stack"))


def totp(secret, at=None):
    """RFC 6238, from the text that a person would type into an authenticator."""
    key = base64.b32decode(secret)
    step = int((time.time() if at is None else at) // 30)
    mac = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def wrong(secret):
    """A code that no step near now has."""
    near = {totp(secret, time.time() + 30 * n) for n in range(-4, 5)}
    return next(code for code in ("000000", "111111", "222222") if code not in near)


def again(person):
    """As if the steps that were used had been used long ago."""
    person.stack.sql(
        "UPDATE totp_secret SET last_step = last_step - 10 WHERE account_id = %s",
        person.account.bytes,
    )


def enroll(person):
    """Set up an authenticator; the person then has .secret and .codes."""
    begun = person.ask("POST", "/api/v1/me/totp", json={})
    assert begun.status_code == 200, begun.text
    person.secret = begun.json()["secret"]
    body = {"code": totp(person.secret), "device": person.device}
    confirmed = person.ask("POST", "/api/v1/me/totp/confirm", json=body)
    assert confirmed.status_code == 200, confirmed.text
    person.codes = confirmed.json()["recovery_codes"]
    person.refresh()
    again(person)
    return person


def second(person, device=None, **proof):
    """Another device of the same person, after the first step."""
    forget(person.stack)
    other = Person(person.stack, person.phone, device).sign_in(**proof)
    other.secret, other.codes = person.secret, person.codes
    return other


def prove(person, **body):
    return person.call("POST", FACTOR, json={"device": person.device, **body})


def test_thin_thread(stack):
    """secret -> first code -> recovery codes -> next sign-in owes it -> proved -> renewed"""
    contract = Contract(stack)
    person = Person(stack).sign_in()
    assert "factor" not in person.tokens
    begun = person.call("POST", "/api/v1/me/totp", json={})
    contract.check(begun)
    secret = begun.json()["secret"]
    uri = urllib.parse.urlsplit(begun.json()["uri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
    masked = person.phone[:3] + "****" + person.phone[-4:]
    assert urllib.parse.unquote(uri.path) == f"/legalnet:{masked}"
    assert dict(urllib.parse.parse_qsl(uri.query)) == {
        "secret": secret, "issuer": "legalnet", "algorithm": "SHA1", "digits": "6", "period": "30"
    }
    stored = stack.sql("SELECT secret FROM totp_secret WHERE account_id = %s", person.account.bytes)
    assert secret.encode() not in stored[0]["secret"]

    confirmed = person.call(
        "POST", "/api/v1/me/totp/confirm", json={"code": totp(secret), "device": person.device}
    )
    contract.check(confirmed)
    codes = confirmed.json()["recovery_codes"]
    assert len(set(codes)) == 10 and all(len(code) == 19 for code in codes)
    problem(person.call("GET", "/api/v1/me"), 401, "token_stale")
    person.refresh()
    assert "factor" not in person.tokens, "it was proved in this session"
    assert claims(person.tokens["access_token"])["aal"] == 2
    me = person.call("GET", "/api/v1/me")
    contract.check(me)
    assert (me.json()["factor"], me.json()["factor_proved"]) == ("totp", True)
    assert me.json()["factor_required"] is False

    person.secret, person.codes = secret, codes
    again(person)
    other = second(person)
    assert other.tokens["factor"] == "totp"
    assert claims(other.tokens["access_token"])["aal"] == 0
    proved = prove(other, code=totp(secret))
    contract.check(proved)
    assert proved.status_code == 200 and "factor" not in proved.json(), proved.text
    assert proved.json()["refresh_token"] != other.tokens["refresh_token"]
    other.tokens = proved.json()
    assert claims(other.tokens["access_token"])["aal"] == 2
    assert other.call("GET", "/api/v1/me").status_code == 200
    other.refresh()
    assert claims(other.tokens["access_token"])["aal"] == 2 and "factor" not in other.tokens
