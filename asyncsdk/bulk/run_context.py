"""Run context: the resources of one bulk run, which are released when it ends."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, closing
from pathlib import Path

from attrs import frozen

from asyncsdk.bulk.cost_estimate import cost_of_records, cost_of_uploads, with_days
from asyncsdk.bulk.plan import Plan, Via, Way, plan_of
from asyncsdk.bulk.progress import BulkProgress, Meter
from asyncsdk.bulk.request import BulkRequest
from asyncsdk.bulk.sources.batches import chunks_of
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.bulk.staging.stager import Stager
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.bulk.storage.journal_carrier import JournalCarrier, VaultCarrier
from asyncsdk.bulk.storage.state import ListStateFile
from asyncsdk.bulk.storage.vault import VaultJournal
from asyncsdk.files.disk_errors import temporary_store_errors
from asyncsdk.http.call_count import CallCount
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.caller import UploadCaller
from asyncsdk.uploads.list_columns import ColumnMapper, ListColumns, fetch_columns
from asyncsdk.uploads.rejects import Rejects
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["RunContext"]


def _ignore(_: BulkProgress) -> None:
    pass


class RunContext:
    """Resources of one run.

    Args:
        caller: makes the calls.
        request: the arguments of the run.
        stack: releases the resources when the run ends.
    """

    def __init__(self, caller: UploadCaller, request: BulkRequest, stack: AsyncExitStack) -> None:
        self.caller = caller
        self.request = request
        self.counter: CallCount = CallCount()
        tell = request.on_progress or _ignore
        self.meter: Meter = Meter(tell, lambda: self.counter.made, lambda: caller.usage().calls_left)
        self.rejects: Rejects = Rejects()
        """Rows that cannot be sent; at the end of the run, all rejected rows."""

        self.carrier: JournalCarrier = JournalCarrier()
        """Brings the journal to its vault, where it has one."""

        self._stack = stack
        self._began = asyncio.get_running_loop().time()

    @property
    def seconds(self) -> float:
        """How long the run has taken so far."""
        return asyncio.get_running_loop().time() - self._began

    async def journal(self) -> Journal:
        """The run's journal; one in use by another run is refused before anything is read."""
        kept = self.request.journal
        if not isinstance(kept, VaultJournal):
            return self._stack.enter_context(closing(Journal(kept)))
        self.carrier = carrier = VaultCarrier(kept)
        return await self._stack.enter_async_context(carrier.held())

    async def read(self) -> StagedInput:
        """The whole input, read and aligned."""
        columns = await fetch_columns(self.caller, self.request.list_id, self.counter)
        mapper = ColumnMapper(columns, self.request.key, self.request.naming)
        staging = Stager(mapper, self.caller.limits.upload_bytes, self.rejects)
        staged = await staging.run(chunks_of(self.request.rows, self.request.form), self.meter.read)
        self._stack.push_async_callback(staged.delete_files)
        return staged

    async def exclude(self, staged: StagedInput, numbers: RowNumbers) -> None:
        """Exclude rows that need not be sent."""
        with temporary_store_errors():
            await staged.exclude(numbers, self.caller.limits.upload_bytes)

    async def owner(self) -> str | None:
        """Number of the account, if a journal or a state file needs it."""
        if self.request.journal is None and self.request.state is None:
            return None
        return await self.caller.identity(CallOptions(counter=self.counter))

    def state(
        self, owner: str | None, columns: ListColumns, *, only_if_there: bool = False
    ) -> ListStateFile | None:
        """The state file, if one is asked for."""
        path = self.request.state
        if path is None or owner is None or (only_if_there and not Path(path).exists()):
            return None
        return self._stack.enter_context(closing(ListStateFile(path, owner, columns)))

    def plan(self, staged: StagedInput, via: Via) -> Plan:
        """How the rows would be sent now."""
        return plan_of(staged, via, self.caller.limits, self.caller.usage(), self.caller.polling)

    def seconds_of_rest(self, staged: StagedInput, journal: Journal, way: Way) -> float:
        """About how long it takes to send what earlier runs have not."""
        limits, ended = self.caller.limits, journal.records().rows
        if way == "records":
            rows = staged.to_send - ended
            cost = cost_of_records(rows, limits)
        else:
            files = [_rest_of(staged, entry.origin, entry.rows) for entry in journal.files(open_only=True)]
            single = len(staged.single) - ended
            rows = sum(file.rows for file in files) + single
            cost = cost_of_uploads(files, single, limits, self.caller.polling)
        return with_days(cost, self.caller.usage(), limits).seconds if rows else 0.0


@frozen
class _FileRest:
    """Size of the part of a file that is still to be sent."""

    rows: int
    size: int


def _rest_of(staged: StagedInput, number: int, rows: int) -> _FileRest:
    whole = staged.files[number]
    return _FileRest(rows, whole.size * rows // max(1, whole.rows))
