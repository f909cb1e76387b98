"""What the journals of dead processes hold, read in one go, to become part of a living one's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from math import inf

from attrs import evolve, frozen

from asyncsdk.queue import kept
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.kept import KeptRow
from asyncsdk.queue.results import UnsavedRow
from asyncsdk.queue.writer import Statement
from asyncsdk.uploads.addresses import normalized_address

__all__ = ["Haul", "haul_of", "without_the_saved"]


@frozen
class Haul:
    """All of it."""

    rows: list[KeptRow]
    holds: dict[float, list[str]]
    unsaved: list[tuple[int, UnsavedRow]]
    saved: list[tuple[str, str, float]]
    adopted: set[str]
    """The identities of the journals that it is from, and of those whose rows had come into these."""

    told_already: int = 0
    """Rows that were left out, as the list holds something newer."""

    def numbered(self, number: Callable[[], int]) -> Haul:
        """The same with numbers of another journal."""
        return evolve(
            self,
            rows=[evolve(row, number=number()) for row in self.rows],
            unsaved=[(number(), row) for _, row in self.unsaved],
        )

    def statements(self) -> list[Statement]:
        """What writes it into a journal."""
        rows = [
            (
                row.number,
                row.email,
                kept.text_of(row.cells),
                row.job_id,
                row.until,
                row.put_at,
                json.dumps(row.times),
            )
            for row in self.rows
        ]
        unsaved = [
            (number, row.email, kept.text_of(row.data), row.fate, row.reason) for number, row in self.unsaved
        ]
        held = [(key, until) for until, keys in self.holds.items() for key in keys]
        return [
            Statement("INSERT INTO queued VALUES (?, ?, ?, ?, ?, ?, ?)", rows),
            Statement("INSERT INTO unsaved VALUES (?, ?, ?, ?, ?)", unsaved),
            Statement(kept.INSERT_HELD, held),
            Statement(kept.INSERT_SAVED, self.saved),
            Statement(
                "INSERT OR REPLACE INTO queue VALUES (?, '')", [(f"{kept.ADOPTED}{each}",) for each in self.adopted]
            ),
        ]


def haul_of(journals: Sequence[QueueJournal], known: set[str], now: float) -> tuple[Haul, dict[QueueJournal, str]]:
    """Read journals; gives what they hold, and why some of them cannot be read.

    Args:
        journals: they are open, and nobody writes into them.
        known: the identities of those whose rows were taken over before.
        now: the time of day.
    """
    unreadable: dict[QueueJournal, str] = {}
    parts: list[tuple[QueueJournal, Haul]] = []
    for each in journals:
        try:
            parts.append((each, _read(each, now)))
        except kept.DAMAGES as error:
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
    return Haul(rows, holds, unsaved, saved, marks | identities), unreadable


def _read(journal: QueueJournal, now: float) -> Haul:
    database = journal.database
    return Haul(
        kept.rows_in(database),
        kept.holds_in(database, now),
        kept.unsaved_in(database),
        database.execute("SELECT key, heading, put_at FROM saved").fetchall(),
        kept.adopted_in(database),
    )


def without_the_saved(haul: Haul, journal: QueueJournal, now: float) -> Haul:
    """Leave out what is older than what the list is known to hold, as the haul says or a journal.

    What may be on its way stays as it is. What was dated by a clock that was ahead judges nothing: a row
    that is sent once too often is better than one that is lost.

    Args:
        haul: what was read.
        journal: the one that takes it over.
        now: the time of day.
    """
    known: dict[str, dict[str, float]] = {}
    for key, heading, time in haul.saved:
        times = known.setdefault(key, {})
        times[heading] = max(time, times.get(heading, time))
    left: list[KeptRow] = []
    for row in haul.rows:
        key = kept.digest(normalized_address(row.email))
        mine, others = kept.saved_in(journal.database, key), known.get(key, {})
        saved = {heading: max(mine.get(heading, -inf), others.get(heading, -inf)) for heading in {*mine, *others}}
        saved = {heading: time for heading, time in saved.items() if time <= now}
        newer = row if row.was_sent or not saved else _newer(row, saved)
        if newer is not None:
            left.append(newer)
    return evolve(haul, rows=left, told_already=len(haul.rows) - len(left))


def _newer(row: KeptRow, saved: Mapping[str, float]) -> KeptRow | None:
    """What a row says that is newer than what was saved; None: nothing."""
    cells = {
        heading: cell
        for heading, cell in row.cells.items()
        if row.times.get(heading, row.put_at) >= saved.get(heading, -inf)
    }
    return evolve(row, cells=cells) if cells or row.put_at > saved.get("", -inf) else None
