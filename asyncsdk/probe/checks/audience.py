"""Checks of the contacts of the whole account, their segments, imports and fields."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Final

from asyncsdk import models
from asyncsdk.api import Audience, Imports, Schema, Segments
from asyncsdk.probe.account import ProbedAccount
from asyncsdk.probe.check import Check
from asyncsdk.probe.checks.contacts import NO_COOKIE, NOBODY
from asyncsdk.probe.checks.listing import Listing
from asyncsdk.probe.checks.one_call import asks, lists
from asyncsdk.probe.fact import Fact, value_fact
from asyncsdk.probe.key_names import KeyNames, wire_names

__all__ = ["CHECKS"]

_CONTACTS: Final = Listing(Audience.contacts, "a contact", {"page_size": 5})
_SEGMENTS: Final = Listing(Segments.all, "a segment", {"page_size": 5})
_DEFINITIONS: Final = Listing(Imports.definitions, "a definition of imports")
_SCHEMA: Final = Listing(Schema.get, "a field of contacts")

_PAGE: Final = KeyNames(wire_names(models.AudienceContact), plain_above=2, otherwise="<field>")
"""Contacts within a page: an account may have fields of its own."""

_CONTACT: Final = KeyNames(wire_names(models.AudienceContact), otherwise="<field>")
_FIELDS: Final = KeyNames(frozenset(), plain_above=2, otherwise="<field>")
"""Contacts of which only some fields were asked for, by names that the account may have chosen."""

_ID: Final = _CONTACTS.first()
_ADDRESS: Final = _CONTACTS.first("email")
_BY_EXTERNAL_ID: Final[tuple[Callable[..., object], ...]] = (
    Audience.contact_by_external_id,
    Audience.activity_by_external_id,
    Audience.scores_by_external_id,
    Audience.segments_by_external_id,
)
_NO_ID: Final = "l-unified-contacts:fffffff0"


async def _page_size(account: ProbedAccount) -> AsyncGenerator[Fact]:
    answer = await account.read(Audience.contacts)
    size = answer.object.get("pageSize")
    told = size if isinstance(size, int) else None
    yield value_fact("audience.contacts: pageSize of a page without one", told, route="audience.contacts")


CHECKS: Final = (
    lists(_CONTACTS, "What is told of a contact in a page?", key_names=_PAGE),
    lists(_SEGMENTS, "What is told of a segment in the listing?"),
    lists(_DEFINITIONS, "What is told of a definition of imports in the listing?"),
    lists(_SCHEMA, "What is told of a field of contacts?"),
    Check("audience.contacts: default page size", "How many contacts are in a page?", 1, _page_size),
    asks(
        Audience.contacts_by_fields,
        "What does a page of some fields hold?",
        key_names=_FIELDS,
        fields=[_SCHEMA.first("name")],
        page_size=5,
    ),
    asks(
        Audience.contacts_by_fields,
        "How is an unknown field refused?",
        "unknown field",
        fields=["asyncsdk probe: no such field"],
        page_size=5,
    ),
    asks(Audience.contact, "What is told of one contact?", key_names=_CONTACT, contact_id=_ID),
    asks(
        Audience.contacts_by_email, "What is told of the contacts of an address?", key_names=_PAGE, email=_ADDRESS
    ),
    asks(Audience.activity, "What is told of what a contact did?", contact_id=_ID, months=1),
    asks(Audience.scores, "What is told of a contact's scores?", contact_id=_ID),
    asks(Audience.contact_segments, "What is told of a contact's segments?", contact_id=_ID),
    asks(Audience.activity_by_email, "Is it the same by an address?", email=_ADDRESS, months=1),
    asks(Audience.scores_by_email, "Are the scores the same by an address?", email=_ADDRESS),
    asks(Audience.segments_by_email, "Are the segments the same by an address?", email=_ADDRESS),
    asks(Audience.contact, "How is an unknown contact refused?", "unknown contact", contact_id=_NO_ID),
    asks(Audience.contacts_by_email, "What is told of an unknown address?", "unknown address", email=NOBODY),
    asks(Audience.scores_by_email, "How is an unknown address refused?", "unknown address", email=NOBODY),
    asks(Audience.contact_by_cookie, "How is an unknown cookie refused?", "unknown cookie", cookie_id=NO_COOKIE),
    *(
        asks(
            method,
            "How is an unknown id of another system refused?",
            "unknown external id",
            object_type="Contact",
            external_id="asyncsdk-probe-nothing",
        )
        for method in _BY_EXTERNAL_ID
    ),
    asks(
        Imports.definition,
        "What is told of one definition?",
        definition_id=_DEFINITIONS.first("importDefinitionId"),
    ),
    asks(Imports.definition, "How is an unknown one refused?", "unknown definition", definition_id="999999999"),
    asks(Segments.get, "What is told of one segment?", segment_id=_SEGMENTS.first()),
    asks(
        Segments.contacts,
        "What is told of a contact of a segment?",
        key_names=_PAGE,
        segment_id=_SEGMENTS.first(),
        page_size=5,
    ),
    asks(Segments.get, "How is an unknown segment refused?", "unknown segment", segment_id="g-fffffff0"),
)
