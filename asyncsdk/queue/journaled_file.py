"""Journaled file: a file to upload, which updates the journal before each attempt and after each refused one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import BinaryIO, Final

from asyncsdk.files.wrapped_file import WrappedFile

__all__ = ["JournaledFile"]

DISK_SECONDS: Final = 60.0
"""Seconds to wait for the journal to be written."""


class JournaledFile(WrappedFile):
    """A file that is read from its start for every attempt.

    Args:
        file: the file.
        begins: awaited before the first bytes of another attempt leave, if the one before was refused.
        refused: called when Act-On surely took nothing, before the next attempt is waited for.
    """

    def __init__(self, file: BinaryIO, begins: Callable[[], Awaitable[None]], refused: Callable[[], None]) -> None:
        super().__init__(file)
        self._begins = begins
        self._refused = refused
        self._loop = asyncio.get_running_loop()
        self._was_refused = False

    def on_refused(self) -> None:
        """Note that an attempt was refused."""
        self._was_refused = True
        self._refused()

    def read(self, size: int = -1) -> bytes:
        """Read further bytes; called in a thread."""
        if self._was_refused:
            self._was_refused = False
            asyncio.run_coroutine_threadsafe(self._begin(), self._loop).result(DISK_SECONDS)
        return self._file.read(size)

    async def _begin(self) -> None:
        await self._begins()
