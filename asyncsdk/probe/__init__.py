"""Probe: asks an account what nobody has published, and compares the answers with what asyncsdk expects.

A check is one coroutine that gives facts. It is run against the account, and against a private emulator; the facts
are compared. Nothing but masked facts leaves a check.
"""

from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.budget import BudgetSpent, CallBudget
from asyncsdk.probe.check import Access, Check, NothingToAsk
from asyncsdk.probe.checks import ALL_CHECKS
from asyncsdk.probe.comparison import Compared, Difference, Verdict
from asyncsdk.probe.fact import Fact
from asyncsdk.probe.plan import ProbePlan, make_plan
from asyncsdk.probe.results import CheckResult, Outcome, ProbeResults
from asyncsdk.probe.runner import ProbeRun

__all__ = [
    "ALL_CHECKS",
    "Access",
    "BudgetSpent",
    "CallBudget",
    "Check",
    "CheckResult",
    "Compared",
    "Difference",
    "Fact",
    "NothingToAsk",
    "Outcome",
    "ProbePlan",
    "ProbeResults",
    "ProbeRun",
    "ProbedAccount",
    "Verdict",
    "make_plan",
]
