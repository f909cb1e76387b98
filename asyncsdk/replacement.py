"""A file that takes the place of another only once it is whole."""

from __future__ import annotations

import asyncio
import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Self, TextIO, TypeVar

from asyncsdk.errors import InvalidArgument

__all__ = ["Replacement", "in_thread"]

T = TypeVar("T")

PRIVATE: Final = 0o600
"""The rights of a file that was not there before: its owner's alone, for it may hold addresses."""

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class Replacement:
    """Written beside its destination, under another name, until ``commit``. Used with ``with``.

    A file that was there keeps its rights; a new one is readable to its owner only.

    Args:
        path: the destination; a link is followed.

    Raises:
        InvalidArgument: the destination is no regular file, but a folder or a device.
        OSError: no file can be made beside it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        if self.path.is_dir():
            raise InvalidArgument(f"{path} is a folder, not a file.")
        if self.path.exists() and not self.path.is_file():
            raise InvalidArgument(f"{path} is no regular file, and cannot be replaced.")
        self._name = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.part")
        self._file: Any = os.fdopen(os.open(self._name, _NEW, PRIVATE), "wb", 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Take the file away, unless it has come to its place."""
        self._file.close()
        self._name.unlink(missing_ok=True)

    async def write(self, content: bytes) -> None:
        """Write all of it, in a thread."""
        await in_thread(lambda: self._write(content))

    def _write(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            view = view[self._file.write(view) :]

    def text(self, encoding: str) -> TextIO:
        """What writes text into it, line ends as they are given; to be closed before ``commit``."""
        return os.fdopen(self._file.fileno(), "w", encoding=encoding, newline="", closefd=False)

    def restart(self) -> None:
        """Forget what was written."""
        self._file.seek(0)
        self._file.truncate()

    async def settle(self) -> None:
        """Put what was written on the disk, in a thread."""
        await in_thread(lambda: os.fsync(self._file.fileno()))

    def commit(self) -> None:
        """Take the destination's place, at once; nothing may be awaited between this and the end."""
        self._file.close()
        self._name.chmod(self._rights())
        self._name.replace(self.path)

    def _rights(self) -> int:
        try:
            return stat.S_IMODE(self.path.stat().st_mode)
        except FileNotFoundError:
            return PRIVATE


async def in_thread(work: Callable[[], T]) -> T:
    """Do something in a thread, and be sure that it is over, whatever happens meanwhile."""
    working = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise
