"""File lock: one holder at a time, among processes, threads and tasks."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["PAUSE", "lock_functions", "locked"]

PAUSE: Final = 0.02
"""Seconds between two tries of a lock that another holds."""


@asynccontextmanager
async def locked(path: Path, patience: float) -> AsyncGenerator[None]:
    """Hold a lock file among processes, and among the holders in this one.

    It is tried from the event loop, never waited for in a thread: a waiting thread could be the last one
    of the pool, and the holder would wait for it in turn. The kernel frees it when its holder dies. The lock of a
    file that was removed meanwhile excludes nobody who came later, so the new file is locked then.

    Raises:
        TimeoutError: its holder neither works nor dies.
    """
    handle = _opened(path)
    try:
        try_lock, unlock = lock_functions()
        for _ in range(round(patience / PAUSE)):
            if not try_lock(handle):
                await asyncio.sleep(PAUSE)
            elif _is_at(path, handle):
                break
            else:
                removed, handle = handle, _opened(path)
                os.close(removed)
        else:
            raise TimeoutError(f"Another process has held {path.name} for {patience:g} s; is it stopped?")
        try:
            yield
        finally:
            unlock(handle)
    finally:
        os.close(handle)


def _opened(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def _is_at(path: Path, handle: int) -> bool:
    """Whether an open file is still the one of that name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


@cache
def lock_functions() -> tuple[Callable[[int], bool], Callable[[int], None]]:
    """How this operating system locks an open file, without waiting, and unlocks it.

    Raises:
        OSError: it has no such locks.
    """
    if os.name == "posix":
        import fcntl

        def try_lock(handle: int) -> bool:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        return try_lock, lambda handle: fcntl.flock(handle, fcntl.LOCK_UN)
    raise OSError("FileStore needs a POSIX system: here, use MemoryStore or a TokenStore of your own.")
