"""Endpoint of the rates: calls by the second that they arrived in."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject

__all__ = ["ENDPOINTS"]

TWO_MINUTES = 120
AN_HOUR = 3600


def rates(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Count the calls of each of the last seconds, the oldest first."""
    seconds = max(1, request.number("seconds", TWO_MINUTES, AN_HOUR))
    counted = account.calls.rates.per_second(account.clock.now(), seconds)
    return {
        "time": account.clock.milliseconds(),
        "limit": account.settings.calls_per_second,
        "seconds": [
            {"time": each.time * 1000, "accepted": each.accepted, "refused": each.refused} for each in counted
        ],
    }


ENDPOINTS = (Endpoint("GET", "/rates", rates, ("seconds",)),)
