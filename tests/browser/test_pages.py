"""The pages of the router that are open to everybody, and what all pages have."""

from browser.browser_world import *  # noqa: F403
from browser.browser_world import STACK, scenarios  # noqa: F401


def test_pages(stack, entries, people):
    scenarios(stack, entries, "pages", "--test-name-pattern=^(?!/staff|/account)", **people)
