"""Endpoints of the account as a whole."""

from __future__ import annotations

from asyncsdk.emulator import example_company
from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject
from asyncsdk.emulator.validators import InvalidArgument

__all__ = ["ENDPOINTS"]


async def reset(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Reset the account, as if the emulator were new: ``{"tokens": false}``; with true, tokens are revoked, too."""
    tokens = request.body.get("tokens", False)
    if not isinstance(tokens, bool):
        raise InvalidArgument('tokens is true or false, as in {"tokens": false}.')
    await account.reset(tokens=tokens)
    return {"reset": True}


def load_example(account: EmulatedAccount, _: ConsoleRequest) -> JsonObject:
    """Load the example company, where it is not there yet."""
    example_company.load(account)
    return {"loaded": True}


ENDPOINTS = (Endpoint("POST", "/reset", reset), Endpoint("POST", "/example", load_example))
