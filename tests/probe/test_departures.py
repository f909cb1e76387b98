"""Planted departures: an account that differs from the emulator in one thing is found to differ in that."""

from __future__ import annotations

import pytest

from asyncsdk import Limits, PasswordGrant, Session
from asyncsdk.emulator import Emulator
from asyncsdk.probe import ALL_CHECKS, ProbedAccount, ProbeRun, Verdict, make_plan
from asyncsdk.probe.budget import CallBudget
from asyncsdk.probe.reference import moved_clock
from tests.probe.departures import DEPARTURES, Departure
from tests.support.departing import departing

CHECKS = {check.name: check for check in ALL_CHECKS}


def test_there_are_thirty() -> None:
    """At least thirty departures are planted, each another one."""
    assert len({departure.what for departure in DEPARTURES}) == len(DEPARTURES) >= 30


@pytest.mark.slow
@pytest.mark.parametrize("departure", DEPARTURES, ids=lambda each: each.what)
async def test_each_departure_is_found(server: Emulator, departure: Departure) -> None:
    """The fact that is about it differs."""
    departure.prepare(server)
    check = CHECKS[departure.check]
    async with (
        departing(server, departure.change) as url,
        Session(
            grant=PasswordGrant(**server.credentials), base_url=url, limits=Limits(calls_per_second=1_000_000)
        ) as acton,
    ):
        account = ProbedAccount(acton, CallBudget(1_000), pause=moved_clock(server))
        run = ProbeRun(account, make_plan([check], {check.access}, 1_000))
        await run.carry_out()
    differing = [fact.fact.name for fact in run.results().facts if fact.verdict is Verdict.DIFFERS]
    assert departure.fact in differing, {fact.fact.name: fact.verdict for fact in run.results().facts}
