"""Guard against aiohttp's silent resend of PUT and DELETE: tells an attempt that it is about to be written."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import aiohttp

from asyncsdk.transport.attempt import Attempt

__all__ = ["Connector", "current_attempt", "send_once"]


current_attempt: ContextVar[Attempt] = ContextVar("asyncsdk attempt")


class Connector(aiohttp.TCPConnector):
    """Connector that notes when a connection is ready, new or kept alive: the request is sent then."""

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:
        """Get a connection for one request."""
        connection = await super().connect(req, traces, timeout)
        attempt = current_attempt.get()
        try:
            attempt.mark_sent(now=True)
        except BaseException:
            # A connection that was just opened would be taken for an old one by the next call.
            (connection.close if attempt.opened else connection.release)()
            raise
        return connection

    async def _create_connection(self, req: Any, traces: Any, timeout: Any) -> Any:
        """Open a connection, where none is kept alive."""
        current_attempt.get().opened = True
        return await super()._create_connection(req, traces, timeout)


async def send_once(request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Middleware for a session of the program, whose connections cannot be watched."""
    current_attempt.get().mark_sent(now=False)
    if not request.body:  # its content type is one that the program's session sends always
        request.headers.popall("Content-Type", None)
    return await handler(request)
