"""The burst of a probe: it goes past the limiter, is counted all the same, and costs no more than it says."""

from __future__ import annotations

import asyncio

import pytest

from asyncsdk.api import Account
from asyncsdk.emulator import Emulator
from asyncsdk.emulator.faults import Hang
from asyncsdk.probe import ProbedAccount
from asyncsdk.probe.budget import BudgetSpent, CallBudget
from asyncsdk.probe.burst import MOST, Burst
from tests.support.stage import until


@pytest.mark.slow
async def test_a_burst_stops_at_the_first_refusal_and_is_counted(server: Emulator, account: ProbedAccount) -> None:
    """Five calls are answered; few are sent once one is refused; and the limiter counts them all afterwards."""
    server.settings.calls_per_second = 5
    burst = Burst(account, Account.get)
    answers = await burst.send(spacing=0.1)
    assert answers.refusal is not None
    assert answers.refusal.status == 429
    assert answers.answered <= 5  # the token's call is one of the second, too
    sent = [call for call in server.calls if call.route == "account.get"]
    assert len(sent) < MOST
    assert account.session.usage().calls_made == len(server.calls) - len(sent)
    await burst.count()
    assert account.session.usage().calls_made == len(server.calls)


@pytest.mark.slow
async def test_a_burst_keeps_to_the_budget(server: Emulator, account: ProbedAccount) -> None:
    """With three calls left, three are sent."""
    account.budget = CallBudget(3)
    with pytest.raises(BudgetSpent):
        await Burst(account, Account.get).send()
    assert [call.route for call in server.calls].count("account.get") == 3


@pytest.mark.slow
async def test_a_cancelled_burst_leaves_no_call(server: Emulator, account: ProbedAccount) -> None:
    """Ctrl-C ends the calls that are under way."""
    server.faults.add(Hang(), on="account.get", times=100)
    sending = asyncio.create_task(Burst(account, Account.get).send())
    await until(lambda: [call.route for call in server.calls].count("account.get") >= 2)
    assert calls_of_bursts() != []
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert calls_of_bursts() == []


def calls_of_bursts() -> list[asyncio.Task[object]]:
    """Calls that are under way; the emulator lives in the same event loop, and has tasks of its own."""
    return [task for task in asyncio.all_tasks() if "Burst.call" in repr(task.get_coro())]
