"""What the emulator does for each row of the table: a class for each namespace."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from asyncsdk.emulator.handlers.account import Account
from asyncsdk.emulator.handlers.contacts import Contacts
from asyncsdk.emulator.handlers.events import Events
from asyncsdk.emulator.handlers.handler import Handler
from asyncsdk.emulator.handlers.lists import Lists
from asyncsdk.emulator.handlers.subscriptions import Subscriptions

__all__ = ["HANDLERS", "Handler"]

HANDLERS: Mapping[str, type[Handler]] = MappingProxyType(
    {
        "account": Account,
        "events": Events,
        "lists": Lists,
        "contacts": Contacts,
        "subscriptions": Subscriptions,
    }
)
"""The handlers by the namespaces' names."""
