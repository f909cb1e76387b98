"""Import hook for module paths of earlier versions: pickles that were written by them name their classes so.

An old path gives a module without a file, whose names are looked up where they are exported today. Reading a
pickle of today never comes here.
"""

from __future__ import annotations

from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from importlib.abc import Loader
else:
    Loader = object  # importlib.abc takes longer to import than all that asks for this module

__all__ = ["OLD_MODULES", "find_spec"]

OLD_MODULES: Final = {
    "asyncsdk.clear": "asyncsdk",
    "asyncsdk.job": "asyncsdk",
    "asyncsdk.ledger": "asyncsdk",
    "asyncsdk.limiter": "asyncsdk",
    "asyncsdk.message": "asyncsdk",
    "asyncsdk.page": "asyncsdk",
    "asyncsdk.paging": "asyncsdk",
    "asyncsdk.retry": "asyncsdk",
    "asyncsdk.route": "asyncsdk",
    "asyncsdk.schedule": "asyncsdk",
    "asyncsdk.stores": "asyncsdk",
    "asyncsdk.tally": "asyncsdk",
    "asyncsdk.tokens": "asyncsdk",
    "asyncsdk.upload": "asyncsdk",
    "asyncsdk.wire": "asyncsdk",
    "asyncsdk.wire.connection": "asyncsdk",
    "asyncsdk.bulk.input": "asyncsdk.bulk",
    "asyncsdk.bulk.input.sources": "asyncsdk.bulk",
    "asyncsdk.bulk.keeping": "asyncsdk.bulk",
    "asyncsdk.bulk.keeping.rejects": "asyncsdk.uploads.rejects",
    "asyncsdk.bulk.layout": "asyncsdk.bulk.run_layout",
    "asyncsdk.emulator.calls": "asyncsdk.emulator",
    "asyncsdk.queue.outcome": "asyncsdk.queue.results",
    "asyncsdk.webhooks.payload": "asyncsdk.webhooks",
}
"""Each old module, and where what it had for pickles is exported today. A class that moves needs a line here."""


class _OldModule(ModuleType):
    """A module that is no more, under its old name."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(OLD_MODULES[self.__name__]), name)


class _Loader(Loader):
    """Makes the modules."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _OldModule(spec.name, f"Moved: see {OLD_MODULES[spec.name]}.")

    def exec_module(self, module: ModuleType) -> None:
        """Do nothing: an old module has no code."""


def find_spec(name: str) -> ModuleSpec | None:
    """The spec of an old module; None if there never was one that pickles name."""
    if name not in OLD_MODULES:
        return None
    return ModuleSpec(name, _Loader(), is_package=any(other.startswith(f"{name}.") for other in OLD_MODULES))
