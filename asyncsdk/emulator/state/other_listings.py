"""What ``lists.all`` lists besides lists: the account's other assets, in a shape that is a guess.

Only the elements of a listing of contact lists are published; of all others no more than an id and a name is told.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asyncsdk.emulator.fragmentbook import FooterBook, HeaderBook
from asyncsdk.emulator.library import MediaBook
from asyncsdk.emulator.mailroom import Mailroom
from asyncsdk.emulator.platform import Platform
from asyncsdk.emulator.sitebook import PageBook

__all__ = ["assets_of"]

EVERYTHING = 1 << 30


def assets_of(platform: Platform, listing_type: str) -> list[dict[str, Any]]:
    """The assets of one type; of test messages there are none here."""
    if listing_type.endswith("_message"):
        _, found = platform.book(Mailroom).page(listing_type.partition("_")[0].upper(), 0, EVERYTHING)
        return [_told(message.id, message.content.title or message.content.subject) for message in found]
    listing = _LISTINGS.get(listing_type)
    return [] if listing is None else listing(platform)


def _told(asset_id: object, name: str) -> dict[str, Any]:
    return {"id": str(asset_id), "name": name}


def _pages(platform: Platform) -> list[dict[str, Any]]:
    return [_told(site.id, site.title) for site in platform.book(PageBook).all()]


_LISTINGS: dict[str, Callable[[Platform], list[dict[str, Any]]]] = {
    "custom_events": lambda platform: [_told(*event_set) for event_set in platform.events.sets()],
    "footer": lambda platform: [_told(each.number, each.title) for each in platform.book(FooterBook).all()],
    "header": lambda platform: [_told(each.number, each.title) for each in platform.book(HeaderBook).all()],
    "landing_page": _pages,
    "media": lambda platform: [_told(file.id, file.name) for file in platform.book(MediaBook).all()],
    "pages": _pages,
    "sender": lambda platform: [dict(sender) for sender in platform.settings.senders],
}
