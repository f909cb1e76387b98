"""State file: the rows that a term has taken. Each term begins with a copy of what the last one has written.

So a process that had the lead, and was stopped in the middle of a transaction, keeps a file locked that nobody
writes any more. The copy is what a crash would have left: SQLite completes or forgets the last transaction.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import InvalidArgument, StoreFailed
from asyncsdk.files.sqlite import open_to_read, open_to_write
from asyncsdk.queue.folder.lead_claim import LeadWatch
from asyncsdk.queue.folder.queue_files import QueueFiles, remove_database
from asyncsdk.queue.folder.state_schema import MARK, SCHEMA, is_empty
from asyncsdk.queue.journal_schema import VERSION, metadata

__all__ = ["open_state", "remove_empty_state"]

TRIES: Final = 200
PAUSE: Final = 0.01
"""How often a state is copied that changes meanwhile, and the seconds in between: its writer ends soon."""


def open_state(files: QueueFiles, owner: str, term: int) -> sqlite3.Connection:
    """Make the state of a term that this process has the lead for.

    Raises:
        InvalidArgument: the last state is damaged, or of another version.
        StoreFailed: the disk does not take it.
    """
    path = files.state(owner, term)
    draft = path.with_name(f".{path.name}.draft")
    try:
        before = files.states(owner)
        remove_database(draft)
        if before:
            _copy(before[-1][1], draft)
        _complete(files, owner, draft, before[-1][1] if before else draft)
        draft.rename(path)
        _sync(files.folder)
        database = open_to_write(path, MARK, SCHEMA)
        for _, old in before:
            remove_database(old)
    except (OSError, sqlite3.Error) as error:
        raise StoreFailed(f"The folder {files.folder} cannot be written: {error}.") from error
    return database


def _copy(path: Path, draft: Path) -> None:
    for _ in range(TRIES):
        before = _signs(path)
        shutil.copyfile(path, draft)
        with suppress(FileNotFoundError):
            shutil.copyfile(f"{path}-wal", f"{draft}-wal")
        if before == _signs(path):
            return
        time.sleep(PAUSE)
    raise StoreFailed(f"{path} changes too fast to be copied.")


def _signs(path: Path) -> list[tuple[int, int]]:
    """Signs by which it is seen that a database has changed."""
    found: list[tuple[int, int]] = []
    for name in (path, Path(f"{path}-wal")):
        with suppress(FileNotFoundError):
            status = name.stat()
            found.append((status.st_size, status.st_mtime_ns))
    return found


def _complete(files: QueueFiles, owner: str, draft: Path, origin: Path) -> None:
    """Make a complete database of a draft, which needs no log beside it."""
    try:
        database = open_to_write(draft, MARK, SCHEMA)
        try:
            if metadata(database, "version") not in {None, VERSION}:
                raise InvalidArgument(f"The journal {origin} is of another version: choose another folder.")
            values = (VERSION, files.list_id, owner)
            statement = "INSERT OR IGNORE INTO queue VALUES ('version', ?), ('list', ?), ('owner', ?)"
            database.execute(statement, values).close()
            database.execute("PRAGMA journal_mode = DELETE").close()
        finally:
            database.close()
    except sqlite3.DatabaseError as error:
        remove_database(draft)
        if isinstance(error, sqlite3.OperationalError):
            raise
        raise InvalidArgument(f"The journal {origin} is damaged: {type(error).__name__}.") from error


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_empty_state(files: QueueFiles, owner: str, watch: LeadWatch) -> None:
    """Remove the state of a queue that no process has open, if it holds nothing; what prevents it is left."""
    if files.intakes() or not files.states(owner) or (claim := watch.try_claim()) is None:
        return
    try:
        states = files.states(owner)
        if not files.intakes() and states and _is_empty(states[-1][1]):
            for _, path in states:
                remove_database(path)
    finally:
        claim.release()


def _is_empty(path: Path) -> bool:
    try:
        with closing(open_to_read(path)) as database:
            return is_empty(database, clock.wall())
    except sqlite3.Error:
        return False
