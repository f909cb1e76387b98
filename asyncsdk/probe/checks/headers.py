"""Checks of what surrounds an answer: the names of its headers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from asyncsdk.api import Account
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.check import Check
from asyncsdk.probe.fact import Fact, value_fact

__all__ = ["CHECKS"]

_ROUTE: Final = "account.get"


async def _names(account: ProbedAccount) -> AsyncGenerator[Fact]:
    answer = await account.read(Account.get)
    names = {name.lower() for name in answer.response.headers}
    yield value_fact("account.get: headers", names - {"date", "content-length"}, route=_ROUTE, sent=answer.sent)
    yield value_fact("account.get: has an x-request-id", "x-request-id" in names, route=_ROUTE)


CHECKS: Final = (Check("account.get: headers", "Which headers does an answer have?", 1, _names),)
