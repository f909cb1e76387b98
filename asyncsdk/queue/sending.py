"""How a queue sends: few rows one by one, many as a file, whichever takes fewer calls.

A bulk run looks before it sends a file again, because it must count what was new. A queue need not count: to merge
the same rows twice does the list no harm, so a lost answer is simply followed by the same file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from sqlite3 import connect
from typing import Any, Final, cast

from asyncsdk.api import TABLE
from asyncsdk.bulk.csv_text import lines_of
from asyncsdk.bulk.estimate import job_seconds
from asyncsdk.bulk.headings import ListShape
from asyncsdk.bulk.link import Link
from asyncsdk.bulk.rejecting import join_rejects
from asyncsdk.bulk.rejects import Rejects
from asyncsdk.bulk.spool import Spool, SpooledFile
from asyncsdk.bulk.staged import Staged
from asyncsdk.clear import CLEAR
from asyncsdk.errors import APIError, Conflict, InvalidArgument, InvalidRequest, JobDetached, JobFailed, JobTimeout
from asyncsdk.job import Job
from asyncsdk.message import CallCount, Effect, Lane
from asyncsdk.models.contacts import Saved
from asyncsdk.models.lists import UploadReport
from asyncsdk.queue.columns import Columns
from asyncsdk.queue.outcome import PutOutcome
from asyncsdk.queue.rows import Entry
from asyncsdk.upload import Upload

__all__ = ["Sending"]

CALLS_OF_A_FILE: Final = 4
"""An upload, and about three looks at its job. Rows that are no more than this go one by one."""

EXPIRED: Final = 10017

Group = tuple[frozenset[int] | None, list[Entry]]
"""Rows that can share a file: the columns that it writes, empty cells erasing; None: empty cells keep."""


class Sending:
    """Sends entries, and tells of each what became of it.

    Args:
        link: the session.
        list_id: the list.
        columns: the list's columns.
        count: counts the calls.
        settle: told of each entry how it ended.
        accepted: told of the entries of a file, and of its job.
    """

    def __init__(
        self,
        link: Link,
        list_id: str,
        columns: Columns,
        count: CallCount,
        settle: Callable[[Entry, PutOutcome], None],
        accepted: Callable[[Sequence[Entry], str], None],
    ) -> None:
        self._link = link
        self._list_id = list_id
        self._columns = columns
        self._count = count
        self._settle = settle
        self._accepted = accepted

    async def send(self, entries: Sequence[Entry]) -> None:
        """Send entries; those that are not told of when it raises are to be sent again.

        Raises:
            ActOnError: what other rows would meet, too.
        """
        shape = await self._columns.shape()
        for touched, group in _groups(shape, self._known(shape, entries)):
            if len(group) <= CALLS_OF_A_FILE:
                await self._one_by_one(group, shape)
            else:
                await self._as_files(group, shape, touched)

    async def see_through(self, job_id: str, entries: Sequence[Entry]) -> None:
        """See a job to its end that an earlier queue has begun with these entries."""
        shape = await self._columns.shape()
        known = list(self._known(shape, entries))
        with closing(_spooled(known, shape, None, self._link.limits.upload_bytes)) as spool:
            for file in spool.files:
                job = self._link.job(UploadReport, job_id, count=self._count, expected=job_seconds(file.rows))
                await self._see_through(job, file, _entries_of(file, known))

    def _known(self, shape: ListShape, entries: Sequence[Entry]) -> Iterator[Entry]:
        """The entries whose columns the list has; it may have changed since they were put."""
        headings = frozenset(shape.headings)
        for entry in entries:
            if entry.cells.keys() <= headings:
                yield entry
            else:
                missing = ", ".join(map(repr, sorted(entry.cells.keys() - headings)))
                self._settle(entry, PutOutcome("rejected", f"the list has no column {missing} any more"))

    async def _one_by_one(self, group: Sequence[Entry], shape: ListShape) -> None:
        ends = await asyncio.gather(*(self._save(entry, shape) for entry in group), return_exceptions=True)
        for end in ends:
            if end is not None:
                raise end

    async def _save(self, entry: Entry, shape: ListShape) -> None:
        heading = shape.headings[shape.email]
        said = {name: "" if cell is CLEAR else cell for name, cell in entry.cells.items()}
        arguments = {"list_id": self._list_id, "email": entry.email, "data": {heading: entry.email, **said}}
        try:
            saved: Saved = await self._link.call(TABLE["contacts.upsert"], arguments, Lane.BULK, count=self._count)
        except (InvalidRequest, InvalidArgument, Conflict) as error:
            # Perhaps it is not the row: the list may be gone, or its columns others.
            self._columns.forget()
            if entry.cells.keys() <= frozenset((await self._columns.shape()).headings):
                self._settle(entry, PutOutcome("rejected", str(error)))
            else:
                raise
        else:
            self._settle(entry, PutOutcome("created" if "insert" in saved.message.casefold() else "updated"))

    async def _as_files(self, group: Sequence[Entry], shape: ListShape, touched: frozenset[int] | None) -> None:
        with closing(_spooled(group, shape, touched, self._link.limits.upload_bytes)) as spool:
            for file in spool.files:
                entries = _entries_of(file, group)
                job = await self._upload(file)
                self._accepted(entries, job.id)
                await self._see_through(job, file, entries)

    async def _upload(self, file: SpooledFile) -> Job[UploadReport]:
        route = TABLE["lists.merge"]
        file.file.seek(0)
        given: dict[str, Any] = {
            "list_id": self._list_id,
            "file": Upload(file.file, "queue.csv"),
            "columns": file.shape.columns(file.touched),
            "put_empty_values": file.touched is not None,
        }
        try:
            # Merging the same rows again changes nothing, so that a lost answer may be followed by the same file.
            job = await self._link.call(
                route,
                route.bind((), given),
                Lane.BULK,
                effect=Effect.IDEMPOTENT,
                count=self._count,
                expected=job_seconds(file.rows),
            )
        except APIError:
            self._columns.forget()  # they may be why it was refused
            raise
        return cast("Job[UploadReport]", job)

    async def _see_through(self, job: Job[UploadReport], file: SpooledFile, entries: Sequence[Entry]) -> None:
        try:
            report = await job
        except asyncio.CancelledError:
            job.abandon()
            raise
        except JobTimeout as error:
            self._all(entries, PutOutcome("unknown", str(error)))
        except JobDetached as error:
            raise error.__cause__ or error from None
        except JobFailed as error:
            cause = error.__cause__
            expired = isinstance(cause, APIError) and cause.code == EXPIRED
            self._all(entries, PutOutcome("unknown" if expired else "failed", str(error)))
        else:
            reasons = await self._rejected(file, report.rejects_file) if report.rejects_file else {}
            rest = _outcome_of_the_rest(report, len(entries) - len(reasons))
            for place, entry in enumerate(entries):
                reason = reasons.get(place)
                self._settle(entry, rest if reason is None else PutOutcome("rejected", reason))

    def _all(self, entries: Sequence[Entry], outcome: PutOutcome) -> None:
        for entry in entries:
            self._settle(entry, outcome)

    async def _rejected(self, file: SpooledFile, rejects_file: str) -> dict[int, str]:
        """Why rows were rejected, by their place in the file, as far as Act-On tells which."""
        shape = file.shape
        staged = Staged(shape, {name: place for place, name in enumerate(shape.headings)})
        first = next(number for number, _ in file.read())
        with closing(connect("", isolation_level=None)) as database:
            rejects = Rejects(database)
            await join_rejects(self._link, staged, file, rejects_file, rejects, self._count)
            return {reject.number - first: reject.reason for reject in rejects}


def _groups(shape: ListShape, entries: Iterator[Entry]) -> Iterator[Group]:
    """Entries by what a file of them would write; those that were not saved before stay among themselves."""
    found: dict[tuple[frozenset[int] | None, bool], list[Entry]] = {}
    for entry in entries:
        touched = None
        if CLEAR in entry.cells.values():
            touched = frozenset({shape.email, *(shape.headings.index(heading) for heading in entry.cells)})
        found.setdefault((touched, entry.attempts > 0), []).append(entry)
    for (touched, _), group in found.items():
        yield touched, group


def _spooled(entries: Sequence[Entry], shape: ListShape, touched: frozenset[int] | None, limit: int) -> Spool:
    """Entries as files; their numbers are their places."""
    spool = Spool(shape, limit, touched)
    rows: list[list[str]] = []
    for entry in entries:
        said = {heading: "" if cell is CLEAR else cell for heading, cell in entry.cells.items()}
        said[shape.headings[shape.email]] = entry.email
        rows.append([said.get(heading, "") for heading in shape.headings])
    if rows:
        spool.add(lines_of(rows).encode(), [range(len(rows))])
    return spool


def _entries_of(file: SpooledFile, entries: Sequence[Entry]) -> list[Entry]:
    return [entries[number] for number, _ in file.read()]


def _outcome_of_the_rest(report: UploadReport, rows: int) -> PutOutcome:
    """What became of those rows of a file that are not known to be rejected."""
    if report.appended + report.updated >= rows:
        if not report.updated:
            return PutOutcome("created")
        return PutOutcome("updated" if not report.appended else "upserted")
    if report.failed >= rows:
        return PutOutcome("failed", "Act-On could not store the row")
    return PutOutcome(
        "unknown",
        f"Act-On saved {report.appended + report.updated:,} of {rows:,} rows, and does not say which",
    )
