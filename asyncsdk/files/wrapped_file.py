"""Wrapped file: stands before another file, so that reading it can be noticed."""

from __future__ import annotations

import io
from typing import BinaryIO

__all__ = ["WrappedFile"]


class WrappedFile(io.RawIOBase):
    """Stands where the other file stands; how it is read is up to the subclass.

    Args:
        file: the other file.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

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
