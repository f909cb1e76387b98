"""Repository of lists and their columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from attrs import frozen

from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.http.responses import refusal
from asyncsdk.emulator.state.database import Database
from asyncsdk.emulator.state.jobs import Jobs

__all__ = ["Heading", "ListRepository", "StoredList"]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS lists (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, name TEXT NOT NULL, folder TEXT NOT NULL,
    next_row INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL, modified INTEGER NOT NULL, job INTEGER);
CREATE TABLE IF NOT EXISTS columns (
    list INTEGER, place INTEGER, heading TEXT NOT NULL, type TEXT, PRIMARY KEY (list, place)) WITHOUT ROWID;
"""
_LISTS: Final = "SELECT number, id, name, folder, next_row, size, created, modified, job FROM lists"


@frozen
class Heading:
    """One column of a list."""

    heading: str
    type: str | None = None


@frozen
class StoredList:
    """One list."""

    number: int
    id: str
    name: str
    folder: str
    next_row: int
    size: int
    created: int
    modified: int
    columns: tuple[Heading, ...]

    @property
    def email_place(self) -> int:
        """Which column holds the address; -1 if none does."""
        return next((place for place, column in enumerate(self.columns) if column.type == "EMAIL"), -1)

    def place_of(self, key: str) -> int | None:
        """The column that a body's key means: by heading, then by type, upper or lower case."""
        wanted = key.casefold()
        for place, column in enumerate(self.columns):
            if column.heading.casefold() == wanted:
                return place
        for place, column in enumerate(self.columns):
            if column.type is not None and column.type.casefold() == wanted:
                return place
        return None


class ListRepository:
    """All lists of the account."""

    def __init__(self, store: Database, clock: Clock, jobs: Jobs) -> None:
        self._store = store
        store.define(_SCHEMA)
        self._clock = clock
        self._jobs = jobs
        self._columns: dict[int, tuple[Heading, ...]] = {}

    def add(
        self,
        name: str,
        columns: Sequence[Heading],
        *,
        folder: str | None = None,
        list_id: str | None = None,
        job: int | None = None,
    ) -> StoredList:
        """Create a list; it stays hidden until its job is done."""
        now = self._clock.milliseconds()
        with self._store.batch():
            last = self._store.one("SELECT max(number) FROM lists")
            number = 1 if last is None or last[0] is None else int(last[0]) + 1
            chosen = list_id or self._free_id(number)
            self._store.run(
                "INSERT INTO lists (number, id, name, folder, created, modified, job) VALUES (?, ?, ?, ?, ?, ?, ?)",
                number,
                chosen,
                name,
                folder or "Default Folder",
                now,
                now,
                job,
            )
            self._store.run_many(
                "INSERT INTO columns (list, place, heading, type) VALUES (?, ?, ?, ?)",
                [(number, place, column.heading, column.type) for place, column in enumerate(columns)],
            )
        return self.by_number(number)

    def _free_id(self, number: int) -> str:
        """An id that no list has: the number's, unless a program gave it to another list."""
        while self.has(f"l-{number:04x}"):
            number += 1
        return f"l-{number:04x}"

    def has(self, list_id: str) -> bool:
        """Whether an id is taken, also by a list that cannot be seen yet."""
        return self._store.one("SELECT 1 FROM lists WHERE id = ?", list_id) is not None

    def totals(self) -> tuple[int, int]:
        """How many lists can be seen, and how many records they have together."""
        for row in self._store.all(f"{_LISTS} WHERE job IS NOT NULL"):
            self._shown(row)  # makes those seen whose jobs are done
        found = self._store.all("SELECT count(*), coalesce(sum(size), 0) FROM lists WHERE job IS NULL")
        return int(found[0][0]), int(found[0][1])

    def by_number(self, number: int) -> StoredList:
        """A list that is known to exist."""
        found = self._store.one(f"{_LISTS} WHERE number = ?", number)
        if found is None:
            raise refusal(10004, "Invalid or missing list")
        return self._read(found)

    def find(self, list_id: str) -> StoredList | None:
        """A list by its id, or None while there is none."""
        found = self._store.one(f"{_LISTS} WHERE id = ?", list_id)
        return self._read(found) if found is not None and self._shown(found) else None

    def require(self, list_id: str) -> StoredList:
        """A list by its id.

        Raises:
            Refusal: it does not exist.
        """
        found = self.find(list_id)
        if found is None:
            raise refusal(10004, "Invalid or missing list")
        return found

    def all(self) -> list[StoredList]:
        """Every list that can be seen."""
        rows = self._store.all(f"{_LISTS} ORDER BY number")
        return [self._read(row) for row in rows if self._shown(row)]

    def remove(self, listed: StoredList) -> None:
        """Delete a list with its records."""
        with self._store.batch():
            self._store.run("DELETE FROM records WHERE list = ?", listed.number)
            self._store.run("DELETE FROM columns WHERE list = ?", listed.number)
            self._store.run("DELETE FROM lists WHERE number = ?", listed.number)
        self._columns.pop(listed.number, None)

    def _shown(self, row: tuple[Any, ...]) -> bool:
        number, job = int(row[0]), row[-1]
        if job is None:
            return True
        if not self._jobs.finished(int(job)):
            return False
        self._store.run("UPDATE lists SET job = NULL WHERE number = ?", number)
        return True

    def _read(self, row: tuple[Any, ...]) -> StoredList:
        number, list_id, name, folder, next_row, size, created, modified, _ = row
        return StoredList(
            number, list_id, name, folder, next_row, size, created, modified, self._columns_of(number)
        )

    def _columns_of(self, number: int) -> tuple[Heading, ...]:
        if number not in self._columns:
            rows = self._store.all("SELECT heading, type FROM columns WHERE list = ? ORDER BY place", number)
            self._columns[number] = tuple(Heading(*row) for row in rows)
        return self._columns[number]
