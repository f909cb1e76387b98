"""Left rows: what journals hold that no process has open, read together, to be written into the state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from asyncsdk.queue import journal_schema
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.journal_writer import Statement
from asyncsdk.queue.results import UnsavedRow

__all__ = ["LeftRows", "read_left"]


@frozen
class LeftRows:
    """The contents of some journals that were left."""

    rows: list[JournalRow]
    holds: dict[float, list[str]]
    unsaved: list[tuple[int, UnsavedRow]]
    saved: list[tuple[str, str, float]]
    adopted: set[str]
    """The identities of the journals that it is from, and of those whose rows had come into these."""

    def numbered(self, numbers: Iterator[int]) -> LeftRows:
        """The same rows with other numbers."""
        return evolve(
            self,
            rows=[evolve(row, number=next(numbers)) for row in self.rows],
            unsaved=[(next(numbers), row) for _, row in self.unsaved],
        )

    def statements(self) -> list[Statement]:
        """The statements that write all this into a state."""
        rows = [
            (
                row.number,
                row.email,
                journal_schema.cells_to_json(row.cells),
                row.job_id,
                row.until,
                row.put_at,
                json.dumps(dict(row.times)),
            )
            for row in self.rows
        ]
        unsaved = [
            (number, row.email, journal_schema.cells_to_json(row.data), row.fate, row.reason)
            for number, row in self.unsaved
        ]
        held = [(key, until) for until, keys in self.holds.items() for key in keys]
        return [
            Statement("INSERT INTO queued VALUES (?, ?, ?, ?, ?, ?, ?)", rows),
            Statement("INSERT INTO unsaved VALUES (?, ?, ?, ?, ?)", unsaved),
            Statement(journal_schema.INSERT_HELD, held),
            Statement(journal_schema.INSERT_SAVED, self.saved),
            Statement(
                "INSERT OR REPLACE INTO queue VALUES (?, '')",
                [(f"{journal_schema.ADOPTED}{each}",) for each in self.adopted],
            ),
        ]


def read_left(
    journals: Sequence[QueueJournal], known: set[str], now: float
) -> tuple[LeftRows, dict[QueueJournal, str]]:
    """Read journals; gives what they hold, and why some of them cannot be read.

    Args:
        journals: open ones, into which nothing is written.
        known: the identities of those whose rows were taken over before.
        now: the time of day.
    """
    unreadable: dict[QueueJournal, str] = {}
    parts: list[tuple[QueueJournal, LeftRows]] = []
    for each in journals:
        try:
            parts.append((each, _read(each, now)))
        except journal_schema.DAMAGES as error:
            unreadable[each] = f"It is damaged: {type(error).__name__}."
    marks = {identity for _, part in parts for identity in part.adopted}
    new = [part for each, part in parts if each.identity not in known | marks]
    holds: dict[float, list[str]] = {}
    for part in new:
        for until, keys in part.holds.items():
            holds.setdefault(until, []).extend(keys)
    rows = sorted((row for part in new for row in part.rows), key=lambda row: row.put_at)
    unsaved = [row for part in new for row in part.unsaved]
    saved = [row for part in new for row in part.saved]
    identities = {each.identity for each, _ in parts}
    return LeftRows(rows, holds, unsaved, saved, marks | identities), unreadable


def _read(journal: QueueJournal, now: float) -> LeftRows:
    database = journal.database
    return LeftRows(
        journal_schema.rows_in(database),
        journal_schema.holds_in(database, now),
        journal_schema.unsaved_in(database),
        database.execute("SELECT key, heading, put_at FROM saved").fetchall(),
        journal_schema.adopted_in(database),
    )
