"""Guard against aiohttp's silent resend of PUT and DELETE; records the moment of sending."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import aiohttp

from asyncsdk.errors import ReplyLost
from asyncsdk.limits.protocol import Place, may_expire
from asyncsdk.transport.idle_timeout import WatchedAttempt

__all__ = ["Connector", "SendGuard", "current_guard", "send_once"]


class SendGuard:
    """Guard of one attempt: records when it is sent, and refuses to send it again."""

    __slots__ = ("attempt", "opened", "place", "sent")

    def __init__(self, place: Place, attempt: WatchedAttempt | None) -> None:
        self.place: Place = place
        self.attempt: WatchedAttempt | None = attempt
        self.sent: bool = False
        self.opened: bool = False
        """Whether a connection was opened for it."""

    def mark_sent(self, *, now: bool) -> None:
        """Note that the request is about to be written; ``now``: at once, so that this is the moment of sending.

        Raises:
            ReplyLost: it was sent before.
            PlaceExpired: its place is over, and it must not be sent.
        """
        if self.sent:
            raise ReplyLost("The connection was cut before the answer came; the call may have acted.")
        if now:
            self.place.left(opened=self.opened)
        elif may_expire(self.place):
            self.place.leaves()
        self.sent = True
        if now and self.attempt is not None:
            self.attempt.progress()


current_guard: ContextVar[SendGuard] = ContextVar("asyncsdk send guard")


class Connector(aiohttp.TCPConnector):
    """Connector that notes when a connection is ready, new or kept alive: the request is sent then."""

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:
        """Get a connection for one request."""
        connection = await super().connect(req, traces, timeout)
        guard = current_guard.get()
        try:
            guard.mark_sent(now=True)
        except BaseException:
            # A connection that was just opened would be taken for an old one by the next call.
            (connection.close if guard.opened else connection.release)()
            raise
        return connection

    async def _create_connection(self, req: Any, traces: Any, timeout: Any) -> Any:
        """Open a connection, where none is kept alive."""
        current_guard.get().opened = True
        return await super()._create_connection(req, traces, timeout)


async def send_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Middleware for a session of the program, whose connections cannot be watched."""
    current_guard.get().mark_sent(now=False)
    return await handler(request)
