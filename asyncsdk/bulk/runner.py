"""Execution of one bulk run, step by step: read, claim, plan, send and remember, report."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from asyncsdk.bulk.execution.file_uploader import FileUploader
from asyncsdk.bulk.execution.record_writer import RecordWriter
from asyncsdk.bulk.plan import Way
from asyncsdk.bulk.report import BulkReport
from asyncsdk.bulk.run_context import RunContext
from asyncsdk.bulk.run_layout import claim_journal, lay_out
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.bulk.storage.counts import Counts
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.bulk.storage.state import ListStateFile
from asyncsdk.bulk.storage.vault import RunInUse
from asyncsdk.errors import ActOnError, APIError, StoreFailed
from asyncsdk.uploads.cooperation import let_others_run
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["BulkRunner"]


class BulkRunner:
    """One run.

    Args:
        context: the resources of the run.
        journal: what earlier runs have done of it, and where this one writes down what it does.
    """

    def __init__(self, context: RunContext, journal: Journal) -> None:
        self._context = context
        self._journal = journal
        self._resumed = False
        self.unwritten: StoreFailed | None = None
        """Why the state file does not know what the list holds now, if it does not."""

    async def run(self) -> BulkReport:
        """Run it from the first row to the report."""
        staged = await self._context.read()
        encoding = self._context.request.encoding_of_rejects()  # now: when the run ends, the file may be gone
        state = await self._claim(staged)
        way = await self._plan(staged, state)
        if not self._journal.finished:
            await self._send(staged, way, state)
        return self._report(staged, encoding)

    async def _claim(self, staged: StagedInput) -> ListStateFile | None:
        """Bind the journal to this run, and open the state file."""
        owner = await self._context.owner()
        state = self._context.state(owner, staged.columns)
        await claim_journal(self._context, self._journal, staged, owner)
        self._resumed = self._journal.layout() is not None
        return state

    async def _plan(self, staged: StagedInput, state: ListStateFile | None) -> Way:
        """Decide what is sent and how, and tell how far earlier runs have come."""
        way = await lay_out(self._context, self._journal, staged, state)
        self._journal.reopen()
        await self._context.carrier.carry()
        ended = self._journal.totals().rows
        rest = self._context.seconds_of_rest(staged, self._journal, way)
        self._context.meter.begin(ended, staged.rows - staged.to_send + ended, rest)
        return way

    async def _send(self, staged: StagedInput, way: Way, state: ListStateFile | None) -> None:
        """Send the rows that earlier runs have not, and update the state file."""
        try:
            async with self._remember(staged, state):
                await self._send_rows(staged, way)
        except ActOnError as error:
            if not isinstance(error, RunInUse):  # another process goes on
                self._say_how_to_go_on(error, staged)
            raise
        if self._left(staged) == 0 and not self._journal.totals().unknown:
            self._journal.finish()
            await self._context.carrier.carry()

    async def _send_rows(self, staged: StagedInput, way: Way) -> None:
        if way == "upload":
            await FileUploader(self._context, self._journal, staged).run()
        await RecordWriter(self._context, self._journal, staged, whole=way == "records").run()

    @asynccontextmanager
    async def _remember(self, staged: StagedInput, state: ListStateFile | None) -> AsyncGenerator[None]:
        """Update the state file around sending: first it forgets what may change, then it notes what was saved."""
        if state is None:
            yield
            return
        before = await self._saved(staged)
        # If another run has sent since, what an earlier part of this one has sent may be overwritten.
        alone = state.last_run() in {None, self._journal.run}
        await state.begin(self._journal.run, staged, before)
        try:
            yield
        finally:
            saved = await self._saved(staged)
            try:
                await state.note(staged, saved if alone else saved.without(before))
            except StoreFailed as error:
                self.unwritten = error

    async def _saved(self, staged: StagedInput) -> RowNumbers:
        """The rows that the list holds now, and that nothing under way can change.

        Rows that were sent again are left out: their first copy may still arrive.
        """
        saved, refused = RowNumbers(), self._journal.rejects.numbers()
        for entry in self._journal.files():  # what is sent again is listed after what was sent first
            if entry.held is not None:
                saved = saved.without(entry.held)
            elif entry.all_saved:
                for place, run in enumerate(staged.files[entry.origin].runs(), 1):
                    saved.add_run(run)
                    await let_others_run(place)
        saved = saved.without(refused)
        for row in self._journal.saved():
            saved.add(row)
        return saved

    def _left(self, staged: StagedInput) -> int:
        """Rows without an outcome, for a later run."""
        return staged.to_send - self._journal.totals().rows

    def _say_how_to_go_on(self, error: ActOnError, staged: StagedInput) -> None:
        """Add to an error that ends a run what can be done about it."""
        again = (
            "Run the same again with this journal to go on."
            if self._context.request.journal is not None
            else "To feed the rows again does no harm; with journal=... a run goes on where it stopped."
        )
        hint = f"Of {staged.rows:,} rows {staged.rows - self._left(staged):,} have ended before this. {again}"
        if isinstance(error, APIError):
            error.add_note(hint)  # its message is the server's own words
        else:
            error.args = (f"{error} {hint}", *error.args[1:])

    def _report(self, staged: StagedInput, encoding: str) -> BulkReport:
        context, journal = self._context, self._journal
        context.meter.at("finished")
        context.rejects.add_all_of(journal.rejects)
        context.rejects.locate(staged.lines)
        ended = journal.totals() + Counts(updated=staged.unchanged, rejected=staged.rejected)
        return BulkReport(
            rows=staged.rows,
            created=ended.created,
            updated=ended.updated,
            merged=staged.merged,
            rejected=ended.rejected,
            failed=ended.failed,
            unknown=ended.unknown + self._left(staged),
            calls=context.counter.made,
            seconds=context.seconds,
            rejects=context.rejects,
            unchanged=staged.unchanged,
            reasons=tuple(journal.reasons),
            columns=(*staged.indexes, *staged.ignored),
            encoding=encoding,
            separator=context.request.form.separator,
            resumed=self._resumed,
        )
