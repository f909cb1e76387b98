"""HTTP listener: aiohttp's server, which gives each request to the API's gateway or to the console."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from asyncsdk.emulator.server.browser_guard import REFUSED_PAGE, comes_from_page
from asyncsdk.emulator.server.http_log import HTTP_LOG

__all__ = ["CONSOLE_PATH", "Listener"]

CONSOLE_PATH = "/_emulator"
"""The console has this path, what is below it, and the root; no path of Act-On's API is there."""

ConsoleHandler: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class ApiHandler(Protocol):
    """The handler of the calls of the API."""

    async def __call__(self, request: web.BaseRequest, *, new_connection: bool) -> web.StreamResponse:
        """Deal with one call."""
        ...


class Listener(web.Server):
    """aiohttp's server, which also knows whether a call is the first on its connection.

    Args:
        api: gets the calls of the API.
        console: gets the requests for the console.
        lost: is told of each connection that has ended.
    """

    def __init__(self, api: ApiHandler, console: ConsoleHandler, lost: Callable[[object], None]) -> None:
        super().__init__(self._handle, access_log=None, logger=HTTP_LOG)
        self._api = api
        self._console = console
        self._lost = lost
        self._fresh: set[RequestHandler] = set()

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Note a new connection."""
        super().connection_made(handler, transport)
        self._fresh.add(handler)

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        """Forget a connection."""
        self._fresh.discard(handler)
        self._lost(handler)
        super().connection_lost(handler, exc)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        if _is_for_console(request.rel_url.raw_path):
            return await self._console(request)
        if comes_from_page(request):
            return web.json_response(REFUSED_PAGE.body, status=REFUSED_PAGE.status)
        new = request.protocol in self._fresh
        self._fresh.discard(request.protocol)
        return await self._api(request, new_connection=new)


def _is_for_console(raw_path: str) -> bool:
    return raw_path in {"/", CONSOLE_PATH} or raw_path.startswith(f"{CONSOLE_PATH}/")
