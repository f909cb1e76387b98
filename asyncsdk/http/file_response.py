"""Files in responses, piece by piece: what begins a file, and what is a refusal or a page in its place."""

from __future__ import annotations

from collections.abc import AsyncIterator

from asyncsdk.http.error_bodies import is_refusal_text
from asyncsdk.http.messages import Response

__all__ = ["is_no_file", "is_rows", "read_short", "rejoined"]


def is_rows(first: bytes) -> bool:
    """Whether a body is rows, and not a refusal or a page that came with a success, or nothing at all."""
    start = first.lstrip()[:1]
    return start not in (b"", b"{", b"<")


def is_no_file(answer: Response, first: bytes) -> bool:
    """Whether a body that may be of any kind is a refusal or a gateway's page all the same."""
    page = first.lstrip()[:1] == b"<" and "html" in answer.headers.get("Content-Type", "")
    return page or is_refusal_text(first)


async def read_short(first: bytes, pieces: AsyncIterator[bytes], longest: int) -> bytes:
    """A body that is no file, whole, or the beginning of one that is longer than a refusal can be."""
    body = [first]
    size = len(first)
    async for piece in pieces:
        if size >= longest:
            break
        body.append(piece)
        size += len(piece)
    return b"".join(body)[:longest]


async def rejoined(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces with the one that was looked at."""
    yield first
    async for piece in pieces:
        yield piece
