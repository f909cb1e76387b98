"""One bulk upsert, from the input to the report."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

from attrs import evolve

from asyncsdk.api import TABLE
from asyncsdk.bulk.input.headings import Aligner, ListShape, shape_of
from asyncsdk.bulk.input.sources import chunks_of
from asyncsdk.bulk.keeping.journal import Counts, Journal
from asyncsdk.bulk.keeping.rejects import Rejects
from asyncsdk.bulk.keeping.state import StateFile
from asyncsdk.bulk.keeping.storing import kept_temporarily
from asyncsdk.bulk.link import Link, call_patiently
from asyncsdk.bulk.order import Order
from asyncsdk.bulk.plan import Plan, Via, Way, plan_of
from asyncsdk.bulk.progress import BulkProgress, Meter
from asyncsdk.bulk.report import BulkReport, ReportUnwritten
from asyncsdk.bulk.sending.recording import Recording
from asyncsdk.bulk.sending.uploading import Uploading
from asyncsdk.bulk.staging.one_pass import Staging
from asyncsdk.bulk.staging.row_numbers import RowNumbers
from asyncsdk.bulk.staging.staged import Staged
from asyncsdk.errors import ActOnError, APIError, InvalidArgument, StoreFailed
from asyncsdk.message import CallCount
from asyncsdk.models.lists import ListPage

__all__ = ["BulkRun", "carry_out", "draw_up"]


def _tell_nobody(_: BulkProgress) -> None:
    pass


class _Desk:
    """What a run has at hand, and gives back at its end, however it ends."""

    def __init__(self, link: Link, order: Order, stack: AsyncExitStack) -> None:
        self.link = link
        self.order = order
        self.count = CallCount()
        tell = order.on_progress or _tell_nobody
        self.meter = Meter(tell, lambda: self.count.made, lambda: link.usage().calls_left)
        self.rejects = Rejects()
        """Rows that cannot be sent; in the end, all rejected rows."""

        self._stack = stack

    async def staged(self) -> Staged:
        """The whole input, read and aligned."""
        route = TABLE["lists.download"]
        arguments = route.bind((), {"list_id": self.order.list_id, "count": 1})
        page: ListPage = await call_patiently(self.link, route, arguments, self.count)
        aligner = Aligner(shape_of(page), self.order.key, self.order.naming)
        staging = Staging(aligner, self.link.limits.upload_bytes, self.rejects)
        staged = await staging.run(chunks_of(self.order.rows, self.order.form), self.meter.read)
        self._stack.push_async_callback(staged.give_back)
        return staged

    async def leave_out(self, staged: Staged, numbers: RowNumbers) -> None:
        """Take rows out of what is sent."""
        with kept_temporarily():
            await staged.leave_out(numbers, self.link.limits.upload_bytes)

    async def owner(self) -> str | None:
        """Whose list it is, if anything is remembered of it beyond the run."""
        if self.order.journal is None and self.order.state is None:
            return None
        return await self.link.identity(self.count)

    def state(self, owner: str | None, shape: ListShape, *, only_if_there: bool = False) -> StateFile | None:
        """The file that remembers what the list was last told, if one is wanted."""
        path = self.order.state
        if path is None or owner is None or (only_if_there and not Path(path).exists()):
            return None
        return self._stack.enter_context(closing(StateFile(path, owner, shape)))

    def plan(self, staged: Staged, via: Via) -> Plan:
        """How the rows would be sent now."""
        return plan_of(staged, via, self.link.limits, self.link.usage(), self.link.polling)


async def draw_up(link: Link, order: Order) -> Plan:
    """Say how rows would be sent. Reads them, and the list's columns; writes nothing."""
    order.check()
    async with AsyncExitStack() as stack:
        desk = _Desk(link, order, stack)
        staged = await desk.staged()
        state = desk.state(await desk.owner(), staged.shape, only_if_there=True)
        if state is not None:
            await desk.leave_out(staged, await state.known(staged))
        return desk.plan(staged, order.via)


async def carry_out(link: Link, order: Order) -> BulkReport:
    """Send rows, and see every one to its end."""
    began = asyncio.get_running_loop().time()
    order.check()
    async with AsyncExitStack() as stack:
        desk = _Desk(link, order, stack)
        journal = stack.enter_context(closing(Journal(order.journal)))
        staged = await desk.staged()
        owner = await desk.owner()
        state = desk.state(owner, staged.shape)
        way = await _laid_out(desk, journal, staged, owner, state)
        _begin(desk, journal, staged, way)
        unwritten: StoreFailed | None = None
        if not journal.finished:
            try:
                unwritten = await _remembered(desk, journal, staged, way, state)
            except ActOnError as error:
                _say_how_to_go_on(error, order, staged.rows - _left(journal, staged), staged.rows)
                raise
            if _left(journal, staged) == 0:
                journal.finish()
        desk.meter.at("finished")
        desk.rejects.add_all_of(journal.rejects)
        desk.rejects.locate(staged.lines)
        report = _report(desk, journal, staged, began)
    if order.rejects is not None:
        try:
            await asyncio.to_thread(report.write_rejects, order.rejects)
        except StoreFailed as error:
            unwritten = error
    if unwritten is not None:
        raise ReportUnwritten(f"The rows were sent, but: {unwritten}", report) from unwritten
    return report


async def _laid_out(
    desk: _Desk, journal: Journal, staged: Staged, owner: str | None, state: StateFile | None
) -> Way:
    """Make sure that the journal is this input's, and that it says what is sent; gives the way.

    An earlier run may have decided both.
    """
    identity = {
        "account": owner,
        "list": staged.shape.list_id,
        "list's columns": staged.shape.headings,
        "limit of a file": desk.link.limits.upload_bytes,
        "number of rows": staged.rows,
        "rows": await staged.digest(),
    }
    journal.claim(identity)
    known = journal.layout()
    if known is not None:
        way, left_out = known
        if desk.order.via not in {"auto", way}:
            raise InvalidArgument(
                f"The journal {desk.order.journal} belongs to a run by {way}, which cannot go on by"
                f" {desk.order.via}: leave via out, or choose another file. Nothing was sent."
            )
        await desk.leave_out(staged, left_out)
        return way
    left_out = RowNumbers() if state is None else await state.known(staged)
    await desk.leave_out(staged, left_out)
    way = desk.plan(staged, desk.order.via).via
    journal.lay_out(way, [file.rows for file in staged.files] if way == "upload" else [], left_out)
    return way


def _begin(desk: _Desk, journal: Journal, staged: Staged, way: Way) -> None:
    """Tell how far earlier runs have come."""
    journal.forget_unknown()
    ended = journal.totals().rows
    desk.meter.begin(ended, staged.rows - staged.to_send + ended, desk.plan(staged, way).seconds)


async def _send(desk: _Desk, journal: Journal, staged: Staged, way: Way) -> None:
    """Do what earlier runs have not."""
    if way == "upload":
        await Uploading(desk.link, journal, staged, desk.meter, desk.count).run()
    await Recording(desk.link, journal, staged, desk.meter, desk.count, whole=way == "records").run()


async def _remembered(
    desk: _Desk, journal: Journal, staged: Staged, way: Way, state: StateFile | None
) -> StoreFailed | None:
    """Send, and let the state file remember what the list holds then; gives what keeps it from that."""
    if state is None:
        await _send(desk, journal, staged, way)
        return None
    before = _saved(journal, staged, way)
    # If another run has sent since, what an earlier part of this one has sent may be overwritten.
    alone = state.last_run() in {None, journal.run}
    await state.begin(journal.run, staged, before)
    try:
        await _send(desk, journal, staged, way)
    finally:
        saved = _saved(journal, staged, way)
        unwritten = await _noted(state, staged, saved if alone else saved.without(before))
    return unwritten


async def _noted(state: StateFile, staged: Staged, saved: RowNumbers) -> StoreFailed | None:
    try:
        await state.note(staged, saved)
    except StoreFailed as error:
        return error
    return None


def _saved(journal: Journal, staged: Staged, way: Way) -> RowNumbers:
    """The rows that are in the list now."""
    saved, refused = RowNumbers(), journal.rejects.numbers()
    for number, file in enumerate(staged.files if way == "upload" else ()):
        if journal.all_saved_but_known(number):
            for row in file.numbers():
                saved.add(row)
    saved = saved.without(refused)
    for row in journal.saved():
        saved.add(row)
    return saved


def _left(journal: Journal, staged: Staged) -> int:
    """Rows that a later run could find out more of."""
    return staged.to_send - journal.totals().rows


def _say_how_to_go_on(error: ActOnError, order: Order, done: int, rows: int) -> None:
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


def _report(desk: _Desk, journal: Journal, staged: Staged, began: float) -> BulkReport:
    ended = journal.totals() + Counts(updated=staged.unchanged, rejected=staged.rejected)
    return BulkReport(
        rows=staged.rows,
        created=ended.created,
        updated=ended.updated,
        merged=staged.merged,
        rejected=ended.rejected,
        failed=ended.failed,
        unknown=ended.unknown + _left(journal, staged),
        calls=desk.count.made,
        seconds=asyncio.get_running_loop().time() - began,
        rejects=desk.rejects,
        unchanged=staged.unchanged,
        reasons=tuple(journal.reasons),
        columns=(*staged.places, *staged.ignored),
        encoding=desk.order.encoding_of_rejects(),
        separator=desk.order.form.separator,
    )


class BulkRun:
    """A run under way: ``await`` it for its report, ``async for`` over it for its progress."""

    def __init__(self, link: Link, order: Order) -> None:
        self._seen: BulkProgress | None = None
        self._changed = asyncio.Event()
        told = order.on_progress

        def see(progress: BulkProgress) -> None:
            self._seen = progress
            self._changed.set()
            if told is not None:
                told(progress)

        self._task = asyncio.get_running_loop().create_task(carry_out(link, evolve(order, on_progress=see)))
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
