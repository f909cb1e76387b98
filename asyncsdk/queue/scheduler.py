"""Send scheduler: the one task that sends, from the queue's opening to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.batch import Batch, Batches
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.lifecycle import QueueState
from asyncsdk.queue.planner import SendPlanner
from asyncsdk.queue.send_decision import Wait
from asyncsdk.queue.sender import BatchSender

if TYPE_CHECKING:
    from asyncsdk.telemetry.queue_recorder import QueueRecorder

__all__ = ["SendScheduler"]


class SendScheduler:
    """Sends what the planner says: one file, or a few single rows, after the other.

    Args:
        planner: says what is sent, and when.
        backlog: the rows, of which some are held until a lost copy can arrive no more.
        batches: where files with jobs come from that an earlier queue has begun.
        sender: sends batches.
        before_sending: awaited before something is sent, if it is given: takes in rows that have come.
        state: whether the queue is open, and whether something has changed.
        recorder: raises events, if there is an observer.
    """

    def __init__(
        self,
        planner: SendPlanner,
        backlog: Backlog,
        batches: Batches,
        sender: BatchSender,
        before_sending: Callable[[], Awaitable[None]] | None,
        state: QueueState,
        recorder: QueueRecorder | None,
    ) -> None:
        self._planner = planner
        self._backlog = backlog
        self._batches = batches
        self._sender = sender
        self._before_sending = before_sending
        self._state = state
        self._recorder = recorder

    async def run(self) -> None:
        """Send until the queue is closed, or has failed."""
        try:
            while self._state.failure is None and not self._planner.is_over(loop_time()):
                self._backlog.release_expired_holds()
                self._state.changed.clear()
                self._follow_recovered()
                decision = self._planner.next_batch(loop_time())
                if isinstance(decision, Wait):
                    await self._wait(decision.until)
                else:
                    if self._before_sending is not None:
                        await self._before_sending()
                    self._follow_recovered()
                    await self._send()
        finally:
            await self._sender.stop()

    def _follow_recovered(self) -> None:
        for batch in self._batches.taken_to_follow():
            self._sender.follow(batch)

    async def _wait(self, until: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                await self._state.changed.wait()

    async def _send(self) -> None:
        """Send what is due; that may be something else than before the look, or nothing."""
        now = loop_time()
        decision = self._planner.next_batch(now)
        if not isinstance(decision, Wait):
            batches = self._planner.take(decision, now)
            if self._recorder is None:
                await self._send_all(batches)
            else:
                await self._recorder.flush(
                    sum(len(batch.entries) for batch in batches), partial(self._send_all, batches)
                )

    async def _send_all(self, batches: Sequence[Batch]) -> None:
        await asyncio.gather(*(self._sender.send(batch) for batch in batches))
