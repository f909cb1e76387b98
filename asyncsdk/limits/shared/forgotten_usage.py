"""Forgotten usage: the calls and logins that a process tells a coordinator again which has forgotten them."""

from __future__ import annotations

from attrs import evolve

from asyncsdk import clock
from asyncsdk.limits.shared.turns import TurnRequest
from asyncsdk.limits.tally import MINUTE, Tally

__all__ = ["with_forgotten"]


def with_forgotten(request: TurnRequest, forgotten: Tally | None) -> TurnRequest:
    """The request, with what was forgotten, by its age: the clocks may differ."""
    if forgotten is None:
        return request
    wall = clock.wall()
    calls = {int(wall // MINUTE) - minute: number for minute, number in forgotten.calls.items() if number > 0}
    return evolve(request, calls=calls, logins=[wall - login for login in forgotten.logins])
