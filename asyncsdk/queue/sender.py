"""Batch sender: sends a batch, and follows it until its rows have their outcome.

::

    ready -> sending -> saved, rejected                        a single row
                     -> followed -> saved, rejected, unknown   a file: its job tells
                                 -> backlog                    its job has failed
                     -> ready                                  it may have arrived: again, unchanged
                     -> ready, in parts                        a file that Act-On does not take
                     -> backlog                                it has surely not arrived: with newer values
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from asyncsdk import clock
from asyncsdk.jobs.job import Job
from asyncsdk.models.lists import UploadReport
from asyncsdk.queue.batch import Batch, Batches, split
from asyncsdk.queue.completion import BatchCompletion, queue_error
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.event_loop import loop_time
from asyncsdk.queue.failures import FailureHandler
from asyncsdk.queue.job_follower import JobEnded, JobFollower, JobUnsuccessful
from asyncsdk.queue.results import PutOutcome
from asyncsdk.queue.row_persistence import RowPersistence
from asyncsdk.queue.upload_calls import UploadCalls, outcome_of_the_rest
from asyncsdk.uploads.list_columns import ListColumns

if TYPE_CHECKING:
    from asyncsdk.telemetry.queue_recorder import QueueRecorder

__all__ = ["BatchSender"]


class BatchSender:
    """Sends batches.

    Args:
        calls: makes the calls.
        follower: follows the jobs of files.
        failures: decides about what was not saved.
        batches: the batches that are ready, and those that are followed.
        persistence: writes into the journal what happens.
        completion: completes batches.
        recorder: raises events, if there is an observer.
    """

    def __init__(
        self,
        calls: UploadCalls,
        follower: JobFollower,
        failures: FailureHandler,
        batches: Batches,
        persistence: RowPersistence,
        completion: BatchCompletion,
        recorder: QueueRecorder | None,
    ) -> None:
        self._calls = calls
        self._follower = follower
        self._failures = failures
        self._batches = batches
        self._persistence = persistence
        self._completion = completion
        self._recorder = recorder
        self._jobs: dict[asyncio.Task[None], Batch] = {}

    async def send(self, batch: Batch) -> None:
        """Send a batch that was ready."""
        attempt = _Attempt(batch, self._persistence, self._batches)
        try:
            await self._persistence.check_account()
            columns = await self._calls.list_columns()
            self._drop_unknown_columns(batch, columns)
            if not batch.entries:
                return
            if batch.is_file:
                self._accepted(batch, await self._upload(batch, columns, attempt))
            else:
                outcome = await self._calls.save(batch.entries[0], columns, attempt.begin)
                self._completion.complete(batch, [outcome])
        except Exception as error:
            if self._recorder is not None:
                self._recorder.failed(error)
            await self._failures.handle(batch, error, was_sent=attempt.begun)

    def follow(self, batch: Batch, job: Job[UploadReport] | None = None) -> None:
        """Follow a file's job beside everything else, by its id where an earlier queue has begun it."""
        self._batches.followed.add(batch)
        work = self._follow(batch, job)
        task = asyncio.get_running_loop().create_task(work, name="asyncsdk queue job")
        self._jobs[task] = batch
        task.add_done_callback(self._followed)

    async def stop(self) -> None:
        """Follow no more."""
        jobs, self._jobs = self._jobs, {}
        for task in jobs:
            task.cancel()
        if jobs:
            await asyncio.wait(jobs)

    def _followed(self, task: asyncio.Task[None]) -> None:
        batch = self._jobs.pop(task, None)
        if not task.cancelled():
            if (error := task.exception()) is not None:
                self._completion.fail(queue_error(error))
        elif batch is not None and batch.job_id is not None:  # not by ``stop``
            self.follow(batch)
        elif batch is not None:
            self._completion.fail(queue_error(asyncio.CancelledError()))
        self._completion.notify_changed()

    async def _follow(self, batch: Batch, job: Job[UploadReport] | None) -> None:
        try:
            end = await self._follower.follow(batch, job)
        finally:
            self._batches.followed.discard(batch)
        if isinstance(end, JobEnded):
            self._job_ended(batch, end.report, end.reasons)
        elif isinstance(end, JobUnsuccessful):
            self._completion.retry_or_give_up(batch, end.outcome)
        else:
            await self._failures.handle_lost_job(batch, end.error)

    def _job_ended(self, batch: Batch, report: UploadReport, reasons: Mapping[int, str]) -> None:
        rest = outcome_of_the_rest(report, len(batch.entries) - len(reasons))
        if rest.saved or rest.fate == "rejected":
            ends = [
                PutOutcome("rejected", reasons[place]) if place in reasons else rest
                for place in range(len(batch.entries))
            ]
            self._completion.complete(batch, ends)
            return
        self._reject(batch, reasons)
        if rest.fate == "unknown" and report.rejected > len(reasons):
            self._send_in_parts(batch, report)
        else:
            self._completion.retry_or_give_up(batch, rest)

    def _reject(self, batch: Batch, reasons: Mapping[int, str]) -> None:
        """Complete the rows that are known to be rejected; the batch keeps the others."""
        left = [entry for place, entry in enumerate(batch.entries) if place not in reasons]
        for place, reason in reasons.items():
            self._completion.complete_row(batch.entries[place], PutOutcome("rejected", reason))
        self._completion.release(batch)
        batch.entries = left

    def _send_in_parts(self, batch: Batch, report: UploadReport) -> None:
        """Send a file again in parts, because it is not known which of its rows were rejected.

        The journal names the job until the parts are sent: the next queue asks for its report again.
        """
        batch.job_id = None
        if report.appended + report.updated:
            self._completion.record_success()
        self._batches.ready.extend(split(batch))

    def _drop_unknown_columns(self, batch: Batch, columns: ListColumns) -> None:
        """Reject rows with columns that the list has no more."""
        headings = frozenset(columns.headings)
        if all(entry.cells.keys() <= headings for entry in batch.entries):
            return
        known: list[Entry] = []
        ends: list[PutOutcome] = []
        for entry in batch.entries:
            if entry.cells.keys() <= headings:
                known.append(entry)
            else:
                missing = ", ".join(map(repr, sorted(entry.cells.keys() - headings)))
                ends.append(PutOutcome("rejected", f"the list has no column {missing} any more"))
                self._completion.complete_row(entry, ends[-1])
        self._completion.release(batch)
        self._completion.log_unsaved(ends)
        batch.entries = known

    async def _upload(self, batch: Batch, columns: ListColumns, attempt: _Attempt) -> Job[UploadReport]:
        def refused() -> None:
            if not batch.may_have_arrived:  # else an earlier copy may still arrive
                self._persistence.mark_unsent(batch.entries)

        return await self._calls.upload(batch.entries, columns, batch.touched, attempt.begin, refused)

    def _accepted(self, batch: Batch, job: Job[UploadReport]) -> None:
        batch.job_id = job.id
        self._persistence.mark_accepted(batch.entries, job.id, batch.may_arrive_until)
        self.follow(batch, job)


class _Attempt:
    """The attempts of one call, each of which is written into the journal before it is sent.

    Args:
        batch: what is sent.
        persistence: writes into the journal.
        batches: until when a copy may arrive.
    """

    def __init__(self, batch: Batch, persistence: RowPersistence, batches: Batches) -> None:
        self._batch = batch
        self._persistence = persistence
        self._batches = batches
        self.begun: bool = False
        """Whether the last one may have been sent."""

    async def begin(self) -> None:
        """Write down that the next one is sent; of the one before Act-On has nothing.

        Raises:
            ActOnError: the journal cannot be written, or another process sends this queue: nothing may be sent.
        """
        self.begun = False
        until = self._batches.arrival_deadline(self._batch, clock.wall())
        await self._persistence.mark_sending(self._batch.entries, until)
        self._persistence.check_lead()
        self._batch.sent_at, self.begun = loop_time(), True
