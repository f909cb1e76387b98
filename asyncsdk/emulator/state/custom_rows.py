"""Repository of custom object rows: values by field name, identified by the schema's unique fields."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias, cast

from attrs import frozen

from asyncsdk.emulator.state.account_state import AccountState, Repository
from asyncsdk.emulator.state.custom_schemas import CustomSchemaRepository, Dataset, ObjectSchema

__all__ = ["OWN_NAMES", "CustomRowRepository", "ObjectRow", "RowQuery", "problem_with"]

Cells: TypeAlias = Mapping[str, Any]

CREATED: Final = "sys.createdAt"
"""When a row was created: the one name of its kind that is documented."""

ID: Final = "sys.id"
"""The id by which a row can be deleted; the name is a guess."""

OWN_NAMES: Final = (ID, CREATED)
"""Fields that every row has, besides those of its schema."""

_NEXT: Final = (
    "SELECT number, cells, created, updated FROM object_rows WHERE dataset = ? AND number > ?"
    " ORDER BY number LIMIT ?"
)
_SEARCHED_AT_ONCE: Final = 500


def problem_with(schema: ObjectSchema, row: object, *, to_delete: bool) -> str | None:
    """Why a row does not fit; None if it does. What exactly Act-On looks at is not published."""
    if not isinstance(row, dict):
        return "A row must be an object"
    cells = cast("dict[str, Any]", row)
    unknown = [name for name in cells if name not in schema.names]
    if unknown:
        return f"Unknown field: {unknown[0]}"
    needed = schema.unique if to_delete else [*schema.required, *schema.unique]
    if to_delete and not needed:
        return "The schema has no unique fields"
    empty = [name for name in needed if cells.get(name) in (None, "")]
    return f"Missing value: {empty[0]}" if empty else None


@frozen
class ObjectRow:
    """One row."""

    number: int
    cells: Cells
    created: int
    updated: int

    def value(self, name: str) -> Any:
        """Its value in a field."""
        if name == ID:
            return str(self.number)
        return self.created if name == CREATED else self.cells.get(name)

    def holds(self, text: str) -> bool:
        """Whether a text is in one of its values, upper or lower case."""
        return any(text.casefold() in str(value).casefold() for value in self.cells.values())


@frozen
class RowQuery:
    """Which rows to give, and in which order."""

    search: str | None
    sort: Sequence[tuple[str, bool]]
    """Fields, and whether their greatest value comes first."""

    start: int
    size: int


class CustomRowRepository(Repository):
    """Every row of every custom object."""

    def __init__(self, platform: AccountState) -> None:
        platform.repository(CustomSchemaRepository)  # creates the tables
        super().__init__(platform)

    def put(self, schema: ObjectSchema, dataset: Dataset, cells: Cells) -> bool:
        """Update the row with the same unique fields, or add one; gives whether it was added."""
        now = int(self.platform.clock.now() * 1000)
        key = _key(schema, cells)
        known = self._known(dataset, key)
        if known is not None:
            self.store.run(
                "UPDATE object_rows SET cells = ?, updated = ? WHERE number = ?",
                json.dumps({**known.cells, **cells}),
                now,
                known.number,
            )
            return False
        self.store.run(
            "INSERT INTO object_rows (dataset, key, cells, created, updated) VALUES (?, ?, ?, ?, ?)",
            dataset.number,
            key,
            json.dumps(cells),
            now,
            now,
        )
        return True

    def remove(self, schema: ObjectSchema, dataset: Dataset, cells: Cells) -> int:
        """Delete the row with the same unique fields; gives how many there were."""
        return self.store.run(
            "DELETE FROM object_rows WHERE dataset = ? AND key = ?", dataset.number, _key(schema, cells)
        )

    def remove_between(self, dataset: Dataset, first: int, last: int) -> int:
        """Delete the rows from one number to another; gives how many there were."""
        return self.store.run(
            "DELETE FROM object_rows WHERE dataset = ? AND number BETWEEN ? AND ?", dataset.number, first, last
        )

    def clear(self, dataset: Dataset) -> int:
        """Delete every row of a dataset; gives how many there were."""
        return self.store.run("DELETE FROM object_rows WHERE dataset = ?", dataset.number)

    def count(self, dataset: Dataset) -> int:
        """Number of rows of a dataset."""
        found = self.store.one("SELECT count(*) FROM object_rows WHERE dataset = ?", dataset.number)
        return 0 if found is None else int(found[0])

    def find(self, dataset: Dataset, query: RowQuery) -> tuple[list[ObjectRow], int]:
        """The rows that a query asks for, and how many there are in all."""
        if not query.search and not query.sort:
            return self._read(dataset, query.start, query.size), self.count(dataset)
        rows = [row for row in self._read(dataset, 0, -1) if not query.search or row.holds(query.search)]
        for name, greatest_first in reversed(query.sort):
            rows.sort(key=partial(_rank, name), reverse=greatest_first)
        return rows[query.start : query.start + query.size], len(rows)

    async def search(self, dataset: Dataset, text: str, offset: int, count: int) -> tuple[int, list[ObjectRow]]:
        """How many rows hold a text in one of their values, upper or lower case, and a page of them.

        Every row is looked at, some at a time; calls are answered in between.
        """
        total, after = 0, 0
        found: list[ObjectRow] = []
        while rows := self.store.all(_NEXT, dataset.number, after, _SEARCHED_AT_ONCE):
            for row in map(_row, rows):
                if row.holds(text):
                    if offset <= total < offset + count:
                        found.append(row)
                    total += 1
            after = rows[-1][0]
            await asyncio.sleep(0)
        return total, found

    def _read(self, dataset: Dataset, start: int, size: int) -> list[ObjectRow]:
        """Rows in the order in which they came; a size of -1 means all."""
        rows = self.store.all(
            "SELECT number, cells, created, updated FROM object_rows"
            " WHERE dataset = ? ORDER BY number LIMIT ? OFFSET ?",
            dataset.number,
            size,
            start,
        )
        return [_row(row) for row in rows]

    def _known(self, dataset: Dataset, key: str | None) -> ObjectRow | None:
        found = self.store.one(
            "SELECT number, cells, created, updated FROM object_rows WHERE dataset = ? AND key = ?",
            dataset.number,
            key,
        )
        return None if found is None else _row(found)


def _row(cells: tuple[Any, ...]) -> ObjectRow:
    return ObjectRow(int(cells[0]), json.loads(cells[1]), int(cells[2]), int(cells[3]))


def _key(schema: ObjectSchema, cells: Cells) -> str | None:
    """The unique key of a row; a number is the same as its text, for CSV knows nothing else."""
    return json.dumps([str(cells[name]) for name in schema.unique]) if schema.unique else None


def _rank(name: str, row: ObjectRow) -> tuple[int, float, str]:
    """A row's place by a field with values of any kind: nothing, then numbers, then texts."""
    value = row.value(name)
    if value is None:
        return (0, 0, "")
    if isinstance(value, (int, float)):
        return (1, value, "")
    return (2, 0, str(value))
