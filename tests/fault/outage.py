"""What the database fault tests share: many requests at once, and each one's time."""

import asyncio
import collections
import time

import httpx
import pymysql

from harness.process import SLACK, wait_for

Answer = collections.namedtuple("Answer", "status seconds body")


def together(stack, *requests, timeout=30.0):
    """Send all requests at the same time; their answers in the same order.

    A request is a path, or (method, path, keyword arguments of httpx).
    """

    async def one(client, request):
        method, path, options = ("GET", request, {}) if isinstance(request, str) else request
        began = time.monotonic()
        answer = await client.request(method, path, **options)
        return Answer(answer.status_code, time.monotonic() - began, answer.text)

    async def run():
        limits = httpx.Limits(max_connections=len(requests))
        async with httpx.AsyncClient(base_url=stack.url, timeout=timeout, limits=limits) as client:
            return await asyncio.gather(*(one(client, request) for request in requests))

    return asyncio.run(run())


def ask(stack, path):
    """One request; status, seconds, body."""
    return together(stack, path)[0]


def until_well(stack, path, seconds=20):
    """Wait until the path answers 200, for so many seconds at most."""
    began = time.monotonic()
    while True:
        answer = ask(stack, path)
        if answer.status == 200:
            return
        if time.monotonic() - began > seconds + SLACK:
            raise AssertionError(f"after {seconds} s still {answer.status}: {answer.body}")
        time.sleep(0.05)


def quiet(*stacks):
    """What was written before has been read as a change: from here on nothing is stale."""
    polls = lambda stack: metric(stack, "legalnet_change_polls_total", result="ok")
    for stack in stacks:
        before = polls(stack)
        wait_for(lambda: polls(stack) >= before + 2, "two polls for changes")


def metric(stack, name, **labels):
    """The sum of a metric's values over all its labels but those given."""
    wanted = [f'{label}="{value}"' for label, value in labels.items()]
    total = 0.0
    for line in stack.ops.get("/metrics").text.splitlines():
        if line.startswith((name + "{", name + " ")) and all(one in line for one in wanted):
            total += float(line.rsplit(" ", 1)[1])
    return total


def sessions(stack):
    """Ids of nginx's sessions in the database, with the statement each runs."""
    return {row["Id"]: row["Info"] for row in stack.database.processes()}


def kill_sessions(stack, running=""):
    """KILL nginx's sessions whose statement holds `running`; how many there were."""
    found = [one for one, info in sessions(stack).items() if running in info]
    for one in found:
        try:
            stack.sql(f"KILL {one}")
        except pymysql.err.OperationalError as error:
            if error.args[0] != pymysql.constants.ER.NO_SUCH_THREAD:  # gone by itself
                raise
    return len(found)
