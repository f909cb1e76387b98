"""Making objects of rows, by code that is written once for a class and the columns of a list.

Such a loop makes no call for a row but the class's own ``__init__``, as if somebody had written it by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from asyncsdk.downloads.target_class import TargetClass

__all__ = ["Make", "Value", "cell", "converted", "maker_of"]

Make: TypeAlias = Callable[[Sequence[Sequence[Any]], Sequence[Sequence[Any]]], list[Any]]
"""An object for each row; takes the rows, and the columns whose values are not the cells themselves."""

Value: TypeAlias = str | Mapping[str, str]
"""What an argument is given: ``cell(...)``, ``converted(...)``, or a mapping of such by heading."""

_CODE: Final = """
def make(rows, columns):
    objects = []
    add = objects.append
    for {row} in {rows}:
        {add}
    return objects
"""


def cell(place: int) -> str:
    """A cell of the row."""
    return f"row[{place}]"


def converted(number: int) -> str:
    """A cell of one of the columns."""
    return f"value_{number}"


def maker_of(shape: TargetClass, arguments: Mapping[str, Value], columns: int, *, positional: bool) -> Make:
    """Write the code.

    Args:
        shape: of the class.
        arguments: what an object is made of.
        columns: how many columns there are.
        positional: whether the names of the arguments may be left out.
    """
    names = _Names()
    given = {name: value if isinstance(value, str) else names.mapping(value) for name, value in arguments.items()}
    if shape.make is dict:
        add = f"add({names.mapping(given)})"
    else:
        listed = ", ".join(given.values() if positional else (f"{name}={value}" for name, value in given.items()))
        add = names.construction(shape.make, listed)
    row = ", ".join(["row", *map(converted, range(columns))])
    code = _CODE.format(row=row, rows="zip(rows, *columns)" if columns else "rows", add=add)
    # Nothing that a server said is in the code: headings are among its names.
    exec(code, names.known)  # noqa: S102
    made: Make = names.known["make"]
    return made


class _Names:
    """What the code knows by name."""

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
        """An object. Where a class is called in the usual way, what that does is done without the call."""
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
