"""Cell converters: from the text of a cell to the type of a field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from typing import Any, Final

from cattrs import Converter

from asyncsdk.decoding.flags import flag_of
from asyncsdk.downloads.target_class import Field
from asyncsdk.routing.params import union_members

__all__ = ["ABSENT", "ColumnConverter"]

ABSENT: Final = object()
"""Sentinel for an empty cell whose field takes its default."""


class ColumnConverter:
    """Converts one column for one field.

    A cell without a value gives the field's default, or else None, if the type allows it. So does an empty text,
    where the field takes no text.
    """

    def __init__(self, field: Field) -> None:
        kinds = set(union_members(field.kind))
        self._kind = field.kind
        self._text = str in kinds or Any in kinds
        self._none = type(None) in kinds
        self._optional = not field.required
        self.none_if_empty: bool = self._none and (field.required or field.none_by_default)
        """Whether a cell without a value gives None."""
        self._cell_types = kinds.copy()
        self.needs_no_conversion: bool = kinds == {str} or (kinds == {str, type(None)} and self.none_if_empty)
        """Whether cells are used without conversion."""
        kinds.discard(type(None))
        fast = _READ.get(kinds.pop()) if len(kinds) == 1 else None
        self.reads_only_texts: bool = fast is not None
        """Whether ``read`` is not for cells without a value."""
        self.read: Callable[[Any], Any] | None = None if self.needs_no_conversion else fast or self._present
        """What converts the usual cells, if they are converted; it raises for those that do not fit, and for those
        that take the field's default."""

    def fit(self, cells: Sequence[Any]) -> bool:
        """Whether cells can be used without conversion."""
        return set(map(type, cells)) <= self._cell_types

    def _present(self, cell: Any) -> Any:
        """The value of one cell.

        Raises:
            ValueError: it does not fit, is missing, or takes the field's default.
        """
        value = self.value(cell)
        if value is ABSENT:
            raise ValueError("a default is wanted")
        return value

    def value(self, cell: Any) -> Any:
        """The value of one cell, or ``ABSENT``.

        Raises:
            ValueError: it does not fit, or is missing.
        """
        if cell is None or (cell == "" and not self._text):
            if self._optional:
                return ABSENT
            if self._none:
                return None
            raise ValueError("the cell is empty")
        return _hook(self._kind)(cell, self._kind)


@cache
def _hook(kind: Any) -> Callable[[Any, Any], Any]:
    hook: Callable[[Any, Any], Any] = _CELLS.get_structure_hook(kind)
    return hook


def _bool(cell: Any) -> bool:
    flag = flag_of(cell)
    if flag is None:
        raise ValueError("expected a flag such as Y or N")
    return flag


def _decimal(cell: Any) -> Decimal:
    try:
        return Decimal(cell)
    except ArithmeticError as error:
        raise ValueError("expected a decimal number") from error


_READ: Final[Mapping[Any, Callable[[Any], Any]]] = {
    int: int,
    float: float,
    bool: _bool,
    Decimal: _decimal,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}
"""Parsers of text cells; the converter of JSON answers has others."""


def _read(read: Callable[[Any], Any], cell: Any, _: Any) -> Any:
    return read(cell)


def _converter() -> Converter:
    converter = Converter(detailed_validation=False)
    for kind, read in _READ.items():
        converter.register_structure_hook(kind, partial(_read, read))
    return converter


_CELLS: Final = _converter()
