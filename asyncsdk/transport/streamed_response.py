"""Streamed response: a file piece by piece, or the body that came in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from attrs import field, frozen

from asyncsdk.auth.tokens import Token
from asyncsdk.http.file_response import is_no_file, is_rows, read_short, rejoined
from asyncsdk.http.messages import Request, Response
from asyncsdk.transport.attempt import Attempt
from asyncsdk.transport.connection import SHORT_ANSWER, Connection

__all__ = ["StreamedResponse", "open_stream"]


@frozen(eq=False, repr=False)
class StreamedResponse(Response):
    """A response whose body, if it is a file, is read piece by piece."""

    pieces: AsyncIterator[bytes] | None = field(default=None, repr=False)
    """The pieces of the file; None if the body is not a file."""


async def open_stream(
    connection: Connection, stack: AsyncExitStack, any_kind: bool, request: Request, token: Token, attempt: Attempt
) -> StreamedResponse:
    """Send a request once, and read its response as far as it takes to know whether it is a file.

    Args:
        connection: the connection to the host.
        stack: closes the file.
        any_kind: whether the file may be of any kind; else it must be rows, and JSON is not a file.
        request: what is sent.
        token: the bearer token.
        attempt: what records the moment of sending.
    """
    async with AsyncExitStack() as opening:
        answer, pieces = await opening.enter_async_context(connection.stream(request, token, attempt))
        first = await anext(pieces, b"")
        if answer.status < 300 and (is_rows(first) or (any_kind and not is_no_file(answer, first))):
            await stack.enter_async_context(opening.pop_all())
            return StreamedResponse(answer.status, answer.headers, pieces=rejoined(first, pieces))
        body = await read_short(first, pieces, SHORT_ANSWER)
        return StreamedResponse(answer.status, answer.headers, body)
