"""Probe runner: runs each check of a plan against the reference and against the account, and compares the facts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from typing import Final

from attrs import evolve

from asyncsdk.api import TABLE, Account
from asyncsdk.errors import (
    ActOnError,
    AuthenticationFailed,
    FleetUnavailable,
    QuotaExhausted,
    RateLimited,
    SessionClosed,
    StoreFailed,
    TokenUnavailable,
    TransportError,
)
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.budget import BudgetSpent
from asyncsdk.probe.check import Access, Check, NothingToAsk
from asyncsdk.probe.comparison import Compared, Verdict, compare
from asyncsdk.probe.expected_facts import expected_facts
from asyncsdk.probe.fact import Fact
from asyncsdk.probe.plan import ProbePlan
from asyncsdk.probe.reference import Reference, open_reference
from asyncsdk.probe.results import CheckResult, Outcome, ProbeResults
from asyncsdk.routing.route import Shape

__all__ = ["ProbeRun"]

_ENDS_ALL: Final = (
    AuthenticationFailed,
    BudgetSpent,
    FleetUnavailable,
    QuotaExhausted,
    RateLimited,
    SessionClosed,
    StoreFailed,
    TokenUnavailable,
)
"""After one of these errors the next check would fail as well."""


class ProbeRun:
    """A probe. What it has found out can be read at any time, also after it was interrupted.

    Args:
        account: the account.
        plan: what is asked.
        on_result: told of each check when it has ended.
        before_check: told what a check may do, before it is run against the account.
    """

    def __init__(
        self,
        account: ProbedAccount,
        plan: ProbePlan,
        on_result: Callable[[CheckResult], None] = lambda _: None,
        before_check: Callable[[Access], None] = lambda _: None,
    ) -> None:
        self._account = account
        self._plan = plan
        self._on_result = on_result
        self._before_check = before_check
        self._results: list[CheckResult] = []
        self._ended_by: str | None = "interrupted"

    def results(self) -> ProbeResults:
        """The results so far; the checks that were not asked are told, too."""
        asked = {result.check.name for result in self._results}
        ended_by = self._ended_by or "interrupted"
        rest = [
            CheckResult(check, Outcome.NOT_ASKED, why=ended_by)
            for check in self._plan.checks
            if check.name not in asked
        ]
        left_out = [
            CheckResult(check, Outcome.NOT_ASKED, why="it does not fit in the budget of calls")
            for check in self._plan.left_out
        ]
        checks = (*self._results, *rest, *left_out)
        budget = self._account.budget
        return ProbeResults(checks, budget.made, budget.most, ended_by=self._ended_by)

    async def carry_out(self) -> ActOnError | None:
        """Ask everything; gives the error that ended the probe early, if one did."""
        async with open_reference() as reference:
            for check in self._plan.checks:
                ended_by = await self._ask(check, reference)
                if ended_by is not None:
                    self._ended_by = _why(ended_by)
                    return ended_by
        self._ended_by = None
        return None

    async def _ask(self, check: Check, reference: Reference) -> ActOnError | None:
        reference.before(check.access)
        try:
            expected = await expected_facts(check, reference.account)
        except ActOnError as error:
            result = CheckResult(check, Outcome.NOT_COMPARED, why=_why_not_compared(error))
            self._results.append(result)
            self._on_result(result)
            return None
        self._before_check(check.access)
        found: dict[str, Compared] = {}
        outcome = Outcome.STOPPED
        why: str | None = "interrupted"
        ended_by: ActOnError | None = None
        try:
            async with aclosing(check.run(self._account)) as facts:
                async for fact in facts:
                    reference_fact = expected.get(fact.name)
                    found[fact.name] = compare(fact, reference_fact, documented=_is_documented(fact))
            outcome, why = Outcome.ASKED, None
            found |= {name: _not_seen(fact) for name, fact in expected.items() if name not in found}
        except NothingToAsk as error:
            outcome, why = Outcome.STOPPED if found else Outcome.NOT_ASKED, str(error)
        except _ENDS_ALL as error:
            why, ended_by = _why(error), error
        except TransportError as error:
            why = _why(error)
            ended_by = await self._connection_error(error)
        except ActOnError as error:
            why = _why(error)
        finally:
            result = CheckResult(check, outcome, tuple(found.values()), why)
            self._results.append(result)
        self._on_result(result)
        return ended_by

    async def _connection_error(self, lost: TransportError) -> ActOnError | None:
        """What would fail the next check as well; None if the account answers another call."""
        try:
            await self._account.call(Account.get)
        except BudgetSpent:
            return lost
        except ActOnError as error:
            return error
        return None


def _not_seen(fact: Fact) -> Compared:
    """A fact that only the reference gives, such as a word of a job that the account was too quick to show."""
    return Compared(evolve(fact, value=None), Verdict.NOT_SEEN)


def _is_documented(fact: Fact) -> bool:
    return fact.route is not None and TABLE[fact.route].shape is not Shape.GUESSED


def _why(error: ActOnError) -> str:
    """Why a check ended, by the kind of its error alone: its words may hold what the account holds."""
    return str(error) if isinstance(error, (BudgetSpent, NothingToAsk)) else type(error).__name__


def _why_not_compared(error: ActOnError) -> str:
    """Why there is nothing to compare with; nothing personal is in the reference's words."""
    return f"asyncsdk's own emulator failed at it: {type(error).__name__}: {error}"
