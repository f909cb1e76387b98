"""The queue as a program holds it: open it, put contacts into it, close it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from os import PathLike
from types import TracebackType
from typing import Any, Literal, Self, overload

from asyncsdk.bulk.link import Link
from asyncsdk.errors import InvalidArgument
from asyncsdk.message import CallCount
from asyncsdk.queue.columns import Columns
from asyncsdk.queue.flushing import Flushing, Triggers
from asyncsdk.queue.journal import QueueJournal
from asyncsdk.queue.outcome import COUNTED, PutOutcome, QueueClosed, QueueReport, RowsUnsaved, UnsavedRow
from asyncsdk.queue.pace import Pace
from asyncsdk.queue.rows import Backlog, Entry
from asyncsdk.queue.sending import Sending
from asyncsdk.queue.sigterm import SigtermDrain
from asyncsdk.queue.unsaved import Unsaved

__all__ = ["ContactQueue"]

_log = logging.getLogger("asyncsdk")


class _State(Enum):
    UNOPENED = "not open yet"
    OPEN = "open"
    CLOSED = "closed"


class ContactQueue:
    """A queue of contacts for one list; made by ``acton.contacts.queue``, which says what its arguments mean.

    ``async with queue``, or ``await queue.open()`` and ``await queue.close()``. It may be used from any number of
    tasks at once.
    """

    def __init__(
        self,
        link: Link,
        opened: Callable[[], object],
        list_id: str,
        *,
        max_size: int = 1000,
        max_age: float = 10.0,
        capacity: int = 10_000,
        quota_share: float = 0.5,
        drain_within: float = 20.0,
        journal: str | PathLike[str] | None = None,
        on_unsaved: Callable[[UnsavedRow], object] | None = None,
    ) -> None:
        _check(max_size >= 1 and capacity >= 1, "max_size and capacity must be at least 1.")
        _check(max_age >= 0 and drain_within >= 0, "max_age and drain_within must not be negative.")
        _check(0 < quota_share <= 1, "quota_share must be more than 0, and at most 1.")
        self._link = link
        self._session_is_open = opened
        self._list_id = list_id
        self._drain_within = drain_within
        self._path = journal
        self._unsaved = Unsaved(on_unsaved)
        self._count = CallCount()
        self._columns = Columns(link, list_id, self._count)
        self._backlog = Backlog(capacity, self._check_open)
        self._flushing = Flushing(
            list_id,
            self._backlog,
            Triggers(min(max_size, capacity), max_age),
            Pace(quota_share, link.usage),
            self._count,
            self._unsaved.give_up,
            self._forget,
        )
        self._state = _State.UNOPENED
        self._journal: QueueJournal | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._sigterm: SigtermDrain | None = None

    def __repr__(self) -> str:
        return f"<ContactQueue {self._list_id} {self._state.value}, {len(self)} rows>"

    def __len__(self) -> int:
        """How many addresses wait or are on their way."""
        return len(self._backlog)

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            await self.close()
        except RowsUnsaved:
            if error is None:
                raise

    async def open(self) -> None:
        """Read the journal, if there is one, and begin to send what an earlier queue left there.

        Raises:
            InvalidArgument: the journal is none, another list's, or in use.
            QueueClosed: the queue was opened before.
            SessionNotOpen, SessionClosed: the session is not open.
        """
        self._session_is_open()
        if self._state is not _State.UNOPENED:
            raise QueueClosed(f"This queue is {self._state.value}, and a queue opens only once.")
        begun: dict[str, list[Entry]] = {}
        if self._path is not None:
            self._journal = QueueJournal(self._path, self._list_id)
            begun = self._replay(self._journal)
        self._state = _State.OPEN
        sending = Sending(
            self._link, self._list_id, self._columns, self._count, self._flushing.settle, self._accepted
        )
        self._task = asyncio.get_running_loop().create_task(
            self._flushing.run(sending, begun), name="asyncsdk queue"
        )

    @overload
    async def put(
        self, email: str, data: Mapping[str, Any] | None = None, *, wait: Literal[False] = False
    ) -> None: ...
    @overload
    async def put(
        self, email: str, data: Mapping[str, Any] | None = None, *, wait: Literal[True]
    ) -> PutOutcome: ...
    async def put(
        self, email: str, data: Mapping[str, Any] | None = None, *, wait: bool = False
    ) -> PutOutcome | None:
        """Take a contact, to be added to the list or updated there soon.

        It returns at once while there is room, and else when there is. Rows with the same address that have not
        been sent yet become one: of each column the last value counts. The first put of a queue reads the list's
        columns. A put that is cancelled while it waits for room has done nothing; after that the row stays queued.

        Args:
            email: the address.
            data: values by column heading or system type; None and an empty text keep what the list holds,
                ``asyncsdk.CLEAR`` erases it.
            wait: wait until it is known what became of the row, and give its outcome.

        Raises:
            InvalidArgument: the address is impossible, a column unknown or a value of no use; nothing was queued.
            QueueClosed: the queue is closed, or not open yet; or it was closed while this put waited.
            ActOnError: the columns cannot be read, and nothing was queued; or, with ``wait``, something keeps all
                rows from being sent: this one stays queued, and is sent when it has passed.
        """
        self._check_open()
        address, cells = await self._columns.checked(email, {} if data is None else data)
        loop = asyncio.get_running_loop()
        entry = Entry(address, cells, loop.time())
        await self._backlog.room(entry.key)
        waiter: asyncio.Future[PutOutcome] | None = None
        if wait:
            waiter = loop.create_future()
            entry.waiters.append(waiter)
        if self._journal is None:
            self._take(entry)
        else:
            await self._write_down(self._journal, entry)
        return None if waiter is None else await waiter

    async def _write_down(self, journal: QueueJournal, entry: Entry) -> None:
        self._backlog.reserved += 1

        def accept(number: int | None) -> None:
            self._backlog.reserved -= 1
            if number is None:
                self._backlog.wake()
            else:
                entry.numbers.append(number)
                self._take(entry)

        await journal.append(entry.email, entry.cells, accept)

    def _take(self, entry: Entry) -> None:
        self._backlog.tally["puts"] += 1
        self._backlog.add(entry)
        self._flushing.added()

    def _replay(self, journal: QueueJournal) -> dict[str, list[Entry]]:
        """Take in what an earlier queue left; gives what was on its way, by job."""
        now = asyncio.get_running_loop().time()
        begun: dict[str, list[Entry]] = {}
        for row in journal.kept():
            entry = Entry(row.email, row.cells, now, [row.number])
            self._backlog.tally["replayed"] += 1
            if row.job_id is None:
                self._backlog.add(entry)
            elif self._backlog.resume(entry):
                begun.setdefault(row.job_id, []).append(entry)
        return begun

    async def close(self) -> QueueReport:
        """Take no more rows, send what there is within ``drain_within`` seconds, and tell what was done.

        What could not be sent stays in the journal, if there is one. Closing twice is harmless, and a close that is
        cancelled goes on.

        Raises:
            RowsUnsaved: rows were not saved that no journal keeps and that nobody was told of.
        """
        if self._closing is None:
            self._state = _State.CLOSED
            self._closing = asyncio.get_running_loop().create_task(self._close(), name="asyncsdk queue close")
        await asyncio.shield(self._closing)
        report = self.report()
        if report.unsaved:
            raise RowsUnsaved(report)
        return report

    def report(self) -> QueueReport:
        """What was done so far."""
        return QueueReport(
            **{name: self._backlog.tally[name] for name in COUNTED},
            waiting=len(self._backlog),
            calls=self._count.made,
            unsaved=tuple(self._unsaved.rows),
        )

    def drain_on_sigterm(self) -> None:
        """On SIGTERM close the queue first, and then let the signal do what it did before.

        For programs without a framework: one that has a shutdown hook calls ``close`` there. A second SIGTERM is
        not kept waiting. The previous handler is put back when the queue is closed.

        Raises:
            ActOnError: this is not the main thread.
            QueueClosed: the queue is not open.
        """
        self._check_open()
        if self._sigterm is None:
            self._sigterm = SigtermDrain(self._close_on_sigterm)

    async def _close_on_sigterm(self) -> None:
        try:
            await self.close()
        except RowsUnsaved as error:
            _log.error("%s", error)

    async def _close(self) -> None:
        self._backlog.wake_all()
        try:
            if self._journal is not None:
                await self._journal.written()
            await self._finish_flushing()
            await self._columns.close()
            self._backlog.tell_all(QueueClosed("The queue was closed before this row was saved."))
            if self._journal is not None:
                await self._journal.close()
            else:
                self._leave_waiting_rows()
        finally:
            if self._sigterm is not None:
                self._sigterm.restore()

    async def _finish_flushing(self) -> None:
        if self._task is None:
            return
        self._flushing.finish()
        await asyncio.wait({self._task}, timeout=self._drain_within)
        if not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.result()

    def _leave_waiting_rows(self) -> None:
        left = list(self._backlog.waiting.values())
        for entry in left:
            self._unsaved.left_over(entry)
        if left:
            _log.error(
                "The queue for list %s was closed with %d rows that are not saved.", self._list_id, len(left)
            )

    def _forget(self, entry: Entry) -> None:
        if self._journal is not None:
            self._journal.forget(entry.numbers)

    def _accepted(self, entries: Sequence[Entry], job_id: str) -> None:
        if self._journal is not None:
            self._journal.sent([number for entry in entries for number in entry.numbers], job_id)

    def _check_open(self) -> None:
        if self._state is not _State.OPEN:
            how = "open it first, as with 'async with'" if self._state is _State.UNOPENED else "make another"
            raise QueueClosed(f"This queue is {self._state.value}: {how}. Nothing of this row was queued.")
        if self._flushing.ended_by is not None:
            raise self._flushing.ended_by.with_traceback(None)
        self._session_is_open()


def _check(holds: bool, message: str) -> None:
    if not holds:
        raise InvalidArgument(message)
