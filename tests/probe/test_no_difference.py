"""The emulator, probed as an account, agrees with itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from asyncsdk.emulator import Emulator
from asyncsdk.emulator.state.audience import AudienceRepository
from asyncsdk.emulator.state.page_views import PageViewRepository
from asyncsdk.probe import (
    ALL_CHECKS,
    Access,
    CallBudget,
    Outcome,
    ProbedAccount,
    ProbeResults,
    ProbeRun,
    Verdict,
    make_plan,
)
from asyncsdk.probe.reference import open_reference, reference_settings, standing_clock
from tests.probe.conftest import probed


def check_no_difference(results: ProbeResults) -> None:
    """All were asked, each saw something, nothing differs, and no word of the emulator's is unknown."""
    assert {result.outcome for result in results.checks} == {Outcome.ASKED}, [
        (result.check.name, result.why) for result in results.checks if result.outcome is not Outcome.ASKED
    ]
    for fact in results.facts:
        assert fact.verdict is Verdict.SAME, (fact.fact.name, fact.verdict, fact.differences)
        assert "<words>" not in repr(fact.fact), fact.fact
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


def _as_it_is(server: Emulator) -> None:
    """The example company alone: no visitor of its first landing page is known."""
    server.load_example()


def _sparse(server: Emulator) -> None:
    """Nobody has come to a page, and a contact is an address alone."""
    server.load_example()
    server.platform.repository(PageViewRepository).store.run("DELETE FROM visits")
    audience = server.platform.repository(AudienceRepository)
    for contact in audience.page():
        audience.change(contact.id, dict.fromkeys(contact.body.keys() - {"email"}, ""))


def _full(server: Emulator) -> None:
    """A known visitor has come to a page, and a contact has values that none of the example has."""
    server.load_example()
    server.platform.repository(PageViewRepository).add("p-0001", "ada@example.com", known=True)
    audience = server.platform.repository(AudienceRepository)
    for contact in audience.page(size=5):
        audience.change(contact.id, {"title": "Barista", "mobilePhone": "+1 555 0100", "customFields": {"7": "x"}})


@pytest.mark.slow
@pytest.mark.parametrize("fill", [_as_it_is, _sparse, _full])
async def test_an_account_that_holds_other_things_does_not_differ(fill: Callable[[Emulator], None]) -> None:
    """A count of 0 that an answer leaves out, and a value that a contact lacks or has, are no differences."""
    async with Emulator(reference_settings(), clock=standing_clock()) as server:
        fill(server)
        async with probed(server) as account:
            run = ProbeRun(account, make_plan(ALL_CHECKS, {Access.READ}, 10_000))
            assert await run.carry_out() is None
    differing = [(fact.fact.name, fact.differences) for fact in run.results().facts if fact.differences]
    assert differing == []


@pytest.mark.slow
async def test_the_limits_can_be_asked_for_right_after_reading() -> None:
    """The calls of the checks before it, for which no time passes, do not refuse the first call of the check."""
    reads = [check for check in ALL_CHECKS if check.access is Access.READ][:10]
    limits = [check for check in ALL_CHECKS if check.access is Access.LIMITS]
    async with open_reference() as emulated:
        account = ProbedAccount(emulated.account.session, CallBudget(600), pause=emulated.account.pause)
        plan = make_plan([*reads, *limits], set(Access), 600)
        run = ProbeRun(account, plan, before_check=emulated.before)
        assert await run.carry_out() is None
    check_no_difference(run.results())
