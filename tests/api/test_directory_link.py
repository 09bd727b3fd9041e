"""Which account is which practitioner: he finds his entry, and nobody else's."""

from api.auth_world import *  # noqa: F403
from api.auth_world import STACK  # noqa: F401
from api.directory_edits import *  # noqa: F403
from api.test_auth_admin import admins, fresh  # noqa: F401
from api.test_directory_proposal import bureau, people, practitioner, world  # noqa: F401


def mine(person):
    answer = ask(person, "GET", "/api/v1/me/entries")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def linked(bureau, one):
    answer = ask(bureau, "GET", path_of(one, "/entry"))
    assert answer.status_code == 200, answer.text
    return answer.json()["linked"]


def test_a_practitioner_finds_his_own_entry(stack, world, admins, bureau):
    one, other = people(world)[:2]
    assert (linked(bureau, one), mine(bureau)) == (False, [])
    me = practitioner(stack, admins, bureau, one)
    practitioner(stack, admins, bureau, other)
    assert linked(bureau, one) is True

    (found,) = mine(me)
    assert (found["id"], found["name"], found["shown"]) == (str(one.id), one.name, True)
    assert found["organization"] == one.organization.name

    assert ask(bureau, "DELETE", path_of(one, "/account")).status_code == 204
    assert (linked(bureau, one), mine(me)) == (False, [])
    assert len(mine(practitioner(stack, admins, bureau, one))) == 1
