"""One bulk upsert, from the input to the report."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import AsyncExitStack, closing
from typing import Any

from attrs import evolve

from asyncsdk.bulk.execution.file_uploader import FileUploader
from asyncsdk.bulk.execution.record_writer import RecordWriter
from asyncsdk.bulk.layout import lay_out
from asyncsdk.bulk.plan import Plan, Way
from asyncsdk.bulk.progress import BulkProgress
from asyncsdk.bulk.report import BulkReport, ReportUnwritten
from asyncsdk.bulk.request import BulkRequest
from asyncsdk.bulk.run_context import RunContext
from asyncsdk.bulk.staging.staged import StagedInput
from asyncsdk.bulk.storage.counts import Counts
from asyncsdk.bulk.storage.journal import Journal
from asyncsdk.bulk.storage.state import StateFile
from asyncsdk.errors import ActOnError, APIError, StoreFailed
from asyncsdk.uploads.caller import Caller
from asyncsdk.uploads.row_numbers import RowNumbers

__all__ = ["BulkRun", "execute", "make_plan"]


async def make_plan(link: Caller, order: BulkRequest) -> Plan:
    """Say how rows would be sent. Reads them, and the list's columns; writes nothing."""
    order.check()
    async with AsyncExitStack() as stack:
        context = RunContext(link, order, stack)
        staged = await context.staged()
        state = context.state(await context.owner(), staged.shape, only_if_there=True)
        if state is not None:
            await context.leave_out(staged, await state.known(staged))
        return context.plan(staged, order.via)


async def execute(link: Caller, order: BulkRequest) -> BulkReport:
    """Send rows, and see every one to its end."""
    began = asyncio.get_running_loop().time()
    order.check()
    async with AsyncExitStack() as stack:
        context = RunContext(link, order, stack)
        journal = stack.enter_context(closing(Journal(order.journal)))
        staged = await context.staged()
        encoding = order.encoding_of_rejects()  # now: when the run ends, the file may be gone, or another
        owner = await context.owner()
        state = context.state(owner, staged.shape)
        way = await lay_out(context, journal, staged, owner, state)
        _begin(context, journal, staged, way)
        unwritten: StoreFailed | None = None
        if not journal.finished:
            try:
                unwritten = await _remembered(context, journal, staged, way, state)
            except ActOnError as error:
                _say_how_to_go_on(error, order, staged.rows - _left(journal, staged), staged.rows)
                raise
            if _left(journal, staged) == 0 and not journal.totals().unknown:
                journal.finish()
        context.meter.at("finished")
        context.rejects.add_all_of(journal.rejects)
        context.rejects.locate(staged.lines)
        report = _report(context, journal, staged, began, encoding)
    if order.rejects is not None:
        try:
            await asyncio.to_thread(report.write_rejects, order.rejects)
        except StoreFailed as error:
            unwritten = error
    if unwritten is not None:
        raise ReportUnwritten(f"The rows were sent, but: {unwritten}", report) from unwritten
    return report


def _begin(context: RunContext, journal: Journal, staged: StagedInput, way: Way) -> None:
    """Tell how far earlier runs have come."""
    journal.reopen()
    ended = journal.totals().rows
    rest = context.seconds_of_rest(staged, journal, way)
    context.meter.begin(ended, staged.rows - staged.to_send + ended, rest)


async def _send(context: RunContext, journal: Journal, staged: StagedInput, way: Way) -> None:
    """Do what earlier runs have not."""
    if way == "upload":
        await FileUploader(context.link, journal, staged, context.meter, context.count).run()
    await RecordWriter(context.link, journal, staged, context.meter, context.count, whole=way == "records").run()


async def _remembered(
    context: RunContext, journal: Journal, staged: StagedInput, way: Way, state: StateFile | None
) -> StoreFailed | None:
    """Send, and let the state file remember what the list holds then; gives what keeps it from that."""
    if state is None:
        await _send(context, journal, staged, way)
        return None
    before = _saved(journal, staged)
    # If another run has sent since, what an earlier part of this one has sent may be overwritten.
    alone = state.last_run() in {None, journal.run}
    await state.begin(journal.run, staged, before)
    try:
        await _send(context, journal, staged, way)
    finally:
        saved = _saved(journal, staged)
        unwritten = await _noted(state, staged, saved if alone else saved.without(before))
    return unwritten


async def _noted(state: StateFile, staged: StagedInput, saved: RowNumbers) -> StoreFailed | None:
    try:
        await state.note(staged, saved)
    except StoreFailed as error:
        return error
    return None


def _saved(journal: Journal, staged: StagedInput) -> RowNumbers:
    """The rows that are in the list now, and stay as they are there.

    A row that was sent again is none of them: what was sent first may still be on its way.
    """
    saved, refused = RowNumbers(), journal.rejects.numbers()
    for entry in journal.files():  # what is sent again is listed after what was sent first
        if entry.held is not None:
            saved = saved.without(entry.held)
        elif entry.all_saved:
            for row in staged.files[entry.origin].numbers():
                saved.add(row)
    saved = saved.without(refused)
    for row in journal.saved():
        saved.add(row)
    return saved


def _left(journal: Journal, staged: StagedInput) -> int:
    """Rows that a later run could find out more of."""
    return staged.to_send - journal.totals().rows


def _say_how_to_go_on(error: ActOnError, order: BulkRequest, done: int, rows: int) -> None:
    """Add to an error that ends a run what can be done about it."""
    again = (
        "Run the same again with this journal to go on."
        if order.journal is not None
        else "To feed the rows again does no harm; with journal=... a run goes on where it stopped."
    )
    hint = f"Of {rows:,} rows {done:,} have ended before this. {again}"
    if isinstance(error, APIError):
        error.add_note(hint)  # its message is the server's own words
    else:
        error.args = (f"{error} {hint}", *error.args[1:])


def _report(context: RunContext, journal: Journal, staged: StagedInput, began: float, encoding: str) -> BulkReport:
    ended = journal.totals() + Counts(updated=staged.unchanged, rejected=staged.rejected)
    return BulkReport(
        rows=staged.rows,
        created=ended.created,
        updated=ended.updated,
        merged=staged.merged,
        rejected=ended.rejected,
        failed=ended.failed,
        unknown=ended.unknown + _left(journal, staged),
        calls=context.count.made,
        seconds=asyncio.get_running_loop().time() - began,
        rejects=context.rejects,
        unchanged=staged.unchanged,
        reasons=tuple(journal.reasons),
        columns=(*staged.places, *staged.ignored),
        encoding=encoding,
        separator=context.order.form.separator,
    )


class BulkRun:
    """A run under way: ``await`` it for its report, ``async for`` over it for its progress."""

    def __init__(self, link: Caller, order: BulkRequest) -> None:
        self._seen: BulkProgress | None = None
        self._changed = asyncio.Event()
        told = order.on_progress

        def see(progress: BulkProgress) -> None:
            self._seen = progress
            self._changed.set()
            if told is not None:
                told(progress)

        self._task = asyncio.get_running_loop().create_task(execute(link, evolve(order, on_progress=see)))
        self._task.add_done_callback(lambda _: self._changed.set())

    def __repr__(self) -> str:
        return f"<BulkRun {'done' if self._task.done() else self._seen}>"

    def __await__(self) -> Generator[Any, None, BulkReport]:
        return asyncio.shield(self._task).__await__()

    async def __aiter__(self) -> AsyncIterator[BulkProgress]:
        last: BulkProgress | None = None
        while True:
            seen, done = self._seen, self._task.done()
            if seen is not None and seen is not last:
                last = seen
                yield seen
            elif done:
                return
            else:
                self._changed.clear()
                await self._changed.wait()

    def cancel(self) -> None:
        """Stop; with a journal the run can be resumed."""
        self._task.cancel()
