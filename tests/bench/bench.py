"""make bench: lookup and search, cached and uncached, beside the limit and the peers.

The limit is nginx's `return 200` of the same size in the same nginx.  All parts
share this machine's processors with the load generator, as in a county's
machine room.  Rounds are interleaved, the table shows medians.
"""

import dataclasses
import os
import pathlib
import random
import shutil
import signal
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from dataset import large_database  # noqa: E402
from harness.process import TOP, children, free_ports, spawn, wait_for  # noqa: E402
from harness.stack import Stack  # noqa: E402
from load import resident, wrk  # noqa: E402
from page import SERVER as PEER_PAGE  # noqa: E402
from page import build_peer, print_page_load  # noqa: E402
from report import print_table, print_targets, print_text_search  # noqa: E402

SECONDS = int(os.environ.get("BENCH_SECONDS", "4"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
HERE = pathlib.Path(__file__).resolve().parent
WORK = TOP / "build/bench"
# Room for some thousand answers: of 200,000 asked at random hardly one is there.
SMALL_CACHE = "8m"


class BenchStack(Stack):
    """The shipped configuration: logs buffered, metrics on, two workers."""

    zone = "64m"

    def _render(self, **settings):
        texts = super()._render(**settings)
        texts["nginx.conf"] = texts["nginx.conf"].replace(
            "access.log legalnet;", "access.log legalnet buffer=64k flush=1s;"
        )
        texts["legalnet-http.conf"] = texts["legalnet-http.conf"].replace(
            "legalnet_zone 64m;", f"legalnet_zone {self.zone};"
        )
        return texts


class SmallCacheStack(BenchStack):
    zone = SMALL_CACHE


@dataclasses.dataclass
class Case:
    name: str  # what is asked
    who: str  # who answers
    url: str
    paths: pathlib.Path
    pids: dict


def paths_file(name, lines):
    path = WORK / f"{name}.paths"
    path.write_text("\n".join(lines) + "\n")
    return path


def limit_location(name, size):
    """`return 200` of that size; a parameter of nginx ends at 4 KB, so it is put together."""
    text = "${kilobyte}" * (size // 1024) + "x" * (size % 1024)
    return (
        f"location = /limit/{name} {{ default_type application/json;"
        f' set $kilobyte "{"x" * 1024}"; return 200 "{text}"; }}\n'
    )


class Peer:
    def __init__(self, name, command, database):
        self.name = name
        (self.port,) = free_ports(1)
        self.process = spawn(
            [
                *command,
                HERE / "queries.json",
                database.socket,
                database.user,
                database.password,
                str(self.port),
            ],
            death_signal=signal.SIGTERM,
            stdout=subprocess.DEVNULL,
        )
        self.url = f"http://127.0.0.1:{self.port}"

    def pids(self):
        return [self.process.pid, *children(self.process.pid)]

    def answers(self, path):
        result = subprocess.run(
            ["curl", "-sf", "-o", "/dev/null", self.url + path], capture_output=True
        )
        return result.returncode == 0

    def close(self):
        self.process.terminate()
        self.process.wait(10)


def questions(database):
    """Random people, and the (region, area) pairs that fill a page."""
    rows = database.sql(
        "SELECT practitioner_id AS id FROM practitioner_detail ORDER BY RAND(7) LIMIT 100000"
    )
    people = [row["id"] for row in rows]
    pairs = database.sql(
        "SELECT l.region_id, l.area_id, r.code AS region, a.code AS area"
        " FROM practitioner_listing l"
        " JOIN region r ON r.id = l.region_id"
        " JOIN practice_area a ON a.id = l.area_id"
        " WHERE l.kind_id = 0 AND l.area_id <> 0"
        " GROUP BY l.region_id, l.area_id, r.code, a.code"
        " HAVING COUNT(*) >= 20"
    )
    random.Random(7).shuffle(pairs)
    return people, pairs[:100000]


def run(cases, measure):
    """Medians, and what `measure` gave after the first round and after the last."""
    results = {}
    measured = []
    for number in range(ROUNDS):
        for case in cases:
            result = wrk(case.url, case.paths, SECONDS, case.pids, seed=number)
            results.setdefault((case.name, case.who), []).append(result)
            print(f"  round {number + 1}: {case.name:22} {case.who:16} {result.rate:9,.0f} req/s")
        measured.append(measure())
    return {key: median(values) for key, values in results.items()}, measured


def median(results):
    middle = sorted(results, key=lambda one: one.rate)[len(results) // 2]
    return dataclasses.replace(
        middle,
        p50=statistics.median(one.p50 for one in results),
        p99=statistics.median(one.p99 for one in results),
        bad=sum(one.bad for one in results),
    )


def make_cases(cached, uncached, peers, database, people, pairs):
    lookups = [f"/api/v1/practitioners/{one}" for one in people]
    searches = [
        f"/api/v1/practitioners?region={pair['region']}&area={pair['area']}" for pair in pairs
    ]
    few = paths_file("search-cached", searches[:50])
    lookup_paths = paths_file("lookup", lookups)
    search_paths = paths_file("search", searches)
    cases = []

    def ours(name, stack, paths):
        pids = {"nginx": stack.workers(), "mariadb": [database.process.pid]}
        cases.append(Case(name, "legalnet", stack.url, paths, pids))

    for kind in ("lookup", "search"):
        paths = paths_file(f"limit-{kind}", [f"/limit/{kind}"])
        pids = {"nginx": cached.workers()}
        cases.append(Case(f"limit ({kind}'s size)", "nginx return", cached.url, paths, pids))
    ours("search, cached", cached, few)
    ours("lookup, uncached", uncached, lookup_paths)
    ours("search, uncached", uncached, search_paths)
    for peer in peers:
        for way in ("plain", "same"):
            pids = {peer.name: peer.pids(), "mariadb": [database.process.pid]}
            for kind, lines in (
                ("lookup", [f"/{way}/lookup/{one}" for one in people]),
                (
                    "search",
                    [f"/{way}/search/{pair['region_id']}/{pair['area_id']}" for pair in pairs],
                ),
            ):
                paths = paths_file(f"{peer.name}-{way}-{kind}", lines)
                cases.append(
                    Case(f"{kind}, uncached", f"{peer.name} {way}", peer.url, paths, pids)
                )
    return cases


def main():
    shutil.rmtree(WORK / "paths", ignore_errors=True)
    build_peer()
    database = large_database(WORK)
    stacks, peers = [], []
    try:
        print("asking what can be asked")
        people, pairs = questions(database)
        sizes = BenchStack(database=database, workers=2, log_level="notice")
        stacks.append(sizes)
        lookup = len(sizes.get(f"/api/v1/practitioners/{people[0]}").content)
        search = len(
            sizes.get(
                f"/api/v1/practitioners?region={pairs[0]['region']}&area={pairs[0]['area']}"
            ).content
        )
        print(f"an answer: lookup {lookup} bytes, search {search} bytes")
        limits = limit_location("lookup", lookup) + limit_location("search", search)
        cached = BenchStack(
            database=database, workers=2, log_level="notice", server=limits + PEER_PAGE
        )
        uncached = SmallCacheStack(database=database, workers=2, log_level="notice")
        stacks += [cached, uncached]
        node = TOP / "node_modules/.bin/node"
        peers = [
            Peer("go", [WORK / "peer-go"], database),
            Peer("node", [node, HERE / "peers/peer.mjs"], database),
        ]
        for peer in peers:
            wait_for(lambda: peer.answers(f"/plain/lookup/{people[0]}"), f"answer of {peer.name}")

        cases = make_cases(cached, uncached, peers, database, people, pairs)
        results, memory = run(cases, lambda: resident(uncached.workers()))

        print_table(results, SECONDS, ROUNDS)
        text = print_text_search(database)
        light = print_page_load(cached.url)
        met = print_targets(results, text, memory[0], memory[-1])
        return 0 if met and light else 1
    finally:
        for peer in peers:
            peer.close()
        for stack in stacks:
            stack.close()
        database.close()


if __name__ == "__main__":
    status = main()
    print("Every aim is met." if status == 0 else "An aim is not met: see the lines above.")
