"""Results of a probe: each check, what became of it, and its compared facts."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from attrs import field, frozen

from asyncsdk.probe.check import Check
from asyncsdk.probe.comparison import Compared, Verdict

__all__ = ["CheckResult", "Outcome", "ProbeResults"]


class Outcome(StrEnum):
    """Outcome of a check."""

    ASKED = "asked"
    """It ran to its end."""

    STOPPED = "stopped"
    """It began, and ended early; ``why`` tells the reason."""

    NOT_ASKED = "not asked"
    """It was not asked, or the account holds nothing by which it could be."""

    NOT_COMPARED = "not compared"
    """It was not asked, since asyncsdk's own emulator fails at it: a mistake in asyncsdk, not in the account."""


@frozen
class CheckResult:
    """One check, and what came out."""

    check: Check
    outcome: Outcome
    facts: tuple[Compared, ...] = ()
    why: str | None = None
    """Why it was stopped or not asked."""


@frozen
class ProbeResults:
    """All that a probe found out."""

    checks: tuple[CheckResult, ...]
    calls_made: int
    """Attempts on the wire."""

    calls_most: int
    """The budget."""

    ended_by: str | None = field(default=None, kw_only=True)
    """What ended the probe before its last check; None: it ran to its end."""

    @property
    def facts(self) -> Iterator[Compared]:
        """The facts of all checks."""
        return (fact for result in self.checks for fact in result.facts)

    def count(self, verdict: Verdict) -> int:
        """The number of facts with this verdict."""
        return sum(fact.verdict is verdict for fact in self.facts)
