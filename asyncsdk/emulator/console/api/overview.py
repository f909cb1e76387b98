"""Endpoint of the overview: what the account is, its limits, and how much there is of everything."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.data_counts import data_counts
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject

__all__ = ["ENDPOINTS", "overview"]


@cache
def _version() -> str:
    return version("asyncsdk")


def overview(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Tell the account, the clock, the limits and the counts."""
    settings = account.settings
    return {
        "version": _version(),
        "url": request.base_url,
        "account": {
            "id": settings.account_id,
            "name": settings.account_name,
            "user": settings.user_name,
            "time_zone": settings.time_zone,
        },
        "clock": {"time": account.clock.milliseconds(), "ahead": account.clock.ahead},
        "limits": {
            "calls_per_second": settings.calls_per_second,
            "calls_per_day": settings.calls_per_day,
            "logins_per_hour": settings.logins_per_hour,
        },
        "counts": _counts(account),
        "data": data_counts(account),
        "faults_left": account.faults.left,
    }


def _counts(account: EmulatedAccount) -> JsonObject:
    now, calls, limits = account.clock.now(), account.calls, account.platform.rate_limits
    return {
        "calls": calls.counts.calls,
        "today": limits.today(now),
        "last_hour": calls.rates.last_hour(now),
        "refused": calls.counts.refused,
        "logins_this_hour": limits.logins_this_hour(now),
        "logins": calls.counts.logins,
        "renewals": calls.counts.renewals,
        "open_calls": calls.open_calls,
    }


ENDPOINTS = (Endpoint("GET", "/overview", overview),)
