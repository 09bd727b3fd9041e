"""People who sign in, for tests of accounts and rights."""

import base64
import hashlib
import hmac
import itertools
import json
import secrets
import uuid

import httpx
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harness.process import wait_for
from harness.stack import Kept

STACK = {"features": "directory auth"}
PHONES = itertools.count(13800100000 + secrets.randbelow(10**6) * 50)
FIELD_KEY = bytes([2]) * 32  # what the harness writes into field-1.key
TOKEN_KEY = bytes([1]) * 32
PASSWORD = "Silver-Lake 27"


def new_phone():
    return str(next(PHONES))


def new_device():
    return secrets.token_urlsafe(24)


def derive(secret, purpose):
    """HKDF to one key, as ln_key_derive() does."""
    prk = hmac.digest(b"legalnet".ljust(32, b"\0"), secret, "sha256")
    return hmac.digest(prk, purpose.encode() + b"\1", "sha256")


def unseal(sealed, field):
    """The text of an encrypted column under the key of the harness."""
    assert sealed[:2] == b"\1\1", "AES-256-GCM under key 1"
    cipher = AESGCM(derive(FIELD_KEY, "field aes-256-gcm"))
    return cipher.decrypt(sealed[2:14], sealed[14:], sealed[:2] + field.encode()).decode()


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def problem(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == code, answer.text
    return answer.json()


def codes_of(stack, phone):
    """The codes in the outbox for this phone, the newest last."""
    rows = stack.sql(
        "SELECT recipient, params FROM outbox WHERE params IS NOT NULL"
        " AND template IN ('sign_in_code', 'password_code', 'phone_change_code') ORDER BY id"
    )
    return [
        json.loads(unseal(row["params"], "outbox.params"))["code"]
        for row in rows
        if unseal(row["recipient"], "outbox.recipient") == phone
    ]


def forget(stack):
    """As if the quotas' time had passed."""
    stack.sql("DELETE FROM login_code")
    stack.sql("DELETE FROM outbox")
    stack.sql("DELETE FROM sign_in_attempt")


def ask_code(stack, phone, client=None, **members):
    answer = (client or stack.client).post("/api/v1/auth/codes", json={"phone": phone, **members})
    assert answer.status_code == 200, answer.text
    return codes_of(stack, phone)[-1]


class Person:
    """Somebody on one device, with bearer tokens."""

    def __init__(self, stack, phone=None, device=None, name=None):
        self.stack = stack
        self.phone = phone or (None if name else new_phone())
        self.name = name
        self.device = device or new_device()
        self.tokens = None

    def who(self):
        return {"name": self.name} if self.name else {"phone": self.phone}

    def sign_in(self, **members):
        """By code; with password=… by that."""
        if "password" not in members and "code" not in members:
            members["code"] = ask_code(self.stack, self.phone)
        answer = self.try_sign_in(**members)
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        return self

    def try_sign_in(self, **members):
        body = {**self.who(), "device": self.device, **members}
        return self.stack.post("/api/v1/auth/sessions", json=body)

    def try_refresh(self, token=None, device=None):
        body = {
            "refresh_token": token or self.tokens["refresh_token"],
            "device": device or self.device,
        }
        return self.stack.post("/api/v1/auth/refresh", json=body)

    def refresh(self):
        answer = self.try_refresh()
        assert answer.status_code == 200, answer.text
        self.tokens = answer.json()
        return self

    def headers(self):
        return {"Authorization": f"Bearer {self.tokens['access_token']}"}

    def call(self, method, path, **options):
        headers = {**self.headers(), **options.pop("headers", {})}
        return self.stack.client.request(method, path, headers=headers, **options)

    def ask(self, method, path, **options):
        """The same; a token that became stale is renewed, as a client does: also once more,
        for it may have been made just before the node read of the change."""
        for _ in range(3):
            answer = self.call(method, path, **options)
            if answer.status_code != 401 or answer.json()["code"] != "token_stale":
                return answer
            self.refresh()
        return answer

    @property
    def account(self):
        return uuid.UUID(claims(self.tokens["access_token"])["sub"])

    @property
    def session(self):
        return uuid.UUID(claims(self.tokens["access_token"])["sid"])


class Browser:
    """Somebody with a browser: cookies, and an Origin as browsers send it."""

    def __init__(self, stack, phone=None):
        self.stack = stack
        self.phone = phone or new_phone()
        self.client = httpx.Client(
            base_url=stack.url, timeout=20, headers={"Origin": stack.url}, transport=Kept()
        )

    def sign_in(self):
        answer = self.client.post(
            "/api/v1/auth/sessions",
            json={
                "phone": self.phone,
                "code": ask_code(self.stack, self.phone),
                "transport": "cookie",
            },
        )
        assert answer.status_code == 200, answer.text
        self.answer = answer
        return self


def wait_until_refused(person, path="/api/v1/me"):
    """Until every worker knows that the token is over."""
    wait_for(lambda: all(person.call("GET", path).status_code == 401 for _ in range(6)), "refusal")


def digest(token):
    padded = token + "=" * (-len(token) % 4)
    return hashlib.sha256(base64.urlsafe_b64decode(padded)).digest()
