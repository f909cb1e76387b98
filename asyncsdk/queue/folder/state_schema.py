"""State schema: the tables of the rows that a term has taken, beside those of a journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from attrs import evolve

from asyncsdk.queue import journal_schema
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.journal_writer import Statement
from asyncsdk.queue.results import PutOutcome

__all__ = ["MARK", "SCHEMA", "is_empty", "outcome_of", "positions_in", "state_rows"]

MARK: Final = 0x61_73_51_53
"""``asQS``, by which SQLite knows such files."""

SCHEMA: Final = f"""{journal_schema.SCHEMA}
CREATE TABLE IF NOT EXISTS intakes (
    name TEXT PRIMARY KEY, row INTEGER NOT NULL, note INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS awaited (number INTEGER PRIMARY KEY, intake TEXT NOT NULL, row INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS awaited_of ON awaited (intake, row);
CREATE TABLE IF NOT EXISTS outcomes (
    intake TEXT NOT NULL, row INTEGER NOT NULL, fate TEXT NOT NULL, reason TEXT NOT NULL, unsaved INTEGER,
    since REAL NOT NULL, PRIMARY KEY (intake, row)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS flushes (number INTEGER PRIMARY KEY, intake TEXT NOT NULL, note INTEGER NOT NULL);
"""
"""Of each intake up to where it was taken; which rows are awaited where; outcomes; who asked for a flush."""


def state_rows(database: sqlite3.Connection) -> list[JournalRow]:
    """The rows that are to be sent, or may have been."""
    awaited = {number for (number,) in database.execute("SELECT number FROM awaited")}
    return [evolve(row, awaited=True) if row.number in awaited else row for row in journal_schema.rows_in(database)]


def positions_in(database: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Up to which row and note the intakes were taken, by their names."""
    return {name: (row, note) for name, row, note in database.execute("SELECT name, row, note FROM intakes")}


def outcome_of(
    numbers: Sequence[int], outcome: PutOutcome | str, unsaved: int | None, now: float
) -> list[Statement]:
    """The statements that let those know the outcome of rows who wait for one of them, or a text in its place."""
    fate, reason = ("", outcome) if isinstance(outcome, str) else (outcome.fate, outcome.reason)
    told = "INSERT OR REPLACE INTO outcomes SELECT intake, row, ?, ?, ?, ? FROM awaited WHERE number = ?"
    return [
        Statement(told, [(fate, reason, unsaved, now, number) for number in numbers]),
        Statement("DELETE FROM awaited WHERE number = ?", [(number,) for number in numbers]),
    ]


def is_empty(database: sqlite3.Connection, now: float) -> bool:
    """Whether the state holds nothing that is still needed, once there are no intakes."""
    (found,) = database.execute(
        "SELECT EXISTS (SELECT 1 FROM queued) OR EXISTS (SELECT 1 FROM unsaved)"
        " OR EXISTS (SELECT 1 FROM held WHERE until > ?) OR EXISTS (SELECT 1 FROM queue WHERE name LIKE ?)",
        (now, f"{journal_schema.ADOPTED}%"),
    ).fetchone()
    return not found
