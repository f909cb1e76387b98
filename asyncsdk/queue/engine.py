"""Send engine: the parts that send the rows of one journal, made in the order in which they need each other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from asyncsdk.errors import ActOnError
from asyncsdk.http.call_count import CallCount
from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.backoff import Backoff
from asyncsdk.queue.batch import Batches
from asyncsdk.queue.capacity import CapacityGate
from asyncsdk.queue.column_cache import ColumnCache
from asyncsdk.queue.completion import BatchCompletion, queue_error
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.failures import FailureHandler
from asyncsdk.queue.job_follower import JobFollower
from asyncsdk.queue.lifecycle import QueueState
from asyncsdk.queue.options import QueueOptions
from asyncsdk.queue.pacing import QuotaPacer
from asyncsdk.queue.planner import SendPlanner
from asyncsdk.queue.recovery import Recovery
from asyncsdk.queue.row_persistence import RowPersistence
from asyncsdk.queue.scheduler import SendScheduler
from asyncsdk.queue.sender import BatchSender
from asyncsdk.queue.upload_calls import UploadCalls
from asyncsdk.shared_task import begin_shared
from asyncsdk.uploads.caller import UploadCaller

__all__ = ["SendEngine"]

_log = logging.getLogger("asyncsdk")


class SendEngine:
    """Sends rows, in one task, and follows the jobs of their files.

    Args:
        caller: the session.
        state: whether the queue is open.
        options: the options of the queue.
        columns: the list's columns.
        counter: counts the calls.
        persistence: where the rows are kept.
        before_sending: awaited before something is sent, if it is given.
    """

    def __init__(
        self,
        caller: UploadCaller,
        state: QueueState,
        options: QueueOptions,
        columns: ColumnCache,
        counter: CallCount,
        persistence: RowPersistence,
        before_sending: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._state = state
        self.persistence = persistence
        # The rows, the batches in which they are sent, and what earlier queues have left.
        self.backlog: Backlog = Backlog()
        self.gate: CapacityGate = CapacityGate(options.capacity, self.backlog, state)
        telemetry = caller.telemetry
        self._recorder = recorder = None if telemetry is None else telemetry.queue(options.list_id)
        batches, self._backoff = Batches(options.timing.hold), Backoff(caller.pauses)
        self.recovery: Recovery = Recovery(self.backlog, batches, persistence.unsaved, state)
        # How a batch is sent, and how that ends.
        calls = UploadCalls(caller, counter, columns)
        self._completion = completion = BatchCompletion(
            self.backlog, self._backoff, persistence, self.gate, state, recorder
        )
        failures = FailureHandler(columns, batches, persistence, completion)
        follower = JobFollower(options.list_id, calls, persistence, completion)
        sender = BatchSender(calls, follower, failures, batches, persistence, completion, recorder)
        # What is sent when.
        self.pacer: QuotaPacer = QuotaPacer(options.quota_share, caller.usage, counter, caller.pauses)
        self.planner: SendPlanner = SendPlanner(
            options.triggers, self.backlog, batches, self._backoff, self.pacer, state
        )
        self._scheduler = SendScheduler(
            self.planner, self.backlog, batches, sender, before_sending, state, recorder
        )
        self._task: asyncio.Task[None] | None = None

    @property
    def trouble(self) -> ActOnError | None:
        """What keeps rows from being saved at the moment, or has ended the queue."""
        return self._state.failure or self._backoff.error

    @property
    def trouble_of_all(self) -> ActOnError | None:
        """The same, if it is not the trouble of a few rows alone."""
        return self._state.failure or self._backoff.error_for_all

    @property
    def oldest(self) -> float:
        """Seconds since the oldest row was put that has no outcome; 0 if there is none."""
        now = self._state.time()
        return max((now - entry.since for entry in self.backlog), default=0.0)

    def start(self) -> None:
        """Begin to send."""
        # Whoever opened the queue, such as a task, does not make these calls.
        self._task = begin_shared(asyncio.get_running_loop(), self._run(), "asyncsdk queue")
        self._task.add_done_callback(self._ended)

    def _run(self) -> Coroutine[Any, Any, None]:
        run = self._scheduler.run
        return (
            run() if self._recorder is None else self._recorder.run(run, lambda: (len(self.backlog), self.oldest))
        )

    def add_row(self, entry: Entry) -> None:
        """Take a row, which is written down if there is a journal."""
        present = self.backlog.add(entry)
        if present is not entry:
            self.persistence.compact(present)
            self.gate.notify()
        self.planner.row_added()

    async def drain(self) -> None:
        """Send what there is, at most until the queue's deadline; then send no more."""
        if self._task is None:
            return
        try:
            await asyncio.wait({self._task}, timeout=max(0.0, self._state.deadline - loop_time()))
        finally:
            await self.stop()

    async def stop(self) -> None:
        """Send no more."""
        task = self._task
        if task is None:
            return
        task.remove_done_callback(self._ended)
        task.cancel()
        await asyncio.wait({task})
        if self._task is task:  # nobody else has stopped it meanwhile
            self._task = None
            self._log_end(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        error: BaseException | None = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None and not self._state.draining:
            self._completion.fail(queue_error(error))
        else:
            self._log_end(task)

    @staticmethod
    def _log_end(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            _log.error(
                "%s", queue_error(error), extra={"acton_event": "queue_failed", "acton_error": type(error).__name__}
            )
