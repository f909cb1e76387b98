"""Downloads of any size: records as objects, as a CSV file or as Arrow, and what is new since the last time.

Pages are read ahead within the limits and given in their order, a few at a time in memory. What came is compared
with what was promised, so that nothing is lost in silence. The methods of ``lists`` and ``reports`` lead here.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from os import PathLike
from pathlib import Path
from typing import Any

from asyncsdk import models
from asyncsdk.downloads.arrow import ArrowRows
from asyncsdk.downloads.caller import Answer, Identity, Source, Stream
from asyncsdk.downloads.changes import AS_RECORDED, AS_REPORTED, new_items, new_records
from asyncsdk.downloads.export import Progress, export
from asyncsdk.downloads.query import Query, key_of
from asyncsdk.downloads.reader import Reader
from asyncsdk.downloads.records import records
from asyncsdk.downloads.state import StateFile
from asyncsdk.pagination.pages import Streamed

__all__ = ["Downloads"]


class Downloads:
    """What reads lists of any size.

    Args:
        answer: makes one call of the table, and gives its answer as it came.
        stream: makes one call of the table, and gives the bytes of its rows.
        identity: tells which account this is.
    """

    def __init__(self, answer: Answer, stream: Stream, identity: Identity) -> None:
        self._source = Source(answer, stream, identity)

    def records(self, list_id: str, *, into: type[Any] | None = None, **filters: Any) -> AsyncIterator[Any]:
        """Each record of a list."""
        found = records(Reader(self._source, Query(list_id, **filters)), _or_contact(into))
        return Streamed(found, "lists.records")

    def changes(
        self, list_id: str, *, state: str | PathLike[str], into: type[Any] | None = None, **filters: Any
    ) -> AbstractAsyncContextManager[AsyncIterator[Any]]:
        """Each record of a list that is new or has changed since the last run."""
        question = Query(list_id, **filters)
        return new_records(self._source, question, _or_contact(into), StateFile(state, question.key()))

    async def export(
        self,
        list_id: str,
        path: str | PathLike[str],
        *,
        on_progress: Progress | None,
        defuse_formulas: bool = False,
        **filters: Any,
    ) -> models.ExportReport:
        """Write a list to a CSV file."""
        question = Query(list_id, **filters)
        return await export(self._source, question, Path(path), on_progress, defuse_formulas=defuse_formulas)

    def arrow(self, list_id: str, **filters: Any) -> ArrowRows:
        """The records of a list as columns of text."""
        return ArrowRows(self._source, Query(list_id, **filters))

    def new_suppressions(
        self, route_name: str, state: str | PathLike[str]
    ) -> AbstractAsyncContextManager[AsyncIterator[models.Suppression]]:
        """What came to a list of addresses that get no mail since the last run."""
        file = StateFile(state, key_of(route_name, {}))
        return new_items(self._source, route_name, {}, file, AS_RECORDED)

    def new_drilldown_rows(
        self, message_id: str, drilldown: models.Drilldown, state: str | PathLike[str]
    ) -> AbstractAsyncContextManager[AsyncIterator[models.DrilldownRow]]:
        """What came to the report on a message since the last run."""
        asked: Mapping[str, Any] = {"message_id": message_id, "drilldown": drilldown}
        file = StateFile(state, key_of("reports.message_drilldown", asked))
        return new_items(self._source, "reports.message_drilldown", asked, file, AS_REPORTED)


def _or_contact(into: type[Any] | None) -> type[Any]:
    return models.Contact if into is None else into
