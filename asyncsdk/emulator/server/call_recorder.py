"""Call recorder: writes down what is known of a request, of its arguments and of its answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from aiohttp import web

from asyncsdk.emulator.http.recorded_body import RecordedBody
from asyncsdk.emulator.http.request import ReceivedCall
from asyncsdk.emulator.server.call import Call

__all__ = ["described", "new_call", "record_answer", "size_of_arguments"]

UNSAID: Final = frozenset({"authorization", "cookie", "proxy-authorization"})
"""Headers whose values are secrets."""

TAIL: Final = 4
SHORTEST_TOKEN: Final = 12
"""Of a shorter one, not even the end is told."""


def new_call(request: web.BaseRequest, now: float, *, new_connection: bool) -> Call:
    """The entry of a request that has arrived."""
    headers = {key: "" if key.lower() in UNSAID else value for key, value in request.headers.items()}
    url = request.rel_url
    return Call(
        now,
        request.method,
        url.raw_path,
        dict(request.query),
        headers,
        new_connection,
        token=_tail(request.headers.get("Authorization", "")),
        query_text=url.raw_query_string,
    )


def _tail(authorization: str) -> str | None:
    scheme, _, value = authorization.partition(" ")
    token = value.strip()
    return token[-TAIL:] if scheme.lower() == "bearer" and len(token) >= SHORTEST_TOKEN else None


def described(arguments: Mapping[str, object], received: ReceivedCall) -> dict[str, object]:
    """Arguments as the log keeps them: copies, so that what a handler does to them is not seen, and files told."""
    files = {received.files[file.part]: file for file in received.body.files if file.part in received.files}
    return {name: _copied(value, files) for name, value in arguments.items()}


def _copied(value: object, files: Mapping[Path, object]) -> object:
    if isinstance(value, Path):
        return files.get(value, value.name)
    if isinstance(value, dict):
        return {name: _copied(each, files) for name, each in cast("dict[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_copied(each, files) for each in cast("Sequence[object]", value)]
    return value


def size_of_arguments(call: Call, received: ReceivedCall) -> int:
    """About how many bytes a call's arguments have; of a file only what is kept of it."""
    kept = sum(sum(map(len, file.lines)) for file in received.body.files)
    whole = received.body.length - sum(file.length for file in received.body.files)
    return len(call.path) + len(call.query_text) + whole + kept


def record_answer(call: Call, headers: Mapping[str, str]) -> RecordedBody:
    """Note an answer's headers; its body is added to what is given back while it is sent."""
    body = RecordedBody(headers.get("Content-Type", ""))
    if call.body is not None:
        call.answer_headers = dict(headers)
        call.answer_body = body
    return body
