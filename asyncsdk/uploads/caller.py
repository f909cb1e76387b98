"""Caller protocol of uploads: the calls that they make through a session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from attrs import evolve

from asyncsdk.errors import QuotaExhausted, ReplyLost, ServerError
from asyncsdk.http.pause_policy import PausePolicy
from asyncsdk.jobs.job import Job
from asyncsdk.jobs.poll_schedule import PollPolicy
from asyncsdk.limits.lanes import Lane
from asyncsdk.limits.policy import Limits, Usage
from asyncsdk.routing.route import Result, Route
from asyncsdk.transport.call_options import DEFAULT_OPTIONS, CallOptions

if TYPE_CHECKING:
    from asyncsdk.telemetry.telemetry import Telemetry

__all__ = ["UploadCaller", "call_in_background", "retry_read"]

PAUSES: Final = (1.0, 2.0, 4.0, 8.0)
"""Seconds before a stream that broke off is read again."""

MOMENT: Final = 0.2
"""Seconds that a call waits at least, where ``Limits.max_wait`` keeps it out of the queue."""

T = TypeVar("T")


class UploadCaller(Protocol):
    """The caller of one session."""

    @property
    def limits(self) -> Limits:
        """Limits of the account."""
        ...

    @property
    def polling(self) -> PollPolicy:
        """How often jobs are polled."""
        ...

    @property
    def pauses(self) -> PausePolicy:
        """How long is waited before something is tried again."""
        ...

    @property
    def telemetry(self) -> Telemetry | None:
        """What raises events, if there is an observer."""
        ...

    def usage(self) -> Usage:
        """Usage: what is spent and what is left."""
        ...

    async def identity(self, options: CallOptions = DEFAULT_OPTIONS) -> str:
        """Which account this is: the server, and the account's number."""
        ...

    async def call(
        self, route: Route[Result], arguments: dict[str, Any], options: CallOptions = DEFAULT_OPTIONS
    ) -> Result:
        """Make one call."""
        ...

    def walk(self, route: Route, arguments: dict[str, Any], options: CallOptions = DEFAULT_OPTIONS) -> Any:
        """Read what a route without ``async`` promises: a page, or a stream of rows."""
        ...

    def job(
        self,
        report: type[T],
        job_id: str,
        account_id: str | None = None,
        options: CallOptions = DEFAULT_OPTIONS,
    ) -> Job[T]:
        """Watch a job that is known by its id."""
        ...


async def call_in_background(
    caller: UploadCaller, route: Route[Result], arguments: dict[str, Any], options: CallOptions
) -> Result:
    """Make a background call: it waits for its turn longer than ``Limits.max_wait`` allows."""
    options = evolve(options, lane=Lane.BULK)
    while True:
        try:
            return await caller.call(route, arguments, options)
        except QuotaExhausted as error:
            if error.budget != "second":
                raise
            await asyncio.sleep(max(MOMENT, error.resets_in))


async def retry_read(read: Callable[[], Awaitable[T]], pauses: PausePolicy) -> T:
    """Retry a read from its start when a stream breaks off, a few times."""
    for pause in PAUSES:
        try:
            return await read()
        except (ReplyLost, ServerError):
            await asyncio.sleep(pauses.seconds(pause))
        except QuotaExhausted as error:
            if error.budget != "second":
                raise
            await asyncio.sleep(max(MOMENT, error.resets_in))
    return await read()
