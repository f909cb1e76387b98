"""A client for the console's JSON that knows nothing of the library."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from attrs import frozen
from multidict import CIMultiDictProxy
from yarl import URL


@frozen
class Told:
    """An answer that was read whole."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def told(self) -> tuple[int, Any]:
        """The status and the body."""
        return self.status, self.json

    @property
    def error(self) -> tuple[int, str]:
        """The status and the sentence of an error."""
        assert list(self.json) == ["error"], self.body
        return self.status, self.json["error"]


class ConsoleClient:
    """Asks for paths below ``/_emulator``."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.http = http

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Told:
        """Make one request, and read the answer whatever it is; the path travels as it is."""
        if body is not None:
            options["json"] = body
        url = URL(f"{self.url}/_emulator{path}", encoded=True)
        async with self.http.request(method, url, **options) as answer:
            return Told(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, **query: str | int) -> Any:
        """Read something that is there."""
        told = await self.ask("GET", path, params=query)
        assert told.status == 200, told.body
        return told.json

    async def post(self, path: str, **body: Any) -> Any:
        """Do something that can be done."""
        told = await self.ask("POST", path, json=body)
        assert told.status == 200, told.body
        return told.json

    async def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """The status and the sentence of a refusal."""
        return (await self.ask(method, path, body)).error
