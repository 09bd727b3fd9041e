"""Claims of notices read the index in its order, however long the queue is.

The statement is the one that nginx really sends, taken from the server's general log.
"""

import os
import re

import pytest

from api.notice_world import *  # noqa: F403
from api.notice_world import STACK
from harness.database import Database

if os.environ.get("DATABASE"):
    pytest.skip("reads the general log, which needs a server of ours", allow_module_level=True)

CLAIM = re.compile(r"Execute\t(UPDATE outbox FORCE INDEX \(outbox_queue\) SET state = 'sending'.*? LIMIT 8)", re.S)
BYTES = re.compile(r"claim = '.*?', claimed_until", re.S)


@pytest.fixture(scope="module")
def queue(module_stack_factory):
    database = Database(options=["--general-log=1", "--general-log-file=general.log"])
    try:
        stack = module_stack_factory(database=database, **STACK)
        never_quiet(stack)
        for expires in (None, 300):
            until(stack, put(stack, expires=expires), "sent")
        stack.sql("UPDATE job SET holder = 'test', until = UTC_TIMESTAMP(6) + INTERVAL 1 HOUR")
        rows = [
            (secrets.token_bytes(16), n if n % 3 == 0 else -n, n % 7 or None) for n in range(5000)
        ]
        stack.sql_many(
            "INSERT INTO outbox (id, template, recipient, due_at, expires_at, state,"
            " created_at, updated_at) VALUES (%s, 'new_sign_in', 'x',"
            " UTC_TIMESTAMP(6) + INTERVAL %s SECOND, UTC_TIMESTAMP(6) + INTERVAL %s HOUR,"
            " 'waiting', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
            rows,
        )
        stack.sql("ANALYZE TABLE outbox")
        log = (database.directory / "general.log").read_text(errors="replace")
        claims = {BYTES.sub("claim = 'x', claimed_until", one) for one in CLAIM.findall(log)}
        yield stack, {re.search("hurry = (.)", one)[1]: one for one in claims}
        stack.stop()
    finally:
        database.close()


@pytest.mark.parametrize("hurry", "01")
def test_a_claim_reads_what_it_takes(queue, hurry):
    stack, claims = queue
    assert set(claims) == {"0", "1"}
    plan = stack.sql("EXPLAIN " + claims[hurry].replace("%", "%%"))[0]
    assert plan["key"] == "outbox_queue", plan
    assert int(plan["rows"]) <= 100 and "filesort" not in (plan["Extra"] or ""), plan
