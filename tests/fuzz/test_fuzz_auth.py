"""libFuzzer over what auth reads from strangers. LN_FUZZ_SECONDS makes the run longer."""

import os
import shutil
import subprocess

import pytest

from harness.process import TOP, new_directory
from unit.test_auth import build

SECONDS = int(os.environ.get("LN_FUZZ_SECONDS", "5"))


@pytest.mark.parametrize("name", ["auth", "foreign"])
def test_fuzz_auth(name):
    directory = new_directory("fuzz")
    corpus = directory / "corpus"
    shutil.copytree(TOP / "tests/fuzz/seeds" / name, corpus)
    source = TOP / f"tests/fuzz/auth/fuzz_{name}.c"
    fuzzer = build("clang", source, directory / "fuzz", "-fsanitize=fuzzer")
    run = subprocess.run(
        [fuzzer, f"-max_total_time={SECONDS}", "-max_len=4096", "-seed=1", corpus],
        capture_output=True,
        text=True,
        errors="replace",
        cwd=directory,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    assert "DONE" in run.stderr or "Done" in run.stderr
