"""Batch completion: gives rows their outcome, deletes them from the journal, or lets them wait again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Final

from asyncsdk.errors import ActOnError
from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.backoff import Backoff, is_lasting
from asyncsdk.queue.batch import Batch
from asyncsdk.queue.capacity import CapacityGate
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.lifecycle import QueueState
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.row_persistence import RowPersistence
from asyncsdk.redaction import mask

if TYPE_CHECKING:
    from asyncsdk.telemetry.queue_recorder import QueueRecorder

__all__ = ["ATTEMPTS", "BatchCompletion", "queue_error"]

_log = logging.getLogger("asyncsdk")

ATTEMPTS: Final = 3
"""How often a row is sent that Act-On does not save, though nothing is wrong with it."""


class BatchCompletion:
    """Completes batches and rows.

    Args:
        backlog: the rows.
        backoff: how long all wait after a failure.
        persistence: writes down what happens.
        gate: where puts wait until there is room.
        state: whether the queue is open; it fails with an error that will not pass.
        recorder: raises events, if there is an observer.
    """

    def __init__(
        self,
        backlog: Backlog,
        backoff: Backoff,
        persistence: RowPersistence,
        gate: CapacityGate,
        state: QueueState,
        recorder: QueueRecorder | None,
    ) -> None:
        self._backlog = backlog
        self.backoff = backoff
        self._persistence = persistence
        self._gate = gate
        self._state = state
        self._recorder = recorder
        self.saved_at: float = -inf
        """When something was saved last, by the loop's clock."""

    def notify_changed(self) -> None:
        """Wake the scheduler, and puts that wait for room."""
        self._state.changed.set()
        self._gate.notify()

    def fail(self, error: ActOnError) -> None:
        """End the queue with an error, which is raised wherever somebody waits."""
        if self._state.fail(error):
            self._backlog.notify_all(error)
            self._gate.wake_all()

    def complete(self, batch: Batch, ends: Sequence[PutOutcome]) -> None:
        """Complete every row of a batch."""
        for entry, outcome in zip(batch.entries, ends, strict=True):
            self.complete_row(entry, outcome)
        self.release(batch)
        self.log_unsaved(ends)
        if any(outcome.saved for outcome in ends):
            self.record_success()
        self.notify_changed()

    def record_success(self) -> None:
        """Note that something was saved: the backoff ends."""
        self.saved_at = loop_time()
        self.backoff.reset()

    def complete_row(self, entry: Entry, outcome: PutOutcome) -> None:
        """Complete one row; ``release`` must follow."""
        told = entry.notify(outcome)
        self._backlog.complete(entry, outcome.fate)
        if self._recorder is not None:
            self._recorder.row_ended(outcome.fate)
        if outcome.saved:
            self._persistence.remove_saved(entry, outcome)
        else:
            self._persistence.record_unsaved(entry, outcome, told)

    def release(self, batch: Batch) -> None:
        """Unblock the rows behind completed ones, or hold their addresses."""
        self._persistence.keep_hold(self._backlog.release(batch.may_arrive_until), batch.may_arrive_until)
        if self._recorder is not None:
            self._recorder.rows_ended()

    def retry_or_give_up(self, batch: Batch, outcome: PutOutcome) -> None:
        """Handle a job that has saved nothing: its rows wait again, or are given up after some attempts."""
        over: list[Entry] = []
        for entry in batch.entries:
            entry.attempts += 1
            if entry.attempts >= ATTEMPTS:
                over.append(entry)
        left = [entry for entry in batch.entries if entry.attempts < ATTEMPTS]
        for entry in over:
            self.complete_row(entry, outcome)
        self.release(batch)
        self.log_unsaved([outcome] * len(over))
        self.requeue(batch, left)
        self.back_off(ActOnError(outcome.reason), len(left))
        self.notify_changed()

    def requeue(self, batch: Batch, entries: Sequence[Entry]) -> None:
        """Let rows wait again, merged with newer ones."""
        self._persistence.mark_unsent(entries)
        self._persistence.keep_hold(self._backlog.requeue(entries, batch.may_arrive_until), batch.may_arrive_until)

    def wait_for_all(self, batch: Batch, error: Exception) -> None:
        """Back off because of an error that other rows would meet, too; all who wait for these rows get it."""
        self.back_off(error, len(batch.entries))
        self.notify(batch, PutOutcome("unknown", str(error)) if batch.may_have_arrived else error)
        self._backlog.release_marks()
        self.notify_changed()

    def back_off(self, error: Exception, rows: int, batch: Batch | None = None) -> None:
        """Wait before the next try; a ``batch`` may be the only one that fails."""
        self.backoff.record_failure(error, loop_time(), batch)
        if self._state.draining and is_lasting(error):
            self.fail(queue_error(error))
        if rows:
            kind = type(error).__name__
            _log.warning(
                "%d rows for list %s wait on: %s: %s",
                rows,
                self._state.list_id,
                kind,
                mask(str(error)),
                extra={
                    "acton_event": "queue_waits",
                    "acton_list": self._state.list_id,
                    "acton_rows": rows,
                    "acton_error": kind,
                },
            )

    def notify(self, batch: Batch, told: PutOutcome | Exception) -> None:
        """Tell those who wait for these rows; the rows stay in the queue."""
        for entry in batch.entries:
            entry.notify(told)
        self._persistence.notify(batch.entries, told)

    def log_unsaved(self, ends: Sequence[PutOutcome]) -> None:
        """Log one line for all rows of a batch that were not saved."""
        unsaved = [outcome for outcome in ends if not outcome.saved]
        if unsaved:
            fates = ", ".join(sorted({outcome.fate for outcome in unsaved}))
            first = unsaved[0].reason
            _log.warning(
                "%d rows for list %s were not saved: %s: %s",
                len(unsaved),
                self._state.list_id,
                fates,
                first,
                extra={
                    "acton_event": "queue_rows_unsaved",
                    "acton_list": self._state.list_id,
                    "acton_rows": len(unsaved),
                },
            )


def queue_error(error: BaseException) -> ActOnError:
    """The error that users get when a task of the queue has died."""
    if isinstance(error, ActOnError):
        return error
    return ActOnError(f"The queue sends no more: {type(error).__name__} {mask(str(error))}".rstrip() + ".")
