"""Endpoints of the request log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeAlias

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.call_names import check_route
from asyncsdk.emulator.console.call_json import call_detail, call_json
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.json_fields import shown
from asyncsdk.emulator.console.messages import ConsoleError, ConsoleRequest, JsonObject
from asyncsdk.emulator.http.recorded_body import RecordedBody
from asyncsdk.emulator.server.request_log import Call
from asyncsdk.emulator.validators import InvalidArgument

__all__ = ["ENDPOINTS"]

PAGE = 100
GREATEST_PAGE = 1_000

Test: TypeAlias = Callable[[Call], bool]


def calls(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List the calls, the newest first; by route, status and text."""
    tests = list(_tests(request))
    before = request.number("before", 0, 2**62)
    count = request.number("count", PAGE, GREATEST_PAGE)
    found = [call for call in reversed(account.calls) if all(test(call) for test in tests)]
    page = islice((call for call in found if not before or call.number < before), count)
    plain = request.flag("plain")
    return {"total": len(found), "calls": [call_json(call, plain=plain) for call in page]}


def _tests(request: ConsoleRequest) -> Iterator[Test]:
    """What a call must be, by the query."""
    route = request.query.get("route", "")
    if route:
        check_route(route)
        yield lambda call: call.route == route
    status = request.query.get("status", "")
    if status:
        yield _status_test(status)
    text = request.query.get("text", "").casefold()
    if text:
        yield lambda call: _mentions(call, text)


def _status_test(status: str) -> Test:
    """A test by ``200``, ``2xx``, ``refused``, ``open`` or ``cut``."""
    if status == "refused":
        return lambda call: call.refused
    if status in {"open", "cut"}:
        return lambda call: call.state == status
    if len(status) == 3 and status[0] in "12345" and status[1:].casefold() == "xx":
        return lambda call: call.status is not None and call.status // 100 == int(status[0])
    if len(status) == 3 and status.isascii() and status.isdigit():
        return lambda call: call.status == int(status)
    raise InvalidArgument(f"status is a number such as 200, 2xx, refused, open or cut, not {shown(status)}.")


def _mentions(call: Call, text: str) -> bool:
    """Whether a text, in lower case, is in a call: in its name, address, client, token, faults or bodies."""
    head = (call.route, call.method, call.path, call.query_text, *call.query.values(), call.agent, call.token or "")
    if any(text in each.casefold() for each in (*head, *call.faults)):
        return True
    bodies = (call.body, call.answer_body)
    return any(text in each.casefold() for body in bodies if body is not None for each in _texts_in(body))


def _texts_in(body: RecordedBody) -> Iterator[str]:
    """All that is kept of a body."""
    yield body.text or ""
    for values in (body.fields or {}).values():
        yield from values
    for file in body.files:
        yield from (file.name, *file.lines)


def call(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Tell all of one call: headers, bodies and arguments."""
    number = request.path["number"]
    usable = number.isascii() and number.isdigit() and len(number) < 19
    found = account.calls.find(int(number)) if usable else None
    if found is None:
        raise ConsoleError(404, f"There is no call {shown(number)}, or it is no longer kept.")
    return call_detail(found, plain=request.flag("plain"))


def clear(account: EmulatedAccount, _: ConsoleRequest) -> JsonObject:
    """Forget all calls."""
    deleted = len(account.calls)
    account.calls.clear()
    return {"deleted": deleted}


ENDPOINTS = (
    Endpoint("GET", "/calls", calls, ("route", "status", "text", "before", "count", "plain")),
    Endpoint("DELETE", "/calls", clear),
    Endpoint("GET", "/calls/{number}", call, ("plain",)),
)
