"""Intake schema: the tables into which one process puts rows, and how the process that sends reads them."""

from __future__ import annotations

import sqlite3
from typing import Final, Literal, TypeAlias

from attrs import evolve, field, frozen

from asyncsdk.queue import journal_schema
from asyncsdk.queue.journal_schema import JournalRow

__all__ = ["INSERT_NOTE", "INSERT_ROW", "MARK", "SCHEMA", "IntakeNews", "Note", "NoteKind", "news_in", "rows_after"]

MARK: Final = 0x61_73_51_49
"""``asQI``, by which SQLite knows such files."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS queue (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queued (
    number INTEGER PRIMARY KEY, email TEXT NOT NULL, cells TEXT NOT NULL, put_at REAL NOT NULL,
    awaited INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS notes (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, row INTEGER NOT NULL);
"""

INSERT_ROW: Final = "INSERT INTO queued VALUES (?, ?, ?, ?, ?)"
INSERT_NOTE: Final = "INSERT INTO notes VALUES (?, ?, ?)"

NoteKind: TypeAlias = Literal["told", "left", "flush"]
"""``told``: those who waited for a row have its outcome; ``left``: they wait no more; ``flush``: send all."""

BATCH: Final = 2000
"""Rows that are read at once at the most."""


@frozen
class Note:
    """Note of a process to the one that sends."""

    number: int
    kind: NoteKind
    row: int


@frozen
class IntakeNews:
    """What has come into an intake, in its order."""

    rows: list[JournalRow] = field(repr=lambda rows: f"<{len(rows)} rows>")
    notes: list[Note]

    def __bool__(self) -> bool:
        return bool(self.rows or self.notes)


def news_in(database: sqlite3.Connection, row: int, note: int) -> IntakeNews:
    """The rows and notes of an intake after these numbers.

    Raises:
        sqlite3.Error: it cannot be read now.
        DAMAGES: it is damaged.
    """
    database.execute("BEGIN").close()  # rows and notes of one moment
    try:
        rows = rows_after(database, row, BATCH)
        more = len(rows) == BATCH
        found = () if more else database.execute("SELECT * FROM notes WHERE number > ? ORDER BY number", (note,))
        notes = [Note(int(number), kind, int(about)) for number, kind, about in found]
    finally:
        database.execute("ROLLBACK").close()
    return IntakeNews(rows, notes)


def rows_after(database: sqlite3.Connection, row: int, most: int) -> list[JournalRow]:
    """The rows of an intake after this number; -1: all of them.

    Raises:
        sqlite3.Error: it cannot be read now.
        DAMAGES: it is damaged.
    """
    return [
        evolve(journal_schema.row_from(number, email, cells, put_at), awaited=bool(awaited))
        for number, email, cells, put_at, awaited in database.execute(
            "SELECT number, email, cells, put_at, awaited FROM queued WHERE number > ? ORDER BY number LIMIT ?",
            (row, most),
        )
    ]
