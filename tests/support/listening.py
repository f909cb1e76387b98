"""TCP server of tests: listens on a free port of the loopback, and ends every connection when the block ends."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeAlias

__all__ = ["Connected", "listening", "url_of"]

Connected: TypeAlias = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""Speaks on one connection; when it returns, the connection is closed."""


def url_of(server: asyncio.Server) -> str:
    """Where a server listens."""
    port: int = server.sockets[0].getsockname()[1]
    return f"http://127.0.0.1:{port}"


@asynccontextmanager
async def listening(
    connected: Connected, *, receive_buffer: int | None = None, limit: int = 1 << 16
) -> AsyncIterator[asyncio.Server]:
    """Serve each connection in a task of its own.

    Args:
        connected: speaks on one connection.
        receive_buffer: bytes that the system keeps of what was sent and not read yet; None: as it likes.
        limit: bytes that a reader keeps before it tells the sender to wait.
    """
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await connected(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    # By host and port: a socket of `socket.create_server` gets no TCP_NODELAY, and small pieces would wait.
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=limit)
    if receive_buffer is not None:
        server.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    try:
        yield server
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
