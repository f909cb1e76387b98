"""Row factory: generated code that makes the objects of a class from rows, one function for each class and columns.

The loop calls nothing for a row but the class's own ``__init__``, as if it was written by hand. What ``exec`` pays,
against the shortest loops without it, on rows of 10 columns (``python -m benchmarks.row_factory``): ``Contact`` is
made 1.8 times as fast, a TypedDict 4.7 times, a dataclass or an attrs class 1.1 to 1.2 times; with the checks of
all cells included, 1.7, 3.3 and 1.1 times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from asyncsdk.downloads.target_class import TargetClass

__all__ = ["RowFactory", "Value", "cell", "converted", "row_factory"]

RowFactory: TypeAlias = Callable[[Sequence[Sequence[Any]], Sequence[Sequence[Any]]], list[Any]]
"""Makes an object for each row; takes the rows, and the columns that were converted."""

Value: TypeAlias = str | Mapping[str, str]
"""Expression of an argument: ``cell(...)``, ``converted(...)``, or a mapping of such by heading."""

_CODE: Final = """
def make(rows, columns):
    objects = []
    add = objects.append
    for {row} in {rows}:
        {add}
    return objects
"""


def cell(index: int) -> str:
    """A cell of the row."""
    return f"row[{index}]"


def converted(number: int) -> str:
    """A cell of one of the columns."""
    return f"value_{number}"


def row_factory(
    target: TargetClass, arguments: Mapping[str, Value], columns: int, *, positional: bool
) -> RowFactory:
    """Generate the function of a class.

    Args:
        target: the class.
        arguments: the expression of each argument.
        columns: the number of converted columns.
        positional: whether the names of the arguments may be left out.
    """
    names = _Names()
    given = {name: value if isinstance(value, str) else names.mapping(value) for name, value in arguments.items()}
    if target.make is dict:
        add = f"add({names.mapping(given)})"
    else:
        listed = ", ".join(given.values() if positional else (f"{name}={value}" for name, value in given.items()))
        add = names.construction(target.make, listed)
    row = ", ".join(["row", *map(converted, range(columns))])
    code = _CODE.format(row=row, rows="zip(rows, *columns)" if columns else "rows", add=add)
    # No text of a server becomes code: headings are passed in as names.
    exec(code, names.known)  # noqa: S102
    made: RowFactory = names.known["make"]
    return made


class _Names:
    """Global names of the generated code."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}

    def mapping(self, values: Mapping[str, str]) -> str:
        """A mapping, whose keys may be any text."""
        return f"{{{', '.join(f'{self._key(key)}: {value}' for key, value in values.items())}}}"

    def _key(self, key: str) -> str:
        name = f"key_{len(self.known)}"
        self.known[name] = key
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
