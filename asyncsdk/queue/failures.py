"""Failure handler: sends a failed batch again unchanged, in parts or with newer values, or gives its row up."""

from __future__ import annotations

from math import inf
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import ActOnError, Conflict, GatewayError, InvalidRequest, NotFound
from asyncsdk.http.retry_policy import Evidence, evidence_of
from asyncsdk.queue.backoff import OF_ONE_ROW, classify_error
from asyncsdk.queue.batch import Batch, Batches, split
from asyncsdk.queue.column_cache import ColumnCache
from asyncsdk.queue.completion import ATTEMPTS, BatchCompletion, queue_error
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.row_persistence import RowPersistence

__all__ = ["FailureHandler"]

PATIENT_TRIES: Final = 3
"""After so many lost answers in a row, waiting puts get the error, and a file is split."""

LONGEST_ALONE: Final = 300.0
"""Seconds for which a single row is sent again whose calls get no clear answer while others are saved: a gateway
may fail now and then."""

LONGEST_TROUBLE: Final = 6 * 3600.0
"""Seconds after which a row is given up that cannot be saved by itself, though the list can be read."""


class FailureHandler:
    """Decides what happens to batches that were not saved.

    Args:
        columns: the list's columns.
        batches: those that are ready, and those that are followed.
        persistence: writes into the journal what happens.
        completion: completes batches.
    """

    def __init__(
        self, columns: ColumnCache, batches: Batches, persistence: RowPersistence, completion: BatchCompletion
    ) -> None:
        self._columns = columns
        self._batches = batches
        self._persistence = persistence
        self._completion = completion
        self._split_at = -inf

    async def handle(self, batch: Batch, error: Exception, *, was_sent: bool) -> None:
        """Handle a batch that was not sent, or is not known to be saved."""
        cause = classify_error(error)
        if cause == "ended":
            self._requeue(batch)
            self._completion.fail(queue_error(error))
        elif not was_sent or cause == "shared":
            self._wait_for_all(batch, error)
        elif cause == "lost":
            self._answer_lost(batch, error)
            await self._not_saved(batch, error)
        else:
            await self._refused(batch, error)

    async def handle_lost_job(self, batch: Batch, error: ActOnError) -> None:
        """Handle a file whose job cannot be followed any more; perhaps it still runs."""
        batch.may_arrive_until = self._batches.arrival_deadline(batch, clock.wall() - (loop_time() - batch.sent_at))
        batch.job_id = None
        await self._not_saved(batch, error)

    def _requeue(self, batch: Batch) -> None:
        """Send a batch again: unchanged if it may have arrived, else with newer values."""
        if batch.may_have_arrived:
            self._batches.ready.append(batch)
        else:
            self._completion.requeue(batch, batch.entries)

    def _wait_for_all(self, batch: Batch, error: Exception) -> None:
        self._completion.wait_for_all(batch, error)
        self._requeue(batch)

    def _answer_lost(self, batch: Batch, error: Exception) -> None:
        """Note that a batch may still arrive, unless the error proves that nothing was done."""
        if not (isinstance(error, ActOnError) and evidence_of(error) is Evidence.NOTHING_DONE):
            batch.may_arrive_until = self._batches.arrival_deadline(batch, clock.wall())
        elif not batch.may_have_arrived:
            self._persistence.mark_unsent(batch.entries)

    async def _refused(self, batch: Batch, error: Exception) -> None:
        """Handle a refusal: because of the rows, or because the list has changed."""
        if isinstance(error, (InvalidRequest, NotFound, Conflict)):
            self._columns.invalidate()
        if batch.is_file or not isinstance(error, OF_ONE_ROW):
            await self._not_saved(batch, error)
            return
        try:
            known = frozenset((await self._columns.current()).headings)
        except Exception as trouble:
            self._wait_for_all(batch, trouble)
            return
        if batch.entries[0].cells.keys() <= known:
            self._completion.complete(batch, [PutOutcome("rejected", str(error))])
        else:
            self._batches.ready.append(batch)

    async def _not_saved(self, batch: Batch, error: Exception) -> None:
        """Give up a single row, split a file, or send the batch again after a pause."""
        batch.record_failure(loop_time(), self._completion.saved_at)
        lost = classify_error(error) != "refused"
        if not batch.is_file and await self._should_give_up(batch, error):
            self._completion.complete(
                batch, [PutOutcome("unknown" if batch.may_have_arrived else "failed", str(error))]
            )
            return
        self._completion.back_off(error, len(batch.entries), batch=batch)
        if batch.is_file and self._may_split(batch, lost):
            self._split_at = loop_time()
            self._batches.ready.extend(split(batch))
        else:
            if batch.tries >= PATIENT_TRIES or not lost:
                self._completion.notify(
                    batch, PutOutcome("unknown", str(error)) if batch.may_have_arrived else error
                )
            batch.not_before = loop_time() + self._completion.backoff.pause_after(batch.tries)
            self._batches.ready.append(batch)
        self._completion.notify_changed()

    def _may_split(self, batch: Batch, lost: bool) -> bool:
        """Whether it helps to split a file.

        If nothing was saved since another one was split, it does not: Act-On takes nothing at all.
        """
        return self._completion.saved_at >= self._split_at and (not lost or batch.tries % PATIENT_TRIES == 0)

    async def _should_give_up(self, batch: Batch, error: Exception) -> bool:
        """Whether a single row fails because of its own values."""
        troubled = loop_time() - batch.failing_since
        if batch.failed_alone >= ATTEMPTS and troubled >= _patience(error):
            return True
        if isinstance(error, GatewayError) or batch.tries < ATTEMPTS or troubled < LONGEST_TROUBLE:
            return False
        self._columns.invalidate()
        try:
            await self._columns.current()
        except ActOnError:
            return False
        return True


def _patience(error: Exception) -> float:
    """Seconds for which a single row is sent again though others are saved meanwhile."""
    if classify_error(error) == "refused":
        return 0.0
    return LONGEST_TROUBLE if isinstance(error, GatewayError) else LONGEST_ALONE
