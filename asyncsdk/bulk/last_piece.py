"""A file that says when its last piece is about to be read."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO

__all__ = ["LastPiece"]


class LastPiece(io.RawIOBase):
    """Reads another file.

    Args:
        file: the file.
        size: its length in bytes.
        about_to: called once, before the bytes at its end are given.
    """

    def __init__(self, file: BinaryIO, size: int, about_to: Callable[[], None]) -> None:
        self._file = file
        self._size = size
        self._about_to: Callable[[], None] | None = about_to

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where it stands."""
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move."""
        return self._file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        piece = self._file.read(size)
        if piece and self._about_to is not None and self._file.tell() >= self._size:
            about_to, self._about_to = self._about_to, None
            about_to()
        return piece
