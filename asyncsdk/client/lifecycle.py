"""Lifecycle of a session: it opens once, in one event loop, and closes once."""

from __future__ import annotations

import asyncio
from enum import Enum

from asyncsdk.errors import ActOnError, SessionClosed, SessionNotOpen

__all__ = ["Lifecycle"]


class _State(Enum):
    UNOPENED = "not open yet"
    OPEN = "open"
    CLOSED = "closed"


_OPEN = _State.OPEN


class Lifecycle:
    """State of a session, and the event loop in which it was opened."""

    def __init__(self) -> None:
        self._state = _State.UNOPENED
        self._loop: asyncio.AbstractEventLoop | None = None

    def __str__(self) -> str:
        return self._state.value

    @property
    def was_opened(self) -> bool:
        """Whether there is something to close."""
        return self._state is not _State.UNOPENED and self._loop is not None

    def bind(self) -> None:
        """Bind the session to the event loop that runs."""
        self._loop = asyncio.get_running_loop()

    def opened(self) -> None:
        """Allow calls."""
        self._state = _State.OPEN

    def closed(self) -> None:
        """Refuse calls from now on."""
        self._state = _State.CLOSED

    def check_unopened(self) -> None:
        """Check that the session can be opened.

        Raises:
            ActOnError: it is open.
            SessionClosed: it is closed.
        """
        if self._state is _State.OPEN:
            raise ActOnError("This session is open already: share it, or make another.")
        if self._state is _State.CLOSED:
            raise SessionClosed("This session was closed, and a session opens only once: make another.")

    def check_open(self) -> None:
        """Check that a call can be made.

        Raises:
            SessionNotOpen: the session was not opened.
            SessionClosed: it is closed.
            ActOnError: it was opened in another event loop.
        """
        if self._state is not _OPEN:
            if self._state is _State.UNOPENED:
                raise SessionNotOpen(
                    "This session is not open: use 'async with Session(...)', or await open() first."
                )
            raise SessionClosed("This session is closed; nothing was sent. Make another.")
        if asyncio.get_running_loop() is not self._loop:
            raise ActOnError("This session was opened in another event loop, whose sockets cannot be used here.")

    def check_loop(self) -> None:
        """Check that the session can be closed here.

        Raises:
            ActOnError: it was opened in another event loop.
        """
        if self._loop is not asyncio.get_running_loop():
            raise ActOnError("This session was opened in another event loop, and can be closed only there.")
