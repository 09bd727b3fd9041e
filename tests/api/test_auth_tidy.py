"""Codes, attempts and sessions that have served their time go by themselves."""

from api.auth_world import *  # noqa: F403
from api.auth_world import STACK  # noqa: F401

OLD = {
    "login_code": ("created_at", "3 DAY"),
    "sign_in_attempt": ("at", "181 DAY"),
    "session": ("expires_at", "181 DAY"),
}


def test_what_is_old_goes(stack_factory):
    stack = stack_factory(**STACK)
    old, new = Person(stack).sign_in(), None
    # counted while it is young: the job may come at any moment
    forget_nothing = {table: count(stack, table) for table in OLD}
    assert set(forget_nothing.values()) == {1}, forget_nothing
    for table, (column, age) in OLD.items():
        stack.sql(f"UPDATE {table} SET {column} = UTC_TIMESTAMP(6) - INTERVAL {age}")
    stack.sql("INSERT INTO sign_in_turn VALUES (%s, UTC_TIMESTAMP(6) - INTERVAL 2 DAY)", b"t" * 16)
    stack.sql("DELETE FROM job WHERE name LIKE 'auth.%'")
    new = Person(stack).sign_in()
    stack.stop()
    stack.start()
    wait_for(lambda: [count(stack, table) for table in OLD] == [1, 1, 1], "tidied tables", 60)
    wait_for(lambda: count(stack, "sign_in_turn") == 0, "tidied turns", 60)
    assert new.refresh().call("GET", "/api/v1/me").status_code == 200
    assert stack.sql("SELECT COUNT(*) AS n FROM refresh_token") == [{"n": 2}]
    assert old.try_refresh().status_code == 401


def count(stack, table):
    return stack.sql(f"SELECT COUNT(*) AS n FROM {table}")[0]["n"]
