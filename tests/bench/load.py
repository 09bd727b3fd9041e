"""One wrk run: requests a second, latencies, errors, and whose processor it took."""

import dataclasses
import os
import pathlib
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")


@dataclasses.dataclass
class Result:
    rate: float
    p50: float  # ms
    p99: float  # ms
    bad: int
    cpu: dict  # share of one processor: name -> (user, system)


def wrk(url, paths, seconds, pids, seed, connections=64, headers=None):
    """`pids` maps a name to the processes whose time is counted."""
    before = {name: times(ids) for name, ids in pids.items()}
    began = time.monotonic()
    output = subprocess.run(
        [
            *["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", HERE / "paths.lua"],
            *[f"-H{name}: {value}" for name, value in (headers or {}).items()],
            *[url, "--", str(paths), str(seed)],
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    took = time.monotonic() - began
    line = next(line for line in output.splitlines() if line.startswith("RESULT "))
    rate, p50, p99, status, network = (float(part) for part in line.split()[1:])
    cpu = {}
    for name, ids in pids.items():
        after = times(ids)
        cpu[name] = tuple((a - b) / TICK / took for a, b in zip(after, before[name]))
    return Result(rate, p50 / 1000, p99 / 1000, int(status + network), cpu)


def times(pids):
    """User and system ticks of these processes together."""
    user = system = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        user += int(fields[11])
        system += int(fields[12])
    return user, system


def resident(pids):
    """The largest resident set, in MiB."""
    sizes = []
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                sizes.append(int(line.split()[1]) / 1024)
    return max(sizes)
