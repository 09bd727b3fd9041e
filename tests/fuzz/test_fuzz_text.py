"""libFuzzer over the readers that get strangers' bytes: seeds first, then a short run.

LN_FUZZ_SECONDS makes the run longer.
"""

import os
import shutil
import subprocess

import pytest

from harness.process import TOP, new_directory

TARGETS = sorted(path.stem for path in (TOP / "tests/fuzz").glob("fuzz_*.c"))
SECONDS = int(os.environ.get("LN_FUZZ_SECONDS", "5"))


@pytest.fixture(scope="module")
def fuzzers():
    subprocess.run(["make", "-s", "fuzz"], cwd=TOP, check=True)
    return TOP / "build/fuzz"


def run(fuzzer, *arguments):
    result = subprocess.run(
        [fuzzer, *map(str, arguments)],
        capture_output=True,
        text=True,
        errors="replace",
        cwd=new_directory("fuzz"),
    )
    assert result.returncode == 0, result.stderr[-4000:]
    return result.stderr


@pytest.mark.parametrize("target", TARGETS)
def test_fuzz(fuzzers, target):
    corpus = new_directory("corpus")
    seeds = TOP / "tests/fuzz/seeds" / target.removeprefix("fuzz_")
    for seed in seeds.iterdir():
        shutil.copy(seed, corpus)
    assert list(corpus.iterdir()), "seeds"
    output = run(fuzzers / target, f"-max_total_time={SECONDS}", "-max_len=4096", "-seed=1", corpus)
    assert "DONE" in output or "Done" in output
