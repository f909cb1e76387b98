"""Journal copy: a journal as bytes, which are a SQLite file, and the database that is made of them again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Final

from asyncsdk.bulk.storage.journal_schema import MARK, SCHEMA, migrate
from asyncsdk.errors import StoreFailed
from asyncsdk.files.sqlite import anonymous_database
from asyncsdk.uploads.rejects import REJECTS_SCHEMA

__all__ = ["database_of"]

_BEGINNING: Final = b"SQLite format 3\0"


def database_of(copy: bytes | None, name: str) -> sqlite3.Connection:
    """A database of this run, in memory while it is small, with what the copy holds.

    Args:
        copy: a copy; None: the journal of a run that nobody has begun.
        name: what it is called in messages.

    Raises:
        StoreFailed: it is not the copy of a journal.
    """
    database = anonymous_database()
    try:
        # What is rolled back here must not lie half undone in the next copy.
        database.execute("PRAGMA journal_mode = MEMORY").close()
        if copy is not None:
            _restore(copy, database)
        database.execute(f"PRAGMA application_id = {MARK}").close()
        database.executescript(SCHEMA + REJECTS_SCHEMA).close()
        migrate(database)
    except (sqlite3.Error, MemoryError, TypeError, ValueError):
        database.close()
        raise StoreFailed(f"{name} cannot be used: what the vault holds is no whole copy of one.") from None
    except BaseException:
        database.close()
        raise
    return database


def _restore(copy: bytes, database: sqlite3.Connection) -> None:
    content = bytes(memoryview(copy))  # some drivers give what they read as another kind of bytes
    if not content.startswith(_BEGINNING):
        raise ValueError(len(content))
    with closing(sqlite3.connect(":memory:")) as kept:
        kept.deserialize(content)
        whole = kept.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        if not whole or kept.execute("PRAGMA application_id").fetchone() != (MARK,):
            raise ValueError(len(content))
        kept.backup(database)
