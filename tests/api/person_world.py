"""Citizens with papers, clerks with regions, for tests of persons."""

import random

from api.auth_world import *  # noqa: F403
from api.auth_world import new_phone  # noqa: F401
from api.test_auth_admin import clerk, grant

STACK = {"features": "directory auth person"}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
REGIONS = {"330000": None, "330300": "330000", "330302": "330300", "340600": None}


def check(seventeen):
    """Independent of the C code: the table of GB 11643."""
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, seventeen))
    return "10X98765432"[total % 11]


def identity(region="330302", birth="19900307", sequence=None):
    """A number that nobody has had in this test run."""
    body = f"{region}{birth}{sequence or f'{random.randrange(1000):03}'}"
    return body + check(body)


def new_identity():
    year, day = random.randrange(1930, 2005), random.randrange(1, 29)
    return identity(birth=f"{year}{random.randrange(1, 13):02}{day:02}")


def lay_regions(stack):
    """A province, a city, a district, and a city elsewhere."""
    if stack.sql("SELECT 1 FROM region WHERE code = '330302'"):
        return
    for code, above in REGIONS.items():
        stack.sql(
            "INSERT INTO region (code, name, full_name, level, parent_id, pinyin, initials)"
            " SELECT %s, %s, %s, %s, (SELECT p.id FROM region p WHERE p.code = %s), 'x', 'x'",
            *(code, f"R{code}", f"R{code}", 1 if code.endswith("0000") else 2, above),
        )
    for code in REGIONS:
        above, depth = code, 0
        while above:
            stack.sql(
                "INSERT INTO region_closure (ancestor_id, descendant_id, depth)"
                " SELECT a.id, d.id, %s FROM region a JOIN region d"
                " WHERE a.code = %s AND d.code = %s",
                *(depth, above, code),
            )
            above, depth = REGIONS[above], depth + 1


def consent(person, document="sensitive_data"):
    listed = person.ask("GET", "/api/v1/me/consents").json()["items"]
    version = next(one["version"] for one in listed if one["document"] == document)
    answer = person.ask(
        "POST", "/api/v1/me/consents", json={"document": document, "version": version}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def declared(person, name="张三", number=None, **more):
    """He consents, then says who he is."""
    consent(person)
    number = number or new_identity()
    version = person.ask("GET", "/api/v1/me/person").json()["version"]
    body = {
        "name": name,
        "document_kind": "identity_card",
        "document_number": number,
        "version": version,
        **more,
    }
    answer = person.ask("PUT", "/api/v1/me/person", json=body)
    assert answer.status_code == 200, answer.text
    person.number = number
    return answer.json()


def counter(stack, admins, role="clerk", region="330302"):
    """Somebody of staff with a grant for a region (None: everywhere)."""
    lay_regions(stack)
    person = clerk(stack, admins)
    made = grant(admins["security"], person.account, role, **({"region": region} if region else {}))
    assert made.status_code == 200, made.text
    return person.refresh()
