"""Journal folder: which paths are folders of journals, and which files in them are journals of single queues."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path

from asyncsdk.queue import journal_schema
from asyncsdk.queue.journal import SUFFIX
from asyncsdk.queue.journal_registry import LOCK as REGISTRY_LOCK
from asyncsdk.queue.journal_registry import open_here

__all__ = ["is_folder", "journals_in"]


def is_folder(path: str | PathLike[str]) -> bool:
    """Whether a journal's path is a folder's.

    What is there decides. What is not is a folder if it ends with a slash, or if it is a ``Path`` without a suffix,
    as a ``Path`` has lost its slash.
    """
    name = os.fspath(path)
    if Path(path).exists():
        return Path(path).is_dir()
    if name.endswith((os.sep, os.altsep or os.sep)):
        return True
    return not isinstance(path, str) and not Path(path).suffix


def is_journal(path: Path) -> bool:
    """Whether a file in a folder is a journal, by its name or by what it begins with."""
    if path.suffix == SUFFIX:
        return True
    if path.name.startswith(".") or path.name.endswith(("-wal", "-shm")) or not path.is_file():
        return False
    with REGISTRY_LOCK:
        if open_here(path) is not None:
            return True
        with path.open("rb") as file:
            head = file.read(72)
    return head.startswith(b"SQLite format 3\0") and head[68:] == journal_schema.MARK.to_bytes(4, "big")


def journals_in(folder: Path) -> list[Path]:
    """The files in a folder that are journals."""
    return [path for path in sorted(folder.iterdir()) if is_journal(path)]
