"""Turn order: whose turn it is among the processes of an account, and when each is to ask again.

Lanes are served as in one process: logins and refreshes first, then interactive calls, with a reserve for the
others. In one lane processes take turns, one call each.
"""

from __future__ import annotations

from attrs import define, field

from asyncsdk.limits.shared.account_state import AccountState, Hold, WaitingProcess
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turns import LANES, TurnRequest

__all__ = ["Turns", "allot", "next_ask"]

HORIZON = 200
"""Turns beyond those that are free now that are looked ahead."""

_ALWAYS_FIRST = 2
"""Lanes below this number are never passed over: logins and refreshes."""


@define
class Turns:
    """Turns of one request."""

    granted: list[int] = field(factory=lambda: list[int]())
    """The lane of each call that may be sent now."""

    position: int | None = None
    """How many turns after the free ones the process's next one comes; None: not in sight, or not wanted."""

    open: int = 0
    """Calls that still wait, as far as the process's own share lets them."""


def allot(state: AccountState, request: TurnRequest, wanted: list[int], free: int, rules: Rules) -> Turns:
    """Give the free places to whose turn it is; the request's process takes its own, the others' are kept for them.

    Args:
        state: the account's state; its queue and what its lanes were passed over change.
        request: whose turns are wanted.
        wanted: how many in each lane, as far as budgets allow.
        free: places that are free now.
        rules: the constants.
    """
    lanes = _lanes_with(state, request.process, wanted)
    skipped = list(state.skipped)
    turns = Turns(open=sum(wanted))
    number = 0
    while number < free + HORIZON and turns.open:
        lane = _next_lane(lanes, skipped, rules.reserve)
        if lane is None:
            break
        number += 1
        process, count = lanes[lane].pop(0)
        if count > 1:
            lanes[lane].append((process, count - 1))
        if process != request.process:
            continue
        if number > free:
            turns.position = number - max(0, free)
            break
        turns.granted.append(lane)
        turns.open -= 1
        state.skipped = list(skipped)
        _after_turn(state, request.process, lane, wanted)
    return turns


def next_ask(state: AccountState, turns: Turns, now: float, places: int, length: float) -> float | None:
    """Seconds until the process asks again; None if none of its calls waits.

    A place under way is free at the earliest when its call can have been answered, and that has been reported;
    after that, when it is free at the latest.

    Args:
        state: the account's state.
        turns: what the request got.
        now: the coordinator's clock.
        places: of the account.
        length: seconds for which a call that is sent now holds its place.
    """
    if not turns.open:
        return None
    frees = sorted(_soonest(hold, now) for hold in state.holds for _ in range(min(hold.count, places)))
    behind = (turns.position if turns.position is not None else HORIZON) - 1
    rounds, index = divmod(behind, max(1, places))
    at = frees[index] if index < len(frees) else now
    return max(0.001, max(at, state.closed_until) + rounds * length - now)


def remember_wait(state: AccountState, process: str, wanted: list[int], due: float) -> None:
    """Keep the places of a process in the queue until it asks again."""
    kept = [each for each in state.waiting if each.process != process or wanted[each.lane]]
    for each in kept:
        if each.process == process:
            each.count, each.due = wanted[each.lane], due
    state.waiting = kept


def _lanes_with(state: AccountState, process: str, wanted: list[int]) -> list[list[tuple[str, int]]]:
    """The processes that wait in each lane, first come first; the one that asks joins those that it wants."""
    own = {each.lane: each for each in state.waiting if each.process == process}
    for lane, count in enumerate(wanted):
        if count and lane not in own:
            state.order += 1
            state.waiting.append(WaitingProcess(process, lane, state.order, count, 0.0))
        elif count:
            own[lane].count = count
    lanes: list[list[tuple[str, int]]] = [[] for _ in LANES]
    for each in sorted(state.waiting, key=lambda waiting: waiting.order):
        if each.process != process or wanted[each.lane]:
            lanes[each.lane].append((each.process, each.count))
    return lanes


def _next_lane(lanes: list[list[tuple[str, int]]], skipped: list[int], reserve: int) -> int | None:
    waiting = [lane for lane in range(len(lanes)) if lanes[lane]]
    if not waiting or waiting[0] < _ALWAYS_FIRST:
        return waiting[0] if waiting else None
    neglected = max(waiting, key=lambda lane: skipped[lane - _ALWAYS_FIRST])
    chosen = neglected if skipped[neglected - _ALWAYS_FIRST] >= reserve - 1 else waiting[0]
    for lane in waiting:
        skipped[lane - _ALWAYS_FIRST] = 0 if lane == chosen else skipped[lane - _ALWAYS_FIRST] + 1
    return chosen


def _after_turn(state: AccountState, process: str, lane: int, wanted: list[int]) -> None:
    """Put a process that had its turn behind the others of the lane, or take it out of the queue."""
    wanted[lane] -= 1
    for each in state.waiting:
        if each.process == process and each.lane == lane:
            state.order += 1
            each.order, each.count = state.order, wanted[lane]
    if not wanted[lane]:
        state.waiting = [each for each in state.waiting if each.process != process or each.lane != lane]


def _soonest(hold: Hold, now: float) -> float:
    return hold.free_at if hold.landed or hold.earliest <= now else hold.earliest
