"""Models of ``reports``: reports on messages, media, forms and pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire
from asyncsdk.redaction import masked_repr

__all__ = [
    "Drilldown",
    "DrilldownRow",
    "FormReport",
    "FormSource",
    "MediaDay",
    "MediaReport",
    "MediaView",
    "MessageDay",
    "MessageReport",
    "PageReport",
    "PeriodReport",
]

Drilldown: TypeAlias = Literal["SENT", "SUPPRESSED", "OPENED", "CLICKED", "BOUNCED", "OPT_OUT", "SPAM"]
"""What became of a message for one recipient."""


@frozen
class MessageReport:
    """What became of a sent message.

    Where a count comes as a pair, the first seems to be how many recipients and the second how many times;
    that is how the published example reads, and no more is published.
    """

    message_id: str = field(default="", metadata=wire("msgId"))
    """The message, such as ``s-0001-2409``."""

    title: str = ""
    """Its title."""

    subject: str = ""
    """Its subject."""

    status: str = ""
    """``ok``."""

    sent: int = 0
    """How many were sent."""

    delivered: int = 0
    """How many arrived; an older page says that this is always 0, a later capture has the true number."""

    bounced: int = 0
    """How many came back, hard and soft."""

    hard_bounced: int = field(default=0, metadata=wire("hardBounced"))
    """How many came back for good."""

    soft_bounced: int = field(default=0, metadata=wire("softBounced"))
    """How many came back for now."""

    opened: tuple[int, ...] = ()
    """How many opened it, and how many times it was opened."""

    effectively_opened: tuple[int, ...] = field(default=(), metadata=wire("effectiveopened"))
    """A pair whose meaning is not published."""

    clicked: tuple[int, ...] = ()
    """How many clicked, and how many clicks there were."""

    not_sent: tuple[int, ...] = field(default=(), metadata=wire("notsent"))
    """How many it was not sent to, as a pair."""

    not_opened: int = field(default=0, metadata=wire("notopened"))
    """How many did not open it."""

    opted_out: int = field(default=0, metadata=wire("optout"))
    """How many opted out by it."""

    spam: int = 0
    """How many complained of it."""

    last_open: str | None = field(default=None, metadata=wire("lastOpen"))
    """When it was last opened, in words such as ``2 days ago``."""

    last_click: str | None = field(default=None, metadata=wire("lastClick"))
    """When it was last clicked, in words."""

    last_opened: datetime | None = field(default=None, metadata=wire("lastOpenTS"))
    """When it was last opened."""

    last_clicked: datetime | None = field(default=None, metadata=wire("lastClickTS"))
    """When it was last clicked."""

    rebroadcast: int = 0
    """A number about sending it again, whose meaning is not published."""

    rebroadcast_clicks: int = field(default=0, metadata=wire("rebroadcastClick"))
    """A number about clicks after sending it again, whose meaning is not published."""

    sent_to: tuple[str, ...] = field(default=(), metadata=wire("sentto"))
    """The lists and segments that it went to, such as ``l-0001`` and ``q-0002``."""

    suppressed_on: tuple[str, ...] = field(default=(), metadata=wire("suppressedon"))
    """The lists whose members did not get it."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """What else the server told."""


@frozen
class DrilldownRow:
    """One recipient of a message, and what became of it there.

    The fields are those of a captured click. What the other kinds of row hold is not published: fields may be
    empty there, and others are in ``rest``.
    """

    record_id: str | None = field(default=None, metadata=wire("recid"))
    """The recipient's record, such as ``l-0002:0``."""

    list_id: str | None = field(default=None, metadata=wire("listid"))
    """The list that the record is in."""

    email: str | None = field(default=None, repr=masked_repr)
    """The recipient's address."""

    name: str | None = field(default=None, repr=masked_repr)
    """The recipient's name."""

    action: str | None = None
    """What happened, such as ``Clickthrough``."""

    data: str | None = field(default=None, repr=masked_repr)
    """What happened in one word, such as ``CLICK``."""

    timestamp: datetime | None = field(default=None, metadata=wire("ts"))
    """When it happened."""

    when: str | None = None
    """The same time as people of the account read it, such as ``Oct 7 2019 11:59 AM GMT-12:00``."""

    link: str | None = field(default=None, repr=masked_repr, metadata=wire("linkURI"))
    """What was clicked."""

    ip: str | None = None
    """Where from."""

    browser: str | None = None
    """With which browser."""

    os: str | None = None
    """On which system."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """What else the server told."""


@frozen
class MessageDay:
    """All the account's messages on one day."""

    day: int = field(default=0, metadata=wire("dayOfMonth"))
    """The day of the month, from 1."""

    weekday: int = field(default=0, metadata=wire("dayOfWeek"))
    """The day of the week: 1 is Sunday, 7 is Saturday."""

    sent: int = 0
    """How many were sent."""

    opened: int = 0
    """How many were opened."""

    clicked: int = 0
    """How many were clicked."""

    bounced: int = 0
    """How many came back."""

    hard_bounced: int = field(default=0, metadata=wire("hardBounced"))
    """How many came back for good."""

    soft_bounced: int = field(default=0, metadata=wire("softBounced"))
    """How many came back for now."""

    opted_out: int = field(default=0, metadata=wire("optedOut"))
    """How many opted out."""


@frozen
class PeriodReport:
    """All the account's messages in one month."""

    month: str = ""
    """Such as ``October 2019``."""

    days: tuple[MessageDay, ...] = field(default=(), metadata=wire("counts"))
    """The days; whether those to come are among them is not published."""


@frozen
class MediaReport:
    """How often a media file or link was looked at, by visitors that Act-On knows and by others."""

    known_views: int = field(default=0, metadata=wire("total_known_views"))
    """Views by known visitors."""

    unknown_views: int = field(default=0, metadata=wire("total_unknown_views"))
    """Views by others."""

    known_viewers: int = field(default=0, metadata=wire("unique_known_views"))
    """Known visitors, each counted once."""

    unknown_viewers: int = field(default=0, metadata=wire("unique_unknown_views"))
    """Other visitors, each counted once."""

    messages: int = field(default=0, metadata=wire("total_messages"))
    """Messages that hold it."""

    views_from_messages: int = field(default=0, metadata=wire("total_from_messages"))
    """Views that came from messages."""

    viewers_from_messages: int = field(default=0, metadata=wire("unique_from_messages"))
    """Visitors who came from messages, each counted once."""


@frozen
class MediaView:
    """One visitor of a media file or link."""

    known: bool = False
    """Whether Act-On knows the visitor."""

    recipient: str = field(default="", repr=masked_repr)
    """The visitor; for one who is not known, the name of a company or internet provider."""

    campaign: str = ""
    """What brought the visitor there; empty where nothing did."""

    action: str = ""
    """Such as ``downloaded``."""

    count: int = field(default=0, metadata=wire("total_count"))
    """How many times."""

    source_id: str = field(default="", metadata=wire("srcid"))
    """An id of the source; empty in what is published."""

    campaign_id: str = field(default="", metadata=wire("cid"))
    """Another id; empty in what is published."""

    when: str = field(default="", metadata=wire("tstamp"))
    """Such as ``Sep 6 2024 12:55 PM PDT``."""


@frozen
class MediaDay:
    """The visits to a media file or link on one day."""

    date: str = ""
    """The day as ``MM/DD/YYYY``."""

    unique: int = 0
    """Visitors, each counted once."""

    total: int = 0
    """All views."""

    known: int = 0
    """Views by visitors that Act-On knows."""

    unknown: int = 0
    """Views by others."""


@frozen
class FormSource:
    """What came to a form from one place."""

    source: str = ""
    """Such as ``Page:Signup for our Monthly Newsletter``."""

    views: int = 0
    """How often it was looked at."""

    submits: int = 0
    """How often it was sent in."""

    unique: int = 0
    """Visitors who sent it in, each counted once."""

    percent: float = 0.0
    """Submits in a hundred views."""

    non_submitters: str = ""
    """How many looked and did not send it in; ``N/A`` where that is not known."""


@frozen
class FormReport:
    """What came to a form, by where it came from."""

    count: int = 0
    """How many places there are."""

    sources: tuple[FormSource, ...] = field(default=(), metadata=wire("result"))
    """The places."""


@frozen
class PageReport:
    """Who came to a landing page, and from where."""

    visits: int = field(default=0, metadata=wire("total_visits"))
    """All visits."""

    unknown_visitors: int = field(default=0, metadata=wire("unique_unknown_visits"))
    """Visitors whom Act-On does not know, each counted once."""

    incoming_traffic: Mapping[str, int] = field(factory=dict[str, int])
    """Visits by where they came from, such as ``Default``."""

    rest: Mapping[str, Json] = field(factory=nothing, metadata=REST)
    """What else the server told; the one published example is of an unknown visitor."""
