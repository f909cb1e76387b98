"""Endpoint of the stream: server-sent events that keep a page up to date."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.api.overview import overview
from asyncsdk.emulator.console.call_json import call_json
from asyncsdk.emulator.console.call_queue import CallQueue
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.event_stream import EventStream, Pace
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest
from asyncsdk.emulator.console.security_headers import SECURITY_HEADERS

__all__ = ["ENDPOINTS"]


async def stream(account: EmulatedAccount, request: ConsoleRequest) -> web.StreamResponse:
    """Tell calls, the overview and what changed as it happens, as server-sent events."""
    streams = request.streams
    if streams.full:
        raise ConsoleError(503, f"There are {streams.limit} streams already; close one first.")
    response = web.StreamResponse(headers={**SECURITY_HEADERS, "Content-Type": "text/event-stream; charset=utf-8"})
    with streams.one_more():
        await response.prepare(request.web)
        if request.web.method != "HEAD":
            events = EventStream(
                account,
                partial(overview, account, request),
                partial(call_json, plain=request.flag("plain")),
                Pace(),
                CallQueue(),
            )
            await events.run(request.web, response, streams.stopping)
    return response


ENDPOINTS = (Endpoint("GET", "/stream", stream, ("plain",)),)
