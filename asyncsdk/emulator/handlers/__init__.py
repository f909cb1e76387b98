"""Handlers: carry out the routes of the table, a class for each namespace."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from asyncsdk.api import NAMESPACES
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
from asyncsdk.routing.resource import Resource

__all__ = ["HANDLERS", "Handler"]

_CLASSES: tuple[type[Handler], ...] = (
    Account,
    Events,
    Lists,
    Contacts,
    Subscriptions,
    Logos,
    Headers,
    Footers,
    Images,
    Media,
    Forms,
    LandingPages,
    Programs,
    Reports,
    Messages,
    Campaigns,
    Seo,
    Transactional,
    Audience,
    Imports,
    Schema,
    Segments,
    CustomData,
)


def _handler_of(resource: type[Resource]) -> type[Handler]:
    """The one class that carries out the routes of a namespace, whose subclass it is."""
    (found,) = (each for each in _CLASSES if issubclass(each, resource))
    return found


HANDLERS: Mapping[str, type[Handler]] = MappingProxyType(
    {name: _handler_of(resource) for name, resource in NAMESPACES.items()}
)
"""The handlers by the namespaces' names."""
