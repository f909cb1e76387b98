"""Check: one question to an account, as a coroutine that gives facts.

A check holds no expectation. It is run against the account and against a private emulator, and its facts are
compared.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from attrs import field, frozen

from asyncsdk.errors import ActOnError
from asyncsdk.probe.fact import Fact

if TYPE_CHECKING:
    from asyncsdk.probe.account import ProbedAccount

__all__ = ["Access", "Check", "NothingToAsk"]


class Access(StrEnum):
    """Access to the account that a check needs."""

    READ = "read"
    """It changes nothing."""

    WRITE = "write"
    """It makes lists of its own, and removes them."""

    LIMITS = "limits"
    """It makes more calls than a second allows."""


Run: TypeAlias = "Callable[[ProbedAccount], AsyncGenerator[Fact]]"


@frozen
class Check:
    """One check."""

    name: str
    """Its name: ``lists.download: default page size``."""

    question: str
    """What it finds out, in one sentence."""

    calls: int
    """Calls that it needs at most, without retries."""

    run: Run = field(repr=False)
    """Asks, and gives facts as it finds them out."""

    access: Access = Access.READ
    """What it may do to the account."""


class NothingToAsk(ActOnError):
    """The account holds nothing by which the question could be asked; the message says what is missing."""
