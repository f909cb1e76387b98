"""Stuck file: replaces a locked file whose holder was stopped in the middle of its work.

The new file says since when the lock was held. Whoever opens it begins anew, and waits until all calls are over
that were let through before. The stopped process finds, when it goes on, that its file has lost its name, and that
what it did does not count.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Final

from asyncsdk import clock
from asyncsdk.files.file_lock import lock_functions

__all__ = ["replace_stuck", "stuck_since"]

_CONTENT: Final = struct.Struct("<8sd")
_KIND: Final = b"replaced"

AT_ONCE: Final = 0.5
"""Seconds: a process that took longer for the replacement stood still itself, and others may have come first."""


def replace_stuck(path: Path, inode: tuple[int, int], since: float, has_changed: Callable[[], bool]) -> None:
    """Put a new file in the place of the one with this inode, if it is still there.

    Args:
        path: the file.
        inode: its device and number.
        since: when its lock was found held for the first time, and nothing was changed after that.
        has_changed: whether something was changed all the same.

    Raises:
        OSError: the folder cannot be written.
    """
    try_lock, _ = lock_functions()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        try_lock(handle)  # nobody begins with it before it says since when
        began = clock.monotonic()
        os.pwrite(handle, _CONTENT.pack(_KIND, began), 0)
        if _inode_of(path) == inode:
            Path(name).replace(path)
            changed, now = has_changed(), clock.monotonic()
            os.pwrite(handle, _CONTENT.pack(_KIND, now if changed or now - began > AT_ONCE else since), 0)
    finally:
        os.close(handle)
        Path(name).unlink(missing_ok=True)


def stuck_since(content: bytes) -> float | None:
    """Since when the lock was held of a file that was replaced by one with this content; None: it was not."""
    if len(content) != _CONTENT.size or not content.startswith(_KIND):
        return None
    since: float = _CONTENT.unpack(content)[1]
    return since if isfinite(since) else None


def _inode_of(path: Path) -> tuple[int, int] | None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino
