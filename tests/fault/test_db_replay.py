"""Deadlocks, lock waits and lost COMMITs: a write happens exactly once, whatever happens."""

import concurrent.futures
import itertools
import socket
import threading
import uuid

import pytest

from fault.outage import sessions, together, until_well
from harness import Database
from harness.process import wait_for
from plugin import notes

COMMIT = b"\x03COMMIT"  # COM_QUERY and its text
NAP = 1.5  # seconds in which a transaction is found before its COMMIT


class CommitCutter:
    """A relay that cuts a connection at its next COMMIT, before or after it is passed on.

    `cut` names the connection by its port on the database's side: core's own
    background writes commit too.
    """

    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.cut = {}
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            for source, sink, asks in ((client, server, True), (server, client, False)):
                port = server.getsockname()[1] if asks else None
                threading.Thread(
                    target=self._forward, args=(source, sink, port), daemon=True
                ).start()

    def _forward(self, source, sink, port):
        try:
            while data := source.recv(65536):
                when = self.cut.pop(port, None) if COMMIT in data else None
                if when == "after":
                    source.shutdown(socket.SHUT_RDWR)
                    sink.sendall(data)
                if when:
                    self.cuts += 1
                    break
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_WR if end is sink else socket.SHUT_RDWR)
                except OSError:
                    pass


@pytest.fixture(scope="module")
def cut_stack(module_stack_factory):
    database = Database(tcp=True)
    cutter = CommitCutter(database.port)
    stack = module_stack_factory(
        database=database, hosts=[f"127.0.0.1:{cutter.port}"], ready=False, **notes.settings()
    )
    notes.install(stack)
    until_well(stack, "/api/v1/note-naps?seconds=0", 20)
    stack.cutter = cutter
    yield stack
    stack.stop()
    cutter.close()
    database.close()


boxes = itertools.count(1)


@pytest.fixture
def box(cut_stack):
    """A box of its own for each test; its id."""
    number = next(boxes)
    cut_stack.sql("INSERT INTO note_box (id, capacity) VALUES (%s, 100)", number)
    return number


def used(stack, box):
    return stack.sql("SELECT used FROM note_box WHERE id = %s", box)[0]["used"]


def take(stack, box, headers, seconds=0):
    return stack.post(
        f"/api/v1/note-boxes/{box}/slow", json={"count": 1, "seconds": seconds}, headers=headers
    )


def take_and_cut(stack, box, headers, when):
    """The answer to a write whose first COMMIT is cut."""
    cuts = stack.cutter.cuts
    answers = []
    thread = threading.Thread(target=lambda: answers.append(take(stack, box, headers, NAP)))
    thread.start()

    def napping():
        return [one["Host"] for one in stack.database.processes() if "SLEEP" in one["Info"]]

    host = wait_for(napping, "transaction at its nap")[0]
    stack.cutter.cut[int(host.rpartition(":")[2])] = when
    thread.join()
    assert stack.cutter.cuts == cuts + 1, "nothing was cut: the test tests nothing"
    return answers[0]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_commit_with_a_key_happens_once(cut_stack, box, when):
    headers = notes.key()
    first = take_and_cut(cut_stack, box, headers, when)
    again = take(cut_stack, box, headers, NAP)
    assert first.status_code < 300, first.text
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert used(cut_stack, box) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_commit_happens_once_even_without_a_key(cut_stack, box, when):
    """Core makes a key of its own, so that the replay can tell whether the first one landed."""
    answer = take_and_cut(cut_stack, box, {}, when)
    assert answer.status_code < 300, answer.text
    assert used(cut_stack, box) == 1


def test_a_deadlock_is_replayed(cut_stack, box):
    """The server rolls back the smaller transaction, ours; its client does not notice."""
    note = uuid.uuid4()
    other = cut_stack.database.connect()
    other.begin()
    with other.cursor() as cursor:
        for number in range(60):
            cursor.execute("INSERT INTO note_box VALUES (%s, 1, 0)", (box * 1000 + number,))
        cursor.execute("INSERT INTO note_in_box VALUES (%s, %s, 1)", (box, note.bytes))
        request = (
            "POST",
            f"/api/v1/note-boxes/{box}/fill",
            {
                "json": {"count": 1, "items": [{"note": str(note), "copies": 1}]},
                "headers": notes.key(),
            },
        )
        answers = []
        thread = threading.Thread(target=lambda: answers.extend(together(cut_stack, request)))
        thread.start()
        wait_for(
            lambda: any("INSERT INTO note_in_box" in one for one in sessions(cut_stack).values()),
            "transaction that waits for ours",
        )
        cursor.execute("UPDATE note_box SET capacity = 50 WHERE id = %s", (box,))
        assert not answers, "the request was through before the deadlock"
    other.rollback()
    other.close()
    thread.join()
    assert answers[0].status < 300, answers[0].body
    assert used(cut_stack, box) == 1


def test_a_lock_that_takes_too_long_is_waited_for_again(cut_stack, box):
    """1205 after two seconds; the row is free when the second try waits for it."""
    other = cut_stack.database.connect()
    other.begin()
    with other.cursor() as cursor:
        cursor.execute("UPDATE note_box SET capacity = 99 WHERE id = %s", (box,))
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            answer = pool.submit(take, cut_stack, box, notes.key())
            wait_for(lambda: waited(cut_stack) == 1, "transaction that waits for ours")
            wait_for(lambda: waited(cut_stack) == 0, "second try, which waits anew")
            other.rollback()
    other.close()
    assert answer.result().status_code < 300, answer.result().text
    assert used(cut_stack, box) == 1


def waited(stack):
    """For how many seconds a statement has waited for a box; -1 when none does."""
    mine = [one for one in stack.database.processes() if one["Info"].startswith("UPDATE note_box")]
    return max((one["Time"] for one in mine), default=-1)
