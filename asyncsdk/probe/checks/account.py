"""Checks of the account itself."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from asyncsdk.api import Account
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.check import Check
from asyncsdk.probe.fact import Fact

__all__ = ["CHECKS"]


async def _account(account: ProbedAccount) -> AsyncGenerator[Fact]:
    yield answer_fact("account.get: answer", await account.read(Account.get))


async def _senders(account: ProbedAccount) -> AsyncGenerator[Fact]:
    yield answer_fact("account.senders: answer", await account.read(Account.senders))


CHECKS: Final = (
    Check("account.get", "What does the account tell of itself?", 1, _account),
    Check("account.senders", "What is told of a sender?", 1, _senders),
)
