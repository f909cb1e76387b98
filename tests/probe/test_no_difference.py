"""The emulator, probed as an account, agrees with itself."""

from __future__ import annotations

import pytest

from asyncsdk.probe import ALL_CHECKS, Access, Outcome, ProbedAccount, ProbeRun, Verdict, make_plan


@pytest.mark.slow
async def test_reading_the_emulator_finds_no_difference(account: ProbedAccount) -> None:
    """Every reading check runs to its end against the emulator, sees something, and finds no difference."""
    run = ProbeRun(account, make_plan(ALL_CHECKS, {Access.READ}, 10_000))
    assert await run.carry_out() is None
    results = run.results()
    assert {result.outcome for result in results.checks} == {Outcome.ASKED}, [
        (result.check.name, result.why) for result in results.checks if result.outcome is not Outcome.ASKED
    ]
    for fact in results.facts:
        assert fact.verdict is Verdict.SAME, (fact.fact.name, fact.verdict, fact.differences)
    assert results.ended_by is None
