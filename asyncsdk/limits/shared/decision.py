"""Decision of the coordinator: the law of an account's limits, as a pure function over its state.

A grant is for now: the process promises that the call leaves within ``Rules.promise`` seconds. The call holds its
place until a period, and a margin, after the latest moment at which it can have arrived, as far as that is known:
when it was granted, sent or answered. So a place that a process which was killed had is free by itself.

Several processes take turns. Each is told when its next one comes, and only it asks then.
"""

from __future__ import annotations

from math import ceil, inf, nextafter

from attrs import frozen

from asyncsdk.limits.shared.account_state import AccountState, Hold, LoginRecord, Member
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turn_order import allot, next_ask, remember_wait
from asyncsdk.limits.shared.turns import LANES, LOGIN, Grant, TurnReply, TurnRequest
from asyncsdk.limits.tally import DAY, HOUR, MINUTE, SKEW

__all__ = ["close_until_known", "decide"]

FORWARD = 0.5
BACK = 1.0
"""Seconds by which the clock must have jumped before that is believed."""

FINE = 64
"""Places from which on holds are counted together, where they end within the same hundredth of a period."""


@frozen
class _Limit:
    """The account's calls in a period: the highest rate that a living process was told."""

    places: int
    period: float


def decide(state: AccountState, request: TurnRequest, now: float, wall: float, rules: Rules) -> TurnReply:
    """Carry out one request; changes the state.

    Args:
        state: the account's state.
        request: what a process reports and wants.
        now: the coordinator's clock, in seconds; it never goes back but by mistake.
        wall: the time of day there.
        rules: the constants.
    """
    _check_clock(state, request, now, rules)
    _greet(state, request, now, rules)
    limit = _limit(state)
    _restore(state, request, wall)
    _forget_old(state, now, wall, rules)
    _apply_reports(state, request, now, limit, rules)
    _apply_throttling(state, request, now, limit, rules)
    state.clock = now
    return _give_turns(state, request, now, wall, limit, rules)


def close_until_known(state: AccountState, since: float, period: float, rules: Rules) -> None:
    """Close the account until all calls that nothing is known of are over, which were granted before ``since``."""
    over = since + rules.promise + rules.travel + period + state.margin
    state.closed_until = max(state.closed_until, over)


def _check_clock(state: AccountState, request: TurnRequest, now: float, rules: Rules) -> None:
    """Trust no time of the state if the clock has jumped."""
    back = now < state.clock - BACK
    forward = (
        request.clock is not None
        and request.epoch == state.epoch
        and (now - request.clock > request.since + FORWARD)
    )
    if back:
        state.holds, state.waiting, state.closed_until = [], [], 0.0
        for member in state.members.values():
            member.seen = now
    if back or forward:
        close_until_known(state, now, request.period, rules)


def _greet(state: AccountState, request: TurnRequest, now: float, rules: Rules) -> None:
    """Note that a process lives. One that knows another epoch may have calls under way that are forgotten here."""
    if request.epoch and request.epoch != state.epoch:
        close_until_known(state, state.created, request.period, rules)
    if request.alone_for:
        close_until_known(state, now + request.alone_for, request.period, rules)
    member = state.members.get(request.process)
    if member is None:
        member = state.members[request.process] = Member(now, request.places, request.period)
    member.seen, member.places, member.period = now, request.places, request.period
    for name in [name for name, each in state.members.items() if each.seen <= now - rules.lease]:
        del state.members[name]


def _limit(state: AccountState) -> _Limit:
    best = max(state.members.values(), key=lambda member: member.places / member.period)
    return _Limit(best.places, best.period)


def _restore(state: AccountState, request: TurnRequest, wall: float) -> None:
    """Count what was forgotten here, or was not seen."""
    minute = int(wall // MINUTE)
    for age, number in request.calls.items():
        if 0 <= age * MINUTE < DAY:
            state.day.add(minute - age, number)
    for ago in request.logins:
        state.logins.append(LoginRecord(wall - ago))


def _forget_old(state: AccountState, now: float, wall: float, rules: Rules) -> None:
    minute = int(wall // MINUTE)
    if minute != state.minute:
        state.minute = minute
        state.day.forget_before(minute - round(DAY / MINUTE))
        state.day.forget_after(minute + round(SKEW / MINUTE))
    if state.logins:
        state.logins = [each for each in state.logins if wall - HOUR < each.time <= wall + SKEW]
    if state.waiting:
        state.waiting = [each for each in state.waiting if each.due + rules.grace >= now]


def _apply_reports(state: AccountState, request: TurnRequest, now: float, limit: _Limit, rules: Rules) -> None:
    """Note what became of the process's calls; those of a reply that was lost were never sent."""
    own = {hold.number: hold for hold in state.holds if hold.process == request.process and not hold.landed}
    for report in request.reports:
        if report.landed and state.margin > rules.narrowest:
            state.margin = max(rules.narrowest, state.margin * rules.narrowing)
        if (hold := own.get(report.number)) is not None:
            arrived = now - report.arrived_ago
            hold.free_at = arrived + max(limit.period, request.period) + state.margin
            hold.earliest = max(hold.earliest, hold.free_at - rules.travel)
            hold.landed = report.landed
    lost = [number for number in own if number > request.number]
    unused = {number for number in (*request.released, *lost) if number in own}
    for number in unused:
        state.day.add(own[number].minute, -1)
        if own[number].login is not None:
            state.logins = [
                each for each in state.logins if (each.process, each.number) != (request.process, number)
            ]
    state.holds = [
        hold
        for hold in state.holds
        if hold.free_at > now and not (hold.number in unused and hold is own[hold.number])
    ]
    if request.samples:
        state.samples += request.samples
        state.shortest = min(state.shortest, request.shortest)


def _apply_throttling(state: AccountState, request: TurnRequest, now: float, limit: _Limit, rules: Rules) -> None:
    if request.throttled is None:
        return
    state.margin = min(rules.widest, state.margin + rules.widening)
    pause = request.throttled or limit.period + state.margin
    state.closed_until = max(state.closed_until, now + pause)


def _give_turns(
    state: AccountState, request: TurnRequest, now: float, wall: float, limit: _Limit, rules: Rules
) -> TurnReply:
    length = max(limit.period, request.period) + state.margin
    held, own = _held(state, request.process)
    share = max(0, request.places - own)
    wanted = _within_budgets(state, request, share)
    free = limit.places - held if now >= state.closed_until else 0
    turns = allot(state, request, wanted, free, rules)
    grants = [
        _grant(state, request, number, lane, now, wall, length, rules)
        for number, lane in enumerate(turns.granted, request.number + 1)
    ]
    ask_in = next_ask(state, turns, now, limit.places, length)
    if ask_in is None and any(request.want) and not share:
        ask_in = _share_free_in(state, request.process, now)
    remember_wait(state, request.process, wanted, now + (ask_in or 0.0))
    if limit.places > FINE:
        state.holds = _merged(state.holds, limit.period / 100)
    spare = _deal_spare(state, request, limit)
    if request.leaving:
        del state.members[request.process]
    return _reply(state, request, now, wall, limit, rules, grants, ask_in, spare)


def _held(state: AccountState, process: str) -> tuple[int, int]:
    """Places that are taken, and those of one process among them."""
    held = own = 0
    for hold in state.holds:
        held += hold.count
        if hold.process == process:
            own += hold.count
    return held, own


def _within_budgets(state: AccountState, request: TurnRequest, share: int) -> list[int]:
    """How many calls of each lane may have a turn, as far as the budgets and the process's own share allow."""
    if request.leaving:
        return [0] * len(LANES)
    left = min(request.calls_per_day - state.day.made, share)
    logins_left = request.logins_per_hour - len(state.logins)
    wanted: list[int] = []
    for lane, count in enumerate(request.want):
        allowed = max(0, min(count, left, logins_left if lane == LOGIN else count))
        wanted.append(allowed)
        left -= allowed
    return wanted


def _grant(
    state: AccountState,
    request: TurnRequest,
    number: int,
    lane: int,
    now: float,
    wall: float,
    length: float,
    rules: Rules,
) -> Grant:
    minute = int(wall // MINUTE)
    login = _login_time(state, wall) if lane == LOGIN else None
    if login is not None:
        state.logins.append(LoginRecord(login, request.process, number))
    state.day.add(minute, 1)
    free_at = now + rules.promise + rules.travel + length
    state.holds.append(Hold(request.process, number, free_at, now + length, minute=minute, login=login))
    return Grant(number, lane, minute, login)


def _login_time(state: AccountState, wall: float) -> float:
    """The time of a login; with a coarse clock, two logins are two."""
    times = {each.time for each in state.logins}
    while wall in times:
        wall = nextafter(wall, inf)
    return wall


def _share_free_in(state: AccountState, process: str, now: float) -> float:
    own = [
        hold.free_at if hold.landed or hold.earliest <= now else hold.earliest
        for hold in state.holds
        if hold.process == process
    ]
    return max(0.001, min(own, default=now) - now)


def _merged(holds: list[Hold], step: float) -> list[Hold]:
    """Holds of calls that are over, with those together that end at nearly the same time."""
    kept = [hold for hold in holds if not hold.landed]
    together: dict[tuple[str, int], Hold] = {}
    for hold in holds:
        if hold.landed:
            key = (hold.process, ceil(hold.free_at / step))
            other = together.setdefault(key, Hold(hold.process, 0, key[1] * step, 0.0, landed=True, count=0))
            other.count += hold.count
    return [*kept, *together.values()]


def _deal_spare(state: AccountState, request: TurnRequest, limit: _Limit) -> int:
    """Places that the process may use if the coordinator cannot be reached; of all processes, never more than all.

    What a process was dealt out is kept for it as long as it counts as living.
    """
    others = sum(member.spare for name, member in state.members.items() if name != request.process)
    part = max(1, limit.places // len(state.members))
    spare = max(0, min(part, request.places, limit.places - others))
    state.members[request.process].spare = spare
    return spare


def _reply(
    state: AccountState,
    request: TurnRequest,
    now: float,
    wall: float,
    limit: _Limit,
    rules: Rules,
    grants: list[Grant],
    ask_in: float | None,
    spare: int,
) -> TurnReply:
    waiting, rivals = _others_waiting(state, request.process)
    oldest = state.day.oldest()
    first_login = min((each.time for each in state.logins), default=None)
    return TurnReply(
        epoch=state.epoch,
        clock=now,
        grants=grants,
        ask_in=ask_in,
        calls_made=state.day.made,
        calls_reset_in=0.0 if oldest is None else (oldest + 1) * MINUTE + DAY - wall,
        logins_made=len(state.logins),
        logins_reset_in=0.0 if first_login is None else min(HOUR, max(0.0, first_login + HOUR - wall)),
        paused=max(0.0, state.closed_until - now),
        processes=len(state.members),
        spare=spare,
        margin=state.margin,
        shortest=state.shortest if state.samples >= rules.samples else 0.0,
        waiting=waiting,
        rivals=rivals,
        places=limit.places,
        period=limit.period,
    )


def _others_waiting(state: AccountState, process: str) -> tuple[list[int], list[int]]:
    """Calls of other processes that wait, and how many processes these are, by lane."""
    waiting, rivals = [0] * len(LANES), [0] * len(LANES)
    for each in state.waiting:
        if each.process != process:
            waiting[each.lane] += each.count
            rivals[each.lane] += 1
    return waiting, rivals
