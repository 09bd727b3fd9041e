"""Every route of the document x every role: a route without a row here fails.

Whose thing it is (own, another's, nobody's) is asked of the routes that name one of somebody's.
"""

import re

import pytest

from api.auth_world import *  # noqa: F403
from api.test_auth_admin import admins, clerk, grant  # noqa: F401

STACK = {"features": "directory auth notice person"}
BUSINESS = {
    "clerk": "clerk",
    "bureau": "bureau_manager",
    "manager": "organization_manager",
    "practitioner": "practitioner",
}
ROLES = ("nobody", "citizen", "staff", *BUSINESS, "system", "security", "audit")
PUBLIC = ROLES
SIGNED_IN = ROLES[1:]
COUNTER = ("clerk", "bureau")
EDITORS = ("clerk", "bureau", "manager")
HEADS = ("bureau", "manager")

MATRIX = {
    "GET /api/v1/openapi.json": PUBLIC,
    "POST /api/v1/auth/codes": PUBLIC,
    "POST /api/v1/auth/sessions": PUBLIC,
    "GET /api/v1/auth/ways": PUBLIC,
    "GET /api/v1/auth/oidc/start": PUBLIC,
    "GET /api/v1/auth/oidc/return": PUBLIC,
    "POST /api/v1/auth/wechat": PUBLIC,
    "POST /api/v1/auth/refresh": PUBLIC,
    "POST /api/v1/auth/sign-out": PUBLIC,
    "POST /api/v1/auth/factor": SIGNED_IN,
    "POST /api/v1/auth/unlock": PUBLIC,
    "POST /api/v1/me/certificates": SIGNED_IN,
    "GET /api/v1/me/certificates": SIGNED_IN,
    "DELETE /api/v1/me/certificates/{serial}": SIGNED_IN,
    "POST /api/v1/admin/accounts/{id}/certificates": ("security",),
    "PUT /api/v1/me": SIGNED_IN,
    "POST /api/v1/me/phone": SIGNED_IN,
    "POST /api/v1/admin/accounts/{id}/reset": ("security",),
    "POST /api/v1/me/totp": SIGNED_IN,
    "POST /api/v1/me/totp/confirm": SIGNED_IN,
    "POST /api/v1/me/totp/remove": SIGNED_IN,
    "POST /api/v1/me/recovery-codes": SIGNED_IN,
    "GET /api/v1/me": SIGNED_IN,
    "GET /api/v1/me/grants": SIGNED_IN,
    "GET /api/v1/me/identities": SIGNED_IN,
    "DELETE /api/v1/me/identities/{kind}": SIGNED_IN,
    "POST /api/v1/me/wechat": SIGNED_IN,
    "POST /api/v1/me/oidc/start": SIGNED_IN,
    "POST /api/v1/me/oidc": SIGNED_IN,
    "GET /api/v1/me/sessions": SIGNED_IN,
    "DELETE /api/v1/me/sessions": SIGNED_IN,
    "DELETE /api/v1/me/sessions/{id}": SIGNED_IN,
    "PUT /api/v1/me/password": SIGNED_IN,
    "GET /api/v1/admin/accounts": ("security",),
    "GET /api/v1/admin/accounts/{id}": ("security",),
    "POST /api/v1/admin/accounts": ("system",),
    "POST /api/v1/admin/accounts/{id}/disable": ("security",),
    "POST /api/v1/admin/accounts/{id}/enable": ("security",),
    "GET /api/v1/admin/grants": ("security",),
    "POST /api/v1/admin/grants": ("security",),
    "POST /api/v1/admin/grants/{id}/revoke": ("security",),
    "GET /api/v1/admin/roles": ("security",),
    "GET /api/v1/admin/permissions": ("security",),
    "POST /api/v1/admin/roles": ("security",),
    "PUT /api/v1/admin/roles/{id}": ("security",),
    "DELETE /api/v1/admin/roles/{id}": ("security",),
    "GET /api/v1/admin/rules": ("system",),
    "POST /api/v1/admin/rules": ("system",),
    "GET /api/v1/admin/why": ("security",),
    "GET /api/v1/admin/audit-events": ("audit",),
    "GET /api/v1/notices/channels": PUBLIC,
    "GET /api/v1/me/contact": SIGNED_IN,
    "PUT /api/v1/me/contact": SIGNED_IN,
    "GET /api/v1/admin/notices": ("system",),
    "POST /api/v1/admin/notices/{id}/retry": ("system",),
    "GET /api/v1/me/person": SIGNED_IN,
    "PUT /api/v1/me/person": SIGNED_IN,
    "GET /api/v1/me/consents": SIGNED_IN,
    "POST /api/v1/me/consents": SIGNED_IN,
    "POST /api/v1/me/consents/{id}/withdraw": SIGNED_IN,
    "GET /api/v1/privacy-notices": PUBLIC,
    "GET /api/v1/me/persons": SIGNED_IN,
    "GET /api/v1/me/proxies": SIGNED_IN,
    "POST /api/v1/me/proxies": SIGNED_IN,
    "POST /api/v1/me/proxies/{id}/confirm": SIGNED_IN,
    "POST /api/v1/me/proxies/{id}/end": SIGNED_IN,
    "POST /api/v1/me/claim": SIGNED_IN,
    "GET /api/v1/me/access-log": SIGNED_IN,
    "GET /api/v1/me/data-requests": SIGNED_IN,
    "POST /api/v1/me/data-requests": SIGNED_IN,
    "POST /api/v1/me/data-requests/{id}/cancel": SIGNED_IN,
    "GET /api/v1/me/data-requests/{id}/export": SIGNED_IN,
    "GET /api/v1/persons": COUNTER,
    "POST /api/v1/persons": ("clerk",),
    "GET /api/v1/persons/{id}": COUNTER,
    "GET /api/v1/persons/{id}/clear": ("bureau",),
    "POST /api/v1/persons/{id}/verify": ("clerk",),
    "POST /api/v1/persons/{id}/claim-code": ("clerk",),
    "GET /api/v1/proxies": COUNTER,
    "POST /api/v1/proxies": COUNTER,
    "POST /api/v1/proxies/{id}/confirm": COUNTER,
    "POST /api/v1/proxies/{id}/end": COUNTER,
    "GET /api/v1/languages": PUBLIC,
    "GET /api/v1/organization-types": PUBLIC,
    "GET /api/v1/organizations": PUBLIC,
    "GET /api/v1/organizations/{id}": PUBLIC,
    "POST /api/v1/organizations/{id}/reports": PUBLIC,
    "PUT /api/v1/organizations/{id}": EDITORS,
    "GET /api/v1/organizations/{id}/entry": EDITORS,
    "GET /api/v1/organizations/{id}/corrections": EDITORS,
    "GET /api/v1/organizations/{id}/places": EDITORS,
    "POST /api/v1/organizations/{id}/places": EDITORS,
    "POST /api/v1/organizations/{id}/places/close": EDITORS,
    "PUT /api/v1/practitioners/{id}": EDITORS,
    "GET /api/v1/practitioners/{id}/entry": EDITORS,
    "GET /api/v1/practitioners/{id}/corrections": EDITORS,
    "PUT /api/v1/practitioners/{id}/account": HEADS,
    "DELETE /api/v1/practitioners/{id}/account": HEADS,
    "POST /api/v1/practitioners/{id}/proposals": ("practitioner",),
    "GET /api/v1/me/entries": SIGNED_IN,
    "GET /api/v1/me/proposals": ("practitioner",),
    "POST /api/v1/me/proposals/{id}/withdraw": ("practitioner",),
    "GET /api/v1/proposals": HEADS,
    "POST /api/v1/proposals/{id}/confirm": HEADS,
    "POST /api/v1/proposals/{id}/refuse": HEADS,
    "POST /api/v1/qualifications/{id}/stop": ("bureau",),
    "GET /api/v1/entry-reports": COUNTER,
    "POST /api/v1/entry-reports/{id}/settle": COUNTER,
    "GET /api/v1/practice-areas": PUBLIC,
    "GET /api/v1/practitioners": PUBLIC,
    "GET /api/v1/practitioners/{id}": PUBLIC,
    "POST /api/v1/practitioners/{id}/reports": PUBLIC,
    "GET /api/v1/qualification-kinds": PUBLIC,
    "GET /api/v1/regions": PUBLIC,
    "GET /api/v1/regions/{code}": PUBLIC,
    "GET /api/v1/suggest": PUBLIC,
}


@pytest.fixture(scope="module")
def people(shared_stack, admins):
    found = {"nobody": None, "citizen": Person(shared_stack).sign_in(), **admins}
    found["staff"] = clerk(shared_stack, admins)
    for name, role in BUSINESS.items():
        found[name] = clerk(shared_stack, admins)
        assert grant(admins["security"], found[name].account, role).status_code == 200
    return found


def routes(stack):
    for path, methods in stack.get("/api/v1/openapi.json").json()["paths"].items():
        for method in methods:
            yield f"{method.upper()} {path}"


def call(stack, person, route):
    """The route with an id that nothing has; who passes the gate gets another answer than 403."""
    method, path = route.split()
    path = path.replace("{id}", str(uuid.uuid4())).replace("{code}", "0")
    path = path.replace("{serial}", "00").replace("{kind}", "wechat")
    options = {"json": {}} if method in ("POST", "PUT") else {}
    if person is None:
        return stack.client.request(method, path, **options)
    return person.ask(method, path, **options)


def test_every_route_has_a_row(stack):
    assert set(routes(stack)) == set(MATRIX)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", sorted(MATRIX))
def test_role_and_route(stack, people, route, role):
    answer = call(stack, people[role], route)
    if role in MATRIX[route]:
        assert answer.status_code != 403, answer.text
        if role != "nobody":
            own = answer.status_code == 401 and "/auth/" in route
            assert answer.status_code < 500 and (answer.status_code != 401 or own), answer.text
    elif role == "nobody":
        problem(answer, 401, "sign_in_required")
    else:
        problem(answer, 403, "forbidden")


def test_rights_that_were_taken_do_not_last_as_long_as_the_token(stack, admins):
    """The scope in the token is asked first; the grant itself is asked in SQL."""
    person = clerk(stack, admins)
    made = grant(admins["security"], person.account, "audit_administrator").json()
    person.refresh()
    assert person.ask("GET", "/api/v1/admin/audit-events").json()["items"]
    stack.sql(
        "UPDATE access_grant SET revoked_at = UTC_TIMESTAMP(6) WHERE id = %s",
        uuid.UUID(made["id"]).bytes,
    )
    assert person.ask("GET", "/api/v1/admin/audit-events").json()["items"] == []


@pytest.mark.parametrize("whose", ["own", "another's", "nobody's"])
def test_whose_session(stack, people, whose):
    forget(stack)
    me = Person(stack).sign_in()
    ids = {"own": me.session, "another's": people["citizen"].session, "nobody's": uuid.uuid4()}
    answer = me.call("DELETE", f"/api/v1/me/sessions/{ids[whose]}")
    assert answer.status_code == (204 if whose == "own" else 404)
    assert people["citizen"].ask("GET", "/api/v1/me").status_code == 200


@pytest.mark.parametrize(
    "route,member",
    [
        ("POST /api/v1/auth/codes", "code_hash"),
        ("POST /api/v1/auth/sessions", "account"),
        ("POST /api/v1/auth/sessions", "outcome"),
        ("POST /api/v1/auth/refresh", "session"),
        ("PUT /api/v1/me/password", "outcome"),
        ("PUT /api/v1/me/password", "hash"),
        ("POST /api/v1/admin/accounts", "hash"),
        ("POST /api/v1/admin/accounts", "kind"),
        ("POST /api/v1/admin/grants", "granted_by"),
        ("PUT /api/v1/me/person", "assurance"),
        ("PUT /api/v1/me/person", "document_index"),
        ("POST /api/v1/me/claim", "claim_hash"),
        ("POST /api/v1/me/data-requests", "session"),
        ("POST /api/v1/persons", "assurance"),
        ("POST /api/v1/proxies", "confirmed_by"),
    ],
)
def test_members_that_are_not_the_clients(stack, people, route, member):
    """Mass assignment: what C computes is unknown to whoever sends it."""
    method, path = route.split()
    business = re.search("/(persons|proxies)$", path)
    who = people["clerk" if business else "system" if "accounts" in path else "security"]
    answer = who.ask(method, path, json={member: "x"}, headers={"Idempotency-Key": "k" * 20})
    errors = problem(answer, 422, "validation_failed")["errors"]
    assert member in {error["name"] for error in errors}, answer.text


def test_the_matrix_itself():
    for route in MATRIX:
        assert re.fullmatch(r"(GET|POST|PUT|DELETE) /api/v1/[a-z/{}.-]+", route)
