"""Membership: which processes use an account, which limit it has by that, and what each may use on its own."""

from __future__ import annotations

from typing import NamedTuple

from asyncsdk.limits.shared.account_state import AccountState, Member
from asyncsdk.limits.shared.rules import Rules
from asyncsdk.limits.shared.turns import TurnRequest

__all__ = ["AccountLimit", "account_limit", "deal_spare", "greet"]


class AccountLimit(NamedTuple):
    """Limit of an account: calls in any period."""

    places: int
    period: float


def greet(state: AccountState, request: TurnRequest, now: float, lease: float) -> Member:
    """Note that a process lives; those that were not seen for the time of a lease count no more."""
    member = state.members.get(request.process)
    if member is None:
        member = state.members[request.process] = Member(now, request.places, request.period)
    member.seen, member.places, member.period = now, request.places, request.period
    member.serial = request.serial
    gone = [name for name, each in state.members.items() if each.seen <= now - lease]
    for name in gone:
        del state.members[name]
    return member


def account_limit(state: AccountState) -> AccountLimit:
    """The highest rate that a living process was told."""
    best = max(state.members.values(), key=_rate) if len(state.members) > 1 else next(iter(state.members.values()))
    return AccountLimit(best.places, best.period)


def deal_spare(state: AccountState, request: TurnRequest, now: float, places: int, rules: Rules) -> int:
    """Places that the process may use if the coordinator cannot be reached; of all processes, never more than all.

    A process that gets no reply goes by what it knew before. So that is kept for it, until it knows of less. While
    the state is new, processes that have not asked yet may go by an earlier state: no more is dealt out then.
    """
    member = state.members[request.process]
    others = -member.spare
    for each in state.members.values():
        others += each.spare
    spare = max(0, min(max(1, places // len(state.members)), request.places, places - others))
    if now < state.created + rules.settling:
        spare = min(spare, request.spare)
    member.spare = max(request.spare, spare)
    return spare


def _rate(member: Member) -> float:
    return member.places / member.period
