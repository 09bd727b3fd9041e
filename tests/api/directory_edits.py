"""Staff and what they edit, for tests of the directory's editing."""

from api.auth_world import *  # noqa: F403
from api.contract import Contract
from api.directory_world import query
from api.test_auth_admin import clerk, grant, key
from harness.process import wait_for

PROJECTIONS = [
    f"{kind}_{what}"
    for kind in ("practitioner", "organization")
    for what in ("listing", "detail", "place", "token")
] + ["suggestion"]
BASIS = "电话核实"


def staff(stack, admins, role="bureau_manager", **where):
    """A new account of staff with one grant."""
    person = clerk(stack, admins)
    assert grant(admins["security"], person.account, role, **where).status_code == 200
    return person.refresh()


class Described:
    """Keeps answers of the routes that only staff may call beside the document."""

    contract = None

    @classmethod
    def check(cls, stack, answer):
        if cls.contract is None or cls.stack is not stack:
            cls.contract, cls.stack = Contract(stack), stack
        cls.contract.check(answer)
        return answer


def path_of(one, tail=""):
    kind = "organizations" if hasattr(one, "types") else "practitioners"
    return f"/api/v1/{kind}/{one.id}{tail}"


def ask(person, method, path, **options):
    return Described.check(person.stack, person.ask(method, path, **options))


def entry(person, one):
    answer = ask(person, "GET", path_of(one, "/entry"))
    assert answer.status_code == 200, answer.text
    return answer.json()


def corrections(person, one):
    answer = ask(person, "GET", path_of(one, "/corrections"))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def edit(person, one, version=None, **members):
    version = version or entry(person, one)["version"]
    body = {"basis": BASIS, **members}
    return ask(person, "PUT", path_of(one), json=body, headers={"If-Match": f'"{version}"'})


def edited(*arguments, **members):
    answer = edit(*arguments, **members)
    assert answer.status_code == 200, answer.text
    return answer.json()


def followed(stack):
    """Everything that shows something of an edited entry has been made anew. What a killed
    worker had claimed is free after a minute."""
    due = "SELECT 1 FROM organization_due UNION ALL SELECT 1 FROM practitioner_due"
    wait_for(lambda: not stack.sql(due), "entries that follow", 150)


def projections(stack):
    return {
        table: sorted(
            (tuple(row.values()) for row in stack.sql(f"SELECT * FROM {table}")), key=repr
        )
        for table in PROJECTIONS
    }


def equal_to_reindex(stack, world):
    followed(stack)
    made = projections(stack)
    world.reindex(world.tool)
    again = projections(stack)
    for table in PROJECTIONS:
        assert made[table] == again[table], table


def found(stack, **asked):
    kind = asked.pop("kind", "organizations")
    answer = stack.get(f"/api/v1/{kind}", params=[("limit", 100), *query(asked)])
    assert answer.status_code == 200, answer.text
    return {int(item["id"]): item for item in answer.json()["items"]}


class Entry:
    """Something of the directory by its id alone."""

    types = ()

    def __init__(self, id):
        self.id = id


def place(person, one, act="", version=None, **members):
    version = version or entry(person, one)["version"]
    body = {"basis": BASIS, **members}
    headers = {"If-Match": f'"{version}"'}
    return ask(person, "POST", path_of(one, f"/places{act}"), json=body, headers=headers)


def places(person, one):
    return ask(person, "GET", path_of(one, "/places")).json()["items"]
