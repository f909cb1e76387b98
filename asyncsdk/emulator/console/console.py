"""Console: takes every request for the page and for its JSON."""

from __future__ import annotations

import asyncio
import inspect
import logging
import sqlite3
from collections.abc import Collection, Mapping

from aiohttp import web

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.api import ENDPOINTS
from asyncsdk.emulator.console.assets_reader import asset
from asyncsdk.emulator.console.endpoint import find
from asyncsdk.emulator.console.guards import check_host, check_site
from asyncsdk.emulator.console.json_fields import check_names, object_or_none
from asyncsdk.emulator.console.messages import MOST_BYTES, ConsoleError, ConsoleRequest, error_answer, json_answer
from asyncsdk.emulator.console.security_headers import SECURITY_HEADERS
from asyncsdk.emulator.console.streams import Streams
from asyncsdk.emulator.http.json_reader import read_json
from asyncsdk.emulator.http.responses import Refusal
from asyncsdk.emulator.server.listener import CONSOLE_PATH
from asyncsdk.emulator.validators import InvalidArgument
from asyncsdk.http.messages import Json

__all__ = ["Console"]

logger: logging.Logger = logging.getLogger("asyncsdk.emulator.console")


class Console:
    """Answers requests for ``/`` and below ``/_emulator``; none of them counts as a call.

    Args:
        account: the account that it shows and changes.
        stopping: set when the server stops, so that no stream goes on any longer.
        hosts: names in lower case, besides ``localhost``, under which it may be asked for.
    """

    def __init__(self, account: EmulatedAccount, stopping: asyncio.Event, hosts: Collection[str] = ()) -> None:
        self._account = account
        self.streams: Streams = Streams(stopping)
        """The streams that are open."""

        self._hosts = frozenset(hosts)

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
        except (ConnectionError, web.RequestPayloadError):
            answer = error_answer(400, "The request ended too early.")
        except sqlite3.Error as error:  # the disk is full, or the file can no longer be written
            answer = error_answer(500, f"The emulator's database has failed: {error}.")
        except Exception:
            logger.exception("%s %s has failed.", request.method, request.path)
            answer = error_answer(500, "The console has a defect; the emulator's log tells more.")
        if not answer.prepared:
            for name, value in SECURITY_HEADERS.items():
                answer.headers.setdefault(name, value)
        return answer

    async def _answered(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.rel_url.raw_path
        found = asset(path)
        endpoints = {} if found is not None else find(ENDPOINTS, path.removeprefix(CONSOLE_PATH))
        if found is None and not endpoints:
            raise ConsoleError(404, f"There is nothing at {path[:200]}; {CONSOLE_PATH}/endpoints lists all.")
        method = "GET" if request.method == "HEAD" else request.method
        if found is not None and method == "GET":
            return found
        if method not in endpoints:
            return _other_method(request.method, path, endpoints or ("GET",))
        endpoint, values = endpoints[method]
        check_names(request.query, endpoint.query, f"The query of {endpoint.method} {endpoint.path}")
        query = {name: _whole_characters(value) for name, value in request.query.items()}
        read = ConsoleRequest(values, query, await _body(request), request, self.streams)
        reply = endpoint.function(self._account, read)
        if inspect.isawaitable(reply):
            reply = await reply
        return reply if isinstance(reply, web.StreamResponse) else json_answer(reply)


def _other_method(method: str, path: str, methods: Collection[str]) -> web.Response:
    """The answer to a method that a path does not take; ``OPTIONS`` tells those that it takes, and nothing else.

    There is no CORS header on any answer: a browser that asks before it sends gets no permission.
    """
    allowed = ", ".join(sorted({*methods, "OPTIONS", *(("HEAD",) if "GET" in methods else ())}))
    if method == "OPTIONS":
        return web.Response(status=204, headers={"Allow": allowed})
    answer = error_answer(405, f"{path[:200]} takes {allowed}.")
    answer.headers["Allow"] = allowed
    return answer


def _whole_characters(text: str) -> str:
    """The text without halves of characters, which no database takes."""
    return text.encode("utf-8", "replace").decode()


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
        value = object_or_none(read_json(bytes(content)))
    except ValueError:
        raise ConsoleError(400, "The body is not JSON, or holds a number or a character that cannot be.") from None
    if value is None:
        raise ConsoleError(400, "The body is a JSON object.")
    return value
