"""Lists of any length on a server that costs little, in another process: pages of JSON, or all as CSV.

The number in a list's id is its length, so that ``l-1000`` has a thousand records. Run by
``serving_lists``.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager
from typing import Final
from urllib.parse import parse_qs

from benchmarks.other_process import serve, serving_in

__all__ = ["COLUMNS", "HEADINGS", "serving_lists"]

COLUMNS: Final = 20
"""Beside the record's id; the first holds an address, the next two whole numbers, then a time."""

HEADINGS: Final = ("Email", "Age", "Score", "Joined", *(f"Column {number}" for number in range(4, COLUMNS)))
KINDS: Final = 1000
"""How many different records there are, but for their ids."""

BLOCK: Final = 500
"""Records of CSV that are sent at a time."""


def _cells(number: int) -> list[str]:
    texts = (f"text {number}.{column}" for column in range(4, COLUMNS))
    return [f"ada+{number}@example.com", str(20 + number % 60), str(number), "2026-11-24T12:00:00+00:00", *texts]


JSON: Final = [b"".join(b',"%b"' % cell.encode() for cell in _cells(number)) + b"]" for number in range(KINDS)]
CSV: Final = [b"".join(b",%b" % cell.encode() for cell in _cells(number)) + b"\r\n" for number in range(KINDS)]
NAMES: Final = ("_contact_id_", *HEADINGS)


def _page(total: int, offset: int, count: int) -> bytes:
    numbers = range(offset, min(offset + count, total))
    rows = b",".join([b'["l-0001:%x"%b' % (number, JSON[number % KINDS]) for number in numbers])
    headers = ",".join(f'"{name}"' for name in NAMES).encode()
    return (
        b'{"listId":"l-0001","offset":%d,"count":%d,"totalCount":%d,"emailColumn":1,"headers":[%b],"data":[%b]}'
        % (
            offset,
            len(numbers),
            total,
            headers,
            rows,
        )
    )


def _head(more: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%b\r\n\r\n" % more


class _Serving(asyncio.Protocol):
    """GETs only, one after another."""

    def __init__(self) -> None:
        self._asked = b""
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._sending: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    def data_received(self, data: bytes) -> None:
        self._asked += data
        while b"\r\n\r\n" in self._asked:
            head, _, self._asked = self._asked.partition(b"\r\n\r\n")
            path, _, asked = head.split(b" ", 2)[1].decode().partition("?")
            total, query = int(path.rpartition("-")[2]), parse_qs(asked)
            if query.get("responseformat") == ["CSV"]:
                self._sending = asyncio.ensure_future(self._send_csv(total))
            else:
                page = _page(total, int(query["offset"][0]), int(query["count"][0]))
                self._transport.write(_head(b"Content-Length: %d" % len(page)) + page)

    async def _send_csv(self, total: int) -> None:
        self._transport.write(_head(b"Transfer-Encoding: chunked"))
        self._write_chunk(",".join(NAMES).encode() + b"\r\n")
        for start in range(0, total, BLOCK):
            numbers = range(start, min(start + BLOCK, total))
            self._write_chunk(b"".join([b"l-0001:%x%b" % (number, CSV[number % KINDS]) for number in numbers]))
            await self._may_write.wait()
        self._transport.write(b"0\r\n\r\n")

    def _write_chunk(self, chunk: bytes) -> None:
        self._transport.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))


def serving_lists() -> AbstractContextManager[str]:
    """The server, in another process; gives its URL."""
    return serving_in("benchmarks.list_server")


if __name__ == "__main__":
    serve(_Serving)
