"""Namespace ``lists``: the routes, downloads of any size, incremental downloads, and jobs by their id."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any, TypeVar, overload

from asyncsdk import api, models
from asyncsdk.client.namespace import Namespace
from asyncsdk.jobs.job import Job
from asyncsdk.routing.route import route_of

__all__ = ["Lists"]

T = TypeVar("T")

# Downloads are imported on their first use: not every program downloads lists.


class Lists(Namespace, api.Lists):
    """Lists, their uploads, and the lists of addresses that get no mail."""

    @overload
    def records(
        self,
        list_id: str,
        *,
        fields: Sequence[str] | None = None,
        modified_after: datetime | None = None,
        modified_before: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        into: None = None,
    ) -> AsyncIterator[models.Contact]: ...
    @overload
    def records(
        self,
        list_id: str,
        *,
        fields: Sequence[str] | None = None,
        modified_after: datetime | None = None,
        modified_before: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        into: type[T],
    ) -> AsyncIterator[T]: ...
    def records(
        self,
        list_id: str,
        *,
        fields: Sequence[str] | None = None,
        modified_after: datetime | None = None,
        modified_before: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        into: type[Any] | None = None,
    ) -> AsyncIterator[Any]:
        """Iterate over the records of a list: pages are prefetched and given in order, few at a time in memory.

        No record is given twice. The totals at the end tell whether a record may have been missed, because others
        were added, deleted or moved meanwhile: then the list is read once more, for the records that have not been
        given; if the totals allow it again, the iteration ends in ``ListChanged``.

        A second column of one heading, such as ``Name``, is called ``Name (2)``.

        Args:
            list_id: the list, such as ``l-0001``.
            fields: only these headings.
            modified_after: only records modified after this time.
            modified_before: only records modified before this time.
            created_after: only records created after this time.
            created_before: only records created before this time.
            into: an attrs class, a dataclass or a TypedDict of your own; its fields are called like the headings,
                or name them: ``field(metadata=wire("First Name"))``, with ``asyncsdk.models.wire.wire``.
        """
        from asyncsdk.downloads import Query, records

        query = Query(list_id, fields, modified_after, modified_before, created_after, created_before)
        return records(self._calls, query, models.Contact if into is None else into)

    @overload
    def changes(
        self,
        list_id: str,
        *,
        state: str | PathLike[str],
        fields: Sequence[str] | None = None,
        modified_after: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        into: None = None,
    ) -> AbstractAsyncContextManager[AsyncIterator[models.Contact]]: ...
    @overload
    def changes(
        self,
        list_id: str,
        *,
        state: str | PathLike[str],
        fields: Sequence[str] | None = None,
        modified_after: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        into: type[T],
    ) -> AbstractAsyncContextManager[AsyncIterator[T]]: ...
    def changes(
        self,
        list_id: str,
        *,
        state: str | PathLike[str],
        fields: Sequence[str] | None = None,
        modified_after: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        into: type[Any] | None = None,
    ) -> AbstractAsyncContextManager[AsyncIterator[Any]]:
        """Go through the records that are new or have changed since the last run; in the first run, through all.

        ``async with acton.lists.changes(list_id, state=...) as records:``, and in it ``async for``. A run counts
        once it was read to its end and the block has ended without an error; then the state is written. So save
        what you are given inside the block: if that fails, or the process dies, the next run gives the same again.

        The next run starts from the time before this one's first call, by the server's clock, and some minutes
        earlier; what it sees again unchanged it leaves out, unless the last run saw more than 10,000 records. What
        changes while a run goes on is given in it or in the next. Records that are deleted are not told of.

        Args:
            list_id: the list, such as ``l-0001``.
            state: a file that remembers how far the last run came; one for each account, list and question. That
                it can be used is found out before the list is asked for anything; the account's number is asked.
            fields: only these headings.
            modified_after: only records modified after this time.
            created_after: only records created after this time.
            created_before: only records created before this time.
            into: as for ``records``.
        """
        from asyncsdk.downloads import Query, changes

        query = Query(list_id, fields, modified_after, None, created_after, created_before)
        return changes(self._calls, query, models.Contact if into is None else into, state)

    async def export(
        self,
        list_id: str,
        path: str | PathLike[str],
        *,
        fields: Sequence[str] | None = None,
        modified_after: datetime | None = None,
        modified_before: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        on_progress: Callable[[models.ExportProgress], None] | None = None,
        defuse_formulas: bool = False,
    ) -> models.ExportReport:
        """Write a list to a CSV file, in one call and constant memory.

        The file appears under its name only when it holds as many rows as the server counts; until then, and if
        anything goes wrong, what was there before stays. If the numbers differ, the list is asked for once more.

        Args:
            list_id: the list, such as ``l-0001``.
            path: the file.
            fields: only these headings.
            modified_after: only records modified after this time.
            modified_before: only records modified before this time.
            created_after: only records created after this time.
            created_before: only records created before this time.
            on_progress: called now and then with the progress.
            defuse_formulas: put an apostrophe before each cell that a spreadsheet may execute, which begins with
                ``=``, ``+``, ``-``, ``@``, a tabulator or a line end. By default cells are written unchanged.
        """
        from asyncsdk.downloads import Query, export

        query = Query(list_id, fields, modified_after, modified_before, created_after, created_before)
        return await export(self._calls, query, Path(path), on_progress, defuse_formulas=defuse_formulas)

    def arrow(
        self,
        list_id: str,
        *,
        fields: Sequence[str] | None = None,
        modified_after: datetime | None = None,
        modified_before: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
    ) -> models.ArrowRows:
        """Read the records of a list as columns of text, which polars, pandas, pyarrow and duckdb take directly.

        ``async for batch in acton.lists.arrow(...)`` gives them page by page, ``await acton.lists.arrow(...)`` all
        together. An absent cell is null. Needs nanoarrow (``pip install nanoarrow``).

        Args:
            list_id: the list, such as ``l-0001``.
            fields: only these headings.
            modified_after: only records modified after this time.
            modified_before: only records modified before this time.
            created_after: only records created after this time.
            created_before: only records created before this time.
        """
        from asyncsdk.downloads import ArrowRows, Query

        query = Query(list_id, fields, modified_after, modified_before, created_after, created_before)
        return ArrowRows(self._calls, query)

    def job(self, job_id: str) -> Job[models.UploadReport]:
        """Watch an upload or an asynchronous upsert that was started elsewhere.

        Args:
            job_id: the job's id, decimal digits.
        """
        return self._calls.job(models.UploadReport, job_id)

    def new_hard_bounces(
        self, *, state: str | PathLike[str]
    ) -> AbstractAsyncContextManager[AsyncIterator[models.Suppression]]:
        """Iterate over the hard bounces that came since the last run; in the first run, over all.

        Used like ``changes``, which tells how a run counts.

        Args:
            state: a file that remembers how far the last run came; one for each account and list.
        """
        from asyncsdk.downloads import new_suppressions

        return new_suppressions(self._calls, route_of(api.Lists.hard_bounces), state)

    def new_spam_complaints(
        self, *, state: str | PathLike[str]
    ) -> AbstractAsyncContextManager[AsyncIterator[models.Suppression]]:
        """Iterate over the complaints that came since the last run; in the first run, over all.

        Used like ``changes``, which tells how a run counts.

        Args:
            state: a file that remembers how far the last run came; one for each account and list.
        """
        from asyncsdk.downloads import new_suppressions

        return new_suppressions(self._calls, route_of(api.Lists.spam_complaints), state)

    def new_opt_outs(
        self, *, state: str | PathLike[str]
    ) -> AbstractAsyncContextManager[AsyncIterator[models.Suppression]]:
        """Iterate over the opt-outs that came since the last run; in the first run, over all.

        Used like ``changes``, which tells how a run counts.

        Args:
            state: a file that remembers how far the last run came; one for each account and list.
        """
        from asyncsdk.downloads import new_suppressions

        return new_suppressions(self._calls, route_of(api.Lists.opt_outs), state)
