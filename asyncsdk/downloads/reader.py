"""The pages of a list in their order, read ahead, and compared with what the server promised."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from operator import itemgetter
from typing import Any, Final, TypeAlias, cast

from attrs import frozen

from asyncsdk import models
from asyncsdk.api import TABLE
from asyncsdk.codec import structure
from asyncsdk.downloads.ahead import Ahead
from asyncsdk.downloads.promise import Promise
from asyncsdk.downloads.question import Question
from asyncsdk.downloads.server_time import RunStart
from asyncsdk.downloads.source import Source
from asyncsdk.envelopes import error_of, refused_in
from asyncsdk.errors import DecodeError
from asyncsdk.json_text import parse
from asyncsdk.message import Lane, Response
from asyncsdk.page import Page
from asyncsdk.ways import Ask, ByOffset

__all__ = ["RECORD_ID", "Cells", "Reader", "Stretch"]

DEPTH: Final = 5
"""Pages on their way at once, at the most: enough for five calls a second that take a second each."""

RECORD_ID: Final = "_contact_id_"
"""The heading of the column that names the records."""

Cells: TypeAlias = Sequence[str | None]
"""One row."""


@frozen
class Stretch:
    """Rows that follow those given before."""

    headings: tuple[str, ...]
    rows: Sequence[Cells]


class Reader:
    """Goes through a list once, from its start.

    Args:
        source: the way to the server.
        question: what is asked.
    """

    def __init__(self, source: Source, question: Question) -> None:
        self.headings: tuple[str, ...] | None = None
        """Those of the last page."""
        self.start = RunStart()
        self._source = source
        self._question = question
        self._way = ByOffset(None, None)
        self._ahead = Ahead(self._fetch)
        self._pages = 0
        self._given = 0
        self._promise = Promise()

    async def next(self) -> Stretch | None:
        """The next rows, or None at the end.

        Raises:
            ListChanged: the list changed so much that rows may be missing.
        """
        while (ask := self._way.ask()) is not None:
            response = await self._ahead.take(ask)
            self.start.note(response)
            page, rows = _page_of(response)
            self.headings = page.headers
            self._promise.note(page.total_count)
            self._pages += 1
            new = self._unseen(page, rows)
            if new:
                self._given += len(new)
                return Stretch(page.headers, new)
        self._promise.check(self._given)
        return None

    def look_ahead(self) -> None:
        """Ask for the next pages; the more, the longer the walk has been."""
        self._ahead.want(islice(self._way.upcoming(), min(self._pages, DEPTH)))

    async def close(self) -> None:
        """Leave nothing running."""
        await self._ahead.stop()

    async def _fetch(self, ask: Ask, lane: Lane) -> Response:
        self.start.begin()
        return await self._source.answer(TABLE["lists.download"], self._question.arguments(**ask), lane)

    def _unseen(self, page: models.ListPage, rows: Sequence[Cells]) -> Sequence[Cells]:
        """The rows that have not been given, told apart by their ids, or else by all their cells."""
        if RECORD_ID in page.headers:
            names: tuple[Any, ...] = tuple(map(itemgetter(page.headers.index(RECORD_ID)), rows))
        else:
            names = tuple(map(tuple, rows))
        new = self._way.accept(Page(names, page.offset, len(rows), page.total_count))
        tail = len(rows) - len(new)
        if tuple(new) == names[tail:]:
            return rows[tail:]
        by_name = dict(zip(names, rows, strict=True))
        return [by_name[name] for name in new]


def _page_of(response: Response) -> tuple[models.ListPage, Sequence[Cells]]:
    """The page without its rows, and its rows: as they come, for going through them costs as much as parsing."""
    body = parse(response)
    if refused_in(body):
        raise error_of(response)
    rows: Any = cast("dict[str, Any]", body).pop("data", None) if isinstance(body, dict) else None
    page = cast("models.ListPage", structure(body, models.ListPage, response))
    problem = _problem(rows, len(page.headers))
    if problem is not None:
        raise DecodeError(
            f"The answer is no page of records (HTTP {response.status}, request {response.request_id}):",
            status=response.status,
            problems=(problem,),
            request_id=response.request_id,
        )
    return page, cast("Sequence[Cells]", rows)


def _problem(found: object, width: int) -> str | None:
    """What is wrong with the shape of the rows."""
    rows = cast("Sequence[Any]", found)
    if not isinstance(found, list):
        return f"data is {type(found).__name__}, not an array"
    if not set(map(type, rows)) <= {list}:
        return "a row is not an array"
    if not set(map(len, rows)) <= {width}:
        wrong = next(place for place, row in enumerate(rows) if len(row) != width)
        return f"row {wrong + 1} of the page has {len(rows[wrong])} cells under {width} headings"
    return None
