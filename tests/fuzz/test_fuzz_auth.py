"""libFuzzer over what auth reads from strangers. LN_FUZZ_SECONDS makes the run longer."""

import os
import shutil
import subprocess

from harness.process import TOP, new_directory
from unit.test_auth import build

SECONDS = int(os.environ.get("LN_FUZZ_SECONDS", "5"))


def test_fuzz_auth():
    directory = new_directory("fuzz")
    corpus = directory / "corpus"
    shutil.copytree(TOP / "tests/fuzz/seeds/auth", corpus)
    fuzzer = build("clang", TOP / "tests/fuzz/auth/fuzz_auth.c", directory / "fuzz", "-fsanitize=fuzzer")
    run = subprocess.run(
        [fuzzer, f"-max_total_time={SECONDS}", "-max_len=4096", "-seed=1", corpus],
        capture_output=True,
        text=True,
        errors="replace",
        cwd=directory,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    assert "DONE" in run.stderr or "Done" in run.stderr
