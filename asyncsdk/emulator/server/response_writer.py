"""Response writer: sends an answer, whole or in part."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web
from attrs import frozen

from asyncsdk.emulator.http.recorded_body import RecordedBody
from asyncsdk.emulator.http.responses import Answer
from asyncsdk.emulator.server.call import Call
from asyncsdk.emulator.server.call_recorder import record_answer

__all__ = ["Sent", "cut", "send"]


@frozen
class Sent:
    """An answer that was sent, whole or in part."""

    response: web.StreamResponse
    whole: bool


def cut(request: web.BaseRequest) -> web.StreamResponse:
    """Cut the connection; what is given back never travels."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def send(
    request: web.BaseRequest, answer: Answer, now: float, call: Call, *, cut_midway: bool = False
) -> Sent:
    """Answer, with the headers that the platform's gateway adds, and record it; ``now`` is the emulator's time."""
    number = uuid.uuid4().hex
    headers = {
        "Content-Type": answer.content_type,
        "Date": format_datetime(datetime.fromtimestamp(now, UTC), usegmt=True),
        "Server": "envoy",
        "x-request-id": f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}",
        "x-global-transaction-id": number[:24],
        **answer.headers,
    }
    recorded = record_answer(call, headers)
    payload = answer.payload()
    if isinstance(payload, bytes) and not cut_midway:
        recorded.add(payload)
        return await _whole(request, web.Response(body=payload, status=answer.status, headers=headers))
    return await _stream(request, answer.status, headers, payload, recorded, cut_midway=cut_midway)


async def _whole(request: web.BaseRequest, response: web.Response) -> Sent:
    try:
        await response.prepare(request)
        await response.write_eof()
    except ConnectionError:
        return Sent(response, whole=False)
    return Sent(response, whole=True)


async def _stream(
    request: web.BaseRequest,
    status: int,
    headers: dict[str, str],
    payload: bytes | AsyncIterator[bytes],
    recorded: RecordedBody,
    *,
    cut_midway: bool,
) -> Sent:
    response = web.StreamResponse(status=status, headers=headers)
    if isinstance(payload, bytes):
        response.content_length = max(1, len(payload))
        payload = _halves(payload)
    else:
        response.enable_chunked_encoding()
    try:
        await response.prepare(request)
        async for chunk in payload:
            piece = chunk[: max(1, len(chunk) // 2)] if cut_midway else chunk
            recorded.add(piece)
            await response.write(piece)
            if cut_midway:
                return Sent(cut(request), whole=False)
        await response.write_eof()
    except ConnectionError:  # the client has gone away, or the body broke off
        return Sent(cut(request), whole=False)
    return Sent(response, whole=True)


async def _halves(body: bytes) -> AsyncIterator[bytes]:
    yield body
