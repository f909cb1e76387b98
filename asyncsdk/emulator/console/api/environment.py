"""Endpoint of the environment: the variables by which a program finds the emulator."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject

__all__ = ["ENDPOINTS"]


def environment(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Tell the environment variables that ``Session.from_env`` needs."""
    credentials = {f"ACTON_{name.upper()}": value for name, value in account.credentials.items()}
    token_file = {} if account.token_file is None else {"ACTON_TOKEN_FILE": str(account.token_file)}
    return {"environment": {"ACTON_BASE_URL": request.base_url, **credentials, **token_file}}


ENDPOINTS = (Endpoint("GET", "/environment", environment),)
