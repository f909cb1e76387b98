"""Batch sender: sends a batch and sees it to its end.

::

    ready -> sending -> saved, rejected                        a single row
                     -> followed -> saved, rejected, unknown   a file: its job tells
                                 -> back to the backlog        its job has failed
                     -> ready                                  it may have arrived: again, as it is
                     -> ready, in halves                       a file that Act-On does not take
                     -> back to the backlog                    it has surely not arrived: with what is newer
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial

from asyncsdk import clock
from asyncsdk.jobs.job import Job
from asyncsdk.models.lists import UploadReport
from asyncsdk.queue.batch import Batch, Batches, halves
from asyncsdk.queue.calls import UploadCalls, outcome_of_the_rest
from asyncsdk.queue.completion import BatchCompletion, unexpected
from asyncsdk.queue.durability import RowPersistence
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.failures import FailureHandler
from asyncsdk.queue.job_follower import JobEnded, JobFollower, JobUnsuccessful
from asyncsdk.queue.loops import loop_time
from asyncsdk.queue.results import PutOutcome
from asyncsdk.uploads.list_columns import ListColumns

__all__ = ["BatchSender"]


class BatchSender:
    """Sends batches.

    Args:
        sending: makes the calls.
        following: follows the jobs of files.
        failures: decides about what was not saved.
        flights: the batches that are ready, and those that are followed.
        keeper: writes down what happens.
        landing: ends batches.
    """

    def __init__(
        self,
        sending: UploadCalls,
        following: JobFollower,
        failures: FailureHandler,
        flights: Batches,
        keeper: RowPersistence,
        landing: BatchCompletion,
    ) -> None:
        self._sending = sending
        self._following = following
        self._failures = failures
        self._flights = flights
        self._keeper = keeper
        self._landing = landing
        self._jobs: set[asyncio.Task[None]] = set()

    async def send(self, flight: Batch) -> None:
        """Send a flight that was ready."""
        was_sent = False
        try:
            await self._keeper.check_account()
            shape = await self._sending.shape()
            self._drop_unknown_columns(flight, shape)
            if not flight.entries:
                return
            await self._begins(flight)
            flight.sent_at, was_sent = loop_time(), True
            if flight.is_file:
                self._accepted(flight, await self._upload(flight, shape))
            else:
                self._landing.land(flight, [await self._sending.save(flight.entries[0], shape)])
        except Exception as error:
            await self._failures.failed(flight, error, was_sent=was_sent)

    def follow(self, flight: Batch, job: Job[UploadReport] | None = None) -> None:
        """Follow a file's job beside everything else, by its id where an earlier queue has begun it."""
        self._flights.followed.add(flight)
        following = self._follow(flight, job)
        task = asyncio.get_running_loop().create_task(following, name="asyncsdk queue job")
        self._jobs.add(task)
        task.add_done_callback(self._followed)

    async def stop(self) -> None:
        """Follow no more."""
        for task in self._jobs:
            task.cancel()
        if self._jobs:
            await asyncio.wait(self._jobs)

    def _followed(self, task: asyncio.Task[None]) -> None:
        self._jobs.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._landing.end(unexpected(error))
        self._landing.changed()

    async def _follow(self, flight: Batch, job: Job[UploadReport] | None) -> None:
        try:
            end = await self._following.follow(flight, job)
        finally:
            self._flights.followed.discard(flight)
        if isinstance(end, JobEnded):
            self._job_ended(flight, end.report, end.reasons)
        elif isinstance(end, JobUnsuccessful):
            self._landing.failed(flight, end.outcome)
        else:
            await self._failures.job_lost(flight, end.error)

    def _job_ended(self, flight: Batch, report: UploadReport, reasons: Mapping[int, str]) -> None:
        rest = outcome_of_the_rest(report, len(flight.entries) - len(reasons))
        if rest.saved or rest.fate == "rejected":
            ends = [
                PutOutcome("rejected", reasons[place]) if place in reasons else rest
                for place in range(len(flight.entries))
            ]
            self._landing.land(flight, ends)
            return
        self._reject(flight, reasons)
        if rest.fate == "unknown" and report.rejected > len(reasons):
            self._send_in_parts(flight, report)
        else:
            self._landing.failed(flight, rest)

    def _reject(self, flight: Batch, reasons: Mapping[int, str]) -> None:
        """Rows have ended that are known to be rejected; the others are what is left of the flight."""
        left = [entry for place, entry in enumerate(flight.entries) if place not in reasons]
        for place, reason in reasons.items():
            self._landing.settle(flight.entries[place], PutOutcome("rejected", reason))
        self._landing.release(flight)
        flight.entries = left

    def _send_in_parts(self, flight: Batch, report: UploadReport) -> None:
        """Nobody tells which rows were rejected: what is sent again by itself is told of.

        The journal names the job until the parts are sent: the next queue asks for its report again.
        """
        flight.job_id = None
        if report.appended + report.updated:
            self._landing.something_was_saved()
        self._flights.ready.extend(halves(flight))

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
        await self._keeper.sending(flight.entries, self._flights.may_land_until(flight, clock.wall()))

    async def _upload(self, flight: Batch, shape: ListColumns) -> Job[UploadReport]:
        def refused() -> None:
            if not flight.may_be_there:  # else an earlier copy may still arrive
                self._keeper.returned(flight.entries)

        begins = partial(self._begins, flight)
        return await self._sending.upload(flight.entries, shape, flight.touched, begins, refused)

    def _accepted(self, flight: Batch, job: Job[UploadReport]) -> None:
        flight.job_id = job.id
        self._keeper.accepted(flight.entries, job.id, flight.lands_until)
        self.follow(flight, job)
