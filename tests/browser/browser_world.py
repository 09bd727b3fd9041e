"""The pages in Debian's chromium, on the real server with the demonstration data.

Each *.test.mjs holds scenarios for node's own test runner; the tests here give them a site
and people. They stand in files of about one length, which run beside each other.
"""

import json
import os
import subprocess

import pytest

from api.auth_world import PASSWORD, Person, claims, forget
from api.notice_world import messages
from harness.process import TOP, wait_for
from harness.stack import PATIENT

STACK = {
    "demo": True,
    "lanes": PATIENT,
    "features": "directory auth notice person",
    "http": "legalnet_notice_file notices.jsonl;",
}

HERE = TOP / "tests/browser"
PROGRAMS = f"{TOP}/node_modules/.bin:{os.environ['PATH']}"


def command(arguments, **environment):
    """Run to the end; what it said is the failure's text."""
    result = subprocess.run(
        [str(one) for one in arguments],
        cwd=HERE,
        env={**os.environ, "PATH": PROGRAMS, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
    )
    assert result.returncode == 0, result.stdout[-8000:]
    return result.stdout


def centers(stack, prefix=""):
    """The list of centers for who has no JavaScript, as `make run` makes it."""
    file = stack.directory / "pages/centers.html"
    script = TOP / "conf/bin/centers.py"
    command([script, f"{stack.url}{prefix}/api/v1", TOP / "build/centers.html", file])


@pytest.fixture(scope="module")
def entries(shared_stack):
    """Ids of a lawyer and of a center in Wenzhou, for the detail pages."""

    def first(resource, **query):
        answer = shared_stack.get(f"/api/v1/{resource}", params={"region": "330300", **query})
        assert answer.status_code == 200, answer.text
        return answer.json()["items"][0]["id"]

    for path in ("regions", "regions?parent=330000", "regions/330300", "regions?parent=330300"):
        assert shared_stack.get(f"/api/v1/{path}").status_code == 200
    centers(shared_stack)

    return {
        "LEGALNET_PRACTITIONER": first("practitioners", area="labor"),
        "LEGALNET_ORGANIZATION": first("organizations", type="service_center"),
    }


def change_password(person, new, **proof):
    answer = person.ask("PUT", "/api/v1/me/password", json={"new": new, **proof})
    assert answer.status_code == 204, answer.text
    return person.refresh()


def administrator(tool, stack, branch):
    """One who has changed the password that the program printed."""
    name = f"{branch}.admin"
    made = subprocess.run(
        [tool, "admin", "create", name, "--role", f"{branch}_administrator"],
        env={
            **os.environ,
            "LEGALNET_DATABASE": stack.database.url,
            "LEGALNET_KEY_FILE": str(stack.directory / "keys/legalnet.key"),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    first = made.stdout.split()[1]
    person = Person(stack, name=name).sign_in(password=first)
    change_password(person, PASSWORD, current=first)
    scope = claims(person.tokens["access_token"])["scope"]
    return {"name": name, "password": PASSWORD, "permissions": scope.split()}


def manager(stack, found):
    """One of a bureau, whose account the administrators opened."""
    system, security = (
        Person(stack, name=found[branch]["name"]).sign_in(password=PASSWORD)
        for branch in ("system", "security")
    )
    made = system.ask("POST", "/api/v1/admin/accounts", json={"name": "zhao.min"}).json()
    person = Person(stack, name="zhao.min").sign_in(password=made["password"])
    for role in ("clerk", "bureau_manager"):
        body = {"account": str(person.account), "role": role}
        headers = {"Idempotency-Key": f"browser-{role}"}
        answer = security.ask("POST", "/api/v1/admin/grants", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
    person.refresh()
    change_password(person, PASSWORD, current=made["password"])
    scope = claims(person.tokens["access_token"])["scope"]
    found["manager"] = {"name": "zhao.min", "password": PASSWORD, "permissions": scope.split()}
    return person


def lawyer(stack, found, entry):
    """One whose account is linked to his entry."""
    system, security, manages = (
        Person(stack, name=found[who]["name"]).sign_in(password=PASSWORD)
        for who in ("system", "security", "manager")
    )
    made = system.ask("POST", "/api/v1/admin/accounts", json={"name": "chen.lei"}).json()
    person = Person(stack, name="chen.lei").sign_in(password=made["password"])
    account = str(person.account)
    link = manages.ask("PUT", f"/api/v1/practitioners/{entry}/account", json={"account": account})
    assert link.status_code == 204, link.text
    body = {"account": account, "role": "practitioner"}
    headers = {"Idempotency-Key": "browser-lawyer"}
    answer = security.ask("POST", "/api/v1/admin/grants", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    person.refresh()
    change_password(person, PASSWORD, current=made["password"])
    scope = claims(person.tokens["access_token"])["scope"]
    found["lawyer"] = {"name": "chen.lei", "password": PASSWORD, "permissions": scope.split()}


def record(clerk):
    """Of somebody who stood at the counter."""
    answer = clerk.ask(
        "POST",
        "/api/v1/persons",
        json={"name": "林小芳", "region": "330302"},
        headers={"Idempotency-Key": "browser-record"},
    )
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def inhabitant(stack):
    """Who signed in by the code in the demonstration's file, and then chose a password."""
    person = Person(stack)
    answer = stack.post("/api/v1/auth/codes", json={"phone": person.phone})
    assert answer.status_code == 200, answer.text
    sent = lambda: [one["params"]["code"] for one in messages(stack) if one["to"] == person.phone]
    wait_for(sent, "a code in the demonstration's file")
    person.sign_in(code=sent()[-1])
    return change_password(person, PASSWORD, device=person.device)


@pytest.fixture(scope="module")
def people(shared_stack, tool, entries):
    """A citizen and the administrators, for people.mjs."""
    citizen, mover, neighbour = (inhabitant(shared_stack) for _ in range(3))

    branches = ("system", "security", "audit")
    found = {branch: administrator(tool, shared_stack, branch) for branch in branches}
    clerk = manager(shared_stack, found)
    lawyer(shared_stack, found, entries["LEGALNET_PRACTITIONER"])
    found["citizen"] = {"phone": citizen.phone, "password": PASSWORD}
    found["mover"] = {"phone": mover.phone, "password": PASSWORD}
    found["neighbour"] = {"phone": neighbour.phone, "password": PASSWORD}
    forget(shared_stack)  # that codes were sent a moment ago
    return {
        "LEGALNET_PEOPLE": json.dumps(found),
        "LEGALNET_NOTICES": str(shared_stack.directory / "notices.jsonl"),
        "LEGALNET_ACCOUNT": str(citizen.account),
        "LEGALNET_PERSON": record(clerk),
    }


def scenarios(stack, entries, name, *options, path="/", origin=None, **more):
    command(
        ["node", "--test", "--test-reporter=spec", *options, f"{name}.test.mjs"],
        LEGALNET_URL=f"{origin or stack.url}{path}",
        **entries,
        **more,
    )
