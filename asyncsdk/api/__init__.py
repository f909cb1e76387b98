"""The table: every endpoint of Act-On's REST API, a class for each namespace, a method for each row.

A row is a typed prototype under a decorator that says how it travels. A new endpoint is one block in
one file.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from asyncsdk.api.account import Account
from asyncsdk.api.contacts import Contacts
from asyncsdk.api.events import Events
from asyncsdk.api.lists import Lists
from asyncsdk.api.subscriptions import Subscriptions
from asyncsdk.route import Resource, Route, rows_of

__all__ = ["NAMESPACES", "TABLE", "Account", "Contacts", "Events", "Lists", "Subscriptions"]

NAMESPACES: Mapping[str, type[Resource]] = MappingProxyType(
    {
        "account": Account,
        "events": Events,
        "lists": Lists,
        "contacts": Contacts,
        "subscriptions": Subscriptions,
    }
)
"""The namespaces by the name that a session gives them."""


def _table() -> dict[str, Route]:
    table: dict[str, Route] = {}
    for namespace, resource in NAMESPACES.items():
        for method, route in rows_of(resource).items():
            route.name = f"{namespace}.{method}"
            table[route.name] = route
    return table


TABLE: Mapping[str, Route] = MappingProxyType(_table())
"""Every row by its name, such as ``contacts.upsert``."""
