"""The notes feature for tests: built like a third party's, with its tables and texts.

    stack = Stack(**settings())       # with its tables and its migration
    install(stack)                    # …, or later: settings(prepare=None)
"""

import pathlib
import uuid

import httpx

from harness.module import build_module
from harness.process import wait_for, workshop
from harness.stack import BUILD, SANITIZE

HERE = pathlib.Path(__file__).resolve().parent
MODULE = "ngx_http_notes_module"
MESSAGES = f"legalnet_messages {HERE}/messages;\n"
TABLES = """
CREATE TABLE note (
    id         BINARY(16)  NOT NULL,
    account_id BINARY(16)  NULL,
    title      VARCHAR(60) NOT NULL,
    color      VARCHAR(8)  NULL,
    position   INT         NOT NULL DEFAULT 0,
    due        DATE        NULL,
    version    BIGINT      NOT NULL DEFAULT 1,
    PRIMARY KEY (id),
    KEY position (position, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE note_box (
    id       BIGINT NOT NULL,
    capacity INT    NOT NULL,
    used     INT    NOT NULL DEFAULT 0,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE note_in_box (
    box_id  BIGINT     NOT NULL,
    note_id BINARY(16) NOT NULL,
    copies  INT        NOT NULL,
    PRIMARY KEY (box_id, note_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO schema_migrations (version) VALUES ('9001')
"""


def build(*mistakes):
    """The .so; with the names of mistakes (NOTES_WRONG_ABI …) one that has them."""
    name = "-".join(("notes", *mistakes, "asan" if SANITIZE else "plain"))
    directory = workshop(name.lower())
    source = HERE / "notes.c"
    if mistakes:
        source = directory / "variant.c"
        defines = "".join(f"#define {mistake}\n" for mistake in mistakes)
        source.write_text(f'{defines}#include "{HERE}/notes.c"\n')
    return build_module(source, directory, MODULE, BUILD, SANITIZE)


def settings(**further):
    """Settings of a Stack that loads notes beside the directory."""
    http = MESSAGES + further.pop("http", "")
    features = further.pop("features", "directory notes")
    mine = {"modules": [build()], "http": http, "features": features, "prepare": migrate}
    return {**mine, **further}


def migrate(database):
    """What a third party's own migration does, once."""
    if not database.sql("SELECT version FROM schema_migrations WHERE version = '9001'"):
        for statement in TABLES.strip().split(";\n"):
            database.sql(statement)


def install(stack):
    """The migration, if it has not been; returns when requests are answered."""
    migrate(stack.database)
    wait_for(lambda: all(fresh(stack) == 200 for _ in range(8)), "worker that knows the migration")


def fresh(stack):
    """The status of a request on a connection of its own, so of any worker."""
    return httpx.get(f"{stack.url}{stack.settings.get('prefix', '')}/api/v1/openapi.json").status_code


def key(name=None):
    """An Idempotency-Key header."""
    return {"Idempotency-Key": name or uuid.uuid4().hex}


def note(stack, title="one", prefix="", **members):
    """Write a note; its answer."""
    body = {"title": title, **members}
    answer = stack.post(f"{prefix}/api/v1/notes", json=body, headers=key())
    assert answer.status_code == 201, answer.text
    return answer.json()


__all__ = ["build", "install", "key", "note", "settings"]
