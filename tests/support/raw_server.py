"""HTTP server of raw bytes: it does to each request exactly what a script says, byte by byte."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self, TypeAlias

from attrs import define, field, frozen

from tests.support.listening import listening, url_of


@frozen
class Seen:
    """One request as it came."""

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    connection: int


Act: TypeAlias = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]
"""Writes what comes back for one request; a closed writer ends the connection."""


def answer(status: int, body: object = b"", **headers: str) -> Act:
    """A whole answer; a body that is no bytes travels as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = {"x-request-id": "r-1", "Content-Length": str(len(content))}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    async def act(_: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status} Said\r\n{head}\r\n".encode() + content)
        await writer.drain()

    return act


async def hang_up(_: Seen, writer: asyncio.StreamWriter) -> None:
    """Close the connection in good order, without an answer."""
    writer.close()


async def reset(_: Seen, writer: asyncio.StreamWriter) -> None:
    """Tear the connection down."""
    writer.transport.abort()


@define
class RawServer:
    """Plays a script: one act for each request, the last one for all that follow."""

    script: list[Act]
    seen: list[Seen] = field(factory=list)
    connections: int = 0
    _stack: AsyncExitStack = field(factory=AsyncExitStack)
    _server: asyncio.Server = field(init=False)

    @property
    def url(self) -> str:
        """Where it listens."""
        return url_of(self._server)

    def stop_listening(self) -> None:
        """Refuse new connections."""
        self._server.close()

    async def __aenter__(self) -> Self:
        self._server = await self._stack.enter_async_context(listening(self._connected))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        while not writer.is_closing() and (request := await _read(reader, number)) is not None:
            self.seen.append(request)
            act = self.script.pop(0) if len(self.script) > 1 else self.script[0]
            await act(request, writer)


async def _read(reader: asyncio.StreamReader, number: int) -> Seen | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Seen(method, target, headers, body, number)
