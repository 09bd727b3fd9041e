"""Work in threads: the event loop goes on, queues have an end, nobody's departure hurts."""

import os
import socket
import threading
import time

import pytest

from fault.outage import metric, together
from harness.module import build_module
from harness.process import TOP, wait_for, workshop
from harness.stack import BUILD, SANITIZE

SMALL = "thread_pool small threads=1 max_queue=2;\n"


@pytest.fixture(scope="module")
def tasks(built):
    directory = workshop(f"tasks-{'asan' if SANITIZE else 'plain'}")
    source = TOP / "tests/fault/tasks.c"
    return build_module(source, directory, "ngx_http_tasks_module", BUILD, SANITIZE)


@pytest.fixture
def stack(stack_factory, tasks):
    return stack_factory(modules=[tasks], main=SMALL, features="directory tasks")


def running(stack):
    return metric(stack, "legalnet_tasks_running")


def counted(stack, pool, result):
    return metric(stack, "legalnet_tasks_total", pool=pool, result=result)


def apart(function, *arguments):
    """Runs beside the test; join() gives its result."""
    results = []
    thread = threading.Thread(target=lambda: results.append(function(*arguments)))
    thread.start()

    def join():
        thread.join()
        return results[0]

    return join


def test_a_task_answers_and_the_event_loop_goes_on(stack):
    sleepers = apart(together, stack, *["/api/v1/tasks/once?ms=3000"] * 2)
    wait_for(lambda: running(stack) == 2, "two tasks")
    slowest = 0.0
    for _ in range(50):
        began = time.monotonic()
        assert stack.ops.get("/healthz").status_code == 200
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 2, "a loop that is held would answer after the tasks only"
    assert [answer.status for answer in sleepers()] == [200, 200]
    wait_for(lambda: running(stack) == 0, "no task any more")
    assert counted(stack, "legalnet_cpu", "done") == 2
    spent = metric(stack, "legalnet_task_duration_seconds_sum", pool="legalnet_cpu")
    assert 6 <= spent < 60


def test_threads_that_hash_let_the_event_loop_go_first(stack):
    assert stack.get("/api/v1/tasks/once?ms=1").status_code == 200
    above = [
        os.getpriority(os.PRIO_PROCESS, int(thread)) - os.getpriority(os.PRIO_PROCESS, worker)
        for worker in stack.workers()
        for thread in os.listdir(f"/proc/{worker}/task")
    ]
    assert above.count(10) == 1 and set(above) == {0, 10}, "the one thread that had a task"


def test_one_task_after_the_other(stack):
    answer = stack.get("/api/v1/tasks/twice?ms=50")
    assert answer.status_code == 200 and answer.json() == {"slept": 100}
    assert counted(stack, "legalnet_io", "done") == 1


def test_a_full_queue_refuses_and_says_when(stack):
    for volley in range(3):
        answers = together(stack, *["/api/v1/tasks/small?ms=1500"] * 10)
        statuses = sorted(answer.status for answer in answers)
        # one runs, two wait; the thread may take its first before the rest arrives
        assert statuses.count(200) in (2, 3, 4), statuses
        assert statuses.count(200) + statuses.count(503) == 10
        assert all('"code":"busy"' in one.body for one in answers if one.status == 503)
    refused = counted(stack, "small", "refused")
    assert refused >= 18
    overflows = [line for line in stack.error_log() if "queue overflow" in line]
    assert 1 <= len(overflows) <= 6 < refused, "nginx's own line, not one a request"
    hold = apart(together, stack, *["/api/v1/tasks/small?ms=1500"] * 5)
    wait_for(lambda: counted(stack, "small", "refused") > refused, "refusal")
    answer = stack.get("/api/v1/tasks/small?ms=0")
    assert answer.status_code == 503 and int(answer.headers["retry-after"]) >= 1
    hold()
    assert stack.get("/api/v1/tasks/small?ms=0").status_code == 200


def test_a_client_that_leaves(stack):
    with socket.create_connection(("127.0.0.1", stack.port)) as connection:
        connection.sendall(b"GET /api/v1/tasks/once?ms=800 HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_for(lambda: running(stack) == 1, "running task")
    wait_for(lambda: counted(stack, "legalnet_cpu", "gone") == 1, "abandoned task")
    assert running(stack) == 0
    assert stack.get("/api/v1/tasks/once?ms=1").status_code == 200


def test_a_worker_that_must_quit_ends_its_tasks_first(stack):
    answer = apart(stack.get, "/api/v1/tasks/twice?ms=1200")
    wait_for(lambda: running(stack) == 1, "running task")
    stack.reload()
    assert answer().status_code == 200


def test_a_pool_that_nobody_defined_is_named(stack):
    fine, said = stack.test_configuration(main="")
    assert not fine and 'unknown thread pool "small"' in said
