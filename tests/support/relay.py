"""A TCP relay that makes the road long: every piece takes its own time, in order, both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from attrs import define, field


@define
class Relay:
    """Stands between a client and a server.

    Args:
        target: the server's address.
        delay: gives the seconds that the next piece is on its way.
        opening: seconds between a connection and its first piece.
    """

    target: str
    delay: Callable[[], float]
    opening: float = 0.0
    _server: Any = None
    _tasks: set[asyncio.Task[None]] = field(factory=set)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        await asyncio.sleep(self.opening)
        address = urlsplit(self.target)
        upstream_reader, upstream = await asyncio.open_connection(address.hostname, address.port)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, upstream))
                both.create_task(self._carry(upstream_reader, writer))
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(task)
            writer.close()
            upstream.close()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        arrived = 0.0
        while True:
            try:
                piece = await source.read(1 << 16)
            except ConnectionError:
                piece = b""
            arrived = max(arrived, loop.time() + self.delay())
            if not piece:
                loop.call_at(arrived, sink.close)
                return
            loop.call_at(arrived, _write, sink, piece)


def _write(sink: asyncio.StreamWriter, piece: bytes) -> None:
    if not sink.is_closing():
        sink.write(piece)
