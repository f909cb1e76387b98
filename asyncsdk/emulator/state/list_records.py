"""Repository of the records of lists: cells by row number."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from attrs import frozen

from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.http.responses import refusal
from asyncsdk.emulator.state.addresses import normalized
from asyncsdk.emulator.state.cell_search import CellSearch
from asyncsdk.emulator.state.database import Database
from asyncsdk.emulator.state.lists import StoredList

__all__ = ["Record", "RecordRepository", "Span", "record_id_of"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS records (
    list INTEGER, row INTEGER, email TEXT NOT NULL, cells TEXT NOT NULL,
    created INTEGER NOT NULL, modified INTEGER NOT NULL, PRIMARY KEY (list, row)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS records_by_email ON records (list, email);
"""

_PAGE: Final = "SELECT row, cells, created, modified FROM records WHERE list = ? ORDER BY row LIMIT ? OFFSET ?"
_NEXT: Final = "SELECT row, cells, created, modified FROM records WHERE list = ? AND row >= ? ORDER BY row LIMIT ?"
_FOREVER = 2**62
_SEARCHED_AT_ONCE: Final = 500


@frozen
class Record:
    """One record."""

    row: int
    cells: list[str]
    created: int
    modified: int

    def id_in(self, listed: StoredList) -> str:
        """The id that the API knows it by: the list, and the row number in hexadecimal."""
        return record_id_of(listed, self.row)


@frozen
class Span:
    """Only records created or modified within these milliseconds, ends excluded (a guess)."""

    created_after: int | None = None
    created_before: int | None = None
    modified_after: int | None = None
    modified_before: int | None = None

    @property
    def open(self) -> bool:
        """Whether it lets everything through."""
        return self == Span()

    def bounds(self) -> tuple[int, int, int, int]:
        """The four bounds, in the order that the queries want them."""
        return (
            _or(self.created_after, -1),
            _or(self.created_before, _FOREVER),
            _or(self.modified_after, -1),
            _or(self.modified_before, _FOREVER),
        )


def _or(bound: int | None, otherwise: int) -> int:
    return otherwise if bound is None else bound


class RecordRepository:
    """Reads and writes the records of any list."""

    def __init__(self, store: Database, clock: Clock) -> None:
        self._store = store
        store.define(_SCHEMA)
        self._clock = clock

    def append(self, listed: StoredList, rows: Sequence[list[str]]) -> range:
        """Add records, at the end and in their order; gives their row numbers."""
        found = self._store.one("SELECT next_row FROM lists WHERE number = ?", listed.number)
        if found is None:
            raise refusal(10004, "Invalid or missing list")
        start, now, place = int(found[0]), self._clock.milliseconds(), listed.email_place
        self._store.run_many(
            "INSERT INTO records (list, row, email, cells, created, modified) VALUES (?, ?, ?, ?, ?, ?)",
            (
                (
                    listed.number,
                    start + index,
                    normalized(cells[place]) if place >= 0 else "",
                    json.dumps(cells, ensure_ascii=False),
                    now,
                    now,
                )
                for index, cells in enumerate(rows)
            ),
        )
        self._store.run(
            "UPDATE lists SET next_row = next_row + ?, size = size + ?, modified = ? WHERE number = ?",
            len(rows),
            len(rows),
            now,
            listed.number,
        )
        return range(start, start + len(rows))

    def change(self, listed: StoredList, row: int, cells: list[str]) -> None:
        """Replace a record's cells."""
        now, place = self._clock.milliseconds(), listed.email_place
        self._store.run(
            "UPDATE records SET email = ?, cells = ?, modified = ? WHERE list = ? AND row = ?",
            normalized(cells[place]) if place >= 0 else "",
            json.dumps(cells, ensure_ascii=False),
            now,
            listed.number,
            row,
        )
        self._store.run("UPDATE lists SET modified = ? WHERE number = ?", now, listed.number)

    def delete(self, listed: StoredList, row: int) -> bool:
        """Delete a record; gives whether there was one."""
        gone = self._store.run("DELETE FROM records WHERE list = ? AND row = ?", listed.number, row)
        if gone:
            self._store.run(
                "UPDATE lists SET size = size - 1, modified = ? WHERE number = ?",
                self._clock.milliseconds(),
                listed.number,
            )
        return gone > 0

    def delete_all(self, listed: StoredList) -> None:
        """Empty a list; its row numbers are not used again."""
        self._store.run("DELETE FROM records WHERE list = ?", listed.number)
        self._store.run("UPDATE lists SET size = 0 WHERE number = ?", listed.number)

    def at(self, listed: StoredList, row: int) -> Record | None:
        """The record with that row number."""
        return _read(
            self._store.one(
                "SELECT row, cells, created, modified FROM records WHERE list = ? AND row = ?",
                listed.number,
                row,
            )
        )

    def by_id(self, listed: StoredList, record_id: str) -> Record | None:
        """The record with that id."""
        row = row_of(listed, record_id)
        return None if row is None else self.at(listed, row)

    def first(self, listed: StoredList, email: str) -> Record | None:
        """The first record with that address."""
        return _read(
            self._store.one(
                # Left alone, SQLite would walk the rows in their order instead.
                "SELECT row, cells, created, modified FROM records INDEXED BY records_by_email"
                " WHERE list = ? AND email = ? ORDER BY row LIMIT 1",
                listed.number,
                normalized(email),
            )
        )

    def count(self, listed: StoredList, span: Span) -> int:
        """Number of records within a span of time."""
        if span.open:
            return listed.size
        found = self._store.one(
            "SELECT count(*) FROM records WHERE list = ?"
            " AND created > ? AND created < ? AND modified > ? AND modified < ?",
            listed.number,
            *span.bounds(),
        )
        return 0 if found is None else int(found[0])

    def page(self, listed: StoredList, span: Span, offset: int, count: int) -> list[Record]:
        """Records in the order of their rows."""
        if listed.size == listed.next_row and span.open:
            # No row was ever deleted, so the offset is the row number: no need to walk there.
            return self.from_row(listed, offset, count)
        if span.open:
            # Without conditions on the cells' dates, the walk reads nothing of a record but its place.
            return [_record(row) for row in self._store.all(_PAGE, listed.number, count, offset)]
        rows = self._store.all(
            "SELECT row, cells, created, modified FROM records WHERE list = ?"
            " AND created > ? AND created < ? AND modified > ? AND modified < ?"
            " ORDER BY row LIMIT ? OFFSET ?",
            listed.number,
            *span.bounds(),
            count,
            offset,
        )
        return [_record(row) for row in rows]

    def from_row(self, listed: StoredList, row: int, count: int, span: Span | None = None) -> list[Record]:
        """The next records from a row number on."""
        rows = self._store.all(
            "SELECT row, cells, created, modified FROM records WHERE list = ? AND row >= ?"
            " AND created > ? AND created < ? AND modified > ? AND modified < ?"
            " ORDER BY row LIMIT ?",
            listed.number,
            row,
            *(span or Span()).bounds(),
            count,
        )
        return [_record(found) for found in rows]

    def chunks(self, listed: StoredList, span: Span | None = None, size: int = 500) -> Iterator[list[Record]]:
        """All records, some at a time; changes in between do no harm."""
        row = 0
        while chunk := self.from_row(listed, row, size, span):
            yield chunk
            row = chunk[-1].row + 1

    async def search(self, listed: StoredList, text: str, offset: int, count: int) -> tuple[int, list[Record]]:
        """How many records hold a text in one of their cells, upper or lower case, and a page of them.

        Every record is looked at, some at a time; calls are answered in between.
        """
        search, total, row = CellSearch(text), 0, 0
        found: list[Record] = []
        while rows := self._store.all(_NEXT, listed.number, row, _SEARCHED_AT_ONCE):
            for each in rows:
                if search.finds(each[1]):
                    if offset <= total < offset + count:
                        found.append(_record(each))
                    total += 1
            row = rows[-1][0] + 1
            await asyncio.sleep(0)
        return total, found


def record_id_of(listed: StoredList, row: int) -> str:
    """The id of the record with a row number."""
    return f"{listed.id}:{row:x}"


def row_of(listed: StoredList, record_id: str) -> int | None:
    """The row number in a record's id; None if it is not an id of this list."""
    owner, colon, text = record_id.rpartition(":")
    if not colon or owner != listed.id or not text or not set(text) <= set("0123456789abcdef"):
        return None
    return int(text, 16) if len(text) < 15 else None


def _record(row: tuple[Any, ...]) -> Record:
    return Record(row[0], json.loads(row[1]), row[2], row[3])


def _read(row: tuple[Any, ...] | None) -> Record | None:
    return None if row is None else _record(row)
