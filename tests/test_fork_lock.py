"""Locks of modules and forks: a child never waits for a thread that it does not have."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import AbstractContextManager

import pytest

from asyncsdk.files import upload
from asyncsdk.jobs import job
from asyncsdk.queue import journal_registry
from tests.support.forked import fork

LOCKS = {
    "jobs": job._CHANGES,
    "uploads": upload._POSITION_LOCK,
    "journals": journal_registry.LOCK,
}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
@pytest.mark.parametrize("lock", LOCKS.values(), ids=LOCKS)
def test_a_child_gets_a_lock_that_another_thread_held(lock: AbstractContextManager[bool]) -> None:
    """While a thread holds the lock the process forks; in the child the lock is free."""
    held = threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            threading.Event().wait(0.1)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    child = fork()
    if child == 0:
        signal.alarm(20)  # ends the child if it waits for ever
        with lock:
            os._exit(0)
    holder.join()
    _, ended = os.waitpid(child, 0)
    assert ended == 0
