"""Console: takes every request for the page and for its JSON."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
from collections.abc import Collection, Mapping

from aiohttp import web

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.api import ENDPOINTS
from asyncsdk.emulator.console.assets_reader import asset
from asyncsdk.emulator.console.endpoint import find
from asyncsdk.emulator.console.guards import check_host, check_site
from asyncsdk.emulator.console.messages import MOST_BYTES, ConsoleError, ConsoleRequest, error_answer, json_answer
from asyncsdk.emulator.http.responses import Refusal
from asyncsdk.emulator.server.listener import CONSOLE_PATH
from asyncsdk.emulator.validators import InvalidArgument
from asyncsdk.http.messages import Json

__all__ = ["Console"]

logger: logging.Logger = logging.getLogger("asyncsdk.emulator.console")


HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer has, unless it says otherwise itself."""


class Console:
    """Answers requests for ``/`` and below ``/_emulator``; none of them counts as a call.

    Args:
        account: the account that it shows and changes.
        stopping: set when the server stops, so that no stream goes on any longer.
        hosts: names, besides ``localhost``, under which it may be asked for.
    """

    def __init__(self, account: EmulatedAccount, stopping: asyncio.Event, hosts: Collection[str] = ()) -> None:
        self._account = account
        self._stopping = stopping
        self._hosts = frozenset(host.lower() for host in hosts)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Deal with one request."""
        try:
            check_host(request, self._hosts)
            check_site(request)
            answer = await self._answered(request)
        except ConsoleError as error:
            answer = error_answer(error.status, error.sentence)
        except Refusal as refused:
            answer = error_answer(refused.answer.status, str(refused.answer.body))
        except InvalidArgument as error:
            answer = error_answer(400, str(error))
        if not answer.prepared:
            for name, value in HEADERS.items():
                answer.headers.setdefault(name, value)
        return answer

    async def _answered(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.rel_url.raw_path
        if request.method in {"GET", "HEAD"}:
            found = asset(path)
            if found is not None:
                return found
        endpoints = find(ENDPOINTS, path.removeprefix(CONSOLE_PATH))
        if not endpoints:
            raise ConsoleError(404, f"There is nothing at {path[:200]}; {CONSOLE_PATH}/endpoints lists all.")
        if request.method not in endpoints:
            raise ConsoleError(405, f"{path[:200]} takes {', '.join(sorted(endpoints))}.")
        endpoint, values = endpoints[request.method]
        read = ConsoleRequest(values, dict(request.query), await _body(request), request)
        reply = endpoint.function(self._account, read)
        if inspect.isawaitable(reply):
            reply = await reply
        return reply if isinstance(reply, web.StreamResponse) else json_answer(reply)


async def _body(request: web.BaseRequest) -> Mapping[str, Json]:
    """The JSON object that a request brings."""
    content = bytearray()
    async for chunk in request.content.iter_any():
        content += chunk
        if len(content) > MOST_BYTES:
            raise ConsoleError(413, f"A body has at most {MOST_BYTES:,} bytes.")
    if not content:
        return {}
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise ConsoleError(400, "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise ConsoleError(400, "The body is a JSON object.")
    return value
