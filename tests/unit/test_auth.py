"""The pure parts of auth, without nginx: by vectors under the sanitizers, then fuzzed."""

import re
import subprocess

import pytest

from harness.process import TOP, new_directory

AUTH = TOP / "modules/auth"
WARNINGS = "-Wall -Wextra -Wno-unused-parameter -Werror -Wshadow -Wstrict-prototypes -Wvla"
SANITIZERS = "-fsanitize=address,undefined -fno-sanitize-recover=undefined"
PURE = (
    "encode token known code password identity cookie x509 jwks id_token wechat_answer"
).split()
LIBRARIES = "-lcrypto -ljansson -ljwt -largon2"

PROGRAMS = ["token", "parts", "x509", "foreign"]
NAMES = [
    (program, name)
    for program in PROGRAMS
    for name in re.findall(
        r"cmocka_unit_test\((\w+)", (TOP / f"tests/unit/auth/{program}.c").read_text()
    )
]


def build(compiler, source, target, *flags):
    subprocess.run(
        [
            *[compiler, "-std=gnu11", "-D_GNU_SOURCE", "-g", "-O1", *WARNINGS.split()],
            *[*SANITIZERS.split(), *flags, f"-I{AUTH}", "-o", target, source],
            *[AUTH / f"auth_{part}.c" for part in PURE],
            *LIBRARIES.split(),
            *([] if "fuzzer" in " ".join(flags) else ["-lcmocka"]),
        ],
        check=True,
    )
    return target


@pytest.fixture(scope="module")
def outcomes():
    directory = new_directory("auth")
    found = {}
    for program in PROGRAMS:
        target = build("gcc", TOP / f"tests/unit/auth/{program}.c", directory / program)
        run = subprocess.run([target], capture_output=True, text=True)
        found[program] = run.stdout + run.stderr
    return found


@pytest.mark.parametrize("program,name", NAMES)
def test_auth(outcomes, program, name):
    assert f"[       OK ] {name}\n" in outcomes[program], outcomes[program]


def test_the_files_are_pure():
    for part in PURE:
        for suffix in "ch":
            text = (AUTH / f"auth_{part}.{suffix}").read_text()
            assert "ngx_" not in text and '"ln.h"' not in text
