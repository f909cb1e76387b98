"""Row writes: what the process that sends writes into the state about rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import inf

from asyncsdk import clock
from asyncsdk.queue import journal_schema
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.folder.state_schema import outcome_of
from asyncsdk.queue.folder.state_writer import StateWriter
from asyncsdk.queue.journal import COMPACT
from asyncsdk.queue.journal_schema import cells_to_json
from asyncsdk.queue.journal_writer import Statement, Write
from asyncsdk.queue.results import PutOutcome, UnsavedRow
from asyncsdk.queue.row_marks import RowMarks

__all__ = ["RowWrites"]


class RowWrites(RowMarks, StateWriter):
    """The writes of a send engine, as ``RowJournal`` says."""

    saved_lately: dict[str, dict[str, float]]
    """When the values were put that the list holds since the last news were read, by digest and heading."""

    kept: set[int]
    """The numbers of rows that were given up and whose outcome other processes tell, if these do not die."""

    def hold(self, keys: Sequence[str], until: float) -> None:
        """Hold addresses: nothing is sent for them until then."""
        held = Statement(journal_schema.INSERT_HELD, [(key, until) for key in keys])
        self.write(Write("DELETE FROM held WHERE until <= ?", [(clock.wall(),)], more=[held]))

    def compact(self, entry: Entry) -> list[int]:
        """Merge the rows of one address, if they are many; gives the numbers that are left.

        Those whose outcome another process waits for stay.
        """
        awaited = set(entry.awaited)
        *others, last = entry.numbers
        merged = [number for number in others if number not in awaited]
        if len(merged) + 1 < COMPACT:
            return entry.numbers
        values = (entry.email, cells_to_json(entry.cells), entry.put_at, json.dumps(entry.times), last)
        statement = "UPDATE queued SET email = ?, cells = ?, put_at = ?, times = ? WHERE number = ?"
        self.write(Write(statement, [values], more=[_deletion(merged)]))
        return [number for number in entry.numbers if number not in set(merged)]

    def saved(self, entry: Entry, outcome: PutOutcome) -> None:
        """Delete the rows of an entry that the list holds; those who wait for one of them get the outcome."""
        remembered = journal_schema.saved_of(entry)
        for key, heading, put_at in remembered:
            times = self.saved_lately.setdefault(key, {})
            times[heading] = max(put_at, times.get(heading, -inf))
        more = [*outcome_of(entry.awaited, outcome, None, clock.wall()), _deletion(entry.numbers)]
        self.write(Write(journal_schema.INSERT_SAVED, remembered, more=more))

    def delete(self, numbers: Sequence[int]) -> None:
        """Delete rows whose outcome is told."""
        if numbers:
            deletion = _deletion(numbers)
            forgotten = Statement("DELETE FROM awaited WHERE number = ?", deletion.values)
            self.write(Write(deletion.sql, deletion.values, more=[forgotten]))

    def give_up(self, entry: Entry, row: UnsavedRow) -> int:
        """Replace the rows of an entry that is not sent again by one unsaved row; gives its number."""
        number = entry.numbers[-1]
        values = (number, row.email, cells_to_json(row.data), row.fate, row.reason)
        more = [_deletion(entry.numbers)]
        if row.fate != "waiting" and entry.awaited:
            self.kept.add(number)
            more += outcome_of(entry.awaited, PutOutcome(row.fate, row.reason), number, clock.wall())
        self.write(Write("INSERT OR REPLACE INTO unsaved VALUES (?, ?, ?, ?, ?)", [values], more=more))
        return number

    def notify(self, numbers: Sequence[int], told: PutOutcome | str) -> None:
        """Let those who wait for these rows have this, and wait no more."""
        first, *more = outcome_of(numbers, told, None, clock.wall())
        self.write(Write(first.sql, first.values, more=more))

    def delete_unsaved(self, numbers: Sequence[int]) -> None:
        """Delete unsaved rows that somebody has been given."""
        self.write(Write("DELETE FROM unsaved WHERE number = ?", [(number,) for number in numbers]))


def _deletion(numbers: Sequence[int]) -> Statement:
    return Statement("DELETE FROM queued WHERE number = ?", [(number,) for number in numbers])
