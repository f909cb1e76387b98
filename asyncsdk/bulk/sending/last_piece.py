"""A file that says when its first and its last piece are about to be read."""

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
        begin: called before the bytes at its start are given again, after those at its end were: it is sent anew,
            as nobody took it.
        finish: called before the bytes at its end are given.
    """

    def __init__(self, file: BinaryIO, size: int, begin: Callable[[], None], finish: Callable[[], None]) -> None:
        self._file = file
        self._size = size
        self._begin = begin
        self._finish = finish
        self._finished = False

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
        at = self._file.tell()
        piece = self._file.read(size)
        if piece and at == 0 and self._finished:
            self._finished = False
            self._begin()
        if piece and at + len(piece) >= self._size and not self._finished:
            self._finished = True
            self._finish()
        return piece
