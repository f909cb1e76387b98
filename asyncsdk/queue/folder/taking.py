"""Taking of rows: what has come into the intakes is written into the state, in one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from math import inf
from typing import Final

from attrs import evolve, field, frozen

from asyncsdk.queue import journal_schema
from asyncsdk.queue.folder.intake_reader import FoundNews
from asyncsdk.queue.folder.intake_schema import Note
from asyncsdk.queue.journal_schema import JournalRow, cells_to_json, metadata
from asyncsdk.uploads.addresses import normalized_address

__all__ = ["FLUSHED", "TakenRow", "newer_part", "saved_before", "take"]

FLUSHED: Final = "flushed"
_ASKED: Final = "flush asked"
_FORGET: Final = (
    "DELETE FROM awaited WHERE intake = ?",
    "DELETE FROM outcomes WHERE intake = ?",
    "DELETE FROM flushes WHERE intake = ?",
    "DELETE FROM intakes WHERE name = ?",
)
_FORGET_FLUSHES: Final = (
    "DELETE FROM flushes WHERE intake = ?"
    " AND number < (SELECT max(number) FROM flushes WHERE intake = ? AND number <= ?)"
)
"""All of a process that are done but for the last."""

_SET: Final = "INSERT OR REPLACE INTO queue VALUES (?, ?)"


@frozen
class TakenRow:
    """A row that is in the state now."""

    row: JournalRow
    saved: Mapping[str, float] = field(repr=False)
    """When the values of its address were put that the list holds, by heading; ``""``: the address."""


def take(
    database: sqlite3.Connection, news: Iterable[FoundNews], names: set[str], number: int, now: float
) -> tuple[list[TakenRow], int]:
    """Write down what has come; gives the rows, and the number of the newest flush that is not done (0: none).

    Args:
        database: the state, in a transaction.
        news: what has come.
        names: the intakes that there are.
        number: the last number of a row.
        now: the time of day.
    """
    taken: list[TakenRow] = []
    for found in news:
        for row in found.news.rows:
            number += 1
            _insert(database, found.intake, row, number)
            saved = saved_before(database, row.email, now)
            taken.append(TakenRow(evolve(row, number=number), saved))
        for note in found.news.notes:
            _follow(database, found.intake, note)
        _keep_position(database, found)
    known = {name for (name,) in database.execute("SELECT name FROM intakes")}
    for name in known - names:
        for statement in _FORGET:
            database.execute(statement, (name,)).close()
    asked, flushed = (int(metadata(database, name) or 0) for name in (_ASKED, FLUSHED))
    return taken, asked if asked > flushed else 0


def _insert(database: sqlite3.Connection, intake: str, row: JournalRow, number: int) -> None:
    database.execute(
        "INSERT INTO queued (number, email, cells, put_at) VALUES (?, ?, ?, ?)",
        (number, row.email, cells_to_json(row.cells), row.put_at),
    ).close()
    if row.awaited:
        database.execute("INSERT INTO awaited VALUES (?, ?, ?)", (number, intake, row.number)).close()


def _keep_position(database: sqlite3.Connection, found: FoundNews) -> None:
    row = found.news.rows[-1].number if found.news.rows else 0
    note = found.news.notes[-1].number if found.news.notes else 0
    database.execute(
        "INSERT INTO intakes VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET row = max(row, excluded.row), note = max(note, excluded.note)",
        (found.intake, row, note),
    ).close()


def _follow(database: sqlite3.Connection, intake: str, note: Note) -> None:
    """Do what a process has asked for."""
    about = (intake, note.row)
    if note.kind == "flush":
        asked, flushed = (int(metadata(database, name) or 0) for name in (_ASKED, FLUSHED))
        asked += 1
        database.execute(_FORGET_FLUSHES, (intake, intake, flushed)).close()
        database.execute("INSERT INTO flushes VALUES (?, ?, ?)", (asked, intake, note.number)).close()
        database.execute(_SET, (_ASKED, str(asked))).close()
        return
    if note.kind == "told":
        database.execute(
            "DELETE FROM unsaved WHERE number IN (SELECT unsaved FROM outcomes WHERE intake = ? AND row = ?)", about
        ).close()
    database.execute("DELETE FROM awaited WHERE intake = ? AND row = ?", about).close()
    database.execute("DELETE FROM outcomes WHERE intake = ? AND row = ?", about).close()


def saved_before(database: sqlite3.Connection, email: str, now: float) -> dict[str, float]:
    """When the values of an address were put that the list holds; a time in the future is none."""
    found = journal_schema.saved_in(database, journal_schema.digest(normalized_address(email)))
    return {heading: time for heading, time in found.items() if time <= now}


def newer_part(row: JournalRow, *known: Mapping[str, float]) -> JournalRow | None:
    """A row with those of its values that are newer than the saved ones; None: there are none.

    Rows that may be on their way stay unchanged.
    """
    saved = {heading: max(times.get(heading, -inf) for times in known) for times in known for heading in times}
    if row.was_sent or not saved:
        return row
    cells = {
        heading: cell
        for heading, cell in row.cells.items()
        if row.times.get(heading, row.put_at) >= saved.get(heading, -inf)
    }
    return evolve(row, cells=cells) if cells or row.put_at > saved.get("", -inf) else None
