"""nginx with the built modules in front of a database, as one object."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess

import httpx

from harness.database import Database
from harness.logs import undeclared
from harness.process import TOP, children, free_ports, new_directory, spawn, wait_for

# For tests that look at answers, not at deadlines: a cold or busy machine is no mistake.
PATIENT = "lane point timeout=20s;\nlane read timeout=20s;\nlane write timeout=20s;"
SANITIZE = os.environ.get("LN_SANITIZE") == "1"
BUILD = pathlib.Path(os.environ.get("LN_BUILD", TOP / "build")) / ("asan" if SANITIZE else "")
LEAKS_OF_NGINX = TOP / "tests/harness/lsan.supp"
BROTLI = pathlib.Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
TEMPLATES = ("nginx.conf", "legalnet.conf", "legalnet-http.conf", "modules-enabled/50-legalnet.conf")


class Kept(httpx.HTTPTransport):
    """A kept connection may end just before it is used again (a worker that leaves): as a
    browser does, what only reads is asked once more. A worker that crashes shows in the log."""

    def handle_request(self, request):
        try:
            return super().handle_request(request)
        except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
            if request.method not in ("GET", "HEAD"):
                raise
            return super().handle_request(request)


class Stack:
    """A running legalnet.

    database   a Database (or ExistingDatabase); None starts a private one, and then
    tcp, tls, demo
               say what it is, see Database
    hosts      the `host` values of legalnet_database, instead of the database's own
    lanes      further lines inside legalnet_database { }
    main, http, server, location
               further lines in these contexts; `location` is the API's
    prefix     where legalnet is mounted: "" or "/legal"
    workers    worker processes
    features   of the API: "directory" if not said; others are loaded when they are among them
    modules    further .so files to load after legalnet's own
    env        further environment of nginx
    ready      wait for /readyz before the first test (else only for the port)
    prepare    called with the database before nginx starts: further tables

    Afterwards `client` speaks to the site and `ops` to the operations listener.
    close() fails the test on any alert, crit or emerg line and on any sanitizer
    report that expect_log() did not declare.
    """

    def __init__(self, database=None, ready=True, **settings):
        self.directory = new_directory("web")
        self.owns_database = database is None
        asked = {key: settings.pop(key) for key in ("tcp", "tls", "demo") if key in settings}
        self.database = database or Database(**asked)
        prepare = settings.pop("prepare", None)
        if prepare:
            prepare(self.database)
        self.port, self.ops_port = free_ports(2)
        self.settings = settings
        self.process = None
        self.expected = []
        self.checked = 0
        self.reports = self.directory / "reports"
        self.read = {}
        for name in ("log", "run", "tmp", "keys", "pages"):
            (self.directory / name).mkdir()
            (self.directory / name).chmod(0o711)
        self.reports.mkdir()
        self.reports.chmod(0o777)  # a sanitizer in a worker writes here
        self._write_secret("keys/database_password", self.database.password)
        self._write_secret("keys/legalnet.key", "k" * 64)
        for number, name in enumerate(("token-1", "field-1", "index"), 1):
            self._write_secret(f"keys/{name}.key", f"{number:02x}" * 32)
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.url, timeout=20, transport=Kept())
        ops = f"http://127.0.0.1:{self.ops_port}"
        self.ops = httpx.Client(base_url=ops, timeout=20, transport=Kept())
        self.configure()
        self.start(ready)

    # Life

    def start(self, ready=True):
        with open(self.directory / "log/stderr", "ab") as file:
            self.process = spawn(
                [*self._command(), "-g", "daemon off;"],
                death_signal=signal.SIGTERM,
                env=self._environment(),
                stdout=file,
                stderr=file,
            )
        wait_for(self._listens, "listening nginx")
        if ready:
            wait_for(self.is_ready, "ready answer of /readyz")

    def stop(self, signal_number=signal.SIGQUIT):
        """End nginx; SIGQUIT lets requests finish."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal_number)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                for pid in [*self.workers(), self.process.pid]:
                    os.kill(pid, signal.SIGKILL)
                self.process.wait()
                raise AssertionError("nginx did not end within a minute")

    def close(self):
        """End everything, then hold the logs against what the test declared."""
        try:
            self.client.close()
            self.ops.close()
            self.stop()
            self.check_logs()
        finally:
            if self.owns_database:
                self.database.close()
            shutil.rmtree(self.directory, ignore_errors=True)

    def configure(self, **changes):
        """Write the configuration, with changed settings if any; reload() uses it."""
        self.settings.update(changes)
        for name, text in self._render(**self.settings).items():
            (self.directory / name).write_text(text)

    def test_configuration(self, **changes):
        """`nginx -t` of the settings with these changes: (succeeded, what it said)."""
        other = self.directory / "test"
        shutil.rmtree(other, ignore_errors=True)
        for name in ("log", "run", "tmp", "pages"):
            (other / name).mkdir(parents=True)
        (other / "keys").symlink_to(self.directory / "keys")
        for name, text in self._render(**{**self.settings, **changes}).items():
            (other / name).write_text(text.replace(f"{self.directory}/", f"{other}/"))
        result = subprocess.run(
            [*self._command(other), "-t"], env=self._environment(), capture_output=True, text=True
        )
        log = other / "log/error.log"
        said = result.stderr + (log.read_text(errors="replace") if log.exists() else "")
        return result.returncode == 0, said

    def reload(self):
        """HUP; returns when new workers serve and the old ones take nothing new."""
        old = set(self.workers())
        self.process.send_signal(signal.SIGHUP)
        wait_for(lambda: set(self.workers()) - old, "new worker after a reload")
        wait_for(lambda: all(is_leaving(pid) for pid in old), "end of the old workers' listening")

    def reopen(self):
        """USR1: logs are reopened, buffered lines written."""
        self.process.send_signal(signal.SIGUSR1)

    def workers(self):
        return children(self.process.pid)

    def kill_worker(self, signal_number=signal.SIGKILL):
        """Kill one worker that serves; returns when its successor is there."""
        while True:
            # one that leaves after a reload has none
            pid = next(pid for pid in self.workers() if not is_leaving(pid))
            before = set(self.workers())
            try:
                os.kill(pid, signal_number)
            except ProcessLookupError:  # it was leaving after all
                continue
            self.expect_log(rf"worker process {pid} exited on signal {int(signal_number)}")
            try:
                wait_for(lambda: set(self.workers()) - before, "new worker", 20)
                return pid
            except AssertionError:  # it had just been told to leave
                continue

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError("nginx ended: " + "\n".join(self.error_log()[-20:]))
        try:
            return self.ops.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    # Requests

    def get(self, path, **options):
        return self.client.get(path, **options)

    def post(self, path, **options):
        return self.client.post(path, **options)

    def raw(self, data, timeout=10.0):
        """Send bytes as they are; everything that comes back until nginx closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout) as connection:
            connection.sendall(data)
            answer = b""
            while True:
                part = connection.recv(65536)
                if not part:
                    return answer
                answer += part

    # The database

    def sql(self, statement, *values):
        return self.database.sql(statement, *values)

    def sql_many(self, statement, rows):
        self.database.sql_many(statement, rows)

    def kill_db(self):
        self.database.kill()

    def start_db(self):
        self.database.start()

    def pause_db(self):
        self.database.pause()

    def resume_db(self):
        self.database.resume()

    # Logs

    def error_log(self):
        """Lines of the error log, of stderr and of the sanitizers' reports."""
        lines = self._said()
        for report in self.reports.iterdir():
            lines += report.read_text(errors="replace").splitlines()
        return lines

    def _said(self):
        lines = []
        for name in ("stderr", "error.log"):
            path = self.directory / "log" / name
            if path.exists():
                lines += path.read_text(errors="replace").splitlines()
        return lines

    def _reported(self):
        """What is new in the sanitizers' reports and has been written to its end."""
        lines = []
        for path in self.reports.iterdir():
            text = path.read_text(errors="replace")
            alive = pathlib.Path("/proc", path.suffix[1:]).exists()
            if not alive or text.count("SUMMARY: ") >= text.count("ERROR: "):
                lines += text[self.read.get(path, 0) :].splitlines()
                self.read[path] = len(text)
        return lines

    def access_log(self):
        return (self.directory / "log/access.log").read_text(errors="replace").splitlines()

    def expect_log(self, pattern):
        """Lines that match are what this test is about."""
        self.expected.append(re.compile(pattern))

    def check_logs(self):
        """Fail on lines that nobody declared; each line is looked at once."""
        lines = self._said()
        new, self.checked = lines[self.checked :], len(lines)
        problem = undeclared(new + self._reported(), self.expected)
        if problem:
            raise AssertionError(problem)

    # Inside

    def _write_secret(self, name, text):
        path = self.directory / name
        path.write_text(text)
        path.chmod(0o600)

    def _command(self, directory=None):
        directory = directory or self.directory
        return [
            *["/usr/sbin/nginx", "-p", f"{directory}", "-c", f"{directory}/nginx.conf"],
            *["-e", f"{directory}/log/error.log"],
        ]

    def _environment(self):
        environment = {**os.environ, **self.settings.get("env", {})}
        if SANITIZE:
            library = subprocess.run(
                ["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
            ).stdout.strip()
            environment |= {
                "LD_PRELOAD": library,
                "ASAN_OPTIONS": "detect_odr_violation=0:fast_unwind_on_malloc=0"
                f":log_path={self.reports}/process",
                "LSAN_OPTIONS": f"suppressions={LEAKS_OF_NGINX}:print_suppressions=0",
                "UBSAN_OPTIONS": f"print_stacktrace=1:log_path={self.reports}/process",
            }
        return environment

    def _listens(self):
        if self.process.poll() is not None:
            raise AssertionError("nginx ended: " + "\n".join(self.error_log()[-20:]))
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _render(self, main="", http="", server="", location="", lanes="", hosts=None, **rest):
        """The shipped configuration files with our names and the test's lines in them."""
        names = {
            "TOP": TOP,
            "VAR": self.directory,
            "WEB": rest.get("web", TOP / "build/web"),
            "PAGES": self.directory / "pages",
            "MODULES": BUILD / "modules",
            "SOCKET": "@SOCKET@",
            "PORT": self.port,
            "OPS_PORT": self.ops_port,
            "PREFIX": rest.get("prefix", ""),
            "WORKERS": rest.get("workers", 1),
            "USER": "user www-data;" if os.getuid() == 0 else "",
            "BROTLI_STATIC": "brotli_static on;" if BROTLI.exists() else "",
            "LISTEN6": "",
            "NOTICES": "",
            "LOG_LEVEL": rest.get("log_level", os.environ.get("LN_LOG_LEVEL", "info")),
        }
        texts = {}
        for template in TEMPLATES:
            text = (TOP / "conf" / template).read_text()
            for name, value in names.items():
                text = text.replace(f"@{name}@", str(value))
            texts[pathlib.Path(template).name] = text

        database = self.database
        block = [f"host {host};" for host in hosts or database.hosts()]
        block += [f"tls on; tls_ca {database.tls.ca};"] if database.tls else []
        edits = [
            ("legalnet-http.conf", "host unix:@SOCKET@;", "\n    ".join([*block, lanes])),
            ("legalnet-http.conf", "database legalnet;", f"database {database.name};"),
            ("legalnet-http.conf", "user legalnet;", f"user {database.user};"),
            ("nginx.conf", " buffer=64k flush=1s;", ";"),
            ("nginx.conf", "server_name _;", f"server_name _;\n{server}"),
        ]
        for name, old, new in edits:
            if old not in texts[name]:
                raise AssertionError(f"conf/{name} has no {old!r} any more")
            texts[name] = texts[name].replace(old, new)
        features = rest.get("features", "directory").split()
        texts["legalnet.conf"], found = re.subn(
            "legalnet_features .*;",
            f"legalnet_features {' '.join(features)};\n    {location}",
            texts["legalnet.conf"],
        )
        assert found == 1, "conf/legalnet.conf says once which features there are"

        texts["legalnet-http.conf"] += http
        modules = [*([BROTLI] if BROTLI.exists() else []), *rest.get("modules", ())]
        loads = "".join(f"load_module {path};\n" for path in modules)
        # Made by the web build; without it nothing is a page, which the tests of pages notice.
        pages = TOP / "build/pages.conf"
        rule = pages.read_text() if pages.exists() else ""
        texts["pages/pages.conf"] = rule.replace("@PREFIX@", names["PREFIX"])
        enabled = texts.pop("50-legalnet.conf")
        for name in set(re.findall(r"legalnet_(\w+)_module\.so", enabled)) - {"directory", *features}:
            # auth: its place is taken by a test's own way of saying who is asking
            enabled = re.sub(rf"load_module .*legalnet_{name}_module\.so;\n", "", enabled)
        texts["modules.conf"] = enabled + loads + main
        return texts


def is_leaving(pid):
    """A worker that is gone, or that only finishes what it has."""
    try:
        return b"shutting down" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return True
