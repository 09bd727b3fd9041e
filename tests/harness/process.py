"""Processes that never outlive the test run, free ports, a place for their files."""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
# What a bound on time allows a machine that runs other stacks at the same time. Alone,
# as in make prove, the promised figures stand.
SLACK = 5.0 if "PYTEST_XDIST_WORKER" in os.environ else 0.5
MEMORY = pathlib.Path(f"/dev/shm/legalnet-tests-{os.getuid()}")
# Below the ports that the kernel gives to outgoing connections.
PORTS = range(20000, 32000)
libc = ctypes.CDLL(None, use_errno=True)


def scratch():
    """A directory of this user, short enough for socket paths, searchable by workers."""
    path = pathlib.Path(tempfile.gettempdir()) / f"legalnet-tests-{os.getuid()}"
    path.mkdir(mode=0o711, exist_ok=True)
    if path.stat().st_uid != os.getuid():
        raise RuntimeError(f"{path} belongs to somebody else")
    return path


def workshop(name):
    """Where this checkout compiles a module of that name; others have their own."""
    checkout = hashlib.sha256(str(TOP).encode()).hexdigest()[:8]
    path = scratch() / f"plugin-{checkout}" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def new_directory(name, base=None):
    """<pid>-<name>-<random> in scratch() or, while there is room, in memory: much of what a
    test waits for is the disk. What dead test runs left is removed first."""
    for place in (scratch(), MEMORY):
        for old in place.glob("[0-9]*-*"):
            if not pathlib.Path("/proc", old.name.split("-")[0]).exists():
                shutil.rmtree(old, ignore_errors=True)
    base = base or (memory() if "LN_TEST_DISK" not in os.environ else None) or scratch()
    path = pathlib.Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-{name}-", dir=base))
    path.chmod(0o711)
    return path


def memory():
    """MEMORY, if it has room for what three test processes may need; else None."""
    try:
        about = os.statvfs(MEMORY.parent)
        meminfo = pathlib.Path("/proc/meminfo").read_text()
        free = int(re.search(r"^MemAvailable: +(\d+) kB", meminfo, re.M)[1]) * 1024
        if min(about.f_bavail * about.f_frsize, free) < 8 << 30 or about.f_flag & os.ST_NOEXEC:
            return None
        MEMORY.mkdir(mode=0o711, exist_ok=True)
        return MEMORY if MEMORY.stat().st_uid == os.getuid() else None
    except OSError:
        return None


@contextlib.contextmanager
def lock(name):
    """One test process at a time."""
    with open(scratch() / f"{name}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def spawn(command, *, death_signal=signal.SIGKILL, **options):
    """Start a process that the kernel ends when this one dies, however it dies."""
    parent = os.getpid()

    def tie():
        libc.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        preexec_fn=tie,
        **options,
    )


def free_ports(count):
    """Adjacent ports that nobody uses, and that no other test is given for a long time."""
    with lock("ports"):
        counter = scratch() / "ports"
        number = int(counter.read_text()) if counter.exists() else random.choice(PORTS)
        while True:
            first = number if number + count <= PORTS.stop else PORTS.start
            number = first + count
            found = list(range(first, number))
            if all(is_free(port) for port in found):
                counter.write_text(str(number))
                return found


def is_free(port):
    with socket.socket() as one:
        try:
            one.bind(("", port))
        except OSError:
            return False
    return True


def wait_for(condition, what, seconds=60.0, pause=0.02):
    """Poll until condition() is true; its value, or an AssertionError that says what."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds:g} s: still no {what}")
        time.sleep(pause)


def children(pid):
    """Process ids of the children that are not zombies."""
    found = []
    for task in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = task.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(parent) == pid and state != "Z":
            found.append(int(task.parent.name))
    return sorted(found)
