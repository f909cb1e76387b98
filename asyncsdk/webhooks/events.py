"""Event types, with the fields that are published. Source: Act-On's pages on outgoing webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.redaction import masked_repr

__all__ = [
    "EVENT_TYPES",
    "Event",
    "EventType",
    "OtherEvent",
    "ProgramEvent",
    "ProgramStarted",
    "ProgramStopped",
]

EventType: TypeAlias = Literal[
    "automated-program.started",
    "automated-program.stopped",
    "contact-bounce.hard",
    "contact-bounce.soft",
    "contact-email.marked-as-spam",
    "contact-lead-score.upper-threshold-surpassed",
    "contact-opt.global-opt-in",
    "contact-opt.global-opt-out",
    "contact.added",
    "contact.updated",
    "crm.connected",
    "crm.disconnected",
    "email-message.scheduled",
    "form.submitted",
    "subscription-category.added",
    "subscription-category.deleted",
    "subscription-category.opt-in",
    "subscription-category.opt-out",
    "subscription-category.updated",
]
"""The types that an endpoint can subscribe to; some come in variants with a suffix, such as ``.teams``."""

EVENT_TYPES: Final[tuple[EventType, ...]] = get_args(EventType)
"""The same, as values."""


def _nothing() -> dict[str, Json]:
    return {}


@frozen(kw_only=True)
class ProgramEvent:
    """Fields that both events of an automated program share; None if a field was not sent."""

    name: str = field(repr=masked_repr)
    """The program's name."""

    description: str | None = field(default=None, repr=masked_repr)
    """The program's description."""

    entry_type: str | None = None
    """How contacts get into the program, such as ``Manual``."""

    link: str | None = field(default=None, repr=masked_repr)
    """Where Act-On shows how the program does."""

    program_schedule: str | None = None
    """When contacts get into it, in words: ``Pending contacts added manually``."""

    waiting_count: int | None = None
    """How many contacts wait."""

    rest: Mapping[str, Json] = field(factory=_nothing, repr=masked_repr)
    """All other values, by key."""


@frozen(kw_only=True)
class ProgramStarted(ProgramEvent):
    """An automated program was started."""

    started_time: datetime | None = None
    """When it was."""

    event_type: str = "automated-program.started"
    """The type that ``event`` was given; without one, this."""


@frozen(kw_only=True)
class ProgramStopped(ProgramEvent):
    """An automated program was stopped."""

    stopped_time: datetime | None = None
    """When it was."""

    event_type: str = "automated-program.stopped"
    """The type that ``event`` was given; without one, this."""


@frozen(kw_only=True)
class OtherEvent:
    """An event whose body is not published, so that it stays as it came."""

    body: Json = field(repr=masked_repr)
    """The value of the body."""

    event_type: str | None = None
    """The type that ``event`` was given."""


Event: TypeAlias = ProgramStarted | ProgramStopped | OtherEvent
"""All events that a body may hold."""
