"""Models of ``messages``: drafts, templates, and sent messages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire
from asyncsdk.redaction import masked_repr

__all__ = ["Message", "MessageKind", "MessageType"]

MessageType: TypeAlias = Literal[
    "draft",
    "template",
    "sent",
    "triggered",
    "failed",
    "scheduled",
    "DRAFT",
    "TEMPLATE",
    "SENT",
    "TRIGGERED",
    "FAILED",
    "SCHEDULED",
]
"""What a message is, or what has become of it; the documentation writes it either way."""

MessageKind: TypeAlias = Literal["draft", "template"]
"""What ``messages.create`` can make."""


@frozen
class Message:
    """One entry of the list of messages.

    Act-On has told of messages in two generations of keys, such as ``msgId`` and ``msg_id``: both are read.
    """

    id: str = field(default="", metadata=wire("msgId", "msg_id"))
    """Such as ``d-0004`` for a draft, ``t-0003`` for a template and ``s-0001-2409`` for what was sent."""

    name: str = field(default="", metadata=wire("name", "title"))
    """The message's title."""

    type: str | None = field(default=None, metadata=wire("msgType", "msg_type"))
    """Such as ``SENT``; the older generation does not tell."""

    timestamp: datetime | None = field(default=None, metadata=wire("timeStamp", "timestamp"))
    """When it was sent, or for what is not sent, a time of the server's choice."""

    when: str | None = field(default=None, metadata=wire("timeWhen", "time_when"))
    """The same time as people of the account read it, such as ``Fri Sep 6 9:50 AM PDT``."""

    sender_name: str | None = field(default=None, repr=masked_repr, metadata=wire("senderName", "sender_name"))
    """Whom it comes from."""

    sender_email: str | None = field(default=None, repr=masked_repr, metadata=wire("senderEmail", "sender_email"))
    """The address that it comes from."""

    sender_id: str | None = field(default=None, metadata=wire("senderId", "sender_id"))
    """The sender's number, as text."""

    text_only: bool | None = field(default=None, metadata=wire("isTextOnly", "is_text_only"))
    """Whether it has no HTML."""

    rest: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """What else the server told."""
