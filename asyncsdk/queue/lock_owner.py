"""Lock owner: the process that has a journal open, as the operating system knows it."""

from __future__ import annotations

import os
import struct
import sys
from os import PathLike
from typing import Final

__all__ = ["UNKNOWN_PROCESS", "lock_owner"]

UNKNOWN_PROCESS: Final = 0
"""A process that this one cannot see, such as one of another container."""

FIRST_LOCK: Final = 0x4000_0000
LOCKS: Final = 512
"""The bytes of a database that SQLite locks, whether they are there or not."""


def lock_owner(path: str | PathLike[str]) -> int | None:
    """The process that has a database open, or ``UNKNOWN_PROCESS``; None if none has, or if the file is gone.

    It must not be asked for a file that this process has open: its lock would be lost.
    """
    if os.name != "posix":
        return None
    import fcntl

    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        kind, pid = _lock_of(fcntl.fcntl(handle, fcntl.F_GETLK, _question(fcntl.F_WRLCK)))
    finally:
        os.close(handle)
    return None if kind == fcntl.F_UNLCK else max(pid, UNKNOWN_PROCESS)


def _question(kind: int) -> bytes:
    if sys.platform == "darwin":
        return struct.pack("qqihh", FIRST_LOCK, LOCKS, 0, kind, os.SEEK_SET)
    return struct.pack("hhqqi4x", kind, os.SEEK_SET, FIRST_LOCK, LOCKS, 0)


def _lock_of(answer: bytes) -> tuple[int, int]:
    """The kind of a lock, and its owner."""
    if sys.platform == "darwin":
        _, _, pid, kind, _ = struct.unpack("qqihh", answer)
    else:
        kind, _, _, _, pid = struct.unpack("hhqqi4x", answer)
    return kind, pid
