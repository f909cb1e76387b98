"""The way of files: each is uploaded, its job awaited, and its rejected rows joined back to the input."""

from __future__ import annotations

import asyncio
from typing import Final

from asyncsdk.bulk.estimate import job_seconds
from asyncsdk.bulk.keeping.journal import Counts, Journal
from asyncsdk.bulk.link import Link, read_again
from asyncsdk.bulk.progress import Meter
from asyncsdk.bulk.sending.last_piece import LastPiece
from asyncsdk.bulk.sending.looking import look_for
from asyncsdk.bulk.sending.merging import merge
from asyncsdk.bulk.sending.rejecting import join_rejects
from asyncsdk.bulk.staging.spool import SpooledFile
from asyncsdk.bulk.staging.staged import Staged
from asyncsdk.errors import (
    APIError,
    DecodeError,
    InvalidArgument,
    InvalidRequest,
    JobDetached,
    JobFailed,
    JobTimeout,
    NotFound,
    NotSent,
    ReplyLost,
    ServerError,
)
from asyncsdk.job import Job
from asyncsdk.message import CallCount
from asyncsdk.models.lists import UploadReport

__all__ = ["Uploading"]

ATTEMPTS: Final = 4
"""How often a file is sent whose last bytes did not leave."""

PAUSE: Final = 2.0

_NO_REJECTS: Final = (InvalidRequest, NotFound, DecodeError)
"""What will not change if the file of rejects is asked for again."""


class Uploading:
    """Sends the files of one run, one after the other, so that no two jobs work on the list at once."""

    def __init__(self, link: Link, journal: Journal, staged: Staged, meter: Meter, count: CallCount) -> None:
        self._link = link
        self._journal = journal
        self._staged = staged
        self._meter = meter
        self._count = count

    async def run(self) -> None:
        """See every file to its end, as far as an earlier run has not."""
        for number, file in enumerate(self._staged.files):
            if self._journal.file(number).state != "ended":
                await self._carry(number, file)
                if self._journal.file(number).state == "ended":
                    self._meter.done(file.rows)

    async def _carry(self, number: int, file: SpooledFile) -> None:
        entry = self._journal.file(number)
        self._meter.at("sending")
        job: Job[UploadReport] | None = None
        if entry.state in {"waiting", "sending"}:
            job = await self._send(number, file)
        elif entry.state == "accepted":
            job = self._link.job(
                UploadReport, str(entry.job_id), count=self._count, expected=job_seconds(file.rows)
            )
        self._meter.sent(file.rows)
        self._meter.at("waiting")
        if job is not None:
            await self._see_through(number, file, job)
        else:
            await self._look(number, file, "the answer to its upload was lost")

    async def _send(self, number: int, file: SpooledFile) -> Job[UploadReport] | None:
        """Upload a file; None if nobody can say whether Act-On has it."""
        for attempt in range(1, ATTEMPTS + 1):
            self._journal.sending(number)
            try:
                job = await self._upload(number, file)
            except (ReplyLost, ServerError, DecodeError):
                if self._journal.file(number).state == "sent":
                    return None
                # Its last bytes never left, so that Act-On cannot have taken it.
                if attempt == ATTEMPTS:
                    raise
                await asyncio.sleep(PAUSE * attempt)
            except (APIError, InvalidArgument, NotSent):
                self._journal.refused(number)
                raise
            else:
                self._journal.accepted(number, job.id)
                return job
        return None

    async def _upload(self, number: int, file: SpooledFile) -> Job[UploadReport]:
        file.file.seek(0)
        source = LastPiece(
            file.file, file.size, lambda: self._journal.sending(number), lambda: self._journal.sent(number)
        )
        # Merging a file twice does the list no harm, but it would count new records as updated ones.
        return await merge(self._link, file, source, "bulk.csv", self._count)

    async def _see_through(self, number: int, file: SpooledFile, job: Job[UploadReport]) -> None:
        try:
            report = await job
        except JobTimeout as error:
            self._journal.overdue(number, str(error))
        except JobDetached as error:
            if error.__cause__ is not None:
                raise error.__cause__ from None
            raise
        except JobFailed as error:
            if error.__cause__ is None:
                self._journal.ended(number, Counts(failed=file.rows), str(error))
            else:  # nobody tells of it any more: its id has expired, for one
                await self._look(number, file, "its job cannot be asked for")
        else:
            await self._join(number, file, report)
        finally:
            job.abandon()  # if it goes on, nobody looks at it any more

    async def _join(self, number: int, file: SpooledFile, report: UploadReport) -> None:
        rejects, name = self._journal.rejects, report.rejects_file
        found, reason = 0, None
        if report.rejected and name:
            try:
                found = await read_again(
                    lambda: join_rejects(
                        self._link, self._staged, file, name, rejects, self._count, at_most=report.rejected
                    )
                )
            except _NO_REJECTS as error:
                reason = f"The file of rejected rows cannot be had: {error}"
        if reason is None and found < report.rejected:
            lost = report.rejected - found
            reason = f"{lost:,} rejected rows could not be told apart: Act-On's file of rejects does not name them."
        counts = _fitted(report, file.rows)
        self._journal.ended(number, counts, reason or _reason(counts))

    async def _look(self, number: int, file: SpooledFile, why: str) -> None:
        since = self._journal.file(number).sent_at or 0.0
        counts = await look_for(self._link, file, since, self._count)
        lost = f"Of {counts.unknown:,} rows of a file it is not known whether they were saved: {why}."
        self._journal.ended(number, counts, lost if counts.unknown else None)


def _reason(counts: Counts) -> str | None:
    """Why some rows of a job that is done are not saved, as far as it tells."""
    if counts.failed:
        return f"Act-On counts {counts.failed:,} rows as failed, and does not say which, or why."
    if counts.unknown:
        return f"Act-On's counts of a finished job leave {counts.unknown:,} rows out."
    return None


def _fitted(report: UploadReport, rows: int) -> Counts:
    """The server's counts; rows that it does not speak of are unknown, and it cannot have more than there were."""
    left = rows
    fitted: list[int] = []
    for told in (report.rejected, report.failed, report.appended, report.updated):
        fitted.append(min(told, left))
        left -= fitted[-1]
    rejected, failed, created, updated = fitted
    return Counts(created, updated, rejected, failed, left)
