"""Files that Act-On has accepted: their jobs are followed, to their end, or until none is to be expected."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from asyncsdk import clock
from asyncsdk.errors import (
    ActOnError,
    DecodeError,
    InvalidArgument,
    InvalidRequest,
    JobDetached,
    JobFailed,
    JobTimeout,
    NotFound,
)
from asyncsdk.jobs.job import Job
from asyncsdk.models.lists import UploadReport
from asyncsdk.queue.backoff import Backoff, classify_error, pause_after
from asyncsdk.queue.batch import Batch, Batches, halves
from asyncsdk.queue.calls import UploadCalls, outcome_of_the_rest
from asyncsdk.queue.columns import Columns
from asyncsdk.queue.completion import BatchCompletion, unexpected
from asyncsdk.queue.durability import RowPersistence
from asyncsdk.queue.loops import loop_time
from asyncsdk.queue.results import PutOutcome

__all__ = ["JobFollower"]

_log = logging.getLogger("asyncsdk")

LONGEST_JOB: Final = 7200.0
"""Seconds after which a job is taken for one that will never do anything. An assumption: nothing is published."""

_NO_REJECTS: Final = (InvalidRequest, NotFound, DecodeError, InvalidArgument)
"""What will not change if the file of rejects is asked for again."""

TRIES_FOR_REJECTS: Final = 5


class JobFollower:
    """Follows jobs, each beside everything else.

    Args:
        list_id: the list, for log lines.
        sending: makes the calls.
        columns: the list's columns.
        flights: those that are followed.
        backoff: how long everybody waits.
        keeper: knows whose rows they are.
        landing: ends flights.
        lost: told of a flight whose job cannot be asked for any more.
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
        lost: Callable[[Batch, ActOnError], Awaitable[None]],
    ) -> None:
        self._list_id = list_id
        self._sending = sending
        self._columns = columns
        self._flights = flights
        self._backoff = backoff
        self._keeper = keeper
        self._landing = landing
        self._lost = lost
        self._tasks: set[asyncio.Task[None]] = set()

    def follow(self, flight: Batch, job: Job[UploadReport] | None = None) -> None:
        """Follow a file's job, by its id where an earlier queue has begun it."""
        self._flights.followed.add(flight)
        following = self._resume(flight) if job is None else self._follow(flight, job)
        task = asyncio.get_running_loop().create_task(following, name="asyncsdk queue job")
        self._tasks.add(task)
        task.add_done_callback(self._followed)

    async def stop(self) -> None:
        """Follow no more."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    def _followed(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._landing.end(unexpected(error))
        self._landing.changed()

    async def _resume(self, flight: Batch) -> None:
        while True:
            try:
                await self._keeper.check_account()
            except ActOnError as error:
                if classify_error(error) == "ended":
                    raise
                self._landing.shared(flight, error)
                await asyncio.sleep(max(0.0, self._backoff.until - loop_time()))
            else:
                break
        await self._follow(flight, self._sending.job(str(flight.job_id), len(flight.entries)))

    async def _follow(self, flight: Batch, job: Job[UploadReport]) -> None:
        try:
            while (ending := await self._ending(flight, job)) is None:
                job = self._sending.job(job.id, len(flight.entries))
            await self._job_ended(flight, ending)
        finally:
            job.abandon()
            self._flights.followed.discard(flight)

    async def _ending(self, flight: Batch, job: Job[UploadReport]) -> UploadReport | JobFailed | JobTimeout | None:
        """How a job has ended; None: it is to be followed further."""
        try:
            return await job
        except JobFailed as error:
            return error
        except JobTimeout as error:
            self._landing.tell(flight, PutOutcome("unknown", str(error)))
            return error if loop_time() - flight.sent_at >= LONGEST_JOB else None
        except JobDetached as error:
            cause = error.__cause__
            if not isinstance(cause, ActOnError):
                raise
            if classify_error(cause) == "ended":
                raise cause from None
            self._landing.shared(flight, cause)
            await asyncio.sleep(max(0.0, self._backoff.until - loop_time()))
            return None

    async def _job_ended(self, flight: Batch, ending: UploadReport | JobFailed | JobTimeout) -> None:
        if isinstance(ending, JobTimeout):
            self._landing.failed(flight, PutOutcome("unknown", str(ending)))
        elif isinstance(ending, UploadReport):
            await self._report_came(flight, ending)
        elif ending.__cause__ is None:
            self._landing.failed(flight, PutOutcome("failed", str(ending)))
        else:  # nobody tells of the job any more: its id has expired, for one. Perhaps it goes on all the same.
            flight.lands_until = flight.may_land_until(clock.wall() - (loop_time() - flight.sent_at))
            flight.job_id = None
            self._flights.followed.discard(flight)
            await self._lost(flight, ending)

    async def _report_came(self, flight: Batch, report: UploadReport) -> None:
        reasons: dict[int, str] = {}
        if report.rejected and report.rejects_file:
            reasons = await self._reasons(flight, report)
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

    async def _reasons(self, flight: Batch, report: UploadReport) -> dict[int, str]:
        """Why rows were rejected, by their place; none if that cannot be had."""
        for attempt in range(1, TRIES_FOR_REJECTS + 1):
            try:
                shape = await self._columns.shape()
                return await self._sending.reasons(flight.entries, shape, flight.touched, report)
            except ActOnError as error:
                if classify_error(error) == "ended":
                    raise
                if isinstance(error, _NO_REJECTS):
                    break
                if attempt < TRIES_FOR_REJECTS:
                    await asyncio.sleep(pause_after(attempt + 4))
        _log.warning(
            "The file of rejected rows for list %s cannot be had: they are sent again in parts.", self._list_id
        )
        return {}
