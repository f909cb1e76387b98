"""Usage merge: what a store knows of calls, logins and pauses, brought into an account's state."""

from __future__ import annotations

from asyncsdk.limits.shared.account_state import AccountState, LoginRecord
from asyncsdk.limits.tally import DAY, HOUR, MINUTE, SKEW, Tally

__all__ = ["merge_usage"]


def merge_usage(state: AccountState, kept: Tally, now: float, wall: float) -> None:
    """Count in a state what a store knows, once.

    Args:
        state: the account's state.
        kept: what the store keeps, by the time of day.
        now: the coordinator's clock.
        wall: the time of day there.
    """
    minute = int(wall // MINUTE)
    first, last = minute - round(DAY / MINUTE), minute + round(SKEW / MINUTE)
    if state.minute == 0:
        state.day.forget_before(first)
        state.minute = minute
    state.day.raise_to({m: n for m, n in kept.calls.items() if first <= m <= last})
    known = {each.time for each in state.logins}
    state.logins = [each for each in state.logins if each.time not in kept.withdrawn]
    state.logins += [
        LoginRecord(time)
        for time in kept.logins
        if time not in known and time not in kept.withdrawn and wall - HOUR < time <= wall + SKEW
    ]
    if kept.pause is not None and kept.pause[0] <= wall + SKEW and wall < kept.pause[1]:
        state.closed_until = max(state.closed_until, now + kept.pause[1] - wall)
