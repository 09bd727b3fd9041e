"""Identity providers: npm oidc-provider, and one that answers whatever a test wants."""

import base64
import hashlib
import http.server
import json
import re
import secrets
import subprocess
import threading
import time
import urllib.parse

import httpx
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils

from harness.process import TOP, free_ports, new_directory, spawn

SECRET = "s3cret:with%odd&characters+"
RETURN = "/api/v1/auth/oidc/return"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def secret_file():
    path = new_directory("oidc") / "secret"
    path.write_text(SECRET + "\n")
    path.chmod(0o600)
    return path


def directive(issuer, stack, **options):
    options = {"secret_file": secret_file(), "insecure": "on", "timeout": "2s", **options}
    words = [f'"{name}={value}"' for name, value in options.items() if value is not None]
    return (
        f"legalnet_oidc issuer={issuer} client_id=legalnet return={stack.url}{RETURN}"
        f" {' '.join(words)};\n"
    )


class Provider:
    """The real thing, in Node."""

    def __init__(self, stack, method="client_secret_basic", alg="RS256"):
        (port,) = free_ports(1)
        self.issuer = f"http://127.0.0.1:{port}"
        self.stack = stack
        self.method = method
        node = TOP / "node_modules/.bin/node"
        script = TOP / "tests/api/provider.mjs"
        self.process = spawn(
            [node, script, port, stack.url + RETURN, SECRET, method, alg],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout.readline() == "ready\n"

    def directive(self, **options):
        return directive(self.issuer, self.stack, auth=self.method.split("_")[-1], **options)

    def close(self):
        self.process.kill()
        self.process.wait()


class Surfer:
    """Somebody with a browser, without the rules of SameSite."""

    def __init__(self, stack):
        self.stack = stack
        self.client = httpx.Client(timeout=20, headers={"Sec-Fetch-Site": "same-origin"})

    def start(self, path="/me", **headers):
        return self.client.get(
            f"{self.stack.url}/api/v1/auth/oidc/start", params={"return": path}, headers=headers
        )

    def sign_in_there(self, url, login, consent=True):
        """From the provider's first page to where it sends the browser back to."""
        answer = self.client.get(url)
        while True:
            while answer.is_redirect:
                location = urllib.parse.urljoin(str(answer.url), answer.headers["location"])
                if location.startswith(self.stack.url + "/"):
                    return location
                answer = self.client.get(location)
            assert answer.status_code == 200, answer.text
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)[1]
            if not consent:
                abort = re.search(r'href="([^"]+/abort)"', answer.text)[1]
                answer = self.client.get(urllib.parse.urljoin(str(answer.url), abort))
                continue
            action = re.search(r'action="([^"]+)"', answer.text)[1]
            form = {"prompt": prompt, "login": login, "password": "any"}
            answer = self.client.post(urllib.parse.urljoin(str(answer.url), action), data=form)

    def come_back(self, url):
        return self.client.get(url)

    def sign_in(self, login, path="/me"):
        answer = self.start(path)
        assert answer.status_code == 303, answer.text
        return self.come_back(self.sign_in_there(answer.headers["location"], login))

    def get(self, path):
        return self.client.get(self.stack.url + path)

    def cookie(self, name):
        return self.client.cookies.get(name)


def error_of(answer):
    """The code on the page that a refusal leads to."""
    assert answer.status_code == 303, (answer.status_code, answer.text)
    found = re.fullmatch(r"/sign-in\?error=(\w+)", answer.headers["location"])
    assert found and answer.content == b"", answer.headers["location"]
    return found[1]
