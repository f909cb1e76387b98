"""Planted departures: an account that differs from the emulator in one thing is found to differ in that."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Iterable
from contextlib import asynccontextmanager

import pytest

from asyncsdk import Limits, PasswordGrant, Session
from asyncsdk.emulator import Emulator
from asyncsdk.probe import ALL_CHECKS, Access, Check, ProbedAccount, ProbeRun, Verdict, make_plan
from asyncsdk.probe.budget import CallBudget
from asyncsdk.probe.reference import moved_clock
from tests.probe.departure import Departure
from tests.probe.limit_departures import BURST
from tests.probe.reading_departures import READS
from tests.probe.writing_departures import WRITES
from tests.support.departing import Change, departing

DEPARTURES = (*READS, *WRITES, *BURST)
CHECKS = {check.name: check for check in ALL_CHECKS}


def test_there_are_thirty() -> None:
    """At least thirty departures are planted, each another one."""
    assert len({departure.what for departure in DEPARTURES}) == len(DEPARTURES) >= 30


@asynccontextmanager
async def departing_account(server: Emulator, change: Change) -> AsyncGenerator[ProbedAccount]:
    """An account whose answers are changed."""
    async with (
        departing(server, change) as url,
        Session(
            grant=PasswordGrant(**server.credentials), base_url=url, limits=Limits(calls_per_second=1_000_000)
        ) as acton,
    ):
        yield ProbedAccount(acton, CallBudget(1_000), pause=moved_clock(server))


async def differing(account: ProbedAccount, checks: Iterable[Check], access: Collection[Access]) -> list[str]:
    """The names of the facts that differ."""
    run = ProbeRun(account, make_plan(checks, access, 1_000))
    await run.carry_out()
    return [fact.fact.name for fact in run.results().facts if fact.verdict is Verdict.DIFFERS]


@pytest.mark.slow
async def test_nothing_differs_where_nothing_is_planted(server: Emulator) -> None:
    """The server that departures are planted in changes nothing by itself."""
    async with departing_account(server, lambda _: None) as account:
        assert await differing(account, ALL_CHECKS, {Access.READ, Access.WRITE}) == []


@pytest.mark.slow
@pytest.mark.parametrize("departure", DEPARTURES, ids=lambda each: each.what)
async def test_each_departure_is_found(server: Emulator, departure: Departure) -> None:
    """The fact that is about it differs."""
    departure.prepare(server)
    check = CHECKS[departure.check]
    async with departing_account(server, departure.change) as account:
        assert departure.fact in await differing(account, [check], {check.access})
