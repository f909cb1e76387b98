"""A server that costs next to nothing, in another process: it reads a request, throws it away and answers.

Run by ``serving``.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from typing import Final

from benchmarks.other_process import serve, serving_in

__all__ = ["serving"]

BUFFER: Final = 1 << 18


def _answer(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


SAVED: Final = _answer("200 OK", b'{"status":"success","message":"Record updated","id":"l-0001:a3f"}')
"""To a PUT: an upserted record."""

ACCEPTED: Final = _answer("200 OK", b'{"status":"success","message":"Job accepted","jobId":"15959711"}')
"""To a POST: an upload that became a job."""

PENDING: Final = _answer("200 OK", b'{"status":"The job is pending."}')
"""To a GET: how that job is doing."""

PROFILE: Final = _answer("200 OK", b'{"ok":true,"username":"ada","profile":{"real_name":"Ada Lovelace"}}')
"""To Slack's ``users.profile.set``."""

CUSTOMER: Final = _answer("200 OK", b'{"id":"cus_15959711","object":"customer","email":"ada@example.com"}')
"""To Stripe's ``POST /v1/customers``."""

ANSWERS: Final = {
    b"PUT ": SAVED,
    b"POST /api/users.profile.set ": PROFILE,
    b"POST /v1/customers ": CUSTOMER,
    b"POST ": ACCEPTED,
    b"GET ": PENDING,
}
"""By how a request begins; the first that fits."""


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
            self._answer = next(answer for beginning, answer in ANSWERS.items() if head.startswith(beginning))
            self._left = _length(head) - len(body)
        if self._left == 0 and self._transport is not None:
            self._transport.write(self._answer)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def serving() -> AbstractContextManager[str]:
    """The server, in another process; gives its URL."""
    return serving_in("benchmarks.loopback")


if __name__ == "__main__":
    serve(_Discarding)
