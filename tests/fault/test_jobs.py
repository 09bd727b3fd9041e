"""Jobs: once per period whatever the number of nodes, whole or not at all."""

import time

import pytest

from fault.outage import metric
from harness.module import build_module
from harness.process import SLACK, TOP, wait_for, workshop
from harness.stack import BUILD, SANITIZE

SOURCE = TOP / "tests/fault/ticks.c"
PERIOD = 2.0  # of ticks.beat
TABLES = """
CREATE TABLE tick_beat (
    id BINARY(16)  NOT NULL PRIMARY KEY,
    at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE tick_queue (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE tick_task (
    id   BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(20) NOT NULL,
    done VARCHAR(40) NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO schema_migrations (version) VALUES ('9002')
"""


def ticks(variant=""):
    """The module of jobs, or a variant of it."""
    name = f"ticks{variant.lower()}-{'asan' if SANITIZE else 'plain'}"
    directory = workshop(name)
    source = SOURCE
    if variant:
        source = directory / "variant.c"
        source.write_text(f'#define {variant}\n#include "{SOURCE}"\n')
    return build_module(source, directory, "ngx_http_ticks_module", BUILD, SANITIZE)


def start(factory, variant="", **settings):
    if "database" not in settings:
        settings["prepare"] = migrate
    return factory(ready=False, modules=[ticks(variant)], **settings)


def migrate(database):
    for statement in TABLES.strip().split(";\n"):
        database.sql(statement)


def beats(stack):
    return [row["at"] for row in stack.sql("SELECT at FROM tick_beat ORDER BY at")]


def job(stack, name):
    rows = stack.sql("SELECT * FROM job WHERE name = %s", name)
    return rows[0] if rows else {"last_result": None, "last_run": None}


def execute(stack, statement):
    """How many rows it touched."""
    connection = stack.database.connect()
    try:
        with connection.cursor() as cursor:
            return cursor.execute(statement)
    finally:
        connection.close()


def rounds(stack, name, result="ok"):
    return metric(stack, "legalnet_job_runs_total", job=name, result=result)


def test_two_nodes_run_a_job_once_per_period(stack_factory):
    one = start(stack_factory, workers=2)
    two = start(stack_factory, database=one.database, workers=2)
    wait_for(lambda: len(beats(one)) >= 5, "five beats")
    # neither twice in a period, nor left out while both think it is the other's turn
    found = beats(one)
    gaps = [(b - a).total_seconds() for a, b in zip(found, found[1:])]
    assert min(gaps) > PERIOD / 2, gaps
    assert max(gaps) < 2 * PERIOD + SLACK, gaps
    wait_for(
        lambda: len(beats(one)) == rounds(one, "ticks.beat") + rounds(two, "ticks.beat"),
        "as many rounds counted as beats",
    )
    row = job(one, "ticks.beat")
    assert row["last_result"] == "ok, 1" and row["until"] is None and row["holder"]


def test_a_job_repeats_at_once_while_there_is_more(stack_factory):
    stack = start(stack_factory)
    wait_for(lambda: job(stack, "ticks.drain")["last_run"], "first round")
    before = rounds(stack, "ticks.drain")
    stack.sql_many("INSERT INTO tick_queue (id) VALUES (%s)", [(n,) for n in range(1, 296)])
    began = time.monotonic()
    wait_for(lambda: not stack.sql("SELECT id FROM tick_queue"), "empty queue")
    assert time.monotonic() - began < 10 + SLACK, "thirty rounds of a job with a period of 1 s"
    wait_for(lambda: rounds(stack, "ticks.drain") >= before + 30, "thirty rounds counted")


def test_steps_build_on_each_other(stack_factory):
    stack = start(stack_factory)
    stack.sql_many("INSERT INTO tick_task (name) VALUES (%s)", [("甲",), ("b",), ("c",)])
    wait_for(lambda: not stack.sql("SELECT 1 FROM tick_task WHERE done IS NULL"), "all done")
    done = stack.sql("SELECT done FROM tick_task ORDER BY id")
    assert [row["done"] for row in done] == ["甲 done", "b done", "c done"]


def test_a_failed_round_leaves_nothing_and_says_why(stack_factory):
    stack = start(stack_factory, "TICKS_FAIL")
    stack.sql_many("INSERT INTO tick_queue (id) VALUES (%s)", [(n,) for n in range(1, 6)])
    failed = lambda: (job(stack, "ticks.fail")["last_result"] or "").startswith("failed")
    wait_for(lambda: beats(stack) and failed(), "recorded failure", 20)
    assert job(stack, "ticks.fail")["last_result"] == "failed: duplicate key"
    assert job(stack, "ticks.fail")["until"] is None
    assert len(stack.sql("SELECT id FROM tick_queue")) == 5, "its first step was undone"
    assert any('job "ticks.fail" failed: duplicate key' in line for line in stack.error_log())
    # the others go on, and it waits longer than its period before it tries again
    count = len(beats(stack))
    failures = rounds(stack, "ticks.fail", "failed")
    wait_for(lambda: len(beats(stack)) > count, "next beat")
    assert rounds(stack, "ticks.fail", "failed") <= failures + 1


def test_a_lease_is_respected_until_it_runs_out(stack_factory):
    stack = start(stack_factory)
    wait_for(lambda: beats(stack), "first beat", 20)
    resting = "UPDATE job SET holder = 'a node that died', until = UTC_TIMESTAMP(6) + INTERVAL 5 SECOND"
    resting += " WHERE name = 'ticks.beat' AND until IS NULL"
    wait_for(lambda: execute(stack, resting) == 1, "job at rest")
    until, last = job(stack, "ticks.beat")["until"], beats(stack)[-1]
    wait_for(lambda: beats(stack)[-1] > last, "beat after the lease ran out")
    assert [at for at in beats(stack) if last < at <= until] == []
    assert job(stack, "ticks.beat")["holder"] != "a node that died"


def test_who_lost_the_lease_undoes_the_work(stack_factory):
    stack = start(stack_factory, "TICKS_SLOW")
    running = lambda: job(stack, "ticks.beat").get("until")
    wait_for(running, "running round", 20, 0.05)
    stack.sql(
        "UPDATE job SET holder = 'another', until = UTC_TIMESTAMP(6) + INTERVAL 60 SECOND"
        " WHERE name = 'ticks.beat'"
    )
    lost = lambda: any("lost its lease" in line for line in stack.error_log())
    wait_for(lost, "log line of a lost lease")
    assert beats(stack) == []
    assert job(stack, "ticks.beat")["holder"] == "another"


def test_jobs_survive_killed_workers_and_reloads(stack_factory):
    stack = start(stack_factory, workers=2)
    wait_for(lambda: beats(stack), "first beat", 20)
    for renew in (stack.kill_worker, stack.reload, stack.kill_worker):
        renew()
        count = len(beats(stack))
        wait_for(lambda: len(beats(stack)) > count, f"beat after {renew}, long before the lease ends", 30)


def test_a_killed_worker_leaves_no_half_of_a_round(stack_factory):
    """Killed between the steps: the round is gone, and is done again after the lease."""
    stack = start(stack_factory, "TICKS_SLOW")
    wait_for(lambda: job(stack, "ticks.beat").get("until"), "running round", 20, 0.05)
    stack.kill_worker()
    assert beats(stack) == []
    stack.sql("UPDATE job SET until = UTC_TIMESTAMP(6) WHERE name = 'ticks.beat'")
    wait_for(lambda: beats(stack), "beat of the next worker")


def test_old_rows_are_tidied_away(stack_factory):
    stack = start(stack_factory)
    wait_for(lambda: job(stack, "core.idempotency_tidy")["last_run"], "first round", 20)
    for hours, topic in ((3, "old"), (2, "older than an hour"), (0, "new")):
        stack.sql(
            "INSERT INTO change_event (topic, subject, at)"
            " VALUES (%s, 'x', UTC_TIMESTAMP(6) - INTERVAL %s HOUR)",
            topic,
            hours,
        )
    for hours, scope in ((49, b"o"), (47, b"n")):
        stack.sql(
            "INSERT INTO idempotency (scope, body_digest, created_at)"
            " VALUES (%s, %s, UTC_TIMESTAMP(6) - INTERVAL %s HOUR)",
            scope * 32,
            b"d" * 32,
            hours,
        )
    due = "UPDATE job SET last_run = last_run - INTERVAL 1 DAY WHERE name LIKE 'core.%tidy'"
    stack.sql(due)
    stack.reload()  # a new worker looks at once
    wait_for(lambda: len(stack.sql("SELECT scope FROM idempotency")) == 1, "tidied keys")
    left = lambda: [row["topic"] for row in stack.sql("SELECT topic FROM change_event")]
    wait_for(lambda: left() == ["new"], "tidied changes")
    assert [row["topic"] for row in stack.sql("SELECT topic FROM change_event")] == ["new"]
    # nothing new for hours: the newest stays, however old
    stack.sql("UPDATE change_event SET at = at - INTERVAL 5 HOUR")
    before = rounds(stack, "core.change_tidy")
    stack.sql(due)
    stack.reload()
    wait_for(lambda: rounds(stack, "core.change_tidy") > before, "next round")
    assert [row["topic"] for row in stack.sql("SELECT topic FROM change_event")] == ["new"]


@pytest.mark.kills_database
def test_jobs_go_on_after_an_outage(stack_factory):
    stack = start(stack_factory)
    wait_for(lambda: beats(stack), "first beat", 20)
    stack.kill_db()
    time.sleep(2.5)
    stack.start_db()
    count = len(beats(stack))
    wait_for(lambda: len(beats(stack)) > count, "beat after the outage")
