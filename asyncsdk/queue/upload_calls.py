"""Upload calls: save a single row, upload a file, follow its job, read its rejected rows.

A call whose answer was lost is not repeated here: the sender must know of it, because the lost copy may still
arrive.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import closing

from asyncsdk.errors import FileTooLarge
from asyncsdk.files.csv_codec import lines_of
from asyncsdk.files.wrapped_file import WrappedFile
from asyncsdk.http.call_count import CallCount
from asyncsdk.http.messages import Effect
from asyncsdk.jobs.job import Job
from asyncsdk.models.clear import CLEAR
from asyncsdk.models.lists import UploadReport
from asyncsdk.queue.column_cache import ColumnCache
from asyncsdk.queue.entry import Entry
from asyncsdk.queue.results import PutOutcome
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.caller import UploadCaller, retry_read
from asyncsdk.uploads.csv_spool import Spool
from asyncsdk.uploads.job_estimate import job_seconds
from asyncsdk.uploads.list_columns import ListColumns
from asyncsdk.uploads.match_rejects import match_rejects
from asyncsdk.uploads.save_record import save_record
from asyncsdk.uploads.upload_file import merge

__all__ = ["UploadCalls", "outcome_of_the_rest"]


class UploadCalls:
    """Makes the calls of a queue.

    Args:
        caller: the session.
        counter: counts the calls.
        columns: the list's columns.
    """

    def __init__(self, caller: UploadCaller, counter: CallCount, columns: ColumnCache) -> None:
        self._caller = caller
        self._counter = counter
        self._columns = columns

    async def list_columns(self) -> ListColumns:
        """The list's columns, fit to send by.

        Raises:
            ActOnError: they cannot be read.
        """
        return await self._columns.current()

    async def save(
        self, entry: Entry, columns: ListColumns, before_attempt: Callable[[], Awaitable[None]]
    ) -> PutOutcome:
        """Save one row.

        Args:
            entry: the row.
            columns: the list's columns.
            before_attempt: awaited when its turn has come, before each attempt.

        Raises:
            ActOnError: it is not saved, or nobody can say.
        """
        options = CallOptions(effect=Effect.UNSAFE, counter=self._counter, before_attempt=before_attempt)
        cells = {columns.headings[columns.email]: entry.email, **entry.cells}
        return PutOutcome(await save_record(self._caller, columns.list_id, entry.email, cells, options))

    async def upload(
        self,
        entries: Sequence[Entry],
        columns: ListColumns,
        touched: frozenset[str] | None,
        before_attempt: Callable[[], Awaitable[None]],
        refused: Callable[[], None],
    ) -> Job[UploadReport]:
        """Upload a file.

        Args:
            entries: its rows.
            columns: the list's columns.
            touched: those that it writes, empty cells erasing; None: empty cells keep what is there.
            before_attempt: awaited when its turn has come, before each attempt.
            refused: called when an attempt has surely done nothing, before the next one is waited for.

        Raises:
            ActOnError: Act-On has it not, or nobody can say.
        """
        with closing(_spooled(entries, columns, touched, self._caller.limits.upload_bytes)) as spool:
            (file,) = spool.files
            file.file.seek(0)
            source = WrappedFile(file.file)
            return await merge(self._caller, file, source, "queue.csv", self._counter, refused, before_attempt)

    def job(self, job_id: str, rows: int) -> Job[UploadReport]:
        """The job of a file of so many rows, to be followed anew."""
        options = CallOptions(counter=self._counter, expected_seconds=job_seconds(rows))
        return self._caller.job(UploadReport, job_id, options=options)

    async def reasons(
        self, entries: Sequence[Entry], columns: ListColumns, report: UploadReport
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
            await match_rejects(self._caller, columns, name, rows, found.update, self._counter, at_most=most)
            return found

        return await retry_read(read, self._caller.pauses)


def _spooled(entries: Sequence[Entry], columns: ListColumns, touched: frozenset[str] | None, limit: int) -> Spool:
    """Entries as a file; their numbers are their places."""
    places = None
    if touched is not None:
        places = frozenset(
            {columns.email, *(columns.headings.index(name) for name in touched if name in columns.headings)}
        )
    spool = Spool(columns, limit, places)
    rows: list[list[str]] = []
    for entry in entries:
        said = {heading: "" if cell is CLEAR else cell for heading, cell in entry.cells.items()}
        said[columns.headings[columns.email]] = entry.email
        rows.append([said.get(heading, "") for heading in columns.headings])
    spool.add(lines_of(rows).encode(), [range(len(rows))])
    if len(spool.files) > 1:
        spool.close()
        raise FileTooLarge(f"{len(rows):,} rows are longer than the {limit:,} bytes of a file.")
    return spool


def outcome_of_the_rest(report: UploadReport, rows: int) -> PutOutcome:
    """The outcome of so many rows of a file: all but those that are known to be rejected."""
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
