"""Assertions on the request log: only calls that were carried out count; errors tell what was there instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from asyncsdk.emulator.server.call import Call
from asyncsdk.emulator.server.call_matching import CallPattern, Difference
from asyncsdk.emulator.validators import whole_number

__all__ = ["assert_calls"]

SHOWN_CALLS: Final = 5
SHOWN_CHARACTERS: Final = 200


def assert_calls(log: Sequence[Call], route: str, count: int, arguments: Mapping[str, object]) -> list[Call]:
    """The calls of a route with these arguments that were carried out, which must be so many.

    Raises:
        AssertionError: there are more or fewer.
        InvalidArgument: there is no such route or argument.
    """
    __tracebackhide__ = True
    whole_number("count", count, 0)
    pattern = CallPattern(route, arguments)
    of_route = [call for call in log if pattern.is_of_route(call)]
    done = [call for call in of_route if call.carried_out]
    forgotten = sum(call.arguments is None for call in done) if arguments else 0
    if forgotten:
        raise AssertionError(
            f"The log no longer keeps the arguments of {forgotten:,} of {len(done):,} calls of {route}, so that "
            "nothing can be said of them: clear it (calls.clear()) before what is to be looked at."
        )
    found = [call for call in done if not pattern.differences(call)]
    if len(found) != count:
        raise AssertionError("\n".join(_lines(log, pattern, count, of_route, found)))
    return found


def _lines(
    log: Sequence[Call], pattern: CallPattern, count: int, of_route: Sequence[Call], found: Sequence[Call]
) -> Iterator[str]:
    wanted = "no call" if count == 0 else f"{count} call{'s' * (count != 1)}"
    given = _told(pattern.arguments)
    what = "" if pattern.route == "any" else f" of {pattern.route}"
    yield f"Expected {wanted}{what}{f' with {given}' if given else ''} carried out; there {_were(len(found))}."
    yield from _section("Carried out as described", [_line(call) for call in _some(found)], len(found))
    if len(found) >= count:
        return
    others = [call for call in of_route if call.carried_out and pattern.differences(call)]
    others.sort(key=lambda call: (len(pattern.differences(call)), -call.number))
    told = [_different(call, pattern) for call in _some(others)]
    yield from _section("Carried out with other arguments, the nearest first", told, len(others))
    undone = [call for call in of_route if not call.carried_out]
    undone.sort(key=lambda call: (len(pattern.differences(call)), -call.number))
    told = [f"{_line(call)}\n      {_reason(call)}" for call in _some(undone)]
    yield from _section("Not carried out", told, len(undone))
    if not of_route:
        names = Counter(call.route or f"{call.method} {call.path}" for call in log)
        came = ", ".join(f"{name} ({number})" for name, number in names.most_common(SHOWN_CALLS))
        yield f"No call of it came at all. Calls that came: {came or 'none'}."


def _were(number: int) -> str:
    return "was none" if number == 0 else "was 1" if number == 1 else f"were {number}"


def _some(calls: Sequence[Call]) -> Sequence[Call]:
    return calls[:SHOWN_CALLS]


def _section(title: str, told: Sequence[str], total: int) -> Iterator[str]:
    if not told:
        return
    yield f"{title}:"
    for each in told:
        yield f"  {each}"
    if total > len(told):
        yield f"  ... and {total - len(told):,} more"


def _line(call: Call) -> str:
    name = call.route or f"{call.method} {call.path}"
    if call.arguments is None:
        return f"#{call.number} {name}, whose arguments are no longer kept"
    return f"#{call.number} {name}({_told(call.arguments)})"


def _different(call: Call, pattern: CallPattern) -> str:
    return "\n".join((_line(call), *(f"      {_difference(each)}" for each in pattern.differences(call))))


def _difference(difference: Difference) -> str:
    return f"{difference.name}: expected {_short(difference.expected)}, was {_short(difference.given)}"


def _told(arguments: Mapping[str, object]) -> str:
    return ", ".join(f"{name}={_short(value)}" for name, value in arguments.items())


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}... ({len(text):,} characters)"


def _reason(call: Call) -> str:
    """Why a call was not carried out."""
    faults = f" ({', '.join(call.faults)})" if call.faults else ""
    if call.state == "open":
        return f"not answered yet{faults}"
    if call.status is None:
        return f"the connection was cut{faults}"
    if call.refused:
        return f"{call.status}: it was over the limits"
    if "Reply" in call.faults:
        return f"{call.status}: a scripted answer{faults}"
    text = call.answer_body.text if call.answer_body is not None else None
    said = f": {text[:SHOWN_CHARACTERS]}" if text else ""
    return f"{call.status}{said}{faults}"
