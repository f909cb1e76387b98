"""HTTP server that writes down what it understood of each request, by other code than the client's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from attrs import frozen

from asyncsdk import Job, Limits, Session
from tests.support.http_server import serving

UNLIMITED = Limits(calls_per_second=1_000_000, calls_per_day=1_000_000)


@frozen
class Heard:
    """One request, as a server of another make reads it; names of headers in lower case."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def segments(self) -> list[str]:
        """The parts of the path, decoded."""
        return [unquote(segment, errors="strict") for segment in self.path.split("/")[1:]]

    @property
    def content_type(self) -> str:
        """What the body is said to be."""
        return self.headers.get("content-type", "")

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

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Listen, and open the session."""
        async with (
            serving(self._record) as url,
            Session(token="t", base_url=url, limits=UNLIMITED) as self.session,
        ):
            yield

    def hears(self, call: Callable[[Session], Any]) -> Heard:
        """What the server understood of one call, whatever the call ends in."""
        self.heard.clear()
        self._runner.run(self._make(call(self.session)))
        assert len(self.heard) == 1, self.heard
        return self.heard[0]

    async def _make(self, call: Any) -> None:
        """Await a call, or read the pages or the stream that it is."""
        made = await call if hasattr(call, "__await__") else [item async for item in call]
        if isinstance(made, Job):
            made.abandon()

    async def _record(self, request: web.BaseRequest) -> web.Response:
        path, _, query = request.raw_path.partition("?")
        heard = Heard(
            request.method,
            path,
            parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict"),
            {name.lower(): value for name, value in request.headers.items()},
            await request.read(),
        )
        self.heard.append(heard)
        return await self._answer(request, heard)

    async def _answer(self, request: web.BaseRequest, heard: Heard) -> web.Response:
        """What comes back: an answer that any call understands."""
        return web.Response(body=b'{"jobId": "1"}', content_type="application/json")


R = TypeVar("R", bound=Recorder)


@contextmanager
def running(kind: type[R]) -> Iterator[R]:
    """A recorder of one kind, at work."""
    with asyncio.Runner() as runner:
        recorder = kind(runner)
        at_work = recorder.at_work()
        runner.run(at_work.__aenter__())
        try:
            yield recorder
        finally:
            runner.run(at_work.__aexit__(None, None, None))
