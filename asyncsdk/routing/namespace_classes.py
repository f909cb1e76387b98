"""Lazy import of namespaces: a mapping that imports each class on its first use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from asyncsdk.routing.resource import Resource

__all__ = ["NamespaceClasses"]


class NamespaceClasses(Mapping[str, type[Resource]]):
    """The class of each namespace, by the namespace's name; only what is looked up is imported.

    Args:
        paths: where each class is, such as ``asyncsdk.api.lists.Lists``.
    """

    def __init__(self, paths: Mapping[str, str]) -> None:
        self.paths = paths

    def __getitem__(self, name: str) -> type[Resource]:
        module, _, class_name = self.paths[name].rpartition(".")
        found: type[Resource] = getattr(import_module(module), class_name)
        return found

    def __contains__(self, name: object) -> bool:
        return name in self.paths

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def class_named(self, class_name: str) -> type[Resource] | None:
        """The class of that name; None if no namespace has it."""
        for name, path in self.paths.items():
            if path.endswith(f".{class_name}"):
                return self[name]
        return None
