"""Every page of the router, in parts."""

import pytest

from browser.browser_world import *  # noqa: F403
from browser.browser_world import STACK, scenarios  # noqa: F401

PARTS = {"staff": "^/staff", "account": "^/account", "others": "^(?!/staff|/account)"}


@pytest.mark.parametrize("part", PARTS)
def test_pages(stack, entries, people, part):
    scenarios(stack, entries, "pages", f"--test-name-pattern={PARTS[part]}", **people)
