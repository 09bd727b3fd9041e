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
from harness.stack import Kept

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

    def __init__(self, stack, transport=None):
        self.stack = stack
        headers = {"Sec-Fetch-Site": "same-origin"}
        self.client = httpx.Client(timeout=20, headers=headers, transport=transport or Kept())

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

    def back(self, **query):
        return self.client.get(self.stack.url + RETURN, params=query)

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


class Hostile(http.server.ThreadingHTTPServer):
    """A provider that signs in whom a test wants, with whatever answers it wants.

    document, keys   changes of the discovery document; the keys that it publishes
    header, claims   changes of the ID token; None takes a member away
    sign             how the token is signed: see token()
    answers          path -> (status, headers, body) instead of the usual
    mode             path -> "silent", "closed" or "slow" (until release)
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, stack):
        super().__init__(("127.0.0.1", 0), HostileHandler)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.stack = stack
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.connections = 0
        self.reset()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def reset(self):
        self.document, self.header, self.claims = {}, {}, {}
        self.sign = "RS256"
        self.keys = [rsa_jwk(self.rsa, "first")]
        self.answers, self.mode = {}, {}
        self.asked, self.bodies, self.started = [], [], {}
        self.waiting = 0
        self.release = threading.Event()

    def directive(self, **options):
        return directive(self.issuer, self.stack, **options)

    def code(self, location, **claims):
        """A code for the person whose browser was sent to `location`."""
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        code = secrets.token_urlsafe(16)
        self.started[code] = (query, claims)
        return code, query["state"]

    def token(self, query, claims):
        now = int(time.time())
        body = {"iss": self.issuer, "sub": "hostile", "aud": "legalnet", "nonce": query["nonce"]}
        body |= {"exp": now + 300, "iat": now} | claims | self.claims
        header = {"alg": self.sign, "kid": "first", "typ": "JWT"} | self.header
        return self.signed(strip(header), strip(body))

    def signed(self, header, body):
        text = b64(json.dumps(header).encode()) + "." + b64(json.dumps(body).encode())
        return text + "." + b64(self.signature(text.encode()))

    def signature(self, text):
        if self.sign == "none":
            return b""
        if self.sign == "HS256":
            # the confusion: a public key as the secret
            public = self.rsa.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            mac = hmac.HMAC(public, hashes.SHA256())
            mac.update(text)
            return mac.finalize()
        if self.sign == "ES256":
            r, s = utils.decode_dss_signature(self.ec.sign(text, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        if self.sign == "PS256":
            pad = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
            return self.rsa.sign(text, pad, hashes.SHA256())
        return self.rsa.sign(text, padding.PKCS1v15(), hashes.SHA256())

    def handle_error(self, request, client_address):
        pass


def strip(members):
    return {name: value for name, value in members.items() if value is not None}


def rsa_jwk(key, kid):
    numbers = key.public_key().public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    return {
        **{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, "e": "AQAB"},
        "n": b64(numbers.n.to_bytes(size, "big")),
    }


def ec_jwk(key, kid):
    numbers = key.public_key().public_numbers()
    return {
        **{"kty": "EC", "use": "sig", "alg": "ES256", "kid": kid, "crv": "P-256"},
        "x": b64(numbers.x.to_bytes(32, "big")),
        "y": b64(numbers.y.to_bytes(32, "big")),
    }


class HostileHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def setup(self):
        self.server.connections += 1
        super().setup()

    def finish(self):
        self.server.connections -= 1
        super().finish()

    def log_message(self, *args):
        pass

    def do_GET(self):
        self.serve("")

    def do_POST(self):
        self.serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def serve(self, body):
        server = self.server
        path = self.path.split("?")[0]
        server.asked.append(path)
        mode = server.mode.get(path)
        if mode in ("silent", "slow"):
            server.waiting += 1
            server.release.wait(60)
            server.waiting -= 1
        if mode in ("silent", "closed"):
            self.close_connection = True
        elif path in server.answers:
            status, headers, content = server.answers[path]
            self.reply(content, status, headers)
        elif path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "jwks"}
            document = {name: f"{server.issuer}/{end}" for name, end in ends.items()}
            self.reply(strip({"issuer": server.issuer} | document | server.document))
        elif path == "/jwks":
            self.reply({"keys": server.keys})
        elif path == "/token":
            self.token(body)
        else:
            self.reply({"error": "not_found"}, 404)

    def token(self, body):
        server = self.server
        form = dict(urllib.parse.parse_qsl(body))
        server.bodies.append((form, self.headers.get("Authorization")))
        query, claims = server.started.pop(form["code"], (None, None))
        if query is None:
            self.reply({"error": "invalid_grant"}, 400)
            return
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert query["code_challenge"] == b64(digest) and query["code_challenge_method"] == "S256"
        assert form["redirect_uri"] == query["redirect_uri"] == server.stack.url + RETURN
        tokens = {"access_token": "at-" + secrets.token_urlsafe(8), "token_type": "Bearer"}
        self.reply(tokens | {"id_token": server.token(query, claims)})

    def reply(self, content, status=200, headers=()):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **dict(headers)}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def come_back(provider, surfer=None, path="/me", **claims):
    """One sign-in there; what our own answer to the return is."""
    surfer = surfer or Surfer(provider.stack)
    answer = surfer.start(path)
    assert answer.status_code == 303, answer.text
    code, state = provider.code(answer.headers["location"], **claims)
    return surfer.back(code=code, state=state)


def signed_in(answer, path="/me"):
    return answer.status_code == 303 and answer.headers["location"] == path
