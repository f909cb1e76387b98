"""The handle of something that the server does in its own time: awaitable, and shaped like a future."""

from __future__ import annotations

import asyncio
from asyncio import InvalidStateError
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import suppress
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from asyncsdk.errors import JobDetached, JobError, JobFailed

__all__ = ["Job", "JobOwner", "JobState"]

T = TypeVar("T")

JobState: TypeAlias = Literal["pending", "running", "done", "failed"]
"""What the server last said of a job."""


class JobOwner(Protocol):
    """Whoever looks after the job."""

    def forget(self, job: Job[Any], /) -> None:
        """Look no longer."""
        ...


class Job(Generic[T]):
    """One asynchronous operation on the server.

    ``await job`` gives its report. Any number of tasks may await it; cancelling one of them cancels nothing
    else. The rest means what it means on ``asyncio.Future``, but for what cannot be had: the server has no
    way to cancel a job, so there is ``abandon()`` and no ``cancel()``.
    """

    __slots__ = ("__weakref__", "_callbacks", "_error", "_report", "_status", "_wakes", "_watch", "id")

    def __init__(self, job_id: str, watch: JobOwner) -> None:
        self.id: str = job_id
        self._watch = watch
        self._status: JobState = "pending"
        self._report: T | None = None
        self._error: JobError | None = None
        # Both are made on first use: most of ten thousand jobs need neither.
        self._wakes: dict[asyncio.Future[None], None] | None = None
        self._callbacks: list[Callable[[Job[T]], object]] | None = None

    def __repr__(self) -> str:
        return f"<Job {self.id} {self._status}>"

    @property
    def status(self) -> JobState:
        """What the server last said: ``pending``, ``running``, ``done`` or ``failed``."""
        return self._status

    def done(self) -> bool:
        """Whether the job has a result or an exception; also after ``abandon()``."""
        return self._report is not None or self._error is not None

    def result(self) -> T:
        """The report.

        Raises:
            JobError: the job has failed, or is no longer watched.
            asyncio.InvalidStateError: it is not done.
        """
        if self._error is not None:
            # Raised many times, it would collect the frames of everybody who awaits.
            raise self._error.with_traceback(None)
        if self._report is None:
            raise InvalidStateError(f"Job {self.id} is not done: it is {self._status}.")
        return self._report

    def exception(self) -> JobError | None:
        """What ``result()`` would raise, or None.

        Raises:
            asyncio.InvalidStateError: the job is not done.
        """
        if not self.done():
            raise InvalidStateError(f"Job {self.id} is not done: it is {self._status}.")
        return self._error

    def add_done_callback(self, callback: Callable[[Job[T]], object]) -> None:
        """Call ``callback(job)`` from the event loop once the job is done, or soon if it is."""
        if self.done():
            asyncio.get_running_loop().call_soon(callback, self)
        elif self._callbacks is None:
            self._callbacks = [callback]
        else:
            self._callbacks.append(callback)

    def remove_done_callback(self, callback: Callable[[Job[T]], object]) -> int:
        """Take a callback back; gives how often it was there."""
        kept = [each for each in self._callbacks or () if each != callback]
        removed = len(self._callbacks or ()) - len(kept)
        self._callbacks = kept or None
        return removed

    def __await__(self) -> Generator[Any, None, T]:
        while not self.done():
            yield from self._changed().__await__()
        return self.result()

    async def updates(self) -> AsyncIterator[JobState]:
        """Each status from now on, the present one first; ends when the job is done.

        Raises:
            JobDetached: the job is no longer watched.
        """
        seen = None
        while True:
            if self._status != seen:
                seen = self._status
                yield seen
            elif self.done():
                break
            else:
                await self._changed()
        if isinstance(self._error, JobDetached):
            raise self._error

    def abandon(self) -> None:
        """Stop watching. The server goes on; whoever awaits the job gets ``JobDetached``."""
        if not self.done():
            self._watch.forget(self)
            self.settle(JobDetached(self.id, f"Job {self.id} was abandoned; the server may still finish it."))

    async def _changed(self) -> None:
        """Wait for the next change, each waiter by itself, so that a cancelled one takes nobody with it."""
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._wakes is None:
            self._wakes = {}
        self._wakes[wake] = None
        try:
            if not self.done():  # it may have ended meanwhile, in another thread
                await wake
        finally:
            self._drop(wake)

    def _drop(self, wake: asyncio.Future[None]) -> None:
        """Forget a waiter that was woken or cancelled."""
        if self._wakes is not None:
            self._wakes.pop(wake, None)

    def saw(self, status: JobState) -> None:
        """Take note of a status; for whoever looks after the job."""
        if status != self._status:
            self._status = status
            self._notify()

    def settle(self, outcome: T | JobError) -> None:
        """End the job; for whoever looks after it. A job that has ended stays as it is."""
        if self.done():
            return
        if isinstance(outcome, JobError):
            self._error = outcome
            if isinstance(outcome, JobFailed):
                self._status = "failed"
        else:
            self._report = outcome
            self._status = "done"
        self._notify()
        callbacks, self._callbacks = self._callbacks, None
        for callback in callbacks or ():
            asyncio.get_running_loop().call_soon(callback, self)

    def _notify(self) -> None:
        wakes, self._wakes = self._wakes, None
        loop = _running_loop() if wakes else None
        for wake in wakes or ():
            if wake.get_loop() is loop:
                _wake(wake)
            else:
                with suppress(RuntimeError):  # its loop is closed, and nobody awaits the job there any more
                    wake.get_loop().call_soon_threadsafe(_wake, wake)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    with suppress(RuntimeError):
        return asyncio.get_running_loop()
    return None


def _wake(wake: asyncio.Future[None]) -> None:
    if not wake.done():
        wake.set_result(None)
