"""newest_code.py DATABASE-URL PHONE: the newest code that waits for a phone.

For scenarios that sign in as citizens do; the keys are those of the harness.
"""

import pathlib
import sys
import urllib.parse

import pymysql

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from api.auth_world import codes_of  # pylint: disable=wrong-import-position


class Outbox:
    """Of the database that a URL names, by socket or by host."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        socket = urllib.parse.parse_qs(parts.query).get("socket")
        where = {"unix_socket": socket[0]} if socket else {"host": parts.hostname}
        self.connection = pymysql.connect(
            **where,
            port=parts.port or 3306,
            user=urllib.parse.unquote(parts.username or ""),
            password=urllib.parse.unquote(parts.password or ""),
            database=parts.path.lstrip("/"),
            charset="utf8mb4",
            cursorclass=pymysql.cursors.DictCursor,
        )

    def sql(self, statement, *values):
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values or None)
            return list(cursor.fetchall())


print(codes_of(Outbox(sys.argv[1]), sys.argv[2])[-1])
