"""make bench: the search page beside the same page built with Element Plus.

Both are built by the same Vite, compressed before they are served by the same
nginx, and ask the same API the same questions.  The peer registers all of
Element Plus, as its quick start does, or only the components that it uses.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.process import TOP  # noqa: E402
from harness.stack import Stack  # noqa: E402

ROUNDS = int(os.environ.get("BENCH_PAGE_ROUNDS", "5"))
PEER = TOP / "build/bench/page"
OURS = "legalnet"
THIN = "400 ms, 400 kbit/s"  # as page.mjs calls it
# As the portal's own assets are served.
SERVER = f"""
location /peer/ {{
    alias {PEER}/;
    gzip_static on;
    gzip_vary on;
    add_header Cache-Control no-cache;
}}
"""


def build_peer():
    subprocess.run(
        ["vite", "build", "--logLevel", "error"],
        cwd=TOP / "tests/bench/peers/page",
        env={**os.environ, "PATH": f"{TOP}/node_modules/.bin:{os.environ['PATH']}"},
        check=True,
    )


def measure(url):
    """{(line, page): [visit, …]} of a site that has SERVER's location."""
    pages = {
        OURS: f"{url}/practitioners",
        "Element Plus, what is used": f"{url}/peer/used.html",
        "Element Plus, all of it": f"{url}/peer/full.html",
    }
    named = [f"{name}={address}" for name, address in pages.items()]
    run = subprocess.run(
        [TOP / "node_modules/.bin/node", TOP / "tests/bench/page.mjs", str(ROUNDS), *named],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    visits = {}
    for line in run.stdout.splitlines():
        seen = json.loads(line)
        visits.setdefault((seen["line"], seen["name"]), []).append(seen)
    return visits


def print_page_load(url):
    """The table, and whether ours is first and lightest on a thin line."""
    visits = measure(url)
    print(f"\nthe search page on a phone, empty cache, medians of {ROUNDS} visits\n")
    print(f"{'line':20} {'page':28} {'requests':>8} {'KB':>8} {'first result, ms':>17}")
    medians = {}
    for (line, name), seen in visits.items():
        middle = {
            what: statistics.median(one[what] for one in seen)
            for what in ("requests", "bytes", "first")
        }
        medians[(line, name)] = middle
        print(
            f"{line:20} {name:28} {middle['requests']:8.0f} {middle['bytes'] / 1024:8.1f}"
            f" {middle['first']:17,.0f}"
        )
    # Without a limit the time is the processor's, and near for all: only the line decides.
    ours = medians[(THIN, OURS)]
    peers = [one for (line, name), one in medians.items() if line == THIN and name != OURS]
    met = all(ours[what] < one[what] for one in peers for what in ("bytes", "first"))
    print(f"  {'met   ' if met else 'NOT MET'} fewer bytes, and an earlier first result on the thin line, than the peer")
    return met


def main():
    build_peer()
    stack = Stack(demo=True, workers=2, server=SERVER, log_level="notice")
    try:
        return print_page_load(stack.url)
    finally:
        stack.close()


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
