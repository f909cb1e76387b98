"""From the input to what will be sent: one pass over the rows, in constant memory, before anything is sent.

Ordinary rows go straight into files as they will be uploaded. What is not ordinary waits in a database without
a name: rows that clear a value, and, once it is known which they are, rows whose address comes again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final

from attrs import define, field

from asyncsdk.bulk.address import all_usable, key_of, problem_with
from asyncsdk.bulk.chunk import Chunk, Layout
from asyncsdk.bulk.headings import Aligner, ListShape
from asyncsdk.bulk.odd_rows import OddRows
from asyncsdk.bulk.rejects import Rejects
from asyncsdk.bulk.repeats import Repeats
from asyncsdk.bulk.spool import Spool, SpooledFile, lines_of
from asyncsdk.clear import CLEAR, Clear

__all__ = ["Staged", "Staging"]

BATCH: Final = 1000
WORTH_A_FILE: Final = 32
"""Rows that clear the same columns and are fewer than this take fewer calls one by one than as a file."""

Row = dict[int, str | Clear]


@define
class Staged:
    """The whole input, ready to be sent."""

    shape: ListShape
    names: tuple[str, ...]
    """The input's columns."""

    places: Mapping[str, int]
    """The place in the list of each of them."""

    rows: int = 0
    merged: int = 0
    unchanged: int = 0
    rejected: int = 0
    files: list[SpooledFile] = field(factory=list)
    """Rows to upload."""

    single: list[tuple[int, Row]] = field(factory=list)
    """Rows that clear something, too few alike to fill a file, with their numbers."""

    def named(self, cells: Sequence[str]) -> dict[str, str]:
        """An uploaded row under the input's own names."""
        return {name: cells[place] for name, place in self.places.items()}

    def close(self) -> None:
        """Remove the files."""
        for file in self.files:
            file.close()


class Staging:
    """One pass.

    Args:
        aligner: finds the columns.
        limit: the most bytes of a file.
        rejects: takes the rows that cannot be sent.
    """

    def __init__(self, aligner: Aligner, limit: int, rejects: Rejects) -> None:
        self._aligner = aligner
        self._limit = limit
        self._rejects = rejects
        self._layouts: dict[tuple[str, ...], Layout] = {}
        self._repeats = Repeats()
        self._odd = OddRows()
        self._spools: list[Spool] = []
        self._plain = self._spool()
        self._email = aligner.shape.email
        self._names: dict[str, int] = {}
        self.rows = 0

    def _spool(self, touched: frozenset[int] | None = None) -> Spool:
        spool = Spool(self._aligner.shape, self._limit, touched)
        self._spools.append(spool)
        return spool

    async def run(self, chunks: AsyncIterator[Chunk], saw: Callable[[int], None]) -> Staged:
        """Read everything.

        Args:
            chunks: the input.
            saw: told how many rows were read so far.

        Raises:
            InvalidArgument: a column is unknown, ambiguous or missing.
        """
        kept: list[SpooledFile] = []
        try:
            async for chunk in chunks:
                self._take(chunk)
                saw(self.rows)
                await asyncio.sleep(0)  # other calls of the session go on
            staged = await self._settled()
            kept = staged.files
            return staged
        finally:
            self._repeats.close()
            self._odd.close()
            for spool in self._spools:
                for file in spool.files:
                    if file not in kept:
                        file.close()

    def _take(self, chunk: Chunk) -> None:
        layout = self._layout(chunk.names)
        self.rows += len(chunk.rows)
        addresses = layout.addresses(chunk.rows)
        text = layout.lines(chunk.rows)
        if text is not None and all_usable(addresses):
            self._repeats.see("\n".join(addresses).casefold().split("\n"))
            self._plain.add(text, chunk.first, len(chunk.rows))
            return
        self._take_odd(chunk, layout)

    def _layout(self, names: tuple[str, ...]) -> Layout:
        layout = self._layouts.get(names)
        if layout is None:
            shape = self._aligner.shape
            places = self._aligner.places(names)
            layout = self._layouts[names] = Layout(len(shape.headings), places, shape.email)
            self._names.update(zip(names, places, strict=True))
        return layout

    def _take_odd(self, chunk: Chunk, layout: Layout) -> None:
        """A chunk with something in it that is no plain text, or no address: row by row."""
        keys: list[str] = []
        waiting: list[list[str]] = []
        number = chunk.first
        for number, row in enumerate(chunk.rows, chunk.first):
            cells = self._cells(number, chunk.names, layout, row)
            if cells is not None:
                keys.append(key_of(str(cells[self._email])))
                if CLEAR not in cells.values():
                    waiting.append(self._full(cells))
                    continue
                self._odd.add(number, keys[-1], cells)
            self._write(waiting, number - len(waiting))
            waiting = []
        self._write(waiting, number + 1 - len(waiting))
        self._repeats.see(keys)

    def _cells(self, number: int, names: tuple[str, ...], layout: Layout, row: Sequence[Any]) -> Row | None:
        """What a row says; None if it cannot be sent."""
        try:
            cells = layout.cells(row)
            address = cells.get(self._email, "")
            if address is CLEAR:
                problem: str | None = "the address cannot be cleared"
            else:
                cells[self._email] = str(address).strip()
                problem = problem_with(str(cells[self._email]))
        except ValueError as error:
            cells, problem = {}, _why(error)
        if problem is None:
            return cells
        self._rejects.add(number, dict(zip(names, row, strict=True)), problem)
        return None

    def _write(self, rows: Sequence[Sequence[str]], first: int) -> None:
        if rows:
            self._plain.add(lines_of(rows), first, len(rows))

    def _full(self, cells: Mapping[int, str | Clear]) -> list[str]:
        """A row with a cell for each of the list's columns; cleared ones are empty."""
        spelled = {place: "" if cell is CLEAR else str(cell) for place, cell in cells.items()}
        return [spelled.get(place, "") for place in range(len(self._aligner.shape.headings))]

    async def _settled(self) -> Staged:
        """Fold repeats into their last row, and put each row that clears where it is sent from."""
        again = self._repeats.repeated()
        if again:
            await self._part(again)
        staged = Staged(self._aligner.shape, tuple(self._names), dict(self._names), self.rows)
        groups = self._odd.groups()
        for place, (number, folded, cells) in enumerate(self._odd.merged()):
            staged.merged += folded
            if CLEAR not in cells.values():
                self._plain.add(lines_of([self._full(cells)]), number, 1)
            elif groups[frozenset(cells)] < WORTH_A_FILE:
                staged.single.append((number, cells))
            else:
                self._clearing(frozenset(cells)).add(lines_of([self._full(cells)]), number, 1)
            if place % BATCH == 0:
                await asyncio.sleep(0)
        staged.rejected = len(self._rejects)
        staged.files = [file for spool in self._spools for file in spool.files]
        return staged

    def _clearing(self, touched: frozenset[int]) -> Spool:
        for spool in self._spools:
            if spool.touched == touched:
                return spool
        return self._spool(touched)

    async def _part(self, again: frozenset[int]) -> None:
        """Move the rows whose address comes again out of the files."""
        mixed, self._plain = self._plain, self._spool()
        for file in mixed.files:
            waiting: list[list[str]] = []
            first = 0
            for number, cells in file.read():
                key = key_of(cells[self._email])
                if hash(key) in again:
                    self._odd.add(number, key, {place: cell for place, cell in enumerate(cells) if cell})
                elif waiting and number == first + len(waiting) and len(waiting) < BATCH:
                    waiting.append(cells)
                    continue
                else:
                    self._write(waiting, first)
                    await asyncio.sleep(0)
                    waiting, first = [cells], number
            self._write(waiting, first)
            file.close()
        mixed.files.clear()


def _why(error: ValueError) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "half a character, which no encoding can say"
    return str(error)
