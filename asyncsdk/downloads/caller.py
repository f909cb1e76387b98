"""Where downloads come from: rows of the table, called without reading their answers yet."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeAlias

from attrs import frozen

from asyncsdk.http.messages import Response
from asyncsdk.routing.route import Route
from asyncsdk.transport.options import CallOptions

__all__ = ["Answer", "Identity", "Source", "Stream"]

Answer: TypeAlias = Callable[[Route, dict[str, Any], CallOptions], Coroutine[Any, Any, Response]]
"""Makes one call, and gives its answer as it came."""

Stream: TypeAlias = Callable[[Route, dict[str, Any]], AbstractAsyncContextManager[AsyncIterator[bytes]]]
"""Makes one call, and gives the bytes of its rows piece by piece."""

Identity: TypeAlias = Callable[[], Awaitable[str]]
"""Tells which account of which server this is."""


@frozen
class Source:
    """One session's way to the server."""

    answer: Answer
    stream: Stream
    identity: Identity
