"""Lone coordinator: decides for one process while Redis is away, by the same law, over the places it has alone.

With each reply Redis deals places of the account out to the living processes, so that all of them together never
have more than there are. As long as Redis is away, nobody deals them out again; so they are used for as long as
that lasts, also beyond the time for which Redis keeps them for the process. If only this process cannot reach
Redis, its calls come on top of the others'. So a 429, which processes that are alone do not cause, makes it stop
for a while.

It gives no logins: two processes that log in make each other's token invalid.
"""

from __future__ import annotations

from math import inf
from typing import Final

from attrs import evolve

from asyncsdk.limits.quota import QuotaUsage
from asyncsdk.limits.shared.account_state import AccountState
from asyncsdk.limits.shared.decision import decide
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turns import TurnReply, TurnRequest

__all__ = ["LoneCoordinator"]

PAUSE: Final = 10.0
"""Seconds for which a process that is alone makes no calls after a 429, at the least."""

LATER: Final = 1.0
"""Seconds until it is asked again for what it gives to nobody."""


class LoneCoordinator:
    """Coordinator of one process.

    Args:
        last: the last reply of Redis, with the places.
        counted: what the process has counted.
        rules: the constants of the law.
        now: the time.
    """

    def __init__(self, last: TurnReply, counted: QuotaUsage, rules: Rules, now: float) -> None:
        self._last = last
        self._counted = counted
        self._before = counted.known().calls
        self._rules = rules
        self._state = AccountState(
            "alone",
            now,
            now,
            last.margin,
            shortest=last.shortest or 60.0,
            samples=rules.samples if last.shortest else 0,
        )
        self._paused_until = -inf

    def decide(self, request: TurnRequest, now: float, wall: float) -> TurnReply:
        """Carry out a request as Redis would, but over the places that the process has alone.

        Args:
            request: the request; its promise is the law's own.
            now: the time.
            wall: the time of day.
        """
        last, throttled = self._last, request.throttled
        if throttled is not None:
            self._paused_until = max(self._paused_until, now + throttled)
            throttled = max(PAUSE, throttled)
        left = max(0, request.calls_per_day - last.calls_made)
        reply = decide(
            self._state,
            evolve(
                request,
                epoch=self._state.epoch,
                places=last.spare,
                calls_per_day=left * last.spare // max(1, last.places),
                logins_per_hour=0,
                throttled=throttled,
                clock=None,
                calls={},
                logins=(),
            ),
            now,
            wall,
            self._rules,
        )
        return evolve(
            reply,
            epoch=last.epoch,
            clock=last.clock,
            ask_in=LATER if reply.ask_in is None and any(request.want) else reply.ask_in,
            calls_made=last.calls_made + reply.calls_made,
            calls_reset_in=last.calls_reset_in,
            logins_made=last.logins_made,
            logins_reset_in=last.logins_reset_in,
            processes=last.processes,
            spare=last.spare,
        )

    def calls(self) -> dict[int, int]:
        """The calls that the process has made alone, by minute."""
        made = {m: n - self._before.get(m, 0) for m, n in self._counted.known().calls.items()}
        return {minute: number for minute, number in made.items() if number > 0}

    def pause_left(self, now: float) -> float | None:
        """Seconds for which the server has asked to wait, and that are not over; None: there are none."""
        return self._paused_until - now if now < self._paused_until else None
