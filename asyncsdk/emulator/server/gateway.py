"""API gateway: every request passes limits, token, routing and handler, in the order that Act-On checks them."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from pathlib import Path
from typing import Any

from aiohttp import web
from attrs import frozen

from asyncsdk.api import TABLE
from asyncsdk.emulator.faults import CallFault, Cut, ExpireToken, Hang, Reply, Slow
from asyncsdk.emulator.handlers import HANDLERS
from asyncsdk.emulator.http.request import ReceivedCall, receive
from asyncsdk.emulator.http.responses import Answer, Refusal, gateway
from asyncsdk.emulator.server.argument_decoder import arguments
from asyncsdk.emulator.server.request_log import Call, Calls
from asyncsdk.emulator.server.response_writer import cut, send
from asyncsdk.emulator.server.router import Match, Router
from asyncsdk.emulator.state.account_state import AccountState

__all__ = ["Gateway"]

NOT_FOUND = gateway(404, "Not Found", "No resources match requested URI")
UNAUTHORIZED = gateway(401, "Unauthorized")
FORBIDDEN = Answer(b"", 403, "text/plain")
"""For another account's number in a path; guessed, after the audience service's other answers."""

TOO_MANY = gateway(429, "Too Many Requests", "Rate Limit exceeded")


@frozen
class _Target:
    """The target of a call, before its body is read."""

    name: str
    names: tuple[str, ...]
    match: Match | None


class Gateway:
    """Logs, checks, reads, carries out and answers calls.

    Args:
        platform: the account's state.
        calls: the log.
        spool: where files are put while they are received.
        stopping: set when the server stops, so that no call hangs any longer.
    """

    def __init__(self, platform: AccountState, calls: Calls, spool: Path, stopping: asyncio.Event) -> None:
        self._platform = platform
        self._calls = calls
        self._spool = spool
        self._stopping = stopping
        self._router = Router(route for route in TABLE.values() if route.name.partition(".")[0] in HANDLERS)

    async def handle(self, request: web.BaseRequest, *, new_connection: bool) -> web.StreamResponse:
        """Deal with one call."""
        now = self._platform.clock.now()
        target = self._target(request)
        admitted = target.name == "authorize" or self._platform.rate_limits.admits(now)
        call = _logged(request, now, target.name, new_connection)
        self._calls.note(call)
        faults = self._platform.faults.for_call(target.names) if admitted else ()
        if Cut("arrival") in faults:
            return cut(request)
        received = ReceivedCall(request.query, names=target.names)
        try:
            await receive(request, received, self._spool, self._platform.settings.upload_bytes)
            call.route = self._name_of(target, received)
            answer = TOO_MANY if not admitted else await self._decided(request, received, target, faults)
        except Refusal as refused:
            answer = refused.answer
        except (ConnectionError, web.RequestPayloadError):  # the client has gone away
            answer = None
        finally:
            received.discard()
        if answer is None or Cut("acted") in faults:
            return cut(request)
        call.status = answer.status
        return await send(request, answer, self._platform.clock.now(), cut_midway=Cut("midway") in faults)

    def _target(self, request: web.BaseRequest) -> _Target:
        raw = request.rel_url.raw_path
        fixed = {"/token": "token", "/authorize": "authorize"}.get(raw.rstrip("/"))
        if fixed is not None:
            return _Target(fixed, (fixed, raw), None)
        match = self._router.find(request.method, raw)
        if match is None:
            return _Target("", (raw,), None)
        names = match.names(request.query) or (match.routes[0].name,)
        also = match.unlisted_names(request.query)
        return _Target(names[0], (*names, *also, raw, match.routes[0].path), match)

    def _name_of(self, target: _Target, received: ReceivedCall) -> str:
        return target.name if target.match is None else target.match.choose(received).name

    async def _decided(
        self, request: web.BaseRequest, received: ReceivedCall, target: _Target, faults: tuple[CallFault, ...]
    ) -> Answer | None:
        """The answer after the faults; None for no answer."""
        scripted = next((fault for fault in faults if isinstance(fault, Reply)), None)
        hang = next((fault for fault in faults if isinstance(fault, Hang)), None)
        answer: Answer | None = None
        if ExpireToken() in faults:
            self._platform.tokens.revoke("access", request.headers.get("Authorization", ""))
        if (scripted is None or scripted.acted) and (hang is None or hang.acted):
            answer = await self._carried_out(request, received, target)
        if scripted is not None:
            answer = Answer(scripted.body, scripted.status, scripted.content_type, scripted.headers)
        for fault in faults:
            if isinstance(fault, Slow):
                await self._pause(fault.seconds)
        if hang is not None:
            await self._stopping.wait()
        return None if self._stopping.is_set() else answer

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than the server runs."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _carried_out(self, request: web.BaseRequest, received: ReceivedCall, target: _Target) -> Answer:
        """The answer without faults."""
        try:
            if target.name == "token":
                return self._token(request, received)
            if target.name == "authorize":
                return self._platform.tokens.authorize(received.query)
            if target.match is None:
                return NOT_FOUND
            user = self._platform.tokens.user_of(request.headers.get("Authorization"))
            if user is None:
                return UNAUTHORIZED
            received.user = user
            return await self._handled(target.match, received)
        except Refusal as refused:
            return refused.answer

    def _token(self, request: web.BaseRequest, received: ReceivedCall) -> Answer:
        if request.method != "POST":
            return NOT_FOUND
        fields = {name: values[0] for name, values in received.fields.items()}
        return self._platform.tokens.token({**received.query, **fields})

    async def _handled(self, match: Match, received: ReceivedCall) -> Answer:
        await self._platform.jobs.catch_up()
        route = match.choose(received)
        if "list_id" in match.path:
            self._platform.lists.require(match.path["list_id"])
        if match.path.get("account_id", str(self._platform.settings.account_id)) != str(
            self._platform.settings.account_id
        ):
            raise Refusal(FORBIDDEN)
        given = arguments(route, match.path, received)
        namespace, _, method = route.name.partition(".")
        handler = HANDLERS[namespace](self._platform, received)
        reply: Any = getattr(handler, method)(**given)
        if inspect.isawaitable(reply):
            reply = await reply
        return reply if isinstance(reply, Answer) else Answer(reply)


def _logged(request: web.BaseRequest, now: float, name: str, new_connection: bool) -> Call:
    headers = {key: "" if key == "Authorization" else value for key, value in request.headers.items()}
    return Call(now, request.method, request.rel_url.raw_path, dict(request.query), headers, new_connection, name)
