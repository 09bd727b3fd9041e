"""200,000 practitioners in a private MariaDB, made once and kept in build/bench.

BENCH_SIZE=small takes the 29,130 of `make run` instead, for a quick look.
"""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.database import PASSWORD, Database  # noqa: E402
from harness.process import TOP  # noqa: E402


SIZE = os.environ.get("BENCH_SIZE", "large")


class LargeDatabase(Database):
    """With memory for all of it."""

    def __init__(self):
        super().__init__(
            options=["--innodb-buffer-pool-size=4G", "--innodb-log-file-size=512M"]
        )

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(120)
        shutil.rmtree(self.directory, ignore_errors=True)


def load(database):
    """`make demo SIZE=…`, into this database."""
    secret = database.directory / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    url = f"mysql://{database.user}_admin@localhost/{database.name}?socket={database.socket}"
    subprocess.run(
        [TOP / "migrations/demo/load.sh", "", SIZE],
        check=True,
        env={
            **os.environ,
            "LEGALNET_DATABASE": url,
            "LEGALNET_PASSWORD_FILE": str(secret),
        },
    )
    database.sql("ANALYZE TABLE practitioner, practitioner_listing, practitioner_token")


def large_database(work):
    """A running server with the large data; the first run takes minutes."""
    kept = work / f"mysql-{SIZE}"
    stamp = work / f"mysql-{SIZE}.stamp"
    made_of = fingerprint()
    database = LargeDatabase()
    if stamp.exists() and stamp.read_text() == made_of:
        print(f"the {SIZE} data of an earlier run")
        database.kill()
        shutil.rmtree(database.directory)
        subprocess.run(["cp", "-a", "--reflink=auto", kept, database.directory], check=True)
        database.start()
        return database
    print(f"making the {SIZE} data, which takes some minutes")
    load(database)
    database.stop()
    shutil.rmtree(kept, ignore_errors=True)
    subprocess.run(["cp", "-a", "--reflink=auto", database.directory, kept], check=True)
    stamp.write_text(made_of)
    database.start()
    return database


def fingerprint():
    """Of what the data are made of."""
    files = [*TOP.glob("migrations/[0-9]*.sql"), *TOP.glob("migrations/demo/*.py")]
    files += TOP.glob("modules/t[eo]*/**/*.[ch]")
    result = subprocess.run(
        ["sha256sum", *sorted(files)], check=True, capture_output=True, text=True
    )
    return result.stdout
