"""Atomic file write: the file takes the place of another only once it is whole.

What a process that was killed has left of one is removed by the next that writes to the same destination.
"""

from __future__ import annotations

import asyncio
import glob
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self, TextIO, TypeVar

from asyncsdk.errors import InvalidArgument
from asyncsdk.shared_task import result_of

__all__ = ["AtomicFile", "run_to_completion"]

T = TypeVar("T")

PRIVATE: Final = 0o600
"""The rights of a file that was not there before: its owner's alone, for it may hold addresses."""

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class AtomicFile:
    """Written beside its destination, under another name, until ``commit``. Used with ``with``.

    A file that was there keeps its rights; a new one is readable to its owner only.

    Args:
        path: the destination; a link is followed.

    Raises:
        InvalidArgument: the destination is no path, or no regular file, but a folder or a device.
        OSError: no file can be made beside it.
    """

    def __init__(self, path: Path) -> None:
        try:
            self.path: Path = path.resolve()
        except (ValueError, RuntimeError) as error:  # a character that no path holds, or links in a circle
            raise InvalidArgument(f"{path} cannot be written: {error}.") from error
        if self.path.is_dir():
            raise InvalidArgument(f"{path} is a folder, not a file.")
        if self.path.exists() and not self.path.is_file():
            raise InvalidArgument(f"{path} is no regular file, and cannot be replaced.")
        _remove_stale(self.path)
        self._name, handle = _create_temporary(self.path)
        self._file: Any = os.fdopen(handle, "wb", 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the temporary file, unless it has replaced its destination."""
        self._file.close()
        self._name.unlink(missing_ok=True)

    async def write(self, content: bytes) -> None:
        """Write all of it, in a thread."""
        await run_to_completion(lambda: self._write(content))

    def _write(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            view = view[self._file.write(view) :]

    def text(self, encoding: str, errors: str = "strict") -> TextIO:
        """A text writer, which leaves line ends unchanged; to be closed before ``commit``."""
        return os.fdopen(self._file.fileno(), "w", encoding=encoding, errors=errors, newline="", closefd=False)

    def restart(self) -> None:
        """Discard what was written."""
        self._file.seek(0)
        self._file.truncate()

    async def settle(self) -> None:
        """Put what was written on the disk, in a thread."""
        await run_to_completion(lambda: os.fsync(self._file.fileno()))

    def commit(self) -> None:
        """Take the destination's place, at once; nothing may be awaited between this and the end."""
        self._file.close()
        self._name.chmod(self._mode())
        self._name.replace(self.path)

    def _mode(self) -> int:
        try:
            return stat.S_IMODE(self.path.stat().st_mode)
        except FileNotFoundError:
            return PRIVATE


def _create_temporary(path: Path) -> tuple[Path, int]:
    """A new file beside this one, held as long as it is open."""
    while True:
        name = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        handle = os.open(name, _NEW, PRIVATE)
        with suppress(OSError):  # a file system without locks removes nothing
            _lock(handle, wait=True)
        if os.fstat(handle).st_nlink:
            return name, handle
        os.close(handle)  # it was taken for a left one before it was held


def _remove_stale(path: Path) -> None:
    """Remove unfinished files that nobody holds any more."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.{'[0-9a-f]' * 8}.part"):
        with suppress(OSError):
            if os.name == "posix":
                _remove_unlocked(left)
            else:
                left.unlink()  # which is refused for a file that is open


def _remove_unlocked(left: Path) -> None:
    handle = os.open(left, os.O_WRONLY | os.O_NOFOLLOW)
    try:
        _lock(handle, wait=False)
        left.unlink()
    finally:
        os.close(handle)


def _lock(handle: int, *, wait: bool) -> None:
    """Hold a file, until it is closed or the process dies.

    Raises:
        OSError: another holds it.
    """
    if os.name == "posix":
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))


async def run_to_completion(work: Callable[[], T]) -> T:
    """Run a function in a thread to its end, even if the caller is cancelled meanwhile."""
    working = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await result_of(working)
    except asyncio.CancelledError:
        # If it fails nobody gets to know, so asyncio must not report it as forgotten.
        working.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.wait([working])
        raise
