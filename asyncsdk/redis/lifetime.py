"""Lifetime of what is connected to Redis: it opens once, in one event loop, and closes once."""

from __future__ import annotations

import asyncio

from asyncsdk.errors import ActOnError

__all__ = ["Lifetime"]


class Lifetime:
    """Whether something may be used, and in which event loop.

    Args:
        name: what it is, such as ``"fleet"``.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def __str__(self) -> str:
        return "closed" if self._closed else "not open yet" if self._loop is None else "open"

    def begin(self) -> None:
        """Note that it opens in the event loop that runs.

        Raises:
            ActOnError: it was opened before.
        """
        if self._closed or self._loop is not None:
            raise ActOnError(f"This {self._name} was opened before, and opens only once: make another.")
        self._loop = asyncio.get_running_loop()

    def may_close(self) -> bool:
        """Whether there is something to close.

        Raises:
            ActOnError: it was opened in another event loop.
        """
        if self._closed or self._loop is None:
            return False
        if self._loop is not asyncio.get_running_loop():
            raise ActOnError(f"This {self._name} was opened in another event loop, and can be closed only there.")
        return True

    def end(self) -> None:
        """Note that it is closed."""
        self._closed = True

    def check(self) -> None:
        """Check that it may be used now.

        Raises:
            ActOnError: it is not open yet, it is closed, or it was opened in another event loop.
        """
        if self._closed:
            raise ActOnError(f"This {self._name} is closed: make another.")
        if self._loop is None:
            raise ActOnError(f"This {self._name} is not open yet.")
        if asyncio.get_running_loop() is not self._loop:
            raise ActOnError(
                f"This {self._name} was opened in another event loop, whose connections cannot be used here."
            )
