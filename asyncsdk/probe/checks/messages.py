"""Checks of messages and programs."""

from __future__ import annotations

from typing import Final

from asyncsdk.api import Messages, Programs
from asyncsdk.probe.checks.listing import Listing
from asyncsdk.probe.checks.one_call import asks, lists

__all__ = ["CHECKS", "NO_MESSAGE", "SENT"]

SENT: Final = Listing(Messages.all, "a sent message", {"type": "SENT", "count": 5})
NO_MESSAGE: Final = "s-fff0-0101"

_OTHER_TYPES: Final = ("DRAFT", "TEMPLATE", "TRIGGERED", "SCHEDULED", "FAILED")

CHECKS: Final = (
    lists(SENT, "What is told of a sent message?", "type SENT"),
    *(
        asks(Messages.all, f"What is told of a message of the type {each}?", f"type {each}", type=each, count=5)
        for each in _OTHER_TYPES
    ),
    asks(Messages.all, "What is listed without a type?", "without a type", count=5),
    asks(Messages.all, "How is an unknown type refused?", "unknown type", query={"type": "NO_SUCH_TYPE"}, count=5),
    asks(Messages.html, "What does the HTML of a message come as?", message_id=SENT.first("msgId")),
    asks(Messages.html, "How is an unknown message refused?", "unknown message", message_id=NO_MESSAGE),
    *(
        asks(Programs.all, f"What is told of a program of the type {each}?", f"type {each}", type=each)
        for each in ("TRACK", "EVENT", "LIST_MAINT")
    ),
    asks(
        Programs.all,
        "How is an unknown type refused?",
        "unknown type",
        query={"type": "NO_SUCH_TYPE"},
        type="TRACK",
    ),
)
