"""Who signs in: his account, the desk of staff, the counter."""

from api.oidc import Provider
from browser.browser_world import *  # noqa: F403
from browser.browser_world import STACK, scenarios  # noqa: F401


def test_account(stack, entries, people):
    scenarios(stack, entries, "account", **people)


def test_secure(stack, entries, people):
    scenarios(stack, entries, "secure", **people)


def test_phone(stack, entries, people):
    scenarios(stack, entries, "phone", **people)


def test_provider(stack, entries, people):
    provider = Provider(stack)
    said = provider.directive(label="省政务服务网统一身份认证")
    try:
        stack.configure(http=STACK["http"] + said)
        stack.reload()
        scenarios(stack, entries, "provider", LEGALNET_ISSUER=provider.issuer, **people)
    finally:
        provider.close()
        stack.configure(http=STACK["http"])
        stack.reload()


def test_person(stack, entries, people):
    scenarios(stack, entries, "person", **people)


def test_staff(stack, entries, people):
    scenarios(stack, entries, "staff", **people)


def test_counter(stack, entries, people):
    scenarios(stack, entries, "counter", **people)


def test_entries(stack, entries, people):
    scenarios(stack, entries, "entries", **people)


def test_rules(stack, entries, people):
    scenarios(stack, entries, "rules", **people)
