"""What a queue knows of its list: the columns, read once, and every row held against them before it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from asyncsdk.api import TABLE
from asyncsdk.bulk.address import key_of, problem_with
from asyncsdk.bulk.chunk import cell_of
from asyncsdk.bulk.headings import Aligner, ListShape, shape_of
from asyncsdk.bulk.link import Link
from asyncsdk.clear import Clear
from asyncsdk.errors import InvalidArgument
from asyncsdk.message import CallCount, Lane
from asyncsdk.models.lists import ListPage
from asyncsdk.queue.outcome import QueueClosed
from asyncsdk.queue.rows import Cells

__all__ = ["Columns"]

LONGEST_SPELLING: Final = 8
"""Bytes that a character takes in a file at the most: four, each of them doubled if it were a quote."""


class Columns:
    """The columns of one list.

    Args:
        link: the session.
        list_id: the list.
        count: counts the calls.
    """

    def __init__(self, link: Link, list_id: str, count: CallCount) -> None:
        self._link = link
        self._list_id = list_id
        self._count = count
        self._aligner: Aligner | None = None
        self._reading: asyncio.Task[Aligner] | None = None
        self._closed = False

    async def shape(self) -> ListShape:
        """The columns; one call, however many ask at once, and none after that."""
        return (self._aligner or await self._read_once()).shape

    def forget(self) -> None:
        """They may have changed: read them again before they are used again."""
        self._aligner = None

    async def checked(self, email: object, data: Mapping[str, object]) -> tuple[str, Cells]:
        """A row as it will be written: the address, and cells by the list's own headings.

        Raises:
            InvalidArgument: the address is impossible, a column unknown or a value of no use.
        """
        if not isinstance(email, str):
            raise InvalidArgument(f"email must be a text, not {type(email).__name__}.")
        address = email.strip()
        problem = problem_with(address)
        if problem is not None:
            raise InvalidArgument(f"This row has {_article(problem)}. It was not queued.")
        aligner = self._aligner or await self._read_once()
        return address, self._cells(aligner, address, data)

    def _cells(self, aligner: Aligner, address: str, data: Mapping[str, object]) -> Cells:
        shape = aligner.shape
        heading = shape.headings[shape.email]
        named = {name: value for name, value in data.items() if not _is_address(name, heading)}
        for name in data.keys() - named.keys():
            if key_of(str(data[name])) != key_of(address):
                raise InvalidArgument(f"{name!r} holds another address than email says. The row was not queued.")
        places = aligner.places((*named, heading))
        cells: Cells = {}
        for (name, value), place in zip(named.items(), places, strict=False):
            try:
                cell = cell_of(value)
            except ValueError as error:
                raise InvalidArgument(f"{name!r} cannot be written: {error}. The row was not queued.") from None
            if cell != "":
                cells[shape.headings[place]] = cell
        length = sum(len(cell) for cell in cells.values() if not isinstance(cell, Clear))
        if length * LONGEST_SPELLING > self._link.limits.upload_bytes:
            raise InvalidArgument(f"With {length:,} characters the row is too long. It was not queued.")
        return cells

    async def _read_once(self) -> Aligner:
        if self._closed:
            raise QueueClosed("This queue is closed.")
        if self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._read(), name="asyncsdk queue columns")
            self._reading.add_done_callback(self._read_ended)
        reading = self._reading
        try:
            return await asyncio.shield(reading)
        except asyncio.CancelledError:
            if self._closed and reading.cancelled():
                raise QueueClosed("This queue was closed before the list's columns were read.") from None
            raise

    async def _read(self) -> Aligner:
        route = TABLE["lists.download"]
        page: ListPage = await self._link.call(
            route, route.bind((), {"list_id": self._list_id, "count": 1}), Lane.INTERACTIVE, count=self._count
        )
        shape = shape_of(page)
        self._aligner = Aligner(shape, shape.headings[shape.email])
        return self._aligner

    def _read_ended(self, task: asyncio.Task[Aligner]) -> None:
        self._reading = None
        if not task.cancelled():
            task.exception()  # whoever asked is told; if they are gone, nobody wants to know

    async def close(self) -> None:
        """Read no more."""
        self._closed = True
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.wait({self._reading})


def _is_address(name: object, heading: str) -> bool:
    """Whether a column of a row is the one that the address goes to."""
    return isinstance(name, str) and (name == "EMAIL" or name.casefold() == heading.casefold())


def _article(problem: str) -> str:
    return f"an {problem}" if problem.startswith("impossible") else problem
