"""The rights of a user of Redis on the page are those that the library needs."""

from __future__ import annotations

from asyncsdk.fleet.taskiq.task_server import TASK_RIGHTS
from asyncsdk.redis.server_check import QUEUE_RIGHTS, RIGHTS
from tests.docs.documents import ROOT

PAGE = (ROOT / "docs" / "fleet.md").read_text(encoding="utf-8")


def test_the_rights_are_those_that_the_library_asks_for() -> None:
    """What is allowed for sessions, and what more for a queue and for tasks, is on the page word for word."""
    assert f"ACL SETUSER acton on >password {RIGHTS}\n" in PAGE
    assert f"| a queue | `{QUEUE_RIGHTS.removeprefix(RIGHTS).strip()}` |" in PAGE
    assert f"| tasks | `{TASK_RIGHTS.removeprefix(RIGHTS).strip()}` |" in PAGE
