"""Endpoint of the tokens: revoke them."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.json_fields import check_names, shown
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject
from asyncsdk.emulator.validators import InvalidArgument

__all__ = ["ENDPOINTS"]


def revoke(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """Make all tokens unknown: ``{"kind": "access"}`` or ``{"kind": "refresh"}``."""
    check_names(request.body, ("kind",))
    kind = request.body.get("kind")
    if kind == "access":
        account.revoke_access_tokens()
    elif kind == "refresh":
        account.revoke_refresh_tokens()
    else:
        raise InvalidArgument(f"kind is access or refresh, not {shown(kind)}.")
    return {"revoked": kind}


ENDPOINTS = (Endpoint("POST", "/tokens/revoke", revoke),)
