"""Orphaned rows: what the journals of dead processes hold, read together, to be written into a living one's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import inf

from attrs import evolve, frozen

from asyncsdk.queue import journal_schema
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.journal_writer import Statement
from asyncsdk.queue.results import UnsavedRow
from asyncsdk.uploads.addresses import normalized_address

__all__ = ["OrphanedRows", "read_orphans", "without_superseded"]


@frozen
class OrphanedRows:
    """The contents of some orphaned journals."""

    rows: list[JournalRow]
    holds: dict[float, list[str]]
    unsaved: list[tuple[int, UnsavedRow]]
    saved: list[tuple[str, str, float]]
    adopted: set[str]
    """The identities of the journals that it is from, and of those whose rows had come into these."""

    superseded: int = 0
    """Rows that were left out, because the list holds newer values."""

    def numbered(self, number: Callable[[], int]) -> OrphanedRows:
        """The same rows with numbers of another journal."""
        return evolve(
            self,
            rows=[evolve(row, number=number()) for row in self.rows],
            unsaved=[(number(), row) for _, row in self.unsaved],
        )

    def statements(self) -> list[Statement]:
        """The statements that write all this into a journal."""
        rows = [
            (
                row.number,
                row.email,
                journal_schema.cells_to_json(row.cells),
                row.job_id,
                row.until,
                row.put_at,
                json.dumps(row.times),
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


def read_orphans(
    journals: Sequence[QueueJournal], known: set[str], now: float
) -> tuple[OrphanedRows, dict[QueueJournal, str]]:
    """Read journals; gives what they hold, and why some of them cannot be read.

    Args:
        journals: open ones, into which nothing is written.
        known: the identities of those whose rows were taken over before.
        now: the time of day.
    """
    unreadable: dict[QueueJournal, str] = {}
    parts: list[tuple[QueueJournal, OrphanedRows]] = []
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
    return OrphanedRows(rows, holds, unsaved, saved, marks | identities), unreadable


def _read(journal: QueueJournal, now: float) -> OrphanedRows:
    database = journal.database
    return OrphanedRows(
        journal_schema.rows_in(database),
        journal_schema.holds_in(database, now),
        journal_schema.unsaved_in(database),
        database.execute("SELECT key, heading, put_at FROM saved").fetchall(),
        journal_schema.adopted_in(database),
    )


def without_superseded(orphaned: OrphanedRows, journal: QueueJournal, now: float) -> OrphanedRows:
    """Leave out values that are older than those that the list is known to hold.

    Rows that may be on their way stay unchanged. Dates in the future, of a clock that was wrong, do not count:
    a row that is sent once too often is better than one that is lost.

    Args:
        orphaned: what was read.
        journal: the one that takes it over.
        now: the time of day.
    """
    known: dict[str, dict[str, float]] = {}
    for key, heading, time in orphaned.saved:
        times = known.setdefault(key, {})
        times[heading] = max(time, times.get(heading, time))
    left: list[JournalRow] = []
    for row in orphaned.rows:
        key = journal_schema.digest(normalized_address(row.email))
        mine, others = journal_schema.saved_in(journal.database, key), known.get(key, {})
        saved = {heading: max(mine.get(heading, -inf), others.get(heading, -inf)) for heading in {*mine, *others}}
        saved = {heading: time for heading, time in saved.items() if time <= now}
        newer = row if row.was_sent or not saved else _newer(row, saved)
        if newer is not None:
            left.append(newer)
    return evolve(orphaned, rows=left, superseded=len(orphaned.rows) - len(left))


def _newer(row: JournalRow, saved: Mapping[str, float]) -> JournalRow | None:
    """A row with those of its values that are newer than the saved ones; None: there are none."""
    cells = {
        heading: cell
        for heading, cell in row.cells.items()
        if row.times.get(heading, row.put_at) >= saved.get(heading, -inf)
    }
    return evolve(row, cells=cells) if cells or row.put_at > saved.get("", -inf) else None
