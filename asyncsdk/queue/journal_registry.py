"""Journal registry: the journals that are open in this process; and whether another process has one open."""

from __future__ import annotations

import os
import sqlite3
from os import PathLike
from typing import Final, Protocol

from asyncsdk.fork_lock import fork_lock
from asyncsdk.queue.lock_owner import lock_owner

__all__ = ["LOCK", "OpenJournal", "is_taken", "open_here", "register", "unregister"]

LOCK: Final = fork_lock()
"""Held while files are opened, or looked at: closing a file gives up the locks of the whole process on it."""


class OpenJournal(Protocol):
    """A journal that is open."""

    @property
    def database(self) -> sqlite3.Connection:
        """The database that it is kept in."""
        ...

    @property
    def is_abandoned(self) -> bool:
        """Whether the event loop has ended that it was written in."""
        ...

    def release(self) -> None:
        """Close the file at once, and leave the registry."""
        ...


_open: Final[dict[str, OpenJournal]] = {}
"""The open journals, by their real paths."""


def register(path: str | PathLike[str], journal: OpenJournal) -> str:
    """Add a journal, which other threads see from now on; gives the real path of its file."""
    real_path = os.path.realpath(path)
    _open[real_path] = journal
    return real_path


def unregister(real_path: str, journal: OpenJournal) -> None:
    """Remove a journal; nothing happens if its file was removed and the name is another journal's by now."""
    if _open.get(real_path) is journal:
        del _open[real_path]


def open_here(path: str | PathLike[str]) -> OpenJournal | None:
    """The journal that a queue of this process has open, in an event loop that has not ended."""
    found = _open.get(os.path.realpath(path))
    if found is not None and found.is_abandoned:
        found.release()
        return None
    return found


def is_taken(path: str | PathLike[str]) -> bool:
    """Whether a queue has a journal open, in this process or in another."""
    with LOCK:
        return open_here(path) is not None or lock_owner(path) is not None
