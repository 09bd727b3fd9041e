"""Traffic that goes on while something happens: many keep-alive clients on one event loop.

A client that finds its kept-alive connection closed before the answer began may
repeat once: that is what a browser does, and what a reload may ask of it.
"""

import asyncio
import collections
import dataclasses
import threading
import time

from harness.process import wait_for


@dataclasses.dataclass
class Answer:
    status: int
    body: bytes
    seconds: float
    repeats: int


class Lost(Exception):
    """The connection ended before an answer was whole."""


class Traffic:
    """`make(n)` gives the n-th request: (method, path, headers, body).

    with Traffic(port, clients, make) as traffic: …   # it goes on meanwhile
    traffic.answers                                   # (request, Answer)
    traffic.failures                                  # (request, exception)
    """

    def __init__(self, port, clients, make, pause=0.0, repeats=1, lost=()):
        self.port = port
        self.clients = clients
        self.make = make
        self.pause = pause
        self.repeats = repeats
        self.repeat_status = set(lost)
        self.answers = []
        self.failures = []
        self.number = 0
        self.ending = False
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exception):
        self.ending = True
        self.thread.join()

    def more(self, count):
        """Wait for so many more answers."""
        before = len(self.answers)
        wait_for(lambda: len(self.answers) >= before + count, f"{count} more answers")

    def statuses(self):
        return collections.Counter(answer.status for _, answer in self.answers)

    def percentile(self, part):
        times = sorted(answer.seconds for _, answer in self.answers)
        return times[int(part * (len(times) - 1))]

    async def _run(self):
        await asyncio.gather(*(self._client() for _ in range(self.clients)))

    async def _client(self):
        connection = None
        while not self.ending:
            self.number += 1
            request = self.make(self.number)
            try:
                connection, answer = await self._ask(connection, request)
                self.answers.append((request, answer))
            except (Lost, OSError, asyncio.TimeoutError) as problem:
                self.failures.append((request, problem))
                connection = None
            await asyncio.sleep(self.pause)
        if connection:
            connection[1].close()

    async def _ask(self, connection, request):
        began = time.monotonic()
        repeats = 0
        while True:
            kept = connection is not None
            try:
                connection = connection or await asyncio.open_connection("127.0.0.1", self.port)
                status, body, close = await asyncio.wait_for(exchange(connection, request), 15)
            except (Lost, ConnectionError):
                connection = None
                if repeats >= self.repeats or not kept:
                    raise
                repeats += 1
                continue
            if close:
                connection[1].close()
                connection = None
            if status in self.repeat_status and repeats < self.repeats:
                repeats += 1
                await asyncio.sleep(0.05)
                continue
            return connection, Answer(status, body, time.monotonic() - began, repeats)


async def exchange(connection, request):
    """One request and its whole answer: (status, body, the server closes)."""
    reader, writer = connection
    method, path, headers, body = request
    head = f"{method} {path} HTTP/1.1\r\nHost: test\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"\r\n" + (body or b""))
    try:
        await writer.drain()
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in answer[1:] if ": " in line)
        status = int(answer[0].split()[1])
        if status == 204 or status == 304:
            return status, b"", fields.get("connection") == "close"
        if fields.get("transfer-encoding") == "chunked":
            text = await chunks(reader)
        else:
            text = await reader.readexactly(int(fields["content-length"]))
    except asyncio.IncompleteReadError as problem:
        raise Lost(f"{len(problem.partial)} bytes, then the end") from None
    return status, text, fields.get("connection") == "close"


async def chunks(reader):
    text = b""
    while size := int(await reader.readline(), 16):
        text += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return text
