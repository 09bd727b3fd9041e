"""`make run` and `make stop` as their user sees them, in a VAR of the test's own."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess

import httpx
import pytest

from harness.process import TOP, free_ports, new_directory, spawn, wait_for

pytestmark = pytest.mark.skipif(
    bool(os.environ.get("DATABASE")), reason="has a database of its own"
)


class Instance:
    def __init__(self):
        self.var = new_directory("run")
        self.port = free_ports(2)[0]  # the second is that of operations
        # `make run` leaves daemons: they end also when the tests are killed.
        self.guard = spawn(
            ["bash", "-c", f"trap 'make -C {TOP} stop VAR={self.var}' TERM; sleep 3600 & wait"],
            death_signal=signal.SIGTERM,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def make(self, target, **variables):
        variables = {"VAR": self.var, "PORT": self.port, **variables}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}
        return subprocess.run(
            ["make", "--no-print-directory", target, *[f"{k}={v}" for k, v in variables.items()]],
            cwd=TOP,
            env=environment,
            capture_output=True,
            text=True,
            timeout=1200,
        )

    def run(self):
        result = self.make("run")
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def get(self, path, port=None):
        return httpx.get(f"http://127.0.0.1:{port or self.port}{path}", timeout=10)

    def sql(self, statement):
        return subprocess.run(
            ["mariadb", f"--defaults-file={self.var}/keys/admin.cnf", "-BNe", statement],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def processes(self):
        found = []
        for pid in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                command = (pid / "cmdline").read_bytes()
            except OSError:
                continue
            if f"{self.var}/".encode() in command and b"make" not in command:
                found.append(command.replace(b"\0", b" ").decode())
        return found

    def close(self):
        stopped = self.make("stop")
        self.guard.kill()
        self.guard.wait()
        assert stopped.returncode == 0, stopped.stdout + stopped.stderr
        shutil.rmtree(self.var)


@pytest.fixture(scope="module")
def instance():
    instance = Instance()
    yield instance
    instance.close()


@pytest.fixture(scope="module")
def started(instance):
    instance.said = instance.run()
    return instance


def test_it_prints_the_address_and_each_step(started):
    assert f"http://localhost:{started.port}/" in started.said
    for step in ("Debian packages", "modules, program, pages", "MariaDB", "migrations", "answers"):
        assert step in started.said


def test_page_api_and_operations_answer(started):
    assert "<div id=\"app\">" in started.get("/").text
    assert started.get("/api/v1/practitioners?limit=1").json()["items"]
    assert started.get("/readyz", started.port + 1).status_code == 200
    assert started.get("/practitioners/1").status_code == 200
    assert started.get("/no/page/of/the/application").status_code == 404
    assert started.get("/assets/none.js").status_code == 404


def test_the_operations_listener_is_local_only(started):
    listening = subprocess.run(["ss", "-ltn"], capture_output=True, text=True, check=True).stdout
    assert f"127.0.0.1:{started.port + 1} " in listening
    assert f"*:{started.port + 1} " not in listening


def test_the_database_listens_on_no_port(started):
    assert started.sql("SELECT @@skip_networking, @@innodb_flush_log_at_trx_commit") == "1\t1"


def test_secrets_are_their_owner_s_alone(started):
    for path in (started.var / "keys").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    configuration = subprocess.run(
        ["nginx", "-p", started.var, "-c", started.var / "nginx.conf", "-T"],
        capture_output=True,
        text=True,
    )
    assert (started.var / "keys/database_password").read_text() not in configuration.stdout


def test_a_second_make_run_is_harmless(started):
    before = started.sql("SELECT COUNT(*) FROM practitioner")
    started.run()
    assert started.sql("SELECT COUNT(*) FROM practitioner") == before


def test_data_survive_stop_and_run(started):
    started.sql("INSERT INTO setting VALUES ('tests.survivor', '1', UTC_TIMESTAMP())")
    assert started.make("stop").returncode == 0
    wait_for(lambda: not started.processes(), "end of every process")
    started.run()
    assert started.sql("SELECT value FROM setting WHERE name = 'tests.survivor'") == "1"


def test_migrating_twice_is_harmless(started):
    assert started.make("migrate").returncode == 0
    status = started.make("migrate-status").stdout
    assert "Pending: 0" in status


def test_an_occupied_port_is_named_before_anything_starts(built):
    other = Instance()
    try:
        with socket.create_server(("127.0.0.1", other.port)):
            result = other.make("run")
        assert result.returncode != 0
        assert f"port {other.port}" in result.stderr
        assert not other.processes()
    finally:
        other.close()


def test_a_deep_directory_is_no_obstacle_to_the_socket(built):
    """unix socket paths end at 107 bytes."""
    other = Instance()
    try:
        deep = other.var / ("deep-" * 20)
        deep.mkdir()
        said = subprocess.run(
            ["bash", "-c", ". conf/bin/lib.sh; socket_path"],
            cwd=TOP,
            env={**os.environ, "VAR": str(deep)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        assert len(said) <= 100
        assert said.startswith("/tmp/")
    finally:
        other.close()
