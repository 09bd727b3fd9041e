"""Runs the cmocka programs; each of their tests counts as one."""

import re
import subprocess

import pytest

from harness.process import TOP

SOURCES = sorted((TOP / "tests" / "unit").glob("test_*.c"))
NAMES = [
    (source.stem, name)
    for source in SOURCES
    for name in re.findall(r"cmocka_unit_test\((\w+)\)", source.read_text())
]


@pytest.fixture(scope="session")
def programs():
    subprocess.run(["make", "-s", "unit"], cwd=TOP, check=True)
    outcomes = {}
    for source in SOURCES:
        run = subprocess.run(
            [TOP / "build" / "unit" / source.stem], cwd=TOP, capture_output=True, text=True
        )
        outcomes[source.stem] = run.stdout + run.stderr
    return outcomes


@pytest.mark.parametrize("program,name", NAMES)
def test_unit(programs, program, name):
    output = programs[program]
    assert f"[       OK ] {name}\n" in output, output
