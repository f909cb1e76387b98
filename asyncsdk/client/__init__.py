"""Client: the parts of a session, which are the call engine, the settings, and namespaces with more than routes.

The classes of namespaces extend those of ``asyncsdk.api`` by methods that take more than one call: downloads,
queues, and jobs by their id. A class is imported on its first use, as those of ``asyncsdk.api`` are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncsdk.client.contacts import Contacts
    from asyncsdk.client.custom_data import CustomData
    from asyncsdk.client.events import Events
    from asyncsdk.client.imports import Imports
    from asyncsdk.client.lists import Lists
    from asyncsdk.client.reports import Reports

__all__ = ["Contacts", "CustomData", "Events", "Imports", "Lists", "Reports"]

if not TYPE_CHECKING:  # a type checker shall find names that do not exist

    def __getattr__(name: str) -> object:
        """Import a namespace's class on its first use."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from asyncsdk.client.session_namespaces import NAMESPACES

        value = globals()[name] = NAMESPACES.class_named(name)
        return value
