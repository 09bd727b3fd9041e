"""Who somebody is, when an identity provider knows it: believed only as the operator said."""

import pytest

from api.auth_world import *  # noqa: F403
from api.oidc import Hostile, Provider, Surfer, come_back, signed_in

STACK = {"features": "directory auth person"}
CLAIMS = {"verified": "real_name_verified", "name": "real_name", "document": "id_number"}
PERSON = "SELECT p.* FROM person p JOIN account a ON a.person_id = p.id WHERE a.id = %s"


@pytest.fixture(scope="module")
def one_provider(shared_stack):
    one = Hostile(shared_stack)
    shared_stack.configure(http=one.directive(**CLAIMS))
    shared_stack.reload()
    yield one
    one.shutdown()


@pytest.fixture
def provider(stack, one_provider):
    forget(stack)
    one_provider.reset()
    yield one_provider
    stack.sql("UPDATE account SET person_id = NULL")
    stack.sql("DELETE FROM person")


def number(serial):
    """An identity card's, with its check character (GB 11643)."""
    digits = f"11010519491231{serial:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights)) % 11]


def known(sub, name="张三丰", id_number=None, **claims):
    return {
        **{"sub": sub, "real_name_verified": True, "real_name": name},
        "id_number": id_number or number(2),
        **claims,
    }


def sign_in(provider, **claims):
    surfer = Surfer(provider.stack)
    assert signed_in(come_back(provider, surfer, **claims))
    surfer.me = surfer.get("/api/v1/me").json()
    return surfer


def person_of(stack, surfer):
    rows = stack.sql(PERSON, uuid.UUID(surfer.me["id"]).bytes)
    return rows[0] if rows else None


def test_verified_by_the_provider(stack, provider):
    surfer = sign_in(provider, **known("first"))
    assert surfer.me["assurance"] == 3
    assert claims(surfer.cookie("ln_at"))["ial"] == 3
    row = person_of(stack, surfer)
    assert row["assurance"] == 3 and row["assured_by"] is None and row["kind"] == "natural"
    assert row["document_kind"] == "identity_card"
    assert unseal(row["name"], "person.name") == "张三丰"
    assert unseal(row["document_number"], "person.document_number") == number(2)
    mine = surfer.get("/api/v1/me/person").json()
    assert mine["assurance"] == 3 and "张三丰" not in json.dumps(mine, ensure_ascii=False)
    again = sign_in(provider, **known("first"))
    assert person_of(stack, again) == row, "nothing is written a second time"


@pytest.mark.parametrize(
    "change",
    [
        {"real_name_verified": False},
        {"real_name_verified": None},
        {"real_name_verified": "true"},
        {"real_name_verified": 1},
        {"real_name": None},
        {"real_name": ""},
        {"real_name": "张*丰"},
        {"real_name": "张\n丰"},
        {"real_name": "张" * 65},
        {"real_name": ["张三丰"]},
        {"id_number": "110105194912310021"},
        {"id_number": "11010519491231002"},
        {"id_number": "110105********002X"},
        {"id_number": 110105194912310021},
        {"id_number": None},
    ],
)
def test_not_believed(stack, provider, change):
    """He is signed in all the same, as somebody of whom nothing is known."""
    provider.claims = change
    surfer = sign_in(provider, **known("unsure"))
    assert surfer.me["assurance"] == 0 and person_of(stack, surfer) is None


def test_two_ways_of_the_same_person(stack, provider):
    """Two subjects with one identity card and one name are one record; another name is not."""
    first, second = sign_in(provider, **known("one")), sign_in(provider, **known("two"))
    assert person_of(stack, first)["id"] == person_of(stack, second)["id"]
    third = sign_in(provider, **known("three", name="李四"))
    assert person_of(stack, third) is None and third.me["assurance"] == 0
    assert any("by another name" in line for line in stack.error_log())


def test_what_was_declared_becomes_verified(stack, provider):
    surfer = sign_in(provider, sub="declared")
    id = uuid.uuid4().bytes
    stack.sql(
        "INSERT INTO person (id, kind, assurance, created_at, updated_at)"
        " VALUES (%s, 'natural', 2, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))",
        id,
    )
    account = uuid.UUID(surfer.me["id"]).bytes
    stack.sql("UPDATE account SET person_id = %s WHERE id = %s", id, account)
    surfer = sign_in(provider, **known("declared"))
    row = person_of(stack, surfer)
    assert row["id"] == id and row["assurance"] == 3 and row["version"] == 2


def test_the_counter_is_surer(stack, provider):
    surfer = sign_in(provider, **known("counter"))
    stack.sql("UPDATE person SET assurance = 4")
    before = person_of(stack, surfer)
    after = sign_in(provider, **known("counter", name="张三", id_number=number(4)))
    assert person_of(stack, after) == before


def test_nothing_of_it_in_logs_or_answers(stack, provider):
    surfer = Surfer(stack)
    answer = come_back(provider, surfer, **known("quiet", id_number=number(6)))
    provider.claims = {"id_number": "110105194912310099"}
    come_back(provider, surfer, **known("quiet2"))
    stack.reopen()
    log = "\n".join(stack.error_log() + stack.access_log()) + repr(answer.headers)
    assert not [text for text in (number(6), "110105194912310099", "张三丰", "quiet") if text in log]


def test_against_oidc_provider(stack, provider):
    """The real one: a login that begins with "verified" has the claim."""
    real = Provider(stack)
    stack.configure(http=real.directive(**CLAIMS))
    stack.reload()
    try:
        for login, assurance in (("verified-alice", 3), ("bob", 0)):
            surfer = Surfer(stack)
            assert signed_in(surfer.sign_in(login))
            assert surfer.get("/api/v1/me").json()["assurance"] == assurance
    finally:
        real.close()
        stack.configure(http=provider.directive(**CLAIMS))
        stack.reload()
