"""Handlers of ``lists.*``: lists, and their records in bulk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen

from asyncsdk.emulator.handlers.base import page
from asyncsdk.emulator.handlers.lists_suppressions import SuppressionHandlers, milliseconds
from asyncsdk.emulator.handlers.lists_uploads import UploadHandlers
from asyncsdk.emulator.http.responses import UNPUBLISHED, Answer, Reply, Stream, refusal, success
from asyncsdk.emulator.state.list_records import Record, Span
from asyncsdk.emulator.state.lists import StoredList
from asyncsdk.emulator.state.other_listings import assets_of
from asyncsdk.emulator.state.rejected_rows import csv_line
from asyncsdk.models import ListingType

__all__ = ["Lists"]

PAGE = 1000
DATE_PATTERN = "%Y-%m-%d %H:%M:%S %Z"


class Lists(SuppressionHandlers, UploadHandlers):
    """Carries out ``lists.*``."""

    def all(
        self, *, listing_type: ListingType | None = None, count: int | None = None, offset: int | None = None
    ) -> Reply:
        """List the account's lists, or its assets of another type."""
        if listing_type in (None, "contact_list"):
            found = [_asset(self._dated(listed), listed) for listed in self.platform.lists.all()]
        else:
            found = assets_of(self.platform, listing_type)
        start = offset or 0
        size = PAGE if count is None else count
        return page(found[start : start + size], start, len(found))

    def _dated(self, listed: StoredList) -> str:
        text = self.platform.date_text(listed.modified, "%b %d %Y %I:%M %p %Z")
        return text.replace(" 0", " ")

    async def download(
        self,
        list_id: str,
        *,
        count: int | None = None,
        offset: int | None = None,
        fields: Sequence[str] | None = None,
        modified_after: datetime | None = None,
        modified_before: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        date_qualifiers: bool | None = None,
    ) -> Reply:
        """Give a page of records, or with ``responseformat=CSV`` the whole list."""
        listed = self.platform.lists.require(list_id)
        span = Span(
            milliseconds(created_after),
            milliseconds(created_before),
            milliseconds(modified_after),
            milliseconds(modified_before),
        )
        if fields and date_qualifiers:
            raise refusal(UNPUBLISHED, "fields and datequalifiers cannot be combined")
        view = self._view(listed, fields, bool(date_qualifiers))
        if self.received.query.get("responseformat", "").casefold() == "csv":
            return Answer(Stream(self._csv(view, span)), content_type="text/csv")
        start = offset or 0
        records = self.platform.records.page(listed, span, start, PAGE if count is None else count)
        return {
            "listId": listed.id,
            "offset": start,
            "count": len(records),
            "totalCount": self.platform.records.count(listed, span),
            "emailColumn": view.email_column,
            "headers": view.headers,
            "data": [self._line(view, record) for record in records],
        }

    def _view(self, listed: StoredList, fields: Sequence[str] | None, dated: bool) -> _View:
        if not fields:
            return _View(listed, list(range(len(listed.columns))), dated)
        places = [listed.place_of(heading) for heading in fields]
        known = [place for place in places if place is not None]
        if len(known) < len(places):  # the true answer is not published
            raise refusal(10010, "Invalid Column Specified")
        return _View(listed, known, dated)

    def _line(self, view: _View, record: Record) -> list[str]:
        line = [record.id_in(view.listed), *(record.cells[place] for place in view.places)]
        if view.dated:
            line.append(self.platform.date_text(record.created, DATE_PATTERN))
            line.append(self.platform.date_text(record.modified, DATE_PATTERN))
        return line

    async def _csv(self, view: _View, span: Span) -> AsyncIterator[bytes]:
        """The layout is taken from another CSV answer of the same API."""
        yield csv_line(view.headers).encode()
        for chunk in self.platform.records.chunks(view.listed, span):
            yield "".join(csv_line(self._line(view, record)) for record in chunk).encode()
            await asyncio.sleep(0)
        if self.platform.lists.find(view.listed.id) is None:
            # What Act-On does then is not known; a list that was deleted under way must not look whole.
            raise ConnectionAbortedError("The list was deleted.")

    async def delete(self, list_id: str) -> Reply:
        """Delete a list; the answer's body is a guess."""
        self.platform.lists.remove(self.platform.lists.require(list_id))
        return success("List deleted")

    async def delete_records(self, list_id: str, *, record_ids: Sequence[str]) -> Reply:
        """Delete records, each for itself; what more than a hundred get is a guess."""
        if len(record_ids) > 100:
            raise refusal(UNPUBLISHED, "Too many contact ids")
        listed = self.platform.lists.require(list_id)
        failed: list[dict[str, str]] = []
        with self.platform.store.batch():
            for record_id in record_ids:
                record = self.platform.records.by_id(listed, record_id)
                if record is None:
                    failed.append({"id": record_id, "reason": "Invalid contact id"})
                else:
                    self.platform.records.delete(listed, record.row)
        return {
            "success_count": len(record_ids) - len(failed),
            "fail_count": len(failed),
            "failedList": failed,
        }


@frozen
class _View:
    """Which columns of a list to show."""

    listed: StoredList
    places: list[int]
    dated: bool

    @property
    def headers(self) -> list[str]:
        headings = ["_contact_id_", *(self.listed.columns[place].heading for place in self.places)]
        return [*headings, "__created_date", "__modified_date"] if self.dated else headings

    @property
    def email_column(self) -> int:
        email = self.listed.email_place
        return self.places.index(email) + 1 if email in self.places else -1


def _asset(dated: str, listed: StoredList) -> dict[str, Any]:
    return {
        "id": listed.id,
        "name": listed.name,
        "folderName": listed.folder,
        "sourceId": listed.id,
        "baseId": listed.id,
        "description": "Uploaded Marketing List",
        "sourceSize": str(listed.size),
        "sourceName": listed.name,
        "tsLastModified": listed.modified,
        "tsLastCounted": listed.modified,
        "tsSource": listed.modified,
        "sourceTS": dated,
        "bIsSingleton": False,
        "bIsList": True,
        "bIsSforce": False,
        "bIsSforceReport": False,
        "bIsSforceAvailable": True,
        "bIsMSDyn": False,
        "bIsMSDynAvailable": True,
        "bIsSugar": False,
        "bIsSugarAvailable": True,
        "bIsSL": False,
        "bIsSLAvailable": True,
        "bIsNsuite": False,
        "bIsNsuiteAvailable": True,
    }
