"""Table of texts, fitted to a width: columns are narrowed, or each row becomes a block of lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from attrs import frozen

from asyncsdk.cli.output.cells import cut, width_of
from asyncsdk.cli.output.printable import printable
from asyncsdk.cli.output.style import Style, Styled

__all__ = ["Cell", "FormattedTable", "format_table"]

Cell: TypeAlias = str | Styled

GAP: Final = "  "
NARROW: Final = 10
"""Cells that a column of texts keeps, if its texts are as wide."""

CUT_NOTE: Final = "Some texts are cut to the terminal's width; --json has all."


@frozen
class FormattedTable:
    """Table as lines."""

    pieces: Sequence[Sequence[Cell]]
    """What each line consists of."""

    cut: bool
    """Whether a text was cut."""

    folded: bool
    """Whether each row became a block of lines, with the headings beside its cells."""

    @property
    def lines(self) -> list[str]:
        """The lines without styles."""
        return ["".join(map(_text, line)).rstrip() for line in self.pieces]

    @property
    def printed(self) -> list[str]:
        """The lines as they are printed: where a text was cut, one more says so."""
        return [*self.lines, *([CUT_NOTE] if self.cut else [])]


def format_table(
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    width: int | None = None,
    numbers: Collection[str] = (),
    middle: Collection[str] = (),
) -> FormattedTable:
    """Align columns, and narrow the widest ones until the table fits.

    Args:
        headings: one for each column.
        rows: their cells.
        width: cells of the terminal; None where nothing is to be cut.
        numbers: headings of the columns that are never cut, and stand to the right.
        middle: headings of the columns whose texts are cut in the middle, as they differ at their ends.
    """
    head: list[Cell] = [Styled(heading, Style.DIM) for heading in headings]
    lines = [head, *([_printable(cell) for cell in row] for row in rows)]
    natural = [max(width_of(_text(cell)) for cell in column) for column in zip(*lines, strict=True)]
    floors = [each if name in numbers else min(each, NARROW) for name, each in zip(headings, natural, strict=True)]
    widths = natural if width is None else _fitted(natural, floors, width - len(GAP) * (len(natural) - 1))
    if widths is None:
        return FormattedTable(list(_blocks(headings, lines[1:])), cut=False, folded=True)
    columns = [(each, name in numbers, name in middle) for name, each in zip(headings, widths, strict=True)]
    return FormattedTable([list(_row(line, columns)) for line in lines], cut=widths != natural, folded=False)


def _fitted(natural: Sequence[int], floors: Sequence[int], room: int) -> Sequence[int] | None:
    """Widths of columns that fit into the room; None if there are none."""
    if sum(natural) <= room:
        return natural
    if sum(floors) > room:
        return None

    def capped(most: int) -> list[int]:
        return [max(floor, min(each, most)) for each, floor in zip(natural, floors, strict=True)]

    widths = next(widths for most in range(room, -1, -1) if sum(widths := capped(most)) <= room)
    for place, each in enumerate(natural):  # what is left over goes to those that were cut
        if widths[place] < each and sum(widths) < room:
            widths[place] += 1
    return widths


def _row(line: Sequence[Cell], columns: Sequence[tuple[int, bool, bool]]) -> Iterator[Cell]:
    for place, (cell, (width, right, middle)) in enumerate(zip(line, columns, strict=True)):
        if place:
            yield GAP
        shown = cut(_text(cell), width, middle=middle)
        blanks = " " * (width - width_of(shown))
        pieces: tuple[Cell, Cell] = (_like(cell, shown), blanks)
        yield from reversed(pieces) if right else pieces


def _blocks(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    """Rows one below the other, without their empty cells."""
    width = max(map(width_of, headings)) + 1
    for number, row in enumerate(rows):
        if number:
            yield ()
        for heading, cell in zip(headings, row, strict=True):
            if _text(cell):
                label = f"{heading}:" if heading else ""
                yield Styled(label, Style.DIM), " " * (width - width_of(label) + 1), cell


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.text


def _like(cell: Cell, text: str) -> Cell:
    return text if isinstance(cell, str) else Styled(text, cell.style)


def _printable(cell: Cell) -> Cell:
    return _like(cell, printable(_text(cell)))
