"""The notes again, with legalnet mounted under /legal/ of another site."""

import httpx
import pytest

from harness.stack import Kept
from plugin import notes
from plugin.test_notes import *  # noqa: F403

PREFIX = "/legal"


@pytest.fixture(scope="module")
def shared_stack(module_stack_factory):
    stack = module_stack_factory(
        ready=False,
        workers=2,
        server='location / { return 200 "the portal"; }',
        **notes.settings(prefix=PREFIX),
    )
    notes.install(stack)
    assert stack.get("/").text == "the portal"
    assert stack.get("/api/v1/notes").text == "the portal"
    stack.client = httpx.Client(base_url=stack.url + PREFIX, timeout=20, transport=Kept())
    return stack
