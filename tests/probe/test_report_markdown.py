"""The report as a person reads it."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.check import Access, Check
from asyncsdk.probe.comparison import Compared, Verdict
from asyncsdk.probe.fact import Fact
from asyncsdk.probe.report.about import AboutRun
from asyncsdk.probe.report.markdown import report_markdown
from asyncsdk.probe.results import CheckResult, Outcome, ProbeResults


async def asks_nothing(account: ProbedAccount) -> AsyncGenerator[Fact]:
    """A check without a call."""
    return
    yield


def report(*facts: Fact) -> str:
    """The report of one check that found these facts as expected."""
    check = Check("lists: a check", "What is there?", 0, asks_nothing)
    result = CheckResult(check, Outcome.ASKED, tuple(Compared(fact, Verdict.SAME) for fact in facts))
    return report_markdown(ProbeResults((result,), 1, 200), AboutRun("0", "2026-11-29", "emulator", (Access.READ,)))


def test_a_list_without_members_is_told_in_a_word() -> None:
    """An empty list of names is told as nothing, and not as an empty pair of marks."""
    shown = report(Fact("headers that speak of limits", ()), Fact("headings", ("A", "B")))

    assert "- headers that speak of limits: `nothing` (same)" in shown
    assert "- headings: `A, B` (same)" in shown


def test_it_says_what_to_look_for() -> None:
    """Whoever is to share the report finds in it what to search it for."""
    assert "Search it, and the JSON beside it, for the name of your company, your own, your domain" in report()
