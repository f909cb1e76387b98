"""Row factory: generated code that makes the objects of a class from rows, one function for each class and columns.

The loop calls nothing for a row but what converts numbers and times, as if it was written by hand: where the
``__init__`` of the class only assigns, the loop does so itself. What ``exec`` pays, against the shortest loops
without it, on rows of 10 columns of texts (``python -m benchmarks.row_factory``): ``Contact`` is made 2.5 times as
fast, a TypedDict 5.5 times, a dataclass or an attrs class 1.6 times; with the checks of all cells included, 2.3,
3.3 and 1.4 to 1.5 times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import length_hint
from typing import Any, Final, TypeAlias

from attrs import frozen

from asyncsdk.downloads.plain_init import PlainInit, is_called_as_usual, plain_init
from asyncsdk.downloads.target_class import TargetClass

__all__ = ["Cell", "RowFactory", "Value", "row_factory"]

OtherFactory: TypeAlias = Callable[[Sequence[Any], int], Any]
"""Makes the object of a row that is unusual; takes the row, and the number of rows after it."""

RowFactory: TypeAlias = Callable[[Sequence[Sequence[Any]], OtherFactory], Iterator[Any]]
"""Makes an object for each row; takes the rows, and what makes the object of a row that raises here."""


@frozen
class Cell:
    """A cell of the row as the value of an argument."""

    index: int
    read: Callable[[Any], Any] | None = None
    """What converts it; None: it is the value as it is."""

    none_if_empty: bool = False
    """Whether a cell without text is None; only where it is converted."""


Value: TypeAlias = Cell | Mapping[str, Cell]
"""Value of an argument: a cell, or a mapping of cells by heading."""

_CODE: Final = """
def make(rows, other):
    rest = iter(rows)
    for row in rest:
        try:
            {statements}
        except Exception:
            one = other(row, length_hint(rest))
        yield one
"""


def row_factory(target: TargetClass, arguments: Mapping[str, Value], *, width: int, positional: bool) -> RowFactory:
    """Generate the function of a class.

    Args:
        target: the class.
        arguments: the value of each argument.
        width: the number of cells in a row.
        positional: whether the names of the arguments may be left out.
    """
    # Where most cells are taken it is quicker to unpack a row than to index it.
    unpacked = 2 * sum(map(_cells_of, arguments.values())) >= width
    code = _Code(unpacked=unpacked)
    if unpacked:
        code.add(f"{''.join(f'cell_{index}, ' for index in range(width))} = row")
    if target.make is dict:
        code.add(f"one = {code.mapping(arguments)}")
        return code.compiled()
    # Values are made before the object: where one cannot be made, no half of an object was there.
    given = {name: code.value(value) for name, value in arguments.items()}
    init = plain_init(target.make, {field.argument: field.name for field in target.fields})
    if init is not None and all(name in given or init.may_leave_out(name) for name in init.attributes):
        code.assign(target.make, init, given)
    else:
        listed = given.values() if positional else (f"{name}={value}" for name, value in given.items())
        code.call(target.make, ", ".join(listed))
    return code.compiled()


def _cells_of(value: Value) -> int:
    """The number of cells in a value."""
    return len(value) if isinstance(value, Mapping) else 1


class _Code:
    """Statements of generated code, and the global names that they use.

    Args:
        unpacked: whether each cell of the row has a name of its own.
    """

    def __init__(self, *, unpacked: bool) -> None:
        self._known: dict[str, Any] = {"length_hint": length_hint, "new": object.__new__}
        self._statements: list[str] = []
        self._unpacked = unpacked

    def add(self, statement: str) -> None:
        """Add a statement."""
        self._statements.append(statement)

    def value(self, value: Value) -> str:
        """The expression of a value; statements are added for what must be done before."""
        if isinstance(value, Mapping):
            return self.mapping(value)
        cell = f"cell_{value.index}" if self._unpacked else f"row[{value.index}]"
        if value.read is None:
            return cell
        converted = f"{self._name('read', value.read)}({cell})"
        name = f"value_{len(self._statements)}"
        empty = f'None if {cell} is None or {cell} == "" else ' if value.none_if_empty else ""
        self.add(f"{name} = {empty}{converted}")
        return name

    def mapping(self, values: Mapping[str, Value]) -> str:
        """A mapping, whose keys may be any text."""
        items = (f"{self._name('key', key)}: {self.value(value)}" for key, value in values.items())
        return f"{{{', '.join(items)}}}"

    def assign(self, cls: Callable[..., Any], init: PlainInit, given: Mapping[str, str]) -> None:
        """Make an object, and assign the attributes as the class's own ``__init__`` does."""
        self._known["cls"] = cls
        self.add("one = new(cls)")
        for argument, attribute in init.attributes.items():
            value = given[argument] if argument in given else self._default(init, argument)
            setter = init.setters.get(attribute)
            if setter is None:
                self.add(f"one.{attribute} = {value}")
            else:
                self.add(f"{self._name('set', setter)}(one, {value})")

    def _default(self, init: PlainInit, argument: str) -> str:
        if argument in init.factories:
            return f"{self._name('factory', init.factories[argument])}()"
        return self._name("default", init.defaults[argument])

    def call(self, make: Callable[..., Any], arguments: str) -> None:
        """Make an object by its class. Where calling the class does nothing special, the call is inlined."""
        self._known["cls"] = make
        if is_called_as_usual(make):
            self._known["init"] = make.__init__
            self._statements += ["one = new(cls)", f"init(one, {arguments})"]
        else:
            self.add(f"one = cls({arguments})")

    def _name(self, kind: str, known: object) -> str:
        name = f"{kind}_{len(self._known)}"
        self._known[name] = known
        return name

    def compiled(self) -> RowFactory:
        """The function that runs the statements for each row."""
        # No text of a server becomes code: headings are passed in as names.
        exec(_CODE.format(statements="\n            ".join(self._statements)), self._known)  # noqa: S102
        made: RowFactory = self._known["make"]
        return made
