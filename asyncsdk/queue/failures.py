"""Failed batches: each is sent again as it is, in parts, or with what is newer; or its row is given up."""

from __future__ import annotations

from math import inf
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import ActOnError, Conflict, GatewayError, InvalidRequest, NotFound
from asyncsdk.http.retry import surely_undone
from asyncsdk.queue.backoff import OF_ONE_ROW, classify_error, pause_after
from asyncsdk.queue.batch import Batch, Batches, halves
from asyncsdk.queue.columns import Columns
from asyncsdk.queue.completion import ATTEMPTS, BatchCompletion, unexpected
from asyncsdk.queue.durability import RowPersistence
from asyncsdk.queue.loops import loop_time
from asyncsdk.queue.results import PutOutcome

__all__ = ["FailureHandler"]

PATIENT_TRIES: Final = 3
"""After so many lost answers in a row those who wait are told, and a file is divided."""

LONGEST_ALONE: Final = 300.0
"""Seconds for which a single row is sent again of which nobody has said anything, though others are saved: what is
wrong may be wrong on the way, now and then."""

LONGEST_TROUBLE: Final = 6 * 3600.0
"""Seconds after which a row is given up that cannot be saved by itself, though the list can be read."""


class FailureHandler:
    """Decides what happens to batches that were not saved.

    Args:
        columns: the list's columns.
        flights: those that are ready, and those that are followed.
        keeper: writes down what happens.
        landing: ends flights.
    """

    def __init__(
        self, columns: Columns, flights: Batches, keeper: RowPersistence, landing: BatchCompletion
    ) -> None:
        self._columns = columns
        self._flights = flights
        self._keeper = keeper
        self._landing = landing
        self._divided_at = -inf

    async def failed(self, flight: Batch, error: Exception, *, was_sent: bool) -> None:
        """A batch could not be sent, or it was and is not known to be saved."""
        cause = classify_error(error)
        if cause == "ended":
            self._again(flight)
            self._landing.end(unexpected(error))
        elif not was_sent or cause == "shared":
            self._shared(flight, error)
        elif cause == "lost":
            self._answer_lost(flight, error)
            await self._not_saved(flight, error)
        else:
            await self._refused(flight, error)

    async def job_lost(self, flight: Batch, error: ActOnError) -> None:
        """Nobody tells of a file's job any more; perhaps it goes on all the same."""
        flight.lands_until = self._flights.may_land_until(flight, clock.wall() - (loop_time() - flight.sent_at))
        flight.job_id = None
        await self._not_saved(flight, error)

    def _again(self, flight: Batch) -> None:
        """A flight is to be sent again."""
        if flight.may_be_there:
            self._flights.ready.append(flight)
        else:
            self._landing.back(flight, flight.entries)

    def _shared(self, flight: Batch, error: Exception) -> None:
        self._landing.shared(flight, error)
        self._again(flight)

    def _answer_lost(self, flight: Batch, error: Exception) -> None:
        """What was answered is no verdict: the flight may arrive, unless that proves that nothing was done."""
        if not (isinstance(error, ActOnError) and surely_undone(error)):
            flight.lands_until = self._flights.may_land_until(flight, clock.wall())
        elif not flight.may_be_there:
            self._keeper.returned(flight.entries)

    async def _refused(self, flight: Batch, error: Exception) -> None:
        """Act-On does not take a flight; perhaps because of its rows, perhaps because the list is another now."""
        if isinstance(error, (InvalidRequest, NotFound, Conflict)):
            self._columns.doubt()
        if flight.is_file or not isinstance(error, OF_ONE_ROW):
            await self._not_saved(flight, error)
            return
        try:
            known = frozenset((await self._columns.shape()).headings)
        except Exception as trouble:
            self._shared(flight, trouble)
            return
        if flight.entries[0].cells.keys() <= known:
            self._landing.land(flight, [PutOutcome("rejected", str(error))])
        else:
            self._flights.ready.append(flight)

    async def _not_saved(self, flight: Batch, error: Exception) -> None:
        """A flight was not saved, or nobody can say; it may be the only one, or every other would fare the same."""
        flight.troubled(loop_time(), self._landing.saved_at)
        lost = classify_error(error) != "refused"
        if not flight.is_file and await self._is_hopeless(flight, error):
            self._landing.land(flight, [PutOutcome("unknown" if flight.may_be_there else "failed", str(error))])
            return
        self._landing.pause(error, len(flight.entries), batch=flight)
        if flight.is_file and self._may_divide(flight, lost):
            self._divided_at = loop_time()
            self._flights.ready.extend(halves(flight))
        else:
            if flight.tries >= PATIENT_TRIES or not lost:
                self._landing.tell(flight, PutOutcome("unknown", str(error)) if flight.may_be_there else error)
            flight.not_before = loop_time() + pause_after(flight.tries)
            self._flights.ready.append(flight)
        self._landing.changed()

    def _may_divide(self, flight: Batch, lost: bool) -> bool:
        """Whether parts of a file may fare better.

        If nothing was saved since another was divided, they would not: Act-On takes nothing at all.
        """
        return self._landing.saved_at >= self._divided_at and (not lost or flight.tries % PATIENT_TRIES == 0)

    async def _is_hopeless(self, flight: Batch, error: Exception) -> bool:
        """Whether a row by itself is the trouble."""
        troubled = loop_time() - flight.troubled_since
        if flight.alone >= ATTEMPTS and troubled >= _patience(error):
            return True
        if isinstance(error, GatewayError) or flight.tries < ATTEMPTS or troubled < LONGEST_TROUBLE:
            return False
        self._columns.doubt()
        try:
            await self._columns.shape()
        except ActOnError:
            return False
        return True


def _patience(error: Exception) -> float:
    """Seconds for which a single row is sent again though others are saved meanwhile."""
    if classify_error(error) == "refused":
        return 0.0
    return LONGEST_TROUBLE if isinstance(error, GatewayError) else LONGEST_ALONE
