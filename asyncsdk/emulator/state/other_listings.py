"""Asset listings: what ``lists.all`` gives besides lists, in a shape that is a guess.

Only the elements of a listing of contact lists are published; all others have an id and a name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.forms_and_pages import PageRepository
from asyncsdk.emulator.state.fragments import FooterRepository, HeaderRepository
from asyncsdk.emulator.state.media_library import MediaRepository
from asyncsdk.emulator.state.messages import MessageRepository

__all__ = ["assets_of"]

EVERYTHING = 1 << 30


def assets_of(platform: AccountState, listing_type: str) -> list[dict[str, Any]]:
    """The assets of one type; of test messages there are none here."""
    if listing_type.endswith("_message"):
        _, found = platform.repository(MessageRepository).page(
            listing_type.partition("_")[0].upper(), 0, EVERYTHING
        )
        return [_body(message.id, message.content.title or message.content.subject) for message in found]
    listing = _LISTINGS.get(listing_type)
    return [] if listing is None else listing(platform)


def _body(asset_id: object, name: str) -> dict[str, Any]:
    return {"id": str(asset_id), "name": name}


def _pages(platform: AccountState) -> list[dict[str, Any]]:
    return [_body(site.id, site.title) for site in platform.repository(PageRepository).all()]


_LISTINGS: dict[str, Callable[[AccountState], list[dict[str, Any]]]] = {
    "custom_events": lambda platform: [_body(*event_set) for event_set in platform.events.sets()],
    "footer": lambda platform: [
        _body(each.number, each.title) for each in platform.repository(FooterRepository).all()
    ],
    "header": lambda platform: [
        _body(each.number, each.title) for each in platform.repository(HeaderRepository).all()
    ],
    "landing_page": _pages,
    "media": lambda platform: [_body(file.id, file.name) for file in platform.repository(MediaRepository).all()],
    "pages": _pages,
    "sender": lambda platform: [dict(sender) for sender in platform.settings.senders],
}
