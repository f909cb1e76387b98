"""Pasted answer: the address or the code that a person copies from the browser, as a line of standard input."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from contextlib import suppress

from asyncsdk.cli.login.authorization import LONGEST_ANSWER

__all__ = ["PastedLines", "can_paste"]


def can_paste() -> bool:
    """Whether a person at the terminal can answer; in the background reading from it would stop the process."""
    if not sys.stdin.isatty():
        return False
    with suppress(OSError):  # it is not the terminal that controls the process
        return os.tcgetpgrp(sys.stdin.fileno()) == os.getpgrp()
    return True


class PastedLines:
    """Lines of standard input, each of a bounded length.

    They are read in a thread that the process does not wait for, so that Ctrl-C ends a login that nobody answers.
    """

    def __init__(self) -> None:
        self._handle = sys.stdin.fileno()
        self._rest = b""

    async def next(self) -> str | None:
        """The next line; None at the end."""
        loop = asyncio.get_running_loop()
        line: asyncio.Future[str | None] = loop.create_future()

        def settle(text: str | None) -> None:
            if not line.done():
                line.set_result(text)

        def read() -> None:
            text = self._read()
            with suppress(RuntimeError):  # the loop is closed: the login has ended
                loop.call_soon_threadsafe(settle, text)

        threading.Thread(target=read, name="asyncsdk pasted answer", daemon=True).start()
        return await line

    def _read(self) -> str | None:
        """Read past Python's stream, whose lock the end of the process would wait for."""
        with suppress(OSError):
            while b"\n" not in self._rest and len(self._rest) <= LONGEST_ANSWER:
                if not (piece := os.read(self._handle, 1024)):
                    break
                self._rest += piece
        if not self._rest:
            return None
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode(errors="replace")
