"""HTTP server between a session and the emulator: it writes down what travels, and passes it on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiohttp import ClientSession, web
from yarl import URL

from asyncsdk import ActOnError, RetryPolicy, Session
from asyncsdk.emulator import Emulator, Settings
from tests.support.http_server import serving
from tests.support.recorder import UNLIMITED, Heard, Recorder

__all__ = ["Forwarder"]


class Forwarder(Recorder):
    """An emulator without limits, a session on it, and what the session said last."""

    emulator: Emulator

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Start the emulator and the server, and open the session."""
        async with (
            Emulator(Settings(calls_per_second=None, calls_per_day=None)) as self.emulator,
            ClientSession(auto_decompress=False) as self._onward,
            serving(self._record) as url,
            Session(
                token=self.emulator.issue_token()["access_token"],
                base_url=url,
                limits=UNLIMITED,
                retry=RetryPolicy(attempts=1),
            ) as self.session,
        ):
            yield

    async def _make(self, call: Any) -> None:
        with suppress(ActOnError):  # what the emulator refuses has travelled all the same
            await super()._make(call)

    async def _answer(self, request: web.BaseRequest, heard: Heard) -> web.Response:
        headers = {
            name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers
        }
        url = URL(self.emulator.url + request.raw_path, encoded=True)
        async with self._onward.request(request.method, url, data=heard.body or None, headers=headers) as answer:
            kept = {name: answer.headers[name] for name in ("Content-Type",) if name in answer.headers}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)
