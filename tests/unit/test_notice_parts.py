"""The pure parts of notice, without nginx, under the sanitizers."""

import re
import subprocess

import pytest

from harness.process import TOP, new_directory

NOTICE = TOP / "modules/notice"
WARNINGS = "-Wall -Wextra -Wno-unused-parameter -Werror -Wshadow -Wstrict-prototypes -Wvla"
SANITIZERS = "-fsanitize=address,undefined -fno-sanitize-recover=undefined"
PURE = ["plan", "wire"]
SOURCE = TOP / "tests/unit/notice/parts.c"


@pytest.fixture(scope="module")
def outcome():
    target = new_directory("notice") / "parts"
    subprocess.run(
        [
            *["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-g", "-O1", *WARNINGS.split()],
            *[*SANITIZERS.split(), f"-I{NOTICE}", "-o", target, SOURCE],
            *[NOTICE / f"notice_{part}.c" for part in PURE],
            *"-lcrypto -ljansson -lcmocka".split(),
        ],
        check=True,
    )
    run = subprocess.run([target], capture_output=True, text=True)
    return run.stdout + run.stderr


@pytest.mark.parametrize("name", re.findall(r"cmocka_unit_test\((\w+)", SOURCE.read_text()))
def test_notice(outcome, name):
    assert f"[       OK ] {name}\n" in outcome, outcome


def test_the_files_are_pure():
    for part in PURE:
        for suffix in "ch":
            text = (NOTICE / f"notice_{part}.{suffix}").read_text()
            assert "ngx_" not in text and '"ln.h"' not in text
