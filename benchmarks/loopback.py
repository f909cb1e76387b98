"""A server that costs next to nothing, in another process: it reads a request, throws it away and answers.

Run by ``serving``; it prints its port and ends with its parent's end of the pipe.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from benchmarks.pinning import pin

__all__ = ["serving"]

BUFFER: Final = 1 << 18
SERVER_CPU: Final = 1


def _answer(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


SAVED: Final = _answer("200 OK", b'{"status":"success","message":"Record updated","id":"l-0001:a3f"}')
"""To a PUT: an upserted record."""

ACCEPTED: Final = _answer("200 OK", b'{"status":"success","message":"Job accepted","jobId":"15959711"}')
"""To a POST: an upload that became a job."""

PENDING: Final = _answer("200 OK", b'{"status":"The job is pending."}')
"""To a GET: how that job is doing."""

ANSWERS: Final = {b"PUT": SAVED, b"POS": ACCEPTED, b"GET": PENDING}


class _Discarding(asyncio.BufferedProtocol):
    """HTTP/1.1 with a Content-Length or no body; nothing else is understood."""

    def __init__(self) -> None:
        self._buffer = bytearray(BUFFER)
        self._view = memoryview(self._buffer)
        self._head = b""
        self._left = 0
        self._answer = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        del sizehint
        return self._view

    def buffer_updated(self, nbytes: int) -> None:
        if self._left:
            self._left -= nbytes
        else:
            self._head += self._view[:nbytes]
            head, found, body = self._head.partition(b"\r\n\r\n")
            if not found:
                return
            self._head = b""
            self._answer = ANSWERS[head[:3]]
            self._left = _length(head) - len(body)
        if self._left == 0 and self._transport is not None:
            self._transport.write(self._answer)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


@contextmanager
def serving() -> Generator[str]:
    """A server in another process, on another CPU where there is one; gives its URL."""
    command = [sys.executable, "-m", "benchmarks.loopback"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Discarding, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    pin(SERVER_CPU)
    asyncio.run(_serve())
