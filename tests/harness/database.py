"""A private MariaDB for one stack, or the existing server named by DATABASE=."""

import datetime
import hashlib
import os
import pathlib
import shutil
import signal
import subprocess
import urllib.parse

import pymysql

from harness.process import TOP, free_ports, lock, new_directory, scratch, spawn, wait_for

MIGRATIONS = TOP / "migrations"
PASSWORD = "tests-only"
# Small files: a template is copied for every stack.
SMALL = [
    "--innodb-log-file-size=16M",
    "--innodb-buffer-pool-size=96M",
    "--innodb-data-file-path=ibdata1:4M:autoextend",
    "--innodb-temp-data-file-path=ibtmp1:4M:autoextend",
    "--aria-log-file-size=8388608",
]


class Tls:
    """A certificate authority of our own and a server certificate for localhost."""

    def __init__(self):
        self.directory = scratch() / "tls"
        self.ca = self.directory / "ca.pem"
        self.certificate = self.directory / "server.pem"
        self.key = self.directory / "server.key"
        with lock("tls"):
            if not self.certificate.exists():
                self._make()

    def _make(self):
        self.directory.mkdir(exist_ok=True)
        new = ["openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        extension = self.directory / "extension"
        extension.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        run = lambda *command: subprocess.run(
            [str(part) for part in command], check=True, capture_output=True
        )
        ca_key = self.directory / "ca.key"
        request = self.directory / "server.csr"
        authority = ["-x509", "-days", "365", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]
        run(*new, *authority, "-subj", "/CN=tests", "-keyout", ca_key, "-out", self.ca)
        run(*new, "-subj", "/CN=localhost", "-keyout", self.key, "-out", request)
        run(
            *["openssl", "x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", ca_key],
            *["-CAcreateserial", "-days", "365", "-extfile", extension, "-out", self.certificate],
        )


class Database:
    """MariaDB on a unix socket; with tcp=True also on a port, with tls=True behind TLS.

    `options` are further arguments of mariadbd; with demo=True the demonstration
    data of `make run` are in it.
    """

    private = True

    def __init__(self, tcp=False, tls=False, options=(), demo=False):
        self.directory = new_directory("db")
        self.socket = self.directory / "mysql.sock"
        self.port = free_ports(1)[0] if tcp or tls else None
        self.tls = Tls() if tls else None
        self.options = list(options)
        self.process = None
        copy_template(self.directory, demo)
        self.start()

    def start(self):
        arguments = [f"--datadir={self.directory}", f"--socket={self.socket}", *SMALL]
        arguments.append(f"--tmpdir={self.directory}")
        if self.port is not None:
            arguments += ["--skip-networking=0", f"--port={self.port}", "--bind-address=127.0.0.1"]
        if self.tls is not None:
            arguments += [f"--ssl-cert={self.tls.certificate}", f"--ssl-key={self.tls.key}"]
        self.socket.unlink(missing_ok=True)
        self.process = mariadbd(arguments + self.options, self.directory / "mariadb.log")
        wait_for(self.answers, "answer of MariaDB", 60)

    def answers(self):
        if self.process.poll() is not None:
            log = (self.directory / "mariadb.log").read_text()
            raise AssertionError(f"mariadbd ended: {log[-2000:]}")
        try:
            self.sql("SELECT 1")
        except pymysql.err.OperationalError:
            return False
        return True

    def connect(self, **options):
        return pymysql.connect(
            unix_socket=str(self.socket),
            user="legalnet_admin",
            password=PASSWORD,
            database="legalnet",
            charset="utf8mb4",
            autocommit=True,
            init_command="SET time_zone = '+00:00'",
            cursorclass=pymysql.cursors.DictCursor,
            **options,
        )

    def sql(self, statement, *values):
        """Run one statement; its rows as dictionaries. A transaction of its own: if it
        met the API's in a deadlock and was chosen to give way, it is run again."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                while True:
                    try:
                        cursor.execute(statement, values or None)
                        return list(cursor.fetchall())
                    except pymysql.err.OperationalError as error:
                        if error.args[0] != pymysql.constants.ER.LOCK_DEADLOCK:
                            raise
        finally:
            connection.close()

    def processes(self):
        """The sessions of nginx in our schema: Id, Host, Time, Info ("" while idle).

        SHOW, and read as bytes: statements hold ids, which are no text, and at those MySQL's
        information_schema refuses to answer (3854).
        """
        connection = self.connect(use_unicode=False)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SHOW FULL PROCESSLIST")
                rows = list(cursor.fetchall())
        finally:
            connection.close()
        text = lambda value: (value or b"").decode(errors="replace")
        return [
            {"Id": row["Id"], "Host": text(row["Host"]), "Time": row["Time"], "Info": text(row["Info"])}
            for row in rows
            if (text(row["User"]), text(row["db"])) == (self.user, self.name)
            and row["Id"] != connection.thread_id()
        ]

    def sql_many(self, statement, rows):
        """INSERT many rows; pymysql folds them into few statements."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.executemany(statement, rows)
        finally:
            connection.close()

    def kill(self):
        """As if the power had failed; start() recovers."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """An orderly end."""
        self.resume()
        self.process.terminate()
        self.process.wait(60)

    def pause(self):
        """Hung: connections stay open, nothing is answered."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def hosts(self):
        """`host` lines of legalnet_database, and how it signs in."""
        if self.port is None:
            return [f"unix:{self.socket}"]
        return [f"localhost:{self.port}" if self.tls else f"127.0.0.1:{self.port}"]

    @property
    def url(self):
        """For the program `legalnet`, with the rights of its administrator."""
        return f"mysql://legalnet_admin:{PASSWORD}@localhost/legalnet?socket={self.socket}"

    user = "legalnet"
    password = PASSWORD
    name = "legalnet"


class ExistingDatabase:
    """The schema that DATABASE=mysql://user:password@host[:port]/name points to.

    It must be empty when the tests start; every stack migrates it anew, and the
    last one leaves it empty again.
    """

    private = False
    tls = None

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        self.url = url
        self.host = parts.hostname
        self.port = parts.port or 3306
        self.user = urllib.parse.unquote(parts.username or "")
        self.password = urllib.parse.unquote(parts.password or "")
        self.name = parts.path.lstrip("/")

    connect_options = {}

    def connect(self, **options):
        connection = pymysql.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            database=self.name,
            charset="utf8mb4",
            autocommit=True,
            init_command="SET time_zone = '+00:00'",
            cursorclass=pymysql.cursors.DictCursor,
            **options,
        )
        # as conf/mariadb.cnf says for the private one: under REPEATABLE READ, which is what
        # servers come with, a test's own transaction locks every row that it looks at
        connection.query("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
        return connection

    sql = Database.sql
    processes = Database.processes
    sql_many = Database.sql_many

    def tables(self):
        return [
            row["name"]
            for row in self.sql(
                "SELECT table_name AS name FROM information_schema.tables"
                " WHERE table_schema = DATABASE()"
            )
        ]

    def renew(self, demo=False):
        self.empty()
        migrate(self.url)
        if demo:
            load_demo(self.url)

    def empty(self):
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET foreign_key_checks = 0")
                for table in self.tables():
                    cursor.execute(f"DROP TABLE `{table}`")
        finally:
            connection.close()

    def hosts(self):
        return [f"{self.host}:{self.port}"]

    def close(self):
        self.empty()


def mariadbd(arguments, log):
    """The server itself, with the configuration of `make run` and private paths.

    --tmpdir among them: a server that starts sweeps temporary files, other servers' too.
    """
    command = ["/usr/sbin/mariadbd", f"--defaults-file={TOP}/conf/mariadb.cnf", *arguments]
    if os.getuid() == 0:
        command.append("--user=root")
    with open(log, "ab") as file:
        return spawn(command, stdout=file, stderr=file)


def migrate(url):
    """dbmate, as `make migrate` calls it."""
    result = subprocess.run(
        [
            *[TOP / "node_modules/.bin/dbmate", "--no-dump-schema"],
            *["--migrations-dir", MIGRATIONS, "migrate"],
        ],
        env={**os.environ, "DATABASE_URL": url, "PATH": f"{TOP}/node_modules/.bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        raise AssertionError(f"migrations failed:\n{result.stdout[-2000:]}{result.stderr}")


def copy_template(directory, demo):
    """A migrated data directory; templates are made once for what they are made from."""
    empty = [pathlib.Path(__file__), TOP / "conf/mariadb.cnf", *MIGRATIONS.glob("[0-9]*.sql")]
    full = [TOP / "build/legalnet", *MIGRATIONS.glob("demo/*"), *MIGRATIONS.glob("regions/*")]
    kind, files, make, day = ("empty", empty, _make_template, "")
    if demo:
        # after midnight every stack would begin with that night's rotation of all entries
        today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
        kind, files, make, day = ("demo", empty + full, _make_demo, str(today))
    # one lock a kind: who wants an empty one does not wait while the other is filled
    with lock(f"template-{kind}"):
        path = _template(kind, files, make, day)
        subprocess.run(["cp", "-rT", "--reflink=auto", path, directory], check=True)
    directory.chmod(0o711)


def _template(kind, files, make, day):
    version = subprocess.run(["/usr/sbin/mariadbd", "--version"], capture_output=True).stdout
    digest = hashlib.sha256(version + day.encode())
    for file in sorted(file for file in files if file.is_file()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    path = scratch() / f"template-{kind}-{digest.hexdigest()[:16]}"
    if not path.exists():
        olds = sorted(scratch().glob(f"template-{kind}-*"), key=lambda old: old.stat().st_mtime)
        for old in olds[:-3]:  # other checkouts have theirs
            shutil.rmtree(old)
        make(path)
    return path


def load_demo(url):
    """The demonstration data of `make run`."""
    result = subprocess.run(
        ["migrations/demo/load.sh"],
        cwd=TOP,
        env={**os.environ, "LEGALNET_DATABASE": url, "BUILD": "build"},
        capture_output=True,
        text=True,
    )
    if result.returncode != 0:
        raise AssertionError(f"demonstration data: {result.stdout[-2000:]}{result.stderr}")


def _make_demo(path):
    work = new_directory("demo", scratch())
    data = work / "data"
    copy_template(data, demo=False)
    options = [f"--datadir={data}", f"--socket={work}/s", f"--tmpdir={work}", *SMALL]
    # the import's largest statements lock more rows than a small pool has room for
    options += ["--innodb-buffer-pool-size=512M", "--innodb-flush-log-at-trx-commit=0"]
    process = mariadbd(options, work / "log")
    wait_for(lambda: (work / "s").exists(), "socket of MariaDB", 60)
    load_demo(f"mysql://legalnet_admin:{PASSWORD}@localhost/legalnet?socket={work}/s")
    process.terminate()
    process.wait(60)
    data.rename(path)
    shutil.rmtree(work, ignore_errors=True)


def _make_template(path):
    work = new_directory("template", scratch())
    data = work / "data"
    user = ["--user=root"] if os.getuid() == 0 else []
    subprocess.run(
        [
            *["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--skip-test-db", *user],
            *["--skip-name-resolve", "--force", "--auth-root-authentication-method=normal", *SMALL],
            f"--tmpdir={work}",
        ],
        check=True,
        capture_output=True,
    )
    options = [f"--datadir={data}", f"--socket={work}/s", f"--tmpdir={work}", *SMALL]
    process = mariadbd([*options, "--innodb-flush-log-at-trx-commit=0"], work / "log")

    def root():
        try:
            return pymysql.connect(unix_socket=f"{work}/s", user="root", autocommit=True)
        except pymysql.err.OperationalError:
            return None

    connection = wait_for(root, "answer of MariaDB", 60)
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE legalnet CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        for host in ("localhost", "127.0.0.1"):
            for user, rights in (
                ("legalnet_admin", "ALL"),
                ("legalnet", "SELECT, INSERT, UPDATE, DELETE"),
            ):
                cursor.execute(f"CREATE USER {user}@'{host}' IDENTIFIED BY '{PASSWORD}'")
                cursor.execute(f"GRANT {rights} ON legalnet.* TO {user}@'{host}'")
            cursor.execute(f"GRANT RELOAD, PROCESS, CONNECTION ADMIN ON *.* TO legalnet_admin@'{host}'")
    connection.close()
    migrate(f"mysql://legalnet_admin:{PASSWORD}@/legalnet?socket={work}/s")
    process.terminate()
    process.wait(60)
    data.rename(path)
    shutil.rmtree(work, ignore_errors=True)
