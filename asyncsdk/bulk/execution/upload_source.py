"""Upload source: a file that calls back before its last bytes are read, and when an attempt was refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from threading import Lock
from typing import BinaryIO

from asyncsdk.errors import ActOnError
from asyncsdk.files.wrapped_file import WrappedFile

__all__ = ["UploadSource"]


class UploadSource(WrappedFile):
    """File object around another file.

    Args:
        file: the file.
        size: its length in bytes.
        begin: called before its first bytes are read again for a new attempt, after it was read to its end or was
            refused: Act-On has nothing of it then.
        finish: called before its last bytes are returned.
        refuse: called when an attempt was refused, so that Act-On has nothing of the file.
        settle: awaited after ``finish``; if it fails, the last bytes are not sent.
    """

    def __init__(
        self,
        file: BinaryIO,
        size: int,
        begin: Callable[[], None],
        finish: Callable[[], None],
        refuse: Callable[[], None],
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(file)
        self._size = size
        self._begin = begin
        self._finish = finish
        self._refuse = refuse
        self._settle = settle
        self.failure: ActOnError | None = None
        """Why the last bytes were held back."""

        self._finished = False
        self._refused = False
        self._lock = Lock()
        """Pieces are read in threads: one that is read after the refusal must not call ``finish``."""

    def refused(self) -> None:
        """Note that an attempt was refused, so that Act-On has nothing of the file."""
        with self._lock:
            self._refused = True
            self._refuse()

    def read(self, size: int = -1) -> bytes:
        """Read the next bytes."""
        if self.failure is not None:
            raise self.failure
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

    async def before_end(self) -> None:
        """Wait until the last bytes may leave."""
        try:
            await self._settle()
        except ActOnError as error:
            self.failure = error
            self.refused()  # without its last bytes, it is nothing for Act-On
            raise
