"""Models: what calls take and give, one module for each namespace.

They are imported on the first use of any of them: attrs builds each class by running code that it writes, and a
program that imports the library pays for that only once it makes a call.
"""

from __future__ import annotations

import typing
from importlib import import_module
from typing import Any, Final

if typing.TYPE_CHECKING:
    from asyncsdk.models.account import *
    from asyncsdk.models.audience import *
    from asyncsdk.models.contacts import *
    from asyncsdk.models.custom_data import *
    from asyncsdk.models.events import *
    from asyncsdk.models.forms import *
    from asyncsdk.models.fragments import *
    from asyncsdk.models.images import *
    from asyncsdk.models.imports import *
    from asyncsdk.models.job_status import *
    from asyncsdk.models.lists import *
    from asyncsdk.models.logos import *
    from asyncsdk.models.media import *
    from asyncsdk.models.messages import *
    from asyncsdk.models.outcome import *
    from asyncsdk.models.pages import *
    from asyncsdk.models.programs import *
    from asyncsdk.models.reports import *
    from asyncsdk.models.schema import *
    from asyncsdk.models.segments import *
    from asyncsdk.models.subscriptions import *
    from asyncsdk.models.transactional import *

_MODULES: Final = (
    "account",
    "audience",
    "contacts",
    "custom_data",
    "events",
    "forms",
    "fragments",
    "images",
    "imports",
    "job_status",
    "lists",
    "logos",
    "media",
    "messages",
    "outcome",
    "pages",
    "programs",
    "reports",
    "schema",
    "segments",
    "subscriptions",
    "transactional",
)


def _load() -> None:
    names: list[str] = []
    for module in (import_module(f"{__name__}.{name}") for name in _MODULES):
        names.extend(module.__all__)
        globals().update({name: getattr(module, name) for name in module.__all__})
    globals()["__all__"] = sorted(names)


def __getattr__(name: str) -> Any:
    if "__all__" not in globals() and not (name.startswith("__") and name != "__all__"):
        _load()
        if name in globals():
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    if "__all__" not in globals():
        _load()
    return sorted(globals())
