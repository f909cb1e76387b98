"""Account view: which processes use an account's limits, who waits, and what is left; pure, from its state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import frozen

from asyncsdk.limits.policy import Limits
from asyncsdk.limits.shared.account_state import AccountState, Hold, Member
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turns import LANES
from asyncsdk.limits.tally import DAY, HOUR, MINUTE, SKEW

__all__ = ["AccountView", "ProcessView", "view"]


@frozen
class ProcessView:
    """Process that uses the account's limits: a member, as of its last request for turns."""

    name: str
    """Program, process id, machine and a random part, such as ``uvicorn-4711@web-1/9f3c21d0``. The process has
    written it itself: show it as any foreign text."""

    seen_ago: float
    """Seconds since its last request. A process that makes no call makes no request."""

    places_taken: int
    """Places of the period that its calls hold."""

    waiting: Mapping[str, int]
    """Calls of it that wait, by lane; lanes in which none waits are left out. Of each lane a process tells as many
    as ten periods can hold at most."""

    overdue_for: float | None
    """Seconds since it should have asked for the next turn of its calls that wait: it was killed, stands still, or
    cannot reach the coordinator. None: it is in time, or nothing of it waits."""

    calls_per_second: float | None
    """Its own limit, where it was told a smaller one than the account's."""


@frozen
class AccountView:
    """View of an account's limits at one moment."""

    processes: tuple[ProcessView, ...]
    """The processes of the last 30 seconds, by name."""

    waiting: Mapping[str, int]
    """Calls that wait, of all processes that are not overdue, by lane."""

    places_taken: int
    places: int
    """Calls in any period at most: the highest rate that a process of the last 30 seconds was told."""

    period: float
    """Seconds."""

    calls_made: int
    """Calls in the last 24 hours."""

    calls_left: int
    calls_reset_in: float
    """Seconds until the oldest of the calls made stop counting; 0 if there are none."""

    logins_made: int
    """Logins in the last hour."""

    logins_left: int
    logins_reset_in: float
    """Seconds until the oldest login stops counting; 0 if there is none."""

    paused_for: float
    """Seconds for which no call is let through, such as after a 429; 0 if there is no pause."""

    margin: float
    """Seconds that are added to each period."""

    shortest_round_trip: float | None
    """Seconds; None until enough round trips were seen."""


def view(state: AccountState, now: float, wall: float, limits: Limits, rules: Rules | None = None) -> AccountView:
    """Look at a state; it is not changed.

    Args:
        state: the account's state.
        now: the coordinator's clock, in seconds.
        wall: the time of day there.
        limits: what the account is allowed in a day and an hour, and in a second if no process tells.
        rules: the constants.
    """
    rules = rules or Rules()
    members = {name: each for name, each in state.members.items() if each.seen > now - rules.lease}
    best = max(members.values(), key=_rate, default=Member(now, limits.places, limits.period))
    holds = [hold for hold in state.holds if hold.free_at > now]
    processes = _processes(members, best, holds, now, rules)
    minute = int(wall // MINUTE)
    calls = state.day.between(minute - round(DAY / MINUTE), minute + round(SKEW / MINUTE))
    made = sum(calls.values())
    logins = [each.time for each in state.logins if wall - HOUR < each.time <= wall + SKEW]
    return AccountView(
        processes=processes,
        waiting=_total(each.waiting for each in processes if each.overdue_for is None),
        places_taken=sum(hold.count for hold in holds),
        places=best.places,
        period=best.period,
        calls_made=made,
        calls_left=max(0, limits.calls_per_day - made),
        calls_reset_in=(min(calls) + 1) * MINUTE + DAY - wall if calls else 0.0,
        logins_made=len(logins),
        logins_left=max(0, limits.grants_per_hour - len(logins)),
        logins_reset_in=min(HOUR, min(logins) + HOUR - wall) if logins else 0.0,
        paused_for=max(0.0, state.closed_until - now),
        margin=state.margin,
        shortest_round_trip=state.shortest if state.samples >= rules.samples else None,
    )


def _processes(
    members: Mapping[str, Member], best: Member, holds: Iterable[Hold], now: float, rules: Rules
) -> tuple[ProcessView, ...]:
    taken = dict.fromkeys(members, 0)
    for hold in holds:
        if hold.process in taken:
            taken[hold.process] += hold.count
    return tuple(
        ProcessView(
            name=name,
            seen_ago=max(0.0, now - each.seen),
            places_taken=taken[name],
            waiting={lane: count for lane, count in zip(LANES, each.waiting, strict=True) if count},
            overdue_for=now - each.due if any(each.waiting) and now > each.due + rules.grace else None,
            calls_per_second=_rate(each) if _rate(each) < _rate(best) else None,
        )
        for name, each in sorted(members.items())
    )


def _total(waiting: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    counts = Counter[str]()
    for each in waiting:
        counts.update(each)
    return {lane: counts[lane] for lane in LANES if counts[lane]}


def _rate(member: Member) -> float:
    return member.places / member.period
