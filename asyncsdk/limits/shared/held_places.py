"""Held places: what the reports of a process change in them, and when they are free."""

from __future__ import annotations

from math import ceil
from typing import Final

from asyncsdk.limits.shared.account_state import AccountState, Hold
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turns import TurnRequest

__all__ = ["apply_reports", "free_at", "merge_ended"]

FINE: Final = 64
"""Places from which on holds are counted together, where they end within the same hundredth of a period."""


def apply_reports(state: AccountState, request: TurnRequest, now: float, period: float, rules: Rules) -> None:
    """Note what became of a process's calls; those of a reply that was lost were never sent.

    Args:
        state: the account's state.
        request: with the reports.
        now: the coordinator's clock.
        period: of the process and the account, the longer one.
        rules: the constants.
    """
    own = {hold.number: hold for hold in state.holds if hold.process == request.process and not hold.landed}
    latest = now + rules.longest_promise + rules.opening
    for report in request.reports:
        if report.landed and state.margin > rules.narrowest:
            state.margin = max(rules.narrowest, state.margin * rules.narrowing)
        if (hold := own.get(report.number)) is not None:
            arrived = min(now - report.arrived_ago, latest)
            hold.free_at = arrived + period + state.margin
            hold.landed = report.landed
            if report.used is not None:
                used = min(hold.count, max(0, report.used))
                state.day.add(hold.minute, used - hold.count)
                hold.count = used
            hold.earliest = max(hold.earliest, min(now, arrived - rules.travel) + period + state.margin)
    for number, hold in own.items():
        if number > request.number or number in request.released:
            _uncount(state, hold)
            hold.free_at = now
    state.holds = [hold for hold in state.holds if hold.free_at > now]


def free_at(hold: Hold, now: float) -> float:
    """When a place is free: at the latest, or at the earliest while that is to come and its call is under way."""
    return hold.free_at if hold.landed or hold.earliest <= now else hold.earliest


def merge_ended(state: AccountState, places: int, period: float) -> None:
    """Count holds of calls that are over together, where they end at nearly the same time, if there may be many."""
    if places <= FINE:
        return
    step = period / 100
    merged: dict[tuple[str, int], Hold] = {}
    kept: list[Hold] = []
    for hold in state.holds:
        if not hold.landed:
            kept.append(hold)
            continue
        key = (hold.process, ceil(hold.free_at / step))
        if (other := merged.get(key)) is not None:
            other.count += hold.count
        else:
            merged[key] = Hold(hold.process, 0, key[1] * step, 0.0, landed=True, count=hold.count)
    state.holds = [*kept, *merged.values()]


def _uncount(state: AccountState, hold: Hold) -> None:
    state.day.add(hold.minute, -hold.count)
    if hold.login is not None:
        state.logins = [each for each in state.logins if (each.process, each.number) != (hold.process, hold.number)]
