"""What is cached: served without the database, never stale for long, whoever dies."""

import concurrent.futures
import datetime
import signal
import threading
import time

import httpx
import pytest

from fault.outage import ask, metric, quiet, together, until_well
from harness.process import SLACK, wait_for
from harness.traffic import Traffic
from plugin import notes

SEEN = 2.5 + SLACK  # seconds until another node knows of a change: a poll a second


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(ready=False, workers=2, **notes.settings())
    notes.install(stack)
    serves(stack)
    return stack


@pytest.fixture
def other(stack, stack_factory):
    """A second node on the same database."""
    node = stack_factory(ready=False, database=stack.database, **notes.settings())
    serves(node)
    return node


def serves(node):
    """Every worker has found the schema complete, and the first one polls."""
    polls = lambda: metric(node, "legalnet_change_polls_total", result="ok")
    until_well(node, "/api/v1/notes", 20)
    wait_for(lambda: polls() >= 2, "poll for changes")


def writes_again(stack):
    """After an outage: every worker has its connections back."""

    def well():
        write = lambda: ("POST", "/api/v1/notes", {"json": {"title": "?"}, "headers": notes.key()})
        return {answer.status for answer in together(stack, *[write() for _ in range(8)])} == {201}

    wait_for(well, "successful writes", 20, 0.2)


def title(node, note):
    answer = node.get(f"/api/v1/notes/{note['id']}")
    assert answer.status_code == 200, answer.text
    return answer.json()["title"]


def change(node, note, text):
    made = node.get(f"/api/v1/notes/{note['id']}").json()
    answer = node.client.put(
        f"/api/v1/notes/{note['id']}",
        json={"title": text},
        headers={"If-Match": f'"{made["version"]}"'},
    )
    assert answer.status_code == 200, answer.text


def looks(node, result):
    return metric(node, "legalnet_cache_requests_total", result=result)


def tell(stack, subject, topic="note"):
    """What a tool does that changes rows."""
    stack.sql(
        "INSERT INTO change_event (topic, subject, at) VALUES (%s, %s, UTC_TIMESTAMP(6))",
        topic,
        subject,
    )


# Truth


def test_an_answer_is_kept_and_a_write_here_counts_at_once(stack):
    note = notes.note(stack, "0")
    quiet(stack)  # the change that the note was is read once more
    hits = looks(stack, "hit")
    assert [title(stack, note) for _ in range(6)] == ["0"] * 6
    assert looks(stack, "hit") >= hits + 5
    for number in range(1, 30):
        change(stack, note, str(number))
        # both workers of the node, at once
        bodies = together(stack, *[f"/api/v1/notes/{note['id']}"] * 4)
        assert all(f'"title":"{number}"' in answer.body for answer in bodies)


def test_a_write_there_counts_within_a_second_or_so(stack, other):
    note = notes.note(stack, "old")
    delays = []
    for number in range(3):
        assert title(other, note) == title(stack, note)
        change(stack, note, f"new {number}")
        began = time.monotonic()
        wait_for(lambda: title(other, note) == f"new {number}", "change on the other node", SEEN)
        delays.append(time.monotonic() - began)
    assert min(delays) < 1.2 + SLACK / 2, delays


def test_only_what_changed_is_read_again(stack, other):
    first, second = notes.note(stack, "first"), notes.note(stack, "second")
    quiet(stack, other)
    assert (title(other, first), title(other, second)) == ("first", "second")
    change(stack, first, "changed")
    wait_for(lambda: title(other, first) == "changed", "change on the other node", SEEN)
    misses = looks(other, "stale") + looks(other, "miss")
    assert title(other, second) == "second"
    assert looks(other, "stale") + looks(other, "miss") == misses


def test_a_change_of_everything_makes_every_subject_stale(stack):
    made = [notes.note(stack, str(number)) for number in range(5)]
    assert [title(stack, note) for note in made] == list("01234")
    stack.sql("UPDATE note SET title = 'imported'")
    tell(stack, "*")
    wait_for(lambda: {title(stack, note) for note in made} == {"imported"}, "new titles", SEEN)


def test_another_topic_changes_nothing(stack):
    note = notes.note(stack, "mine")
    quiet(stack)
    assert title(stack, note) == "mine"
    stack.sql("UPDATE note SET title = 'unsaid'")
    tell(stack, "*", topic="note_box")
    quiet(stack)
    assert title(stack, note) == "mine"
    tell(stack, note["id"])
    wait_for(lambda: title(stack, note) == "unsaid", "new title", SEEN)


def test_a_late_commit_is_seen_though_later_numbers_were_read_before(stack):
    """Numbers are given at INSERT, rows are seen after COMMIT: in another order."""
    note, later = notes.note(stack, "before"), notes.note(stack, "x")
    quiet(stack)
    assert title(stack, note) == "before"
    connection = stack.database.connect()
    try:
        connection.begin()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE note SET title = 'after' WHERE title = 'before'")
            cursor.execute(
                "INSERT INTO change_event (topic, subject, at)"
                " VALUES ('note', %s, UTC_TIMESTAMP(6))",
                (note["id"],),
            )
            for _ in range(3):
                tell(stack, later["id"])
                time.sleep(1.2)
            assert title(stack, note) == "before"
            connection.commit()
    finally:
        connection.close()
    wait_for(lambda: title(stack, note) == "after", "what was committed late", SEEN)


def test_many_changes_at_once_are_all_read(stack):
    made = [notes.note(stack, "old") for _ in range(3)]
    assert {title(stack, note) for note in made} == {"old"}
    stack.sql("UPDATE note SET title = 'new'")
    subjects = [f"nobody-{number}" for number in range(2500)]
    subjects[7], subjects[1500], subjects[-1] = (note["id"] for note in made)
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
    stack.sql_many(
        "INSERT INTO change_event (topic, subject, at) VALUES (%s, %s, %s)",
        [("note", subject, now) for subject in subjects],
    )
    for note in made:
        wait_for(lambda: title(stack, note) == "new", "new title", SEEN)


def test_an_avalanche_of_changes_makes_all_stale_also_what_commits_late(stack):
    """An import: too many to follow one by one, and some of them not yet committed."""
    note, late = notes.note(stack, "old"), notes.note(stack, "late")
    quiet(stack)
    assert (title(stack, note), title(stack, late)) == ("old", "late")
    flushes = metric(stack, "legalnet_cache_flushes_total")
    digits = "(SELECT 0 AS n" + "".join(f" UNION ALL SELECT {n}" for n in range(1, 10)) + ")"
    connection = stack.database.connect()
    try:
        connection.begin()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE note SET title = 'later' WHERE title = 'late'")
            cursor.execute(
                "INSERT INTO change_event (topic, subject, at)"
                " VALUES ('note', %s, UTC_TIMESTAMP(6))",
                (late["id"],),
            )
            stack.sql("UPDATE note SET title = 'new' WHERE title = 'old'")
            stack.sql(
                "INSERT INTO change_event (topic, subject, at)"
                " SELECT 'note', CONCAT('nobody-', a.n, b.n, c.n, d.n, e.n), UTC_TIMESTAMP(6)"
                f" FROM {digits} a, {digits} b, {digits} c, {digits} d, {digits} e WHERE a.n < 3"
            )
            tell(stack, note["id"])
            wait_for(lambda: title(stack, note) == "new", "new title", SEEN)
            time.sleep(2)
            assert title(stack, late) == "late"
            connection.commit()
    finally:
        connection.close()
    wait_for(lambda: title(stack, late) == "later", "what was committed late", SEEN)
    flushed = lambda: metric(stack, "legalnet_cache_flushes_total") - flushes
    wait_for(lambda: flushed() >= 3, "flush at every look")
    assert sum("too many changes to follow" in line for line in stack.error_log()) == 1
    # in half a minute all is as before; a new worker need not wait, nor read them all
    stack.sql("UPDATE change_event SET at = at - INTERVAL 1 MINUTE")
    settled(stack)
    stack.reload()
    quiet(stack)
    flushes = metric(stack, "legalnet_cache_flushes_total")
    quiet(stack)
    assert metric(stack, "legalnet_cache_flushes_total") == flushes


def test_changes_are_seen_while_searches_fill_their_lane(stack):
    note = notes.note(stack, "before")
    quiet(stack)
    assert title(stack, note) == "before"
    waiting = lambda: metric(stack, "legalnet_db_waiting", lane="read")
    naps = lambda number: ("GET", "/api/v1/note-naps?seconds=1", {}, None)
    with Traffic(stack.port, 32, naps):
        wait_for(lambda: waiting() > 8, "lane full of searches")
        stack.sql("UPDATE note SET title = 'after' WHERE title = 'before'")
        tell(stack, note["id"])
        wait_for(lambda: title(stack, note) == "after", "new title", SEEN)
        wait_for(lambda: waiting() > 8, "lane that is still full")


# Outages


@pytest.mark.kills_database
def test_cached_answers_are_served_while_the_database_is_gone(stack):
    note, unseen = notes.note(stack, "kept"), notes.note(stack, "not asked for")
    quiet(stack)
    assert title(stack, note) == "kept"
    stack.kill_db()
    try:
        answers = together(stack, *[f"/api/v1/notes/{note['id']}"] * 20)
        assert {answer.status for answer in answers} == {200}
        assert ask(stack, f"/api/v1/notes/{unseen['id']}").status == 503
        time.sleep(2)
        assert title(stack, note) == "kept"
        stack.start_db()
        # what changed while nobody could look
        stack.sql("UPDATE note SET title = 'changed meanwhile' WHERE title = 'kept'")
        tell(stack, note["id"])

        def renewed():
            answer = stack.get(f"/api/v1/notes/{note['id']}")
            # that it changed is known before there is a connection to ask
            assert answer.status_code in (200, 503), answer.text
            return answer.status_code == 200 and answer.json()["title"] == "changed meanwhile"

        wait_for(renewed, "new title")
    finally:
        stack.start_db() if stack.database.process.poll() is not None else None
    writes_again(stack)


@pytest.mark.kills_database
def test_a_reload_keeps_the_cache_and_the_counts(stack):
    note = notes.note(stack, "kept")
    quiet(stack)
    # a new worker reads the changes of the last half minute once more
    stack.sql("UPDATE change_event SET at = at - INTERVAL 1 MINUTE")
    assert title(stack, note) == "kept"
    hits = looks(stack, "hit")
    stack.reload()
    quiet(stack)
    stack.kill_db()
    try:
        answers = together(stack, *[f"/api/v1/notes/{note['id']}"] * 8)
        assert {answer.status for answer in answers} == {200}
        assert looks(stack, "hit") >= hits + 8
    finally:
        stack.start_db()
    writes_again(stack)


def test_a_new_worker_goes_on_reading_changes(stack):
    """Killed or reloaded: what changed in between is not missed."""
    for renew in (stack.kill_worker, stack.reload, lambda: kill_all(stack)):
        note = notes.note(stack, "before")
        assert title(stack, note) == "before"
        stack.sql("UPDATE note SET title = 'after' WHERE title = 'before'")
        tell(stack, note["id"])
        renew()
        wait_for(lambda: title(stack, note) == "after", f"new title after {renew}", 2 * SEEN)


def settled(stack):
    """The workers of before a reload are gone: killed ones would have no successor."""
    wait_for(lambda: len(stack.workers()) == stack.settings["workers"], "end of old workers")


def kill_all(stack):
    for _ in range(4):
        settled(stack)
        stack.kill_worker()


# Load


def test_workers_killed_under_load_harm_nobody(stack):
    """Every answer is one of the two that are true; no worker is lost to a torn entry."""
    made = [notes.note(stack, "a" * 50) for _ in range(40)]
    stop = threading.Event()
    failures = []
    counts = {}

    def read(number):
        lost = 0
        served = counts[number] = 0
        with httpx.Client(base_url=stack.url, timeout=10) as client:
            while not stop.is_set():
                note = made[(number * 7 + served) % len(made)]
                try:
                    answer = client.get(f"/api/v1/notes/{note['id']}")
                except httpx.TransportError:
                    lost += 1
                    continue
                served = counts[number] = served + 1
                titles = {"a" * 50, "b" * 50}
                if answer.status_code != 200 or answer.json()["title"] not in titles:
                    failures.append((answer.status_code, answer.text))
        return lost

    def write():
        letter = "b"
        while not stop.is_set():
            stack.sql("UPDATE note SET title = %s WHERE LENGTH(title) = 50", letter * 50)
            tell(stack, "*")
            letter = "a" if letter == "b" else "b"
            time.sleep(0.3)

    settled(stack)
    with concurrent.futures.ThreadPoolExecutor(7) as pool:
        readers = [pool.submit(read, number) for number in range(6)]
        writer = pool.submit(write)
        try:
            for kills in range(1, 11):
                before = sum(counts.values())
                stack.kill_worker(signal.SIGKILL)
                wait_for(lambda: sum(counts.values()) > before + 50, "fifty more answers")
        finally:
            stop.set()
        writer.result()
        lost = sum(reader.result() for reader in readers)

    assert not failures, failures[:3]
    # a killed worker takes at most the connections it had
    assert lost <= kills * len(readers)
    assert looks(stack, "torn") <= kills + 5
