"""Closing: no call is let through for a while, because calls may be under way that the state does not know of.

That is so after the coordinator has forgotten something, after its clock has jumped, and after processes went on
without it.
"""

from __future__ import annotations

from math import inf
from typing import Final

from asyncsdk.limits.shared.account_state import AccountState
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turns import TurnRequest

__all__ = ["close_until_known", "unknown_until"]

FORWARD: Final = 0.5
BACK: Final = 1.0
"""Seconds by which the clock must have jumped before that is believed."""

SAME: Final = 0.01


def close_until_known(state: AccountState, since: float, period: float, rules: Rules) -> None:
    """Close the account until all calls that nothing is known of are over, which were granted before ``since``."""
    over = since + rules.promise + rules.opening + period + state.margin
    state.closed_until = max(state.closed_until, over)


def unknown_until(state: AccountState, request: TurnRequest, now: float, rules: Rules) -> float:
    """The time until which calls were granted, or will be, that the state does not know of.

    It is minus infinity if all are known. What a clock that has jumped makes wrong in the state is put right.
    """
    unknown = now + min(request.alone_for, rules.lease) if request.alone_for > 0.0 else -inf
    if now < state.clock - BACK:
        state.holds, state.waiting, state.closed_until = [], [], 0.0
        state.created = min(state.created, now)
        _greet_all(state, now)
        return max(unknown, now)
    member = state.members.get(request.process)
    if request.epoch != state.epoch:
        if rules.has_one_clock and request.clock is not None and request.clock > state.created + BACK:
            return max(unknown, now)  # a copy of a state before the one that the process knows was brought back
        return max(unknown, state.created) if request.epoch else unknown
    if member is not None and request.number > member.number:
        return max(unknown, now)
    if request.clock is None:
        return unknown
    if request.clock > state.clock + SAME:  # an older state was brought back
        return max(unknown, now)
    # Who notices a jump puts the times of all members right; so the others see that it is known.
    if (
        member is not None
        and now - request.clock > request.since + FORWARD
        and abs(request.clock - member.seen) < SAME
    ):
        _greet_all(state, now)
        return max(unknown, now)
    return unknown


def _greet_all(state: AccountState, now: float) -> None:
    for member in state.members.values():
        member.seen = now
