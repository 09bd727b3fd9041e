"""`nginx -t` names the directive and the value of every mistake in legalnet_database."""

import pytest

from harness import Stack


@pytest.fixture(scope="module")
def stack(module_stack_factory) -> Stack:
    return module_stack_factory()


@pytest.mark.parametrize(
    "lines, said",
    [
        ("lane fast;", 'invalid number of arguments in "lane"'),
        ("lane fast connections=1;", 'unknown lane: "fast" in "lane"'),
        ("lane read connections=0;", 'not between 1 and 64: "connections=0" in "lane"'),
        ("lane read connections=65;", 'not between 1 and 64: "connections=65" in "lane"'),
        ("lane read queue=no;", 'not between 1 and 65536: "queue=no" in "lane"'),
        ("lane read timeout=0;", 'invalid time: "timeout=0" in "lane"'),
        ("lane read timeout=soon;", 'invalid time: "timeout=soon" in "lane"'),
        ("lane read speed=9;", 'unknown parameter: "speed=9" in "lane"'),
        ("circuit failures=0;", 'invalid number: "failures=0" in "circuit"'),
        ("circuit retry=5ms;", 'not a time of 100ms or more: "retry=5ms" in "circuit"'),
        ("connect_timeout never;", 'invalid time: "never" in "connect_timeout"'),
        ("tls maybe;", 'neither "on" nor "off": "maybe" in "tls"'),
        ("tls on; tls_verify on;", 'no "tls_ca" in "legalnet_database main"'),
        ("tls_ca /no/such/file;", 'cannot read "/no/such/file"'),
        ("host db:99999;", 'invalid port: "db:99999" in "host"'),
        ("host [::1;", '"[::1" in "host"'),
        ("user other;", 'duplicate: "{user}" in "user"'),
        ("password_file /no/such/file;", '"/no/such/file" failed'),
        ("password secret;", 'unknown directive "password" in "legalnet_database"'),
    ],
)
def test_a_mistake_is_named(stack, lines, said):
    stack.expect_log("emerg")
    succeeded, output = stack.test_configuration(lanes=lines)
    assert not succeeded
    assert said.format(user=stack.database.user) in output


def test_every_directive_is_understood(stack):
    lines = """
        host db1 db2:3307 [::1]:3308;
        connect_timeout 500ms;
        circuit failures=5 retry=1s;
        lane point connections=2 queue=9 timeout=1s;
        lane report timeout=1m;
    """
    succeeded, output = stack.test_configuration(lanes=lines)
    assert succeeded, output


def test_a_password_file_that_others_can_read_is_pointed_at(stack):
    path = stack.directory / "keys/open_password"
    path.write_text("secret\n")
    path.chmod(0o644)
    succeeded, output = stack.test_configuration(
        http=f"legalnet_database spare {{ host db; database d; user u; password_file {path}; }}"
    )
    assert succeeded, output
    assert "chmod 600" in output
    assert "secret" not in output


def test_two_databases_of_one_name_are_refused(stack):
    succeeded, output = stack.test_configuration(
        http="legalnet_database main { host db; database d; user u; }"
    )
    assert not succeeded
    assert 'duplicate: "main" in "legalnet_database"' in output
