"""Who signs in: his account, the desk of staff, the counter."""

import json

from api.auth_world import PASSWORD, Person
from api.authority import SERVER, Authority
from api.oidc import Provider
from browser.browser_world import *  # noqa: F403
from browser.browser_world import STACK, change_password, scenarios  # noqa: F401
from harness.process import free_ports, new_directory
from harness.stack import PATIENT


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


def holder(stack, people):
    """One whose role counts only after a second factor."""
    system, security = (
        Person(stack, name=people[branch]["name"]).sign_in(password=PASSWORD)
        for branch in ("system", "security")
    )
    made = system.ask("POST", "/api/v1/admin/accounts", json={"name": "wu.ying"}).json()
    person = Person(stack, name="wu.ying").sign_in(password=made["password"])
    role = {"code": "key_holder", "name": "持证经办人", "scope": "person.read"}
    role["needs_second_factor"] = True
    answer = security.ask("POST", "/api/v1/admin/roles", json=role)
    assert answer.status_code in (200, 201), answer.text
    answer = security.ask(
        "POST",
        "/api/v1/admin/grants",
        json={"account": str(person.account), "role": "key_holder"},
        headers={"Idempotency-Key": "browser-key-holder"},
    )
    assert answer.status_code == 200, answer.text
    change_password(person.refresh(), PASSWORD, current=made["password"])
    return {"name": "wu.ying", "password": PASSWORD}


def test_certificate(stack, stack_factory, entries, people):
    """nginx asks for a client certificate, as a bureau whose staff have UKeys has it."""
    ours = Authority(new_directory("authority"), "ours")
    (port,) = free_ports(1)
    pem, key = ours.issue("localhost", SERVER)
    tls = stack_factory(
        database=stack.database,
        features=STACK["features"],
        lanes=PATIENT,
        server=f"""
            listen 127.0.0.1:{port} ssl;
            ssl_certificate {pem};
            ssl_certificate_key {key};
            ssl_client_certificate {ours.pem};
            ssl_verify_client optional;
        """,
    )
    found = json.loads(people["LEGALNET_PEOPLE"])
    found["holder"] = holder(stack, found)
    numbers = {"mine": "0x7" + "a" * 39, "another": None}  # as long as they may be
    issued = {name: ours.issue(name, serial=number) for name, number in numbers.items()}
    papers = {name: [str(path) for path in paper] for name, paper in issued.items()}
    scenarios(
        tls,
        entries,
        "certificate",
        origin=f"https://localhost:{port}",
        LEGALNET_PEOPLE=json.dumps(found),
        LEGALNET_CERTIFICATES=json.dumps(papers),
    )


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
