"""Models of ``contacts``: records of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeAlias

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire
from asyncsdk.redaction import masked_repr

__all__ = ["Activity", "Contact", "ContactFacts", "Fields", "RecordLookup", "Saved", "ScoreDetail", "Scores"]

Fields: TypeAlias = Mapping[str, str]
"""Values by column heading, or by system type such as ``EMAIL`` and ``FIRSTNAME``."""


@frozen
class Contact:
    """One record of a list."""

    id: str = field(default="", metadata=wire("contactID", "_contact_id_"))
    """The record, such as ``l-0001:a``: the list, and a row number in hexadecimal."""

    data: Mapping[str, str | None] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """Values by column heading."""

    @classmethod
    def from_row(cls, headers: Sequence[str], row: Sequence[str | None]) -> Contact:
        """Join a row of cells, the record's id first, with the headings."""
        return cls(row[0] or "", dict(zip(headers[1:], row[1:], strict=True)))


@frozen
class Saved:
    """A record that was written."""

    id: str = field(default="", metadata=wire("id", "contact_id"))
    """The record; empty where the server does not tell."""

    message: str = field(default="", repr=masked_repr)
    """``Record inserted`` or ``Record updated``."""

    status: str = ""
    """``success``."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """What else came, such as the record asked for by ``return_contact``; its shape is not published."""


@frozen
class RecordLookup:
    """The record of a cookie. The shape of the answer is not published, so it stays as it came."""

    fields: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """Everything that the server told."""


@frozen
class ScoreDetail:
    """One reason for a score."""

    id: str = ""
    """What was acted on, such as the message ``s-0001-1910``."""

    kind: str = field(default="", metadata=wire("idType"))
    """What the id is the id of, such as ``msg``."""

    action: str = ""
    """What was done, such as ``MESSAGE_SEND``."""

    score: int = 0
    """How much it counts."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """Whatever else the server told."""


@frozen
class Scores:
    """A contact's activity, summed up."""

    score: int = 0
    """The score."""

    period: str | None = field(default=None, metadata=wire("ScorePeriod"))
    """What time it counts, such as ``all time``."""

    details: tuple[ScoreDetail, ...] = field(default=(), metadata=wire("ScoreDetails"))
    """What the score is made of."""

    first_inbound: str | None = field(default=None, metadata=wire("firstInbound"))
    """When the contact first did something, in words such as ``13 Days Ago``."""

    last_inbound: str | None = field(default=None, metadata=wire("lastInbound"))
    """When the contact last did something, in words."""

    first_outbound: str | None = field(default=None, metadata=wire("firstOutbound"))
    """When something was first sent, in words."""

    last_outbound: str | None = field(default=None, metadata=wire("lastOutbound"))
    """When something was last sent, in words."""

    months: tuple[str, ...] = field(default=(), metadata=wire("EntryMonthsAvailable"))
    """The months that have entries, as ``YYMM``."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """Whatever else the server told."""


@frozen
class Activity:
    """One thing that a contact did, or that was done to it."""

    what: str = field(default="", repr=masked_repr, metadata=wire("What"))
    """In words, such as ``Submitted: Example``."""

    when: datetime | None = field(default=None, metadata=wire("WhenMillis"))
    """When it happened."""

    verb: str = field(default="", metadata=wire("Verb"))
    """In a code, such as ``fs`` for a form submitted."""

    id: str = ""
    """What it happened with."""

    kind: str = field(default="", metadata=wire("idType"))
    """What the id is the id of, such as ``form``."""

    group: str | None = field(default=None, metadata=wire("Bin"))
    """The group of activities, such as ``FORM``."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """Whatever else the server told."""


@frozen
class ContactFacts:
    """A contact's activity and score."""

    scores: Scores = field(factory=Scores, metadata=wire("activity"))
    """The sums."""

    activities: tuple[Activity, ...] = field(default=(), metadata=wire("activitylist"))
    """Each activity."""
