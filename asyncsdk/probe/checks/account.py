"""Checks of the account itself."""

from __future__ import annotations

from typing import Final

from asyncsdk.api import Account
from asyncsdk.probe.checks.one_call import asks

__all__ = ["CHECKS"]

CHECKS: Final = (
    asks(Account.get, "What does the account tell of itself?"),
    asks(Account.senders, "What is told of a sender?"),
)
