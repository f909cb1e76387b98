"""Endpoints of the account as a whole."""

from __future__ import annotations

from asyncsdk.emulator import example_company
from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.json_fields import check_names, yes_or_no_of
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject

__all__ = ["ENDPOINTS"]


async def reset(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Reset the account, as if the emulator were new: ``{"tokens": false}``; with true, tokens are revoked, too."""
    check_names(request.body, ("tokens",))
    await account.reset(tokens=yes_or_no_of(request.body, "tokens"))
    return {"reset": True}


def load_example(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Load the example company, where it is not there yet."""
    check_names(request.body, ())
    example_company.load(account)
    return {"loaded": True}


ENDPOINTS = (Endpoint("POST", "/reset", reset), Endpoint("POST", "/example", load_example))
