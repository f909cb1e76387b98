"""Awaitable handle of a server-side job, shaped like a future."""

from __future__ import annotations

import asyncio
from asyncio import AbstractEventLoop, InvalidStateError
from collections.abc import AsyncIterator, Callable, Generator, Iterable
from contextlib import suppress
from contextvars import Context, copy_context
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

from asyncsdk.errors import JobDetached, JobError, JobFailed
from asyncsdk.fork_lock import fork_lock

__all__ = ["Job", "JobControl", "JobState"]

T = TypeVar("T")

JobState: TypeAlias = Literal["pending", "running", "done", "failed"]
"""What the server last said of a job."""

_Callback: TypeAlias = "tuple[Callable[[Job[T]], object], Job[T], Context, AbstractEventLoop | None]"

_CHANGES: Final = fork_lock()
"""Held while a job ends, and while those who wait for it change: they may be in event loops of other threads.

One for all jobs, as there may be a hundred thousand of them. A signal handler or a finalizer may come in between.
"""


class JobControl(Generic[T]):
    """State of a job, and the means to change it: the poller holds the control, users hold the ``Job``."""

    __slots__ = ("_callbacks", "_wakes", "error", "report", "status")

    def __init__(self) -> None:
        self.status: JobState = "pending"
        self.report: T | None = None
        self.error: JobError | None = None
        # Both are made on first use: most of ten thousand jobs need neither.
        self._wakes: dict[asyncio.Future[None], None] | None = None
        self._callbacks: list[_Callback[T]] | None = None

    def done(self) -> bool:
        """Whether the job has a result or an exception."""
        return self.report is not None or self.error is not None

    def set_status(self, status: JobState) -> None:
        """Take note of what the server says of a job that is under way."""
        if status != self.status:
            with _CHANGES:
                self.status = status
                wakes, self._wakes = self._wakes, None
            _wake_all(wakes)

    def finish(self, outcome: T | JobError) -> bool:
        """End the job with its report or its error; the first ending counts. Gives whether this is the first."""
        with _CHANGES:
            if self.done():
                return False
            # The status first: who sees in another thread that the job has ended sees its last status, too.
            if isinstance(outcome, JobError):
                if isinstance(outcome, JobFailed):
                    self.status = "failed"
                self.error = outcome
            else:
                self.status = "done"
                self.report = outcome
            callbacks, self._callbacks = self._callbacks, None
            wakes, self._wakes = self._wakes, None
        _wake_all(wakes)
        for callback in callbacks or ():
            _call_soon(*callback)
        return True

    def add_callback(self, callback: Callable[[Job[T]], object], job: Job[T]) -> None:
        """Call it with the job in the event loop and context of now: once the job is done, soon if it is."""
        # The context of whoever ends the job is a poll's, and the loop may be another thread's.
        added = callback, job, copy_context(), _running_loop()
        with _CHANGES:
            if not self.done():
                if self._callbacks is None:
                    self._callbacks = []
                self._callbacks.append(added)
                return
        _call_soon(*added)

    def remove_callbacks(self, callback: Callable[[Job[T]], object]) -> int:
        """Drop a callback wherever it was added; gives how often that was."""
        with _CHANGES:
            kept = [each for each in self._callbacks or () if each[0] != callback]
            removed = len(self._callbacks or ()) - len(kept)
            self._callbacks = kept or None
        return removed

    async def changed(self, since: JobState | None) -> None:
        """Wait for its end or another status, each waiter by itself, so that a cancelled one cancels no other."""
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with _CHANGES:
            if self._wakes is None:
                self._wakes = {}
            self._wakes[wake] = None
        try:
            if not self.done() and self.status == since:  # it may have changed meanwhile, in another thread
                await wake
        finally:
            self._drop(wake)

    def _drop(self, wake: asyncio.Future[None]) -> None:
        """Forget a waiter that was woken or cancelled."""
        with _CHANGES:
            if self._wakes is not None:
                self._wakes.pop(wake, None)


class Job(Generic[T]):
    """One asynchronous operation on the server.

    ``await job`` gives its report. Any number of tasks may await it; cancelling one of them cancels nothing
    else. The rest means what it means on ``asyncio.Future``, but for what cannot be had: the server has no
    way to cancel a job, so there is ``abandon()`` and no ``cancel()``.
    """

    __slots__ = ("__weakref__", "_control", "id")

    def __init__(self, job_id: str, control: JobControl[T]) -> None:
        self.id: str = job_id
        self._control = control

    def __repr__(self) -> str:
        return f"<Job {self.id} {self.status}>"

    @property
    def status(self) -> JobState:
        """What the server last said: ``pending``, ``running``, ``done`` or ``failed``."""
        return self._control.status

    def done(self) -> bool:
        """Whether the job has a result or an exception; also after ``abandon()``."""
        return self._control.done()

    def result(self) -> T:
        """The report.

        Raises:
            JobError: the job has failed, or is no longer watched.
            asyncio.InvalidStateError: it is not done.
        """
        error, report = self._control.error, self._control.report
        if error is not None:
            # Raised many times, it would collect the frames of all who await.
            raise error.with_traceback(None)
        if report is None:
            raise InvalidStateError(f"Job {self.id} is not done: it is {self.status}.")
        return report

    def exception(self) -> JobError | None:
        """What ``result()`` would raise, or None.

        Raises:
            asyncio.InvalidStateError: the job is not done.
        """
        if not self.done():
            raise InvalidStateError(f"Job {self.id} is not done: it is {self.status}.")
        return self._control.error

    def add_done_callback(self, callback: Callable[[Job[T]], object]) -> None:
        """Call ``callback(job)`` from the event loop once the job is done, or soon if it is."""
        self._control.add_callback(callback, self)

    def remove_done_callback(self, callback: Callable[[Job[T]], object]) -> int:
        """Take a callback back; gives how often it was there."""
        return self._control.remove_callbacks(callback)

    def __await__(self) -> Generator[Any, None, T]:
        while not self.done():
            yield from self._control.changed(self.status).__await__()
        return self.result()

    async def updates(self) -> AsyncIterator[JobState]:
        """Each status from now on, the present one first; ends when the job is done.

        Raises:
            JobDetached: the job is no longer watched.
        """
        seen: JobState | None = None
        while True:
            ended = self.done()  # asked first: in another thread the job may end between the two
            if self.status != seen:
                seen = self.status
                yield seen
            elif ended:
                break
            else:
                await self._control.changed(seen)
        if isinstance(self._control.error, JobDetached):
            raise self._control.error

    def abandon(self) -> None:
        """Stop watching. The server goes on; all who await the job get ``JobDetached``."""
        detached = JobDetached(self.id, f"Job {self.id} was abandoned; the server may still finish it.")
        self._control.finish(detached)


def _running_loop() -> AbstractEventLoop | None:
    with suppress(RuntimeError):
        return asyncio.get_running_loop()
    return None


def _call_soon(
    call: Callable[[Job[T]], object], job: Job[T], context: Context, loop: AbstractEventLoop | None
) -> None:
    """Call it in its event loop, unless that is closed; without one in the loop that runs, or else at once."""
    running = _running_loop()
    loop = loop or running
    if loop is None:
        context.run(call, job)
    elif loop is running:
        loop.call_soon(call, job, context=context)
    else:
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(call, job, context=context)


def _wake_all(wakes: Iterable[asyncio.Future[None]] | None) -> None:
    """Wake waiters, each in its event loop."""
    loop = _running_loop() if wakes else None
    for wake in wakes or ():
        if wake.get_loop() is loop:
            _wake(wake)
        else:
            with suppress(RuntimeError):  # its loop is closed, and nobody awaits the job there any more
                wake.get_loop().call_soon_threadsafe(_wake, wake)


def _wake(wake: asyncio.Future[None]) -> None:
    if not wake.done():
        wake.set_result(None)
