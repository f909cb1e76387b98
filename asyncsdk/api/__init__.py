"""Route table: every endpoint of Act-On's REST API, a class for each namespace, a method for each route.

A route is a typed prototype under a decorator that says how it travels. A new endpoint is one block in
one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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
from asyncsdk.routing.resource import Resource, routes_of
from asyncsdk.routing.route import Route

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

NAMESPACES: Mapping[str, type[Resource]] = MappingProxyType(
    {
        "account": Account,
        "events": Events,
        "lists": Lists,
        "contacts": Contacts,
        "subscriptions": Subscriptions,
        "logos": Logos,
        "headers": Headers,
        "footers": Footers,
        "images": Images,
        "media": Media,
        "forms": Forms,
        "pages": LandingPages,
        "programs": Programs,
        "reports": Reports,
        "messages": Messages,
        "campaigns": Campaigns,
        "seo": Seo,
        "transactional": Transactional,
        "audience": Audience,
        "imports": Imports,
        "schema": Schema,
        "segments": Segments,
        "custom_data": CustomData,
    }
)
"""The namespaces by the name that a session gives them."""


def _table() -> dict[str, Route]:
    table: dict[str, Route] = {}
    for namespace, resource in NAMESPACES.items():
        for method, route in routes_of(resource).items():
            route.name = f"{namespace}.{method}"
            if route.listed:
                table[route.name] = route
    return table


TABLE: Mapping[str, Route] = MappingProxyType(_table())
"""Every route by its name, such as ``contacts.upsert``."""
