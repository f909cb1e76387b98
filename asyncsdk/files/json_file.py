"""Small JSON files: read up to a bound, and replaced whole, so that a crash leaves the old content or the new one.

The content is kept in an object whose repr hides it: a traceback's variables may be sent elsewhere.
"""

from __future__ import annotations

import errno
import json
import os
import stat
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

from attrs import field, frozen

__all__ = ["Content", "read", "remove_stale_files", "write"]

LONGEST: Final = 1 << 20
"""Bytes: a longer file was not written here, and is not read."""

STALE_AFTER: Final = 3600.0
"""Seconds after which the temporary file of a writer that was killed is removed: a live one needs no second."""


@frozen
class Content:
    """Content of a file."""

    data: bytes = field(repr=False)

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Content:
        """The JSON text of a value."""
        return cls(json.dumps(dict(value)).encode())

    def mapping(self) -> Mapping[str, Any] | None:
        """The JSON object that it holds; None if it holds something else, or is damaged."""
        try:
            value: object = json.loads(self.data)
        except (ValueError, RecursionError):
            return None
        return cast("Mapping[str, Any]", value) if isinstance(value, dict) else None


def read(path: Path, longest: int = LONGEST) -> Content | None:
    """Read a file, at most ``longest`` bytes and one more; None if there is no file.

    Raises:
        OSError: it cannot be read, or is no regular file; a pipe is not waited for.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(mode):
            raise OSError("it is no regular file.")
        with os.fdopen(handle, "rb", closefd=False) as file:
            return Content(file.read(longest + 1))
    finally:
        os.close(handle)


def write(path: Path, content: Content) -> None:
    """Replace the file by a new one that is whole and on the disk; ``mkstemp`` makes it readable to us only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def remove_stale_files(path: Path) -> None:
    """Remove the temporary files of writers of this file that were killed long ago."""
    old = time.time() - STALE_AFTER
    with suppress(OSError):
        for left in path.parent.glob(f".{_escaped(path.name)}.????????"):
            if left.is_file() and not left.is_symlink() and left.stat().st_mtime < old:
                left.unlink(missing_ok=True)


def _escaped(name: str) -> str:
    """A name as a pattern that fits nothing else."""
    return "".join(f"[{character}]" if character in "[?*" else character for character in name)


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk, too, where folders can be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
