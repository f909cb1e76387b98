"""Retry decision: whether a task that failed is run again, and when; pure."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

from attrs import field, frozen

from asyncsdk.errors import JobError, QuotaExhausted
from asyncsdk.fleet.taskiq.retry_rules import Rule, rule_for, single_errors
from asyncsdk.fleet.taskiq.task_history import TaskHistory
from asyncsdk.redaction import message_text

__all__ = ["GiveUp", "RetryWaits", "RunAgain", "decide"]

LONGEST_STORY: Final = 500

_MAY_HAVE_ACTED: Final = (
    "It made a call that must not be made twice, or may have made it, so it is not run again: look first."
)


@frozen
class RunAgain:
    """Run the task again."""

    after: float
    """Seconds until then, at least."""

    counts: bool
    """Whether it is one of the retries that a rule allows."""


@frozen
class GiveUp:
    """Make a dead letter of it."""

    story: str
    """Why, on one line."""


@frozen
class RetryWaits:
    """Random waits, each of up to twice the one before."""

    first: float
    longest: float
    draw: Callable[[float, float], float] = field(default=random.uniform)

    def after(self, failures: int) -> float:
        """Seconds to wait after so many failures: half of the bound to all of it, so that tasks part."""
        bound = min(self.longest, self.first * 2.0 ** min(failures - 1, 30))
        return self.draw(bound / 2, bound)


def decide(
    error: BaseException, history: TaskHistory, rules: Sequence[Rule], waits: RetryWaits, *, may_have_acted: bool
) -> RunAgain | GiveUp:
    """Decide what follows a task's error.

    Args:
        error: the error.
        history: what became of it before.
        rules: the rules.
        waits: how long the waits are.
        may_have_acted: whether it made a call that is unsafe to repeat, or may have made one.
    """
    rule, failures = rule_for(error, rules), history.failures
    if may_have_acted:
        return GiveUp(_story(_MAY_HAVE_ACTED, error))
    if rule.retries is not None and failures >= rule.retries:
        return GiveUp(_story(f"It failed {failures + 1} times." if failures else "", error))
    resets = [each.resets_in for each in single_errors(error) if isinstance(each, QuotaExhausted)]
    counts = rule.retries is not None
    number = failures if counts else 0 if resets else history.runs
    return RunAgain(max(resets, default=0.0) + waits.after(number + 1), counts)


def _story(why: str, error: BaseException) -> str:
    first = next(single_errors(error))
    job = f" (job {first.job_id})" if isinstance(first, JobError) and first.job_id not in str(first) else ""
    told = message_text(" ".join(f"{type(first).__name__}: {first}{job}".split()), LONGEST_STORY).removesuffix(":")
    return f"{why} {told}".strip()
