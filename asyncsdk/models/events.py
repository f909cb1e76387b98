"""Models of ``events``: custom events, which Act-On's API also calls facts."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.models.fields import wire

__all__ = ["EventAction", "EventDateFormat", "EventReport", "EventSeparator"]

EventAction: TypeAlias = Literal[
    "CUSTOM_DOWNLOADED",
    "CUSTOM_REGISTERED",
    "CUSTOM_ATTENDED",
    "CUSTOM_GENERAL",
    "CUSTOM_GENERAL1",
    "CUSTOM_GENERAL2",
    "CUSTOM_GENERAL3",
    "CUSTOM_GENERAL4",
    "CUSTOM_GENERAL5",
]
"""What happened; the display names are set in Act-On."""

EventSeparator: TypeAlias = Literal["TAB", "COMMA", "SEMICOLON", "SPACE"]
"""What separates the cells of an event file."""

EventDateFormat: TypeAlias = Literal[
    "MM/dd/yyyy",
    "dd/MM/yyyy",
    "MM/dd/yy",
    "dd/MM/yy",
    "yyyy/MM/dd",
    "MM-dd-yyyy",
    "dd-MM-yyyy",
    "MM-dd-yy",
    "dd-MM-yy",
    "yyyy-MM-dd",
    "dd MMM yyyy",
    "MMM dd yyyy",
    "dd MMMM yyyy",
    "EEE, dd MMM yyyy",
    "EEEE, dd MMMM yyyy",
]
"""How dates are written, in the letters of Java's SimpleDateFormat."""


@frozen
class EventReport:
    """What an upload of custom events did."""

    event_set_id: str = field(default="", metadata=wire("customEventsId"))
    """The set that the events went to: eight hexadecimal digits."""

    appended: int = field(default=0, metadata=wire("appendCount"))
    """How many events were added."""

    rejected: int = field(default=0, metadata=wire("rejectedCount"))
    """How many rows could not be used."""
