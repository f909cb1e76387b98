"""Endpoint of the overview: what the account is, its limits, and how much there is of everything."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject

__all__ = ["ENDPOINTS", "overview"]


def overview(account: EmulatedAccount, _: ConsoleRequest) -> JsonObject:
    """Tell the account, the clock, the limits and the counts."""
    settings = account.settings
    return {
        "account": {"id": settings.account_id, "name": settings.account_name, "user": settings.user_name},
        "clock": {"time": account.clock.milliseconds(), "ahead": account.clock.ahead},
        "limits": {
            "calls_per_second": settings.calls_per_second,
            "calls_per_day": settings.calls_per_day,
            "logins_per_hour": settings.logins_per_hour,
        },
        "counts": {"calls": account.calls.total},
    }


ENDPOINTS = (Endpoint("GET", "/overview", overview),)
