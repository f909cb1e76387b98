"""A server that writes down what it understood, by other code than the client's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from attrs import frozen

from asyncsdk import Job, Limits, Session

T = TypeVar("T")


@frozen
class Heard:
    """One request, as a server of another make reads it."""

    method: str
    segments: list[str]
    query: list[tuple[str, str]]
    content_type: str
    body: bytes

    @property
    def form(self) -> list[tuple[str, str]]:
        """The fields of a form."""
        assert self.content_type == "application/x-www-form-urlencoded"
        return parse_qsl(self.body.decode("ascii"), keep_blank_values=True, strict_parsing=bool(self.body))

    @property
    def json(self) -> Any:
        """The JSON body."""
        assert self.content_type == "application/json"
        return json.loads(self.body.decode())

    @property
    def parts(self) -> dict[str, tuple[str | None, bytes]]:
        """The parts by name: file name and content, read by the standard library's e-mail parser."""
        head = f"Content-Type: {self.content_type}\r\n\r\n".encode()
        whole = BytesParser(policy=HTTP).parsebytes(head + self.body)
        return {_parameter(part, "name"): (part.get_filename(), _content(part)) for part in whole.iter_parts()}  # type: ignore[attr-defined]


def _parameter(part: Message, name: str) -> str:
    return str(part.get_param(name, header="content-disposition"))


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


class Recorder:
    """The server and a session on it, kept open for as many calls as a test makes."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self.heard: list[Heard] = []
        self.session: Session

    async def open(self) -> None:
        """Listen, and open the session."""
        self._server = web.ServerRunner(web.Server(self._answer))
        await self._server.setup()
        site = web.TCPSite(self._server, "127.0.0.1", 0)
        await site.start()
        limits = Limits(calls_per_second=1_000_000, calls_per_day=1_000_000)
        self.session = Session(token="t", base_url=site.name, limits=limits)
        await self.session.open()

    async def close(self) -> None:
        """Stop both."""
        await self.session.close()
        await self._server.cleanup()

    def hears(self, call: Callable[[Session], Coroutine[Any, Any, object]]) -> Heard:
        """What the server understood of one call."""
        self.heard.clear()
        made = self._runner.run(call(self.session))
        if isinstance(made, Job):
            made.abandon()
        assert len(self.heard) == 1, self.heard
        return self.heard[0]

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        path, _, query = request.raw_path.partition("?")
        self.heard.append(
            Heard(
                request.method,
                [unquote(segment, errors="strict") for segment in path.split("/")[1:]],
                parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict"),
                request.headers.get("Content-Type", ""),
                await request.read(),
            )
        )
        return web.Response(body=b'{"jobId": "1"}', content_type="application/json")


@contextmanager
def recorder() -> Iterator[Recorder]:
    """A recorder that is listening."""
    with asyncio.Runner() as runner:
        it = Recorder(runner)
        runner.run(it.open())
        try:
            yield it
        finally:
            runner.run(it.close())
