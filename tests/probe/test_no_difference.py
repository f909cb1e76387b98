"""The emulator, probed as an account, agrees with itself."""

from __future__ import annotations

import pytest

from asyncsdk.emulator import Emulator
from asyncsdk.probe import (
    ALL_CHECKS,
    Access,
    Outcome,
    ProbedAccount,
    ProbeResults,
    ProbeRun,
    Verdict,
    make_plan,
)


def check_no_difference(results: ProbeResults) -> None:
    """All were asked, each saw something, and nothing differs."""
    assert {result.outcome for result in results.checks} == {Outcome.ASKED}, [
        (result.check.name, result.why) for result in results.checks if result.outcome is not Outcome.ASKED
    ]
    for fact in results.facts:
        assert fact.verdict is Verdict.SAME, (fact.fact.name, fact.verdict, fact.differences)
    assert results.ended_by is None


@pytest.mark.slow
async def test_reading_the_emulator_finds_no_difference(account: ProbedAccount) -> None:
    """Every reading check runs to its end against the emulator, sees something, and finds no difference."""
    run = ProbeRun(account, make_plan(ALL_CHECKS, {Access.READ}, 10_000))
    assert await run.carry_out() is None
    check_no_difference(run.results())


@pytest.mark.slow
async def test_writing_to_the_emulator_finds_no_difference(account: ProbedAccount, server: Emulator) -> None:
    """Every writing check finds no difference, stays within the calls that it names, and leaves no list."""
    lists = server.list_ids()
    run = ProbeRun(account, make_plan(ALL_CHECKS, {Access.WRITE}, 10_000))
    assert await run.carry_out() is None
    check_no_difference(run.results())
    assert server.list_ids() == lists


@pytest.mark.slow
async def test_the_limits_of_the_emulator_find_no_difference(account: ProbedAccount, server: Emulator) -> None:
    """The check of the limits finds no difference."""
    server.settings.calls_per_second = 5
    run = ProbeRun(account, make_plan(ALL_CHECKS, {Access.LIMITS}, 10_000))
    assert await run.carry_out() is None
    check_no_difference(run.results())
