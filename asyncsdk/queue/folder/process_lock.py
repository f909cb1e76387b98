"""Process lock: a file that is locked as long as its process lives; the kernel frees it when that dies."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from secrets import token_hex
from typing import Final
from weakref import WeakSet

from asyncsdk.files.file_lock import lock_functions

__all__ = ["ProcessLock", "holder_of"]

UNKNOWN: Final = 0
"""A process whose number cannot be read."""


class ProcessLock:
    """A lock file that this process has made; nobody sees the file before it is locked.

    Args:
        path: the file.
        text: what others read in it; the number of the process stands before it.

    Raises:
        FileExistsError: another process has made it.
        OSError: it cannot be made.
    """

    def __init__(self, path: Path, text: str = "") -> None:
        self._path = path
        draft = path.with_name(f".{token_hex(8)}.draft")
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            try_lock, _ = lock_functions()
            try_lock(handle)
            os.pwrite(handle, f"{os.getpid()} {text}".encode(), 0)
            self._made = os.fstat(handle)
            os.link(draft, path)
        except BaseException:
            os.close(handle)
            raise
        finally:
            draft.unlink(missing_ok=True)
        self._handle = handle
        self._closer = weakref.finalize(self, _close, handle, os.getpid())
        _held.add(self)

    @property
    def is_in_place(self) -> bool:
        """Whether the file still has its name."""
        try:
            return os.path.samestat(self._path.lstat(), self._made)
        except FileNotFoundError:
            return False

    def write(self, text: str) -> None:
        """Let others read another text."""
        data = f"{os.getpid()} {text}".encode()
        os.pwrite(self._handle, data, 0)
        os.ftruncate(self._handle, len(data))

    def release(self) -> None:
        """Let others know that this process does not need it any more; the file stays."""
        self._closer()

    def remove(self) -> None:
        """Remove the file, if it is still this one, and free the lock."""
        if self.is_in_place:
            self._path.unlink(missing_ok=True)
        self.release()

    def leave_to_parent(self) -> None:
        """In a forked process: close it, without freeing the parent's lock."""
        if self._closer.detach() is not None:
            os.close(self._handle)


_held: Final[WeakSet[ProcessLock]] = WeakSet()


def _close(handle: int, process: int) -> None:
    if process == os.getpid():
        _, unlock = lock_functions()
        unlock(handle)  # not left to the end of the handle: a process that was forked meanwhile has it, too
        os.close(handle)


def _leave_to_parent() -> None:
    for each in list(_held):
        each.leave_to_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_parent)


def holder_of(path: Path) -> tuple[int | None, str]:
    """The process that holds a lock file, or None, and what it has written there.

    Raises:
        FileNotFoundError: there is no such file.
        OSError: it cannot be read.
    """
    import fcntl

    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        number, _, text = os.pread(handle, 100, 0).decode(errors="replace").partition(" ")
        try:
            # Shared: who looks at the same time is not taken for the holder.
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(number) if number.isdecimal() else UNKNOWN, text
        return None, text
    finally:
        os.close(handle)
