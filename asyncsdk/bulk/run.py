"""Bulk run: the entry points of planning and executing one, and the handle of one under way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from attrs import evolve

from asyncsdk.bulk.plan import Plan
from asyncsdk.bulk.progress import BulkProgress
from asyncsdk.bulk.report import BulkReport, ReportUnwritten
from asyncsdk.bulk.request import BulkRequest
from asyncsdk.bulk.run_context import RunContext
from asyncsdk.bulk.runner import BulkRunner
from asyncsdk.errors import StoreFailed
from asyncsdk.http.unsafe_calls import uncounted_calls
from asyncsdk.shared_task import result_of
from asyncsdk.uploads.caller import UploadCaller

if TYPE_CHECKING:
    from asyncsdk.telemetry.bulk_recorder import BulkRecorder

__all__ = ["BulkRun", "execute", "make_plan"]


async def make_plan(caller: UploadCaller, request: BulkRequest) -> Plan:
    """Plan a run: reads the rows and the list's columns, and writes nothing."""
    request.check()
    async with AsyncExitStack() as stack:
        context = RunContext(caller, request, stack)
        staged = await context.read()
        state = context.state(await context.owner(), staged.columns, only_if_there=True)
        if state is not None:
            await context.exclude(staged, await state.known(staged))
        return context.plan(staged, request.via)


async def execute(caller: UploadCaller, request: BulkRequest) -> BulkReport:
    """Execute a run, and write the file of rejected rows."""
    request.check()
    if caller.telemetry is None:
        return await _execute(caller, request)
    recorder = caller.telemetry.bulk(request.list_id)
    watched = evolve(request, on_progress=recorder.watching(request.on_progress))
    return await recorder.run(partial(_execute, caller, watched, recorder))


async def _execute(caller: UploadCaller, request: BulkRequest, recorder: BulkRecorder | None = None) -> BulkReport:
    async with AsyncExitStack() as stack:
        if request.journal is not None:  # run again, it repeats nothing that was done
            stack.enter_context(uncounted_calls())
        context = RunContext(caller, request, stack)
        runner = BulkRunner(context, await context.journal())
        report = await runner.run()
        if recorder is not None:
            recorder.report = report
    unwritten = runner.unwritten
    if request.rejects is not None:
        try:
            await asyncio.to_thread(report.write_rejects, request.rejects)
        except StoreFailed as error:
            unwritten = error
    if unwritten is not None:
        raise ReportUnwritten(f"The rows were sent, but: {unwritten}", report) from unwritten
    return report


class BulkRun:
    """A run under way: ``await`` it for its report, ``async for`` over it for its progress."""

    def __init__(self, caller: UploadCaller, request: BulkRequest) -> None:
        self._seen: BulkProgress | None = None
        self._changed = asyncio.Event()
        told = request.on_progress

        def see(progress: BulkProgress) -> None:
            self._seen = progress
            self._changed.set()
            if told is not None:
                told(progress)

        self._task = asyncio.get_running_loop().create_task(execute(caller, evolve(request, on_progress=see)))
        self._task.add_done_callback(lambda _: self._changed.set())

    def __repr__(self) -> str:
        return f"<BulkRun {'done' if self._task.done() else self._seen}>"

    def __await__(self) -> Generator[Any, None, BulkReport]:
        return result_of(self._task).__await__()

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
