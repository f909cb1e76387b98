"""Retry rules of tasks, as data: what follows an error, by its class and by what the task may have done already.

====================================================  =========  ===================================================
a task that ended in                                  again      after
====================================================  =========  ===================================================
``QuotaExhausted``                                    always     ``resets_in``, and never before
``RunInUse``                                          always     a random wait, up to twice as long each time
``NotSent``, ``RateLimited``, ``SessionClosed``       20 times   a random wait, up to twice as long each time
``ReplyLost``, ``ServerError``                        20 times   the same
``JobTimeout``, ``JobDetached``, ``ListChanged``      20 times   the same
``StoreFailed``, ``DecodeError``                      5 times    the same
any other error of this library's                     never      it would end the same
any ``Exception`` that is not this library's          3 times    a random wait
anything else, such as ``CancelledError``             never      not where the worker ends: others run the task
====================================================  =========  ===================================================

A task that made an unsafe call, or may have made one, is never run again, whatever its error is: that call would be
made twice. A call is unsafe as its route says, and ``asyncsdk call --help NAME`` shows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import Final, cast

from attrs import frozen

from asyncsdk.bulk import ReportUnwritten, RunInUse
from asyncsdk.errors import (
    ActOnError,
    DecodeError,
    JobDetached,
    JobTimeout,
    ListChanged,
    NotSent,
    QuotaExhausted,
    RateLimited,
    ReplyLost,
    ServerError,
    SessionClosed,
    StoreFailed,
)

__all__ = ["RULES", "Rule", "rule_for", "single_errors"]


@frozen
class Rule:
    """Rule for some classes of errors, and what derives from them."""

    errors: tuple[type[BaseException], ...]
    """The classes."""

    retries: int | None
    """How often the task is run again after errors that count; 0: never, None: always, and it does not count."""


RULES: Final[tuple[Rule, ...]] = (
    Rule((QuotaExhausted, RunInUse), None),
    Rule((NotSent, RateLimited, SessionClosed), 20),
    Rule((ReplyLost, ServerError, JobTimeout, JobDetached, ListChanged), 20),  # a server may be sick for minutes
    Rule((ReportUnwritten,), 0),  # a StoreFailed: everything was done but a file of the run's
    Rule((StoreFailed, DecodeError), 5),
    Rule((ActOnError,), 0),
    Rule((Exception,), 3),
)
"""The table above; the first rule counts that fits."""


_NEVER: Final = Rule((BaseException,), 0)


def rule_for(error: BaseException, rules: Sequence[Rule]) -> Rule:
    """The first rule that fits an error; of a group of errors the one that allows least."""
    found = [
        next((rule for rule in rules if isinstance(each, rule.errors)), _NEVER) for each in single_errors(error)
    ]
    return min(found, key=lambda rule: inf if rule.retries is None else rule.retries)


def single_errors(error: BaseException) -> Iterator[BaseException]:
    """The errors of a group, and of the groups in it; an error that is none by itself."""
    if isinstance(error, BaseExceptionGroup):
        for each in cast("BaseExceptionGroup[BaseException]", error).exceptions:
            yield from single_errors(each)
    else:
        yield error
