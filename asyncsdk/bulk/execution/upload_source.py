"""Upload source: a file that tells when its last piece is about to be read, and when that was in vain."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import BinaryIO

from asyncsdk.files.wrapped_file import WrappedFile

__all__ = ["UploadSource"]


class UploadSource(WrappedFile):
    """File object around another file.

    Args:
        file: the file.
        size: its length in bytes.
        begin: called before the bytes at its start are given again, after those at its end were or after a refusal:
            it is sent anew, as Act-On has nothing of it.
        finish: called before the bytes at its end are given.
        refuse: called when an attempt to send it was refused, so that Act-On has nothing of it.
    """

    def __init__(
        self,
        file: BinaryIO,
        size: int,
        begin: Callable[[], None],
        finish: Callable[[], None],
        refuse: Callable[[], None],
    ) -> None:
        super().__init__(file)
        self._size = size
        self._begin = begin
        self._finish = finish
        self._refuse = refuse
        self._finished = False
        self._refused = False
        self._lock = Lock()
        """Pieces are read in threads: one that comes after the refusal must not say that it may have left."""

    def refused(self) -> None:
        """An attempt to send it was refused, and Act-On has nothing of it."""
        with self._lock:
            self._refused = True
            self._refuse()

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes."""
        at = self._file.tell()
        piece = self._file.read(size)
        with self._lock:
            if piece and at == 0 and (self._finished or self._refused):
                self._finished = self._refused = False
                self._begin()
            if piece and at + len(piece) >= self._size and not (self._finished or self._refused):
                self._finished = True
                self._finish()
        return piece
