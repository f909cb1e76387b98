"""Page reader: prefetches the pages of a list, gives them in order, and checks that they are complete."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import islice
from operator import countOf
from typing import Any, Final, TypeAlias, cast

from attrs import frozen

from asyncsdk import models
from asyncsdk.api import Lists
from asyncsdk.decoding.converter import structure
from asyncsdk.downloads.caller import DownloadCaller
from asyncsdk.downloads.completeness import Completeness, counted
from asyncsdk.downloads.id_set import IdSet
from asyncsdk.downloads.query import Query
from asyncsdk.downloads.server_time import RunStartTime
from asyncsdk.errors import DecodeError, ListChanged
from asyncsdk.files.headings import RECORD_ID, deduplicated
from asyncsdk.http.error_bodies import error_from_response, is_refusal
from asyncsdk.http.json import parse
from asyncsdk.http.messages import Response
from asyncsdk.limits.lanes import Lane
from asyncsdk.pagination.offset_pages import OffsetPages
from asyncsdk.pagination.page import Page
from asyncsdk.pagination.prefetcher import Prefetcher
from asyncsdk.pagination.strategies import PageRequest
from asyncsdk.routing.route import route_of
from asyncsdk.transport.call_options import CallOptions

__all__ = ["PageReader", "PageRows", "Row"]

MAX_PREFETCHED: Final = 5
"""Pages that are fetched at once, at the most: enough for five calls a second that take a second each."""

_PAGE: Final = route_of(Lists.download)

_log = logging.getLogger("asyncsdk")

Row: TypeAlias = Sequence[str | None]
"""One row."""


@frozen
class PageRows:
    """The next rows, under their headings."""

    headings: tuple[str, ...]
    rows: Sequence[Row]


class PageReader:
    """Reads a list from its start, and once more if the totals allow that a record was missed.

    Args:
        caller: makes the calls.
        query: the list, the columns and the records to read.
    """

    def __init__(self, caller: DownloadCaller, query: Query) -> None:
        self.headings: tuple[str, ...] | None = None
        """The headings of the last page."""
        self.start: RunStartTime = RunStartTime()
        self._caller = caller
        self._query = query
        self._strategy = OffsetPages(None, None)
        self._prefetcher = Prefetcher(self._fetch)
        self._pages = 0
        self._completeness = Completeness()
        self._given = IdSet()
        self._met_in_pass = self._given
        """The records of this pass; in the first pass, the same as those that were given."""
        self._rows_without_id = 0
        """How many rows without ids were given."""

    async def next(self) -> PageRows | None:
        """The next rows, or None at the end.

        Raises:
            ListChanged: the list changed so much that rows may be missing.
        """
        while (page_rows := await self._next_new()) is None:
            broken = self._completeness.broken(len(self._met_in_pass) + self._rows_without_id)
            if broken is None:
                return None
            self._begin_again(broken)
        return page_rows

    def _begin_again(self, broken: str) -> None:
        """Read the list once more, for records that were missed; that needs records with ids."""
        if self._rows_without_id or self._met_in_pass is not self._given:
            raise ListChanged(f"{broken}: the list changed while it was read; begin again.")
        _log.info(
            "A list changed while it was read: going through it once more, for records that were missed.",
            extra={"acton_event": "download_repeated"},
        )
        self._strategy = OffsetPages(None, None)
        self._pages = 0
        self._completeness = Completeness()
        self._met_in_pass = IdSet()

    async def _next_new(self) -> PageRows | None:
        while (request := self._strategy.next_request()) is not None:
            response = await self._prefetcher.take(request)
            self.start.note(response)
            page, rows = _page_of(response)
            self.headings = deduplicated(page.headers)
            self._completeness.note(counted(page.total_count, response))
            self._pages += 1
            if RECORD_ID in page.headers:
                new = self._not_given(page, rows, response)
            else:
                new, _ = self._following(page, rows, tuple(map(tuple, rows)))
                self._rows_without_id += len(new)
            if new:
                return PageRows(self.headings, new)
        return None

    def prefetch(self) -> None:
        """Prefetch the next pages; more of them, the more pages were read."""
        self._prefetcher.prefetch(islice(self._strategy.upcoming_requests(), min(self._pages, MAX_PREFETCHED)))

    async def close(self) -> None:
        """Cancel all prefetches."""
        await self._prefetcher.stop()

    async def _fetch(self, request: PageRequest, ahead: bool) -> Response:
        self.start.begin()
        options = CallOptions(Lane.BULK if ahead else Lane.INTERACTIVE)
        return await self._caller.send(_PAGE, self._query.arguments(**request), options)

    def _not_given(self, page: models.ListPage, rows: Sequence[Row], response: Response) -> Sequence[Row]:
        """The rows of records that have not been given before."""
        index = page.headers.index(RECORD_ID)
        ids: tuple[Any, ...] = tuple([row[index] for row in rows])
        if countOf(map(type, ids), str) < len(ids) or not all(ids):
            raise _no_page("a record has no id", response)
        new, names = self._following(page, rows, ids)
        if self._met_in_pass is not self._given:
            self._met_in_pass.add(names)
        places = self._given.add(names)
        return new if len(places) == len(new) else [new[place] for place in places]

    def _following(
        self, page: models.ListPage, rows: Sequence[Row], names: tuple[Any, ...]
    ) -> tuple[Sequence[Row], Sequence[Any]]:
        """The rows that follow the last ones, and the names by which they are deduplicated."""
        new = self._strategy.new_items(Page(names, page.offset, len(rows), page.total_count))
        tail = len(rows) - len(new)
        if tuple(new) == names[tail:]:
            return rows[tail:], new
        by_name = dict(zip(names, rows, strict=True))
        return [by_name[name] for name in new], new


def _page_of(response: Response) -> tuple[models.ListPage, Sequence[Row]]:
    """The page without its rows, and its rows, not converted: a loop over them costs as much as parsing."""
    body = parse(response)
    if is_refusal(body):
        raise error_from_response(response)
    rows: Any = cast("dict[str, Any]", body).pop("data", None) if isinstance(body, dict) else None
    page = cast("models.ListPage", structure(body, models.ListPage, response))
    problem = _problem(rows, len(page.headers))
    if problem is not None:
        raise _no_page(problem, response)
    return page, cast("Sequence[Row]", rows)


def _no_page(problem: str, response: Response) -> DecodeError:
    return DecodeError(
        f"The answer is no page of records (HTTP {response.status}, request {response.request_id}):",
        status=response.status,
        problems=(problem,),
        request_id=response.request_id,
    )


def _problem(found: object, width: int) -> str | None:
    """Reason why these cannot be the rows of a page, or None."""
    rows = cast("Sequence[Any]", found)
    if not isinstance(found, list):
        return f"data is {type(found).__name__}, not an array"
    if countOf(map(type, rows), list) < len(rows):
        return "a row is not an array"
    if countOf(map(len, rows), width) < len(rows):
        wrong = next(place for place, row in enumerate(rows) if len(row) != width)
        return f"row {wrong + 1} of the page has {len(rows[wrong])} cells under {width} headings"
    return None
