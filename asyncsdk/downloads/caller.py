"""Caller protocol of downloads: the calls that they make through a session; answers are not decoded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol

from asyncsdk.http.messages import Response
from asyncsdk.routing.route import Route
from asyncsdk.transport.call_options import CallOptions

__all__ = ["DownloadCaller"]


class DownloadCaller(Protocol):
    """Caller: makes the calls of one session."""

    async def send(self, route: Route, arguments: Mapping[str, Any], options: CallOptions = ..., /) -> Response:
        """Make one call and give its answer, not decoded."""
        ...

    def stream(
        self, route: Route, arguments: Mapping[str, Any], options: CallOptions = ..., /
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Make one call and give the bytes of its rows piece by piece."""
        ...

    async def identity(self) -> str:
        """The identity of the account: its server and its number."""
        ...
