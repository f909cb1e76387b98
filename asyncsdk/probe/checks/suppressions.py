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


def _edges(method: Callable[..., object]) -> Check:
    name = route_of(method).name

    async def run(account: ProbedAccount) -> AsyncGenerator[Fact]:
        entries = objects_in((await account.read(method, count=5)).json)
        times = [time for each in entries if isinstance(time := each.get("timestamp"), int)]
        if not times:
            raise NothingToAsk("there is no entry")
        time = times[0]

        async def shows(after: int, before: int) -> bool:
            span = {"createdafter": str(after), "createdbefore": str(before)}
            return bool((await account.read(method, query=span, count=1)).object.get("result"))

        if not await shows(time - 1, time + 1):
            raise NothingToAsk("no entry is found by its time in milliseconds")
        after, before = await shows(time, time + 1), await shows(time - 1, time)
        yield value_fact(f"{name}: createdafter holds the time itself", after, route=name)
        yield value_fact(f"{name}: createdbefore holds the time itself", before, route=name)

    return Check(f"{name}: edges of the filters", "Does a filter hold the time that it is given?", 4, run)


_METHODS: Final[tuple[Callable[..., object], ...]] = (Lists.hard_bounces, Lists.spam_complaints, Lists.opt_outs)

CHECKS: Final = (
    *(_page(method) for method in _METHODS),
    *(_filter(method) for method in _METHODS),
    *(_edges(method) for method in _METHODS),
)
