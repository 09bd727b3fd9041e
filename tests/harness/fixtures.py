"""The pytest plugin: fixtures, and the rules that hold for every test."""

import os
import shutil
import subprocess

import pytest

from harness.database import ExistingDatabase
from harness.process import TOP, lock, new_directory
from harness.stack import BUILD, SANITIZE, Stack

EXISTING = os.environ.get("DATABASE", "")


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        return
    if EXISTING:
        tables = ExistingDatabase(EXISTING).tables()
        if tables:
            raise pytest.UsageError(
                f"DATABASE= names a schema that holds {len(tables)} tables. The tests drop"
                " what they find: give them an empty schema."
            )


def pytest_collection_modifyitems(items):
    """Tests that say `stack` in a file keep their order; server killers need a server of ours."""
    if EXISTING:
        skip = pytest.mark.skip(reason="kills the database server, and DATABASE= is not ours")
        for item in items:
            if item.get_closest_marker("kills_database"):
                item.add_marker(skip)


def make(*targets):
    command = ["make", "-s", *targets, *(["SANITIZE=1"] if SANITIZE else [])]
    with lock("make"):
        subprocess.run(command, cwd=TOP, check=True)


@pytest.fixture(scope="session")
def built():
    """The modules are as new as the sources, whoever calls pytest."""
    make("modules")
    return BUILD


@pytest.fixture(scope="session")
def tool():
    """The program `legalnet`."""
    make("tool")
    return BUILD / "legalnet"


@pytest.fixture
def folder():
    """An empty directory that nginx's workers can read, which pytest's own is not."""
    path = new_directory("folder")
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


class Stacks:
    """Opens stacks and closes them all, each with its check of the logs.

    On an existing server there is one schema for all: it is made anew for the
    first stack that is open, and further ones share it.
    """

    sharing = 0

    def __init__(self):
        self.open = []

    def __call__(self, **settings):
        if EXISTING and "database" not in settings:
            settings["database"] = ExistingDatabase(EXISTING)
            demo = settings.pop("demo", False)
            if Stacks.sharing == 0:
                settings["database"].renew(demo)
        stack = Stack(**settings)
        self.open.append(stack)
        Stacks.sharing += 1
        return stack

    def close(self):
        problems = []
        for stack in reversed(self.open):
            Stacks.sharing -= 1
            try:
                stack.close()
            except AssertionError as problem:
                problems.append(str(problem))
        if EXISTING and self.open and Stacks.sharing == 0:
            ExistingDatabase(EXISTING).empty()
        self.open = []
        if problems:
            raise AssertionError("\n\n".join(problems))


@pytest.fixture
def stack_factory(built):
    """stack_factory(workers=2, lanes="…"): see Stack; closed after the test."""
    stacks = Stacks()
    yield stacks
    stacks.close()


@pytest.fixture(scope="module")
def module_stack_factory(built):
    """The same for fixtures of a whole file."""
    stacks = Stacks()
    yield stacks
    stacks.close()


@pytest.fixture(scope="module")
def shared_stack(request, module_stack_factory):
    """One stack for the file; a dictionary STACK in the file holds its settings."""
    return module_stack_factory(**getattr(request.module, "STACK", {}))


@pytest.fixture
def stack(shared_stack):
    """The file's stack; every test answers for the log lines that it caused."""
    declared = len(shared_stack.expected)
    yield shared_stack
    shared_stack.check_logs()
    del shared_stack.expected[declared:]


@pytest.fixture
def fresh_stack(request, stack_factory):
    """A stack of its own, database included, with the file's settings."""
    return stack_factory(**getattr(request.module, "STACK", {}))
