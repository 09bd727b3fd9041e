"""Core's pure parts, without nginx: under the sanitizers, and killed in the middle."""

import re
import subprocess

import pytest

from harness.process import TOP, new_directory

HERE = TOP / "tests/unit/core"
CORE = TOP / "modules/core"
WARNINGS = "-Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wvla"
SANITIZERS = "-O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined"

# Each program and the files of core that it is about.
PROGRAMS = {
    "cache_store": "ln_cache_store.c",
    "audit_chain": "ln_audit_chain.c",
    "change_window": "ln_change_window.c",
    "cipher": "ln_cipher.c ln_key_ring.c ln_key.c",
    "hash": "ln_hash.c",
}
NAMES = [
    (program, name)
    for program in PROGRAMS
    for name in re.findall(
        r"cmocka_unit_test\w*\((\w+)", (HERE / f"{program}.c").read_text().split("int\nmain")[1]
    )
]


def build(directory, program, source, *flags):
    target = directory / program
    subprocess.run(
        [
            *["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-g", *WARNINGS.split(), *flags],
            *[f"-I{CORE}", "-o", target, HERE / f"{program}.c"],
            *[CORE / name for name in source.split()],
            *["-lcmocka", "-lcrypto"],
        ],
        check=True,
    )
    return target


@pytest.fixture(scope="module")
def directory():
    return new_directory("unit")


@pytest.fixture(scope="module")
def outcomes(directory):
    found = {}
    for program, source in PROGRAMS.items():
        target = build(directory, program, source, *SANITIZERS.split())
        run = subprocess.run([target], capture_output=True, text=True)
        found[program] = run.stdout + run.stderr
    return found


@pytest.mark.parametrize("program,name", NAMES)
def test_core(outcomes, program, name):
    assert f"[       OK ] {name}\n" in outcomes[program], outcomes[program]


@pytest.mark.parametrize("flags", ["-O2", SANITIZERS], ids=["plain", "sanitizers"])
def test_cache_with_killed_and_stopped_workers(directory, flags):
    """No answer is wrong, and no place in the cache is lost for good."""
    target = build(directory, "cache_stress", "ln_cache_store.c", *flags.split())
    run = subprocess.run([target, "4"], capture_output=True, text=True, timeout=60)
    counts = {key: int(value) for key, value in re.findall(r"(\w+)=(\d+)", run.stdout)}
    assert run.returncode == 0, run.stdout + run.stderr
    assert counts["wrong"] == 0 and counts["left"] == 0
    assert counts["killed"] > 20 and counts["stopped"] > 10 and counts["hits"] > 1000
    assert counts["dead"] > 0, "nobody was killed while writing: the test shows nothing"
