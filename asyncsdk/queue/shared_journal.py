"""Shared journal: where the processes of one queue meet. All of them put rows into it, and one of them sends.

::

    put -> append -> the journal -> news -> the backlog of the sender -> saved, given up -> look -> put (wait=True)

The one that sends has the *lead*: a right that a process loses when it is dead, or stands still for too long. All
that the sender writes is refused once another process has the lead, so that no two of them decide about one row.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from attrs import field, frozen

from asyncsdk.errors import NotSent
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.journal_schema import JournalRow
from asyncsdk.queue.pacing import Pace
from asyncsdk.queue.results import PutOutcome, UnsavedRow
from asyncsdk.uploads.list_columns import ListColumns

__all__ = [
    "JournalContents",
    "JournalLead",
    "JournalLook",
    "JournalNews",
    "LeadLost",
    "RowJournal",
    "SharedJournal",
]


class LeadLost(NotSent):
    """Another process may send this queue now, as this one stood still, or was cut off; nothing was sent."""


@frozen
class JournalContents:
    """What a journal holds when a process gets the lead."""

    rows: Sequence[JournalRow] = field(repr=lambda rows: f"<{len(rows)} rows>")
    """Rows that are to be sent, or may have been, the oldest first; ``news`` does not give them again."""

    holds: Mapping[float, Sequence[str]] = field(repr=False)
    """The addresses for which nothing is to be sent, by the time of day until when."""

    unsaved: Sequence[tuple[int, UnsavedRow]] = field(repr=False)
    """Rows that were given up and that nobody was given, with their numbers."""

    pace: Pace | None = None
    """The pace of the process that sent before."""


@frozen
class JournalNews:
    """What has come into a journal since the sender looked last."""

    rows: Sequence[JournalRow] = field(repr=lambda rows: f"<{len(rows)} rows>")
    """Rows that were put, in their order; of a journal that was taken over also some that may have been sent."""

    flush_asked: int
    """The number of the newest flush that somebody has asked for; 0: none."""

    unsaved: Sequence[tuple[int, UnsavedRow]] = field(default=(), repr=False)
    """Rows that were given up some time ago, and whose outcome those who waited for it did not take."""

    holds: Mapping[float, Sequence[str]] = field(factory=dict[float, Sequence[str]], repr=False)
    """Addresses for which nothing is to be sent, as a journal said that was taken over."""


@frozen
class JournalLook:
    """What any process sees of a journal."""

    rows: int
    """Rows that are to be sent or on their way."""

    oldest: float
    """Seconds since the oldest of them was put; 0 if there is none."""

    trouble: str
    """What keeps the sender from saving rows at the moment; empty: nothing that is known."""

    flushed: int
    """The number of the newest flush that is done."""

    outcomes: Mapping[int, PutOutcome | str]
    """The outcomes of rows that were asked for and have one, by their tickets; a text: what keeps a row from being
    saved at the moment, which whoever waits for it is told instead."""


class RowJournal(Protocol):
    """Journal as its sender writes it; the writes are done in the order of the calls."""

    def claim_for(self, owner: str) -> bool:
        """Whether its rows are for this account; the first one that asks makes the journal its own."""
        ...

    def keep_columns(self, columns: ListColumns) -> None:
        """Keep the columns of the list, so that the next queue can take rows before it reads them."""
        ...

    def mark_sending(self, numbers: Sequence[int], until: float) -> Awaitable[None]:
        """Mark rows that are about to be sent, and may arrive until then; done when that is durable.

        Raises:
            ActOnError: it cannot be written, and nothing may be sent.
        """
        ...

    def mark_accepted(self, numbers: Sequence[int], job_id: str, until: float) -> None:
        """Mark rows of a file that Act-On has accepted; an earlier copy may arrive until then, or -infinity."""
        ...

    def mark_unsent(self, numbers: Sequence[int]) -> None:
        """Mark rows that are no longer on their way."""
        ...

    def hold(self, keys: Sequence[str], until: float) -> None:
        """Hold addresses: nothing is sent for them until then, by the time of day."""
        ...

    def compact(self, entry: Entry) -> list[int]:
        """Merge the rows of one waiting address, if they are many; gives the numbers that are left."""
        ...

    def saved(self, entry: Entry, outcome: PutOutcome) -> None:
        """Delete the rows of an entry that the list holds; those who wait for one of them get the outcome."""
        ...

    def delete(self, numbers: Sequence[int]) -> None:
        """Delete rows whose outcome is told."""
        ...

    def give_up(self, entry: Entry, row: UnsavedRow) -> int:
        """Replace the rows of an entry that is not sent again by one unsaved row; gives its number.

        Those who wait for one of ``entry.awaited`` get the outcome.
        """
        ...

    def delete_unsaved(self, numbers: Sequence[int]) -> None:
        """Delete unsaved rows that somebody has been given."""
        ...


class JournalLead(RowJournal, Protocol):
    """The right to send a queue's rows, which one process has at a time."""

    @property
    def lost(self) -> asyncio.Event:
        """Set when another process has the lead, or may have it: nothing is written or sent any more."""
        ...

    def check(self) -> None:
        """Make sure, by this process's own clock, that nobody else can have the lead; from any thread.

        Raises:
            LeadLost: somebody may have it, as this process stood still, or could not keep its right.
        """
        ...

    async def contents(self) -> JournalContents:
        """Read what the journal holds, once, before anything else.

        Raises:
            ActOnError: it cannot be read.
        """
        ...

    async def news(self) -> JournalNews:
        """Read what has come since.

        Raises:
            ActOnError: it cannot be read now; the next call gives it.
        """
        ...

    def notify(self, numbers: Sequence[int], told: PutOutcome | str) -> None:
        """Let those who wait for these rows have this, and wait no more; the rows stay in the journal.

        Args:
            numbers: rows whose outcome is awaited.
            told: an outcome that is not the last word, or what keeps the rows from being saved.
        """
        ...

    def tell(self, trouble: str, flushed: int, pace: Pace | None) -> None:
        """Let all processes see what keeps rows from being saved, which flush is done, and the pace of flushes."""
        ...

    async def release(self) -> None:
        """Complete all writes as far as that can be done, and let another process have the lead at once."""
        ...


@runtime_checkable
class SharedJournal(Protocol):
    """Journal that several processes have open: what ``journal=`` of a queue takes beside a path.

    One object is for one queue. Its errors are ``ActOnError``; what cannot be reached now raises a ``NotSent``.
    """

    async def open(self, list_id: str, capacity: int) -> None:
        """Open it, or make it.

        Args:
            list_id: the list that its rows are for.
            capacity: how many rows it takes.

        Raises:
            InvalidArgument: it is for another list, or something else.
            ActOnError: it cannot be used.
        """
        ...

    async def close(self) -> None:
        """Close it; the lead was released before."""
        ...

    async def columns(self) -> ListColumns | None:
        """The list's columns, as far as a process has read them."""
        ...

    async def keep_columns(self, columns: ListColumns) -> None:
        """Keep the columns of the list for all processes."""
        ...

    async def append(self, entry: Entry, *, awaited: bool) -> int | None:
        """Write a row down so that no crash loses it; rows that are appended together are written together.

        Args:
            entry: the row.
            awaited: whether this process will ask for its outcome.

        Returns:
            Its ticket, by which this process asks for it; None: there is no room.

        Raises:
            ActOnError: it was not written, or may not have been.
        """
        ...

    async def look(self, tickets: Sequence[int]) -> JournalLook:
        """Look at the journal as a whole, and at the outcomes of some rows of this process.

        Raises:
            ActOnError: it cannot be reached now.
        """
        ...

    async def acknowledge(self, tickets: Sequence[int]) -> None:
        """Note that this process has told the outcomes of these rows to those who waited."""
        ...

    async def stop_waiting(self, tickets: Sequence[int]) -> None:
        """Note that nobody waits for these rows any more: if they are given up, that is to be reported."""
        ...

    async def ask_for_flush(self) -> int:
        """Ask the sender to send all that was appended before; gives the number of this flush."""
        ...

    async def try_lead(self) -> JournalLead | None:
        """Take the lead if nobody has it."""
        ...
