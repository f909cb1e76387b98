"""Job follower: waits until a file's job has ended, and returns how it ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final, TypeAlias

from attrs import field, frozen

from asyncsdk.errors import (
    ActOnError,
    InvalidArgument,
    JobDetached,
    JobFailed,
    JobTimeout,
)
from asyncsdk.jobs.job import Job
from asyncsdk.models.lists import UploadReport
from asyncsdk.queue.backoff import classify_error
from asyncsdk.queue.batch import Batch
from asyncsdk.queue.completion import BatchCompletion
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.row_persistence import RowPersistence
from asyncsdk.queue.upload_calls import UploadCalls
from asyncsdk.uploads.error_classification import UNREADABLE

__all__ = ["JobEnd", "JobEnded", "JobFollower", "JobLost", "JobUnsuccessful"]

_log = logging.getLogger("asyncsdk")

LONGEST_JOB: Final = 7200.0
"""Seconds after which a job is taken for one that will never do anything. An assumption: nothing is published."""

TRIES_FOR_REJECTS: Final = 5


@frozen
class JobEnded:
    """A job that is done, with its report."""

    report: UploadReport
    reasons: Mapping[int, str] = field(repr=lambda reasons: f"<{len(reasons)} rows>")
    """Why rows were rejected, by their place in the file, as far as Act-On tells which."""


@frozen
class JobUnsuccessful:
    """A job that has saved nothing, or of which it will never be known."""

    outcome: PutOutcome
    """The outcome of its rows when they are given up."""


@frozen
class JobLost:
    """A job whose status cannot be read any more; perhaps it still runs."""

    error: JobFailed


JobEnd: TypeAlias = JobEnded | JobUnsuccessful | JobLost


class JobFollower:
    """Follows the jobs of files. It returns how they end; the sender decides what follows from that.

    Args:
        list_id: the list, for log lines.
        calls: makes the calls.
        persistence: knows whose rows they are.
        completion: tells those who wait for a row, and backs off.
    """

    def __init__(
        self, list_id: str, calls: UploadCalls, persistence: RowPersistence, completion: BatchCompletion
    ) -> None:
        self._list_id = list_id
        self._calls = calls
        self._persistence = persistence
        self._completion = completion

    async def follow(self, batch: Batch, job: Job[UploadReport] | None) -> JobEnd:
        """Wait until a file's job has ended.

        Args:
            batch: the file.
            job: its job; None: an earlier queue has begun it, and it is known by its id.

        Raises:
            ActOnError: nothing can be sent any more.
        """
        if job is None:
            await self._check_account(batch)
            job = self._job_of(batch)
        try:
            while (end := await self._end_of(batch, job)) is None:
                job = self._job_of(batch)
            return end
        finally:
            job.abandon()

    def _job_of(self, batch: Batch) -> Job[UploadReport]:
        return self._calls.job(str(batch.job_id), len(batch.entries))

    async def _check_account(self, batch: Batch) -> None:
        while True:
            try:
                await self._persistence.check_account()
            except ActOnError as error:
                if classify_error(error) == "ended":
                    raise
                await self._pause(batch, error)
            else:
                return

    async def _pause(self, batch: Batch, error: Exception) -> None:
        self._completion.wait_for_all(batch, error)
        await asyncio.sleep(max(0.0, self._completion.backoff.until - loop_time()))

    async def _end_of(self, batch: Batch, job: Job[UploadReport]) -> JobEnd | None:
        """How a job has ended; None: it is to be followed further."""
        try:
            report = await job
        except JobFailed as error:
            # Without a cause Act-On has said so itself; else its id has expired, for one.
            return JobUnsuccessful(PutOutcome("failed", str(error))) if error.__cause__ is None else JobLost(error)
        except JobTimeout as error:
            outcome = PutOutcome("unknown", str(error))
            self._completion.notify(batch, outcome)
            return JobUnsuccessful(outcome) if loop_time() - batch.sent_at >= LONGEST_JOB else None
        except JobDetached as error:
            cause = error.__cause__
            if not isinstance(cause, ActOnError):
                raise
            if classify_error(cause) == "ended":
                raise cause from None
            await self._pause(batch, cause)
            return None
        has_reasons = report.rejected and report.rejects_file
        return JobEnded(report, await self._reasons(batch, report) if has_reasons else {})

    async def _reasons(self, batch: Batch, report: UploadReport) -> Mapping[int, str]:
        """Why rows were rejected, by their place; none if that cannot be had."""
        for attempt in range(1, TRIES_FOR_REJECTS + 1):
            try:
                columns = await self._calls.list_columns()
                return await self._calls.reasons(batch.entries, columns, report)
            except ActOnError as error:
                if classify_error(error) == "ended":
                    raise
                if isinstance(error, (*UNREADABLE, InvalidArgument)):
                    break
                if attempt < TRIES_FOR_REJECTS:
                    await asyncio.sleep(self._completion.backoff.pause_after(attempt + 4))
        _log.warning(
            "The file of rejected rows for list %s cannot be had: they are sent again in parts.",
            self._list_id,
            extra={"acton_event": "queue_rejects_unreadable", "acton_list": self._list_id},
        )
        return {}
