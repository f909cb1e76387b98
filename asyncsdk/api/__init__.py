"""Route table: every endpoint of Act-On's REST API, a class for each namespace, a method for each route.

A route is a typed prototype under a decorator that says how it travels. A new endpoint is one block in
one file. A namespace is imported on its first use, as most programs need few of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from asyncsdk.routing.namespace_classes import NamespaceClasses
from asyncsdk.routing.resource import routes_of

if TYPE_CHECKING:
    from asyncsdk.api.account import Account
    from asyncsdk.api.audience import Audience
    from asyncsdk.api.campaigns import Campaigns
    from asyncsdk.api.contacts import Contacts
    from asyncsdk.api.custom_data import CustomData
    from asyncsdk.api.events import Events
    from asyncsdk.api.footers import Footers
    from asyncsdk.api.forms import Forms
    from asyncsdk.api.headers import Headers
    from asyncsdk.api.images import Images
    from asyncsdk.api.imports import Imports
    from asyncsdk.api.lists import Lists
    from asyncsdk.api.logos import Logos
    from asyncsdk.api.media import Media
    from asyncsdk.api.messages import Messages
    from asyncsdk.api.pages import LandingPages
    from asyncsdk.api.programs import Programs
    from asyncsdk.api.reports import Reports
    from asyncsdk.api.schema import Schema
    from asyncsdk.api.segments import Segments
    from asyncsdk.api.seo import Seo
    from asyncsdk.api.subscriptions import Subscriptions
    from asyncsdk.api.transactional import Transactional
    from asyncsdk.routing.route import Route

    TABLE: Mapping[str, Route]
    """Every route by its name, such as ``contacts.upsert``."""

__all__ = [
    "NAMESPACES",
    "TABLE",
    "Account",
    "Audience",
    "Campaigns",
    "Contacts",
    "CustomData",
    "Events",
    "Footers",
    "Forms",
    "Headers",
    "Images",
    "Imports",
    "LandingPages",
    "Lists",
    "Logos",
    "Media",
    "Messages",
    "Programs",
    "Reports",
    "Schema",
    "Segments",
    "Seo",
    "Subscriptions",
    "Transactional",
]

NAMESPACES = NamespaceClasses(
    {
        "account": "asyncsdk.api.account.Account",
        "events": "asyncsdk.api.events.Events",
        "lists": "asyncsdk.api.lists.Lists",
        "contacts": "asyncsdk.api.contacts.Contacts",
        "subscriptions": "asyncsdk.api.subscriptions.Subscriptions",
        "logos": "asyncsdk.api.logos.Logos",
        "headers": "asyncsdk.api.headers.Headers",
        "footers": "asyncsdk.api.footers.Footers",
        "images": "asyncsdk.api.images.Images",
        "media": "asyncsdk.api.media.Media",
        "forms": "asyncsdk.api.forms.Forms",
        "pages": "asyncsdk.api.pages.LandingPages",
        "programs": "asyncsdk.api.programs.Programs",
        "reports": "asyncsdk.api.reports.Reports",
        "messages": "asyncsdk.api.messages.Messages",
        "campaigns": "asyncsdk.api.campaigns.Campaigns",
        "seo": "asyncsdk.api.seo.Seo",
        "transactional": "asyncsdk.api.transactional.Transactional",
        "audience": "asyncsdk.api.audience.Audience",
        "imports": "asyncsdk.api.imports.Imports",
        "schema": "asyncsdk.api.schema.Schema",
        "segments": "asyncsdk.api.segments.Segments",
        "custom_data": "asyncsdk.api.custom_data.CustomData",
    }
)
"""The namespaces by the name that a session gives them."""


def _table() -> Mapping[str, Route]:
    routes = (route for resource in NAMESPACES.values() for route in routes_of(resource).values())
    return MappingProxyType({route.name: route for route in routes if route.listed})


if not TYPE_CHECKING:  # a type checker shall find names that do not exist

    def __getattr__(name: str) -> object:
        """Import a namespace's class on its first use, and all of them for the table."""
        value = _table() if name == "TABLE" else NAMESPACES.class_named(name)
        if value is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value
