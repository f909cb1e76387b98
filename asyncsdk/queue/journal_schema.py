"""Journal schema: the tables of a queue's journal, and how they are read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from hashlib import blake2b
from secrets import token_hex
from typing import Final

from attrs import evolve, field, frozen

from asyncsdk import clock
from asyncsdk.models.clear import CLEAR, Clear
from asyncsdk.queue.batch import HOLD
from asyncsdk.queue.entry import Cells, Entry
from asyncsdk.queue.results import UnsavedRow
from asyncsdk.uploads.list_columns import ListColumns

__all__ = [
    "ADOPTED",
    "DAMAGES",
    "INSERT_HELD",
    "INSERT_SAVED",
    "MARK",
    "SCHEMA",
    "VERSION",
    "JournalRow",
    "adopted_in",
    "begin_use",
    "cells_to_json",
    "columns_from_json",
    "columns_to_json",
    "digest",
    "holds_in",
    "metadata",
    "prepare",
    "row_from",
    "rows_in",
    "saved_in",
    "saved_of",
    "unsaved_in",
]

DAMAGES: Final = (sqlite3.Error, ValueError, TypeError, AttributeError, RecursionError, OverflowError)
"""Errors of reading a damaged journal; their messages may hold addresses."""

VERSION: Final = "1"
MARK: Final = 0x61_73_51_4A
"""``asQJ``, by which SQLite knows such files."""

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS queue (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queued (
    number INTEGER PRIMARY KEY, email TEXT NOT NULL, cells TEXT NOT NULL, job TEXT, until REAL,
    put_at REAL NOT NULL DEFAULT 0, times TEXT);
CREATE TABLE IF NOT EXISTS held (key TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS unsaved (
    number INTEGER PRIMARY KEY, email TEXT NOT NULL, cells TEXT NOT NULL, fate TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS saved (
    key TEXT, heading TEXT, put_at REAL NOT NULL, PRIMARY KEY (key, heading)) WITHOUT ROWID;
"""

INSERT_HELD: Final = (
    "INSERT INTO held VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET until = max(until, excluded.until)"
)

INSERT_SAVED: Final = """
INSERT INTO saved VALUES (?, ?, ?)
ON CONFLICT (key, heading) DO UPDATE SET put_at = max(put_at, excluded.put_at)
"""

ADOPTED: Final = "adopted "
"""Before the identity of a journal whose rows are in this one now."""


@frozen
class JournalRow:
    """A row of the journal that is to be sent, or may have been."""

    number: int
    email: str = field(repr=False)
    cells: Cells = field(repr=False)
    job_id: str | None = None
    """The job of the file that it was last sent in."""

    until: float | None = None
    """Until when it may still arrive, if its answer was lost; by the time of day."""

    put_at: float = 0.0
    """When it was put, by the time of day; 0 where an earlier version has not written it down."""

    times: Mapping[str, float] = field(factory=dict[str, float], repr=False)
    """When those of its cells were put that are older."""

    awaited: bool = False
    """Whether another process waits for its outcome."""

    @property
    def was_sent(self) -> bool:
        """Whether Act-On has it, or may have."""
        return self.job_id is not None or self.until is not None


def prepare(database: sqlite3.Connection) -> None:
    """Add what journals of earlier versions lack."""
    known = {name for _, name, *_ in database.execute("PRAGMA table_info(queued)")}
    for name, kind in (("put_at", "REAL NOT NULL DEFAULT 0"), ("times", "TEXT")):
        if name not in known:
            database.execute(f"ALTER TABLE queued ADD COLUMN {name} {kind}").close()
    database.execute("INSERT OR IGNORE INTO queue VALUES ('use', ?)", (token_hex(16),)).close()


def begin_use(database: sqlite3.Connection) -> None:
    """Give the journal a new identity, because a queue is about to write other rows into it."""
    database.execute("INSERT OR REPLACE INTO queue VALUES ('use', ?)", (token_hex(16),)).close()


def metadata(database: sqlite3.Connection, name: str) -> str | None:
    """A value about the journal itself: ``version``, ``list``, ``owner``, ``use``."""
    found = database.execute("SELECT value FROM queue WHERE name = ?", (name,)).fetchone()
    return None if found is None else str(found[0])


def adopted_in(database: sqlite3.Connection) -> set[str]:
    """The identities of the journals whose rows are in this one."""
    found = database.execute("SELECT name FROM queue WHERE name LIKE ?", (f"{ADOPTED}%",))
    return {str(name).removeprefix(ADOPTED) for (name,) in found}


def rows_in(database: sqlite3.Connection) -> list[JournalRow]:
    """The rows that are to be sent, in the order in which they were put; a wrong clock delays nothing for long."""
    latest = clock.wall() + HOLD
    rows = database.execute(
        "SELECT number, email, cells, job, until, put_at, times FROM queued ORDER BY put_at, number"
    )
    return [
        evolve(
            row_from(number, email, cells, put_at),
            job_id=None if job is None else _text(job),
            until=None if until is None else min(float(until), latest),
            times={heading: float(time) for heading, time in json.loads(times or "{}").items()},
        )
        for number, email, cells, job, until, put_at, times in rows
    ]


def row_from(number: object, email: object, cells: object, put_at: object) -> JournalRow:
    """A row from what a database holds of it.

    Raises:
        DAMAGES: it is damaged.
    """
    if not isinstance(number, int) or not isinstance(put_at, (int, float)):
        raise TypeError("a number was expected")
    return JournalRow(number, _text(email), cells_from_json(_text(cells)), put_at=float(put_at))


def unsaved_in(database: sqlite3.Connection) -> list[tuple[int, UnsavedRow]]:
    """The rows that were given up and that nobody was given, with their numbers."""
    rows = database.execute("SELECT number, email, cells, fate, reason FROM unsaved ORDER BY number")
    return [
        (number, UnsavedRow(email, cells_from_json(cells), fate, reason))
        for number, email, cells, fate, reason in rows
    ]


def holds_in(database: sqlite3.Connection, now: float) -> dict[float, list[str]]:
    """The addresses for which nothing is to be sent, by the time of day until when."""
    found: dict[float, list[str]] = {}
    for key, until in database.execute("SELECT key, until FROM held WHERE until > ?", (now,)):
        found.setdefault(min(float(until), now + HOLD), []).append(key)
    return found


def columns_to_json(columns: ListColumns) -> str:
    """A list's columns as JSON."""
    return json.dumps({"headings": columns.headings, "email": columns.email})


def columns_from_json(text: str, list_id: str) -> ListColumns:
    """A list's columns from JSON."""
    found = json.loads(text)
    return ListColumns(list_id, tuple(found["headings"]), int(found["email"]))


def cells_to_json(cells: Mapping[str, str | Clear]) -> str:
    """Cells as JSON."""
    return json.dumps({heading: None if cell is CLEAR else cell for heading, cell in cells.items()})


def cells_from_json(text: str) -> Cells:
    """Cells from JSON."""
    return {heading: CLEAR if cell is None else _text(cell) for heading, cell in json.loads(text).items()}


def _text(value: object) -> str:
    """Check that a value is a text, which it is unless the file is damaged."""
    if not isinstance(value, str):
        raise TypeError(f"a text was expected, not {type(value).__name__}")
    return value


def saved_of(entry: Entry) -> list[tuple[str, str, float]]:
    """The rows that remember a saved entry: when each of its cells was put, and the entry itself.

    They hold a digest of the address, and not the address.
    """
    key = digest(entry.key)
    times = {heading: entry.time_of(heading) for heading in entry.cells}
    return [(key, heading, time) for heading, time in {**times, "": entry.put_at}.items()]


def saved_in(database: sqlite3.Connection, key: str) -> dict[str, float]:
    """When the saved values of an address, given by its digest, were put; by heading."""
    return dict(database.execute("SELECT heading, put_at FROM saved WHERE key = ?", (key,)))


def digest(key: str) -> str:
    """A digest of an address, for where it need not be read."""
    return blake2b(key.encode(), digest_size=16).hexdigest()
