"""Folders: the shape that listings of the media library share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["DEFAULT_FOLDER", "in_folders"]

DEFAULT_FOLDER = "Default Folder"
"""The folder of items for which no folder is given."""


def in_folders(key: str, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Entries by folder, in the order in which folders come up; ``key`` is what the folder's name is called."""
    folders: dict[str, list[Mapping[str, Any]]] = {}
    for folder, entry in entries:
        folders.setdefault(folder, []).append(entry)
    return [{"entries": held, key: folder} for folder, held in folders.items()]
