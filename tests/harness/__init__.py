"""What the tests stand on: real MariaDB, real nginx, the modules as they were built.

A test asks for the fixture `stack` (one per file, shared by its tests) or
`fresh_stack` (its own), or builds `Stack(...)` through `stack_factory` when it
needs another configuration.  Nothing is replaced by a stand-in.
"""

from harness.database import Database, Tls
from harness.module import build_module
from harness.relay import Relay
from harness.stack import Stack

__all__ = ["Database", "Relay", "Stack", "Tls", "build_module"]
