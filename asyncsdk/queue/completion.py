"""How flights end: of each row somebody is told, and what is kept of it goes; or it waits again."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from math import inf
from typing import Final

from asyncsdk.errors import ActOnError
from asyncsdk.queue.backlog import Backlog
from asyncsdk.queue.backoff import Backoff, lasts
from asyncsdk.queue.batch import Batch
from asyncsdk.queue.capacity import CapacityGate
from asyncsdk.queue.durability import RowPersistence
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.loops import loop_time
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.state import QueueState
from asyncsdk.redaction import mask

__all__ = ["ATTEMPTS", "BatchCompletion", "unexpected"]

_log = logging.getLogger("asyncsdk")

ATTEMPTS: Final = 3
"""How often a row is sent that Act-On does not save, though nothing is wrong with it."""


class BatchCompletion:
    """Ends flights.

    Args:
        backlog: the rows.
        backoff: how long everybody waits.
        keeper: writes down what happens.
        room: where others wait for rows to end.
        state: whether the queue is open; it ends with what will not pass.
    """

    def __init__(
        self, backlog: Backlog, backoff: Backoff, keeper: RowPersistence, room: CapacityGate, state: QueueState
    ) -> None:
        self._backlog = backlog
        self.backoff = backoff
        self._keeper = keeper
        self._room = room
        self._state = state
        self.saved_at: float = -inf
        """When something was saved last, by the loop's clock."""

    def changed(self) -> None:
        """Something may be sent, or put, that could not before."""
        self._state.changed.set()
        self._room.changed()

    def end(self, error: ActOnError) -> None:
        """Nothing will be sent any more: everybody is told."""
        if self._state.fail(error):
            self._backlog.tell_all(error)
            self._room.wake_all()

    def land(self, flight: Batch, ends: Sequence[PutOutcome]) -> None:
        """Every entry has ended."""
        for entry, outcome in zip(flight.entries, ends, strict=True):
            self.settle(entry, outcome)
        self.release(flight)
        self.log_unsaved(ends)
        if any(outcome.saved for outcome in ends):
            self.something_was_saved()
        self.changed()

    def something_was_saved(self) -> None:
        """Act-On takes rows: whatever trouble there was has passed."""
        self.saved_at = loop_time()
        self.backoff.passed()

    def settle(self, entry: Entry, outcome: PutOutcome) -> None:
        """One entry has ended; ``release`` follows."""
        told = entry.tell(outcome)
        self._backlog.ended(entry, outcome.fate)
        if outcome.saved:
            self._keeper.saved(entry)
        else:
            self._keeper.given_up(entry, outcome, told)

    def release(self, flight: Batch) -> None:
        """Let go on what is behind the entries that have ended, or hold it."""
        self._keeper.held(self._backlog.release(flight.lands_until), flight.lands_until)

    def failed(self, flight: Batch, outcome: PutOutcome) -> None:
        """A job has done nothing: its rows wait again, or are given up."""
        over: list[Entry] = []
        for entry in flight.entries:
            entry.attempts += 1
            if entry.attempts >= ATTEMPTS:
                over.append(entry)
        left = [entry for entry in flight.entries if entry.attempts < ATTEMPTS]
        for entry in over:
            self.settle(entry, outcome)
        self.release(flight)
        self.log_unsaved([outcome] * len(over))
        self.back(flight, left)
        self.pause(ActOnError(outcome.reason), len(left))
        self.changed()

    def back(self, flight: Batch, entries: Sequence[Entry]) -> None:
        """Entries wait again, with what is newer."""
        self._keeper.returned(entries)
        self._keeper.held(self._backlog.give_back(entries, flight.lands_until), flight.lands_until)

    def shared(self, flight: Batch, error: Exception) -> None:
        """Something that other rows would meet, too: everybody who waits is told, and the rows wait on."""
        self.pause(error, len(flight.entries))
        self.tell(flight, PutOutcome("unknown", str(error)) if flight.may_be_there else error)
        self._backlog.release_marks()
        self.changed()

    def pause(self, error: Exception, rows: int, batch: Batch | None = None) -> None:
        """Wait before the next try; ``batch`` may be the only one that fails."""
        self.backoff.trouble(error, loop_time(), batch)
        if self._state.draining and lasts(error):
            self.end(unexpected(error))
        if rows:
            kind = type(error).__name__
            _log.warning("%d rows for list %s wait on: %s: %s", rows, self._state.list_id, kind, mask(str(error)))

    def tell(self, flight: Batch, told: PutOutcome | Exception) -> None:
        """Tell whoever waits; the rows are not done with."""
        for entry in flight.entries:
            entry.tell(told)

    def log_unsaved(self, ends: Sequence[PutOutcome]) -> None:
        """One line for all of a flight that were not saved."""
        unsaved = [outcome for outcome in ends if not outcome.saved]
        if unsaved:
            fates = ", ".join(sorted({outcome.fate for outcome in unsaved}))
            first = unsaved[0].reason
            _log.warning(
                "%d rows for list %s were not saved: %s: %s", len(unsaved), self._state.list_id, fates, first
            )


def unexpected(error: BaseException) -> ActOnError:
    """What is told when a part of the queue has died."""
    if isinstance(error, ActOnError):
        return error
    return ActOnError(f"The queue sends no more: {type(error).__name__} {mask(str(error))}".rstrip() + ".")
