"""The table that every benchmark prints: what was measured, the goal, and whether it was met."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import frozen

__all__ = ["Row", "bound", "number", "print_table", "verdict"]


@frozen
class Row:
    """One number, and what it should be. Without a goal it is there for comparison only."""

    what: str
    value: float
    unit: str = ""
    goal: float | None = None
    limit: float | None = None
    """What is still acceptable; by default the goal itself."""

    better: Literal["less", "more"] = "less"


def verdict(row: Row) -> str:
    """``met``, ``within limit`` or ``missed``; nothing for a number without a goal."""
    if row.goal is None:
        return ""
    if _keeps(row, row.goal):
        return "met"
    if row.limit is not None and _keeps(row, row.limit):
        return "goal missed, within limit"
    return "missed"


def print_table(title: str, rows: Iterable[Row]) -> None:
    """Print the rows in columns."""
    cells = [("", "measured", "goal", "limit", "verdict")]
    cells += [
        (row.what, number(row.value, row.unit), bound(row, row.goal), bound(row, row.limit), verdict(row))
        for row in rows
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    print(f"\n{title}\n")
    for first, *rest in cells:
        aligned = (cell.rjust(width) for cell, width in zip(rest[:3], widths[1:4], strict=True))
        print("  ".join((first.ljust(widths[0]), *aligned, rest[3])).rstrip(), flush=True)


def _keeps(row: Row, bound: float) -> bool:
    return row.value <= bound if row.better == "less" else row.value >= bound


def bound(row: Row, value: float | None) -> str:
    """A goal or limit of this row as text: ``<= 1.05``; empty without one."""
    if value is None:
        return ""
    return f"{'<=' if row.better == 'less' else '>='} {number(value, row.unit)}"


def number(value: float, unit: str) -> str:
    """A number as text, with three digits or so, and its unit."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} {unit}".rstrip()
