"""Row factory: generated code that makes the objects of a class from rows, one function for each class and columns.

The loop calls nothing for a row but the class's own ``__init__`` and what converts numbers and times, as if it was
written by hand. What ``exec`` pays, against the shortest loops without it, on rows of 10 columns of texts
(``python -m benchmarks.row_factory``): ``Contact`` is made 1.7 times as fast, a TypedDict 4.5 times, a dataclass or
an attrs class 1.1 to 1.3 times; with the checks of all cells included, 1.7, 3.1 and 1.1 to 1.2 times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from attrs import frozen

from asyncsdk.downloads.target_class import TargetClass

__all__ = ["Cell", "Converted", "RowFactory", "Value", "row_factory"]

RowFactory: TypeAlias = Callable[[Sequence[Sequence[Any]], Sequence[Sequence[Any]]], list[Any]]
"""Makes an object for each row; takes the rows, and the columns that were converted."""


@frozen
class Cell:
    """A cell of the row as the value of an argument."""

    index: int
    read: Callable[[Any], Any] | None = None
    """What converts it; None: it is the value as it is."""

    none_if_empty: bool = False
    """Whether a cell without text is None; only where it is converted."""


@frozen
class Converted:
    """A cell of one of the columns that were converted, as the value of an argument."""

    number: int


Value: TypeAlias = Cell | Converted | Mapping[str, Cell]
"""Value of an argument: a cell, or a mapping of cells by heading."""

_CODE: Final = """
def make(rows, columns):
    objects = []
    add = objects.append
    for {row} in {rows}:
        {add}
    return objects
"""


def row_factory(
    target: TargetClass, arguments: Mapping[str, Value], *, width: int, columns: int, positional: bool
) -> RowFactory:
    """Generate the function of a class.

    Args:
        target: the class.
        arguments: the value of each argument.
        width: the number of cells in a row.
        columns: the number of converted columns.
        positional: whether the names of the arguments may be left out.
    """
    # Where most cells are taken it is quicker to unpack a row than to index it.
    unpacked = 2 * sum(map(_cells_of, arguments.values())) >= width
    names = _Names(unpacked)
    if target.make is dict:
        add = f"add({names.mapping(arguments)})"
    else:
        given = {name: names.value(value) for name, value in arguments.items()}
        listed = ", ".join(given.values() if positional else (f"{name}={value}" for name, value in given.items()))
        add = names.construction(target.make, listed)
    row = f"({''.join(f'cell_{index}, ' for index in range(width))})" if unpacked else "row"
    each = ", ".join([row, *(f"value_{number}" for number in range(columns))])
    code = _CODE.format(row=each, rows="zip(rows, *columns)" if columns else "rows", add=add)
    # No text of a server becomes code: headings are passed in as names.
    exec(code, names.known)  # noqa: S102
    made: RowFactory = names.known["make"]
    return made


def _cells_of(value: Value) -> int:
    """The number of cells in a value."""
    return len(value) if isinstance(value, Mapping) else isinstance(value, Cell)


class _Names:
    """Global names of the generated code, and the expressions that use them.

    Args:
        unpacked: whether each cell of the row has a name of its own.
    """

    def __init__(self, unpacked: bool) -> None:
        self.known: dict[str, Any] = {}
        self._unpacked = unpacked

    def value(self, value: Value) -> str:
        """The expression of a value."""
        if isinstance(value, Converted):
            return f"value_{value.number}"
        if isinstance(value, Mapping):
            return self.mapping(value)
        cell = f"cell_{value.index}" if self._unpacked else f"row[{value.index}]"
        if value.read is None:
            return cell
        converted = f"{self._name('read', value.read)}({cell})"
        return f'(None if {cell} is None or {cell} == "" else {converted})' if value.none_if_empty else converted

    def mapping(self, values: Mapping[str, Value]) -> str:
        """A mapping, whose keys may be any text."""
        items = (f"{self._name('key', key)}: {self.value(value)}" for key, value in values.items())
        return f"{{{', '.join(items)}}}"

    def _name(self, kind: str, known: object) -> str:
        name = f"{kind}_{len(self.known)}"
        self.known[name] = known
        return name

    def construction(self, make: Any, arguments: str) -> str:
        """The statement that makes an object. Where calling the class does nothing special, the call is inlined."""
        self.known["cls"] = make
        if not _is_called_as_usual(make):
            return f"add(cls({arguments}))"
        self.known |= {"new": object.__new__, "init": make.__init__}
        return f"one = new(cls); init(one, {arguments}); add(one)"


def _is_called_as_usual(make: Any) -> bool:
    """Whether calling it is ``object.__new__`` and then its own ``__init__``."""
    if not isinstance(make, type):
        return False
    new: Any = make.__new__
    call: Any = type(make).__call__
    return new is object.__new__ and call is type.__call__
