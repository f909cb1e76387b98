"""Event stream: server-sent events for one reader, until it goes away or the server stops."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable

from aiohttp import web
from attrs import frozen

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.call_queue import CallQueue
from asyncsdk.emulator.console.changes import Changes
from asyncsdk.emulator.server.request_log import Call
from asyncsdk.http.messages import Json

__all__ = ["EventStream", "Pace"]


@frozen
class Pace:
    """How often a stream tells something, in seconds of the event loop's clock."""

    look: float = 0.5
    """Between two looks at what changed: the overview and the names of parts are told no more often."""

    alive: float = 15.0
    """Between two lines that keep the connection alive, and show that the reader is still there."""


class EventStream:
    """Sends ``call``, ``missed``, ``overview`` and ``changed``.

    What a slow reader has not taken waits in a queue that is bounded; the emulator never waits for it.

    Args:
        account: the account that it tells of.
        overview: the answer of ``GET /overview`` now.
        call_json: a call as JSON.
        pace: how often it tells something.
        queue: the calls that wait for the reader.
    """

    def __init__(
        self,
        account: EmulatedAccount,
        overview: Callable[[], dict[str, Json]],
        call_json: Callable[[Call], Json],
        pace: Pace,
        queue: CallQueue,
    ) -> None:
        self._account = account
        self._overview = overview
        self._call_json = call_json
        self._pace = pace
        self._queue = queue
        self._changes = Changes(account)
        self._told: dict[str, Json] = {}
        """The overview that was told last, without the time."""

    async def run(self, request: web.BaseRequest, response: web.StreamResponse, stopping: asyncio.Event) -> None:
        """Send to a prepared response until the reader is gone or the server stops."""
        stop = asyncio.ensure_future(stopping.wait())
        stop.add_done_callback(lambda _: self._queue.filled.set())
        unsubscribe = self._account.calls.subscribe(self._queue.put)
        try:
            with contextlib.suppress(ConnectionError):
                await self._tell(request, response, stopping)
        finally:
            unsubscribe()
            stop.cancel()

    async def _tell(self, request: web.BaseRequest, response: web.StreamResponse, stopping: asyncio.Event) -> None:
        time = asyncio.get_running_loop().time
        await response.write(b"retry: 1000\n\n")
        looked, wrote = float("-inf"), time()
        while not stopping.is_set() and request.transport is not None:
            events = self._calls_told()
            if time() - looked >= self._pace.look:
                events += self._state_told()
                looked = time()
            if not events and time() - wrote >= self._pace.alive:
                events = b": alive\n\n"
            if events:
                await response.write(events)
                wrote = time()
            await self._wait(looked + self._pace.look - time())

    async def _wait(self, seconds: float) -> None:
        """Wait for a call, but no longer than until the next look."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.0)):
                await self._queue.filled.wait()

    def _calls_told(self) -> bytes:
        calls, missed = self._queue.take()
        told = _event("missed", {"calls": missed}) if missed else b""
        return told + b"".join(_event("call", self._call_json(call)) for call in calls)

    def _state_told(self) -> bytes:
        """The overview, unless nothing but the time is another, and the names of the parts that changed."""
        told = b""
        parts = self._changes.parts()
        overview = self._overview()
        steady = {**overview, "clock": overview["clock"]["ahead"]}
        if steady != self._told:
            self._told = steady
            told += _event("overview", overview)
        return told + (_event("changed", {"parts": parts}) if parts else b"")


def _event(name: str, value: Json) -> bytes:
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"event: {name}\ndata: {data}\n\n".encode("utf-8", "backslashreplace")
