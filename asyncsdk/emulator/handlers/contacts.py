"""Handlers of ``contacts.*``: the records of a list, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from asyncsdk import api
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.handlers.contact_activity import facts_of
from asyncsdk.emulator.http.responses import Refusal, Reply, missing, refusal, success
from asyncsdk.emulator.state.cookies import CookieRepository
from asyncsdk.emulator.state.list_records import Record
from asyncsdk.emulator.state.lists import StoredList
from asyncsdk.models import Fields

__all__ = ["Contacts"]


def _invalid_contact() -> Refusal:
    return refusal(10008, "Invalid contact")


def _no_such_contact() -> Refusal:
    """The number was seen in a client, the text was not."""
    return refusal(10162, "Contact not found")


class Contacts(Handler, api.Contacts):
    """Carries out ``contacts.*``."""

    async def add(self, list_id: str, *, data: Fields, return_contact: bool | None = None) -> Reply:
        """Add a record, whatever is there."""
        listed = self.platform.lists.require(list_id)
        record = self._insert(listed, self._cells(listed, data, None))
        return self._saved("Record inserted", listed, record, return_contact)

    async def get(self, list_id: str, record_id: str) -> Reply:
        """Read one record: its id, then its cells."""
        listed = self.platform.lists.require(list_id)
        record = self._record(listed, record_id)
        return [record.id_in(listed), *record.cells]

    async def upsert(self, list_id: str, *, email: str, data: Fields) -> Reply:
        """Update the first record with this address, or add one."""
        listed = self.platform.lists.require(list_id)
        record, inserted = self._upsert(listed, email, data)
        return self._saved("Record inserted" if inserted else "Record updated", listed, record, None)

    async def submit_upsert(self, list_id: str, *, email: str, data: Fields) -> Reply:
        """Do the same beside the calls; the answer's body is a guess."""
        listed = self.platform.lists.require(list_id)
        self._cells(listed, data, None)

        async def work(_: int) -> Mapping[str, Any]:
            inserted = self._upsert(self.platform.lists.by_number(listed.number), email, data)[1]
            return {
                "status": "ok",
                "listId": listed.id,
                "appendCount": int(inserted),
                "updateCount": int(not inserted),
                "failedCount": 0,
                "rejectedCount": 0,
            }

        return success("Upsert submitted", jobId=self.submit("list", work))

    async def update(
        self, list_id: str, record_id: str, *, data: Fields, return_contact: bool | None = None
    ) -> Reply:
        """Update one record."""
        listed = self.platform.lists.require(list_id)
        record = self._record(listed, record_id)
        cells = self._cells(listed, data, record)
        self.platform.records.change(listed, record.row, cells)
        answer: dict[str, Any] = success("Record updated")
        if return_contact:
            answer["contact"] = self._named(listed, record.id_in(listed), cells)
        return answer

    async def delete(self, list_id: str, record_id: str) -> Reply:
        """Delete one record."""
        listed = self.platform.lists.require(list_id)
        self.platform.records.delete(listed, self._record(listed, record_id).row)
        return success("Record deleted")

    async def lookup_cookie(self, *, cookie: str) -> Reply:
        """Find the record of a visitor; the shape is a guess."""
        record_id = self.platform.repository(CookieRepository).record_of(cookie)
        if record_id is None:
            raise _no_such_contact()
        return {"contactID": record_id}

    async def find(self, list_id: str, *, email: str | None = None, cookie_id: str | None = None) -> Reply:
        """Find a record by cookie, then by address."""
        if not email and not cookie_id:
            raise missing("email")
        listed = self.platform.lists.require(list_id)
        record = None
        if cookie_id:
            record = self.platform.records.by_id(
                listed, self.platform.repository(CookieRepository).record_of(cookie_id) or ""
            )
        if record is None and email:
            record = self.platform.records.first(listed, email)
        if record is None:
            raise _no_such_contact()
        return {**self._named(listed, record.id_in(listed), record.cells), ".tz": ""}

    async def facts(self, list_id: str, record_id: str) -> Reply:
        """Read what a contact did; the history belongs to the address, not to the record."""
        listed = self.platform.lists.require(list_id)
        record = self._record(listed, record_id)
        email = record.cells[listed.email_place] if listed.email_place >= 0 else ""
        return facts_of(self.platform, email)

    def _upsert(self, listed: StoredList, email: str, data: Fields) -> tuple[Record, bool]:
        record = self.platform.records.first(listed, email)
        cells = self._cells(listed, data, record)
        if record is not None:
            self.platform.records.change(listed, record.row, cells)
            return record, False
        place = listed.email_place
        if place >= 0 and not cells[place]:
            cells[place] = email
        return self._insert(listed, cells), True

    def _insert(self, listed: StoredList, cells: list[str]) -> Record:
        with self.platform.store.batch():
            row = self.platform.records.append(listed, [cells])[0]
        return Record(row, cells, 0, 0)

    def _cells(self, listed: StoredList, data: Mapping[str, Any], record: Record | None) -> list[str]:
        cells = [""] * len(listed.columns) if record is None else list(record.cells)
        for key, value in data.items():
            place = listed.place_of(key)
            if place is None:
                raise refusal("10010", "Invalid Column Specified")
            cells[place] = value if isinstance(value, str) else "" if value is None else str(value)
        return cells

    def _record(self, listed: StoredList, record_id: str) -> Record:
        record = self.platform.records.by_id(listed, record_id)
        if record is None:
            raise _invalid_contact()
        return record

    def _named(self, listed: StoredList, record_id: str, cells: list[str]) -> dict[str, str]:
        headings = (column.heading for column in listed.columns)
        return {"contactID": record_id, **dict(zip(headings, cells, strict=True))}

    def _saved(
        self, message: str, listed: StoredList, record: Record, return_contact: bool | None
    ) -> dict[str, Any]:
        record_id = record.id_in(listed)
        answer = success(message, id=record_id, contact_id=record_id)
        if return_contact:  # the key is a guess
            answer["contact"] = self._named(listed, record_id, record.cells)
        return answer
