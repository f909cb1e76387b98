"""From the input to what will be sent: one pass over the rows, in constant memory, before anything is sent.

Ordinary rows go straight into files as they will be uploaded. What is not ordinary waits in a database without
a name: rows that clear a value, and, once it is known which they are, rows whose address comes again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from math import ceil
from typing import Any, Final

from asyncsdk.bulk.address import all_usable, key_of, problem_with
from asyncsdk.bulk.chunk import Chunk, Layout
from asyncsdk.bulk.csv_text import lines_of
from asyncsdk.bulk.headings import Aligner
from asyncsdk.bulk.odd_rows import Cells, OddRows
from asyncsdk.bulk.rejects import Rejects
from asyncsdk.bulk.repeats import Repeats
from asyncsdk.bulk.spool import Spool
from asyncsdk.bulk.staged import BATCH, Staged
from asyncsdk.clear import CLEAR, Clear

__all__ = ["Staging"]

FEW: Final = 10
"""Rows that are looked at one by one; more are split into so many parts."""

WORTH_A_FILE: Final = 32
"""Rows that clear the same columns and are fewer than this take fewer calls one by one than as a file."""


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
        self._staged = Staged(aligner.shape, {})
        self._names: dict[int, str] = {}

    def _spool(self, touched: frozenset[int] | None = None) -> Spool:
        spool = Spool(self._aligner.shape, self._limit, touched)
        self._spools.append(spool)
        return spool

    async def run(self, chunks: AsyncGenerator[Chunk], saw: Callable[[int], None]) -> Staged:
        """Read everything.

        Args:
            chunks: the input.
            saw: told how many rows were read so far.

        Raises:
            InvalidArgument: a column is unknown, ambiguous or missing.
        """
        try:
            async with aclosing(chunks):
                async for chunk in chunks:
                    self._take(chunk)
                    saw(self._staged.rows)
                    await asyncio.sleep(0)  # other calls of the session go on
            await self._settle()
        except BaseException:
            for spool in self._spools:
                spool.close()
            self._staged.close()
            raise
        finally:
            self._repeats.close()
            self._odd.close()
        return self._staged

    def _take(self, chunk: Chunk) -> None:
        self._staged.rows += len(chunk.rows)
        self._sort(chunk, self._layout(chunk.names))

    def _sort(self, chunk: Chunk, layout: Layout) -> None:
        addresses, text = layout.lines(chunk.rows) or ((), None)
        if text is not None and all_usable(addresses):
            self._repeats.see("\n".join(addresses).lower().split("\n"))
            if chunk.rows:
                self._plain.add(text, chunk.first, len(chunk.rows))
        elif len(chunk.rows) <= FEW:
            self._take_odd(chunk, layout)
        else:  # the odd rows are in few of its parts
            size = ceil(len(chunk.rows) / FEW)
            for start in range(0, len(chunk.rows), size):
                self._sort(Chunk(chunk.first + start, chunk.names, chunk.rows[start : start + size]), layout)

    def _layout(self, names: tuple[str, ...]) -> Layout:
        layout = self._layouts.get(names)
        if layout is None:
            shape = self._aligner.shape
            places = self._aligner.places(names)
            for name, place in zip(names, places, strict=True):
                other = self._names.setdefault(place, name)
                if other != name:
                    heading = shape.headings[place]
                    raise self._aligner.misfit(f"{other!r} and {name!r} both mean the column {heading!r}")
            layout = self._layouts[names] = Layout(len(shape.headings), places, shape.email)
        return layout

    def _take_odd(self, chunk: Chunk, layout: Layout) -> None:
        """A chunk with something in it that clears, is no text, or no address: row by row."""
        keys: list[str] = []
        waiting: list[list[str]] = []
        rejected: list[tuple[int, Mapping[str, Any], str]] = []
        number = chunk.first
        for number, row in enumerate(chunk.rows, chunk.first):
            said = self._cells(layout, row)
            if isinstance(said, str):
                rejected.append((number, dict(zip(chunk.names, row, strict=True)), said))
            else:
                keys.append(key_of(str(said[self._email])))
                if CLEAR not in said.values():
                    waiting.append(self._full(said))
                    continue
                self._odd.add(number, keys[-1], said)
            self._write(waiting, number - len(waiting))
            waiting = []
        self._write(waiting, number + 1 - len(waiting))
        self._repeats.see(keys)
        self._rejects.add(rejected)
        self._staged.rejected += len(rejected)

    def _cells(self, layout: Layout, row: Sequence[Any]) -> Cells | str:
        """What a row says, or why it cannot be sent."""
        try:
            cells = layout.cells(row)
        except UnicodeEncodeError:
            return "half a character, which no encoding can say"
        except ValueError as error:
            return str(error)
        address = cells.get(self._email, "")
        if address is CLEAR:
            return "the address cannot be cleared"
        cells[self._email] = str(address).strip()
        return problem_with(str(cells[self._email])) or cells

    def _write(self, rows: Sequence[Sequence[str]], first: int) -> None:
        if rows:
            self._plain.add(lines_of(rows), first, len(rows))

    def _full(self, cells: Mapping[int, str | Clear]) -> list[str]:
        """A row with a cell for each of the list's columns; cleared ones are empty."""
        spelled = {place: "" if cell is CLEAR else str(cell) for place, cell in cells.items()}
        return [spelled.get(place, "") for place in range(len(self._aligner.shape.headings))]

    async def _settle(self) -> None:
        """Fold repeats into their last row, and put each row that clears where it is sent from."""
        staged = self._staged
        staged.places = {name: place for place, name in self._names.items()}
        if staged.rows and self._email not in self._names:
            raise self._aligner.misfit(f"no column {self._aligner.key!r} holds the address")
        if await self._repeats.settle():
            await self._part()
        alike: Counter[frozenset[int]] = Counter()
        for place, columns in enumerate(self._odd.clearing()):
            alike[columns] += 1
            await _turn(place)
        for place, (number, folded, cells) in enumerate(self._odd.merged()):
            staged.merged += folded
            if CLEAR not in cells.values():
                self._plain.add(lines_of([self._full(cells)]), number, 1)
            elif alike[frozenset(cells)] < WORTH_A_FILE:
                staged.single.add(number, cells)
            else:
                self._clearing(frozenset(cells)).add(lines_of([self._full(cells)]), number, 1)
            await _turn(place)
        staged.files = [file for spool in self._spools for file in spool.files]

    def _clearing(self, touched: frozenset[int]) -> Spool:
        for spool in self._spools:
            if spool.touched == touched:
                return spool
        return self._spool(touched)

    async def _part(self) -> None:
        """Move the rows whose address comes again out of the files."""
        mixed, self._plain = self._plain, self._spool()
        while mixed.files:
            file = mixed.files[0]
            waiting: list[list[str]] = []
            first = 0
            for place, (number, cells) in enumerate(file.read()):
                await _turn(place)
                key = key_of(cells[self._email])
                if self._repeats.came_again(key):
                    self._odd.add(number, key, {place: cell for place, cell in enumerate(cells) if cell})
                elif waiting and number == first + len(waiting) and len(waiting) < BATCH:
                    waiting.append(cells)
                else:
                    self._write(waiting, first)
                    waiting, first = [cells], number
            self._write(waiting, first)
            mixed.files.pop(0).close()


async def _turn(place: int) -> None:
    """Let others do something now and then."""
    if place % BATCH == 0:
        await asyncio.sleep(0)
