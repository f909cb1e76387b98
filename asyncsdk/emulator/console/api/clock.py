"""Endpoints of the clock."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.json_fields import check_names, number_of
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject

__all__ = ["ENDPOINTS"]


def read(account: EmulatedAccount, _: ConsoleRequest) -> JsonObject:
    """Tell the emulator's time, in milliseconds since 1970, and how many seconds it is ahead."""
    return {"time": account.clock.milliseconds(), "ahead": account.clock.ahead}


def advance(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Move the clock: ``{"seconds": 3600}``; a negative number sets it back."""
    check_names(request.body, ("seconds",))
    account.clock.advance(number_of(request.body, "seconds"))
    return read(account, request)


ENDPOINTS = (Endpoint("GET", "/clock", read), Endpoint("POST", "/clock/advance", advance))
