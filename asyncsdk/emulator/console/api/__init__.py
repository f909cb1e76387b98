"""Endpoints of the console's JSON, one module for each part of the account."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.api import (
    calls,
    clock,
    custom_data,
    day,
    environment,
    events,
    faults,
    jobs,
    lists,
    messages,
    overview,
    rates,
    rejected_files,
    routes,
    rows,
    stream,
    suppressions,
    tokens,
    transactional,
    whole_account,
)
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject

__all__ = ["ENDPOINTS"]


def endpoints(_: EmulatedAccount, __: ConsoleRequest) -> JsonObject:
    """List these endpoints."""
    return {
        "endpoints": [
            {"method": each.method, "path": each.path, "query": list(each.query), "summary": each.summary}
            for each in ENDPOINTS
        ]
    }


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("GET", "/endpoints", endpoints),
    *environment.ENDPOINTS,
    *overview.ENDPOINTS,
    *routes.ENDPOINTS,
    *calls.ENDPOINTS,
    *rates.ENDPOINTS,
    *stream.ENDPOINTS,
    *clock.ENDPOINTS,
    *faults.ENDPOINTS,
    *tokens.ENDPOINTS,
    *day.ENDPOINTS,
    *lists.ENDPOINTS,
    *rows.ENDPOINTS,
    *suppressions.ENDPOINTS,
    *messages.ENDPOINTS,
    *transactional.ENDPOINTS,
    *events.ENDPOINTS,
    *custom_data.ENDPOINTS,
    *jobs.ENDPOINTS,
    *rejected_files.ENDPOINTS,
    *whole_account.ENDPOINTS,
)
"""All of them, in the order in which the documentation lists them."""
