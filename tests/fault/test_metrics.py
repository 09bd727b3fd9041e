"""/metrics: well-formed, the sum of all workers, kept by a reload, honest after a kill."""

import re
import signal
import time

import pytest

from fault.outage import metric, together
from harness.process import wait_for
from plugin import notes

LINE = re.compile(
    r"(?P<name>[a-z_:][a-z0-9_:]*)(\{(?P<labels>[a-z_]+=\"(?:[^\"\\\n]|\\[\\n\"])*\""
    r"(,[a-z_]+=\"(?:[^\"\\\n]|\\[\\n\"])*\")*)\})? (?P<value>-?[0-9.]+)$"
)


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(ready=False, workers=2, **notes.settings())
    notes.install(stack)
    well = lambda: all(stack.get("/api/v1/notes").status_code == 200 for _ in range(8))
    wait_for(well, "answers of every worker")
    return stack


def families(stack):
    """name → (kind, [(full name, labels, value)]), after checking the form (text 0.0.4)."""
    answer = stack.ops.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found, current = {}, None
    for line in answer.text.splitlines():
        if line.startswith("# HELP "):
            current = line.split(" ", 3)[2]
            assert current not in found, f"{current} stands twice"
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == current and kind in ("counter", "gauge", "histogram")
            found[name] = (kind, [])
        else:
            match = LINE.match(line)
            assert match, line
            base = re.sub(r"_(bucket|sum|count)$", "", match["name"])
            name = base if found.get(base, ("",))[0] == "histogram" else match["name"]
            assert name == current, f"{line} stands outside its family"
            found[name][1].append((match["name"], match["labels"] or "", float(match["value"])))
    return found


def test_the_text_is_well_formed(stack):
    found = families(stack)
    assert len(found) > 15
    for name, (kind, samples) in found.items():
        assert samples, f"{name} has no sample"
        assert len({sample[:2] for sample in samples}) == len(samples), f"{name} repeats itself"
        assert name.startswith("legalnet_")
        assert (kind == "counter") == name.endswith("_total")


def test_histograms_add_up(stack):
    together(stack, *["/api/v1/notes"] * 20)
    for name, (kind, samples) in families(stack).items():
        if kind != "histogram":
            continue
        series = {}
        for full, labels, value in samples:
            bare = ",".join(part for part in labels.split('",') if not part.startswith("le="))
            series.setdefault(bare.rstrip('"'), {}).setdefault(full, []).append(value)
        for parts in series.values():
            buckets = parts[f"{name}_bucket"]
            assert len(buckets) == 14 and buckets == sorted(buckets)
            assert buckets[-1] == parts[f"{name}_count"][0]
            assert (parts[f"{name}_sum"][0] > 0) >= (buckets[-1] > buckets[0])


def test_requests_of_all_workers_are_counted(stack):
    count = lambda: metric(stack, "legalnet_requests_total", route="GET /api/v1/notes")
    before = count()
    together(stack, *["/api/v1/notes"] * 50)
    wait_for(lambda: count() == before + 50, "fifty more requests")


def test_a_reload_keeps_the_counts(stack):
    count = lambda: metric(stack, "legalnet_requests_total", route="GET /api/v1/notes")
    before = count()
    assert before > 0
    wait_for(lambda: len(stack.workers()) == 2, "two workers")
    stack.reload()
    assert count() == before


def test_what_a_killed_worker_had_open_is_not_counted_for_ever(stack):
    """Connections are a gauge: the dead worker's would never be taken off."""
    connections = lambda: metric(stack, "legalnet_db_connections")
    in_database = lambda: len(stack.database.processes())
    for _ in range(3):
        together(stack, *["/api/v1/note-naps?seconds=0.1"] * 20)
        assert connections() > 0
        wait_for(lambda: len(stack.workers()) == 2, "two workers")
        stack.kill_worker(signal.SIGKILL)
    wait_for(lambda: connections() == in_database(), "gauge that says what the database says")
