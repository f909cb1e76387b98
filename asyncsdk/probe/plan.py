"""Probe plan: which checks are asked, how many calls each needs at most, and which do not fit in the budget."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from attrs import frozen

from asyncsdk.probe.check import Access, Check

__all__ = ["ProbePlan", "make_plan"]

_ORDER: Final[Mapping[Access, int]] = {Access.READ: 0, Access.WRITE: 1, Access.LIMITS: 2}
"""Reading comes first: it costs nothing but calls, and it sees the account as it was."""


@frozen
class ProbePlan:
    """A plan."""

    checks: tuple[Check, ...]
    """What is asked, in this order."""

    left_out: tuple[Check, ...]
    """What does not fit in the budget."""

    most: int
    """The budget: calls that are made at most."""

    @property
    def calls(self) -> int:
        """Calls that all of them need at most, without retries."""
        return sum(check.calls for check in self.checks)


def make_plan(checks: Iterable[Check], access: Collection[Access], most: int) -> ProbePlan:
    """Choose the checks that fit.

    Args:
        checks: all that there are.
        access: what may be done to the account.
        most: calls that may be made.
    """
    allowed = sorted((each for each in checks if each.access in access), key=lambda each: _ORDER[each.access])
    fitting: list[Check] = []
    left_out: list[Check] = []
    calls = 0
    for check in allowed:
        fits = calls + check.calls <= most
        (fitting if fits else left_out).append(check)
        calls += check.calls if fits else 0
    return ProbePlan(tuple(fitting), tuple(left_out), most)
