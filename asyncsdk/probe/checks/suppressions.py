"""Checks of the suppression lists: hard bounces, spam complaints, opt-outs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Final

from asyncsdk.api import Lists
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.check import Check, NothingToAsk
from asyncsdk.probe.checks import filter_unit
from asyncsdk.probe.checks.listing import objects_in
from asyncsdk.probe.fact import Fact, value_fact
from asyncsdk.routing.route import route_of

__all__ = ["CHECKS"]

_MOST: Final = 1000


def _page(method: Callable[..., object]) -> Check:
    name = route_of(method).name

    async def run(account: ProbedAccount) -> AsyncGenerator[Fact]:
        answer = await account.read(method, count=5)
        yield answer_fact(f"{name}: answer", answer)
        is_unknown = answer.object.get("totalCount") == -1
        yield value_fact(f"{name}: totalCount is -1", is_unknown, route=name)

    return Check(f"{name}: answer", "What does a page look like, and what is its totalCount?", 1, run)


def _filter(method: Callable[..., object]) -> Check:
    name = route_of(method).name

    async def run(account: ProbedAccount) -> AsyncGenerator[Fact]:
        if not (await account.read(method, count=5)).object.get("result"):
            raise NothingToAsk("there is no entry")

        async def shows(value: str) -> bool:
            answer = await account.read(method, query={"createdafter": value}, count=1)
            return bool(answer.object.get("result"))

        yield value_fact(f"{name}: createdafter takes", await filter_unit.unit_of_filter(shows), route=name)

    return Check(f"{name}: unit of the filter", "Does it take milliseconds or seconds?", filter_unit.CALLS, run)


def _edge(method: Callable[..., object]) -> Check:
    name = route_of(method).name

    async def run(account: ProbedAccount) -> AsyncGenerator[Fact]:
        entries = objects_in((await account.read(method, count=_MOST)).json)
        times = [time for each in entries if isinstance(time := each.get("timestamp"), int)]
        if not 0 < len(times) < _MOST:
            raise NothingToAsk("no entry is known to be the newest")
        answer = await account.read(method, query={"createdafter": str(max(times))}, count=1)
        inclusive = bool(answer.object.get("result"))
        yield value_fact(f"{name}: createdafter holds the time itself", inclusive, route=name)

    return Check(f"{name}: edge of the filter", "Does the filter hold the time that it is given?", 2, run)


_METHODS: Final[tuple[Callable[..., object], ...]] = (Lists.hard_bounces, Lists.spam_complaints, Lists.opt_outs)

CHECKS: Final = (
    *(_page(method) for method in _METHODS),
    *(_filter(method) for method in _METHODS),
    *(_edge(method) for method in _METHODS),
)
