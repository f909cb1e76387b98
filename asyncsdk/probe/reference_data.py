"""Data of the reference emulator: an example company, and what a check needs besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["LARGE_LIST", "load_reference_data"]

LARGE_LIST: Final = "l-0010"
"""A list of more records than a page holds by default."""


def load_reference_data(server: Emulator) -> None:
    """Fill an emulator that is new."""
    server.load_example()
    server.add_list(
        "Large",
        ["Email", "First Name", "Last Name"],
        [[f"person{number}@example.com", "Ada", f"Number {number}"] for number in range(1205)],
        list_id=LARGE_LIST,
    )
    server.add_spam_complaint("complaint@example.com")
    for address in ("ada@example.com", "grace@example.com", "person0@example.com"):
        server.platform.subscriptions.say(address, "Newsletter", wanted=True)
    server.add_cookie("reference-cookie", "l-0001:0")
    _add_contacts(server)
    _add_content(server)
    _add_import_definition(server)


def _add_contacts(server: Emulator) -> None:
    """Let one contact of the whole account have every value, and one an address alone; both are in the segment."""
    from asyncsdk.emulator.state.audience import AudienceRepository
    from asyncsdk.models import AudienceContact
    from asyncsdk.probe.key_names import wire_names

    audience = server.platform.repository(AudienceRepository)
    full, _, _, sparse = audience.page(size=4)
    kept = {"id", "email", "createdDate", "updatedDate", "customFields"}
    texts = dict.fromkeys(wire_names(AudienceContact) - kept, "Text")
    audience.change(full.id, {**texts, "customFields": {"1": "Text"}})
    audience.change(sparse.id, dict.fromkeys(sparse.body.keys() - kept, ""))


def _add_content(server: Emulator) -> None:
    """Add a logo, an image and media with views, which nothing in the example company shows."""
    from asyncsdk.emulator.state.logos import LogoRepository, LogoTexts
    from asyncsdk.emulator.state.media_library import ImageRepository, MediaRepository, Uploaded
    from asyncsdk.emulator.state.page_views import PageViewRepository

    platform = server.platform
    texts = LogoTexts("Roastery", "A cup of coffee", "Northfield Roastery", "https://www.example.com/")
    platform.repository(LogoRepository).add(texts, "png", "")
    platform.repository(ImageRepository).add("Cup", None, Uploaded("png", 2048, 64, 64))
    media = platform.repository(MediaRepository).add("Brewing guide", None, Uploaded("pdf", 40_960))
    views = platform.repository(PageViewRepository)
    views.add(media, "ada@example.com", known=True, source="Spring menu", message="s-0001-2610")
    views.add("p-0001", "ada@example.com", known=True, source="Spring menu")
    views.add("p-0001", "An internet provider")


def _add_import_definition(server: Emulator) -> None:
    from asyncsdk.emulator.state.import_definitions import DefinitionRepository

    server.platform.repository(DefinitionRepository).add(
        {
            "importDefinitionName": "Customers of the shop",
            "mappings": [{"csvColumn": "Email", "actonColumn": "E-mail Address", "overwriteExistingValue": True}],
            "mergeStrategy": "EMAIL",
            "delimiter": "COMMA",
            "quote": "QUOTE",
            "accountId": str(server.settings.account_id),
        }
    )
