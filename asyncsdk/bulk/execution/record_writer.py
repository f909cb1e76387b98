"""Record writer: sends rows one by one, a call for each, some at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Final

from asyncsdk.bulk.run_context import RunContext
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.errors import ActOnError, APIError
from asyncsdk.models.clear import Clear
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.error_classification import ErrorOutcome, classify
from asyncsdk.uploads.save_record import save_record

__all__ = ["RecordWriter"]

AT_ONCE: Final = 16
"""Rows under way: enough for 5 calls a second although each takes up to 3 seconds."""

IN_A_ROW: Final = 20
"""So many rows one after the other with an unknown outcome end the run."""

PAUSES: Final = (2.0, 10.0)
"""Seconds before rows with an unknown outcome are sent again: they may be sent twice."""

_ENDS_THE_RUN: Final[frozenset[ErrorOutcome]] = frozenset({"denied", "shared", "stops"})
"""Errors that every other row would meet, too."""


class RecordWriter:
    """Sends rows one by one; each address comes once, so that their order does not matter.

    Args:
        context: the resources of the run.
        journal: the outcome of earlier rows.
        staged: the input.
        whole: whether the rows of the files are sent, too; else only those that clear something.
    """

    def __init__(self, context: RunContext, journal: Journal, staged: StagedInput, *, whole: bool) -> None:
        self._context = context
        self._journal = journal
        self._staged = staged
        self._whole = whole
        self._unknown_in_a_row = 0
        self._stopped_by: Exception | None = None

    async def run(self) -> None:
        """Send every row that an earlier run has not.

        Raises:
            ActOnError: what the next row would meet, too.
        """
        await self._send_all(first=True)
        for pause in PAUSES:
            if not self._journal.records().unknown:
                return
            self._context.meter.at("pausing", pause)
            await asyncio.sleep(self._context.caller.pauses.seconds(pause))
            self._context.meter.at("sending")
            self._journal.forget_unknown()
            await self._send_all(first=False)

    async def _send_all(self, *, first: bool) -> None:
        """Send every row that has no outcome yet."""
        self._unknown_in_a_row = 0
        with closing(self._staged.all_rows(in_files=self._whole)) as rows:
            async with asyncio.TaskGroup() as group:
                workers = [group.create_task(self._send_one_by_one(rows, first=first)) for _ in range(AT_ONCE)]
        if self._stopped_by is not None:
            raise self._stopped_by
        if any(worker.cancelled() for worker in workers):  # by somebody else: its row has no outcome yet
            await self._send_all(first=False)

    async def _send_one_by_one(self, rows: Iterator[tuple[int, Mapping[int, str | Clear]]], *, first: bool) -> None:
        """Send one row after the other; an error that ends this worker lets the others finish their rows."""
        try:
            while self._stopped_by is None and (row := next(rows, None)) is not None:
                if self._journal.settled(row[0]):
                    await asyncio.sleep(0)
                    continue
                if first:
                    self._context.meter.sent(1)
                if await self._save(*row):
                    self._context.meter.done(1)
        except Exception as error:
            self._stopped_by = self._stopped_by or error

    async def _save(self, number: int, cells: Mapping[int, str | Clear]) -> bool:
        """Send a row; gives whether its outcome is known."""
        columns = self._staged.columns
        said = {columns.headings[place]: cell for place, cell in cells.items()}
        try:
            options = CallOptions(counter=self._context.counter, before_attempt=self._context.carrier.ensure_held)
            outcome = await save_record(
                self._context.caller, columns.list_id, str(cells[columns.email]), said, options
            )
        except ActOnError as error:
            kind = classify(error)
            if kind in _ENDS_THE_RUN:
                raise
            if kind == "unknown":
                self._unknown(number, error)
                return False
            self._unknown_in_a_row = 0
            if kind == "rejected":
                self._rejected(number, cells, error)
            else:
                self._record(number, "failed", str(error))
        else:
            self._unknown_in_a_row = 0
            self._record(number, outcome)
        return True

    def _rejected(self, number: int, cells: Mapping[int, str | Clear], error: ActOnError) -> None:
        row = {name: cells.get(place, "") for name, place in self._staged.indexes.items()}
        why = error.message if isinstance(error, APIError) else str(error)
        self._journal.rejects.add([(number, row, why)])
        self._record(number, "rejected", why)

    def _unknown(self, number: int, error: ActOnError) -> None:
        self._unknown_in_a_row += 1
        self._record(number, "unknown", str(error))
        if self._unknown_in_a_row >= IN_A_ROW:
            raise error

    def _record(self, number: int, outcome: str, reason: str | None = None) -> None:
        self._journal.record(number, outcome, reason)
        self._context.carrier.carry_soon()
