"""Account that answers differently: an emulator, and before it a server that changes its answers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from aiohttp import ClientSession, web
from attrs import define
from yarl import URL

from asyncsdk.emulator import Emulator
from tests.support.http_server import serving

__all__ = ["Change", "Served", "departing"]

_THE_CONNECTIONS = {"Connection", "Content-Encoding", "Content-Length", "Date", "Transfer-Encoding"}
"""Headers that are not passed on: each connection has its own."""

_KEPT = ("Authorization", "Content-Type")


@define
class Served:
    """An answer of the emulator, to be changed in place."""

    method: str
    path: str
    """The path of the call, with its query."""

    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)

    @json.setter
    def json(self, value: Any) -> None:
        self.body = json.dumps(value).encode()


Change: TypeAlias = Callable[[Served], None]


@asynccontextmanager
async def departing(emulator: Emulator, change: Change) -> AsyncIterator[str]:
    """The URL of a server that passes calls on to an emulator, and changes the answers."""
    async with ClientSession() as onward:

        async def answer(request: web.BaseRequest) -> web.Response:
            headers = {name: request.headers[name] for name in _KEPT if name in request.headers}
            url = URL(emulator.url + request.raw_path, encoded=True)
            body = await request.read()
            async with onward.request(request.method, url, data=body or None, headers=headers) as told:
                kept = {name: value for name, value in told.headers.items() if name not in _THE_CONNECTIONS}
                served = Served(request.method, request.raw_path, told.status, await told.read(), kept)
            change(served)
            return web.Response(status=served.status, body=served.body, headers=served.headers)

        async with serving(answer) as url:
            yield url
