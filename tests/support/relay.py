"""TCP relay: makes the way to a server long and narrow; every piece arrives late, in order, both ways."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from attrs import frozen

from tests.support.listening import listening, url_of

__all__ = ["PIECE", "Relay"]

PIECE = 1 << 16
"""Bytes that are read at once: a longer message is several pieces."""


@frozen
class Relay:
    """The way to a server.

    Args:
        delay: gives the seconds that a piece is under way.
        opening: seconds between a connection and its first piece.
        bytes_per_second: how much one connection carries; None: any number.
    """

    delay: Callable[[bytes], float]
    opening: float = 0.0
    bytes_per_second: float | None = None

    @asynccontextmanager
    async def to(self, target: str) -> AsyncIterator[str]:
        """A server's URL at the other end of the way."""
        address = urlsplit(target)

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(self.opening)
            upstream_reader, upstream = await asyncio.open_connection(address.hostname, address.port)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._carry(reader, upstream))
                    both.create_task(self._carry(upstream_reader, writer))
            finally:
                upstream.close()

        async with listening(connected) as server:
            yield url_of(server)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        under_way: deque[bytes] = deque()  # timers of one moment come in any order: each takes the next piece
        arrived = 0.0
        while True:
            try:
                piece = await source.read(PIECE)
            except ConnectionError:
                piece = b""
            if self.bytes_per_second is not None:
                await asyncio.sleep(len(piece) / self.bytes_per_second)
            arrived = max(arrived, loop.time() + self.delay(piece))
            under_way.append(piece)
            loop.call_at(arrived, _deliver, sink, under_way)
            if not piece:
                return


def _deliver(sink: asyncio.StreamWriter, under_way: deque[bytes]) -> None:
    """Write the next piece; close at the empty one, which is the last."""
    piece = under_way.popleft()
    if not piece:
        sink.close()
    elif not sink.is_closing():
        sink.write(piece)
