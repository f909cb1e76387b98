"""Namespaces of a session: an attribute for each, with the methods of the endpoints that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asyncsdk import api, client
from asyncsdk.client.caller import Caller
from asyncsdk.routing.namespace_classes import NamespaceClasses

__all__ = ["NAMESPACES", "SessionNamespaces"]

NAMESPACES = NamespaceClasses(
    {
        **api.NAMESPACES.paths,
        "events": "asyncsdk.client.events.Events",
        "lists": "asyncsdk.client.lists.Lists",
        "contacts": "asyncsdk.client.contacts.Contacts",
        "reports": "asyncsdk.client.reports.Reports",
        "imports": "asyncsdk.client.imports.Imports",
        "custom_data": "asyncsdk.client.custom_data.CustomData",
    }
)
"""The namespaces of a session by name."""


class SessionNamespaces:
    """Base of a session: its namespaces.

    Args:
        caller: the call engine that they all use.
    """

    account: api.Account
    events: client.Events
    lists: client.Lists
    contacts: client.Contacts
    subscriptions: api.Subscriptions
    logos: api.Logos
    headers: api.Headers
    footers: api.Footers
    images: api.Images
    media: api.Media
    forms: api.Forms
    pages: api.LandingPages
    programs: api.Programs
    reports: client.Reports
    messages: api.Messages
    campaigns: api.Campaigns
    seo: api.Seo
    transactional: api.Transactional
    audience: api.Audience
    imports: client.Imports
    schema: api.Schema
    segments: api.Segments
    custom_data: client.CustomData

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    if not TYPE_CHECKING:  # a type checker shall find names that do not exist

        def __getattr__(self, name: str) -> object:
            """Make a namespace on its first use, so that a program pays for no more than it needs."""
            if name not in NAMESPACES:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            made = NAMESPACES[name](self._caller)
            setattr(self, name, made)
            return made

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *NAMESPACES})
