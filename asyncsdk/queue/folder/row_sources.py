"""Row sources: where rows come from that the process which sends takes into the state."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from math import inf
from typing import TypeAlias

from attrs import field, frozen

from asyncsdk import clock
from asyncsdk.queue import journal_schema
from asyncsdk.queue.folder.intake_reader import IntakeReaders
from asyncsdk.queue.folder.left_journals import LeftJournals, forget_adopted, remove, write_left
from asyncsdk.queue.folder.state_schema import positions_in
from asyncsdk.queue.folder.taking import TakenRow, saved_before, take
from asyncsdk.queue.results import UnsavedRow

__all__ = ["Sources", "TakenNews"]

Transaction: TypeAlias = Callable[[Callable[[sqlite3.Connection], None]], None]


@frozen
class TakenNews:
    """What is in the state now, and was not before."""

    rows: list[TakenRow] = field(factory=list[TakenRow])
    flush_asked: int = 0
    unsaved: list[tuple[int, UnsavedRow]] = field(factory=list[tuple[int, UnsavedRow]])
    holds: dict[float, list[str]] = field(factory=dict[float, list[str]])


class Sources:
    """Takes rows from the intakes of all processes, and from journals that were left.

    Args:
        intakes: the intakes.
        left: the journals that were left.
        adopt_every: seconds between two looks for these.
    """

    def __init__(self, intakes: IntakeReaders, left: LeftJournals, adopt_every: float) -> None:
        self._intakes = intakes
        self._left = left
        self._adopt_every = adopt_every
        self._adopted_at = -inf
        self._taken: list[TakenNews] = []

    def take(self, database: sqlite3.Connection, transaction: Transaction) -> None:
        """Take what has come; ``collect`` gives it.

        Args:
            database: the state.
            transaction: writes into it by a function, all of it or nothing.

        Raises:
            ActOnError, OSError, sqlite3.Error: it cannot be taken now; the next look takes it.
        """
        if clock.monotonic() - self._adopted_at >= self._adopt_every:
            self._take_left(database, transaction)
            self._adopted_at = clock.monotonic()
        self._take_intakes(database, transaction)

    def collect(self) -> list[TakenNews]:
        """What was taken since this was asked last."""
        taken, self._taken = self._taken, []
        return taken

    def close(self) -> None:
        """Close the files."""
        self._intakes.close()

    def _take_intakes(self, database: sqlite3.Connection, transaction: Transaction) -> None:
        positions = positions_in(database)
        news = list(self._intakes.news(positions))
        names = self._intakes.names
        if news or positions.keys() - names:
            last, now = _last_number(database), clock.wall()

            def write(state: sqlite3.Connection) -> None:
                self._taken.append(TakenNews(*take(state, news, names, last, now)))

            self._all_or_nothing(write, transaction)

    def _take_left(self, database: sqlite3.Connection, transaction: Transaction) -> None:
        with self._left.opened() as journals:
            if not journals:
                return
            now = clock.wall()
            left, readable = self._left.read(journals, journal_schema.adopted_in(database), now)
            last = _last_number(database)

            def write(state: sqlite3.Connection) -> None:
                written = write_left(state, left, last)
                rows = [TakenRow(row, saved_before(state, row.email, now)) for row in written.rows]
                self._taken.append(TakenNews(rows, 0, written.unsaved, written.holds))

            self._all_or_nothing(write, transaction)
            remove(readable)
            transaction(lambda state: forget_adopted(state, left))

    def _all_or_nothing(self, write: Callable[[sqlite3.Connection], None], transaction: Transaction) -> None:
        before = list(self._taken)
        try:
            transaction(write)
        except BaseException:
            self._taken = before
            raise


def _last_number(database: sqlite3.Connection) -> int:
    (last,) = database.execute(
        "SELECT max(number) FROM (SELECT number FROM queued UNION ALL SELECT number FROM unsaved"
        " UNION ALL SELECT number FROM awaited UNION ALL SELECT unsaved FROM outcomes)"
    ).fetchone()
    return int(last or 0)
