"""A migrated database for each file of tests; no web server."""

import os

import pytest

from harness.database import Database, ExistingDatabase


@pytest.fixture(scope="module")
def database():
    existing = os.environ.get("DATABASE", "")
    if existing:
        opened = ExistingDatabase(existing)
        opened.renew()
    else:
        opened = Database()
    yield opened
    opened.close()
