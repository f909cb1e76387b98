"""Namespaces of a session: an attribute for each, with the methods of the endpoints that belong together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from asyncsdk import api
from asyncsdk.client.caller import Caller
from asyncsdk.client.contacts import Contacts
from asyncsdk.client.custom_data import CustomData
from asyncsdk.client.events import Events
from asyncsdk.client.imports import Imports
from asyncsdk.client.lists import Lists
from asyncsdk.client.reports import Reports
from asyncsdk.routing.resource import Resource

__all__ = ["NAMESPACES", "SessionNamespaces"]

NAMESPACES: Mapping[str, Callable[[Caller], Resource]] = MappingProxyType(
    {
        **api.NAMESPACES,
        "events": Events,
        "lists": Lists,
        "contacts": Contacts,
        "reports": Reports,
        "imports": Imports,
        "custom_data": CustomData,
    }
)
"""The namespaces of a session by name."""


class SessionNamespaces:
    """Base of a session: its namespaces.

    Args:
        caller: the call engine that they all use.
    """

    account: api.Account
    events: Events
    lists: Lists
    contacts: Contacts
    subscriptions: api.Subscriptions
    logos: api.Logos
    headers: api.Headers
    footers: api.Footers
    images: api.Images
    media: api.Media
    forms: api.Forms
    pages: api.LandingPages
    programs: api.Programs
    reports: Reports
    messages: api.Messages
    campaigns: api.Campaigns
    seo: api.Seo
    transactional: api.Transactional
    audience: api.Audience
    imports: Imports
    schema: api.Schema
    segments: api.Segments
    custom_data: CustomData

    def __init__(self, caller: Caller) -> None:
        for name, namespace in NAMESPACES.items():
            setattr(self, name, namespace(caller))
