"""A file that takes the place of another only once it is whole."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar

from asyncsdk.errors import InvalidArgument

__all__ = ["Replacement", "in_thread"]

T = TypeVar("T")


class Replacement:
    """Written beside its destination, under another name, until ``commit``. Used with ``with``.

    Args:
        path: the destination; a link is followed.
        mode: the rights of a new file, less what the process masks.

    Raises:
        InvalidArgument: the destination is a folder.
        OSError: no file can be made beside it.
    """

    def __init__(self, path: Path, mode: int = 0o666) -> None:
        self.path = path.resolve()
        if self.path.is_dir():
            raise InvalidArgument(f"{path} is a folder, not a file.")
        self._name = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.part")
        self._file: Any = os.fdopen(os.open(self._name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb", 0)

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
        self._name.replace(self.path)


async def in_thread(work: Callable[[], T]) -> T:
    """Do something in a thread, and be sure that it is over, whatever happens meanwhile."""
    working = asyncio.get_running_loop().run_in_executor(None, work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise
