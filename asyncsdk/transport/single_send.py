"""The moment at which a request leaves, and that it leaves only once: aiohttp would repeat some by itself."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import aiohttp

from asyncsdk.errors import ReplyLost
from asyncsdk.limits.rate_limiter import Place
from asyncsdk.transport.idle_timeout import WatchedAttempt

__all__ = ["Connector", "SendGuard", "departing", "leave_once"]


class SendGuard:
    """When one attempt leaves, and that it leaves only once."""

    __slots__ = ("attempt", "left", "opened", "place")

    def __init__(self, place: Place, attempt: WatchedAttempt | None) -> None:
        self.place: Place = place
        self.attempt: WatchedAttempt | None = attempt
        self.left: bool = False
        self.opened: bool = False
        """Whether a connection was opened for it."""

    def leave(self, *, now: bool) -> None:
        """The request is about to be written; ``now`` tells whether nothing can come between."""
        if self.left:
            raise ReplyLost("The connection was cut before the answer came; the call may have acted.")
        self.left = True
        if now:
            self.place.left(opened=self.opened)
            if self.attempt is not None:
                self.attempt.progress()


departing: ContextVar[SendGuard] = ContextVar("asyncsdk departure")


class Connector(aiohttp.TCPConnector):
    """Tells the moment at which a connection is there, fresh or kept alive: the request leaves then."""

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:
        """Get a connection for one request."""
        connection = await super().connect(req, traces, timeout)
        departure = departing.get()
        if departure.left:
            connection.release()
        departure.leave(now=True)
        return connection

    async def _create_connection(self, req: Any, traces: Any, timeout: Any) -> Any:
        """Open a connection, where none is kept alive."""
        departing.get().opened = True
        return await super()._create_connection(req, traces, timeout)


async def leave_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """For a session of the caller's, whose connections cannot be watched."""
    departing.get().leave(now=False)
    return await handler(request)
