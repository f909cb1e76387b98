"""State codec: an account's state as JSON, as a file and Redis keep it; the day's minutes are kept beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import isfinite
from typing import Any, Final, TypeVar, cast

from asyncsdk.limits.shared.account_state import (
    AccountState,
    DayCount,
    Hold,
    LoginRecord,
    Member,
    WaitingProcess,
)

__all__ = ["DamagedState", "decode_state", "encode_state"]

T = TypeVar("T")

MOST: Final = 10_000
"""The most entries of each kind that are read."""

_SKIPPABLE: Final = 3


class DamagedState(Exception):
    """What was kept cannot be a state."""


def encode_state(state: AccountState) -> bytes:
    """The state as JSON."""
    return _dumps(
        {
            "epoch": state.epoch,
            "created": state.created,
            "clock": state.clock,
            "margin": state.margin,
            "closed_until": state.closed_until,
            "shortest": state.shortest,
            "samples": state.samples,
            "order": state.order,
            "minute": state.minute,
            "day": (state.day.first, state.day.none_before, state.day.made),
            "skipped": state.skipped,
            "holds": [
                (h.process, h.number, h.free_at, h.earliest, h.landed, h.count, h.minute, h.login)
                for h in state.holds
            ],
            "waiting": [(w.process, w.lane, w.order, w.count, w.due) for w in state.waiting],
            "members": {
                name: (m.seen, m.places, m.period, m.spare, m.number, m.serial) for name, m in state.members.items()
            },
            "logins": [(each.time, each.process, each.number) for each in state.logins],
        }
    ).encode()


def decode_state(text: bytes, day: DayCount) -> AccountState:
    """Read a state.

    Args:
        text: its JSON.
        day: the count of the day's calls, which is kept beside it.

    Raises:
        DamagedState: it is none.
    """
    try:
        kept = cast("dict[str, Any]", json.loads(text))
        day.first, day.none_before, day.made = (_whole(each) for each in kept["day"])
        state = AccountState(
            epoch=_text(kept["epoch"]),
            created=_number(kept["created"]),
            clock=_number(kept["clock"]),
            margin=_number(kept["margin"]),
            closed_until=_number(kept["closed_until"]),
            shortest=_number(kept["shortest"]),
            samples=_whole(kept["samples"]),
            order=_whole(kept["order"]),
            minute=_whole(kept["minute"]),
            skipped=[_whole(each) for each in kept["skipped"]],
            holds=_list(kept["holds"], _hold),
            waiting=_list(kept["waiting"], _waiting),
            members=_members(kept["members"]),
            logins=_list(kept["logins"], _login),
            day=day,
        )
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        raise DamagedState from error
    if len(state.skipped) != _SKIPPABLE:
        raise DamagedState
    return state


def _hold(kept: Any) -> Hold:
    process, number, free_at, earliest, landed, count, minute, login = kept
    return Hold(
        _text(process),
        _whole(number),
        _number(free_at),
        _number(earliest),
        bool(landed),
        _whole(count),
        _whole(minute),
        None if login is None else _number(login),
    )


def _waiting(kept: Any) -> WaitingProcess:
    process, lane, order, count, due = kept
    if lane not in range(5):
        raise ValueError
    return WaitingProcess(_text(process), _whole(lane), _whole(order), _whole(count), _number(due))


def _login(kept: Any) -> LoginRecord:
    time, process, number = kept
    return LoginRecord(_number(time), _text(process), _whole(number))


def _members(kept: Any) -> dict[str, Member]:
    members: dict[str, Member] = {}
    for name, (seen, places, period, *others) in dict(kept).items() if kept else ():
        spare, number, serial = (_whole(each) for each in others)
        members[_text(name)] = Member(_number(seen), _whole(places), _number(period), spare, number, serial)
    if len(members) > MOST or any(each.period <= 0 or each.places < 1 for each in members.values()):
        raise ValueError
    return members


def _list(kept: Any, one: Callable[[Any], T]) -> list[T]:
    if not kept:  # Redis writes an empty list as an object
        return []
    if not isinstance(kept, list) or len(cast("list[Any]", kept)) > MOST:
        raise ValueError
    return [one(each) for each in cast("list[Any]", kept)]


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 200:
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
