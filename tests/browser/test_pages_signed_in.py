"""The pages of the router for who has signed in."""

import pytest

from browser.browser_world import *  # noqa: F403
from browser.browser_world import STACK, scenarios  # noqa: F401


@pytest.mark.parametrize("part", ["staff", "account"])
def test_pages(stack, entries, people, part):
    scenarios(stack, entries, "pages", f"--test-name-pattern=^/{part}", **people)
