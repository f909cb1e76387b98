"""Flights from their departure to their end: each row's fate is found out, or it is sent again.

::

    ready -> sending -> saved, rejected                        a single row
                     -> followed -> saved, rejected, unknown   a file: its job tells
                                 -> back to the backlog        its job has failed
                     -> ready                                  it may have arrived: again, as it is
                     -> ready, in halves                       a file that Act-On does not take
                     -> back to the backlog                    it has surely not arrived: with what is newer
"""

from __future__ import annotations

from functools import partial
from math import inf
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import ActOnError, Conflict, GatewayError, InvalidRequest, NotFound
from asyncsdk.http.retry import surely_undone
from asyncsdk.jobs.job import Job
from asyncsdk.models.lists import UploadReport
from asyncsdk.queue.backoff import OF_ONE_ROW, Backoff, classify_error, pause_after
from asyncsdk.queue.batch import Batch, Batches, halves
from asyncsdk.queue.calls import UploadCalls
from asyncsdk.queue.columns import Columns
from asyncsdk.queue.completion import ATTEMPTS, BatchCompletion, unexpected
from asyncsdk.queue.durability import RowPersistence
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.job_follower import JobFollower
from asyncsdk.queue.loops import loop_time
from asyncsdk.queue.results import PutOutcome
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["BatchSender"]

PATIENT_TRIES: Final = 3
"""After so many lost answers in a row those who wait are told, and a file is divided."""

LONGEST_ALONE: Final = 300.0
"""Seconds for which a single row is sent again of which nobody has said anything, though others are saved: what is
wrong may be wrong on the way, now and then."""

LONGEST_TROUBLE: Final = 6 * 3600.0
"""Seconds after which a row is given up that cannot be saved by itself, though the list can be read."""


class BatchSender:
    """Sends flights.

    Args:
        list_id: the list, for log lines.
        sending: makes the calls.
        columns: the list's columns.
        flights: those that are ready, and those that are followed.
        backoff: how long everybody waits.
        keeper: writes down what happens.
        landing: ends flights.
    """

    def __init__(
        self,
        list_id: str,
        sending: UploadCalls,
        columns: Columns,
        flights: Batches,
        backoff: Backoff,
        keeper: RowPersistence,
        landing: BatchCompletion,
    ) -> None:
        self._sending = sending
        self._columns = columns
        self._flights = flights
        self._keeper = keeper
        self._landing = landing
        self._divided_at = -inf
        self.following: JobFollower = JobFollower(
            list_id, sending, columns, flights, backoff, keeper, landing, self._in_trouble
        )

    async def send(self, flight: Batch) -> None:
        """Send a flight that was ready."""
        sent = False
        try:
            await self._keeper.check_account()
            shape = await self._columns.shape()
            self._drop_unknown_columns(flight, shape)
            if not flight.entries:
                return
            await self._begins(flight)
            flight.sent_at, sent = loop_time(), True
            if flight.is_file:
                self._accepted(flight, await self._upload(flight, shape))
            else:
                self._landing.land(flight, [await self._sending.save(flight.entries[0], shape)])
        except Exception as error:
            cause = classify_error(error)
            if cause == "ended":
                self._again(flight)
                self._landing.end(unexpected(error))
            elif not sent or cause == "shared":
                self._shared(flight, error)
            elif cause == "lost":
                self._lost(flight, error)
                await self._in_trouble(flight, error)
            else:
                await self._refused(flight, error)

    def _drop_unknown_columns(self, flight: Batch, shape: ListColumns) -> None:
        """Leave out what the list has no column for; it may have changed since the row was put."""
        headings = frozenset(shape.headings)
        if all(entry.cells.keys() <= headings for entry in flight.entries):
            return
        known: list[Entry] = []
        ends: list[PutOutcome] = []
        for entry in flight.entries:
            if entry.cells.keys() <= headings:
                known.append(entry)
            else:
                missing = ", ".join(map(repr, sorted(entry.cells.keys() - headings)))
                ends.append(PutOutcome("rejected", f"the list has no column {missing} any more"))
                self._landing.settle(entry, ends[-1])
        self._landing.release(flight)
        self._landing.log_unsaved(ends)
        flight.entries = known

    async def _begins(self, flight: Batch) -> None:
        """A flight is about to be sent."""
        await self._keeper.sending(flight.entries, flight.may_land_until(clock.wall()))

    async def _upload(self, flight: Batch, shape: ListColumns) -> Job[UploadReport]:
        def refused() -> None:
            if not flight.may_be_there:  # else an earlier copy may still arrive
                self._keeper.returned(flight.entries)

        begins = partial(self._begins, flight)
        return await self._sending.upload(flight.entries, shape, flight.touched, begins, refused)

    def _accepted(self, flight: Batch, job: Job[UploadReport]) -> None:
        flight.job_id = job.id
        self._keeper.accepted(flight.entries, job.id, flight.lands_until)
        self.following.follow(flight, job)

    def _again(self, flight: Batch) -> None:
        """A flight is to be sent again."""
        if flight.may_be_there:
            self._flights.ready.append(flight)
        else:
            self._landing.back(flight, flight.entries)

    def _shared(self, flight: Batch, error: Exception) -> None:
        self._landing.shared(flight, error)
        self._again(flight)

    def _lost(self, flight: Batch, error: Exception) -> None:
        """What was answered is no verdict: the flight may arrive, unless that proves that nothing was done."""
        if not (isinstance(error, ActOnError) and surely_undone(error)):
            flight.lands_until = flight.may_land_until(clock.wall())
        elif not flight.may_be_there:
            self._keeper.returned(flight.entries)

    async def _refused(self, flight: Batch, error: Exception) -> None:
        """Act-On does not take a flight; perhaps because of its rows, perhaps because the list is another now."""
        if isinstance(error, (InvalidRequest, NotFound, Conflict)):
            self._columns.doubt()
        if flight.is_file or not isinstance(error, OF_ONE_ROW):
            await self._in_trouble(flight, error)
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

    async def _in_trouble(self, flight: Batch, error: Exception) -> None:
        """A flight was not saved, or nobody can say; it may be the only one, or every other would fare the same."""
        flight.troubled(loop_time(), self._landing.saved_at)
        lost = classify_error(error) != "refused"
        told = PutOutcome("unknown", str(error)) if flight.may_be_there else error
        if not flight.is_file and await self._is_hopeless(flight, error):
            self._landing.land(flight, [PutOutcome("unknown" if flight.may_be_there else "failed", str(error))])
            return
        self._landing.pause(error, len(flight.entries), batch=flight)
        if flight.is_file and self._may_divide(flight, lost):
            self._divided_at = loop_time()
            self._flights.ready.extend(halves(flight))
        else:
            if flight.tries >= PATIENT_TRIES or not lost:
                self._landing.tell(flight, told)
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
