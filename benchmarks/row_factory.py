"""What the generated code of downloads pays: making objects of rows, against the shortest loops without ``exec``.

A Python function for each class and columns is generated once (``asyncsdk/downloads/row_factory.py``). Both sides
make the same objects in one process, in turns; a ratio above 1 is what the generated code saves.
"""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import starmap
from operator import itemgetter
from typing import Any, Final, TypedDict

from attrs import frozen

from asyncsdk import Contact
from asyncsdk.downloads.row_builder import row_builder
from asyncsdk.downloads.row_factory import RowFactory
from asyncsdk.files.headings import RECORD_ID
from benchmarks.report import arguments, reporting
from benchmarks.table import Row

COLUMNS: Final = tuple("abcdefghij")
HEADINGS: Final = (RECORD_ID, *COLUMNS)
ROWS: Final = [(f"l-0001:{n:x}", *(f"value {column} {n}" for column in COLUMNS)) for n in range(1000)]


@frozen
class Attrs:
    """An attrs class with every column."""

    a: str
    b: str
    c: str
    d: str
    e: str
    f: str
    g: str
    h: str
    i: str
    j: str


@dataclasses.dataclass
class Data:
    """A dataclass with every column."""

    a: str
    b: str
    c: str
    d: str
    e: str
    f: str
    g: str
    h: str
    i: str
    j: str


class Typed(TypedDict):
    """A TypedDict with some columns."""

    a: str
    b: str
    c: str
    d: str


Make = Callable[[list[Any]], Iterator[Any]]


def plain(into: Any) -> Make:
    """The shortest loop without generated code."""
    if into is Contact:
        return lambda rows: (Contact(row[0], dict(zip(COLUMNS, row[1:], strict=True))) for row in rows)
    get = itemgetter(*(HEADINGS.index(name) for name in into.__annotations__))
    if into is Typed:
        return lambda rows: (dict(zip(Typed.__annotations__, get(row), strict=True)) for row in rows)
    return lambda rows: starmap(into, map(get, rows))


def seconds(make: Callable[[], Iterator[object]]) -> float:
    """CPU of a few pages; no object is kept."""
    began = time.process_time()
    for _ in range(5):
        for _object in make():
            pass
    return time.process_time() - began


def compared(into: Any, rounds: int) -> tuple[float, float]:
    """How much longer it takes without generated code: the loop by itself, and with the checks of all cells."""
    builder, loop = row_builder(into, HEADINGS), plain(into)
    make: RowFactory = vars(builder)["_make"]

    def generated(rows: list[Any]) -> Iterator[Any]:
        return make(rows, lambda _row, _left: None)

    assert list(generated(ROWS)) == list(loop(ROWS))
    alone: list[float] = []
    whole: list[float] = []
    for _ in range(rounds):
        fast, slow = seconds(lambda: generated(ROWS)), seconds(lambda: loop(ROWS))
        checked = seconds(lambda: builder.objects(ROWS, 0))
        alone.append(slow / fast)
        whole.append((checked - fast + slow) / checked)
    return statistics.median(alone), statistics.median(whole)


def main() -> None:
    """Run from the command line."""
    chosen = arguments(__doc__, quick="a few seconds, too noisy to judge by").parse_args()
    rows: list[Row] = []
    for into in (Contact, Typed, Attrs, Data):
        alone, whole = compared(into, 6 if chosen.quick else 60)
        rows += [Row(f"{into.__name__}: the loop", alone), Row(f"{into.__name__}: with the checks of cells", whole)]
    with reporting("row_factory", chosen) as report:
        report.show("CPU without generated code, as a multiple", rows)


if __name__ == "__main__":
    main()
