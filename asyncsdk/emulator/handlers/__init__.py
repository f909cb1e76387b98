"""What the emulator does for each row of the table: a class for each namespace."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from asyncsdk.emulator.handlers.account import Account
from asyncsdk.emulator.handlers.audience import Audience
from asyncsdk.emulator.handlers.base import Handler
from asyncsdk.emulator.handlers.campaigns import Campaigns
from asyncsdk.emulator.handlers.contacts import Contacts
from asyncsdk.emulator.handlers.custom_data import CustomData
from asyncsdk.emulator.handlers.events import Events
from asyncsdk.emulator.handlers.footers import Footers
from asyncsdk.emulator.handlers.forms import Forms
from asyncsdk.emulator.handlers.headers import Headers
from asyncsdk.emulator.handlers.images import Images
from asyncsdk.emulator.handlers.imports import Imports
from asyncsdk.emulator.handlers.lists import Lists
from asyncsdk.emulator.handlers.logos import Logos
from asyncsdk.emulator.handlers.media import Media
from asyncsdk.emulator.handlers.messages import Messages
from asyncsdk.emulator.handlers.pages import LandingPages
from asyncsdk.emulator.handlers.programs import Programs
from asyncsdk.emulator.handlers.reports import Reports
from asyncsdk.emulator.handlers.schema import Schema
from asyncsdk.emulator.handlers.segments import Segments
from asyncsdk.emulator.handlers.seo import Seo
from asyncsdk.emulator.handlers.subscriptions import Subscriptions
from asyncsdk.emulator.handlers.transactional import Transactional

__all__ = ["HANDLERS", "Handler"]

HANDLERS: Mapping[str, type[Handler]] = MappingProxyType(
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
"""The handlers by the namespaces' names."""
