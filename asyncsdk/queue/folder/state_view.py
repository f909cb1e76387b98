"""State view: what any process of the queue reads of the rows that the sender has taken."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve, field, frozen

from asyncsdk.files.sqlite import open_to_read
from asyncsdk.queue.folder.lead_claim import is_newest
from asyncsdk.queue.folder.queue_files import QueueFiles
from asyncsdk.queue.journal_schema import metadata
from asyncsdk.queue.results import PutOutcome

__all__ = ["Seen", "StateView"]


@frozen
class Seen:
    """What was read."""

    rows: int = 0
    """Rows that are to be sent or on their way."""

    put_at: float | None = None
    """When the oldest of them was put."""

    trouble: str = ""
    flushed: int = 0
    """The last note about a flush of this process that is done."""

    outcomes: dict[int, PutOutcome | str] = field(factory=dict[int, PutOutcome | str])
    """Outcomes of rows, or what keeps a row from being saved."""

    taken: tuple[int, int] | None = None
    """Up to which row and note the intake of this process was surely taken."""


class StateView:
    """Reads the state of the newest term.

    Args:
        files: the queue's files.
        owner: the account.
        intake: the name of this process's intake.
    """

    def __init__(self, files: QueueFiles, owner: str, intake: str) -> None:
        self._files = files
        self._owner = owner
        self._intake = intake
        self._path: Path | None = None
        self._database: sqlite3.Connection | None = None

    def read(self, rows: Sequence[int]) -> Seen:
        """Look at the state, and for the outcomes of some rows of this process.

        Raises:
            OSError, sqlite3.Error: it cannot be read now.
        """
        states = self._files.states(self._owner)
        if not states:
            return Seen()
        term, path = states[-1]
        database = self._opened(path)
        database.execute("BEGIN").close()
        try:
            seen = self._read(database, rows)
        finally:
            database.execute("ROLLBACK").close()
        # Looked at last: what a process has written that had lost the lead can be read, and is not valid.
        return seen if is_newest(self._files, self._owner, term) else evolve(seen, taken=None)

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
        self._database = self._path = None

    def _opened(self, path: Path) -> sqlite3.Connection:
        if self._database is None or self._path != path:
            self.close()
            self._database, self._path = open_to_read(path), path
        return self._database

    def _read(self, database: sqlite3.Connection, rows: Sequence[int]) -> Seen:
        number, put_at = database.execute("SELECT count(*), min(put_at) FROM queued").fetchone()
        flushed = int(metadata(database, "flushed") or 0)
        (note,) = database.execute(
            "SELECT max(note) FROM flushes WHERE intake = ? AND number <= ?", (self._intake, flushed)
        ).fetchone()
        outcomes = self._outcomes(database, set(rows)) if rows else {}
        taken = database.execute("SELECT row, note FROM intakes WHERE name = ?", (self._intake,)).fetchone()
        return Seen(number, put_at, metadata(database, "trouble") or "", note or 0, outcomes, taken)

    def _outcomes(self, database: sqlite3.Connection, rows: set[int]) -> dict[int, PutOutcome | str]:
        """The outcomes of some rows, of which there may be many more than outcomes."""
        found = database.execute("SELECT row, fate, reason FROM outcomes WHERE intake = ?", (self._intake,))
        return {
            row: PutOutcome(fate, reason) if fate else str(reason) for row, fate, reason in found if row in rows
        }
