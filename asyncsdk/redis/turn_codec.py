"""Turn codec: requests for turns, the constants and replies as JSON, for the script in Redis."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, Final, cast

from attrs import asdict

from asyncsdk.limits.shared import closing, decision, held_places, turn_order
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.state_codec import LONGEST_NAME, entries_of
from asyncsdk.limits.shared.turns import LANES, Grant, TurnReply, TurnRequest
from asyncsdk.limits.tally import DAY

__all__ = ["UnreadableReply", "decode_reply", "encode_request", "encode_rules"]

LONGEST: Final = 1 << 20
"""Bytes of a reply that are read."""


class UnreadableReply(ValueError):
    """What Redis answered is no reply of the script."""


def encode_rules(rules: Rules) -> str:
    """The constants of the law, which are written once, in Python."""
    others = {
        "forward": closing.FORWARD,
        "back": closing.BACK,
        "same": closing.SAME,
        "fine": held_places.FINE,
        "horizon": turn_order.HORIZON,
        "soon": decision.SOON,
        "unreported_travel": rules.unreported_travel,
    }
    return _dumps(asdict(rules) | others)


def encode_request(request: TurnRequest) -> str:
    """A request."""
    return _dumps(
        {
            "process": request.process,
            "epoch": request.epoch,
            "serial": request.serial,
            "number": request.number,
            "promise": request.promise,
            "spare": request.spare,
            "places": request.places,
            "period": request.period,
            "calls_per_day": request.calls_per_day,
            "logins_per_hour": request.logins_per_hour,
            "want": list(request.want),
            "reports": [(each.number, _within_a_day(each.arrived_ago), each.landed) for each in request.reports],
            "released": list(request.released),
            "throttled": None if request.throttled is None else _within_a_day(request.throttled),
            "samples": request.samples,
            "shortest": request.shortest,
            "clock": request.clock,
            "since": request.since,
            "calls": list(request.calls.items()),
            "logins": list(request.logins),
            "told_since": request.told_since,
            "alone_for": request.alone_for,
            "leaving": request.leaving,
        }
    )


def decode_reply(answer: object) -> TurnReply:
    """Read a reply.

    Raises:
        UnreadableReply: it is none.
    """
    if not isinstance(answer, (bytes, str)) or len(answer) > LONGEST:
        raise UnreadableReply("it is no text of a reply's length")
    try:
        kept = cast("dict[str, Any]", json.loads(answer))
        return TurnReply(
            epoch=_text(kept["epoch"]),
            clock=_number(kept["clock"]),
            grants=[_grant(each) for each in entries_of(kept["grants"])],
            ask_in=None if kept["ask_in"] is None else _number(kept["ask_in"]),
            calls_made=_whole(kept["calls_made"]),
            calls_reset_in=_number(kept["calls_reset_in"]),
            logins_made=_whole(kept["logins_made"]),
            logins_reset_in=_number(kept["logins_reset_in"]),
            paused=_number(kept["paused"]),
            processes=_whole(kept["processes"]),
            spare=_whole(kept["spare"]),
            margin=_number(kept["margin"]),
            shortest=_number(kept["shortest"]),
            waiting=_counts(kept["waiting"]),
            rivals=_counts(kept["rivals"]),
            places=max(1, _whole(kept["places"])),
            period=_number(kept["period"]),
        )
    except (ArithmeticError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise UnreadableReply("a part of it is missing or of another kind") from error


def _within_a_day(seconds: float) -> float:
    """A time that the script takes; a longer pause is told again when that is over."""
    return max(-DAY, min(DAY, seconds))


def _grant(kept: Any) -> Grant:
    number, lane, minute, login = kept
    if lane not in range(len(LANES)):
        raise ValueError
    return Grant(_whole(number), _whole(lane), _whole(minute), None if login is None else _number(login))


def _counts(kept: Any) -> list[int]:
    counts = [_whole(each) for each in entries_of(kept)]
    if len(counts) != len(LANES):
        raise ValueError
    return counts


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ValueError
    return float(value)


def _whole(value: Any) -> int:
    number = _number(value)
    if not number.is_integer() or not 0 <= number < 2**53:
        raise ValueError
    return int(number)


_dumps: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
