"""The table of make bench, and what it was meant to reach."""

import statistics
import time

COMMON_WORDS = ["王", "张", "李", "伟", "劳动", "律师", "wang", "z", "zw", "中"]
TEXT_SQL = (
    "SELECT d.item FROM practitioner_token t"
    " JOIN practitioner_listing l"
    " ON l.kind_id = 0 AND l.area_id = 0 AND l.region_id = 0"
    " AND l.rank_order = t.rank_order AND l.practitioner_id = t.practitioner_id"
    " JOIN practitioner_detail d ON d.practitioner_id = l.practitioner_id"
    " WHERE t.token = %s ORDER BY t.weight_order, t.rank_order, t.practitioner_id LIMIT 21"
)


def print_table(results, seconds, rounds):
    limits = {
        kind: results[(f"limit ({kind}'s size)", "nginx return")].rate
        for kind in ("lookup", "search")
    }
    print(f"\nMedians of {rounds} rounds of {seconds} s, wrk -t1 -c64, interleaved\n")
    head = f"{'asked':22} {'by':16} {'req/s':>9} {'of limit':>9} {'p50 ms':>7} {'p99 ms':>7} {'bad':>5}"
    print(head + "  processors (user+system)")
    for (name, who), result in results.items():
        kind = "lookup" if "lookup" in name else "search"
        cpu = ", ".join(f"{part} {u:.2f}+{s:.2f}" for part, (u, s) in result.cpu.items())
        print(
            f"{name:22} {who:16} {result.rate:9,.0f} {result.rate / limits[kind]:9.2f}"
            f" {result.p50:7.2f} {result.p99:7.2f} {result.bad:5d}  {cpu}"
        )


def print_text_search(database):
    """Median milliseconds a common word takes in the database, without the way there."""
    connection = database.connect()
    try:
        cursor = connection.cursor()
        empty = clock(cursor, "SELECT %s", "x")
        print(f"\ntext search in the database (an empty round trip of {empty:.2f} ms taken off)")
        worst = 0
        for word in COMMON_WORDS:
            cursor.execute(
                "SELECT COUNT(*) AS n FROM practitioner_token WHERE token = %s", (word,)
            )
            shared = cursor.fetchone()["n"]
            took = clock(cursor, TEXT_SQL, word) - empty
            worst = max(worst, took)
            print(f"  {word:8} {shared:8,d} people share it {took:6.2f} ms")
        return worst
    finally:
        connection.close()


def clock(cursor, statement, value):
    times = []
    for _ in range(60):
        began = time.perf_counter()
        cursor.execute(statement, (value,))
        cursor.fetchall()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def print_targets(results, text, before, after):
    def ours(name):
        return results[(name, "legalnet")]

    def peers(name, way):
        return [
            result
            for (asked, who), result in results.items()
            if asked == name and who.endswith(way)
        ]

    def best(name, way):
        return max(result.rate for result in peers(name, way))

    def limit(kind):
        return results[(f"limit ({kind}'s size)", "nginx return")].rate

    lookup, search = "lookup, uncached", "search, uncached"
    p99 = min(
        result.p99 / ours(name).p99
        for name in (lookup, search)
        for way in ("plain", "same")
        for result in peers(name, way)
    )
    rows = [
        ("cached search, of the limit", ours("search, cached").rate / limit("search"), 0.85),
        ("uncached lookup, of the limit", ours(lookup).rate / limit("lookup"), 0.45),
        ("uncached lookup, to the best plain peer", ours(lookup).rate / best(lookup, "plain"), 2.0),
        ("uncached search, to the best plain peer", ours(search).rate / best(search, "plain"), 2.5),
        ("uncached search, to the best on our SQL", ours(search).rate / best(search, "same"), 1.2),
        ("text search, 1 ms to the slowest common word", 1 / max(text, 0.001), 1.0),
        ("p99 of the nearest peer, to ours", p99, 2.0),
        ("memory per worker, first round to last", before / after, 0.9),
    ]
    print("\naims")
    met = True
    for name, value, aim in rows:
        met = met and value >= aim
        print(f"  {'met   ' if value >= aim else 'NOT MET'} {name}: {value:.2f} (aim {aim:.2f})")
    print(f"  resident set of a worker: {before:.1f} MiB after the first round, {after:.1f} MiB after the last")
    return met
