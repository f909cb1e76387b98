"""Probes that end early: what was found out by then is kept, and why it ended is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from attrs import evolve

from asyncsdk import AuthenticationFailed, Limits, RateLimited, RetryPolicy, Session, TransportError
from asyncsdk.cli.output.probe_summary import summary_lines
from asyncsdk.emulator import Cut, Emulator, Hang, Reply
from asyncsdk.probe import ALL_CHECKS, Access, CallBudget, Outcome, ProbedAccount, ProbeRun, make_plan
from asyncsdk.probe.comparison import Verdict
from asyncsdk.probe.fact import Fact

pytestmark = pytest.mark.slow

PLAN = make_plan(ALL_CHECKS, {Access.READ}, 12)


def session_on(server: Emulator) -> Session:
    """A session with a token alone: it cannot get another."""
    token = server.issue_token()["access_token"]
    fast = Limits(calls_per_second=1_000_000)
    return Session(token=token, base_url=server.url, limits=fast, retry=RetryPolicy(attempts=1))


async def test_what_was_found_out_before_an_interruption_is_kept(server: Emulator) -> None:
    """A probe that is cancelled in the middle of a call has the facts of the calls before it."""
    server.faults.add(Hang(), on="lists.download")
    async with session_on(server) as acton:
        plan = make_plan(ALL_CHECKS, {Access.READ}, 25)
        run = ProbeRun(ProbedAccount(acton, CallBudget(25)), plan)
        probing = asyncio.create_task(run.carry_out())
        await server.calls.arrived("lists.download")
        probing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probing
    results = run.results()
    assert results.ended_by == "interrupted"
    outcomes = [result.outcome for result in results.checks]
    assert outcomes.count(Outcome.STOPPED) == 1
    assert outcomes.index(Outcome.STOPPED) == outcomes.count(Outcome.ASKED) > 0
    assert any(results.facts)


async def test_a_token_that_is_revoked_ends_the_probe(server: Emulator) -> None:
    """After the token is gone one call asks whether it is, and no other is made; the answers before it are kept."""
    async with session_on(server) as acton:

        def revoke(_: object) -> None:
            server.revoke_access_tokens()

        run = ProbeRun(ProbedAccount(acton, CallBudget(12)), PLAN, revoke)
        assert isinstance(await run.carry_out(), AuthenticationFailed)
    results = run.results()
    assert results.ended_by == "AuthenticationFailed"
    assert [result.outcome for result in results.checks][:3] == [
        Outcome.ASKED,
        Outcome.STOPPED,
        Outcome.NOT_ASKED,
    ]
    assert results.calls_made == 3


async def test_a_network_that_fails_ends_the_probe(server: Emulator) -> None:
    """Where an answer is lost, and also that of the call that asks whether the account still answers, it ends."""
    async with session_on(server) as acton:

        def cut(_: object) -> None:
            if server.calls.of("account.get"):
                server.faults.add(Cut("acted"), times=10)

        run = ProbeRun(ProbedAccount(acton, CallBudget(12)), PLAN, before_check=cut)
        assert isinstance(await run.carry_out(), TransportError)
    assert run.results().ended_by == "ReplyLost"
    assert run.results().calls_made == 3
    assert len(list(run.results().facts)) == 1


async def test_an_answer_that_is_lost_with_the_last_call_ends_the_probe(server: Emulator) -> None:
    """Where no call is left to ask whether the account still answers, the lost answer is the error of the probe."""
    server.faults.add(Cut("acted"))
    async with session_on(server) as acton:
        run = ProbeRun(ProbedAccount(acton, CallBudget(1)), make_plan(ALL_CHECKS, {Access.READ}, 1))
        assert isinstance(await run.carry_out(), TransportError)
    assert run.results().ended_by == "ReplyLost"


async def test_a_route_whose_answers_are_lost_ends_one_check(server: Emulator) -> None:
    """A route that never answers stops its own checks, which say why; the checks behind it are asked."""
    for route in ("account.senders", "lists.all"):
        server.faults.add(Cut("acted"), on=route, times=1_000)
    async with session_on(server) as acton:
        run = ProbeRun(ProbedAccount(acton, CallBudget(200)), make_plan(ALL_CHECKS, {Access.READ}, 60))
        assert await run.carry_out() is None
    results = run.results()
    assert results.ended_by is None
    (senders,) = [each for each in results.checks if each.check.name == "account.senders: answer"]
    assert (senders.outcome, senders.why) == (Outcome.STOPPED, "ReplyLost")
    assert [each.outcome for each in results.checks].count(Outcome.ASKED) > 10


async def test_a_part_that_the_account_lacks_ends_one_check(server: Emulator) -> None:
    """A route that refuses a token which others take has refused; the checks behind it are asked."""
    body = {"httpCode": "401", "httpMessage": "Unauthorized", "moreInformation": ""}
    server.faults.add(Reply(401, body), on="account.senders", times=9)
    async with session_on(server) as acton:
        run = ProbeRun(ProbedAccount(acton, CallBudget(21)), make_plan(ALL_CHECKS, {Access.READ}, 20))
        assert await run.carry_out() is None
    outcomes = [result.outcome for result in run.results().checks]
    assert outcomes.count(Outcome.ASKED) > 10
    assert Outcome.STOPPED not in outcomes
    (senders,) = [fact for fact in run.results().facts if fact.fact.route == "account.senders"]
    assert senders.verdict is Verdict.DIFFERS


async def test_a_fault_of_the_reference_is_no_answer_of_the_account(server: Emulator) -> None:
    """Where the emulator to compare with fails, the check is not asked, and told as a mistake of asyncsdk's own."""
    first, *others = PLAN.checks
    async with session_on(server) as acton:
        account = ProbedAccount(acton, CallBudget(12))

        async def failing(asked: ProbedAccount) -> AsyncGenerator[Fact]:
            if asked is not account:
                raise RateLimited("Too many calls.", status=429)
            yield Fact("asked", value=True)

        checks = (evolve(first, run=failing), *others)
        run = ProbeRun(account, evolve(PLAN, checks=checks))
        assert await run.carry_out() is None
    results = run.results()
    failed, *asked = results.checks[: len(checks)]
    assert (failed.outcome, failed.facts) == (Outcome.NOT_COMPARED, ())
    assert failed.why is not None
    assert failed.why.startswith("asyncsdk's own emulator failed at it: RateLimited")
    assert {result.outcome for result in asked} == {Outcome.ASKED}
    assert results.ended_by is None
    assert any("A mistake in asyncsdk" in line for line in summary_lines(results))
