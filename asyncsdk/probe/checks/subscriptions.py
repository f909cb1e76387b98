"""Checks of subscription categories."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final

from asyncsdk.api import Subscriptions
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.answer_fact import answer_fact
from asyncsdk.probe.check import Check
from asyncsdk.probe.checks.contacts import NOBODY, first_address
from asyncsdk.probe.checks.listing import Listing
from asyncsdk.probe.checks.one_call import asks, lists
from asyncsdk.probe.fact import Fact

__all__ = ["CHECKS"]

_CATEGORIES: Final = Listing(Subscriptions.categories, "a subscription category")


async def _opt_ins(account: ProbedAccount) -> AsyncGenerator[Fact]:
    address = await first_address(account)
    yield answer_fact("subscriptions.opt_ins: answer", await account.read(Subscriptions.opt_ins, address))


CHECKS: Final = (
    lists(_CATEGORIES, "What is told of a category?"),
    Check("subscriptions.opt_ins: answer", "What is told of the categories that an address chose?", 1, _opt_ins),
    asks(Subscriptions.opt_ins, "What is told of an address that nobody has?", "unknown address", email=NOBODY),
    asks(
        Subscriptions.opt_outs,
        "What is told of those who opted out of a category?",
        category=_CATEGORIES.first("name"),
        count=5,
    ),
    asks(
        Subscriptions.opt_outs,
        "How is an unknown category refused?",
        "unknown category",
        category="asyncsdk probe: no such category",
        count=5,
    ),
)
