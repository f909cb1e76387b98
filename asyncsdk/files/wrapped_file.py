"""Wrapped file: a file object around another one, which can observe how it is read."""

from __future__ import annotations

import io
from typing import BinaryIO

__all__ = ["WrappedFile"]


class WrappedFile(io.RawIOBase):
    """Shares the position of the other file, which stays open; subclasses may define how it is read.

    Args:
        file: the other file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes."""
        return self._file.read(size)

    def seekable(self) -> bool:
        """Whether its position can be changed: always."""
        return True

    def tell(self) -> int:
        """The present position."""
        return self._file.tell()

    async def before_end(self) -> None:
        """Awaited after its last bytes were read and before they are sent; if it fails, they are not sent."""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to another position."""
        return self._file.seek(offset, whence)
