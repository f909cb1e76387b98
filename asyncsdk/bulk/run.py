"""One bulk upsert, from the input to the report."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from contextlib import ExitStack, closing
from hashlib import blake2b
from os import PathLike
from typing import Any

from attrs import evolve, field, frozen

from asyncsdk.api import TABLE
from asyncsdk.bulk.headings import Aligner, shape_of
from asyncsdk.bulk.journal import Counts, Journal
from asyncsdk.bulk.link import Link
from asyncsdk.bulk.plan import Plan, Via, Way, plan_of
from asyncsdk.bulk.progress import Meter, Progress
from asyncsdk.bulk.recording import Recording
from asyncsdk.bulk.rejects import Rejects
from asyncsdk.bulk.report import BulkReport
from asyncsdk.bulk.sources import FileFormat, Rows, chunks_of
from asyncsdk.bulk.spool import SpooledFile
from asyncsdk.bulk.staging import Staged, Staging
from asyncsdk.bulk.state import StateFile
from asyncsdk.bulk.uploading import Uploading
from asyncsdk.message import CallCount, Lane
from asyncsdk.models.lists import ListPage

__all__ = ["BulkRun", "Order", "carry_out", "draw_up"]

Path = str | PathLike[str]
"""A file's path."""


@frozen
class Order:
    """What is asked for.

    Attributes:
        list_id: the list.
        rows: the input.
        key: what the input calls the address.
        via: the way to send rows.
        journal: a file that makes the run resumable.
        rejects: a file for the rejected rows.
        state: a file that remembers what the list was last told.
        form: how files of rows are written.
        on_progress: called again and again.
    """

    list_id: str
    rows: Rows = field(repr=False)
    key: str = "email"
    via: Via = "auto"
    journal: Path | None = None
    rejects: Path | None = None
    state: Path | None = None
    form: FileFormat = field(factory=FileFormat)
    on_progress: Callable[[Progress], object] | None = None


class _Desk:
    """What a run has at hand, and gives back at its end, however it ends."""

    def __init__(self, link: Link, order: Order, stack: ExitStack) -> None:
        self.link = link
        self.order = order
        self.count = CallCount()
        tell = order.on_progress or (lambda _: None)
        self.meter = Meter(tell, lambda: self.count.made, lambda: link.usage().calls_left)
        self._stack = stack

    def journal(self) -> Journal:
        """The journal, which is gone with the run if no file was named."""
        return self._stack.enter_context(closing(Journal(self.order.journal)))

    async def staged(self, rejects: Rejects) -> tuple[Staged, StateFile | None]:
        """The whole input, read and aligned."""
        page: ListPage = await self.link.call(
            TABLE["lists.download"],
            _only(TABLE["lists.download"], list_id=self.order.list_id, count=1),
            Lane.BULK,
            count=self.count,
        )
        shape = shape_of(page)
        staging = Staging(Aligner(shape, self.order.key), self.link.limits.upload_bytes, rejects)
        staged = await staging.run(chunks_of(self.order.rows, self.order.form), self.meter.read)
        self._stack.callback(staged.close)
        if self.order.state is None:
            return staged, None
        return staged, self._stack.enter_context(closing(StateFile(self.order.state, shape)))


def _only(route: Any, **given: Any) -> dict[str, Any]:
    """The arguments of a row: these, and the defaults for the rest."""
    route.bind((), given)
    defaults = {param.name: param.default for param in route.signature.parameters.values()}
    return {**defaults, **given}


async def draw_up(link: Link, order: Order) -> Plan:
    """Say how rows would be sent. Reads them, and the list's columns; writes nothing."""
    with ExitStack() as stack:
        desk = _Desk(link, order, stack)
        staged, state = await desk.staged(Rejects())
        if state is not None:
            await state.leave_out_known(staged, link.limits.upload_bytes)
        return plan_of(staged, order.via, link.limits, link.usage().calls_left, link.polling)


async def carry_out(link: Link, order: Order) -> BulkReport:
    """Send rows, and see every one to its end."""
    began = asyncio.get_running_loop().time()
    with ExitStack() as stack:
        desk = _Desk(link, order, stack)
        journal = desk.journal()
        rejects = Rejects(journal.database if order.journal is not None else None)
        staged, state = await desk.staged(rejects)
        way = _claimed(desk, journal, staged)
        reasons = journal.reasons
        if not journal.finished:
            if state is not None:
                await state.leave_out_known(staged, link.limits.upload_bytes)
            journal.lay_out([file.rows for file in staged.files], staged.unchanged)
            reasons = await _send(desk, journal, staged, rejects, way)
            if state is not None:
                await _note(state, staged, journal, rejects, way)
            if _unsettled(journal, staged) == 0:
                journal.finish()
        desk.meter.at("finished")
        report = _report(desk, journal, staged, Rejects.copy_of(rejects), reasons, began)
    if order.rejects is not None and report.rejects:
        report.write_rejects(order.rejects)
    return report


def _claimed(desk: _Desk, journal: Journal, staged: Staged) -> Way:
    """Make sure that the journal is this input's; gives the way, which an earlier run may have chosen."""
    link, order = desk.link, desk.order
    plan = plan_of(staged, journal.via or order.via, link.limits, link.usage().calls_left, link.polling)  # type: ignore[arg-type]
    desk.meter.expected = plan.seconds
    digest = blake2b(digest_size=16)
    for file in staged.files:
        digest.update(file.digest.encode())
    digest.update(repr([(number, sorted(cells.items())) for number, cells in staged.single]).encode())
    identity: Mapping[str, Any] = {
        "list": order.list_id,
        "via": plan.via,
        "rows": staged.rows,
        "input": digest.hexdigest(),
    }
    journal.claim(identity)
    return plan.via


async def _send(desk: _Desk, journal: Journal, staged: Staged, rejects: Rejects, way: Way) -> list[str]:
    """Do it; gives why rows failed, or are unknown."""
    recording = Recording(desk.link, journal, staged, rejects, desk.meter, desk.count, whole=way == "records")
    reasons: list[str] = []
    if way == "upload":
        uploading = Uploading(desk.link, journal, staged, rejects, desk.meter, desk.count)
        await uploading.run()
        reasons += uploading.reasons
    await recording.run()
    return reasons + list(recording.reasons)


async def _note(state: StateFile, staged: Staged, journal: Journal, rejects: Rejects, way: Way) -> None:
    refused = frozenset(reject.number for reject in rejects)
    whole = {id(file): _all_known(journal, number) for number, file in enumerate(staged.files)}

    def saved(number: int, file: SpooledFile) -> bool:
        if way == "records":
            return journal.saved(number)
        return whole[id(file)] and number not in refused

    await state.note(staged, saved, journal.saved)


def _all_known(journal: Journal, number: int) -> bool:
    """Whether of a file's rows only those are not saved that are known by number."""
    counts = journal.file(number).counts
    return counts is not None and not counts.failed and not counts.unknown


def _unsettled(journal: Journal, staged: Staged) -> int:
    """Rows that a later run could find out more of."""
    to_send = sum(file.rows for file in staged.files) + len(staged.single)
    return to_send - journal.totals().rows


def _report(
    desk: _Desk, journal: Journal, staged: Staged, rejects: Rejects, reasons: list[str], began: float
) -> BulkReport:
    unchanged = journal.unchanged or 0
    totals = journal.totals()
    ended = totals + Counts(updated=unchanged, rejected=staged.rejected)
    return BulkReport(
        rows=staged.rows,
        created=ended.created,
        updated=ended.updated,
        merged=staged.merged,
        rejected=ended.rejected,
        failed=ended.failed,
        unknown=ended.unknown + staged.rows - staged.merged - ended.rows,
        calls=desk.count.made,
        seconds=asyncio.get_running_loop().time() - began,
        rejects=rejects,
        unchanged=unchanged,
        reasons=tuple(dict.fromkeys(reasons)),
        columns=staged.names,
    )


class BulkRun:
    """A run under way: ``await`` it for its report, ``async for`` over it for its progress."""

    def __init__(self, link: Link, order: Order) -> None:
        self._seen: Progress | None = None
        self._changed = asyncio.Event()
        told = order.on_progress

        def see(progress: Progress) -> None:
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

    async def __aiter__(self) -> AsyncIterator[Progress]:
        last: Progress | None = None
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
