"""Models of ``subscriptions``: subscription categories."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.models.fields import wire
from asyncsdk.redaction import masked_repr

__all__ = ["Category", "CategoryOptOut", "SubscriptionAction"]

SubscriptionAction: TypeAlias = Literal["optin", "optout"]
"""Whether an address gets the mail of a category."""


@frozen
class Category:
    """A kind of mail that a contact can choose to get."""

    id: str = ""
    """A number, as text."""

    name: str = ""
    """The name, which other calls take."""

    description: str | None = None
    """What people are told of it."""

    header_id: str | None = field(default=None, metadata=wire("headerid"))
    """The header of its mail; absent where the categories of one address are listed."""

    header_name: str | None = field(default=None, metadata=wire("headername"))
    """That header's name."""


@frozen
class CategoryOptOut:
    """An address that opted out of a category."""

    email: str = field(default="", repr=masked_repr)
    """The address."""

    timestamp: datetime | None = None
    """Since when."""
