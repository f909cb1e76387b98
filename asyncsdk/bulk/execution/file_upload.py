"""Upload of one file: it is sent, its job is awaited, and its rejected rows are matched with the input.

If it is not known whether Act-On has saved the file, the list is read, and rows that it does not hold are sent
again: an UPSERT that arrives twice does no harm.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final, Literal

from attrs import frozen

from asyncsdk.bulk.execution.reconcile import Found, reconcile
from asyncsdk.bulk.execution.report_counts import fitted, matched, why_not_saved
from asyncsdk.bulk.execution.upload_source import UploadSource
from asyncsdk.bulk.run_context import RunContext
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.bulk.storage.counts import Counts
from asyncsdk.bulk.storage.file_entry import FileEntry
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.errors import (
    ActOnError,
    APIError,
    InvalidArgument,
    JobDetached,
    JobFailed,
    JobTimeout,
    NotSent,
    PermissionDenied,
)
from asyncsdk.jobs.job import Job
from asyncsdk.models.lists import UploadReport
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.caller import retry_read
from asyncsdk.uploads.cooperation import let_others_run
from asyncsdk.uploads.csv_spool import UploadFile
from asyncsdk.uploads.error_classification import UNREADABLE, classify
from asyncsdk.uploads.job_estimate import job_seconds
from asyncsdk.uploads.match_rejects import match_rejects
from asyncsdk.uploads.row_numbers import RowNumbers
from asyncsdk.uploads.upload_file import merge

__all__ = ["FileUpload"]

PAUSES: Final = (2.0, 10.0, 30.0)
"""Seconds before a file is sent again that Act-On surely does not have; after the last one, the run ends."""

_LIST_UNREADABLE: Final = (*UNREADABLE, PermissionDenied)
"""Errors that do not pass if the list is read again."""


@frozen
class FileUpload:
    """Upload of one file.

    Args:
        context: the resources of the run.
        journal: where every step is written down before it matters.
        staged: the input.
        entry: what the journal knows of the file.
        file: its rows.
        may_resend: whether rows may be sent again in this run.
    """

    context: RunContext
    journal: Journal
    staged: StagedInput
    entry: FileEntry
    file: UploadFile
    may_resend: bool

    async def run(self) -> int | None:
        """Upload it, await its job and match its rejects; gives the number of a file with what is to be sent again.

        Raises:
            ActOnError: what the next file would meet, too.
        """
        self.context.meter.at("sending")
        if self.entry.state in {"waiting", "sending"}:
            sent = await self._send()
            if not isinstance(sent, Job):
                return await self._reconcile("the answer to its upload was lost", sent)
            return await self._await_job(sent)
        if self.entry.state == "accepted":
            options = CallOptions(counter=self.context.counter, expected_seconds=job_seconds(self.file.rows))
            job = self.context.caller.job(UploadReport, str(self.entry.job_id), options=options)
            return await self._await_job(job)
        return await self._reconcile("the answer to its upload was lost")

    async def _send(self) -> Job[UploadReport] | ActOnError:
        """Upload it; gives the error if Act-On may have it, or not."""
        number, pauses = self.entry.number, list(PAUSES)
        while True:
            self.journal.sending(number)
            await self.context.carrier.carry()
            try:
                job = await self._upload()
            except ActOnError as error:
                after = self._next_step(error)
                if after == "reconcile":
                    return error
                if after == "raise" or not pauses:
                    raise
                self.context.meter.at("pausing", pauses[0])
                await asyncio.sleep(self.context.caller.pauses.seconds(pauses.pop(0)))
                self.context.meter.at("sending")
            else:
                self.journal.accepted(number, job.id)
                await self.context.carrier.carry()
                return job

    def _next_step(self, error: ActOnError) -> Literal["reconcile", "send again", "raise"]:
        """Decide what follows a failed attempt; the journal notes it if Act-On surely has nothing of the file."""
        number = self.entry.number
        if classify(error) == "unknown":
            # Unless its last bytes left, Act-On cannot have taken it.
            return "reconcile" if self.journal.file(number).state == "sent" else "send again"
        if isinstance(error, (NotSent, APIError, InvalidArgument)):
            self.journal.refused(number)
            self.context.carrier.carry_soon()
        return "send again" if isinstance(error, NotSent) else "raise"

    async def _upload(self) -> Job[UploadReport]:
        number, journal, carrier = self.entry.number, self.journal, self.context.carrier
        self.file.file.seek(0)
        source = UploadSource(
            self.file.file,
            self.file.size,
            lambda: journal.sending(number),
            lambda: journal.sent(number),
            lambda: journal.refused(number),
            carrier.carry,
        )

        def refused() -> None:
            source.refused()
            carrier.carry_soon()

        try:
            # Merging a file twice does the list no harm, but it would count new records as updated ones.
            return await merge(
                self.context.caller,
                self.file,
                source,
                "bulk.csv",
                self.context.counter,
                refused,
                carrier.ensure_held,
            )
        except ActOnError:
            if source.failure is not None:
                raise source.failure from None
            raise

    async def _await_job(self, job: Job[UploadReport]) -> int | None:
        self.context.meter.at("waiting", job_seconds(self.file.rows))
        try:
            report = await job
        except JobTimeout as error:
            if self.entry.reason is not None:  # it was overdue before
                return await self._reconcile("its job does not end", error)
            await self._leave_open(str(error))
            return None
        except JobDetached as error:
            if error.__cause__ is not None:
                raise error.__cause__ from None
            raise
        except JobFailed as error:
            if error.__cause__ is not None:  # its status cannot be read any more: perhaps its id has expired
                return await self._reconcile("its job cannot be asked for")
            await self._finish(Counts(failed=self.file.rows), str(error))
            return None
        finally:
            job.abandon()  # if it goes on, it is not polled any more
        return await self._match_report(report)

    async def _match_report(self, report: UploadReport) -> int | None:
        """Match the report with the rows: rejected ones, and those that it leaves out."""
        found, reason = 0, None
        if report.rejected and report.rejects_file:
            try:
                found = await self._match_rejects(report.rejects_file, report.rejected)
            except UNREADABLE as error:
                reason = f"The file of rejected rows cannot be had: {error}"
        counts = fitted(report, self.file.rows)
        if counts.unknown:
            why = f"Act-On's counts of its job leave {counts.unknown:,} rows out"
            return await self._reconcile(why, report=report)
        if reason is None and found < report.rejected:
            lost = report.rejected - found
            reason = f"{lost:,} rejected rows could not be told apart: Act-On's file of rejects does not name them."
        await self._finish(counts, reason or why_not_saved(counts))
        return None

    async def _match_rejects(self, name: str, at_most: int) -> int:
        columns, named, touched = self.staged.columns, self.staged.named, self.file.touched

        def keep(rejected: Sequence[tuple[tuple[int, Sequence[str]], str]]) -> None:
            self.journal.rejects.add((number, named(cells, touched), why) for (number, cells), why in rejected)

        def rows() -> Iterator[tuple[str, tuple[int, Sequence[str]]]]:
            return ((cells[columns.email], (number, cells)) for number, cells in self.file.read())

        return await retry_read(
            lambda: match_rejects(
                self.context.caller, columns, name, rows, keep, self.context.counter, at_most=at_most
            ),
            self.context.caller.pauses,
        )

    async def _reconcile(
        self, why: str, trouble: ActOnError | None = None, report: UploadReport | None = None
    ) -> int | None:
        """Reconcile with the list: rows that it does not show are sent again.

        Args:
            why: why its outcome is unknown.
            trouble: the error that is raised if it happened too often.
            report: the report of the job, if there is one.
        """
        entry = self.journal.file(self.entry.number)
        lost = f"Of {entry.rows:,} rows of a file it is not known whether they were saved: {why}"
        rejected = await self._known_as_rejected()
        try:
            found = await reconcile(
                self.context.caller,
                self.file,
                entry.sent_at,
                self.context.counter,
                self._tell_reconciling,
                rejected,
            )
        except _LIST_UNREADABLE as error:
            await self._leave_open(f"{lost}, and the list cannot be read: {error}")
            return None
        counts = self._counts_of(found, report, len(rejected))
        if not found.missing:
            await self._finish(counts)
            return None
        if self.may_resend:
            self.context.meter.done(counts.rows)
            again = self.journal.resend(entry.number, counts, found.missing)
            await self.context.carrier.carry()
            return again
        await self._leave_open(f"{lost}, again and again.")
        if trouble is not None:
            raise trouble
        return None

    async def _known_as_rejected(self) -> RowNumbers:
        """The numbers of its rows that are known rejects."""
        mine, rejected = RowNumbers(), self.journal.rejects.numbers()
        if rejected:
            for place, run in enumerate(self.file.runs(), 1):
                for number in rejected.within(run):
                    mine.add(number)
                await let_others_run(place)
        return mine

    def _counts_of(self, found: Found, report: UploadReport | None, rejected: int) -> Counts:
        if report is not None:
            return matched(report, found, rejected)
        return Counts(found.created, found.updated, rejected)

    def _tell_reconciling(self, seconds: float) -> None:
        self.context.meter.at("looking", seconds)

    async def _leave_open(self, reason: str) -> None:
        self.journal.left_open(self.entry.number, reason)
        await self.context.carrier.carry()

    async def _finish(self, counts: Counts, reason: str | None = None) -> None:
        self.journal.ended(self.entry.number, counts, reason)
        await self.context.carrier.carry()
        self.context.meter.done(counts.rows)
