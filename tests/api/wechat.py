"""A WeChat that behaves as the documentation of code2session says, or worse when told."""

import base64
import http.server
import json
import secrets
import threading
import urllib.parse

from harness.process import new_directory

APP, SECRET = "wx5f00d1e2a3b4c5d6", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
ERRORS = {
    -1: "system error",
    40013: "invalid appid",
    40029: "invalid code",
    40125: "invalid appsecret",
    40163: "code been used",
    40226: "code blocked",
    45011: "api minute-quota reach limit  mustslower  retry next minute",
}


class WeChat(http.server.ThreadingHTTPServer):
    """`mode` is fine, an errcode, or one of silent, closed, garbage, huge, wrong, html, 500."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode = "fine"
        self.codes = {}
        self.used = set()
        self.asked = []
        self.keys = []
        self.waiting = 0
        self.release = threading.Event()
        directory = new_directory("wechat")
        self.secret_file = directory / "secret"
        self.secret_file.write_text(SECRET + "\n")
        self.secret_file.chmod(0o600)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def directive(self):
        return (
            f"legalnet_wechat app_id={APP} secret_file={self.secret_file}"
            f" url=http://127.0.0.1:{self.server_address[1]} insecure=on timeout=2s;\n"
        )

    def person(self, union=True):
        """Somebody's openid, and his unionid when the app belongs to an open platform."""
        return (
            "o" + secrets.token_urlsafe(20)[:27],
            "u" + secrets.token_urlsafe(20)[:27] if union else None,
        )

    def code(self, person):
        """What wx.login gives him."""
        code = "0" + secrets.token_urlsafe(24)[:31]
        self.codes[code] = person
        return code

    def handle_error(self, request, client_address):
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        server = self.server
        url = urllib.parse.urlsplit(self.path)
        query = {key: values[0] for key, values in urllib.parse.parse_qs(url.query).items()}
        server.asked.append((url.path, query))
        if server.mode == "silent":
            server.waiting += 1
            server.release.wait(60)
            server.waiting -= 1
            self.close_connection = True
        elif server.mode == "closed":
            self.close_connection = True
        elif server.mode == "huge":
            self.head(200, 10**8)
            for _ in range(10**8 // 65536):
                self.wfile.write(b"x" * 65536)
        elif server.mode in BODIES:
            status, body = BODIES[server.mode]
            self.head(status, len(body))
            self.wfile.write(body)
        else:
            self.reply(self.answer(url.path, query))

    def answer(self, path, query):
        server = self.server
        if isinstance(server.mode, int):
            return server.mode
        assert path == "/sns/jscode2session" and query["grant_type"] == "authorization_code"
        if query["appid"] != APP:
            return 40013
        if query["secret"] != SECRET:
            return 40125
        code = query["js_code"]
        if code in server.used:
            return 40163
        if code not in server.codes:
            return 40029
        server.used.add(code)
        openid, unionid = server.codes[code]
        server.keys.append(base64.b64encode(secrets.token_bytes(16)).decode())
        found = {"session_key": server.keys[-1], "openid": openid}
        return found | ({"unionid": unionid} if unionid else {})

    def reply(self, found):
        if isinstance(found, int):
            rid = secrets.token_hex(12)
            found = {"errcode": found, "errmsg": f"{ERRORS[found]}, rid: {rid}"}
        body = json.dumps(found).encode()
        self.head(200, len(body))
        self.wfile.write(body)

    def head(self, status, length):
        # it says text/plain, and means JSON
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(length))
        self.end_headers()


BODIES = {
    "garbage": (200, b"\x00\xff\xfe{{{"),
    "html": (200, b"<html><body>502 Bad Gateway</body></html>"),
    "500": (500, b'{"openid":"oNobody","session_key":"x"}'),
    "array": (200, b"[1,2,3]"),
    "empty": (200, b""),
    "no openid": (200, b'{"session_key":"dmVyeSBzZWNyZXQ="}'),
    "empty openid": (200, b'{"openid":"","session_key":"x"}'),
    "long openid": (200, b'{"openid":"' + b"o" * 129 + b'"}'),
    "odd openid": (200, '{"openid":"o\\u0000o"}'.encode()),
    "openid is a number": (200, b'{"openid":7}'),
    "openid twice": (200, b'{"openid":"oFirst","openid":"oSecond"}'),
    "errcode is text": (200, b'{"errcode":"0","openid":"oNobody"}'),
    "nested": (200, b"[" * 30000),
}
