"""Lock for the threads of a process that has forks: in the child it is free, whichever thread held it before."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from threading import RLock

__all__ = ["fork_lock"]


def fork_lock() -> AbstractContextManager[bool]:
    """A lock for a module, which a thread may take several times; it is never given up, so make none for an object.

    A child of a fork has only the thread that forked: a lock that another one held then would be held for ever.
    """
    lock = RLock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
    return lock
