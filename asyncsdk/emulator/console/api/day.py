"""Endpoint of the day: spend its calls."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.json_fields import check_names, whole_of
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject

__all__ = ["ENDPOINTS"]


def spend(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Spend the day's calls, all but so many: ``{"left": 0}``."""
    check_names(request.body, ("left",))
    left = whole_of(request.body, "left", 0)
    account.spend_day(left)
    return {"left": left}


ENDPOINTS = (Endpoint("POST", "/day/spend", spend),)
