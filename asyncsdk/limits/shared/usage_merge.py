"""Usage merge: what a store knows of calls, logins and pauses, brought into an account's state.

Most of what a store counts, the state counts already. A store knows more after a reboot, when the state's file was
lost, and of sessions that count for themselves: those of older versions, and those with a limiter of their own.
"""

from __future__ import annotations

from typing import Final

from asyncsdk.limits.shared.account_state import AccountState, Hold, LoginRecord
from asyncsdk.limits.tally import DAY, HOUR, MINUTE, SKEW, Tally

__all__ = ["merge_usage"]

SETTLED: Final = 2
"""Minutes after which the store has been told as well which calls were never sent."""

OUTSIDER: Final = "session with a limiter of its own"


def merge_usage(
    state: AccountState, kept: Tally, now: float, wall: float, period: float, *, is_new: bool = False
) -> None:
    """Count in a state what a store knows, once.

    Args:
        state: the account's state.
        kept: what the store keeps, by the time of day.
        now: the coordinator's clock.
        wall: the time of day there.
        period: seconds in which the account's places are counted.
        is_new: whether the state counts nothing of it yet.
    """
    minute = int(wall // MINUTE)
    state.begin_minute(minute)
    outsiders = [time for time in kept.arrivals if wall - SETTLED * MINUTE < time <= wall + SKEW]
    first = minute - round(DAY / MINUTE)
    last = minute + round(SKEW / MINUTE) if outsiders or is_new else minute - SETTLED
    state.day.raise_to({m: n for m, n in kept.calls.items() if first <= m <= last})
    _merge_logins(state, kept, wall)
    _merge_arrivals(state, outsiders, now - wall, period)
    if kept.pause is not None and kept.pause[0] <= wall + SKEW and wall < kept.pause[1]:
        state.closed_until = max(state.closed_until, now + kept.pause[1] - wall)


def _merge_logins(state: AccountState, kept: Tally, wall: float) -> None:
    if not kept.logins and not kept.withdrawn:
        return
    known = {each.time for each in state.logins}
    state.logins = [each for each in state.logins if each.time not in kept.withdrawn]
    state.logins += [
        LoginRecord(time)
        for time in kept.logins
        if time not in known and time not in kept.withdrawn and wall - HOUR < time <= wall + SKEW
    ]


def _merge_arrivals(state: AccountState, arrivals: list[float], offset: float, period: float) -> None:
    """Hold a place for each call of the last period of which only the store was told, by its time of day."""
    now = state.clock
    known = {hold.number for hold in state.holds if hold.process == OUTSIDER}
    for arrival in arrivals:
        free_at = arrival + offset + period + state.margin
        number = round(arrival * 1e6)
        if number not in known and free_at > now:
            state.holds.append(Hold(OUTSIDER, number, free_at, free_at, landed=True))
