"""The calls by which rows are saved: one for a single row, or a file for many and a job to follow.

No call is repeated here whose answer was lost: whoever sends must know of it, because a copy that was lost may
still arrive.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing

from asyncsdk.errors import FileTooLarge
from asyncsdk.files.csv_format import lines_of
from asyncsdk.http.call_count import CallCount
from asyncsdk.http.messages import Effect
from asyncsdk.jobs.job import Job
from asyncsdk.models.clear import CLEAR
from asyncsdk.models.lists import UploadReport
from asyncsdk.queue.attempts import Attempts
from asyncsdk.queue.columns import Columns
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.results import PutOutcome
from asyncsdk.transport.options import CallOptions
from asyncsdk.uploads.caller import Caller, retry_read
from asyncsdk.uploads.csv_spool import Spool
from asyncsdk.uploads.estimate import job_seconds
from asyncsdk.uploads.list_columns import ListColumns
from asyncsdk.uploads.match_rejects import match_rejects
from asyncsdk.uploads.merge import merge
from asyncsdk.uploads.save_record import save_record

__all__ = ["UploadCalls", "outcome_of_the_rest"]


class UploadCalls:
    """Makes the calls.

    Args:
        link: the session.
        count: counts the calls.
        columns: the list's columns.
    """

    def __init__(self, link: Caller, count: CallCount, columns: Columns) -> None:
        self._link = link
        self._count = count
        self._columns = columns

    async def shape(self) -> ListColumns:
        """The list's columns, fit to send by.

        Raises:
            ActOnError: they cannot be read.
        """
        return await self._columns.shape()

    async def save(self, entry: Entry, shape: ListColumns) -> PutOutcome:
        """Save one row.

        Raises:
            ActOnError: it is not saved, or nobody can say.
        """
        options = CallOptions(effect=Effect.UNSAFE, counter=self._count)
        cells = {shape.headings[shape.email]: entry.email, **entry.cells}
        return PutOutcome(await save_record(self._link, shape.list_id, entry.email, cells, options))

    async def upload(
        self,
        entries: Sequence[Entry],
        shape: ListColumns,
        touched: frozenset[str] | None,
        begins: Callable[[], Awaitable[None]],
        refused: Callable[[], None],
    ) -> Job[UploadReport]:
        """Upload a file.

        Args:
            entries: its rows.
            shape: the list's columns.
            touched: those that it writes, empty cells erasing; None: empty cells keep what is there.
            begins: awaited before it is sent once more.
            refused: called when an attempt has surely done nothing, before the next one is waited for.

        Raises:
            ActOnError: Act-On has it not, or nobody can say.
        """
        with closing(_spooled(entries, shape, touched, self._link.limits.upload_bytes)) as spool:
            (file,) = spool.files
            file.file.seek(0)
            attempts = Attempts(file.file, begins, refused)
            return await merge(self._link, file, attempts, "queue.csv", self._count, attempts.on_refused)

    def job(self, job_id: str, rows: int) -> Job[UploadReport]:
        """The job of a file of so many rows, to be followed anew."""
        options = CallOptions(counter=self._count, expected_seconds=job_seconds(rows))
        return self._link.job(UploadReport, job_id, options=options)

    async def reasons(
        self, entries: Sequence[Entry], shape: ListColumns, report: UploadReport
    ) -> Mapping[int, str]:
        """Why rows of a file were rejected, by their place in it, as far as Act-On tells which.

        Raises:
            ActOnError: the file of rejects cannot be had.
        """
        name, most = str(report.rejects_file), report.rejected

        def rows() -> Iterator[tuple[str, int]]:
            return ((entry.email, place) for place, entry in enumerate(entries))

        async def read() -> Mapping[int, str]:
            found: dict[int, str] = {}
            await match_rejects(self._link, shape, name, rows, found.update, self._count, at_most=most)
            return found

        return await retry_read(read)


def _spooled(entries: Sequence[Entry], shape: ListColumns, touched: frozenset[str] | None, limit: int) -> Spool:
    """Entries as a file; their numbers are their places."""
    places = None
    if touched is not None:
        places = frozenset(
            {shape.email, *(shape.headings.index(name) for name in touched if name in shape.headings)}
        )
    spool = Spool(shape, limit, places)
    rows: list[list[str]] = []
    for entry in entries:
        said = {heading: "" if cell is CLEAR else cell for heading, cell in entry.cells.items()}
        said[shape.headings[shape.email]] = entry.email
        rows.append([said.get(heading, "") for heading in shape.headings])
    spool.add(lines_of(rows).encode(), [range(len(rows))])
    if len(spool.files) > 1:
        spool.close()
        raise FileTooLarge(f"{len(rows):,} rows are longer than the {limit:,} bytes of a file.")
    return spool


def outcome_of_the_rest(report: UploadReport, rows: int) -> PutOutcome:
    """What became of so many rows of a file, all but those that are known to be rejected."""
    saved = report.appended + report.updated
    if saved >= rows:
        if not report.updated:
            return PutOutcome("created")
        return PutOutcome("updated" if not report.appended else "upserted")
    if report.failed >= rows:
        return PutOutcome("failed", "Act-On could not store the row")
    if not saved and report.rejected >= rows:
        return PutOutcome("rejected", "Act-On rejected the whole file, and does not tell why")
    return PutOutcome("unknown", f"Act-On saved {saved:,} of {rows:,} rows, and does not say which")
