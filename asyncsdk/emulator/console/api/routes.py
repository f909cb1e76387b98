"""Endpoint of the routes: the names that calls and faults have."""

from __future__ import annotations

from asyncsdk.api import TABLE
from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject

__all__ = ["ENDPOINTS"]

_FIXED: tuple[JsonObject, ...] = (
    {
        "name": "token",
        "method": "POST",
        "path": "/token",
        "namespace": "",
        "summary": "Log in, or renew the access token.",
    },
    {
        "name": "authorize",
        "method": "GET",
        "path": "/authorize",
        "namespace": "",
        "summary": "Ask for consent, and give the callback a code.",
    },
)


def routes(_: EmulatedAccount, __: ConsoleRequest) -> JsonObject:
    """List the routes of the API by name."""
    listed: list[JsonObject] = [
        {
            "name": route.name,
            "method": route.method,
            "path": route.path,
            "namespace": route.name.partition(".")[0],
            "summary": route.summary,
        }
        for route in TABLE.values()
    ]
    return {"routes": [*listed, *_FIXED]}


ENDPOINTS = (Endpoint("GET", "/routes", routes),)
