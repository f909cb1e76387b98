"""Repository base class for items that are the rows of one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from asyncsdk.emulator.state.account_state import AccountState, Repository

__all__ = ["TableRepository", "given"]

T = TypeVar("T")


class TableRepository(Repository, Generic[T]):
    """The items of one kind: each is a row of the table ``TABLE``.

    The words in capitals are SQL; a subclass gives the values.
    """

    TABLE: ClassVar[str]
    COLUMNS: ClassVar[tuple[str, ...]]
    """The columns that an item is made of, in the order in which ``item`` takes them."""

    item: Callable[..., T]
    """The class or function that makes an item of its cells."""

    KEY: ClassVar[str] = "number"
    """The column that identifies a row."""

    ID: ClassVar[str] = "CAST(number AS TEXT)"
    """An item's id as the API tells it."""

    ORDER: ClassVar[str] = "number"
    """The columns that items are sorted by."""

    KIND: ClassVar[tuple[str, str] | None] = None
    """A column and its value, where items of several kinds share the table."""

    KEEPS_DELETED: ClassVar[bool] = False
    """Whether deleted rows stay, unseen: so no number is given twice, and examples do not come back."""

    def __init__(self, platform: AccountState) -> None:
        super().__init__(platform)
        if self.is_new():
            for cells in self.examples():
                self.insert(cells)

    def examples(self) -> Iterable[Mapping[str, Any]]:
        """The rows that a new account has."""
        return ()

    def is_new(self) -> bool:
        """Whether there never was an item."""
        return self.rows("count(*)") == [(0,)]

    def all(self) -> list[T]:
        """Every item, in order."""
        return self.find()

    def get(self, item_id: str) -> T | None:
        """An item by its id, or None if there is none."""
        return next(iter(self.find(f"{self.ID} = ?", item_id)), None)

    def find(self, condition: str = "1", *values: Any) -> list[T]:
        """The items that meet a condition, in order."""
        seen = "NOT deleted" if self.KEEPS_DELETED else "1"
        rows = self.rows(", ".join(self.COLUMNS), f"{seen} AND {condition}", *values)
        return [self.item(*row) for row in rows]

    def rows(self, columns: str, condition: str = "1", *values: Any) -> list[tuple[Any, ...]]:
        """The rows of this kind that meet a condition, in order; deleted ones are among them."""
        kind, kinds = self._of_kind()
        words = ("SELECT", columns, "FROM", self.TABLE, "WHERE", kind, "AND", condition, "ORDER BY", self.ORDER)
        return self.store.all(" ".join(words), *kinds, *values)

    def _of_kind(self) -> tuple[str, tuple[str, ...]]:
        return ("1", ()) if self.KIND is None else (f"{self.KIND[0]} = ?", (self.KIND[1],))

    def insert(self, cells: Mapping[str, Any]) -> Any:
        """Add a row; gives its key."""
        row = dict(cells) if self.KIND is None else {self.KIND[0]: self.KIND[1], **cells}
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        words = ("INSERT INTO", self.TABLE, f"({names}) VALUES ({marks}) RETURNING", self.KEY)
        found = self.store.one(" ".join(words), *row.values())
        return None if found is None else found[0]

    def update(self, key: int | str, cells: Mapping[str, Any]) -> bool:
        """Change cells of a row; gives whether there was anything to change."""
        if not cells:
            return False
        kind, kinds = self._of_kind()
        changes = ", ".join(f"{name} = ?" for name in cells)
        words = ("UPDATE", self.TABLE, "SET", changes, "WHERE", kind, "AND", self.KEY, "= ?")
        return self.store.run(" ".join(words), *cells.values(), *kinds, key) > 0

    def remove(self, key: int | str) -> bool:
        """Delete a row; gives whether there was one."""
        if self.KEEPS_DELETED:
            return self.update(key, {"deleted": 1})
        kind, kinds = self._of_kind()
        words = ("DELETE FROM", self.TABLE, "WHERE", kind, "AND", self.KEY, "= ?")
        return self.store.run(" ".join(words), *kinds, key) > 0


def given(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The cells that are not None: those that a call changes."""
    return {name: cell for name, cell in cells.items() if cell is not None}
