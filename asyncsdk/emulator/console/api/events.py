"""Endpoint of custom events."""

from __future__ import annotations

from asyncsdk.emulator.account import EmulatedAccount
from asyncsdk.emulator.console.endpoint import Endpoint
from asyncsdk.emulator.console.messages import ConsoleRequest, JsonObject
from asyncsdk.emulator.console.paging import PAGE_QUERY, page_of
from asyncsdk.emulator.state.events import StoredEvent

__all__ = ["ENDPOINTS"]


def read_all(account: EmulatedAccount, request: ConsoleRequest) -> JsonObject:
    """List custom events, the one that came last first; with ``email``, those of one address."""
    email = request.query.get("email") or None
    events = account.platform.events
    found = events.newest(email, *page_of(request))
    return {"total": events.count(email), "events": [_told(event) for event in found]}


def _told(event: StoredEvent) -> JsonObject:
    return {
        "id": str(event.number),
        "email": event.email,
        "set_id": event.set_id,
        "set": event.destination,
        "action": event.action,
        "title": event.title,
        "note": event.note,
        "time": event.time,
    }


ENDPOINTS = (Endpoint("GET", "/events", read_all, (*PAGE_QUERY, "email")),)
