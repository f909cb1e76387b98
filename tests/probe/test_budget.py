"""Budget of calls: never exceeded, whatever sends them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk.api import Account, Lists
from asyncsdk.emulator import Emulator, Reply
from asyncsdk.probe import ALL_CHECKS, Access, BudgetSpent, CallBudget, Outcome, ProbeRun, make_plan
from tests.probe.conftest import probed


@pytest.mark.slow
@given(st.integers(0, 20), st.lists(st.sampled_from(("take", "reserve", "cleaning", "release")), max_size=60))
def test_no_order_of_takes_exceeds_it(most: int, steps: list[str]) -> None:
    """However attempts are taken, reserved and given back, no more are made than were allowed."""
    budget = CallBudget(most)
    for step in steps:
        try:
            if step == "take":
                budget.take()
            elif step == "cleaning":
                budget.take(reserved=True)
            elif step == "reserve":
                budget.reserve(2)
            else:
                budget.release()
        except BudgetSpent:
            pass
        assert 0 <= budget.made <= most
        assert budget.left >= 0


def test_what_is_reserved_is_there_when_all_else_is_spent() -> None:
    """What a check made can be removed though the budget is spent."""
    budget = CallBudget(3)
    budget.reserve(1)
    budget.take()
    budget.take()
    with pytest.raises(BudgetSpent):
        budget.take()
    budget.take(reserved=True)
    assert budget.made == 3


@pytest.mark.slow
async def test_retries_count(server: Emulator) -> None:
    """An attempt that is repeated is counted each time, and the one too many is not sent."""
    server.faults.add(Reply.throttled(retry_after=0), on="lists.all", times=10)
    async with probed(server, most=3) as account:
        await account.read(Account.get)
        with pytest.raises(BudgetSpent):
            await account.read(Lists.all)
        assert account.budget.made == 3
    assert len(server.calls) - len(server.calls.of("token")) == 3


@pytest.mark.slow
@pytest.mark.parametrize("most", [1, 7, 30])
async def test_a_small_budget_asks_what_fits(server: Emulator, most: int) -> None:
    """A probe with few calls asks its first checks, tells which ones it left out, and sends no call more."""
    async with probed(server, most=most) as account:
        run = ProbeRun(account, make_plan(ALL_CHECKS, {Access.READ}, most))
        await run.carry_out()
    results = run.results()
    assert results.calls_made <= most
    outcomes = [result.outcome for result in results.checks]
    assert 0 < outcomes.count(Outcome.ASKED) <= most
    assert {result.why for result in results.checks if result.outcome is Outcome.NOT_ASKED} == {
        "it does not fit in the budget of calls"
    }
