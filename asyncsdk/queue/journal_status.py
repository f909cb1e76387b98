"""Journal status: what a journal holds, read without a call and without changing it, also while it is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from attrs import field, frozen

from asyncsdk import clock
from asyncsdk.errors import InvalidArgument
from asyncsdk.queue import journal_schema
from asyncsdk.queue.journal_registry import LOCK as REGISTRY_LOCK
from asyncsdk.queue.journal_registry import open_here
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.lock_owner import lock_owner
from asyncsdk.queue.results import UnsavedRow

__all__ = ["JournalStatus", "age_of", "read_status", "status_of"]

TRIES: Final = 5
"""How often a journal is copied that changes meanwhile."""


@frozen
class JournalStatus:
    """Status of one journal, or of one file of a folder's queue: what it holds, and which process has it open."""

    path: Path
    list_id: str | None
    """The list that its rows are for; None: it was made and nothing was written into it."""

    holder: int | None
    """The process that has it open, 0 if it cannot be seen from here; None: nobody has."""

    waiting: int
    """Rows that are to be sent."""

    on_the_way: int
    """Rows that Act-On has, or may have, and whose outcome is not known yet."""

    unsaved: tuple[UnsavedRow, ...] = field(repr=lambda rows: f"<{len(rows)} rows>")
    """Rows that were given up and that nobody was given."""

    oldest: float | None
    """Seconds since the oldest row was put that is to be sent or on its way; None: unknown, or there is none."""

    sends: bool = False
    """Whether its holder sends the rows of all processes that share the folder."""


def status_of(path: Path) -> JournalStatus:
    """The status of one journal, read from a copy: the process that has it open has it locked.

    Raises:
        InvalidArgument: it is none.
        OSError, sqlite3.Error, ValueError: it cannot be read.
    """
    with REGISTRY_LOCK:
        here = open_here(path)
        return _copied(path) if here is None else read_status(path, here.database, os.getpid())


def _copied(path: Path) -> JournalStatus:
    holder = lock_owner(path)
    for _ in range(TRIES):
        before = path.stat()
        with tempfile.TemporaryDirectory(prefix="asyncsdk-") as folder:
            copy = Path(folder) / "copy"
            shutil.copyfile(path, copy)
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{path}-wal", f"{copy}-wal")
            after = path.stat()
            # The log of what is not in the file yet grows at its end only, until it is written into the file.
            if (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size):
                with closing(sqlite3.connect(copy, isolation_level=None)) as database:
                    return _prepared(path, database, holder)
    raise InvalidArgument(f"{path} changes too fast to be read: try again.")


def _prepared(path: Path, database: sqlite3.Connection, holder: int | None) -> JournalStatus:
    (mark,) = database.execute("PRAGMA application_id").fetchone()
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    if mark != journal_schema.MARK and (mark or tables):
        raise InvalidArgument(f"{path} is no journal of a queue.")
    if not {"queue", "queued", "unsaved"} <= tables:
        return JournalStatus(path, None, holder, 0, 0, (), None)
    journal_schema.prepare(database)
    return read_status(path, database, holder)


def read_status(path: Path, database: sqlite3.Connection, holder: int | None) -> JournalStatus:
    """The status of a database that has the tables of a journal.

    Raises:
        sqlite3.Error, ValueError: it cannot be read.
    """
    rows = journal_schema.rows_in(database)
    return JournalStatus(
        path,
        journal_schema.metadata(database, "list"),
        holder,
        sum(not row.was_sent for row in rows),
        sum(row.was_sent for row in rows),
        tuple(row for _, row in journal_schema.unsaved_in(database)),
        age_of(rows),
    )


def age_of(rows: Sequence[JournalRow]) -> float | None:
    """Seconds since the oldest row was put; None: unknown, or there is none."""
    since = min((row.put_at for row in rows if row.put_at), default=None)
    return None if since is None else max(0.0, clock.wall() - since)
