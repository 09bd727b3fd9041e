"""The components in all their states, without the server (gallery.test.mjs)."""

import os
import subprocess

from harness.process import TOP


def test_gallery():
    result = subprocess.run(
        ["node", "--test", "--test-reporter=spec", "gallery.test.mjs"],
        cwd=TOP / "tests/browser",
        env={**os.environ, "PATH": f"{TOP}/node_modules/.bin:{os.environ['PATH']}"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout[-8000:]
