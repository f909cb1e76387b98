"""API gateway: every request passes limits, token, routing and handler, in the order that Act-On checks them."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from attrs import evolve, frozen

from asyncsdk.api import TABLE
from asyncsdk.emulator.call_faults import CallFault, Cut, ExpireToken, Hang, Reply, Slow
from asyncsdk.emulator.handlers import HANDLERS
from asyncsdk.emulator.http.request import ReceivedCall, receive
from asyncsdk.emulator.http.responses import Answer, Refusal, Stream, gateway
from asyncsdk.emulator.server.argument_decoder import arguments
from asyncsdk.emulator.server.call import Call
from asyncsdk.emulator.server.call_recorder import described, new_call, size_of_arguments
from asyncsdk.emulator.server.request_log import Calls
from asyncsdk.emulator.server.response_writer import cut, send
from asyncsdk.emulator.server.router import Match, Router
from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.routing.route import Route

__all__ = ["Gateway"]

NOT_FOUND = gateway(404, "Not Found", "No resources match requested URI")
UNAUTHORIZED = gateway(401, "Unauthorized")
FORBIDDEN = Answer(b"", 403, "text/plain")
"""For another account's number in a path; guessed, after the audience service's other answers."""

FIRST_ERROR = 400
TOO_MANY = gateway(429, "Too Many Requests", "Rate Limit exceeded")


@frozen
class _Target:
    """The target of a call, before its body is read."""

    name: str
    names: tuple[str, ...]
    match: Match | None
    aliases: tuple[str, ...] = ()


@frozen
class _Asked:
    """What a call asks for, once its body is read."""

    route: Route
    given: Mapping[str, Any] | Refusal
    """The handler's arguments; or why there are none."""


@frozen
class _Exchange:
    """A call that is being dealt with."""

    request: web.BaseRequest
    call: Call
    target: _Target
    faults: tuple[CallFault, ...]
    received: ReceivedCall
    asked: _Asked | None = None
    """None for what is no route, and before the body is read."""


class Gateway:
    """Logs, checks, reads, carries out and answers calls.

    Args:
        platform: the account's state.
        calls: the log.
        spool: where files are put while they are received.
    """

    def __init__(self, platform: AccountState, calls: Calls, spool: Path) -> None:
        self._platform = platform
        self._calls = calls
        self._spool = spool
        self._open: dict[object, Call] = {}
        self._router = Router(route for route in TABLE.values() if route.name.partition(".")[0] in HANDLERS)

    async def handle(self, request: web.BaseRequest, *, new_connection: bool) -> web.StreamResponse:
        """Deal with one call."""
        now = self._platform.clock.now()
        target = self._target(request)
        call = new_call(request, now, new_connection=new_connection)
        call.route, call.aliases = target.name, target.aliases
        call.refused = not (target.name == "authorize" or self._platform.rate_limits.admits(now))
        faults = () if call.refused else self._platform.faults.for_call(target.names)
        call.faults = tuple(type(fault).__name__ for fault in faults)
        self._calls.note(call)
        self._open[request.protocol] = call
        received = ReceivedCall(request.query, names=target.names)
        try:
            return await self._answered(_Exchange(request, call, target, faults, received))
        finally:
            received.discard()
            self.connection_lost(request.protocol)

    def connection_lost(self, connection: object) -> None:
        """Note that a connection has ended: the call on it, if it is not answered yet, will never be."""
        call = self._open.pop(connection, None)
        if call is not None:
            self._calls.end(call, "cut")

    async def _answered(self, exchange: _Exchange) -> web.StreamResponse:
        request, call, faults = exchange.request, exchange.call, exchange.faults
        if Cut("arrival") in faults:
            return cut(request)
        answer = await self._answer(exchange)
        if answer is None or Cut("acted") in faults:
            return cut(request)
        if call.state == "open":
            call.status = answer.status
        now = self._platform.clock.now()
        sent = await send(request, answer, now, call, cut_midway=Cut("midway") in faults)
        if sent.whole:
            self._calls.end(call, "answered")
        return sent.response

    async def _answer(self, exchange: _Exchange) -> Answer | None:
        """The answer to a call, whose body is read first; None if the client has gone away, or gets none."""
        call, received, match = exchange.call, exchange.received, exchange.target.match
        call.body = received.body
        try:
            await receive(exchange.request, received, self._spool, self._platform.settings.upload_bytes)
            if match is not None:
                exchange = evolve(exchange, asked=self._asked(match, exchange))
            return TOO_MANY if call.refused else await self._decided(exchange)
        except Refusal as refused:
            return refused.answer
        except (ConnectionError, web.RequestPayloadError):
            return None
        finally:
            received.discard()
            call.faults += tuple(received.faults)

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
        return _Target(names[0], (*names, *also, raw, match.routes[0].path), match, also)

    async def _decided(self, exchange: _Exchange) -> Answer | None:
        """The answer after the faults; None for no answer."""
        faults = exchange.faults
        scripted = next((fault for fault in faults if isinstance(fault, Reply)), None)
        hang = next((fault for fault in faults if isinstance(fault, Hang)), None)
        answer: Answer | None = None
        if ExpireToken() in faults:
            self._platform.tokens.revoke("access", exchange.request.headers.get("Authorization", ""))
        if (scripted is None or scripted.acted) and (hang is None or hang.acted):
            answer = await self._carried_out(exchange)
            exchange.call.carried_out = answer.status < FIRST_ERROR
        if scripted is not None:
            answer = Answer(scripted.body, scripted.status, scripted.content_type, scripted.headers)
        for fault in faults:
            if isinstance(fault, Slow):
                await self._pause(fault.seconds)
        if hang is not None:
            await self._platform.interruption.wait()
            return None
        return None if self._platform.interruption.is_set() else answer

    async def _pause(self, seconds: float) -> None:
        """Wait, but no longer than the server runs, and not beyond a reset."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._platform.interruption.wait()

    async def _carried_out(self, exchange: _Exchange) -> Answer:
        """The answer without faults."""
        request, target, received = exchange.request, exchange.target, exchange.received
        try:
            if target.name == "token":
                return self._token(exchange)
            if target.name == "authorize":
                return self._platform.tokens.authorize(received.query)
            if target.match is None or exchange.asked is None:
                return NOT_FOUND
            user = self._platform.tokens.user_of(request.headers.get("Authorization"))
            if user is None:
                return UNAUTHORIZED
            received.user = user
            return await self._handled(target.match, exchange.asked, received)
        except Refusal as refused:
            return refused.answer

    def _token(self, exchange: _Exchange) -> Answer:
        if exchange.request.method != "POST":
            return NOT_FOUND
        fields = {name: values[0] for name, values in exchange.received.fields.items()}
        given = {**exchange.received.query, **fields}
        grant_type = given.get("grant_type", "")
        self._calls.keep_arguments(exchange.call, {"grant_type": grant_type}, len(grant_type))
        answer = self._platform.tokens.token(given)
        if answer.status < FIRST_ERROR:
            self._calls.counts.note_grant(grant_type)
        return answer

    async def _handled(self, match: Match, asked: _Asked, received: ReceivedCall) -> Answer:
        await self._platform.jobs.catch_up()
        if "list_id" in match.path:
            self._platform.lists.require(match.path["list_id"])
        if match.path.get("account_id", str(self._platform.settings.account_id)) != str(
            self._platform.settings.account_id
        ):
            raise Refusal(FORBIDDEN)
        if isinstance(asked.given, Refusal):
            raise asked.given
        namespace, _, method = asked.route.name.partition(".")
        handler = HANDLERS[namespace](self._platform, received)
        reply: Any = getattr(handler, method)(**asked.given)
        if inspect.isawaitable(reply):
            reply = await reply
        answer = reply if isinstance(reply, Answer) else Answer(reply)
        if isinstance(answer.body, Stream):
            return evolve(answer, body=Stream(self._platform.until_reset(answer.body.chunks)))
        return answer

    def _asked(self, match: Match, exchange: _Exchange) -> _Asked:
        """What a call asks for, which is noted also where it will not be carried out; but not what is malformed."""
        call, received = exchange.call, exchange.received
        route = match.choose(received)
        call.route = route.name
        try:
            given = arguments(route, match.path, received)
        except Refusal as refused:
            return _Asked(route, refused)
        self._calls.keep_arguments(call, described(given, received), size_of_arguments(call, received))
        return _Asked(route, given)
