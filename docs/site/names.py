"""The public names of the library, and where each is defined: what a cross-reference needs."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

import asyncsdk
import asyncsdk.models

__all__ = ["by_module", "linkable_names", "public_names"]

_BINDING = re.compile(r"^(?:class |def |async def )?(\w+)\b(?=\(|:| =)", re.MULTILINE)
"""A name that is bound at the top level of a module."""

_LEFT_OUT = ("asyncsdk.cli.", "asyncsdk.testing.", "asyncsdk.__main__.", "asyncsdk.emulator.__main__.")
"""Modules that need more than the library itself does, or that run when they are imported."""


def _modules(package: ModuleType) -> Iterable[ModuleType]:
    yield package
    for info in walk_packages(package.__path__, f"{package.__name__}."):
        if not f"{info.name}.".startswith(_LEFT_OUT):
            yield import_module(info.name)


@cache
def _definitions() -> Mapping[str, list[str]]:
    """The full names of each name that modules of the library export and bind themselves, in source order."""
    found: dict[str, list[str]] = {}
    for module in _modules(asyncsdk):
        exported = getattr(module, "__all__", ())
        for name in _BINDING.findall(inspect.getsource(module)):
            if name in exported:
                found.setdefault(name, []).append(f"{module.__name__}.{name}")
    return found


@cache
def public_names(package: ModuleType = asyncsdk) -> Mapping[str, str]:
    """The full names of all that a package exports, by the short ones.

    Raises:
        LookupError: a name is exported that no module binds.
    """
    definitions = _definitions()
    exported = {name for name in package.__all__ if not isinstance(getattr(package, name), ModuleType)}
    if lost := exported - definitions.keys():
        raise LookupError(f"No module of {package.__name__} binds {', '.join(sorted(lost))}.")
    return {name: _meant(package, name, found) for name, found in definitions.items() if name in exported}


def _meant(package: ModuleType, name: str, found: list[str]) -> str:
    """Of several modules that bind a name, the one whose value the package exports; its own before others."""
    value = getattr(package, name)
    own = sorted(found, key=lambda full: not full.startswith(f"{package.__name__}."))
    return next(full for full in own if getattr(import_module(full.rpartition(".")[0]), name) is value)


@cache
def linkable_names() -> Mapping[str, str]:
    """The full names of all that the reference tells of: what ``asyncsdk`` exports, and every model."""
    return {**public_names(asyncsdk.models), **public_names()}


def by_module(package: ModuleType = asyncsdk) -> Mapping[str, list[str]]:
    """The full names of all that a package exports, by the module that defines them."""
    modules: dict[str, list[str]] = {}
    for full in public_names(package).values():
        modules.setdefault(full.rpartition(".")[0], []).append(full)
    return modules
