"""Client: the parts of a session, which are the call engine, the settings, and namespaces with more than routes.

The classes of namespaces extend those of ``asyncsdk.api`` by methods that take more than one call: downloads,
queues, and jobs by their id.
"""

from __future__ import annotations

from asyncsdk.client.caller import Caller
from asyncsdk.client.contacts import Contacts
from asyncsdk.client.custom_data import CustomData
from asyncsdk.client.events import Events
from asyncsdk.client.imports import Imports
from asyncsdk.client.lists import Lists
from asyncsdk.client.reports import Reports
from asyncsdk.client.session_namespaces import NAMESPACES, SessionNamespaces

__all__ = [
    "NAMESPACES",
    "Caller",
    "Contacts",
    "CustomData",
    "Events",
    "Imports",
    "Lists",
    "Reports",
    "SessionNamespaces",
]
