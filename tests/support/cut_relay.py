"""Relay to a server that can be cut off, as by a network that fails, and that makes the way to it longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

__all__ = ["CutRelay", "cut_relay"]

PIECE = 1 << 16


class CutRelay:
    """Relay on a port of its own.

    Args:
        target: the server's port.
        delay: seconds that a piece is under way, in each direction.
    """

    def __init__(self, target: int, delay: float) -> None:
        self.port: int = 0
        self._target = target
        self._delay = delay
        self._open: set[asyncio.StreamWriter] = set()
        self._refuses = False
        self._whole = asyncio.Event()
        self._whole.set()

    def cut(self) -> None:
        """Let nothing through from now on; connections stay open."""
        self._whole.clear()

    def refuse(self) -> None:
        """Close all connections, and every new one at once: what is sent on them is lost."""
        self._refuses = True
        for writer in self._open:
            writer.close()

    def mend(self) -> None:
        """Let all through again, also what has come meanwhile on connections that were cut."""
        self._refuses = False
        self._whole.set()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        if self._refuses:
            writer.close()
            return
        self._open.add(writer)
        onward_reader, onward = await asyncio.open_connection("127.0.0.1", self._target)
        ways = [
            asyncio.create_task(self._carry(reader, onward)),
            asyncio.create_task(self._carry(onward_reader, writer)),
        ]
        try:
            with suppress(asyncio.CancelledError):  # the relay ends
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            onward.close()
            writer.close()
            self._open.discard(writer)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await source.read(PIECE):
                await self._whole.wait()
                await asyncio.sleep(self._delay)
                sink.write(piece)


@asynccontextmanager
async def cut_relay(target: int, delay: float = 0.0) -> AsyncIterator[CutRelay]:
    """A relay to a port of this machine."""
    relay = CutRelay(target, delay)
    async with await asyncio.start_server(relay.connected, "127.0.0.1", 0) as server:
        relay.port = server.sockets[0].getsockname()[1]
        yield relay
        server.close()
