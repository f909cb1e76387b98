"""Change writer: writes what the sender of a queue changes, in the order of the calls, again until Redis has it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from asyncsdk.errors import ActOnError
from asyncsdk.fleet.queue_journal.changes import Change, Command, in_pieces
from asyncsdk.fleet.queue_journal.redis_queue import RedisQueue, lead_lost
from asyncsdk.fleet.queue_journal.scripts import CHANGE, DONE, LOST
from asyncsdk.fleet.queue_journal.sender_copy import SenderCopy
from asyncsdk.queue.shared_journal import LeadLost
from asyncsdk.redis.lease import Lease

__all__ = ["ChangeWriter"]

_log = logging.getLogger("asyncsdk")

WAITING_SECONDS: Final = 10.0

PAUSES: Final = (0.1, 1.0)
"""The first and the longest seconds between two tries of a change that Redis does not take."""

TAKEN_MS: Final = 60_000
"""Milliseconds that those who wait for a row have to take its outcome; then a row that was given up is reported."""


class ChangeWriter:
    """Writes changes.

    Args:
        queue: where to.
        lease: the lead; what is written after another process has it is refused.
        copy: what is known to be in Redis.
        restored: called before all that is known is written again, since Redis was emptied.
    """

    def __init__(self, queue: RedisQueue, lease: Lease, copy: SenderCopy, restored: Callable[[], None]) -> None:
        self._queue = queue
        self._lease = lease
        self._copy = copy
        self._restored = restored
        self._pending: list[Change] = []
        self._writing: asyncio.Task[None] | None = None
        self._ended = False
        self.patience: float = WAITING_SECONDS
        """Seconds after which one who waits for a change is told that Redis does not take it."""

    def write(self, commands: Sequence[Command]) -> None:
        """Write a change soon."""
        self._add(Change(commands))

    def write_awaited(self, commands: Sequence[Command]) -> asyncio.Future[None]:
        """Write a change; done when Redis has it. If that takes too long it may be there, or come there later."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._add(Change(commands, done))
        timer = loop.call_later(self.patience, self._give_up, done)
        done.add_done_callback(lambda _: timer.cancel())
        return done

    async def finish(self, seconds: float) -> None:
        """Write what is left, as far as that can be done in some time; then write nothing any more."""
        try:
            async with asyncio.timeout(seconds):
                while self._writing is not None:
                    await asyncio.wait({self._writing})
        except TimeoutError:
            _log.error(
                "Redis could not be told of everything that was saved: rows will be sent again.",
                extra={"acton_event": "queue_journal_not_told"},
            )
        finally:
            self._ended = True
            if self._writing is not None:
                self._writing.cancel()

    def _add(self, change: Change) -> None:
        self._copy.apply(change.commands)
        if self._ended or self._lease.lost.is_set():
            _refuse([change], lead_lost())
            return
        self._pending.append(change)
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_on(), name="asyncsdk queue changes")
            self._writing.add_done_callback(self._forget)

    def _forget(self, writing: asyncio.Task[None]) -> None:
        """Forget a task that somebody has cancelled before its first step: it could not do that itself."""
        if self._writing is writing:
            self._stop([])

    async def _write_on(self) -> None:
        taken: list[Change] = []
        try:
            while self._pending:
                taken, self._pending = self._pending, []
                for ended, arguments in in_pieces(taken):
                    await self._send(arguments)
                    for change in ended:
                        if change.done is not None and not change.done.done():
                            change.done.set_result(None)
        except LeadLost:
            self._lease.lost.set()
        finally:
            self._stop(taken)

    def _stop(self, taken: Sequence[Change]) -> None:
        self._writing = None
        _refuse([*taken, *self._pending], lead_lost())
        self._pending = []

    async def _send(self, arguments: Sequence[str | int]) -> None:
        """Write one piece, however long Redis does not take it.

        Raises:
            LeadLost: another process has the lead.
        """
        pause = 0.0
        while True:
            try:
                answer = await self._run("", arguments)
                if answer == DONE:
                    return
                await self._restore()
            except LeadLost:
                raise
            except ActOnError as error:
                if not pause:
                    _log.warning(
                        "A change of the queue %s waits: %s",
                        self._queue.name,
                        error,
                        extra={
                            "acton_event": "queue_journal_away",
                            "acton_queue": self._queue.name,
                            "acton_error": type(error).__name__,
                        },
                    )
                pause = min(max(2 * pause, PAUSES[0]), PAUSES[1])
                await asyncio.sleep(pause)

    async def _restore(self) -> None:
        """Write all that is known into a Redis that was emptied."""
        _log.error(
            "Redis at %s has lost rows of the queue %s. Those that this process knows are written again; those"
            " that it had not read are gone.",
            self._queue.place,
            self._queue.name,
            extra={"acton_event": "queue_rows_lost", "acton_queue": self._queue.name},
        )
        if not await self._queue.asked(self._lease.renew()):
            raise lead_lost()
        self._restored()
        for _, arguments in in_pieces(self._copy.restoring(self._lease.name)):
            await self._run("anew", arguments)

    async def _run(self, how: str, arguments: Sequence[str | int]) -> object:
        ended, _ = await self._queue.run(CHANGE, (self._lease.name, how, TAKEN_MS, *arguments))
        if ended == LOST:
            raise lead_lost()
        return ended

    def _give_up(self, done: asyncio.Future[None]) -> None:
        if not done.done():
            done.set_exception(self._queue.unavailable())


def _refuse(changes: Sequence[Change], error: ActOnError) -> None:
    """Tell those who wait for changes that these are not written."""
    for change in changes:
        if change.done is not None and not change.done.done():
            change.done.set_exception(error)
            change.done.exception()  # one that was cancelled meanwhile will not ask for it
