"""The way of records: a call for each row, some at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Final

from asyncsdk.api import TABLE
from asyncsdk.bulk.journal import Journal
from asyncsdk.bulk.link import Link
from asyncsdk.bulk.progress import Meter
from asyncsdk.bulk.rejects import Rejects
from asyncsdk.bulk.staging import Staged
from asyncsdk.clear import CLEAR, Clear
from asyncsdk.errors import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    Conflict,
    DecodeError,
    InvalidArgument,
    InvalidRequest,
    PermissionDenied,
    RateLimited,
    ReplyLost,
    ServerError,
)
from asyncsdk.message import CallCount, Lane
from asyncsdk.models.contacts import Saved

__all__ = ["Recording"]

AT_ONCE: Final = 16
"""Rows under way: enough for 5 calls a second although each takes up to 3 seconds."""

IN_A_ROW: Final = 20
"""So many rows one after the other of which nobody knows what became of them end the run."""

REASONS: Final = 20
"""Reasons that are told, at the most."""

_REJECTED: Final = (InvalidRequest, InvalidArgument, Conflict)
_UNKNOWN: Final = (ReplyLost, ServerError, DecodeError)
_STOPS: Final = (AuthenticationFailed, PermissionDenied, RateLimited)


class Recording:
    """Sends rows one by one; each address comes once, so that their order does not matter.

    Args:
        link: the session.
        journal: what became of earlier rows.
        staged: the input.
        rejects: takes the rows that Act-On refuses.
        meter: told how far the run is.
        count: counts the calls.
        whole: whether the rows of the files are sent, too; else only those that clear something.
    """

    def __init__(
        self,
        link: Link,
        journal: Journal,
        staged: Staged,
        rejects: Rejects,
        meter: Meter,
        count: CallCount,
        *,
        whole: bool,
    ) -> None:
        self._link = link
        self._journal = journal
        self._staged = staged
        self._rejects = rejects
        self._meter = meter
        self._count = count
        self._whole = whole
        self._unknown_in_a_row = 0
        self._stopped_by: ActOnError | None = None
        self.reasons: dict[str, None] = {}
        """Why rows failed, or are unknown."""

    async def run(self) -> None:
        """Send every row that an earlier run has not.

        Raises:
            ActOnError: what the next row would meet, too.
        """
        rows = self._rows()
        self._meter.at("sending")
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work(rows))
        if self._stopped_by is not None:
            raise self._stopped_by

    def _rows(self) -> Iterator[tuple[int, Mapping[int, str | Clear]]]:
        """The rows that are left, with their numbers."""
        for number, cells in self._all_rows():
            if self._journal.settled(number):
                self._meter.sent(1)
                self._meter.done(1)
            else:
                yield number, cells

    def _all_rows(self) -> Iterator[tuple[int, Mapping[int, str | Clear]]]:
        for file in self._staged.files if self._whole else ():
            for number, cells in file.read():
                if file.touched is None:
                    yield number, {place: cell for place, cell in enumerate(cells) if cell}
                else:
                    yield number, {place: cells[place] or CLEAR for place in sorted(file.touched)}
        yield from self._staged.single

    async def _work(self, rows: Iterator[tuple[int, Mapping[int, str | Clear]]]) -> None:
        while self._stopped_by is None and (row := next(rows, None)) is not None:
            self._meter.sent(1)
            try:
                await self._save(*row)
            except ActOnError as error:
                self._stopped_by = error
            else:
                self._meter.done(1)

    async def _save(self, number: int, cells: Mapping[int, str | Clear]) -> None:
        shape = self._staged.shape
        arguments = {
            "list_id": shape.list_id,
            "email": str(cells[shape.email]),
            "data": {shape.headings[place]: "" if cell is CLEAR else cell for place, cell in cells.items()},
        }
        try:
            saved: Saved = await self._link.call(_UPSERT, arguments, Lane.BULK, count=self._count)
        except _UNKNOWN as error:
            self._unknown(number, error)
        except _STOPS:
            raise
        except _REJECTED as error:
            self._unknown_in_a_row = 0
            row = {name: _shown(cells.get(place, "")) for name, place in self._staged.places.items()}
            self._rejects.add(number, row, str(error))
            self._journal.record(number, "rejected", str(error))
        except APIError as error:
            self._unknown_in_a_row = 0
            self._tell(error)
            self._journal.record(number, "failed", str(error))
        else:
            self._unknown_in_a_row = 0
            self._journal.record(number, "created" if "insert" in saved.message.casefold() else "updated")

    def _unknown(self, number: int, error: ActOnError) -> None:
        self._unknown_in_a_row += 1
        self._tell(error)
        self._journal.record(number, "unknown", str(error))
        if self._unknown_in_a_row >= IN_A_ROW:
            raise error

    def _tell(self, error: ActOnError) -> None:
        if len(self.reasons) < REASONS:
            self.reasons[str(error)] = None


def _shown(cell: str | Clear) -> str:
    """A cell as a file of rejected rows has it: no CSV file can say CLEAR."""
    return "" if cell is CLEAR else str(cell)


_UPSERT: Final = TABLE["contacts.upsert"]
