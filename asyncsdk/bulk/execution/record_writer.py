"""The way of records: a call for each row, some at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Final

from asyncsdk.api import TABLE
from asyncsdk.bulk.progress import Meter
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.errors import (
    ActOnError,
    APIError,
    AuthenticationFailed,
    Conflict,
    DecodeError,
    InvalidArgument,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RateLimited,
    ReplyLost,
    ServerError,
)
from asyncsdk.http.call_count import CallCount
from asyncsdk.models.clear import CLEAR, Clear
from asyncsdk.models.contacts import Saved
from asyncsdk.transport.options import CallOptions
from asyncsdk.uploads.caller import Caller, call_in_background

__all__ = ["RecordWriter"]

AT_ONCE: Final = 16
"""Rows under way: enough for 5 calls a second although each takes up to 3 seconds."""

IN_A_ROW: Final = 20
"""So many rows one after the other of which nobody knows what became of them end the run."""

PAUSES: Final = (2.0, 10.0)
"""Seconds before rows are sent again of which nobody knows what became of them: they may be sent twice."""

_REJECTED: Final = (InvalidRequest, InvalidArgument, Conflict)
_UNKNOWN: Final = (ReplyLost, ServerError, DecodeError)
_STOPS: Final = (AuthenticationFailed, PermissionDenied, NotFound, RateLimited)
"""What every other row would meet, too."""

_LIST_IS_GONE: Final = frozenset({10004, 10010})
"""Codes of Act-On that speak of the list, which is gone or has other columns now, and not of the row."""


class RecordWriter:
    """Sends rows one by one; each address comes once, so that their order does not matter.

    Args:
        link: the session.
        journal: what became of earlier rows.
        staged: the input.
        meter: told how far the run is.
        count: counts the calls.
        whole: whether the rows of the files are sent, too; else only those that clear something.
    """

    def __init__(
        self, link: Caller, journal: Journal, staged: StagedInput, meter: Meter, count: CallCount, *, whole: bool
    ) -> None:
        self._link = link
        self._journal = journal
        self._staged = staged
        self._meter = meter
        self._count = count
        self._whole = whole
        self._unknown_in_a_row = 0
        self._stopped_by: Exception | None = None

    async def run(self) -> None:
        """Send every row that an earlier run has not.

        Raises:
            ActOnError: what the next row would meet, too.
        """
        await self._pass(first=True)
        for pause in PAUSES:
            if not self._journal.records().unknown:
                return
            self._meter.at("pausing", pause)
            await asyncio.sleep(pause)
            self._meter.at("sending")
            self._journal.forget_unknown()
            await self._pass(first=False)

    async def _pass(self, *, first: bool) -> None:
        """Send every row that is not settled."""
        self._unknown_in_a_row = 0
        with closing(self._staged.all_rows(in_files=self._whole)) as rows:
            async with asyncio.TaskGroup() as group:
                for _ in range(AT_ONCE):
                    group.create_task(self._work(rows, first=first))
        if self._stopped_by is not None:
            raise self._stopped_by

    async def _work(self, rows: Iterator[tuple[int, Mapping[int, str | Clear]]], *, first: bool) -> None:
        """Send one row after the other; what ends this one lets the others finish theirs."""
        try:
            while self._stopped_by is None and (row := next(rows, None)) is not None:
                if self._journal.settled(row[0]):
                    await asyncio.sleep(0)
                    continue
                if first:
                    self._meter.sent(1)
                if await self._save(*row):
                    self._meter.done(1)
        except Exception as error:
            self._stopped_by = self._stopped_by or error

    async def _save(self, number: int, cells: Mapping[int, str | Clear]) -> bool:
        """Send a row; gives whether it is known what became of it."""
        shape = self._staged.shape
        arguments = {
            "list_id": shape.list_id,
            "email": str(cells[shape.email]),
            "data": {shape.headings[place]: "" if cell is CLEAR else cell for place, cell in cells.items()},
        }
        try:
            saved: Saved = await call_in_background(
                self._link, _UPSERT, arguments, CallOptions(counter=self._count)
            )
        except _UNKNOWN as error:
            self._unknown(number, error)
            return False
        except _STOPS:
            raise
        except _REJECTED as error:
            if isinstance(error, APIError) and error.code in _LIST_IS_GONE:
                raise
            self._unknown_in_a_row = 0
            row = {name: cells.get(place, "") for name, place in self._staged.places.items()}
            why = error.message if isinstance(error, APIError) else str(error)
            self._journal.rejects.add([(number, row, why)])
            self._journal.record(number, "rejected", why)
        except APIError as error:
            self._unknown_in_a_row = 0
            self._journal.record(number, "failed", str(error))
        else:
            self._unknown_in_a_row = 0
            self._journal.record(number, "created" if "insert" in saved.message.casefold() else "updated")
        return True

    def _unknown(self, number: int, error: ActOnError) -> None:
        self._unknown_in_a_row += 1
        self._journal.record(number, "unknown", str(error))
        if self._unknown_in_a_row >= IN_A_ROW:
            raise error


_UPSERT: Final = TABLE["contacts.upsert"]
