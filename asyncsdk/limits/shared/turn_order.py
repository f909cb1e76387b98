"""Turn order: whose turn it is among the processes of an account.

Lanes are served as in one process: logins and refreshes first, then interactive calls, with a reserve for the
others. In one lane processes take turns, one call each.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from attrs import define, field

from asyncsdk.limits.shared.account_state import AccountState, Member, WaitingProcess
from asyncsdk.limits.shared.turns import LANES, NOBODY

__all__ = ["Turns", "allot", "note_waiting", "remember_wait"]

HORIZON: Final = 200
"""Turns beyond those that are free now that are looked ahead."""

_ALWAYS_FIRST: Final = 2
"""Lanes below this number are never passed over: logins and refreshes."""

_Line: TypeAlias = list[tuple[str, int]]
"""The processes that wait in a lane, and how many calls of each."""


@define
class Turns:
    """Turns of one request."""

    left: list[int]
    """How many calls of each lane still wait for a turn, as far as they may have one."""

    granted: list[int] = field(factory=lambda: list[int]())
    """The lane of each call that may be sent now."""

    next: int = HORIZON
    """Which turn is the process's next one, counted from the first that was free."""


def allot(state: AccountState, process: str, wanted: Sequence[int], most: int, free: int, reserve: int) -> Turns:
    """Give the free places to whose turn it is; the process that asks takes its own, the others' are kept for them.

    Args:
        state: the account's state; how often its lanes were passed over changes.
        process: which asks.
        wanted: how many turns in each lane.
        most: how many in all, as far as budgets and the process's own share allow.
        free: places that are free now.
        reserve: a lane that waits gets every so many places at least.
    """
    open_calls = min(sum(wanted), most)
    if open_calls <= 0:
        return Turns(list(NOBODY))
    if not state.waiting and sum(wanted) <= min(most, free):  # there is no order to keep
        return Turns(list(NOBODY), [lane for lane, count in enumerate(wanted) for _ in range(count)])
    turns = Turns(list(wanted))
    lanes = _line_up(state, process, wanted)
    skipped = list(state.skipped)
    for number in range(1, max(0, free) + HORIZON):
        waiting = [lane for lane, line in enumerate(lanes) if line]
        lane = _next_lane(waiting, skipped, reserve)
        whose, count = lanes[lane].pop(0)
        if count > 1:
            lanes[lane].append((whose, count - 1))
        if whose == process:
            if number > free:
                turns.next = number
                break
            turns.granted.append(lane)
            turns.left[lane] -= 1
            _count_turn(state.skipped, waiting, lane)
            open_calls -= 1
            if not open_calls:
                break
        _count_turn(skipped, waiting, lane)
    rest = most - len(turns.granted)
    turns.left = [min(count, rest) for count in turns.left]
    return turns


def remember_wait(state: AccountState, process: str, turns: Turns, due: float) -> None:
    """Keep the place of a process in each lane until it asks again; where it had a turn, behind the others.

    Args:
        state: the account's state.
        process: which asks.
        turns: what it got.
        due: when it asks again.
    """
    if not state.waiting and not any(turns.left):
        return
    orders = {each.lane: each.order for each in state.waiting if each.process == process}
    state.waiting = [each for each in state.waiting if each.process != process]
    for lane, count in enumerate(turns.left):
        if count:
            order = orders.get(lane)
            if order is None or lane in turns.granted:
                state.order = order = state.order + 1
            state.waiting.append(WaitingProcess(process, lane, order, count, due))


def note_waiting(member: Member, wanted: Sequence[int], turns: Turns, due: float | None) -> None:
    """Note which calls of a process wait, for those who look at the account.

    Args:
        member: the process.
        wanted: how many in each lane, as far as budgets allow; the others are refused.
        turns: what it got.
        due: when it asks again; None if none of its calls waits.
    """
    member.due = due or 0.0
    member.waiting = NOBODY
    if due is not None:
        member.waiting = [count - turns.granted.count(lane) for lane, count in enumerate(wanted)]


def _line_up(state: AccountState, process: str, wanted: Sequence[int]) -> list[_Line]:
    """The processes that wait in each lane, first come first; the one that asks joins those that it wants."""
    lanes: list[_Line] = [[] for _ in LANES]
    joins = list(wanted)
    for each in sorted(state.waiting, key=_order):
        if each.process != process:
            lanes[each.lane].append((each.process, each.count))
        elif joins[each.lane]:
            lanes[each.lane].append((process, joins[each.lane]))
            joins[each.lane] = 0
    for lane, count in enumerate(joins):
        if count:
            lanes[lane].append((process, count))
    return lanes


def _order(waiting: WaitingProcess) -> int:
    return waiting.order


def _next_lane(waiting: list[int], skipped: list[int], reserve: int) -> int:
    """The lane that is served next, of those in which somebody waits."""
    first = waiting[0]
    if first < _ALWAYS_FIRST:
        return first
    neglected = max(waiting, key=lambda lane: skipped[lane - _ALWAYS_FIRST])
    return neglected if skipped[neglected - _ALWAYS_FIRST] >= reserve - 1 else first


def _count_turn(skipped: list[int], waiting: list[int], lane: int) -> None:
    """Note that a lane had a turn, and the others that wait had none."""
    if lane < _ALWAYS_FIRST:
        return
    for each in waiting:
        skipped[each - _ALWAYS_FIRST] = 0 if each == lane else skipped[each - _ALWAYS_FIRST] + 1
