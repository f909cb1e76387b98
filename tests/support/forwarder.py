"""Stands between a session and the emulator, writes down what travels, and passes it on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from asyncsdk import ActOnError, Job, Limits, RetryPolicy, Session
from asyncsdk.emulator import Emulator, Settings
from tests.support.recorder import Heard


class Forwarder:
    """An emulator without limits, a session on it, and what the session said last."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self.heard: list[Heard] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []

    async def open(self) -> None:
        """Start all three."""
        self.emulator = Emulator(Settings(calls_per_second=None, calls_per_day=None))
        await self.emulator.__aenter__()
        self._http = aiohttp.ClientSession(auto_decompress=False)
        self._server = web.ServerRunner(web.Server(self._pass_on))
        await self._server.setup()
        site = web.TCPSite(self._server, "127.0.0.1", 0)
        await site.start()
        self.session = Session(
            token=self.emulator.issue_token()["access_token"],
            base_url=site.name,
            limits=Limits(calls_per_second=1_000_000, calls_per_day=1_000_000),
            retry=RetryPolicy(attempts=1),
        )
        await self.session.open()

    async def close(self) -> None:
        """Stop all three."""
        await self.session.close()
        await self._server.cleanup()
        await self._http.close()
        await self.emulator.__aexit__(None, None, None)

    def makes(self, namespace: str, call: Callable[[Any], Any]) -> object:
        """Make one call, whatever comes of it: its result, or its error."""
        self.heard.clear()
        self.headers.clear()
        self.paths.clear()
        return self._runner.run(self._made(call(getattr(self.session, namespace))))

    async def _made(self, call: Any) -> object:
        try:
            if hasattr(call, "__await__"):
                made: object = await call
            else:
                made = [item async for item in call]
        except ActOnError as error:
            return error
        if isinstance(made, Job):
            made.abandon()
        return made

    async def _pass_on(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        path, _, query = request.raw_path.partition("?")
        pairs = [
            tuple(unquote(part, errors="strict") for part in pair.partition("=")[::2]) for pair in query.split("&")
        ]
        self.paths.append(path)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        self.heard.append(
            Heard(
                request.method,
                [unquote(segment, errors="strict") for segment in path.split("/")[1:]],
                [(name, value) for name, value in pairs if name],
                request.headers.get("Content-Type", ""),
                body,
            )
        )
        headers = {
            name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers
        }
        url = aiohttp.client.URL(self.emulator.url + request.raw_path, encoded=True)
        async with self._http.request(request.method, url, data=body or None, headers=headers) as answer:
            kept = {name: answer.headers[name] for name in ("Content-Type",) if name in answer.headers}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)


@contextmanager
def forwarder() -> Iterator[Forwarder]:
    """A forwarder that is at work."""
    with asyncio.Runner() as runner:
        it = Forwarder(runner)
        runner.run(it.open())
        try:
            yield it
        finally:
            runner.run(it.close())
