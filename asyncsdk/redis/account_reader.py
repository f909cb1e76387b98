"""Account reader: looks at the limits that Redis keeps for an account; takes no place, and changes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final, cast

from asyncsdk.errors import StoreFailed
from asyncsdk.limits.policy import Limits
from asyncsdk.limits.shared.account_state import AccountState, MinuteCounts
from asyncsdk.limits.shared.account_view import AccountView, view
from asyncsdk.limits.shared.state_codec import DamagedState, decode_state
from asyncsdk.redis.account_keys import account_key, account_of
from asyncsdk.redis.redis_errors import REDIS_ERRORS, is_away, reason
from asyncsdk.redis.script import RedisClient, Script, request
from asyncsdk.redis.server_check import failure_of

__all__ = ["MOST_ACCOUNTS", "read_view", "search_accounts"]

MOST_ACCOUNTS: Final = 100
"""Accounts that are searched for at the most."""

AT_ONCE: Final = 1_000
"""Keys that Redis looks at in one request: it is busy for less than a millisecond."""

_LAST_SECOND: Final = 10**11
_DIGITS: Final = 16

_LOOK: Final = Script("""
local state, calls = redis.call('GET', KEYS[1]), redis.call('HGETALL', KEYS[2])
if state and #state > 4194304 then state = 'damaged' end
if #calls > 20000 then calls = {} end
return {state, calls, redis.call('TIME')}
""")
"""The state and the day's calls at one moment, and the clock that they go by."""


async def read_view(redis: RedisClient, place: str, account: str, limits: Limits) -> AccountView | None:
    """The view of an account's limits; None if Redis keeps none: nobody has used the account in the last day.

    Args:
        redis: the client.
        place: where it is, for messages.
        account: the name of the account, which was checked.
        limits: what the account is allowed.

    Raises:
        FleetUnavailable: Redis does not answer.
        StoreFailed: it refuses, or what it keeps is damaged.
    """
    keys = account_key(account, "limits"), account_key(account, "calls")
    try:
        kept, calls, time = cast("Sequence[object]", await _LOOK.run(redis, keys, ()))
        seconds, micros = (_number(each) for each in cast("Sequence[object]", time))
        if kept is None:
            return None
        state, base = _state_of(_text(kept), cast("Sequence[object]", calls))
    except DamagedState:
        raise StoreFailed(
            f"The limits of account {account} in Redis at {place} are damaged. The next process that uses them"
            " begins them anew."
        ) from None
    except (*REDIS_ERRORS, TypeError) as error:
        raise failure_of(error, place) from None
    wall = seconds + micros / 1e6
    return view(state, wall - base, wall, limits)


async def search_accounts(redis: RedisClient, place: str) -> Sequence[str]:
    """The names of accounts that Redis keeps limits of, in their order; at most ``MOST_ACCOUNTS``.

    Raises:
        FleetUnavailable: Redis does not answer.
        StoreFailed: it refuses.
    """
    found: set[str] = set()
    cursor: object = 0
    try:
        while True:
            command = ("SCAN", _text(cursor), "MATCH", account_key("*", "limits"), "COUNT", AT_ONCE)
            cursor, keys = cast("tuple[object, Sequence[object]]", await request(redis, *command))
            names = (account_of(_text(key), "limits") for key in keys)
            found.update(name for name in names if name is not None)
            if _text(cursor) == "0" or len(found) >= MOST_ACCOUNTS:
                return sorted(found)[:MOST_ACCOUNTS]
    except (*REDIS_ERRORS, TypeError) as error:
        if is_away(error):
            raise failure_of(error, place) from None
        raise StoreFailed(
            f"Redis at {place} does not let accounts be searched for: {reason(error)}. Allow the user +scan, or"
            " name the account."
        ) from None


def _state_of(kept: str, calls: Sequence[object]) -> tuple[AccountState, float]:
    """The state, with times of day where it has them, and the time of day at which its clock was 0.

    Raises:
        DamagedState: it is none.
    """
    state = decode_state(kept.encode(), MinuteCounts())
    base: object = json.loads(kept).get("base")
    if not isinstance(base, int) or not 0 <= base < _LAST_SECOND:
        raise DamagedState
    state.day = MinuteCounts()
    numbers = [_number(each) for each in calls]
    state.day.raise_to(dict(zip(numbers[::2], numbers[1::2], strict=True)))
    for login in state.logins:
        login.time += base
    return state, base


def _number(value: object) -> int:
    """A whole number, as Redis tells it; 0 for what is none."""
    text = _text(value)
    return int(text) if text.isdecimal() and len(text) < _DIGITS else 0


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
