"""From the text of cells to the values that a field wants."""

from __future__ import annotations

import types
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, Union, get_args, get_origin

from cattrs import Converter

from asyncsdk.downloads.shape import Field

__all__ = ["ABSENT", "Column"]

ABSENT: Final = object()
"""Stands for a cell that holds nothing, where the field's default is wanted."""

_NO: Final = frozenset({"n", "no", "false", "0"})
_YES: Final = frozenset({"y", "yes", "true", "1"})


class Column:
    """Reads one column for one field.

    A cell without a value gives the field's default, or else None, if the type allows it. So does an empty text,
    where the field takes no text.
    """

    def __init__(self, field: Field) -> None:
        kinds = _alternatives(field.kind)
        self._kind = field.kind
        self._text = str in kinds or Any in kinds
        self._none = type(None) in kinds
        self._optional = not field.required
        self._only_text = field.kind is str
        self._text_or_none = set(kinds) == {str, type(None)} and (field.required or field.none_by_default)

    def values(self, cells: Sequence[Any]) -> Sequence[Any]:
        """The values of all cells.

        Raises:
            ValueError: a cell does not fit, is missing, or wants the field's default.
        """
        # Joining texts is the quickest way to see that they all are.
        try:
            if self._only_text:
                "".join(cells)
                return cells
            if self._text_or_none:
                "".join(filter(None, cells))
                return cells
        except TypeError:
            pass
        values = [self.value(cell) for cell in cells]
        if any(value is ABSENT for value in values):
            raise ValueError("a default is wanted")
        return values

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


def _alternatives(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


@cache
def _hook(kind: Any) -> Callable[[Any, Any], Any]:
    hook: Callable[[Any, Any], Any] = _CELLS.get_structure_hook(kind)
    return hook


def _int(cell: Any, _: Any) -> int:
    return int(cell)


def _float(cell: Any, _: Any) -> float:
    return float(cell)


def _bool(cell: Any, _: Any) -> bool:
    word = str(cell).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("expected a flag such as Y or N")


def _decimal(cell: Any, _: Any) -> Decimal:
    try:
        return Decimal(cell)
    except ArithmeticError as error:
        raise ValueError("expected a decimal number") from error


def _datetime(cell: Any, _: Any) -> datetime:
    return datetime.fromisoformat(cell)


def _date(cell: Any, _: Any) -> date:
    return date.fromisoformat(cell)


def _converter() -> Converter:
    """For texts that people typed, where the codec's is for JSON that a server wrote."""
    converter = Converter(detailed_validation=False)
    converter.register_structure_hook(int, _int)
    converter.register_structure_hook(float, _float)
    converter.register_structure_hook(bool, _bool)
    converter.register_structure_hook(Decimal, _decimal)
    converter.register_structure_hook(datetime, _datetime)
    converter.register_structure_hook(date, _date)
    return converter


_CELLS: Final = _converter()
