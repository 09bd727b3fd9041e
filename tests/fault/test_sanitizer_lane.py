"""The lane that is to catch our mistakes catches mistakes."""

import pathlib
import re

import httpx
import pytest

from harness import build_module
from harness.stack import SANITIZE

SOURCE = pathlib.Path(__file__).with_name("broken_module.c")

pytestmark = pytest.mark.skipif(not SANITIZE, reason="needs the modules under ASan and UBSan")


@pytest.fixture
def broken(built, stack_factory, folder):
    module = build_module(SOURCE, folder, "ngx_http_broken_module", built, sanitize=True)
    stack = stack_factory(
        modules=[module],
        server="location = /heap { broken_heap; } location = /shift { broken_shift; }"
        " location = /leak { broken_leak; }",
    )
    return stack


def test_a_read_behind_an_allocation_fails_the_test(broken):
    with pytest.raises(httpx.RemoteProtocolError):
        broken.get("/heap")
    with pytest.raises(AssertionError, match="heap-buffer-overflow"):
        broken.check_logs()
    assert any(re.search("ngx_http_broken_heap", line) for line in broken.error_log())


def test_undefined_behavior_fails_the_test(broken):
    assert broken.get("/shift").status_code == 204
    with pytest.raises(AssertionError, match="shift exponent 40 is too large"):
        broken.check_logs()


def test_a_leak_of_ours_is_not_taken_for_one_of_nginx(broken):
    """nginx drops its event arrays at exit, we must not drop anything."""
    assert broken.get("/leak").status_code == 204
    broken.stop()
    with pytest.raises(AssertionError, match="ngx_http_broken_leak"):
        broken.check_logs()
